package main

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// unset is an environment in which nothing is configured.
func unset(string) (string, bool) { return "", false }

// demo runs the program with nothing configured.
func demo(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, log bytes.Buffer
	if err := run(t.Context(), args, unset, &out, &log); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, log.String())
	}
	return out.String(), log.String()
}

// rounds decodes what -json printed and nothing else.
func rounds(t *testing.T, stdout string) []totals {
	t.Helper()
	var list []totals
	lines := json.NewDecoder(strings.NewReader(stdout))
	lines.DisallowUnknownFields()
	for {
		var line totals
		err := lines.Decode(&line)
		if err == io.EOF {
			return list
		}
		if err != nil {
			t.Fatalf("standard output is not one JSON object a round: %v\n%s", err, stdout)
		}
		list = append(list, line)
	}
}

func TestDemoLivesThroughItsRounds(t *testing.T) {
	t.Parallel()
	args := []string{"-json", "-rounds", "3", "-devices", "400", "-customers", "40"}
	stdout, _ := demo(t, args...)
	list := rounds(t, stdout)
	if len(list) != 3 {
		t.Fatalf("%d rounds, asked for 3:\n%s", len(list), stdout)
	}
	if list[0].Created == 0 || list[0].Held == 0 || list[0].Devices != 400 {
		t.Errorf("the first round shows no tickets, nothing held or not 400 devices:\n%s", stdout)
	}
	if list[1].Closed+list[2].Closed == 0 || list[1].Updated+list[2].Updated == 0 {
		t.Errorf("nothing was closed or updated later:\n%s", stdout)
	}
	for i, line := range list {
		if line.Round != i+1 || line.Failed != 0 {
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
	list := rounds(t, stdout)
	for _, line := range list[1:] {
		want := totals{
			Round: line.Round, Devices: list[0].Devices, Issues: list[0].Issues, Suppressed: list[0].Suppressed,
			Kept: list[0].Created + list[0].Kept, Held: list[0].Held,
			CoveCalls: line.CoveCalls, ConnectWiseCalls: line.ConnectWiseCalls,
		}
		if diff := cmp.Diff(want, line); diff != "" {
			t.Errorf("round %d of a frozen world (-want +got):\n%s", line.Round, diff)
		}
	}
}

func TestDemoSaysSo(t *testing.T) {
	t.Parallel()
	stdout, stderr := demo(t, "-rounds", "2", "-devices", "120", "-customers", "12")
	if !strings.Contains(stderr, "DEMO") || strings.Count(stdout, "DEMO round 1") < 2 || strings.Count(stdout, "DEMO round 2") < 2 {
		t.Errorf("a screen of the demonstration is not marked:\n%s\n%s", stdout, stderr)
	}
	for _, want := range []string{"create", "COVE ", "held", "Plan of"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing from\n%s", want, stdout)
		}
	}
	again, _ := demo(t, "-rounds", "2", "-devices", "120", "-customers", "12")
	if diff := cmp.Diff(stdout, again); diff != "" {
		t.Errorf("the same world gave another output:\n%s", diff)
	}
}

// N9: a fictitious world is never shown because credentials were missing.
func TestN9CredentialsAreAllOrNothing(t *testing.T) {
	t.Parallel()
	all := map[string]string{
		"COVE_PARTNER": "Example", "COVE_USERNAME": "api", "COVE_PASSWORD": "hush-1", "CWM_SITE": "na.myconnectwise.net",
		"CWM_COMPANY": "example", "CWM_PUBLIC_KEY": "pub", "CWM_PRIVATE_KEY": "hush-2", "CWM_CLIENT_ID": "id",
	}
	for name := range all {
		for _, how := range []string{"missing", "empty", "alone"} {
			lookup := func(asked string) (string, bool) {
				value, found := all[asked]
				switch {
				case how == "alone":
					return value, asked == name
				case asked != name:
					return value, found
				}
				return "", how == "empty"
			}
			var stdout bytes.Buffer
			err := run(t.Context(), nil, lookup, &stdout, io.Discard)
			if err == nil || stdout.Len() > 0 {
				t.Errorf("%s %s: error %v, output %q", name, how, err, stdout.String())
				continue
			}
			if how != "alone" && !strings.Contains(err.Error(), name) {
				t.Errorf("%s %s: the error does not name it: %v", name, how, err)
			}
			if strings.Contains(err.Error(), "hush") {
				t.Errorf("%s %s: a secret is in the error: %v", name, how, err)
			}
		}
	}
	err := run(t.Context(), nil, func(name string) (string, bool) { return "http://127.0.0.1:1", name == "COVE_URL" }, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "COVE_URL") {
		t.Errorf("COVE_URL alone: %v", err)
	}
	err = run(t.Context(), []string{"-rounds", "2", "-seed", "4"}, func(name string) (string, bool) { return all[name], true }, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "-rounds") || !strings.Contains(err.Error(), "-seed") {
		t.Errorf("demo flags beside live credentials: %v", err)
	}
}

func TestRefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"extra"}, {"-rounds", "0"}, {"-customers", "0"}, {"-customers", "9", "-devices", "3"}, {"-nonsense"}} {
		if err := run(t.Context(), args, unset, io.Discard, io.Discard); err == nil {
			t.Errorf("%v was accepted", args)
		}
	}
}
