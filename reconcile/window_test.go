package reconcile_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/reconcile"
)

func TestMaintenanceWindows(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	weekly := func(start, end string, days ...time.Weekday) reconcile.Window {
		return reconcile.Window{Name: "patch night", Days: days, Start: start, End: end, Zone: newYork}
	}
	utc := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, tt := range []struct {
		name   string
		window reconcile.Window
		at     string
		until  string // "" when the window is not on
	}{
		{"one-off, begins", reconcile.Window{From: utc("2026-11-20T06:00:00Z"), Until: utc("2026-11-20T08:00:00Z")}, "2026-11-20T06:00:00Z", "2026-11-20T08:00:00Z"},
		{"one-off, over", reconcile.Window{From: utc("2026-11-20T06:00:00Z"), Until: utc("2026-11-20T08:00:00Z")}, "2026-11-20T08:00:00Z", ""},
		{"one-off, before", reconcile.Window{From: utc("2026-11-20T06:00:00Z"), Until: utc("2026-11-20T08:00:00Z")}, "2026-11-20T05:59:59Z", ""},
		{"weekly, same day", weekly("12:00", "13:00", time.Friday), "2026-11-20T17:30:00Z", "2026-11-20T18:00:00Z"},
		{"weekly, another day", weekly("12:00", "13:00", time.Monday), "2026-11-20T17:30:00Z", ""},
		{"over midnight, evening", weekly("22:00", "06:00", time.Friday), "2026-11-21T03:30:00Z", "2026-11-21T11:00:00Z"},
		{"over midnight, morning", weekly("22:00", "06:00", time.Friday), "2026-11-21T10:30:00Z", "2026-11-21T11:00:00Z"},
		{"over midnight, ended", weekly("22:00", "06:00", time.Friday), "2026-11-21T11:00:00Z", ""},
		{"over midnight, the day before", weekly("22:00", "06:00", time.Friday), "2026-11-20T10:30:00Z", ""},
		{"a whole day", weekly("00:00", "00:00", time.Friday), "2026-11-21T04:59:00Z", "2026-11-21T05:00:00Z"},
		// The clocks go forward on 8 March 2026 at 2:00 and back on 1 November.
		{"spring: an hour shorter", weekly("22:00", "06:00", time.Saturday), "2026-03-08T09:59:00Z", "2026-03-08T10:00:00Z"},
		{"spring: ended", weekly("22:00", "06:00", time.Saturday), "2026-03-08T10:00:00Z", ""},
		{"autumn: an hour longer", weekly("22:00", "06:00", time.Saturday), "2026-11-01T10:59:00Z", "2026-11-01T11:00:00Z"},
		{"summer time", weekly("22:00", "06:00", time.Friday), "2026-07-18T02:00:00Z", "2026-07-18T10:00:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			is := issue("1")
			policy := reconcile.DefaultPolicy()
			policy.Windows = []reconcile.Window{tt.window}
			obs := observe(is)
			obs.At = utc(tt.at)
			a := scene{obs, boardOf(), policy}.plan(t).Actions[0]
			if tt.until == "" {
				if a.Kind != reconcile.Create {
					t.Errorf("outside: %s", describe(a))
				}
				return
			}
			if a.Code != reconcile.CodeMaintenance || a.Would != reconcile.Create || !a.Until.Equal(utc(tt.until)) || a.Cause != tt.window.Name {
				t.Errorf("inside, want until %s: %s", tt.until, describe(a))
			}
		})
	}
}

func TestMaintenanceActions(t *testing.T) {
	is := issue("1")
	worse := issue("1", func(is *reconcile.Issue) { is.Severity = reconcile.SeverityHigh })
	on := func(edit func(*reconcile.Window)) reconcile.Policy {
		w := reconcile.Window{From: now.Add(-time.Hour), Until: now.Add(time.Hour)}
		edit(&w)
		p := reconcile.DefaultPolicy()
		p.Windows = []reconcile.Window{w}
		return p
	}
	all := on(func(*reconcile.Window) {})
	for _, tt := range []struct {
		name string
		s    scene
		want map[string]int
	}{
		{"create", scene{observe(is), boardOf(), all}, map[string]int{"hold maintenance": 1}},
		{"reopen", scene{observe(is), boardOf(ticketFor(1, is, closed(time.Hour, true))), all}, map[string]int{"hold maintenance": 1}},
		{"escalation", scene{observe(worse), boardOf(ticketFor(1, is)), all}, map[string]int{"hold maintenance": 1}},
		{"nothing to do", scene{observe(is), boardOf(ticketFor(1, is)), all}, map[string]int{"keep unchanged": 1}},
		{"close", scene{healthy(now), boardOf(ticketFor(1, is)), all}, map[string]int{"close recovered": 1}},
		{"recovery note", scene{healthy(now), boardOf(ticketFor(1, is, stage(reconcile.StageWorking))), all}, map[string]int{"update recovered": 1}},
		{"its customer", scene{observe(is), boardOf(), on(func(w *reconcile.Window) { w.Customers = []string{"c9", "c1"} })}, map[string]int{"hold maintenance": 1}},
		{"its customer by name", scene{observe(is), boardOf(), on(func(w *reconcile.Window) { w.Customers = []string{"Birch Dental"} })}, map[string]int{"hold maintenance": 1}},
		{"another customer", scene{observe(is), boardOf(), on(func(w *reconcile.Window) { w.Customers = []string{"c9"} })}, map[string]int{"create new": 1}},
		{"its subject", scene{observe(is), boardOf(), on(func(w *reconcile.Window) { w.Subjects = []string{"1"} })}, map[string]int{"hold maintenance": 1}},
		{"another subject", scene{observe(is), boardOf(), on(func(w *reconcile.Window) { w.Subjects = []string{"2"} })}, map[string]int{"create new": 1}},
		{"its class", scene{observe(is), boardOf(), on(func(w *reconcile.Window) { w.Classes = []string{"server"} })}, map[string]int{"hold maintenance": 1}},
		{"its customer, another class", scene{observe(is), boardOf(), on(func(w *reconcile.Window) { w.Customers, w.Classes = []string{"c1"}, []string{"m365"} })}, map[string]int{"create new": 1}},
	} {
		if diff := cmp.Diff(tt.want, summarize(tt.s.plan(t))); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}
