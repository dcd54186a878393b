package reconcile_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// seen returns the board as a desk reads it again: it compares the fields anew.
func seen(b reconcile.Board) reconcile.Board {
	for i := range b.Tickets {
		if b.Tickets[i].Place == mark.Ours {
			b.Tickets[i].Differs = edited(b.Tickets[i])
		}
	}
	return b
}

func olderTools(id int64, edit ...func(*reconcile.Ticket)) reconcile.Ticket {
	return ticketFor(id, issue("1"), append([]func(*reconcile.Ticket){adoptable, func(t *reconcile.Ticket) {
		t.Summary, t.Verbatim, t.Created = "COVE SVR SRV #1 - FS Stale", true, now.Add(-72*time.Hour)
	}}, edit...)...)
}

// A verbatim text is nobody's edit: it makes no update due, and the next update
// writes our text. The ticket's company, and any other text, stay (D32).
func TestAdoptedTextIsReplacedWithTheNextUpdate(t *testing.T) {
	is := issue("1", func(is *reconcile.Issue) { is.Company = "250" })
	s := scene{observe(is), boardOf(olderTools(7, func(t *reconcile.Ticket) { t.Company = "251" }), olderTools(9)), reconcile.DefaultPolicy()}
	a := only(t, s.run(t, now), "1")
	if a.Kind != reconcile.Adopt || a.Ticket != 7 || a.Note || len(a.Related) != 1 || a.Related[0] != 9 {
		t.Fatal(describe(a))
	}
	s.board = seen(s.board)
	if a := only(t, s.run(t, now.Add(25*time.Hour)), "1"); a.Kind != reconcile.Keep {
		t.Fatalf("the text alone makes no update due: %s, %+v", describe(a), a.Changes)
	}
	s.obs.Issues[0].State = "D01:failed D02:failed"
	a = only(t, s.run(t, now.Add(26*time.Hour)), "1")
	want := []reconcile.Change{{Field: "summary", Old: "COVE SVR SRV #1 - FS Stale", New: is.Summary}, {Field: "state", New: "D01:failed D02:failed"}}
	if diff := cmp.Diff(want, a.Changes); diff != "" {
		t.Fatal(diff)
	}
	s.board = seen(s.board)
	s.obs.Issues[0].Company = "999"
	if a := only(t, s.run(t, now.Add(60*time.Hour)), "1"); a.Kind.Writes() {
		t.Errorf("a company that was there before: %s %+v", describe(a), a.Changes)
	}
}

func TestAdoptedTextOfAPersonStays(t *testing.T) {
	s := scene{observe(issue("1")), boardOf(olderTools(7, func(t *reconcile.Ticket) { t.Summary, t.Verbatim = "Mine about #1", false })), reconcile.DefaultPolicy()}
	s.run(t, now)
	s.board = seen(s.board)
	s.obs.Issues[0].State, s.obs.Issues[0].Summary = "worse", "COVE other"
	if a := only(t, s.run(t, now.Add(30*time.Hour)), "1"); a.Kind != reconcile.Update || len(a.Changes) != 1 || a.Changes[0].Field != "state" {
		t.Fatalf("%s %+v", describe(a), a.Changes)
	}
}

func TestWhatIsNotAdopted(t *testing.T) {
	for _, tt := range []struct {
		name string
		obs  reconcile.Observation
		edit func(*reconcile.Ticket)
		kind reconcile.ActionKind
		code string
	}{
		{"another company's", observe(issue("1")), func(t *reconcile.Ticket) { t.SameCompany = false }, reconcile.Hold, reconcile.CodeRecognised},
		{"entered by somebody", observe(issue("1")), func(t *reconcile.Ticket) { t.EnteredByTool = false }, reconcile.Hold, reconcile.CodeRecognised},
		{"with another program's text (D33)", observe(issue("1")), func(t *reconcile.Ticket) { t.Place = mark.Foreign }, reconcile.Hold, reconcile.CodeForeign},
		{"healthy", healthy(now), nil, reconcile.Adopt, reconcile.CodeAdoptable},
		{"absent", observe(), nil, reconcile.Keep, reconcile.CodeNotAdopted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tk := olderTools(7)
			if tt.edit != nil {
				tt.edit(&tk)
			}
			s := scene{tt.obs, boardOf(tk), reconcile.DefaultPolicy()}
			if a := only(t, s.plan(t), "1"); a.Kind != tt.kind || a.Code != tt.code {
				t.Error(describe(a))
			}
		})
	}
}

// A ticket of the older tool that was healthy when it was adopted is closed in
// the next run.
func TestAdoptedHealthyCloses(t *testing.T) {
	for _, verbatim := range []bool{true, false} {
		s := scene{healthy(now), boardOf(olderTools(7, func(t *reconcile.Ticket) { t.Verbatim = verbatim })), reconcile.DefaultPolicy()}
		s.run(t, now)
		s.board = seen(s.board)
		if a := only(t, s.run(t, now.Add(time.Hour)), "1"); a.Kind != reconcile.Close {
			t.Error(describe(a))
		}
	}
}

// stopped checks a run that finds an older tool at work: nothing is written.
func stopped(t *testing.T, p reconcile.Plan, subject string) {
	t.Helper()
	if len(writes(p)) > 0 {
		t.Fatalf("written: %s", p)
	}
	if a := only(t, p, subject); a.Code != reconcile.CodeOlderTool || !a.NeedsAttention() {
		t.Fatal(describe(a))
	}
}

func acknowledge(b *reconcile.Board, from, until time.Time) { b.ToolFrom, b.ToolUntil = from, until }

func TestOlderToolRewrites(t *testing.T) {
	rewritten := ticketFor(7, issue("1"), func(t *reconcile.Ticket) {
		t.Summary, t.Verbatim, t.Differs, t.Updated = "COVE SVR SRV #1 - FS Stale", true, []string{"summary"}, now.Add(-time.Hour)
	})
	s := scene{observe(issue("1"), issue("2")), boardOf(rewritten), reconcile.DefaultPolicy()}
	p := s.run(t, now)
	stopped(t, p, "1")
	if a := only(t, p, "2"); a.Kind != reconcile.Hold || a.Would != reconcile.Create {
		t.Error(describe(a))
	}
	acknowledge(&s.board, now.Add(-2*time.Hour), now)
	a := only(t, s.run(t, now.Add(time.Minute)), "1")
	if a.Kind != reconcile.MarkOnly || a.Code != reconcile.CodeTakenBack {
		t.Fatal(describe(a))
	}
	s.board.Tickets[0].Verbatim = true
	s.board = seen(s.board)
	if a := only(t, s.run(t, now.Add(30*time.Hour)), "1"); a.Kind != reconcile.Keep || len(a.Edited) > 0 {
		t.Fatalf("%s, edited %v", describe(a), a.Edited)
	}
	s.obs.Issues[0].State = "other"
	if a := only(t, s.run(t, now.Add(31*time.Hour)), "1"); len(a.Changes) != 2 || a.Changes[0].New != issue("1").Summary {
		t.Fatalf("%s %+v", describe(a), a.Changes)
	}
}

// The same when the problem changed in between.
func TestOlderToolRewritesAndMore(t *testing.T) {
	rewritten := ticketFor(7, issue("1"), func(t *reconcile.Ticket) {
		t.Summary, t.Verbatim, t.Differs, t.Updated = "COVE SVR SRV #1 - FS Stale", true, []string{"summary"}, now.Add(-time.Hour)
	})
	s := scene{observe(issue("1", func(is *reconcile.Issue) { is.State = "other" })), boardOf(rewritten), reconcile.DefaultPolicy()}
	acknowledge(&s.board, now.Add(-2*time.Hour), now)
	s.run(t, now)
	s.board.Tickets[0].Verbatim = true
	s.board = seen(s.board)
	if a := only(t, s.run(t, now.Add(time.Hour)), "1"); a.Kind != reconcile.Update || len(a.Changes) != 2 {
		t.Fatalf("%s %+v", describe(a), a.Changes)
	}
}

// D27, D29: the older tool closes a ticket of ours, which is not a person's close.
func TestOlderToolCloses(t *testing.T) {
	shut := ticketFor(7, issue("1"), closed(time.Hour, false), func(t *reconcile.Ticket) {
		t.ClosedByTool, t.Summary, t.Verbatim, t.Differs = true, "COVE SVR SRV #1 - FS Stale", true, []string{"summary"}
	})
	for _, obs := range []reconcile.Observation{observe(issue("1")), healthy(now)} {
		s := scene{obs, boardOf(shut), reconcile.DefaultPolicy()}
		s.board.LastGood = now.Add(-2 * time.Hour)
		stopped(t, s.plan(t), "1")
		acknowledge(&s.board, now.Add(-2*time.Hour), now)
		a := only(t, s.run(t, now.Add(time.Minute)), "1")
		if a.Kind != reconcile.MarkOnly || a.After.State != mark.Closed {
			t.Fatal(describe(a))
		}
		s.board.Tickets[0].Verbatim = true
		s.board = seen(s.board)
		s.obs = observe(issue("1"))
		if a := only(t, s.run(t, now.Add(time.Hour)), "1"); a.Kind != reconcile.Reopen {
			t.Fatalf("as closed by us: %s", describe(a))
		}
		s.board = seen(s.board)
		if p := s.run(t, now.Add(2*time.Hour)); len(p.Codes(reconcile.Hold)) > 0 {
			t.Fatalf("a second stop: %s", p)
		}
	}
}

// D30: the older tool's new ticket, created after our last good run began.
func TestOlderToolEnters(t *testing.T) {
	s := scene{observe(issue("1")), boardOf(olderTools(7, func(t *reconcile.Ticket) { t.Created = now.Add(-time.Minute) })), reconcile.DefaultPolicy()}
	s.board.LastGood = now.Add(-2 * time.Hour)
	stopped(t, s.plan(t), "1")
	acknowledge(&s.board, now.Add(-2*time.Hour), now)
	if a := only(t, s.plan(t), "1"); a.Kind != reconcile.Adopt {
		t.Error(describe(a))
	}
}

// D31, D34: a lost marker is written again, and what a person wrote stays.
func TestLostMarkerIsTakenBack(t *testing.T) {
	emptied := func(edit func(*reconcile.Ticket)) reconcile.Ticket {
		return ticketFor(7, issue("1"), func(t *reconcile.Ticket) {
			t.Place, t.Mark = mark.Nothing, mark.Mark{Owner: owner, Key: t.Mark.Key}
			edit(t)
		})
	}
	for _, tt := range []struct {
		name    string
		tk      reconcile.Ticket
		obs     reconcile.Observation
		changes []string // of the next update
	}{
		{"as we wrote it", emptied(func(*reconcile.Ticket) {}), observe(issue("1")), []string{"summary", "company", "state"}},
		{"a person's summary", emptied(func(t *reconcile.Ticket) { t.Summary = "mine" }), observe(issue("1")), []string{"company", "state"}},
		{"the older tool's", emptied(func(t *reconcile.Ticket) { t.Summary, t.Verbatim = "COVE SVR SRV #1", true }), observe(issue("1")), []string{"summary", "company", "state"}},
		{"a person's company", emptied(func(t *reconcile.Ticket) { t.Company = "4" }), observe(issue("1")), []string{"summary", "state"}},
		{"nothing is known of what we would write", emptied(func(*reconcile.Ticket) {}), observe(), []string{"state"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := scene{tt.obs, boardOf(tt.tk), reconcile.DefaultPolicy()}
			a := only(t, s.run(t, now), "1")
			if a.Kind != reconcile.MarkOnly || a.Code != reconcile.CodeTakenBack {
				t.Fatal(describe(a))
			}
			s.board = seen(s.board)
			s.obs = observe(issue("1", func(is *reconcile.Issue) { is.Summary, is.Company, is.State, is.Severity = "COVE new", "9", "new", 2 }))
			var got []string
			for _, c := range only(t, s.run(t, now.Add(30*time.Hour)), "1").Changes {
				if c.Field != "severity" {
					got = append(got, c.Field)
				}
			}
			if diff := cmp.Diff(tt.changes, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// D37: closed by a person, healthy, reopened by a person: kept until the
// problem has failed again and recovered.
func TestCaseD37(t *testing.T) {
	s := scene{observe(issue("1")), boardOf(ticketFor(7, issue("1"), closed(time.Hour, false))), reconcile.DefaultPolicy()}
	s.obs = healthy(now)
	if a := only(t, s.run(t, now), "1"); a.Kind != reconcile.MarkOnly {
		t.Fatal(describe(a))
	}
	tk := &s.board.Tickets[0]
	tk.Open, tk.Closed = true, time.Time{}
	if a := only(t, s.run(t, now.Add(time.Hour)), "1"); a.Kind != reconcile.Keep {
		t.Fatal(describe(a))
	}
	s.obs = observe(issue("1"))
	if a := only(t, s.run(t, now.Add(2*time.Hour)), "1"); a.Code != reconcile.CodeReturned {
		t.Fatal(describe(a))
	}
	s.obs = healthy(now)
	if a := only(t, s.run(t, now.Add(3*time.Hour)), "1"); a.Kind != reconcile.Close {
		t.Fatal(describe(a))
	}
}

// We closed the ticket and a person reopened it. The problem fails again within
// UpdateEvery and recovers: the ticket is closed again.
func TestReopenedByAPersonAndFailedAgain(t *testing.T) {
	s := scene{observe(issue("1")), boardOf(), reconcile.DefaultPolicy()}
	s.run(t, now)
	s.obs = healthy(now)
	s.run(t, now.Add(time.Hour))
	tk := &s.board.Tickets[0]
	tk.Open, tk.Closed = true, time.Time{}
	if a := only(t, s.run(t, now.Add(2*time.Hour)), "1"); a.Code != reconcile.CodeByPerson || a.Kind != reconcile.Keep {
		t.Fatal(describe(a))
	}
	s.obs = observe(issue("1"))
	if a := only(t, s.run(t, now.Add(3*time.Hour)), "1"); a.Code != reconcile.CodeByPerson || a.Kind != reconcile.MarkOnly {
		t.Fatal(describe(a))
	}
	s.obs = healthy(now)
	if a := only(t, s.run(t, now.Add(4*time.Hour)), "1"); a.Kind != reconcile.Close {
		t.Fatal(describe(a))
	}
}

// D35: a ticket that was held because of a foreign marker is closed by a
// person: snoozed.
func TestCaseD35(t *testing.T) {
	tk := ticketFor(7, issue("1"), closed(time.Hour, false), func(t *reconcile.Ticket) {
		t.Place, t.Mark = mark.Foreign, mark.Mark{Owner: owner, Key: t.Mark.Key}
	})
	s := scene{observe(issue("1")), boardOf(tk), reconcile.DefaultPolicy()}
	if a := only(t, s.run(t, now), "1"); a.Code != reconcile.CodeSnoozed {
		t.Error(describe(a))
	}
	if a := only(t, s.run(t, now.Add(8*24*time.Hour)), "1"); a.Kind != reconcile.Create || a.Code != reconcile.CodeLasting {
		t.Error(describe(a))
	}
	s = scene{observe(issue("1")), boardOf(ticketFor(7, issue("1"), closed(time.Hour, false), copied)), reconcile.DefaultPolicy()}
	if a := only(t, s.run(t, now), "1"); a.Kind != reconcile.Create || a.Code != reconcile.CodeNew {
		t.Errorf("a copy: %s", describe(a))
	}
}

// D20: a field that differs from what we wrote is never written again.
func TestCaseD20AndD7(t *testing.T) {
	is := issue("1", func(is *reconcile.Issue) { is.Summary = "R&D server" })
	s := scene{observe(is), boardOf(), reconcile.DefaultPolicy()}
	s.run(t, now)
	// The server changes the text, and the desk says so in the marker.
	tk := &s.board.Tickets[0]
	tk.Summary = "R&amp;D server"
	tk.Mark.Digests = tk.Mark.Digests.Wrote(is.State, is.Summary, tk.Summary)
	s.board = seen(s.board)
	if a := only(t, s.run(t, now.Add(30*time.Hour)), "1"); a.Code != reconcile.CodeUnchanged {
		t.Fatalf("%s %+v", describe(a), a.Changes)
	}
	s.obs.Issues[0].Severity = reconcile.SeverityCritical
	if a := only(t, s.run(t, now.Add(31*time.Hour)), "1"); len(a.Changes) != 1 || a.After.Digests != tk.Mark.Digests {
		t.Fatalf("%s %+v", describe(a), a.Changes)
	}
	s.obs.Issues[0].Summary = "R&D server 2"
	if a := only(t, s.run(t, now.Add(62*time.Hour)), "1"); a.Changes[0].Field != "summary" {
		t.Fatalf("%s %+v", describe(a), a.Changes)
	}
	s.board.Tickets[0].Summary = "mine"
	s.board = seen(s.board)
	s.obs.Issues[0].Summary = "R&D server 3"
	if a := only(t, s.run(t, now.Add(90*time.Hour)), "1"); a.Code != reconcile.CodeEdited {
		t.Fatal(describe(a))
	}
}

// A key whose creation was begun but not seen waits, and only that key.
func TestCreatingWaits(t *testing.T) {
	s := scene{observe(issue("1"), issue("2")), boardOf(), reconcile.DefaultPolicy()}
	s.board.Creating = []mark.KeyID{key("1").ID()}
	p := s.plan(t)
	if a := only(t, p, "1"); a.Code != reconcile.CodeCreating {
		t.Error(describe(a))
	}
	if a := only(t, p, "2"); a.Kind != reconcile.Create {
		t.Error(describe(a))
	}
}

// A stop ends creating and reopening, nothing else.
func TestStopEndsCreating(t *testing.T) {
	s := scene{healthy(now), boardOf(ticketFor(7, issue("1")), ticketFor(8, issue("3"), closed(time.Hour, true)), ticketFor(9, issue("4"), stage(reconcile.StageDone))), reconcile.DefaultPolicy()}
	s.obs.Issues = []reconcile.Issue{issue("2"), issue("3"), issue("4")}
	s.board.Stopped = "Markers are not kept."
	want := map[string]int{"close recovered": 1, "hold stopped": 3}
	p := s.plan(t)
	if diff := cmp.Diff(want, summarize(p)); diff != "" {
		t.Error(diff)
	}
	if a := only(t, p, "2"); a.Reason() != "Nothing is opened: Markers are not kept." || !a.NeedsAttention() {
		t.Error(a.Reason())
	}
}

// S20: two more severe problems come with every run, and the low one still has
// its ticket within a day and a run.
func TestCaseS20(t *testing.T) {
	s := scene{alerts(), boardOf(), reconcile.DefaultPolicy()}
	s.policy.MaxCreate, s.policy.CustomerStorm.Limit = 2, 0
	s.board.Known = map[mark.KeyID]reconcile.Known{}
	low := issue("low", func(is *reconcile.Issue) { is.Severity = reconcile.SeverityLow })
	for hour := range 26 {
		s.obs.Issues = append(many(2*(hour+1), grave), low)
		p := s.run(t, now.Add(time.Duration(hour)*time.Hour))
		if a := only(t, p, "low"); a.Kind == reconcile.Create {
			if hour != 24 {
				t.Errorf("after %d hours", hour)
			}
			return
		}
	}
	t.Error("never")
}

// MaxCreate serves the most severe first, then orders by class and age.
func TestMaxCreateOrder(t *testing.T) {
	s := scene{alerts(), boardOf(), reconcile.DefaultPolicy()}
	s.policy.MaxCreate = 1
	s.obs.Issues = []reconcile.Issue{
		issue("mild", func(is *reconcile.Issue) { is.Severity, is.Since = reconcile.SeverityLow, now.Add(-999*time.Hour) }),
		issue("old", func(is *reconcile.Issue) { is.Since = now.Add(-99 * time.Hour) }), issue("young"),
		issue("class", func(is *reconcile.Issue) { is.Class = "a" }),
		issue("grave", func(is *reconcile.Issue) { is.Severity, is.Class = reconcile.SeverityHigh, "z" }),
	}
	for _, want := range []string{"grave", "class", "old", "young", "mild"} {
		p := s.run(t, now)
		if got := p.Actions[0]; got.Kind != reconcile.Create || got.Key.Subject != want {
			t.Fatalf("want %s, got %s", want, describe(got))
		}
	}
}
