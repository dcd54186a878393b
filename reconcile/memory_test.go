package reconcile_test

import (
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// What is remembered of one key. A key whose ticket a person closed is
// remembered until the marker says that the problem is over, not only until a
// plan says so: the write may fail, and the next run must decide the same
// (P17).
func TestKnown(t *testing.T) {
	is, was := issue("1"), now.Add(-time.Hour)
	known := func(edit func(*reconcile.Known)) *reconcile.Known {
		k := reconcile.Known{Key: key("1"), Customer: "c1"}
		edit(&k)
		return &k
	}
	nothing := func(*reconcile.Known) {}
	named := func(at time.Time) func(*reconcile.Known) { return func(k *reconcile.Known) { k.Named = at } }
	missing := func(k *reconcile.Known) { k.Named, k.AbsentSince = was, was }
	recovered := func(t *reconcile.Ticket) { t.Mark.Digests.State = mark.Recovered }
	byPerson, byUs := closed(4*time.Hour, false), closed(4*time.Hour, true)
	for _, tt := range []struct {
		name   string
		obs    reconcile.Observation
		before func(*reconcile.Known)
		ticket []func(*reconcile.Ticket) // nil: none
		want   *reconcile.Known
	}{
		{"a problem that nobody knew", alerts(is), nil, nil, known(func(k *reconcile.Known) { k.Named, k.Opened = now, now })},
		{"a problem that goes on", alerts(is), named(was), open, known(named(was))},
		{"it was missing, and is back", alerts(is), missing, open, known(named(was))},
		{"healthy, without a ticket", healthy(now), named(was), nil, nil},
		{"healthy, the ticket is open", healthy(now), named(was), open, known(nothing)},
		{"missing for the first time, open", alerts(), named(was), open, known(func(k *reconcile.Known) { k.Named, k.AbsentSince = was, now })},
		{"missing still, open", alerts(), missing, open, known(missing)},
		{"missing, without a ticket", alerts(), missing, nil, nil},
		{"closed by us", alerts(), missing, []func(*reconcile.Ticket){byUs}, nil},
		{"opened lately, then closed by us", alerts(), func(k *reconcile.Known) { k.Opened = now.Add(-time.Minute) }, []func(*reconcile.Ticket){byUs},
			known(func(k *reconcile.Known) { k.Opened, k.AbsentSince = now.Add(-time.Minute), now })},
		{"closed by a person, and lasts", alerts(is), named(was), []func(*reconcile.Ticket){byPerson}, known(named(was))},
		{"closed by a person, missing for the first time", alerts(), named(was), []func(*reconcile.Ticket){byPerson},
			known(func(k *reconcile.Known) { k.Named, k.AbsentSince = was, now })},
		{"closed by a person, over by absence in this plan", alerts(), missing, []func(*reconcile.Ticket){byPerson},
			known(func(k *reconcile.Known) { k.AbsentSince = was })},
		{"closed by a person, healthy in this plan", healthy(now), named(was), []func(*reconcile.Ticket){byPerson}, known(nothing)},
		{"closed by a person, its marker says that it is over", alerts(), missing, []func(*reconcile.Ticket){byPerson, recovered}, nil},
		{"closed by a person, Snooze is over", alerts(), missing, []func(*reconcile.Ticket){closed(8*24*time.Hour, false)}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := scene{tt.obs, boardOf(), reconcile.DefaultPolicy()}
			if tt.before != nil {
				s.board.Known = map[mark.KeyID]reconcile.Known{is.Key.ID(): *known(tt.before)}
			}
			if tt.ticket != nil {
				s.board.Tickets = []reconcile.Ticket{ticketFor(7, is, tt.ticket...)}
			}
			plan := s.plan(t)
			want := map[mark.KeyID]reconcile.Known{}
			if tt.want != nil {
				want[is.Key.ID()] = *tt.want
			}
			if diff := gocmp.Diff(want, plan.Known); diff != "" {
				t.Errorf("(-want +got)\n%s%s", diff, plan)
			}
			if tt.want == nil {
				return
			}
			// If nothing of the plan was carried out, the next run decides the same.
			s.board.Known = plan.Known
			if diff := gocmp.Diff(summarize(plan), summarize(s.plan(t))); tt.before != nil && diff != "" {
				t.Errorf("planned anew (-before +after)\n%s", diff)
			}
		})
	}
}

// open leaves a ticket as the last run left it.
var open = []func(*reconcile.Ticket){}
