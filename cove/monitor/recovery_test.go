package monitor

import (
	"strconv"
	"testing"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

// TestRecovery: M9. A failed recovery test, or one whose last success is too
// old, is a problem of its own when the rules ask for it.
func TestRecovery(t *testing.T) {
	on := DefaultRules()
	on.Server.Recovery = 30 * day
	unix := func(age time.Duration) string { return strconv.FormatInt(ago(age).Unix(), 10) }
	for _, row := range []struct {
		name string
		rest map[string]string
		want string
	}{
		{"nothing known", nil, "healthy "},
		{"no tests", map[string]string{"I80": "0", "RV0": "2", "RVL": unix(90 * day)}, "healthy "},
		{"disabled", map[string]string{"I80": "Disabled", "RV0": "2"}, "healthy "},
		{"good", map[string]string{"I80": "1", "RV0": "5", "RVL": unix(day)}, "healthy "},
		{"good at the limit", map[string]string{"I80": "1", "RV0": "5", "RVL": unix(30 * day)}, "healthy "},
		{"good but old", map[string]string{"I80": "1", "RV0": "5", "RVL": unix(30*day + time.Second)}, "problem untested"},
		{"standby image failed", map[string]string{"I80": "2", "RV0": "2", "RVL": unix(day)}, "problem untested"},
		{"with errors", map[string]string{"I80": "RecoveryTesting", "RV0": "8", "RVL": unix(day)}, "problem untested"},
		{"failed, no mode told", map[string]string{"RV0": "Failed"}, "problem untested"},
		{"running after good", map[string]string{"I80": "1", "RV0": "1", "RVJ": "5", "RVL": unix(day)}, "healthy "},
		{"running after a failure", map[string]string{"I80": "1", "RV0": "1", "RVJ": "3", "RVL": unix(day)}, "problem untested"},
		{"interrupted", map[string]string{"I80": "1", "RV0": "6", "RVL": unix(day)}, "healthy "},
		{"none yet", map[string]string{"I80": "1"}, "suppressed "},
		{"none yet, zero", map[string]string{"I80": "1", "RV0": "0", "RVL": "0"}, "suppressed "},
		{"unreadable mode", map[string]string{"I80": "sometimes"}, "suppressed "},
		{"unreadable status", map[string]string{"I80": "1", "RV0": "fine"}, "suppressed "},
		{"unreadable time", map[string]string{"I80": "1", "RV0": "5", "RVL": "yesterday"}, "suppressed "},
	} {
		d := server()
		d.Rest = row.rest
		v := Check(d, birch, &on, now)
		if v.Outcome.String()+" "+v.State != row.want {
			t.Errorf("%s: %v %q %q, want %q", row.name, v.Outcome, v.State, v.Reason, row.want)
		}
		if v.Outcome == Problem && v.Severity != reconcile.SeverityLow {
			t.Errorf("%s: severity %v", row.name, v.Severity)
		}
		if v := check(d); v.Outcome != Healthy {
			t.Errorf("%s, not asked for: %v %q", row.name, v.Outcome, v.State)
		}
	}
}

// TestRecoveryText checks the first line of a ticket about recovery tests.
func TestRecoveryText(t *testing.T) {
	r := eastern()
	r.Server.Recovery = 30 * day
	for status, want := range map[string]string{
		"2": "NO GOOD RECOVERY TEST SINCE Sat 10 Oct 08:00 (UTC-05:00).",
		"5": "NO GOOD RECOVERY TEST SINCE Sat 10 Oct 08:00 (UTC-05:00).",
	} {
		d := server()
		d.Rest = map[string]string{"I80": "1", "RV0": status, "RVL": strconv.FormatInt(ago(44*day-time.Hour).Unix(), 10)}
		f := Judge([]*cove.Device{d}, birchTree(), r, now)
		if got := headline(&f.Verdicts[0], r.clock(now)); got != want {
			t.Errorf("status %s: %q, want %q", status, got, want)
		}
		if status == "2" {
			text, err := f.Compose(t.Context(), action(f, d, reconcile.Create, nil))
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "create-recovery", f.Verdicts[0].Summary+"\n"+text.Internal+"\n--- discussion\n"+text.Discussion+"\n")
		}
		d.Rest["RVL"] = ""
		f = Judge([]*cove.Device{d}, birchTree(), r, now)
		if got := headline(&f.Verdicts[0], r.clock(now)); status != "5" && got != "NO RECOVERY TEST HAS SUCCEEDED YET." {
			t.Errorf("status %s, never: %q", status, got)
		}
	}
}
