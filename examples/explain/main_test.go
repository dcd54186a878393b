package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/examples/internal/bridge"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/examples/programtest"
	"github.com/covedesk/covedesk/reconcile"
)

// sync makes the tickets that there are to explain, and says what was done.
func sync(t *testing.T, place programtest.Place) (*bridge.Bridge, *desk.Report) {
	t.Helper()
	b, err := bridge.Open(place.Program(), "")
	if err != nil {
		t.Fatal(err)
	}
	report, err := b.Sync(t.Context(), "", desk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return b, report
}

func TestExplain(t *testing.T) {
	t.Parallel()
	place, w := programtest.Somewhere(t)
	b, report := sync(t, place)
	made := report.Results[0]
	if made.Action.Kind != reconcile.Create {
		t.Fatalf("%+v", made)
	}
	w.ConnectWise.ResetRequests()
	ticket := strconv.FormatInt(made.Ticket, 10)
	for _, args := range [][]string{{made.Action.Key.Subject}, {"-ticket", ticket}} {
		code, stdout, stderr := place.Run(run, args...)
		if code != program.Fine {
			t.Errorf("%v: exit %d\n%s", args, code, stderr)
		}
		for _, want := range []string{made.Action.Key.Subject, "I78", "company: " + made.Action.Issue.Company, "ticket: #" + ticket, "policy: ", "decision: keep: "} {
			if !strings.Contains(stdout, want) {
				t.Errorf("%v: %q is missing from\n%s", args, want, stdout)
			}
		}
	}
	var healthy int64
	for i := range b.Fleet().Verdicts {
		if v := &b.Fleet().Verdicts[i]; v.Outcome == monitor.Healthy {
			healthy = v.Device.ID
		}
	}
	code, stdout, _ := place.Run(run, strconv.FormatInt(healthy, 10))
	if code != program.Fine || !strings.Contains(stdout, "healthy") || !strings.Contains(stdout, "decision: none is needed") {
		t.Errorf("exit %d\n%s", code, stdout)
	}
	if programtest.Wrote(w) != 0 {
		t.Errorf("%d writes", programtest.Wrote(w))
	}
}

func TestExplainRefuses(t *testing.T) {
	t.Parallel()
	place, _ := programtest.Somewhere(t)
	for _, args := range [][]string{{}, {"SRV-01"}, {"1"}, {"-ticket", "1"}, {"-ticket", "1", "2"}, {"1", "2"}, {"-actions", "x", "1"}, {"-compare", "there/is/none"}} {
		code, _, stderr := place.Run(run, args...)
		if code != program.Wrong || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: exit %d, %q", args, code, stderr)
		}
	}
	if code, _, stderr := place.With("CWM_SITE", "http://127.0.0.1:1").Run(run, "1"); code != program.Blind || stderr == "" {
		t.Errorf("a service desk that is away: exit %d, %q", code, stderr)
	}
}

// The lists of the PowerShell tool are those that we write ourselves, with its
// columns.
func TestCompare(t *testing.T) {
	t.Parallel()
	place, _ := programtest.Somewhere(t)
	b, report := sync(t, place)
	trouble := report.Results[0].Action
	theirs := "AccountID,DeviceName,ComputerName,PartnerName,EndCustomer,IssueSeverity,IssueDescription\n" +
		trouble.Key.Subject + ",x,SRV,P,C,Critical,Backup failed\n99,gone,GONE,P,C,Warning,old\n"
	issues := filepath.Join(place.Folder, "issues.csv")
	if err := os.WriteFile(issues, []byte(theirs), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := place.Run(run, "-compare", issues)
	if code != program.Fine {
		t.Fatalf("exit %d, %s", code, stderr)
	}
	problems := 0
	for i := range b.Fleet().Verdicts {
		if b.Fleet().Verdicts[i].Outcome == monitor.Problem {
			problems++
		}
	}
	for _, want := range []string{"1 in both lists, " + strconv.Itoa(problems-1) + " only in ours, 1 only in theirs", "only theirs 99", "because: this run did not meet the device"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing from\n%s", want, stdout)
		}
	}
}
