package desk

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
)

// RULES 5, Behind: what people do to either ticket between the plan and the close
// of a duplicate leaves it open.
func TestDuplicateTouchedMeanwhile(t *testing.T) {
	edit := func(change func(t *connectwisetest.Ticket)) func(b *bench, elder, twin int64) error {
		return func(b *bench, _, twin int64) error { return b.person().EditTicket(twin, change) }
	}
	for _, test := range []struct {
		name string
		do   func(b *bench, elder, twin int64) error // nil: nothing
		want string                                  // why it is left; "": it is closed
	}{
		{"nothing", nil, ""},
		{"our own note", func(b *bench, _, twin int64) error {
			b.srv.AddNote(twin, connectwisetest.Note{Text: "ours", Internal: true, CreatedBy: "apimember"})
			return nil
		}, ""},
		{"the elder is deleted", func(b *bench, elder, _ int64) error { return b.person().DeleteTicket(elder) }, "does not exist any more"},
		{"the elder is closed", func(b *bench, elder, _ int64) error { return b.person().CloseTicket(elder) }, "is not open and ours any more"},
		{"the elder is merged", func(b *bench, elder, _ int64) error {
			return b.person().MergeTickets(b.old("parent", "jsmith", "", b.company), elder)
		}, "is not open and ours any more"},
		{"the elder's marker is emptied", func(b *bench, elder, _ int64) error {
			return b.person().EditTicket(elder, func(t *connectwisetest.Ticket) { setMarker(t, "") })
		}, "is not open and ours any more"},
		{"the elder is another key's by now", func(b *bench, elder, _ int64) error {
			m := b.mark(elder)
			m.Key = key("2").ID()
			text, err := m.Format()
			return errors.Join(err, b.person().EditTicket(elder, func(t *connectwisetest.Ticket) { setMarker(t, text) }))
		}, "is not open and ours any more"},
		{"it is owned", edit(func(t *connectwisetest.Ticket) { t.Owner = connectwisetest.ByIdentifier("jsmith") }), "somebody has had to do with it"},
		{"it is renamed", edit(func(t *connectwisetest.Ticket) { t.Summary = "mine" }), "somebody has had to do with it"},
		{"the customer wrote", edit(func(t *connectwisetest.Ticket) { t.CustomerUpdated = true }), "somebody has had to do with it"},
		{"a person's note", func(b *bench, _, twin int64) error {
			_, err := b.person().AddNote(twin, connectwisetest.Note{Text: "I am on it.", Internal: true})
			return err
		}, "somebody has written a note in it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, nil).open()
			b.person()
			elder := b.ticket(b.run(world{"1": "bad"}).Results[0].Ticket)
			twin := b.seed(connectwisetest.Ticket{Summary: elder.Summary, Board: elder.Board, Status: elder.Status, Company: elder.Company, EnteredBy: elder.EnteredBy}, marker(elder))
			b.later(2 * time.Hour)
			plan := b.plan(b.observe(world{"1": "bad"}))
			if test.do != nil {
				must(t, test.do(b, elder.ID, twin))
			}
			outcome := Done
			if test.want != "" {
				outcome = Drifted
			}
			r := b.only(b.apply(plan), reconcile.Close, outcome)
			if !strings.Contains(r.Why, test.want) || b.ticket(twin).Closed != (outcome == Done) {
				t.Errorf("%q, closed %v", r.Why, b.ticket(twin).Closed)
			}
		})
	}
}

// RULES 5, Adopting: what becomes of an older tool's ticket between the plan and
// the write.
func TestAdoptMeanwhile(t *testing.T) {
	for _, test := range []struct {
		name    string
		do      func(b *bench, id int64) error
		outcome Outcome
		want    string
	}{
		{"closed", func(b *bench, id int64) error { return b.person().CloseTicket(id) }, Drifted, "it was closed"},
		{"another program's text", func(b *bench, id int64) error {
			return b.person().EditTicket(id, func(t *connectwisetest.Ticket) { setMarker(t, "rmm-7") })
		}, Drifted, "holds somebody else's reference"},
		{"adopted already", func(b *bench, id int64) error {
			return b.srv.AsPerson("apimember").EditTicket(id, func(t *connectwisetest.Ticket) {
				m := exampleMark()
				m.Owner, m.Key = b.desk.owner, key("1").ID()
				text, err := m.Format()
				must(b.t, err)
				setMarker(t, text)
			})
		}, Skipped, "it was done before"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, legacy)
			b.adopt = recognise
			b.srv.AsPerson("oldtool")
			b.open()
			id := b.old("Cove: 1 - backup failed", "oldtool", "", b.company)
			plan := b.plan(b.observe(world{"1": "bad"}))
			must(t, test.do(b, id))
			before := b.ticket(id)
			b.srv.ResetRequests()
			r := b.only(b.apply(plan), reconcile.Adopt, test.outcome)
			if !strings.Contains(r.Why, test.want) || len(b.writes()) != 0 || marker(b.ticket(id)) != marker(before) {
				t.Errorf("%q, writes %q", r.Why, b.writes())
			}
		})
	}
}

// A look behind that fails is said; what was made stands.
func TestLookBehindFails(t *testing.T) {
	b := newBench(t, nil).open()
	plan := b.plan(b.observe(world{"1": "bad"}))
	b.srv.Inject(connectwisetest.Fault{Method: "GET", Path: "service/tickets", Kind: connectwisetest.HTML, Skip: 1}) // the look-up comes before
	report, err := b.desk.Apply(t.Context(), plan)
	if b.only(report, reconcile.Create, Done); err == nil || !strings.HasPrefix(err.Error(), "desk: look behind after creating: ") {
		t.Errorf("error %v", err)
	}
}
