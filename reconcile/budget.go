package reconcile

import (
	"cmp"
	"slices"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// Budget bounds what one run may write. What exceeds it is held and comes to
// its turn in later runs.
//
//	before (none)             240 close    a filter was wrong, everything looks healthy
//	after  (MinCloses 20)      20 close, 220 hold (close)
//
// Other products have no such brake, or only one for creating ("ticket flood
// limit", see [Storm]).
type Budget struct {
	// Opens is the most tickets to create and reopen in a run; 0 is no limit.
	Opens int `json:"opens,omitzero"`
	// MinCloses and CloseShare bound the closes of a run to
	// max(MinCloses, CloseShare × open tickets of ours). Both 0 is no limit.
	MinCloses  int     `json:"minCloses,omitzero"`
	CloseShare float64 `json:"closeShare,omitzero"`
}

func (b Budget) check(e *InputError) {
	if b.Opens < 0 {
		e.add("policy.budget.opens", "%d is negative", b.Opens)
	}
	if b.MinCloses < 0 {
		e.add("policy.budget.minCloses", "%d is negative", b.MinCloses)
	}
	if !(b.CloseShare >= 0 && b.CloseShare <= 1) {
		e.add("policy.budget.closeShare", "%v is not between 0 and 1", b.CloseShare)
	}
}

// spend holds the actions that the budget does not cover.
func (d *differ) spend() {
	b := d.policy.Budget
	if b.Opens > 0 {
		d.limit(b.Opens, func(k ActionKind) bool { return k == Create || k == Reopen })
	}
	if b.MinCloses > 0 || b.CloseShare > 0 {
		open := 0
		for _, r := range d.join.rows {
			if r.kind == rowTicket && d.join.tickets[r.index].Open {
				open++
			}
		}
		d.limit(max(b.MinCloses, int(b.CloseShare*float64(open))), func(k ActionKind) bool { return k == Close || k == Merge })
	}
}

// limit lets n of the actions of some kinds pass: first those that did not fail
// in the last run, then the more severe, by class, the older, and by a
// key order that starts at another place every day, so that none waits for
// ever.
func (d *differ) limit(n int, counts func(ActionKind) bool) {
	type entry struct {
		action *Action
		failed bool
		since  int64
		turn   uint64
	}
	failed := make(map[mark.KeyID]bool, len(d.board.Failed))
	for _, id := range d.board.Failed {
		failed[id] = true
	}
	// An odd multiple of the day number spreads over all 64 bits.
	start := uint64(d.at.Unix()/int64(24*time.Hour/time.Second)) * 0x9e3779b97f4a7c15
	var entries []entry
	for i := range d.actions {
		a := &d.actions[i]
		if !counts(a.Kind) {
			continue
		}
		e := entry{action: a, failed: failed[a.KeyID], turn: rowOf(a.KeyID, 0, 0).prefix - start}
		if a.Issue != nil && !a.Issue.Since.IsZero() {
			e.since = a.Issue.Since.Unix()
		}
		entries = append(entries, e)
	}
	if len(entries) <= n {
		return
	}
	slices.SortFunc(entries, func(x, y entry) int {
		if x.failed != y.failed {
			if x.failed {
				return 1
			}
			return -1
		}
		return cmp.Or(
			cmp.Compare(mildness(x.action), mildness(y.action)),
			cmp.Compare(class(x.action), class(y.action)),
			cmp.Compare(x.since, y.since),
			cmp.Compare(x.turn, y.turn),
			cmp.Compare(x.action.KeyID, y.action.KeyID))
	})
	for _, e := range entries[n:] {
		d.hold(e.action, CodeBudget, e.action.Kind)
	}
}

func class(a *Action) string {
	if a.Issue == nil {
		return ""
	}
	return a.Issue.Class
}
