package mark_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/reconcile/mark"
)

func TestLook(t *testing.T) {
	whole := exampleMark()
	good, err := whole.Format()
	if err != nil {
		t.Fatal(err)
	}
	known := mark.Mark{Owner: whole.Owner, Key: whole.Key}
	for _, tt := range []struct {
		name, text string
		place      mark.Place
		mark       mark.Mark
	}{
		{"empty", "", mark.Nothing, mark.Mark{}},
		{"blanks", " \t\u00a0\n", mark.Nothing, mark.Mark{}},
		{"released", "released", mark.Released, mark.Mark{}},
		{"released by hand", " Released ", mark.Released, mark.Mark{}},
		{"released and more", "released 2026-11-22", mark.Foreign, mark.Mark{}},
		{"ours", good, mark.Ours, whole},
		{"ours, pasted", good + "\n", mark.Ours, whole},
		{"cut off", good[:len(good)-1], mark.Damaged, known},
		{"cut before the key", good[:25], mark.Damaged, mark.Mark{Owner: whole.Owner}},
		{"the version alone", "CDK1:", mark.Damaged, mark.Mark{}},
		{"upper case", strings.ToUpper(good), mark.Damaged, known},
		{"owner that cannot be read", strings.Replace(good, "acme", "ac_e", 1), mark.Damaged, mark.Mark{Key: whole.Key}},
		{"another owner", strings.Replace(good, "acme-prod1", "x", 1), mark.Foreign, mark.Mark{}},
		{"another program", "evt-123", mark.Foreign, mark.Mark{}},
		{"another version", "cdk2" + good[4:], mark.Foreign, mark.Mark{}},
	} {
		place, m := mark.Look(tt.text, whole.Owner)
		if diff := cmp.Diff(tt.mark, m); place != tt.place || diff != "" {
			t.Errorf("%s: %v, want %v\n%s", tt.name, place, tt.place, diff)
		}
	}
	if place, m := mark.Look(good, "x"); place != mark.Foreign || m != (mark.Mark{}) {
		t.Errorf("to another owner it is %v, %+v", place, m)
	}
}

func TestNames(t *testing.T) {
	for place, want := range map[mark.Place]string{
		mark.Nothing: "nothing", mark.Released: "released", mark.Ours: "our marker", mark.Damaged: "a damaged marker",
		mark.Foreign: "something else", 99: "something else",
	} {
		if got := place.String(); got != want {
			t.Errorf("place %d is %q", place, got)
		}
	}
	for state, want := range map[mark.State]string{0: "", mark.Open: "open", mark.Closed: "closed", mark.Storm: "storm"} {
		text, err := state.MarshalText()
		var back mark.State
		if backErr := back.UnmarshalText(text); err != nil || backErr != nil || string(text) != want || back != state {
			t.Errorf("state %q: %q, %v, read back %q, %v", want, text, err, back, backErr)
		}
	}
	for severity, want := range []string{"none", "low", "medium", "high", "critical"} {
		text, err := mark.Severity(severity).MarshalText()
		var back mark.Severity
		if backErr := back.UnmarshalText(text); err != nil || backErr != nil || string(text) != want || int(back) != severity {
			t.Errorf("severity %q: %q, %v, read back %v, %v", want, text, err, back, backErr)
		}
	}
}

func TestUnknownNames(t *testing.T) {
	if got := mark.State('x').String() + " " + mark.Severity(5).String(); got != "state(120) severity(5)" {
		t.Error(got)
	}
	var state mark.State
	var severity mark.Severity
	_, stateErr := mark.State('x').MarshalText()
	_, severityErr := mark.Severity(5).MarshalText()
	for what, err := range map[string]error{
		"state": stateErr, "severity": severityErr,
		"state text": state.UnmarshalText([]byte("Open")), "severity text": severity.UnmarshalText([]byte("High")),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}
