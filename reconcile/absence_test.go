package reconcile_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// goneNoted is the state digest of a ticket that has the note of its absence.
var goneNoted = mark.DigestOf("gone\n")

// absentTicket is one state of a ticket in the table of what absence does.
type absentTicket struct {
	name string
	edit func(*reconcile.Ticket)
}

var absentTickets = []absentTicket{
	{"open", func(*reconcile.Ticket) {}},
	{"noted", func(t *reconcile.Ticket) { t.Mark.Digests.State = goneNoted }},
	{"reopened", func(t *reconcile.Ticket) { t.Mark.State, t.Mark.Digests.State = mark.Closed, mark.Recovered }},
	{"adoptable", adoptable},
	{"damaged", func(t *reconcile.Ticket) { t.Place = mark.Damaged }},
	{"copied", copied},
	{"other board", func(t *reconcile.Ticket) { t.OtherBoard = true }},
}

// absentCase is one combination of the facts that decide.
type absentCase struct {
	kind        reconcile.FeedKind
	everything  bool
	customers   []string
	ticket      absentTicket
	absent      time.Duration // for how long already; 0: the first run that misses it
	absentAfter time.Duration
	closeAfter  time.Duration
}

func (c absentCase) String() string {
	return fmt.Sprintf("%s everything=%t customers=%v %s absent=%s absentAfter=%s closeAfter=%s", c.kind, c.everything, c.customers, c.ticket.name, c.absent, c.absentAfter, c.closeAfter)
}

// want is the table. It is written from the rules, not from the code.
func (c absentCase) want() reconcile.ActionKind {
	listed := c.customers == nil
	looked := c.everything
	for _, id := range c.customers {
		listed = listed || id == "c1"
		looked = looked || id == "c1"
	}
	switch c.ticket.name {
	case "adoptable", "reopened":
		return reconcile.Keep
	case "damaged", "copied":
		return reconcile.Hold
	}
	if c.kind == reconcile.Events || !looked || c.kind == reconcile.Inventory && c.everything && !listed {
		return reconcile.Keep
	}
	if c.ticket.name == "other board" {
		return reconcile.Hold
	}
	if c.kind == reconcile.ActiveAlerts {
		switch {
		case c.absent == 0:
			return reconcile.MarkOnly
		case c.absent >= c.closeAfter && c.absent >= 10*time.Minute:
			return reconcile.Close
		}
		return reconcile.Keep
	}
	closes := c.absentAfter > 0 && c.everything
	switch {
	case c.ticket.name == "open":
		return reconcile.Update
	case closes && c.absent == 0:
		return reconcile.MarkOnly // a note without a timer: the timer starts
	case closes && c.absent >= c.absentAfter:
		return reconcile.Close
	}
	return reconcile.Keep
}

func (c absentCase) scene() scene {
	is := issue("1")
	tk := ticketFor(7, is, c.ticket.edit)
	s := scene{alerts(), boardOf(), reconcile.DefaultPolicy()}
	s.obs.Feeds[0] = reconcile.Feed{Name: "cove", Kind: c.kind, Everything: c.everything, Customers: c.customers}
	s.policy.AbsentAfter, s.policy.CloseAfter = c.absentAfter, c.closeAfter
	known := reconcile.Known{Key: is.Key, Customer: "c1", Named: now.Add(-48 * time.Hour)}
	if c.absent > 0 {
		known.AbsentSince = now.Add(-c.absent)
		if tk.Place == mark.Ours {
			tk.Mark.AbsentSince = known.AbsentSince
		}
	}
	s.board.Tickets = []reconcile.Ticket{tk}
	s.board.Known = map[mark.KeyID]reconcile.Known{is.Key.ID(): known}
	return s
}

func TestAbsenceTable(t *testing.T) {
	hour := time.Hour
	n := 0
	for _, kind := range []reconcile.FeedKind{reconcile.Events, reconcile.ActiveAlerts, reconcile.Inventory} {
		for _, everything := range []bool{false, true} {
			for _, customers := range [][]string{nil, {}, {"c1"}, {"c2"}, {"c2", "c1"}} {
				for _, ticket := range absentTickets {
					for _, absent := range []time.Duration{0, 9 * time.Minute, hour, 25 * hour, 24 * 7 * hour} {
						for _, absentAfter := range []time.Duration{0, 24 * 7 * hour} {
							for _, closeAfter := range []time.Duration{0, 4 * hour} {
								c := absentCase{kind, everything, customers, ticket, absent, absentAfter, closeAfter}
								s := c.scene()
								a := only(t, s.plan(t), "1")
								if a.Kind != c.want() {
									t.Errorf("%s: want %s, got %s", c, c.want(), describe(a))
								}
								if a.Kind == reconcile.Close {
									if a.Recovery != reconcile.RecoveryClose || a.After.State != mark.Closed || a.After.Digests.State != mark.Recovered {
										t.Errorf("%s: the close leaves %+v", c, a.After)
									}
								}
								n++
							}
						}
					}
				}
			}
		}
	}
	if n != 3*2*5*7*5*2*2 {
		t.Errorf("%d combinations", n)
	}
}

// Each reason to keep a ticket names its row of the table.
func TestAbsenceReasons(t *testing.T) {
	for _, tt := range []struct {
		name string
		feed reconcile.Feed
		edit func(*reconcile.Ticket)
		want string
	}{
		{"events", reconcile.Feed{Name: "cove", Everything: true}, nil, reconcile.CodeEvents},
		{"other feed", reconcile.Feed{Name: "rmm", Kind: reconcile.ActiveAlerts, Everything: true}, nil, reconcile.CodeOtherFeed},
		{"not looked at", reconcile.Feed{Name: "cove", Kind: reconcile.ActiveAlerts, Customers: []string{"c2"}}, nil, reconcile.CodeNotLooked},
		{"not listed", reconcile.Feed{Name: "cove", Kind: reconcile.Inventory, Everything: true, Customers: []string{"c2"}}, nil, reconcile.CodeNotListed},
		{"noted", reconcile.Feed{Name: "cove", Kind: reconcile.Inventory, Everything: true}, func(t *reconcile.Ticket) { t.Mark.Digests.State = goneNoted }, reconcile.CodeAbsent},
		{"first", reconcile.Feed{Name: "cove", Kind: reconcile.Inventory, Customers: []string{"c1"}}, nil, reconcile.CodeAbsent},
		{"missing", reconcile.Feed{Name: "cove", Kind: reconcile.ActiveAlerts, Customers: []string{"c1"}}, nil, reconcile.CodeGoing},
		{"its end was noted", reconcile.Feed{Name: "cove", Kind: reconcile.ActiveAlerts, Everything: true}, noted, reconcile.CodeNoted},
		{"left alone", reconcile.Feed{Name: "cove", Kind: reconcile.ActiveAlerts, Everything: true}, func(t *reconcile.Ticket) { t.Stage = 3 }, reconcile.CodeGoing},
		{"silenced", reconcile.Feed{Name: "cove", Kind: reconcile.Inventory, Everything: true}, func(t *reconcile.Ticket) { t.Silenced = true }, reconcile.CodeAbsent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tk := ticketFor(7, issue("1"))
			if tt.edit != nil {
				tt.edit(&tk)
			}
			s := scene{observe(), boardOf(tk), reconcile.DefaultPolicy()}
			s.obs.Feeds = []reconcile.Feed{tt.feed}
			if a := only(t, s.plan(t), "1"); a.Code != tt.want {
				t.Errorf("want %s, got %s", tt.want, describe(a))
			}
		})
	}
}

// When the kind of evidence changes the timer starts again.
func TestTimerStartsAgain(t *testing.T) {
	s := scene{alerts(issue("1")), boardOf(), reconcile.DefaultPolicy()}
	s.policy.CloseAfter = 4 * time.Hour
	s.run(t, now)
	s.obs = alerts()
	s.run(t, now.Add(time.Hour)) // absent: the timer starts
	well := alerts()
	well.Healthy = []reconcile.Healthy{{Key: key("1"), Customer: "c1"}}
	s.obs = well
	for _, hour := range []int{5, 8} {
		if a := only(t, s.run(t, now.Add(time.Duration(hour)*time.Hour)), "1"); a.Code != reconcile.CodeRecovering {
			t.Fatalf("hour %d: %s", hour, describe(a))
		}
	}
	s.obs = alerts() // absent again, an hour before the ticket would close
	if a := only(t, s.run(t, now.Add(9*time.Hour)), "1"); a.Kind != reconcile.MarkOnly || a.Code != reconcile.CodeGoing {
		t.Fatalf("absent again: %s", describe(a))
	}
	if a := only(t, s.run(t, now.Add(13*time.Hour)), "1"); a.Kind != reconcile.Close || a.Code != reconcile.CodeOver {
		t.Fatalf("absent for four hours: %s", describe(a))
	}
}

// A device that is healthy again after its absence was noted starts a new
// timer.
func TestTimerStartsAgainAfterTheNote(t *testing.T) {
	s := scene{observe(issue("1")), boardOf(), reconcile.DefaultPolicy()}
	s.policy.CloseAfter = 4 * time.Hour
	s.run(t, now)
	s.obs = observe()
	if a := only(t, s.run(t, now.Add(time.Hour)), "1"); a.Kind != reconcile.Update || a.Code != reconcile.CodeAbsent {
		t.Fatal(describe(a))
	}
	s.obs = healthy(now)
	for hour, want := range map[int]reconcile.ActionKind{10: reconcile.MarkOnly} {
		if a := only(t, s.run(t, now.Add(time.Duration(hour)*time.Hour)), "1"); a.Kind != want {
			t.Fatal(describe(a))
		}
	}
	s.board.Known = nil // the same when the memory is lost
	if a := only(t, s.run(t, now.Add(14*time.Hour)), "1"); a.Kind != reconcile.Close {
		t.Fatal(describe(a))
	}
}

// many are problems of one customer; quietly is what remains of them.
func many(n int, edit ...func(int, *reconcile.Issue)) []reconcile.Issue {
	var out []reconcile.Issue
	for i := range n {
		is := issue(fmt.Sprintf("m%03d", i))
		for _, f := range edit {
			f(i, &is)
		}
		out = append(out, is)
	}
	return out
}

func ticketsFor(issues []reconcile.Issue) []reconcile.Ticket {
	var out []reconcile.Ticket
	for i, is := range issues {
		out = append(out, ticketFor(int64(100+i), is))
	}
	return out
}

func TestMassAbsence(t *testing.T) {
	day := 24 * time.Hour
	type tally struct{ close, update, mark, keep int }
	for _, tt := range []struct {
		name  string
		had   int // open tickets
		still int // open tickets whose keys are still named
		edit  func(*scene)
		quiet bool
		want  tally
	}{
		{"four are judged one by one", 4, 0, nil, false, tally{close: 4}},
		{"five of five", 5, 0, nil, true, tally{keep: 5}},
		{"half is not more than half", 10, 5, nil, false, tally{close: 5, keep: 5}},
		{"more than half", 11, 5, nil, true, tally{keep: 11}},
		{"another share", 10, 5, func(s *scene) { s.policy.MassAbsence = 0.4 }, true, tally{keep: 10}},
		{"off", 10, 0, func(s *scene) { s.policy.MassAbsence = 1 }, false, tally{close: 10}},
		{"the feed is sure", 10, 0, func(s *scene) { s.obs.Feeds[0].Sure = true }, true, tally{close: 10}},
		{"sure, but timers and MaxClose count", 10, 0, func(s *scene) {
			s.obs.Feeds[0].Sure, s.policy.MaxClose = true, 3
			for i := range s.board.Tickets[:4] {
				s.board.Tickets[i].Mark.AbsentSince = time.Time{}
			}
		}, true, tally{close: 3, mark: 4}},
		{"a person vouches: whatever timer and MaxClose", 10, 0, func(s *scene) {
			s.obs.Feeds[0].Vouched, s.policy.MaxClose = true, 3
			for i := range s.board.Tickets {
				s.board.Tickets[i].Mark.AbsentSince = time.Time{}
			}
		}, true, tally{close: 10}},
		{"a person vouches: not what absence could never close", 10, 0, func(s *scene) {
			s.obs.Feeds[0].Vouched, s.obs.Feeds[0].Kind = true, reconcile.Inventory
		}, true, tally{update: 10}},
		{"a person vouches: an inventory", 10, 0, func(s *scene) {
			s.obs.Feeds[0].Vouched, s.obs.Feeds[0].Kind, s.policy.AbsentAfter = true, reconcile.Inventory, 7*day
		}, true, tally{close: 10}},
		{"timers start all the same", 10, 0, func(s *scene) {
			for i := range s.board.Tickets {
				s.board.Tickets[i].Mark.AbsentSince = time.Time{}
			}
		}, true, tally{mark: 10}},
		{"no note of an inventory either", 10, 0, func(s *scene) { s.obs.Feeds[0].Kind = reconcile.Inventory }, true, tally{keep: 10}},
		{"tickets that absence cannot end do not count", 10, 0, func(s *scene) {
			for i := range s.board.Tickets[:6] {
				s.board.Tickets[i].Mark.State = mark.Closed // a person reopened them
			}
		}, false, tally{close: 4, keep: 6}},
		{"noted ones of an inventory that never closes do not count", 10, 0, func(s *scene) {
			s.obs.Feeds[0].Kind = reconcile.Inventory
			for i := range s.board.Tickets[:6] {
				s.board.Tickets[i].Mark.Digests.State = goneNoted
			}
		}, false, tally{update: 4, keep: 6}},
		{"closed by us within the hour, still unnamed: counts", 5, 0, func(s *scene) {
			closed(59*time.Minute, true)(&s.board.Tickets[0])
		}, true, tally{keep: 4}},
		{"closed by us before that: does not", 5, 0, func(s *scene) {
			closed(61*time.Minute, true)(&s.board.Tickets[0])
		}, false, tally{close: 4}},
		{"a person closed a storm that has no keys left: does not count", 11, 5, func(s *scene) {
			storm := ticketFor(99, issue("storm:group:c1"), closed(time.Hour, false))
			storm.Mark.State = mark.Storm
			s.board.Tickets = append(s.board.Tickets, storm)
		}, true, tally{keep: 11}},
		{"closes by evidence are never held", 11, 0, func(s *scene) {
			for _, is := range many(4) {
				s.obs.Healthy = append(s.obs.Healthy, reconcile.Healthy{Key: is.Key, Customer: "c1"})
			}
		}, true, tally{close: 4, keep: 7}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			issues := many(tt.had)
			s := scene{alerts(issues[:tt.still]...), boardOf(ticketsFor(issues)...), reconcile.DefaultPolicy()}
			for i := range s.board.Tickets {
				if i >= tt.still {
					s.board.Tickets[i].Mark.AbsentSince = now.Add(-time.Hour)
				}
			}
			if tt.edit != nil {
				tt.edit(&s)
			}
			p := s.plan(t)
			c := p.Counts()
			if got := (tally{c[reconcile.Close], c[reconcile.Update], c[reconcile.MarkOnly], c[reconcile.Keep]}); got != tt.want {
				t.Errorf("want %+v, got %+v\n%s", tt.want, got, p)
			}
			if (len(p.Quiet) > 0) != tt.quiet {
				t.Errorf("quiet: %v", p.Quiet)
			}
		})
	}
}

// Twelve alerts clear together, afterwards others come and go: each of the
// twelve is released by itself after a day, once its feed has brought something
// new.
func TestCaseS14(t *testing.T) {
	s := scene{alerts(many(12)...), boardOf(), reconcile.DefaultPolicy()}
	s.policy.CustomerStorm.Limit = 0
	s.run(t, now)
	for hour := 1; hour <= 60; hour++ {
		at := now.Add(time.Duration(hour) * time.Hour)
		s.obs = alerts()
		if hour%6 < 3 {
			since := now.Add(time.Duration(hour/6*6) * time.Hour)
			s.obs = alerts(issue("comes and goes", func(is *reconcile.Issue) { is.Since = since }))
		}
		p := s.run(t, at)
		if closes := p.Counts()[reconcile.Close]; closes > 1 && hour < 25 {
			t.Fatalf("hour %d: %s", hour, p)
		}
	}
	open := 0
	for _, tk := range s.board.Tickets[:12] {
		if tk.Open {
			open++
		}
	}
	if open > 0 {
		t.Errorf("%d of twelve are still open", open)
	}
}

func TestCaseS1AlertListCloses(t *testing.T) {
	s := scene{alerts(issue("1"), issue("2")), boardOf(), reconcile.DefaultPolicy()}
	s.run(t, now)
	s.obs = alerts(issue("2"))
	if a := only(t, s.run(t, now.Add(15*time.Minute)), "1"); a.Kind != reconcile.MarkOnly {
		t.Fatalf("the first run that misses it: %s", describe(a))
	}
	if a := only(t, s.run(t, now.Add(30*time.Minute)), "1"); a.Kind != reconcile.Close || a.Code != reconcile.CodeOver {
		t.Fatalf("the second: %s", describe(a))
	}
	if a := only(t, s.run(t, now.Add(45*time.Minute)), "2"); a.Kind != reconcile.Keep {
		t.Fatal(describe(a))
	}
}

func TestCaseS2NearlyEmptyList(t *testing.T) {
	s := scene{alerts(many(8)...), boardOf(), reconcile.DefaultPolicy()}
	s.run(t, now)
	s.obs = alerts(many(1)...)
	for i := range 20 {
		p := s.run(t, now.Add(time.Duration(i+1)*time.Hour))
		if n := p.Counts()[reconcile.Close]; n > 0 {
			t.Fatalf("run %d closes %d", i, n)
		}
		if want := `The feed "cove" does not name 7 of the 8 keys whose tickets it could end: none is closed or noted for being absent, until somebody says that the feed is well, or each has been absent for a day and the feed has brought something newer.`; p.Quiet["cove"] != want {
			t.Fatalf("said: %q", p.Quiet["cove"])
		}
	}
}

func TestCaseS10OneCustomerAfterAFullRun(t *testing.T) {
	s := scene{observe(issue("1", func(is *reconcile.Issue) { is.Customer = "c2" })), boardOf(), reconcile.DefaultPolicy()}
	s.policy.AbsentAfter = 2 * time.Hour
	s.run(t, now)
	s.obs = observe()
	s.obs.Feeds[0] = reconcile.Feed{Name: "cove", Kind: reconcile.Inventory, Customers: []string{"c1"}}
	for i := range 10 {
		if p := s.run(t, now.Add(time.Duration(i)*time.Hour)); len(writes(p)) > 0 {
			t.Fatalf("run %d: %s", i, p)
		}
	}
}

func TestCaseS13BulkCloseThenAnEmptyList(t *testing.T) {
	s := scene{alerts(many(24)...), boardOf(), reconcile.DefaultPolicy()}
	s.policy.CustomerStorm.Limit = 0
	s.run(t, now)
	for i := range s.board.Tickets {
		s.board.Tickets[i].Open, s.board.Tickets[i].Closed = false, now.Add(time.Hour)
	}
	s.run(t, now.Add(2*time.Hour))
	s.obs = alerts()
	s.run(t, now.Add(16*time.Hour))
	s.run(t, now.Add(16*time.Hour+30*time.Minute))
	s.obs = alerts(many(24)...)
	if p := s.run(t, now.Add(17*time.Hour)); p.Counts()[reconcile.Hold] != 24 {
		t.Fatal(p)
	}
}

func TestCaseS19TwoRunsWithinAMinute(t *testing.T) {
	s := scene{alerts(issue("1")), boardOf(), reconcile.DefaultPolicy()}
	s.run(t, now)
	s.obs = alerts()
	s.run(t, now.Add(time.Hour))
	for _, after := range []time.Duration{time.Minute, 10*time.Minute - time.Second} {
		if p := s.run(t, now.Add(time.Hour+after)); len(writes(p)) > 0 {
			t.Fatalf("after %s: %s", after, p)
		}
	}
	if p := s.run(t, now.Add(time.Hour+10*time.Minute)); p.Counts()[reconcile.Close] != 1 {
		t.Fatal(p)
	}
}

func TestCaseS21GoneForAWeek(t *testing.T) {
	s := scene{observe(issue("1")), boardOf(), reconcile.DefaultPolicy()}
	s.policy.AbsentAfter = 7 * 24 * time.Hour
	s.run(t, now)
	s.obs = observe()
	if p := s.run(t, now.Add(time.Hour)); p.Codes(reconcile.Update)[reconcile.CodeAbsent] != 1 {
		t.Fatal(p)
	}
	for day := 1; day < 7; day++ {
		if p := s.run(t, now.AddDate(0, 0, day)); len(writes(p)) > 0 {
			t.Fatalf("day %d: %s", day, p)
		}
	}
	if p := s.run(t, now.AddDate(0, 0, 7).Add(time.Hour)); p.Codes(reconcile.Close)[reconcile.CodeGone] != 1 {
		t.Fatal(p)
	}
}

// A person's close is over once the key has been absent for as long as a close
// needs, and never in the first run that misses it.
func TestSnoozeEndsByAbsence(t *testing.T) {
	s := scene{alerts(issue("1")), boardOf(), reconcile.DefaultPolicy()}
	s.run(t, now)
	tk := &s.board.Tickets[0]
	tk.Open, tk.Closed = false, now.Add(time.Hour)
	if a := only(t, s.run(t, now.Add(2*time.Hour)), "1"); a.Code != reconcile.CodeSnoozed {
		t.Fatal(describe(a))
	}
	s.obs = alerts()
	if p := s.run(t, now.Add(3*time.Hour)); len(p.Actions) != 0 {
		t.Fatal(p)
	}
	p := s.run(t, now.Add(4*time.Hour))
	if a := only(t, p, "1"); a.Kind != reconcile.MarkOnly || a.After.Digests.State != mark.Recovered {
		t.Fatal(p)
	}
	s.obs = alerts(issue("1", func(is *reconcile.Issue) { is.Since = time.Time{} }))
	if a := only(t, s.run(t, now.Add(5*time.Hour)), "1"); a.Kind != reconcile.Reopen {
		t.Fatal(describe(a))
	}
}

// The same while the ticket is merged.
func TestSnoozeEndsWhileMerged(t *testing.T) {
	tk := ticketFor(7, issue("1"), closed(time.Hour, false), func(t *reconcile.Ticket) { t.MergedInto, t.ParentOpen = 9, true })
	s := scene{healthy(now), boardOf(tk), reconcile.DefaultPolicy()}
	if a := only(t, s.run(t, now), "1"); a.Kind != reconcile.MarkOnly || a.Code != reconcile.CodeRecovered {
		t.Fatal(describe(a))
	}
	s.board.Tickets[0].ParentOpen = false
	s.obs = observe(issue("1"))
	if a := only(t, s.run(t, now.Add(time.Hour)), "1"); a.Kind != reconcile.Create || a.Code != reconcile.CodeRecurred {
		t.Fatal(describe(a))
	}
}

// One field of the marker serves two timers. What it counts decides whether an
// absent key's ticket may close.
func TestAbsenceTimers(t *testing.T) {
	remembered := func(since time.Time) map[mark.KeyID]reconcile.Known {
		k := many(1)[0]
		return map[mark.KeyID]reconcile.Known{k.Key.ID(): {Key: k.Key, Customer: "c1", Named: now.Add(-48 * time.Hour), AbsentSince: since}}
	}
	hour := now.Add(-time.Hour)
	for _, tt := range []struct {
		name  string
		mark  time.Time
		known map[mark.KeyID]reconcile.Known
		want  reconcile.ActionKind
	}{
		{"absent as remembered", hour, remembered(hour), reconcile.Close},
		{"nothing is remembered", hour, nil, reconcile.Close},
		{"healthy time", hour, remembered(time.Time{}), reconcile.MarkOnly},
		{"healthy time, and the new timer could not be written", hour, remembered(now.Add(-time.Minute)), reconcile.MarkOnly},
		{"healthy time since now reads the same", now, remembered(time.Time{}), reconcile.Keep},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := scene{alerts(), boardOf(ticketsFor(many(1))...), reconcile.DefaultPolicy()}
			s.policy.CloseAfter = 0
			s.board.Tickets[0].Mark.AbsentSince, s.board.Known = tt.mark, tt.known
			a := s.plan(t).Actions[0]
			if a.Kind != tt.want {
				t.Errorf("want %s, got %s", tt.want, describe(a))
			}
		})
	}
	t.Run("an inventory's ticket closes AbsentAfter its note", func(t *testing.T) {
		s := scene{alerts(), boardOf(ticketsFor(many(1))...), reconcile.DefaultPolicy()}
		s.obs.Feeds[0].Kind, s.policy.AbsentAfter = reconcile.Inventory, 24*time.Hour
		s.board.Tickets[0].Mark.AbsentSince = now.Add(-3 * 24 * time.Hour)
		var kinds []reconcile.ActionKind
		for _, at := range []time.Duration{0, time.Minute, 24 * time.Hour} {
			kinds = append(kinds, s.run(t, now.Add(at)).Actions[0].Kind)
		}
		if want := []reconcile.ActionKind{reconcile.Update, reconcile.Keep, reconcile.Close}; !slices.Equal(kinds, want) {
			t.Errorf("%v, want %v", kinds, want)
		}
	})
}
