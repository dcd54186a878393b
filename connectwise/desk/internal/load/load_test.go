package load

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/desktest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// What has become of a ticket that the memory knows as open and that the list of
// our markers lacks. Only one that is open and ours says that the list is
// incomplete.
func TestRemembered(t *testing.T) {
	for _, test := range []struct {
		name       string
		do         func(b *bench, id int64) error
		hidden     bool
		reply      string // of the ticket, in place of the server's
		loaded     bool   // it is among the board's tickets
		incomplete bool
		lost       bool
	}{
		{name: "listed", loaded: true},
		{name: "open and ours", hidden: true, loaded: true, incomplete: true},
		{name: "closed", hidden: true, loaded: true, do: func(b *bench, id int64) error { return b.person().CloseTicket(id) }},
		{name: "deleted", lost: true, do: func(b *bench, id int64) error { return b.person().DeleteTicket(id) }},
		{name: "emptied", loaded: true, lost: true, do: func(b *bench, id int64) error {
			return b.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.ExternalXRef = "" })
		}},
		{name: "overwritten", loaded: true, do: func(b *bench, id int64) error {
			return b.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.ExternalXRef = "rmm-7" })
		}},
		{name: "damaged", hidden: true, loaded: true, do: func(b *bench, id int64) error {
			return b.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.ExternalXRef += " #7" })
		}},
		{name: "emptied and merged", loaded: true, do: func(b *bench, id int64) error {
			err := b.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.ExternalXRef = "" })
			return errors.Join(err, b.person().MergeTickets(b.add(connectwisetest.Ticket{}, ""), id))
		}},
		{name: "converted", loaded: true, do: func(b *bench, id int64) error {
			return b.person().ConvertTicket(id, connectwisetest.ByName("Renewal"), connectwisetest.ByName("Hardware"))
		}},
		{name: "converted, and it keeps its marker", loaded: true, hidden: true, reply: `"recordType":"ProjectTicket"`},
		{name: "converted and closed", hidden: true, reply: `"recordType":"ProjectTicket","closedFlag":true`},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			id := b.add(connectwisetest.Ticket{ExternalXRef: b.ours("a")}, "a")
			if test.do != nil {
				must(t, test.do(b, id))
			}
			if b.hidden = test.hidden; test.reply != "" {
				b.Client = desktest.Client(t, b.srv, desktest.Replying(b.srv, map[string]string{
					"service/tickets": "[]", "tickets/" + lookup.ID(id): `{"id":` + lookup.ID(id) + `,"externalXRef":"` + b.ours("a") + `",` + test.reply + `}`,
				}))
			}
			l := b.load()
			loaded := false
			for _, ticket := range l.Board.Tickets {
				if ticket.ID == id {
					loaded = true
					want := mark.Mark{Owner: owner, Key: key("a").ID(), Source: mark.SourceID("rmm"), Customer: mark.CustomerID("c1")} // what the memory says
					stands, _ := b.srv.Ticket(id)
					if _, m := mark.Look(stands.ExternalXRef, owner); m.Key != "" {
						want = m
					}
					if diff := cmp.Diff(want, ticket.Mark); diff != "" || !ticket.Remembered {
						t.Errorf("%s, remembered %v", diff, ticket.Remembered)
					}
				}
			}
			if loaded != test.loaded || l.Board.Partial != test.incomplete || (len(l.lost) > 0) != test.lost {
				t.Errorf("loaded %v, partial %v, lost %q", loaded, l.Board.Partial, l.lost)
			}
			if said := strings.Join(l.Blind, ""); strings.Contains(said, "it lacks 1 that are open and ours, so nothing is created") != test.incomplete {
				t.Errorf("blind %q", said)
			}
			if want := test.incomplete || test.lost; (b.asked > 0) != want {
				t.Errorf("whether the member still sees all is asked %d times", b.asked)
			}
		})
	}
}

// An API member that sees less than before ends the load.
func TestStillSees(t *testing.T) {
	b := newBench(t)
	b.add(connectwisetest.Ticket{ExternalXRef: b.ours("a")}, "a")
	b.hidden = true
	gone := errors.New("no right any more")
	b.StillSees = func(context.Context) error { return gone }
	if _, err := b.Load(t.Context(), b.Request); !errors.Is(err, gone) {
		t.Error(err)
	}
}

// Rows that come without the marker that they were found by make a board partial.
func TestHiddenMarkers(t *testing.T) {
	b := newBench(t)
	b.Client = desktest.Client(t, b.srv, desktest.Replying(b.srv, map[string]string{"service/tickets": `[{"id":1}]`}))
	want := []string{"the server hides externalXRef of some tickets, so it cannot be said whose they are"}
	if l := b.load(); !l.Board.Partial || !cmp.Equal(l.Blind, want) || len(l.Board.Tickets) != 0 {
		t.Errorf("%+v, %q", l.Board, l.Blind)
	}
}

// Closed tickets are read as far back as the horizon, and a little further: the
// server's clock says when they were last updated.
func TestHorizon(t *testing.T) {
	b := newBench(t)
	closed := func(subject string, ago time.Duration) {
		at := b.At.Add(-ago)
		b.add(connectwisetest.Ticket{ExternalXRef: b.ours(subject), Status: connectwisetest.ByName("Closed"), Entered: at, Updated: at, ClosedDate: at}, "")
	}
	closed("a", b.Horizon+b.Settle)
	closed("b", b.Horizon+b.Settle+time.Second)
	l := b.load()
	if len(l.Board.Tickets) != 1 || l.Board.Tickets[0].Mark.Key != key("a").ID() || !l.Board.ClosedSince.Equal(b.At.Add(-b.Horizon)) || l.Board.Home != "1" {
		t.Errorf("%+v", l.Board)
	}
}

// Tickets without our marker that name a key in their summaries: which are taken
// for the key's, with and without a memory and an older tool.
func TestUnmarked(t *testing.T) {
	for _, test := range []struct {
		name    string
		ticket  connectwisetest.Ticket
		do      func(b *bench, id int64) error
		forgets bool // the memory is not usable
		hidden  bool // the list of our markers lacks it
		other   bool // the problem is another company's
		alone   bool // there is no older tool
		subject string
	}{
		{name: "ours, by its summary", ticket: connectwisetest.Ticket{Summary: "COVE a"}, forgets: true, subject: "a"},
		{name: "ours, but a memory knows all", ticket: connectwisetest.Ticket{Summary: "COVE a"}},
		{name: "ours, without an older tool", ticket: connectwisetest.Ticket{Summary: "COVE a"}, forgets: true, alone: true, subject: "a"},
		{name: "a person's with our summary", ticket: connectwisetest.Ticket{Summary: "COVE a", EnteredBy: "jsmith"}, forgets: true},
		{name: "another summary", ticket: connectwisetest.Ticket{Summary: "COVE b"}, forgets: true},
		{name: "of another company", ticket: connectwisetest.Ticket{Summary: "COVE a"}, forgets: true, other: true},
		{name: "closed", ticket: connectwisetest.Ticket{Summary: "COVE a"}, forgets: true, do: func(b *bench, id int64) error { return b.person().CloseTicket(id) }},
		{name: "with another program's text", ticket: connectwisetest.Ticket{Summary: "COVE a", ExternalXRef: "rmm-7"}, forgets: true, subject: "a"},
		{name: "with our marker, not listed yet", ticket: connectwisetest.Ticket{Summary: "COVE a", ExternalXRef: "ours"}, forgets: true, hidden: true},
		{name: "with our marker, damaged, not listed yet", ticket: connectwisetest.Ticket{Summary: "COVE a", ExternalXRef: "ours #7"}, forgets: true, hidden: true},
		{name: "converted, and still listed", ticket: connectwisetest.Ticket{Summary: "COVE a"}, forgets: true, do: func(b *bench, id int64) error {
			b.srv.EditSwitches(func(s *connectwisetest.Switches) { s.ListProjectTickets = true })
			return b.person().ConvertTicket(id, connectwisetest.ByName("Renewal"), connectwisetest.ByName("Hardware"))
		}},
		{name: "the older tool's", ticket: connectwisetest.Ticket{Summary: "TOOL a", EnteredBy: "tool"}, subject: "a"},
		{name: "the older tool's, of another company", ticket: connectwisetest.Ticket{Summary: "TOOL a", EnteredBy: "tool"}, other: true, subject: "a"},
		{name: "the older tool's, and no word of it", ticket: connectwisetest.Ticket{Summary: "TOOL a", EnteredBy: "tool"}, alone: true},
		{name: "the older tool's summary, forgotten", ticket: connectwisetest.Ticket{Summary: "TOOL z"}, forgets: true, subject: "z"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			b.Memory.Usable = !test.forgets
			b.problem()
			if test.other {
				b.Issues[0].Company = "4711"
			}
			if !test.alone {
				b.Adopt, b.Like = adopts, "TOOL %"
			}
			b.hidden, test.ticket.ExternalXRef = test.hidden, strings.Replace(test.ticket.ExternalXRef, "ours", b.ours("a"), 1)
			id := b.add(test.ticket, "")
			if test.do != nil {
				must(t, test.do(b, id))
			}
			l, got := b.load(), ""
			for _, ticket := range l.Board.Tickets {
				if !ticket.Recognised || ticket.Remembered || ticket.ID != id {
					t.Errorf("%+v", ticket)
				}
				for _, subject := range []string{"a", "b", "z"} {
					if ticket.Mark.Key == key(subject).ID() {
						got = subject
					}
				}
			}
			if got != test.subject {
				t.Errorf("it is of %q, want %q: %+v", got, test.subject, l.Board.Tickets)
			}
		})
	}
}

// Where no memory knows which tickets are ours, only the companies of problems
// without an open ticket are asked for, and only then.
func TestUnmarkedCosts(t *testing.T) {
	b := newBench(t)
	b.Memory.Usable = false
	count := func() int {
		b.srv.ResetRequests()
		b.load()
		return b.srv.Count("GET", "service/tickets")
	}
	if n := count(); n != 1 {
		t.Errorf("%d lists of tickets without a problem", n)
	}
	b.problem()
	b.Issues = append(b.Issues, b.Issues[0])
	if n := count(); n != 2 {
		t.Errorf("%d lists of tickets with a problem", n)
	}
	b.Adopt = adopts
	if n := count(); n != 2 {
		t.Errorf("%d lists of tickets where nobody says what an older tool's are like", n)
	}
	b.Adopt, b.Like = nil, "TOOL %"
	if n := count(); n != 2 {
		t.Errorf("%d lists of tickets where nobody recognises an older tool's", n)
	}
	id := b.add(connectwisetest.Ticket{ExternalXRef: b.ours("a")}, "")
	if n := count(); n != 1 {
		t.Errorf("%d lists of tickets where its ticket is known", n)
	}
	must(t, b.person().CloseTicket(id))
	if n := count(); n != 2 {
		t.Errorf("%d lists of tickets where its ticket is closed", n)
	}
}

// A hit is kept until its ticket is closed or dealt with.
func TestHits(t *testing.T) {
	b := newBench(t)
	open := b.add(connectwisetest.Ticket{Summary: "mine", EnteredBy: "jsmith"}, "")
	closed := b.add(connectwisetest.Ticket{Summary: "mine", EnteredBy: "jsmith"}, "")
	marked := b.add(connectwisetest.Ticket{ExternalXRef: b.ours("c")}, "")
	converted := b.add(connectwisetest.Ticket{Summary: "mine", EnteredBy: "jsmith"}, "")
	must(t, errors.Join(b.person().CloseTicket(closed), b.person().ConvertTicket(converted, connectwisetest.ByName("Renewal"), connectwisetest.ByName("Hardware"))))
	known := b.add(connectwisetest.Ticket{ExternalXRef: "rmm-7"}, "e")
	for subject, id := range map[string]int64{"a": open, "b": closed, "c": marked, "d": 4711, "e": known, "f": converted} {
		b.Memory.Hits[key(subject).ID()] = id
	}
	for _, ticket := range b.load().Board.Tickets {
		if ticket.Recognised != (ticket.ID == open) {
			t.Errorf("ticket %d is recognised by its summary: %v", ticket.ID, ticket.Recognised)
		}
	}
	want := map[mark.KeyID]int64{key("a").ID(): open, key("e").ID(): known}
	if diff := cmp.Diff(want, b.Memory.Hits); diff != "" {
		t.Error(diff)
	}
}

// A list that breaks off is an error, whichever it is.
func TestUnreadable(t *testing.T) {
	for n, want := range []string{"desk: list of tickets: ", "desk: tickets by their ids: ", "desk: open tickets without our marker: ", "desk: tickets by their ids: "} {
		b := newBench(t)
		b.Adopt, b.Like = adopts, "TOOL %"
		parent := b.add(connectwisetest.Ticket{}, "")
		must(t, b.person().MergeTickets(parent, b.add(connectwisetest.Ticket{ExternalXRef: b.ours("b")}, "")))
		b.add(connectwisetest.Ticket{ExternalXRef: "rmm-7"}, "a")
		b.srv.Inject(connectwisetest.Fault{Path: "service/tickets", Kind: connectwisetest.HTML, Skip: n})
		if l, err := b.Load(t.Context(), b.Request); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("list %d: %v, %v, want %q", n, l, err, want)
		}
	}
	b := newBench(t)
	b.add(connectwisetest.Ticket{ExternalXRef: b.ours("a")}, "")
	b.Boards.Home.Ref = connectwise.Ref{}
	board := b.srv.AddBoard(connectwisetest.Board{Name: "Other"})
	must(t, b.person().MoveTicket(b.srv.Tickets()[0].ID, connectwisetest.ByID(board)))
	b.srv.Inject(connectwisetest.Fault{Path: "statuses", Kind: connectwisetest.HTML})
	if _, err := b.Load(t.Context(), b.Request); err == nil {
		t.Error("the statuses of a board cannot be read, and nothing is said")
	}
}
