package desk

import (
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
)

// What waits for a person stands in one ticket: made once, quiet while nothing
// changes, written at most daily, closed when nothing waits any more.
func TestHeld(t *testing.T) {
	b := newBench(t, nil).open()
	b.policy.UpdateEvery = 24 * time.Hour
	own := b.srv.AddCompany(connectwisetest.Company{Identifier: "MSP", Name: "The MSP itself"})
	round := func(unmatched ...string) []Result {
		t.Helper()
		w := world{"fine": "bad"}
		for _, subject := range unmatched {
			w[subject] = "bad"
		}
		o := b.observe(w)
		for i := range o.Issues {
			if o.Issues[i].Key.Subject != "fine" {
				o.Issues[i].Company, o.Issues[i].CompanyReason = "", "two companies are called so"
			}
		}
		board := b.load()
		plan, err := reconcile.Diff(o, board, b.policy)
		must(t, err)
		must(t, b.apply(plan).Err())
		standing, err := reconcile.Diff(Held(plan, own), board, b.policy)
		must(t, err)
		report := b.apply(standing)
		must(t, report.Err())
		return report.Results
	}
	if results := round(); len(results) != 0 {
		t.Fatalf("nothing is held, and yet %+v", results)
	}
	results := round("lost", "lost too")
	if len(results) != 1 || results[0].Action.Kind != reconcile.Create {
		t.Fatalf("results %+v", results)
	}
	id := results[0].Ticket
	text := b.srv.Notes(id)[0].Text
	if got := b.ticket(id); got.Company.ID != own || !strings.Contains(text, "COVE SVR lost - failed: No ticket without a company: two companies are called so") {
		t.Errorf("company %d, text %q", got.Company.ID, text)
	}
	b.later(time.Hour)
	for _, unmatched := range [][]string{{"lost", "lost too"}, {"lost", "lost too", "another"}} {
		if results := round(unmatched...); len(results) != 0 {
			t.Errorf("%q within a day: %+v", unmatched, results)
		}
	}
	b.later(24 * time.Hour)
	if results := round("lost", "another"); len(results) != 1 || results[0].Action.Kind != reconcile.Update || results[0].Ticket != id {
		t.Errorf("results %+v", results)
	}
	b.later(time.Hour)
	if results := round(); len(results) != 1 || results[0].Action.Kind != reconcile.Close || !b.ticket(id).Closed {
		t.Errorf("results %+v", results)
	}
	if n := len(b.srv.Tickets()); n != 2 {
		t.Errorf("%d tickets, want the one that is fine and the standing one", n)
	}
}
