package reconcile_test

import (
	"runtime"
	"slices"
	"testing"

	"github.com/covedesk/covedesk/reconcile"
)

// TestParts: neither the number of processors nor the places at which a long
// input is cut show in the plan.
func TestParts(t *testing.T) {
	obs, board := fleet(6000)
	for i := range 40 {
		obs.Issues[i*150].Summary = "two\nlines" // has to be cleaned
		board.Tickets[i*150].Mark.Owner = "another"
	}
	s := scene{obs: obs, board: board, policy: reconcile.DefaultPolicy()}
	plan := func(processors int) string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		return encode(t, s.plan(t))
	}
	want := plan(1)
	if plan(4) != want {
		t.Error("the number of processors shows")
	}
	slices.Reverse(s.obs.Issues)
	slices.Reverse(s.board.Tickets)
	for shift := range 3 {
		s.obs.Issues = slices.Concat(s.obs.Issues[1000:], s.obs.Issues[:1000])
		s.board.Tickets = slices.Concat(s.board.Tickets[700:], s.board.Tickets[:700])
		if plan(4) != want {
			t.Errorf("the cuts show after shift %d", shift)
		}
	}
}
