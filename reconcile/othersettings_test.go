package reconcile_test

import (
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/google/go-cmp/cmp"
)

// Each setting of the table in the package documentation does what its
// counterpart does.
func TestSettingsOfOtherProducts(t *testing.T) {
	const day = 24 * time.Hour
	is, worse := issue("1"), issue("1", func(is *reconcile.Issue) { is.State = "D01:failed D02:failed" })
	aged := func(created, written time.Duration) func(*reconcile.Ticket) {
		return func(t *reconcile.Ticket) {
			t.Created, t.Mark.Written = now.Add(-created), now.Add(-written)
		}
	}
	ended := func(ago time.Duration) reconcile.Board { return boardOf(ticketFor(7, is, closed(ago, true))) }
	similar := ended(29 * day)
	similar.Tickets = append(similar.Tickets, past(8, "2", 29*day))

	for _, c := range []struct {
		name   string
		set    func(*reconcile.Policy)
		obs    reconcile.Observation
		board  reconcile.Board
		within map[string]int
		// beyond is what happens when the other product's interval is over, or
		// when its switch is off.
		beyondSet   func(*reconcile.Policy)
		beyondBoard reconcile.Board
		beyond      map[string]int
	}{
		{"TicketFloodLimit 10, TicketFloodInterval 3600",
			func(p *reconcile.Policy) {
				p.GlobalStorm, p.StormCompany = reconcile.Storm{Limit: 10, Window: 3600 * time.Second}, "2"
			},
			observe(many(10)...), boardOf(), map[string]int{"create new": 10},
			nil, boardOf(ticketFor(7, issue("z"), aged(59*time.Minute, 59*time.Minute), closed(time.Minute, true))),
			map[string]int{"create new": 1, "fold storm": 10}},
		{"ConsolidationInterval 900",
			func(p *reconcile.Policy) { p.UpdateEvery = 900 * time.Second },
			observe(worse), boardOf(ticketFor(7, is, aged(day, 14*time.Minute))), map[string]int{"keep too-soon": 1},
			nil, boardOf(ticketFor(7, is, aged(day, 15*time.Minute))), map[string]int{"update changed": 1}},
		{"UpdateTicketOnRepetitiveAlerts",
			func(*reconcile.Policy) {},
			observe(worse), boardOf(ticketFor(7, is)), map[string]int{"update changed": 1},
			func(p *reconcile.Policy) { p.Renew.Mode = reconcile.RenewAlways }, boardOf(ticketFor(7, is)), map[string]int{"create renewed": 1}},
		{"UpdateInterval 86400, open",
			func(p *reconcile.Policy) {
				p.Renew = reconcile.Renew{Mode: reconcile.RenewAfter, After: 86400 * time.Second}
			},
			observe(worse), boardOf(ticketFor(7, is, aged(day-time.Second, day))), map[string]int{"update changed": 1},
			nil, boardOf(ticketFor(7, is, aged(day, day))), map[string]int{"create renewed": 1}},
		{"UpdateInterval 86400, closed",
			func(p *reconcile.Policy) { p.ReopenWithin = 86400 * time.Second },
			observe(is), ended(day), map[string]int{"reopen again": 1},
			nil, ended(day + time.Second), map[string]int{"create recurred": 1}},
		{"ReopenTicketOnRepetitiveAlerts",
			func(*reconcile.Policy) {},
			observe(is), ended(time.Hour), map[string]int{"reopen again": 1},
			func(p *reconcile.Policy) { p.ReopenWithin = 0 }, ended(time.Hour), map[string]int{"create recurred": 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, half := range []struct {
				board reconcile.Board
				set   func(*reconcile.Policy)
				want  map[string]int
			}{{c.board, c.set, c.within}, {c.beyondBoard, c.beyondSet, c.beyond}} {
				policy := reconcile.DefaultPolicy()
				c.set(&policy)
				if half.set != nil {
					half.set(&policy)
				}
				plan := scene{c.obs, half.board, policy}.plan(t)
				if diff := cmp.Diff(half.want, summarize(plan)); diff != "" {
					t.Errorf("actions (-want +got):\n%s", diff)
				}
			}
		})
	}

	for _, c := range []struct {
		name             string
		within           time.Duration
		related, similar []int64
	}{
		{"CorrelationInterval 2592000", 2592000 * time.Second, []int64{7}, []int64{8}},
		{"CorrelationInterval, over", 28 * day, []int64{7}, nil},
		{"EnableTicketCorrelation false", 0, []int64{7}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			policy := reconcile.DefaultPolicy()
			policy.CorrelateWithin = c.within
			a := scene{observe(is), similar, policy}.plan(t).Actions[0]
			if diff := cmp.Diff([][]int64{c.related, c.similar}, [][]int64{a.Related, a.Similar}); a.Kind != reconcile.Create || diff != "" {
				t.Errorf("%s, related and similar (-want +got):\n%s", a.Kind, diff)
			}
		})
	}
}
