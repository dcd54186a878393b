package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/examples/programtest"
)

// demo runs the demonstration with nothing configured.
func demo(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	code, stdout, stderr := programtest.Nowhere(t).Run(run, append([]string{"-demo"}, args...)...)
	if code != program.Fine {
		t.Fatalf("%v: exit %d\n%s\n%s", args, code, stdout, stderr)
	}
	return stdout, stderr
}

func TestDemoLivesThroughItsRounds(t *testing.T) {
	t.Parallel()
	args := []string{"-json", "-rounds", "3", "-devices", "400", "-customers", "40"}
	stdout, _ := demo(t, args...)
	list := runs(t, stdout)
	if len(list) != 3 {
		t.Fatalf("%d rounds, asked for 3:\n%s", len(list), stdout)
	}
	if list[0].Created == 0 || list[1].Closed+list[2].Closed == 0 || list[1].Updated+list[2].Updated == 0 || list[2].Held == 0 {
		t.Errorf("the rounds show too little:\n%s", stdout)
	}
	for i, line := range list {
		if !line.Demo || line.Failed != 0 {
			t.Errorf("round %d: %+v", i+1, line)
		}
	}
	again, _ := demo(t, args...)
	if diff := cmp.Diff(stdout, again); diff != "" {
		t.Errorf("the same world gave another output:\n%s", diff)
	}
}

func TestFrozenWorldIsLeftAlone(t *testing.T) {
	t.Parallel()
	stdout, _ := demo(t, "-json", "-frozen", "-rounds", "3", "-devices", "400", "-customers", "40")
	list := runs(t, stdout)
	for i, line := range list[1:] {
		if line.Created+line.Updated+line.Reopened+line.Closed+line.Adopted+line.Folded+line.Marked+line.Failed != 0 || line.Issues != list[0].Issues {
			t.Errorf("round %d of a frozen world: %+v", i+2, line)
		}
	}
}

// G1: every screen says that it is a demonstration.
func TestDemoSaysSo(t *testing.T) {
	t.Parallel()
	args := []string{"-rounds", "2", "-devices", "120", "-customers", "12"}
	stdout, stderr := demo(t, args...)
	if !strings.Contains(stderr, "DEMO") {
		t.Errorf("%q", stderr)
	}
	for line := range strings.Lines(stdout) {
		if !strings.HasPrefix(line, "DEMO ") {
			t.Errorf("not marked: %q", line)
		}
	}
	for _, want := range []string{"DEMO round 1", "DEMO round 2", "create", "COVE ", "created", "Cove and"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing from\n%s", want, stdout)
		}
	}
	again, _ := demo(t, args...)
	if diff := cmp.Diff(stdout, again); diff != "" {
		t.Errorf("the same world gave another output:\n%s", diff)
	}
}
