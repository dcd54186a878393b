package reconcile_test

import (
	"slices"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// past is a closed ticket of another device of the same customer.
func past(id int64, subject string, ago time.Duration, edit ...func(*reconcile.Ticket)) reconcile.Ticket {
	t := ticketFor(id, issue(subject), closed(ago, true))
	t.Kind = "failed"
	for _, f := range edit {
		f(&t)
	}
	return t
}

func TestCorrelateByGroupAndKind(t *testing.T) {
	day := 24 * time.Hour
	board := boardOf(
		past(1, "2", 40*day),
		past(2, "2", 20*day),
		past(3, "3", 10*day),
		past(4, "4", 15*day, func(t *reconcile.Ticket) { t.Kind = "offline" }),
		past(5, "5", 15*day, func(t *reconcile.Ticket) { t.Kind = "" }),
		past(6, "6", 15*day, func(t *reconcile.Ticket) { t.Mark.Customer = mark.CustomerID("c2") }),
		past(7, "7", 15*day, func(t *reconcile.Ticket) { t.Mark.Source = mark.SourceID("rmm") }),
		past(8, "8", 15*day, func(t *reconcile.Ticket) { t.Mark.Owner = "another" }),
		past(9, "9", 15*day, func(t *reconcile.Ticket) { t.Damaged = true }),
		past(10, "10", 15*day, func(t *reconcile.Ticket) { t.Open = true }),
		past(11, "1", 12*day),
		past(12, "11", 10*day, func(t *reconcile.Ticket) { t.Closed = time.Time{} }),
	)
	for _, c := range []struct {
		name             string
		edit             func(*reconcile.Board, *reconcile.Issue, *reconcile.Policy)
		related, similar []int64
	}{
		{"newest first, of the key apart", func(*reconcile.Board, *reconcile.Issue, *reconcile.Policy) {}, []int64{11}, []int64{12, 3, 2}},
		{"a problem without a kind", func(_ *reconcile.Board, is *reconcile.Issue, _ *reconcile.Policy) { is.Kind = "" }, []int64{11}, nil},
		{"another kind", func(_ *reconcile.Board, is *reconcile.Issue, _ *reconcile.Policy) { is.Kind = "offline" }, []int64{11}, []int64{4}},
		{"another customer", func(_ *reconcile.Board, is *reconcile.Issue, _ *reconcile.Policy) { is.Group = "c2" }, []int64{11}, []int64{6}},
		{"further back", func(_ *reconcile.Board, _ *reconcile.Issue, p *reconcile.Policy) { p.CorrelateWithin = 60 * day }, []int64{11}, []int64{12, 3, 2, 1}},
		{"off", func(_ *reconcile.Board, _ *reconcile.Issue, p *reconcile.Policy) { p.CorrelateWithin = 0 }, []int64{11}, nil},
		{"five at most", func(b *reconcile.Board, _ *reconcile.Issue, _ *reconcile.Policy) {
			for id := range int64(9) {
				b.Tickets = append(b.Tickets, past(20+id, "20", time.Duration(id+1)*time.Hour))
			}
		}, []int64{11}, []int64{20, 21, 22, 23, 24}},
	} {
		t.Run(c.name, func(t *testing.T) {
			is, b, policy := issue("1"), board, reconcile.DefaultPolicy()
			b.Tickets = slices.Clone(b.Tickets)
			c.edit(&b, &is, &policy)
			plan, err := reconcile.Diff(observe(is), b, policy)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(plan.Actions, func(a reconcile.Action) bool { return a.KeyID == is.Key.ID() })
			a := plan.Actions[i]
			if a.Kind != reconcile.Create {
				t.Fatalf("%s %s", a.Kind, a.Code)
			}
			if diff := cmp.Diff([][]int64{c.related, c.similar}, [][]int64{a.Related, a.Similar}); diff != "" {
				t.Errorf("related and similar (-want +got):\n%s", diff)
			}
		})
	}
}

// Naming similar tickets changes nothing about what is done.
func TestSimilarTicketsDecideNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		obs, board, policy := drawObservation(t), drawBoard(t), drawAnyPolicy(t)
		without, err := reconcile.Diff(obs, board, policy)
		if err != nil {
			return // refused either way: kinds are not validated
		}
		for i := range board.Tickets {
			board.Tickets[i].Kind = rapid.SampledFrom([]string{"", "failed"}).Draw(t, "kind")
		}
		with, err := reconcile.Diff(obs, board, policy)
		if err != nil {
			t.Fatal(err)
		}
		for i := range with.Actions {
			a := &with.Actions[i]
			if len(a.Similar) > 0 && a.Kind != reconcile.Create && a.Would != reconcile.Create {
				t.Fatalf("%s names similar tickets", a.Kind)
			}
			a.Similar = nil
		}
		with.Digest = without.Digest
		if diff := cmp.Diff(without.Actions, with.Actions); diff != "" {
			t.Fatalf("with kinds (-without +with):\n%s", diff)
		}
	})
}
