package reconcile_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

var customerStorm = reconcile.Key{Feed: "cove", Subject: "storm:group:c1"}

var globalStorm = reconcile.Key{Feed: "cove", Subject: "storm:all"}

// at returns the action about a key, storm keys included.
func at(t *testing.T, p reconcile.Plan, k reconcile.Key) reconcile.Action {
	t.Helper()
	var found *reconcile.Action
	for i, a := range p.Actions {
		if a.KeyID == k.ID() {
			if found != nil {
				t.Fatalf("two actions about %s:\n%s", k, p)
			}
			found = &p.Actions[i]
		}
	}
	if found == nil {
		t.Fatalf("no action about %s:\n%s", k, p)
	}
	return *found
}

// stormy is a scene in which a customer may get three tickets an hour.
func stormy(issues ...reconcile.Issue) scene {
	s := scene{alerts(issues...), boardOf(), reconcile.DefaultPolicy()}
	s.policy.CustomerStorm = reconcile.Storm{Limit: 3, Window: time.Hour}
	s.board.Known = map[mark.KeyID]reconcile.Known{}
	return s
}

func of(customer string) func(int, *reconcile.Issue) {
	return func(_ int, is *reconcile.Issue) {
		is.Customer, is.Key.Subject = customer, customer+"-"+is.Key.Subject
		is.Summary = "COVE SVR #" + is.Key.Subject
	}
}

func from(n int) func(int, *reconcile.Issue) {
	return func(i int, is *reconcile.Issue) {
		is.Key.Subject = fmt.Sprintf("m%03d", n+i)
		is.Summary = "COVE SVR #" + is.Key.Subject
	}
}

func since(t time.Time) func(int, *reconcile.Issue) {
	return func(_ int, is *reconcile.Issue) { is.Since = t }
}

func grave(_ int, is *reconcile.Issue) { is.Severity = reconcile.SeverityCritical }

func minutes(n int) time.Time { return now.Add(time.Duration(n) * time.Minute) }

func wantCounts(t *testing.T, p reconcile.Plan, want map[reconcile.ActionKind]int) {
	t.Helper()
	got := p.Counts()
	for _, kind := range []reconcile.ActionKind{reconcile.Create, reconcile.Reopen, reconcile.Update, reconcile.Close, reconcile.Fold, reconcile.Hold} {
		if got[kind] != want[kind] {
			t.Fatalf("%d %s, want %d:\n%s", got[kind], kind, want[kind], p)
		}
	}
}

type counts = map[reconcile.ActionKind]int

func TestStormRule1(t *testing.T) {
	t.Run("as many as there is room for", func(t *testing.T) {
		s := stormy(many(3)...)
		wantCounts(t, s.run(t, now), counts{reconcile.Create: 3})
	})
	t.Run("one more makes one ticket", func(t *testing.T) {
		s := stormy(many(4)...)
		s.obs.Issues[2].Severity, s.obs.Issues[2].Class = reconcile.SeverityCritical, "vault"
		p := s.run(t, now)
		wantCounts(t, p, counts{reconcile.Create: 1, reconcile.Fold: 4})
		a := at(t, p, customerStorm)
		if a.Issue.Severity != reconcile.SeverityCritical || a.Issue.Class != "vault" || a.After.State != mark.Storm || a.Issue.Company != "250" || a.Code != reconcile.CodeMany {
			t.Errorf("%+v", a)
		}
	})
	t.Run("tickets of the last Window take room", func(t *testing.T) {
		s := stormy(many(2)...)
		s.run(t, now)
		s.obs = alerts(many(4)...)
		p := s.run(t, minutes(59))
		wantCounts(t, p, counts{reconcile.Create: 1, reconcile.Fold: 2})
		s.board.Tickets = s.board.Tickets[:2]
		s.board.Known = nil
		wantCounts(t, s.run(t, minutes(60)), counts{reconcile.Create: 2})
	})
	t.Run("reopened ones too", func(t *testing.T) {
		s := stormy(many(2)...)
		for i, is := range s.obs.Issues {
			s.board.Tickets = append(s.board.Tickets, ticketFor(int64(10+i), is, closed(2*time.Hour, true)))
		}
		wantCounts(t, s.run(t, now), counts{reconcile.Reopen: 2})
		s.obs = alerts(many(4)...)
		wantCounts(t, s.run(t, minutes(30)), counts{reconcile.Create: 1, reconcile.Fold: 2})
	})
	t.Run("what would be reopened is due", func(t *testing.T) {
		s := stormy(many(4)...)
		for i, is := range s.obs.Issues {
			s.board.Tickets = append(s.board.Tickets, ticketFor(int64(10+i), is, closed(2*time.Hour, true)))
		}
		wantCounts(t, s.run(t, now), counts{reconcile.Create: 1, reconcile.Fold: 4})
	})
	t.Run("never a reopening; the last one is named", func(t *testing.T) {
		s := stormy(many(4)...)
		s.run(t, now)
		closed(0, true)(&s.board.Tickets[0])
		s.board.Known = map[mark.KeyID]reconcile.Known{}
		p := s.run(t, minutes(61))
		if a := at(t, p, customerStorm); a.Kind != reconcile.Create || len(a.Related) != 1 || a.Related[0] != 1 {
			t.Errorf("%s, related %v", describe(a), a.Related)
		}
	})
	t.Run("without a limit there is none", func(t *testing.T) {
		s := stormy(many(40)...)
		s.policy.CustomerStorm.Limit = 0
		wantCounts(t, s.run(t, now), counts{reconcile.Create: 40})
	})
}

func TestStormRule2(t *testing.T) {
	s := stormy(many(4)...)
	s.run(t, now)
	// The storm is younger than Window: all due problems fold, and the ticket says
	// so at most once a Window.
	s.obs = alerts(many(6)...)
	wantCounts(t, s.run(t, minutes(10)), counts{reconcile.Fold: 6})
	// A rise in severity does not wait.
	s.obs = alerts(append(many(6), many(1, from(6), grave)...)...)
	p := s.run(t, minutes(20))
	wantCounts(t, p, counts{reconcile.Fold: 7, reconcile.Update: 1})
	if a := at(t, p, customerStorm); a.Code != reconcile.CodeEscalated || a.After.Severity != reconcile.SeverityCritical {
		t.Error(describe(a))
	}
	// Newly folded keys are written once a Window has passed since the last write.
	s.obs = alerts(append(s.obs.Issues, many(1, from(7))...)...)
	wantCounts(t, s.run(t, minutes(59)), counts{reconcile.Fold: 8})
	p = s.run(t, minutes(81))
	wantCounts(t, p, counts{reconcile.Fold: 8, reconcile.Update: 1})
	if a := at(t, p, customerStorm); a.Code != reconcile.CodeGrown {
		t.Error(describe(a))
	}
	wantCounts(t, s.run(t, minutes(160)), counts{reconcile.Fold: 8})
	// One note a day while it lasts.
	if a := at(t, s.run(t, minutes(81+24*60)), customerStorm); a.Code != reconcile.CodeDaily {
		t.Error(describe(a))
	}
}

// twoStorms returns the scene of an open storm that has two tickets.
func twoStorms(t *testing.T) scene {
	t.Helper()
	s := stormy(many(4)...)
	s.run(t, now)
	second := s.board.Tickets[0]
	second.ID = 2
	s.board.Tickets = append(s.board.Tickets, second)
	return s
}

func TestStormRule2TwoOpenStorms(t *testing.T) {
	s := twoStorms(t)
	p := s.run(t, minutes(10))
	if a := at(t, p, customerStorm); a.Kind != reconcile.MarkOnly || a.Ticket != 2 {
		t.Fatalf("the other is not ended: %s", describe(a))
	}
	for _, a := range p.Actions {
		if a.Kind == reconcile.Fold && a.Related[0] != 1 {
			t.Fatalf("folded into %v", a.Related)
		}
	}
	if a := at(t, s.run(t, minutes(71)), customerStorm); a.Kind != reconcile.Close || a.Ticket != 2 || a.Code != reconcile.CodeStormOver {
		t.Fatal(describe(a))
	}
	if a := at(t, s.run(t, minutes(80)), customerStorm); a.Ticket != 1 || a.Kind != reconcile.Keep {
		t.Fatal(describe(a))
	}
}

func TestTwoStormsEndOneARun(t *testing.T) {
	s := twoStorms(t)
	s.obs = alerts()
	for _, is := range many(4) {
		s.obs.Healthy = append(s.obs.Healthy, reconcile.Healthy{Key: is.Key, Customer: "c1"})
	}
	for i, want := range []reconcile.ActionKind{reconcile.MarkOnly, reconcile.MarkOnly, reconcile.Close, reconcile.Close} {
		if a := at(t, s.run(t, minutes(10+40*i)), customerStorm); a.Kind != want || a.Ticket != int64(1+i%2) {
			t.Fatal(describe(a))
		}
	}
}

func TestStormRule3(t *testing.T) {
	t.Run("few are left after a day: each gets its own", func(t *testing.T) {
		s := stormy(many(4)...)
		s.run(t, now)
		s.obs = alerts(many(3)...)
		wantCounts(t, s.run(t, minutes(120)), counts{reconcile.Fold: 3})
		p := s.run(t, minutes(25*60))
		wantCounts(t, p, counts{reconcile.Create: 3})
	})
	t.Run("what came later gets its own", func(t *testing.T) {
		s := stormy(many(4)...)
		s.run(t, now)
		s.obs = alerts(append(many(4), many(2, from(4))...)...)
		wantCounts(t, s.run(t, minutes(61)), counts{reconcile.Create: 2, reconcile.Fold: 4})
	})
	t.Run("what the memory named before the storm's Window was over is not late", func(t *testing.T) {
		s := stormy(many(4)...)
		s.run(t, now)
		s.obs = alerts(append(many(4), many(1, from(4), since(minutes(59)))...)...)
		s.run(t, minutes(59))
		wantCounts(t, s.run(t, minutes(61)), counts{reconcile.Fold: 5, reconcile.Update: 1})
	})
	t.Run("without a memory its Since counts, and unknown times are not late", func(t *testing.T) {
		s := stormy(many(4)...)
		s.run(t, now)
		s.board.Known = nil
		late, unknown := many(1, from(4), since(minutes(60))), many(1, from(5), since(time.Time{}))
		s.obs = alerts(append(append(many(4), late...), unknown...)...)
		p := s.run(t, minutes(62))
		wantCounts(t, p, counts{reconcile.Create: 1, reconcile.Fold: 5, reconcile.Update: 1})
		if a := only(t, p, "m004"); a.Kind != reconcile.Create {
			t.Error(describe(a))
		}
	})
	t.Run("what got graver gets its own, unless that would flood", func(t *testing.T) {
		s := stormy(many(6)...)
		s.run(t, now)
		s.obs = alerts(append(many(3, grave), many(3, from(3))...)...)
		wantCounts(t, s.run(t, minutes(61)), counts{reconcile.Create: 3, reconcile.Fold: 3})
		s = stormy(many(6)...)
		s.run(t, now)
		s.obs = alerts(append(many(4, grave), many(2, from(4))...)...)
		p := s.run(t, minutes(61))
		wantCounts(t, p, counts{reconcile.Fold: 6, reconcile.Update: 1})
		if a := at(t, p, customerStorm); a.Code != reconcile.CodeEscalated {
			t.Error(describe(a))
		}
	})
}

func TestStormRule4(t *testing.T) {
	s := stormy(many(4, grave)...)
	s.run(t, now)
	s.obs = alerts(many(5, func(_ int, is *reconcile.Issue) { is.Severity, is.Company = reconcile.SeverityLow, "7" })...)
	a := at(t, s.run(t, minutes(30)), customerStorm)
	if a.Kind != reconcile.Keep {
		t.Error(describe(a))
	}
	a = at(t, s.run(t, minutes(24*60)), customerStorm)
	if a.Kind != reconcile.Update || a.After.Severity != reconcile.SeverityCritical || a.After.Digests.Company != mark.DigestOf("250") {
		t.Errorf("%s\n%+v", describe(a), a.After)
	}
}

func TestStormRule5(t *testing.T) {
	t.Run("ends a Window after its problems are over", func(t *testing.T) {
		s := stormy(many(4)...)
		s.run(t, now)
		s.obs = alerts()
		for i := range s.obs.Feeds {
			s.obs.Feeds[i].Sure = true
		}
		for _, m := range []int{10, 19} {
			if a := at(t, s.run(t, minutes(m)), customerStorm); a.Kind != reconcile.Keep {
				t.Fatalf("minute %d: %s", m, describe(a))
			}
		}
		if a := at(t, s.run(t, minutes(20)), customerStorm); a.Kind != reconcile.MarkOnly {
			t.Fatal(describe(a))
		}
		if a := at(t, s.run(t, minutes(79)), customerStorm); a.Kind != reconcile.Keep {
			t.Fatal(describe(a))
		}
		if a := at(t, s.run(t, minutes(80)), customerStorm); a.Kind != reconcile.Close || a.Code != reconcile.CodeStormOver {
			t.Fatal(describe(a))
		}
	})
	t.Run("a day without anything new releases what mass absence held", func(t *testing.T) {
		s := stormy(many(8)...)
		s.run(t, now)
		s.obs = alerts()
		for hour := 1; hour < 40; hour++ {
			if p := s.run(t, minutes(60*hour)); p.Counts()[reconcile.Close] > 0 {
				t.Fatalf("hour %d: %s", hour, p)
			}
		}
	})
	t.Run("its members' tickets come at least one run before its close", func(t *testing.T) {
		s := stormy(many(4)...)
		s.run(t, now)
		s.obs = alerts(many(3)...)
		s.policy.MaxCreate = 2
		wantCounts(t, s.run(t, minutes(25*60)), counts{reconcile.Create: 2, reconcile.Hold: 1})
		if a := at(t, s.run(t, minutes(26*60)), customerStorm); a.Kind != reconcile.Keep {
			t.Fatalf("its last member has no ticket yet: %s", describe(a))
		}
		if a := at(t, s.run(t, minutes(27*60)), customerStorm); a.Kind != reconcile.MarkOnly {
			t.Fatal(describe(a))
		}
		if a := at(t, s.run(t, minutes(28*60)), customerStorm); a.Kind != reconcile.Close {
			t.Fatal(describe(a))
		}
	})
	t.Run("a suppressed member keeps it open", func(t *testing.T) {
		s := stormy(many(4)...)
		s.run(t, now)
		s.obs = alerts()
		for _, is := range many(4) {
			s.obs.Suppressed = append(s.obs.Suppressed, reconcile.Suppressed{Key: is.Key, Customer: "c1", Reason: "disabled"})
		}
		for hour := 1; hour < 60; hour++ {
			if p := s.run(t, minutes(60*hour)); len(writes(p)) > 0 {
				t.Fatalf("hour %d: %s", hour, p)
			}
		}
	})
	t.Run("a held member of the global storm keeps it open whatever else is open", func(t *testing.T) {
		s := globally(4, customers(5, 5)...)
		s.run(t, now)
		storm := issue("storm:group:k0", func(is *reconcile.Issue) { is.Customer = "k0" })
		s.board.Tickets = append(s.board.Tickets, ticketFor(2, storm, func(tk *reconcile.Ticket) { tk.Mark.State = mark.Storm }))
		s.obs.Feeds[0].Sure, s.obs.Issues, s.board.Partial = true, customers(1, 5), true
		for hour := 1; hour < 5; hour++ {
			if a := at(t, s.run(t, minutes(60*hour)), globalStorm); a.Kind != reconcile.Keep || a.Code != reconcile.CodeStormLasts {
				t.Fatalf("hour %d: %s", hour, describe(a))
			}
		}
	})
	t.Run("a problem that comes back stops the timer", func(t *testing.T) {
		s := stormy(many(4)...)
		s.run(t, now)
		well := alerts()
		for _, is := range many(4) {
			well.Healthy = append(well.Healthy, reconcile.Healthy{Key: is.Key, Customer: "c1"})
		}
		s.obs = well
		s.run(t, minutes(10))
		s.obs = alerts(many(1)...)
		if a := at(t, s.run(t, minutes(20)), customerStorm); a.Kind != reconcile.MarkOnly || a.Code != reconcile.CodeBack || a.After.Digests != a.Before.Digests {
			t.Fatal(describe(a))
		}
	})
	t.Run("people's stages count", func(t *testing.T) {
		s := stormy(many(4)...)
		s.run(t, now)
		s.board.Tickets[0].Stage = reconcile.StageWorking
		s.obs.Issues = nil
		for _, is := range many(4) {
			s.obs.Healthy = append(s.obs.Healthy, reconcile.Healthy{Key: is.Key, Customer: "c1"})
		}
		s.run(t, minutes(10))
		if a := at(t, s.run(t, minutes(70)), customerStorm); a.Kind != reconcile.Update || a.Recovery != reconcile.RecoveryNote {
			t.Fatal(describe(a))
		}
		if a := at(t, s.run(t, minutes(200)), customerStorm); a.Code != reconcile.CodeNoted {
			t.Fatal(describe(a))
		}
		s.board.Tickets[0].Stage = reconcile.StageNew
		s.obs.Healthy, s.obs.Issues = nil, many(4)
		if a := at(t, s.run(t, minutes(300)), customerStorm); a.Kind != reconcile.Update || a.Ticket != 1 {
			t.Fatal(describe(a))
		}
	})
}

// Without a memory, the storm's customer must have been looked at.
func TestStormRule5WithoutAMemory(t *testing.T) {
	for _, tt := range []struct {
		name string
		feed reconcile.Feed
		ends bool
	}{
		{"everything", reconcile.Feed{Name: "cove", Kind: reconcile.ActiveAlerts, Everything: true}, true},
		{"its customer", reconcile.Feed{Name: "cove", Kind: reconcile.Inventory, Customers: []string{"c1"}}, true},
		{"another customer", reconcile.Feed{Name: "cove", Kind: reconcile.ActiveAlerts, Customers: []string{"c2"}}, false},
		{"events", reconcile.Feed{Name: "cove", Everything: true}, false},
		{"another feed", reconcile.Feed{Name: "rmm", Kind: reconcile.ActiveAlerts, Everything: true}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := stormy(many(4)...)
			s.run(t, now)
			s.board.Known, s.obs = nil, reconcile.Observation{Feeds: []reconcile.Feed{tt.feed}}
			s.board.Tickets[0].Mark.AbsentSince = now
			if a := at(t, s.run(t, minutes(120)), customerStorm); (a.Kind == reconcile.Close) != tt.ends {
				t.Error(describe(a))
			}
			// The second run has a memory again, but not of the storm.
			if p := s.run(t, minutes(240)); len(writes(p)) > 0 {
				t.Error(p)
			}
		})
	}
}

// Nothing folds into a storm whose ticket is not created in this run.
func TestHeldStormHoldsItsMembers(t *testing.T) {
	s := stormy(many(4)...)
	s.policy.Allow = []reconcile.ActionKind{reconcile.Update}
	p := s.run(t, now)
	wantCounts(t, p, counts{reconcile.Hold: 5})
	if p.Codes(reconcile.Hold)[reconcile.CodeNotAllowed] != 5 {
		t.Error(p)
	}
}

func TestStormRule6(t *testing.T) {
	closeIt := func(t *testing.T, ticket func(*reconcile.Ticket)) scene {
		s := stormy(many(5)...)
		s.run(t, now)
		s.run(t, minutes(30))
		ticket(&s.board.Tickets[0])
		return s
	}
	byPerson := func(tk *reconcile.Ticket) { tk.Open, tk.Closed, tk.Updated = false, minutes(40), minutes(40) }
	t.Run("what began before the close is snoozed, the rest is judged anew", func(t *testing.T) {
		s := closeIt(t, byPerson)
		s.obs.Issues = append(s.obs.Issues, many(2, from(5), since(minutes(50)))...)
		s.obs.Issues[0].Severity = reconcile.SeverityCritical
		p := s.run(t, minutes(60))
		wantCounts(t, p, counts{reconcile.Create: 3, reconcile.Hold: 4})
		if p.Codes(reconcile.Hold)[reconcile.CodeSnoozed] != 4 {
			t.Error(p)
		}
	})
	t.Run("until Snooze ends", func(t *testing.T) {
		s := closeIt(t, byPerson)
		wantCounts(t, s.run(t, minutes(40+7*24*60-1)), counts{reconcile.Hold: 5})
		wantCounts(t, s.run(t, minutes(40+7*24*60)), counts{reconcile.Create: 1, reconcile.Fold: 5})
	})
	t.Run("a member that was well is a new problem", func(t *testing.T) {
		s := closeIt(t, byPerson)
		for i := range s.obs.Issues {
			s.obs.Issues[i].Since = time.Time{} // then the time when it was first named decides
		}
		is := s.obs.Issues[4]
		s.obs.Issues = s.obs.Issues[:4]
		s.obs.Healthy = []reconcile.Healthy{{Key: is.Key, Customer: "c1"}}
		wantCounts(t, s.run(t, minutes(60)), counts{reconcile.Hold: 4})
		s.obs.Healthy, s.obs.Issues = nil, append(s.obs.Issues, is)
		wantCounts(t, s.run(t, minutes(90)), counts{reconcile.Hold: 4, reconcile.Create: 1})
	})
	t.Run("so is one that is over by absence, unless the feed went quiet", func(t *testing.T) {
		for missing, want := range map[int]counts{
			2: {reconcile.Hold: 3, reconcile.Create: 2},
			5: {reconcile.Hold: 5},
		} {
			s := closeIt(t, byPerson)
			for i := range s.obs.Issues {
				s.obs.Issues[i].Since = time.Time{}
			}
			all := s.obs.Issues
			s.obs.Issues = all[:5-missing]
			s.run(t, minutes(60))
			s.run(t, minutes(70))
			s.obs.Issues = all
			wantCounts(t, s.run(t, minutes(120)), want)
		}
	})
	t.Run("one that is gone from an inventory is not over", func(t *testing.T) {
		s := closeIt(t, byPerson)
		for i := range s.obs.Issues {
			s.obs.Issues[i].Since = time.Time{}
		}
		all := s.obs.Issues
		s.obs.Feeds[0].Kind, s.obs.Issues = reconcile.Inventory, all[:4]
		s.run(t, minutes(60))
		s.run(t, minutes(60+30*60))
		s.obs.Issues = all
		wantCounts(t, s.run(t, minutes(60+31*60)), counts{reconcile.Hold: 5})
	})
	t.Run("merged: as long as the parent is open, then as closed", func(t *testing.T) {
		s := closeIt(t, func(tk *reconcile.Ticket) {
			tk.Open, tk.Closed, tk.MergedInto, tk.ParentOpen = false, minutes(40), 99, true
		})
		wantCounts(t, s.run(t, minutes(30*24*60)), counts{reconcile.Hold: 5})
		s.board.Tickets[0].ParentOpen = false
		wantCounts(t, s.run(t, minutes(30*24*60+10)), counts{reconcile.Create: 1, reconcile.Fold: 5})
	})
	t.Run("one that we closed silences nothing", func(t *testing.T) {
		s := closeIt(t, func(tk *reconcile.Ticket) { byPerson(tk); tk.Mark.State = mark.Closed })
		wantCounts(t, s.run(t, minutes(60)), counts{reconcile.Create: 1, reconcile.Fold: 5})
	})
}

func globally(limit int, issues ...reconcile.Issue) scene {
	s := stormy(issues...)
	s.policy.GlobalStorm, s.policy.StormCompany = reconcile.Storm{Limit: limit, Window: time.Hour}, "1"
	return s
}

func customers(n, each int) (out []reconcile.Issue) {
	for c := range n {
		out = append(out, many(each, of(fmt.Sprintf("k%d", c)))...)
	}
	return out
}

func TestStormRule7(t *testing.T) {
	t.Run("a customer's new storm is one unit", func(t *testing.T) {
		s := globally(4, customers(4, 5)...)
		wantCounts(t, s.run(t, now), counts{reconcile.Create: 4, reconcile.Fold: 20})
	})
	t.Run("more than the limit make one ticket of the provider's company", func(t *testing.T) {
		s := globally(4, customers(5, 5)...)
		p := s.run(t, now)
		wantCounts(t, p, counts{reconcile.Create: 1, reconcile.Fold: 25})
		if a := at(t, p, globalStorm); a.Issue.Company != "1" || a.Issue.Customer != "" {
			t.Errorf("%+v", a.Issue)
		}
	})
	t.Run("off until the provider's company is named", func(t *testing.T) {
		s := globally(4, customers(5, 1)...)
		s.policy.StormCompany = ""
		wantCounts(t, s.run(t, now), counts{reconcile.Create: 5})
	})
	t.Run("so do those of earlier runs within the window", func(t *testing.T) {
		nobodys := many(5, func(_ int, is *reconcile.Issue) { is.Customer = "" })
		s := globally(4, nobodys[:3]...)
		wantCounts(t, s.run(t, now), counts{reconcile.Create: 3})
		s.obs.Issues = nobodys
		wantCounts(t, s.run(t, minutes(10)), counts{reconcile.Create: 1, reconcile.Fold: 2, reconcile.Keep: 3})
	})
	t.Run("problems without a customer count here only", func(t *testing.T) {
		s := globally(5, many(5, func(_ int, is *reconcile.Issue) { is.Customer = "" })...)
		wantCounts(t, s.run(t, now), counts{reconcile.Create: 5})
		s = globally(4, many(5, func(_ int, is *reconcile.Issue) { is.Customer = "" })...)
		wantCounts(t, s.run(t, now), counts{reconcile.Create: 1, reconcile.Fold: 5})
	})
	t.Run("while it is open, others come first, then those folded into it where room is left", func(t *testing.T) {
		s := globally(4, customers(5, 2)...)
		s.run(t, now)
		// One later problem of a customer with two folded ones: there is room for it.
		s.obs.Issues = append(s.obs.Issues, many(1, from(900), of("k0"), since(minutes(65)))...)
		p := s.run(t, minutes(70))
		wantCounts(t, p, counts{reconcile.Create: 1, reconcile.Fold: 10})
		if a := at(t, p, globalStorm); a.Kind != reconcile.Keep {
			t.Error(describe(a))
		}
	})
	t.Run("ends when each customer has a storm or its tickets", func(t *testing.T) {
		s := globally(4, customers(5, 5)...)
		s.run(t, now)
		s.obs.Issues = customers(2, 5)
		for _, is := range customers(5, 5)[10:] {
			s.obs.Healthy = append(s.obs.Healthy, reconcile.Healthy{Key: is.Key, Customer: is.Customer})
		}
		p := s.run(t, minutes(25*60)) // two units: each problem gets its own ticket
		wantCounts(t, p, counts{reconcile.Create: 2, reconcile.Fold: 10})
		if a := at(t, p, globalStorm); a.Code != reconcile.CodeStormLasts {
			t.Fatal(describe(a))
		}
		if a := at(t, s.run(t, minutes(26*60)), globalStorm); a.Kind != reconcile.MarkOnly {
			t.Fatal(describe(a))
		}
	})
}

func TestCaseS3OneCriticalAMonthLater(t *testing.T) {
	s := stormy(many(12)...)
	s.run(t, now)
	s.obs = alerts(many(1)...)
	for hour := 1; hour <= 30*24; hour++ {
		s.run(t, minutes(60*hour))
	}
	if s.board.Tickets[0].Open {
		t.Fatal("the storm is still open")
	}
	s.obs.Issues = append(s.obs.Issues, many(1, from(50), grave, since(minutes(30*24*60)))...)
	if a := only(t, s.run(t, minutes(60*24*30+10)), "m050"); a.Kind != reconcile.Create {
		t.Fatal(describe(a))
	}
}

func TestCaseS4ProblemsWithoutACustomer(t *testing.T) {
	s := stormy(many(20, func(_ int, is *reconcile.Issue) { is.Customer = "" })...)
	wantCounts(t, s.run(t, now), counts{reconcile.Create: 20})
}

func TestCaseS7FiveThousand(t *testing.T) {
	s := stormy(many(5000)...)
	p := s.run(t, now)
	if lines := strings.Count(p.String(), "\n"); lines > 10 {
		t.Errorf("a plan text of %d lines", lines)
	}
	detail := at(t, p, customerStorm).Issue.Detail
	if !strings.HasPrefix(detail, "5000 at once: 5000 failed; by class: 5000 server, the first since 2026-11-19 00:00 UTC.\n") {
		t.Error(detail[:200])
	}
	named := strings.Count(detail, "\n- ")
	if !strings.HasSuffix(detail, fmt.Sprintf("\nand %d more", 5000-named)) || named < 50 || len(detail) > 4200 {
		t.Errorf("%d named in %d bytes, ending %q", named, len(detail), detail[len(detail)-40:])
	}
}

func TestCaseS8FortyPerCentAtOnce(t *testing.T) {
	s := globally(50, customers(160, 15)...)
	s.policy.CustomerStorm.Limit = 10
	p := s.run(t, now)
	wantCounts(t, p, counts{reconcile.Create: 1, reconcile.Fold: 2400})
}

func TestCaseS9FifteenDeadServers(t *testing.T) {
	s := stormy(many(15, func(i int, is *reconcile.Issue) {
		is.Class = "workstation"
		if i == 7 {
			is.Severity, is.Class = reconcile.SeverityCritical, "server"
		}
	})...)
	a := at(t, s.run(t, now), customerStorm)
	if a.Issue.Severity != reconcile.SeverityCritical || a.Issue.Class != "server" || !strings.Contains(a.Issue.Detail, "14 workstation, 1 server") {
		t.Errorf("%+v", a.Issue)
	}
}

func TestCaseS15LaterProblemsOfManyCustomers(t *testing.T) {
	s := globally(4, customers(8, 50)...)
	s.run(t, now)
	own := 0
	for i := range 95 {
		at := now.Add(time.Duration(i+1) * 5 * time.Hour)
		s.obs.Issues = append(s.obs.Issues, many(1, from(100+i), of(fmt.Sprintf("k%d", i%8)), since(at))...)
		s.run(t, at)
		p := s.run(t, at.Add(time.Hour))
		_ = p
	}
	for _, tk := range s.board.Tickets {
		if tk.Mark.State == mark.Open {
			own++
		}
	}
	if own < 95 {
		t.Errorf("%d of 95 have tickets of their own; %d tickets in all", own, len(s.board.Tickets))
	}
	if len(s.board.Tickets) > 95+9+8 {
		t.Errorf("%d tickets in all", len(s.board.Tickets))
	}
}

func TestCaseS16StormEndsAlthoughNewOnesCome(t *testing.T) {
	s := stormy(many(5)...)
	s.run(t, now)
	for hour := 1; hour < 72; hour++ {
		at := minutes(60 * hour)
		issues := []reconcile.Issue{}
		if hour < 30 {
			issues = append(issues, many(2)...)
		}
		// One new problem an hour; each lasts for three hours.
		for h := max(1, hour-2); h <= hour; h++ {
			issues = append(issues, many(1, from(100+h), since(minutes(60*h)))...)
		}
		s.obs = alerts(issues...)
		s.obs.Feeds[0].Sure = true
		s.run(t, at)
	}
	if s.board.Tickets[0].Open {
		t.Error("the storm never ended")
	}
}

func TestCaseS17MembersThatLeave(t *testing.T) {
	s := stormy(many(4)...)
	s.obs.Feeds[0] = reconcile.Feed{Name: "cove", Kind: reconcile.Inventory, Everything: true, Customers: []string{"c1"}}
	feeds := s.obs.Feeds
	s.run(t, now)
	s.obs = reconcile.Observation{Feeds: feeds}
	for _, is := range many(3) {
		s.obs.Healthy = append(s.obs.Healthy, reconcile.Healthy{Key: is.Key, Customer: "c1"})
	}
	listed := false
	for hour := 1; hour <= 28; hour++ {
		p := s.run(t, minutes(60*hour))
		for _, a := range p.Actions {
			if a.Key.Subject == "m003" && a.Kind == reconcile.Keep && a.Code == reconcile.CodeAbsent {
				listed = true
			}
		}
		if hour == 24 && !s.board.Tickets[0].Open {
			t.Fatal("closed while a member's fate was open")
		}
	}
	if s.board.Tickets[0].Open || !listed {
		t.Errorf("open: %t, the one that left is listed: %t", s.board.Tickets[0].Open, listed)
	}

	// A customer who is no longer listed.
	s = stormy(many(4)...)
	s.obs.Feeds = []reconcile.Feed{{Name: "cove", Kind: reconcile.Inventory, Everything: true, Customers: []string{"c1", "c2"}}}
	s.run(t, now)
	s.obs = reconcile.Observation{Feeds: []reconcile.Feed{{Name: "cove", Kind: reconcile.Inventory, Everything: true, Customers: []string{"c2"}}}}
	p := s.run(t, minutes(60))
	if p.Codes(reconcile.Keep)[reconcile.CodeNotListed] != 4 {
		t.Fatal(p)
	}
	s.run(t, minutes(120))
	if s.run(t, minutes(180)); s.board.Tickets[0].Open {
		t.Error("never ends")
	}
}

func TestCaseS18StormReopenedByAPerson(t *testing.T) {
	s := stormy(many(4)...)
	s.run(t, now)
	tk := &s.board.Tickets[0]
	closed(0, true)(tk)
	tk.Open, tk.Closed = true, time.Time{} // we closed it, a person reopened it
	well := alerts()
	for _, is := range many(4) {
		well.Healthy = append(well.Healthy, reconcile.Healthy{Key: is.Key, Customer: "c1"})
	}
	s.obs = well
	s.run(t, minutes(10))
	s.run(t, minutes(70))
	if s.run(t, minutes(130)); s.board.Tickets[0].Open {
		t.Errorf("open for ever: %+v", s.board.Tickets[0].Mark)
	}
}

// Stages in which people verify, and boards whose statuses are not known.
func TestStormEndsAsItsStageSays(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*scene)
		kind reconcile.ActionKind
		code string
	}{
		{"left alone", func(s *scene) { s.policy.OnRecovery = nil }, reconcile.Keep, reconcile.CodeLeft},
		{"another board", func(s *scene) { s.board.Tickets[0].OtherBoard = true }, reconcile.Hold, reconcile.CodeOtherBoard},
		{"verify", func(s *scene) { s.policy.OnRecovery[reconcile.StageNew] = reconcile.RecoveryVerify }, reconcile.Close, reconcile.CodeStormOver},
		{"another feed", func(s *scene) { s.obs.Feeds[0].Name, s.obs.Healthy = "rmm", nil }, reconcile.Keep, reconcile.CodeOtherFeed},
		{"a person vouches", func(s *scene) {
			s.obs.Healthy, s.obs.Feeds[0].Vouched = nil, true
			s.board.Tickets[0].Mark.AbsentSince = time.Time{}
		}, reconcile.Close, reconcile.CodeStormOver},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := stormy(many(4)...)
			s.run(t, now)
			s.obs.Issues = nil
			for _, is := range many(4) {
				s.obs.Healthy = append(s.obs.Healthy, reconcile.Healthy{Key: is.Key, Customer: "c1"})
			}
			s.run(t, minutes(10))
			tt.edit(&s)
			if a := at(t, s.run(t, minutes(90)), customerStorm); a.Kind != tt.kind || a.Code != tt.code {
				t.Error(describe(a))
			}
		})
	}
}

// A storm of many kinds of problems names eight of them.
func TestStormOfManyKinds(t *testing.T) {
	s := stormy(many(12, func(i int, is *reconcile.Issue) { is.Kind = fmt.Sprintf("kind %02d", i) })...)
	if detail := at(t, s.run(t, now), customerStorm).Issue.Detail; !strings.Contains(detail, "1 kind 06, 1 kind 07, 4 of other kinds; by class") {
		t.Error(detail)
	}
}

// A summary is cut where a server that counts UTF-16 units would refuse it (D9).
func TestSummaryIsCutInUnits(t *testing.T) {
	for in, want := range map[string]string{
		strings.Repeat("a", 101):               strings.Repeat("a", 100),
		strings.Repeat("a", 99) + "\U0001f9b7": strings.Repeat("a", 99),
		strings.Repeat("a", 98) + "\U0001f9b7": strings.Repeat("a", 98) + "\U0001f9b7",
		strings.Repeat("a", 99) + " b":         strings.Repeat("a", 99),
		strings.Repeat("ß", 60):                strings.Repeat("ß", 60),
		"  two\r\n lines\t":                    "two lines",
		"":                                     "cove/1",
	} {
		if got := normal(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}

// A plan's text lists a thousand actions at most.
func TestPlanTextIsBounded(t *testing.T) {
	s := stormy(many(1200)...)
	s.policy.CustomerStorm.Limit = 0
	text := s.plan(t).String()
	if !strings.HasSuffix(text, "\nand 200 more that are written or held\n") || strings.Count(text, "\n") != 2002 {
		t.Errorf("%d lines, ending %q", strings.Count(text, "\n"), text[len(text)-60:])
	}
}

// In a maintenance window no problem is due, so no storm begins.
func TestStormInMaintenance(t *testing.T) {
	s := stormy(many(5)...)
	s.policy.Windows = []reconcile.Window{{Name: "patches", From: now.Add(-time.Hour), Until: now.Add(time.Hour)}}
	wantCounts(t, s.run(t, now), counts{reconcile.Hold: 5})
}
