package desk

import (
	"slices"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// A create whose answer was lost is looked for, never repeated: its key waits until
// the ticket shows.
func TestCreateUnknown(t *testing.T) {
	for _, lag := range []time.Duration{0, 50 * time.Second} {
		b := newBench(t, nil).open()
		b.srv.SetListLag(lag)
		b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.ResetAfter})
		b.only(b.run(world{"1": "bad"}), reconcile.Create, Unknown)
		var want []mark.KeyID // which wait: the key, until its ticket can be seen
		if lag != 0 {
			want = append(want, key("1").ID())
		}
		if waiting := b.load().Creating; !slices.Equal(waiting, want) {
			t.Errorf("lag %s: %v wait, want %v", lag, waiting, want)
		}
		for _, wait := range []time.Duration{0, 61 * time.Second} {
			b.later(wait)
			b.srv.ResetRequests()
			if report := b.run(world{"1": "bad"}); len(report.Results) != 0 || len(b.writes()) != 0 {
				t.Errorf("lag %s, %s later: results %+v, writes %q", lag, wait, report.Results, b.writes())
			}
		}
		if waiting := b.load().Creating; len(waiting) != 0 {
			t.Errorf("lag %s: %v wait although the ticket is there", lag, waiting)
		}
		if n := len(b.srv.Tickets()); n != 1 {
			t.Errorf("lag %s: %d tickets, want 1", lag, n)
		}
	}
}

// Another process made the ticket after our load.
func TestLookUpBeforeCreates(t *testing.T) {
	b := newBench(t, nil).open()
	b.run(world{"0": "bad"})
	plan := b.plan(b.observe(world{"0": "bad", "1": "bad"}))
	mine := b.desk
	b.open().run(world{"0": "bad", "1": "bad"})
	b.desk = mine
	r := b.only(b.apply(plan), reconcile.Create, Skipped)
	if r.Ticket == 0 || len(b.srv.Tickets()) != 2 {
		t.Errorf("result %+v, %d tickets", r, len(b.srv.Tickets()))
	}
}

func TestLookUpFails(t *testing.T) {
	b := newBench(t, nil).open()
	plan := b.plan(b.observe(world{"1": "bad"}))
	b.srv.Inject(connectwisetest.Fault{Method: "GET", Path: "service/tickets", Kind: connectwisetest.HTML})
	r := b.only(b.apply(plan), reconcile.Create, Failed)
	if r.Err == nil || len(b.srv.Tickets()) != 0 {
		t.Errorf("err %v, %d tickets", r.Err, len(b.srv.Tickets()))
	}
}
