package load

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// What of a ticket as it was read the planner goes by.
func TestFacts(t *testing.T) {
	edit := func(change func(t *connectwisetest.Ticket)) func(*bench, int64) error {
		return func(b *bench, id int64) error { return b.person().EditTicket(id, change) }
	}
	for _, test := range []struct {
		name string
		seed connectwisetest.Ticket
		do   func(b *bench, id int64) error
		want func(t *reconcile.Ticket) // beside what is true of each
	}{
		{name: "as we left it", want: func(*reconcile.Ticket) {}},
		{name: "entered by the older tool", seed: connectwisetest.Ticket{EnteredBy: "TOOL"}, want: func(t *reconcile.Ticket) { t.EnteredByUs, t.EnteredByTool = false, true }},
		{name: "entered by a person", seed: connectwisetest.Ticket{EnteredBy: "jsmith"}, want: func(t *reconcile.Ticket) { t.EnteredByUs = false }},
		{name: "renamed", do: edit(func(t *connectwisetest.Ticket) { t.Summary = "mine" }), want: func(t *reconcile.Ticket) { t.Summary, t.Differs = "mine", []string{"summary"} }},
		{name: "renamed by the older tool", do: edit(func(t *connectwisetest.Ticket) { t.Summary = "TOOL a!" }), want: func(t *reconcile.Ticket) { t.Summary, t.Verbatim, t.Differs = "TOOL a!", true, []string{"summary"} }},
		{name: "renamed as the older tool does", do: edit(func(t *connectwisetest.Ticket) { t.Summary = "TOOL a" }), want: func(t *reconcile.Ticket) { t.Summary, t.Differs = "TOOL a", []string{"summary"} }},
		{name: "of another company", do: edit(func(t *connectwisetest.Ticket) { t.Company = connectwisetest.ByID(4711) }), want: func(t *reconcile.Ticket) { t.Company, t.SameCompany, t.Differs = "4711", false, []string{"company"} }},
		{name: "silenced", do: edit(func(t *connectwisetest.Ticket) { t.Status = connectwisetest.ByName("Verify") }), want: func(t *reconcile.Ticket) { t.Status, t.Stage, t.Silenced = "Verify", reconcile.StageWorking, true }},
		{name: "owned", do: edit(func(t *connectwisetest.Ticket) { t.Owner = connectwisetest.ByIdentifier("jsmith") }), want: func(t *reconcile.Ticket) { t.Touched = true }},
		{name: "answered by the customer", do: edit(func(t *connectwisetest.Ticket) { t.CustomerUpdated = true }), want: func(t *reconcile.Ticket) { t.Touched = true }},
		{name: "moved", do: func(b *bench, id int64) error { return b.person().MoveTicket(id, connectwisetest.ByName("Odd")) }, want: func(t *reconcile.Ticket) { t.Board, t.Status, t.OtherBoard = "Odd", "Fresh", true }},
		{name: "closed", do: func(b *bench, id int64) error { return b.person().CloseTicket(id) }, want: func(t *reconcile.Ticket) {
			t.Open, t.Status, t.Stage, t.Closed = false, "Closed", reconcile.StageDone, t.Updated
		}},
		{name: "closed by the older tool", do: func(b *bench, id int64) error { return b.srv.AsPerson("tool").CloseTicket(id) }, want: func(t *reconcile.Ticket) {
			t.Open, t.Status, t.Stage, t.Closed, t.ClosedByTool = false, "Closed", reconcile.StageDone, t.Updated, true
		}},
		{name: "closed by the older tool and opened again", do: func(b *bench, id int64) error {
			must(b.t, b.srv.AsPerson("tool").CloseTicket(id))
			return b.person().ReopenTicket(id)
		}, want: func(*reconcile.Ticket) {}},
		{name: "merged", do: func(b *bench, id int64) error {
			return b.person().MergeTickets(b.add(connectwisetest.Ticket{ID: 99}, ""), id)
		}, want: func(t *reconcile.Ticket) {
			t.Open, t.Status, t.Stage, t.Closed, t.MergedInto, t.ParentOpen = false, "Closed", reconcile.StageDone, t.Updated, 99, true
		}},
		{name: "merged, and that one is closed", do: func(b *bench, id int64) error {
			must(b.t, b.person().MergeTickets(b.add(connectwisetest.Ticket{ID: 99}, ""), id))
			return b.person().CloseTicket(99)
		}, want: func(t *reconcile.Ticket) {
			t.Open, t.Status, t.Stage, t.Closed, t.MergedInto = false, "Closed", reconcile.StageDone, t.Updated, 99
		}},
		{name: "converted", do: func(b *bench, id int64) error {
			b.srv.EditSwitches(func(s *connectwisetest.Switches) { s.ListProjectTickets = true })
			return b.person().ConvertTicket(id, connectwisetest.ByName("Renewal"), connectwisetest.ByName("Hardware"))
		}, want: func(t *reconcile.Ticket) { t.Project, t.Stage, t.OtherBoard = true, reconcile.StageWorking, true }},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			b.srv.AddMember(connectwisetest.Member{Identifier: "tool"})
			b.srv.AddCompany(connectwisetest.Company{ID: 4711, Identifier: "OTHER", Name: "Other"})
			b.srv.AddBoard(connectwisetest.Board{Name: "Odd", Statuses: []connectwisetest.Status{{Name: "Fresh", Default: true}, {Name: "End 1", Closed: true}, {Name: "End 2", Closed: true}}})
			b.problem()
			b.Adopt = adopts
			test.seed.Summary = "COVE a"
			text := b.ours("a", func(m *mark.Mark) {
				m.Digests = mark.Digests{Summary: mark.DigestOf("COVE a"), Company: mark.DigestOf(lookup.ID(b.company))}
			})
			test.seed.ExternalXRef = text
			b.add(connectwisetest.Ticket{Summary: "a person's"}, "")
			id := b.add(test.seed, "")
			created := b.At
			if b.At = b.At.Add(time.Hour); test.do != nil {
				must(t, test.do(b, id))
			}
			written, err := mark.Parse(text)
			must(t, err)
			want := reconcile.Ticket{
				ID: id, Place: mark.Ours, Mark: written, Open: true, Status: "New", Board: "Service Desk", Company: lookup.ID(b.company), Summary: "COVE a",
				Created: created, Updated: created, EnteredByUs: true, SameCompany: true,
			}
			if test.do != nil {
				want.Updated = b.At
			}
			test.want(&want)
			tickets := b.load().Board.Tickets
			if test.name == "converted" {
				want.Board, want.Status = tickets[0].Board, tickets[0].Status
			}
			if diff := cmp.Diff([]reconcile.Ticket{want}, tickets, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A note that may be missing is told by the marker, if it is ours.
func TestPendingNotes(t *testing.T) {
	b := newBench(t)
	pending := func(m *mark.Mark) { m.NotePending = true }
	id := b.add(connectwisetest.Ticket{ExternalXRef: b.ours("a", pending)}, "")
	b.add(connectwisetest.Ticket{ExternalXRef: b.ours("b")}, "")
	b.add(connectwisetest.Ticket{ExternalXRef: strings.ToUpper(b.ours("c", pending))}, "")
	b.load()
	if len(b.Memory.Pending) != 1 || b.Memory.Pending[id].Key != key("a").ID() {
		t.Errorf("%+v", b.Memory.Pending)
	}
}

// Which members are ours, and which the older tool's.
func TestWriters(t *testing.T) {
	for _, test := range []struct {
		name     string
		writers  Writers
		us, tool string
	}{
		{"we alone", Writers{Member: "api"}, "api", ""},
		{"and before", Writers{Member: "api", Former: []string{"old"}}, "api old", ""},
		{"a tool with our keys", Writers{Member: "api", Former: []string{"old"}, Adopts: true}, "api old", "api old"},
		{"a tool of its own", Writers{Member: "api", Older: []string{"tool"}, Adopts: true}, "api", "tool"},
		{"a tool that is not adopted from", Writers{Member: "api", Older: []string{"tool"}}, "api", ""},
	} {
		for _, member := range []string{"api", "API ", "old", "tool", "jsmith", ""} {
			is := func(list string) bool {
				return member != "" && strings.Contains(" "+list+" ", " "+strings.ToLower(strings.TrimSpace(member))+" ")
			}
			if us, tool := test.writers.Us(member), test.writers.Tool(member); us != is(test.us) || tool != is(test.tool) {
				t.Errorf("%s: %q is ours: %v, the tool's: %v", test.name, member, us, tool)
			}
		}
	}
}

// What counts as an edit, and what as people's work.
func TestEditedAndTouched(t *testing.T) {
	wrote := mark.Digests{Summary: mark.DigestOf("a b"), Company: mark.DigestOf("7")}
	for _, test := range []struct {
		ticket  connectwise.Ticket
		wrote   mark.Digests
		edited  []string
		touched bool
	}{
		{ticket: connectwise.Ticket{Summary: "a\tb ", Company: connectwise.ByID(7)}, wrote: wrote},
		{ticket: connectwise.Ticket{Summary: "b", Company: connectwise.ByID(8)}, wrote: wrote, edited: []string{"summary", "company"}},
		{ticket: connectwise.Ticket{Summary: "b", Company: connectwise.ByID(8)}},
		{ticket: connectwise.Ticket{Resources: " jsmith"}, touched: true},
		{ticket: connectwise.Ticket{Resources: " "}},
		{ticket: connectwise.Ticket{ActualHours: "0.25"}, touched: true},
		{ticket: connectwise.Ticket{ActualHours: "0.00"}},
		{ticket: connectwise.Ticket{Owner: connectwise.ByID(7)}, touched: true},
	} {
		if edited, touched := Edited(&test.ticket, test.wrote), Touched(&test.ticket); !cmp.Equal(test.edited, edited) || touched != test.touched {
			t.Errorf("%+v: edited %q, touched %v", test.ticket, edited, touched)
		}
	}
}
