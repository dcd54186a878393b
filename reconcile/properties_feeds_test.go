package reconcile_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// Properties of feeds and storms.

// For a customer that was not looked at, nothing closes and nothing is written
// about absence.
func TestP43NotLookedAtIsNotOver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAnyScene(t)
		looked := make(map[string]bool) // by feed and customer
		named := make(map[mark.KeyID]bool)
		for _, is := range s.obs.Issues {
			named[is.Key.ID()] = true
		}
		for _, h := range s.obs.Healthy {
			named[h.Key.ID()] = true
		}
		for i := range s.obs.Feeds {
			f := &s.obs.Feeds[i]
			f.Everything = false
			for _, c := range f.Customers {
				looked[mark.SourceID(f.Name)+mark.CustomerID(c)] = true
			}
		}
		for _, a := range s.plan(t).Actions {
			if a.Kind == reconcile.Close && a.Code != reconcile.CodeDuplicate && !named[a.KeyID] && !looked[a.Before.Source+a.Before.Customer] {
				t.Fatal(describe(a))
			}
		}
	})
}

// A list of active alerts closes exactly the tickets of alerts that are no
// longer listed, in the second run that misses them.
func TestP44ActiveAlertsCloseWhatIsMissing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "alerts")
		s := scene{alerts(many(n)...), boardOf(), reconcile.DefaultPolicy()}
		s.policy.CustomerStorm.Limit = 0
		s.run(t, now)
		var still []reconcile.Issue
		missing := make(map[string]bool)
		for _, is := range s.obs.Issues {
			if rapid.Bool().Draw(t, "still there") {
				still = append(still, is)
			} else {
				missing[is.Key.Subject] = true
			}
		}
		s.obs.Issues = still
		held := len(missing) >= 5 && 2*len(missing) > n
		if rapid.Bool().Draw(t, "sure") {
			s.obs.Feeds[0].Sure, held = true, false
		}
		if p := s.run(t, now.Add(time.Hour)); p.Counts()[reconcile.Close] > 0 {
			t.Fatalf("closed in the first run that misses it:\n%s", p)
		}
		p := s.run(t, now.Add(2*time.Hour))
		closes := 0
		for _, a := range p.Actions {
			if a.Kind == reconcile.Close {
				if closes++; !missing[a.Key.Subject] {
					t.Fatal(describe(a))
				}
			}
		}
		want := len(missing)
		if held {
			want = 0
		}
		if closes != want {
			t.Fatalf("%d closed, %d missing of %d, held: %t\n%s", closes, len(missing), n, held, p)
		}
	})
}

// No storm outlives its members: when all are healthy, it ends a Window later.
func TestP45NoStormOutlivesItsMembers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 12).Draw(t, "members")
		s := stormy(many(n)...)
		s.obs.Feeds[0].Kind = reconcile.FeedKind(rapid.IntRange(0, 2).Draw(t, "kind"))
		s.run(t, now)
		at := now
		for len(s.obs.Issues) > 0 {
			at = at.Add(time.Duration(rapid.IntRange(5, 600).Draw(t, "minutes")) * time.Minute)
			k := rapid.IntRange(1, len(s.obs.Issues)).Draw(t, "recover")
			for _, is := range s.obs.Issues[:k] {
				s.obs.Healthy = append(s.obs.Healthy, reconcile.Healthy{Key: is.Key, Customer: "c1"})
			}
			s.obs.Issues = s.obs.Issues[k:]
			s.run(t, at)
		}
		s.run(t, at.Add(time.Hour))
		s.run(t, at.Add(2*time.Hour))
		for _, tk := range s.board.Tickets {
			if tk.Open {
				t.Fatalf("#%d is open: %+v", tk.ID, tk.Mark)
			}
		}
	})
}

// A problem that gets more severe than its storm has its own ticket after the
// next run, unless that would flood.
func TestP46GraverThanItsStorm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 12).Draw(t, "members")
		s := stormy(many(n)...)
		s.run(t, now)
		worse := rapid.IntRange(1, n).Draw(t, "graver")
		for i := range worse {
			s.obs.Issues[i].Severity = reconcile.SeverityCritical
		}
		p := s.run(t, now.Add(2*time.Hour))
		want := worse
		if worse > s.policy.CustomerStorm.Limit {
			want = 0
		}
		if got := p.Counts()[reconcile.Create]; got != want || want == 0 && p.Codes(reconcile.Update)[reconcile.CodeEscalated] != 1 {
			t.Fatalf("%d of %d have tickets of their own, want %d:\n%s", got, worse, want, p)
		}
	})
}

// After two plans, the same look at the same time has nothing to write, if no
// limit cuts the plan and each key has one ticket.
func TestP47FixedPoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAnyScene(t)
		s.policy.MaxCreate, s.policy.MaxClose, s.policy.Allow = 0, 0, nil
		seen := make(map[mark.KeyID]bool)
		var board []reconcile.Ticket
		for _, tk := range s.board.Tickets {
			if !seen[tk.Mark.Key] {
				board = append(board, tk)
			}
			seen[tk.Mark.Key] = true
		}
		s.board.Tickets = board
		var before string
		for range 2 {
			p := s.plan(t)
			before += p.String()
			s = s.then(p)
		}
		if p := s.plan(t); len(writes(p)) > 0 {
			t.Fatalf("a third plan still writes:\n%s\nafter\n%s", p, before)
		}
	})
}
