package desk

import (
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// exampleMark is the mark of a ticket of another owner.
func exampleMark() mark.Mark {
	return mark.Mark{
		Owner: "acme-prod1", Source: mark.SourceID("cove"), Customer: mark.CustomerID("1234"), Key: mark.KeyIDOf("cove", "3785154"),
		Severity: reconcile.SeverityHigh, State: mark.Open, NotePending: true, Written: time.Date(2026, 11, 22, 5, 30, 0, 0, time.UTC),
	}
}

// A marker that was made by hand gives a ticket back to the desk.
func TestMarkerByHand(t *testing.T) {
	b := newBench(t, nil).open()
	text, err := mark.Mark{
		Owner: b.desk.owner, Source: mark.SourceID("cove"), Customer: mark.CustomerID("7"), Key: key("1").ID(),
		Severity: reconcile.SeverityMedium, State: mark.Open, Written: b.now,
	}.Format()
	must(t, err)
	id := b.seed(connectwisetest.Ticket{
		Summary: "COVE SVR 1 - failed", Board: connectwisetest.ByName("Service Desk"), Company: connectwisetest.ByID(b.company), EnteredBy: "apimember",
	}, text)
	b.later(2 * time.Hour)
	if r := b.only(b.run(world{"1": "bad"}), reconcile.Update, Done); r.Ticket != id {
		t.Errorf("ticket %d", r.Ticket)
	}
	b.later(2 * time.Hour)
	b.only(b.run(world{"1": ""}), reconcile.Close, Done)
}
