package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// D15: a ticket that the server will not reopen is followed by one new ticket
// that names it.
func TestReopenRefused(t *testing.T) {
	for _, status := range []int{400, 403, 409} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			b := newBench(t, nil).open()
			old := b.only(b.run(world{"1": "bad"}), reconcile.Create, Done).Ticket
			b.later(2 * time.Hour)
			b.only(b.run(world{"1": ""}), reconcile.Close, Done)
			b.later(2 * time.Hour)
			before := b.ticket(old)
			b.srv.Inject(connectwisetest.Fault{Method: "PATCH", Path: "service/tickets/" + lookup.ID(old), Kind: connectwisetest.StatusBefore, Status: status,
				Body: `{"code":"InvalidObject","message":"closed tickets stay closed","errors":[]}`})
			r := b.only(b.run(world{"1": "bad"}), reconcile.Create, Done)
			if r.Ticket == old || !strings.Contains(r.Why, "ticket "+lookup.ID(old)+" could not be reopened") || len(r.Action.Related) == 0 || r.Action.Related[0] != old {
				t.Errorf("result %+v", r)
			}
			if got := b.ticket(old); marker(got) != marker(before) || !got.Closed {
				t.Errorf("the old ticket was changed: %+v", got)
			}
			if notes := b.srv.Notes(r.Ticket); len(notes) != 1 || !strings.HasSuffix(notes[0].Text, "stands in for ticket "+lookup.ID(old)+", which could not be reopened.") {
				t.Errorf("notes %+v", notes)
			}
			if got := b.ticket(r.Ticket); got.Closed || got.Summary != before.Summary || b.mark(r.Ticket).Reopens != 0 || b.mark(r.Ticket).State != mark.Open {
				t.Errorf("ticket %+v", got)
			}
			// From then on the new one is the problem's ticket.
			b.later(time.Hour)
			if report := b.run(world{"1": "bad"}); len(report.Results) != 0 {
				t.Errorf("results %+v", report.Results)
			}
			b.later(time.Hour)
			if r2 := b.only(b.run(world{"1": ""}), reconcile.Close, Done); r2.Ticket != r.Ticket || len(b.srv.Tickets()) != 2 {
				t.Errorf("closed %d", r2.Ticket)
			}
		})
	}
}

// A reopening that may have happened, or that failed for another reason, makes
// no new ticket.
func TestReopenNotRefused(t *testing.T) {
	for _, fault := range []connectwisetest.Fault{
		{Kind: connectwisetest.StatusBefore, Status: 500},
		{Kind: connectwisetest.StatusBefore, Status: 401},
		{Kind: connectwisetest.ResetAfter},
		{Kind: connectwisetest.HTML, Status: 403},
	} {
		b := newBench(t, nil).open()
		old := b.only(b.run(world{"1": "bad"}), reconcile.Create, Done).Ticket
		b.later(2 * time.Hour)
		b.only(b.run(world{"1": ""}), reconcile.Close, Done)
		b.later(2 * time.Hour)
		fault.Method, fault.Path = "PATCH", "service/tickets/"+lookup.ID(old)
		b.srv.Inject(fault)
		b.run(world{"1": "bad"})
		if n := len(b.srv.Tickets()); n != 1 {
			t.Errorf("fault %d %d: %d tickets", fault.Kind, fault.Status, n)
		}
		b.later(2 * time.Hour)
		b.run(world{"1": "bad"})
		if got := b.ticket(old); got.Closed || len(b.srv.Tickets()) != 1 {
			t.Errorf("fault %d %d: status %q, %d tickets", fault.Kind, fault.Status, got.Status.Name, len(b.srv.Tickets()))
		}
	}
}

// When the new ticket is refused, too, both refusals are told.
func TestReopenAndCreateRefused(t *testing.T) {
	b := newBench(t, nil).open()
	b.run(world{"1": "bad"})
	b.later(2 * time.Hour)
	b.run(world{"1": ""})
	b.later(2 * time.Hour)
	b.srv.Inject(
		connectwisetest.Fault{Method: "PATCH", Kind: connectwisetest.StatusBefore, Status: 403},
		connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.StatusBefore, Status: 403},
	)
	r := b.only(b.run(world{"1": "bad"}), reconcile.Create, Failed)
	if text := r.Err.Error(); !strings.Contains(text, "could not be reopened") || !strings.Contains(text, "POST") {
		t.Errorf("error %s", text)
	}
}

// D15: our tickets stay recognised whatever people do with them.
func TestRecognised(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(b *bench, id int64) error
		made int // tickets the following runs make
	}{
		{"renamed", func(b *bench, id int64) error {
			return b.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.Summary = "mine" })
		}, 0},
		{"moved", func(b *bench, id int64) error { return b.person().MoveTicket(id, connectwisetest.ByName("Other")) }, 0},
		{"merged", func(b *bench, id int64) error {
			parent := b.srv.AddTicket(connectwisetest.Ticket{Summary: "all of it", Board: connectwisetest.ByName("Service Desk"), Company: connectwisetest.ByID(b.company)})
			return b.person().MergeTickets(parent, id)
		}, 0},
		{"copied", func(b *bench, id int64) error { _, err := b.person().CopyTicket(id); return err }, 0},
		{"deleted", func(b *bench, id int64) error { return b.person().DeleteTicket(id) }, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, nil)
			b.srv.AddBoard(connectwisetest.Board{Name: "Other"})
			b.open()
			id := b.only(b.run(world{"1": "bad"}), reconcile.Create, Done).Ticket
			b.later(2 * time.Hour)
			must(t, test.do(b, id))
			made := 0
			for range 3 {
				for _, r := range b.run(world{"1": "bad"}).Results {
					if r.Action.Kind == reconcile.Create && r.Outcome == Done {
						made++
					}
				}
				b.later(2 * time.Hour)
			}
			if made != test.made {
				t.Errorf("%d new tickets, want %d", made, test.made)
			}
		})
	}
}

// A ticket that was converted to a project ticket is a person's while that is
// open; afterwards, if the problem lasts, there is one new ticket.
func TestConverted(t *testing.T) {
	for _, test := range []struct {
		name   string
		listed bool
	}{
		{"known by its number", false},
		{"still listed", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, func(s *connectwisetest.Config, _ *Config) { s.Switches.ListProjectTickets = test.listed }).open()
			ticket := map[string]int64{}
			for _, r := range b.run(world{"1": "bad", "2": "bad"}).Results {
				ticket[r.Action.Key.Subject] = r.Ticket
			}
			must(t, b.person().ConvertTicket(ticket["1"], connectwisetest.ByName("Renewal"), connectwisetest.ByName("Hardware")))
			b.later(2 * time.Hour)
			for _, state := range []string{"bad", "worse", ""} {
				for _, r := range b.run(world{"1": state, "2": "bad"}).Results {
					if r.Action.Key != key("2") {
						t.Errorf("%q: %s %s, ticket %d: %v", state, r.Action.Kind, r.Outcome, r.Ticket, r.Err)
					}
				}
				b.later(2 * time.Hour)
			}
			projects := connectwise.NewCollection[connectwise.Ticket](b.client, "project/tickets")
			_, err := projects.Patch(t.Context(), ticket["1"], connectwise.Set("status", connectwise.ByName("Closed")))
			must(t, err)
			// Once it is closed it counts as a person's close, where it is listed.
			b.later(b.policy.Snooze + time.Hour)
			made := b.only(b.run(world{"1": "bad", "2": "bad"}), reconcile.Create, Done)
			if made.Action.Key != key("1") || made.Ticket == ticket["1"] {
				t.Errorf("made %d for %v", made.Ticket, made.Action.Key)
			}
		})
	}
}
