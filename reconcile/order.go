package reconcile

import (
	"cmp"
	"slices"
)

// kindOrder is the order of kinds in a plan.
var kindOrder = [...]ActionKind{Create, Reopen, Adopt, Update, Close, Merge, MarkOnly, Fold, Hold, Keep}

func rank(a *Action) int {
	r := slices.Index(kindOrder[:], a.Kind) * 8
	sev := a.After.Severity
	if a.Issue != nil {
		sev = a.Issue.Severity
	}
	return r + int(SeverityCritical) - int(sev)
}

// order puts actions into the order of a plan; byKey says that they come in the
// order of their key ids.
func order(actions []Action, byKey bool) {
	// Actions are large: sort small records, then move each action once.
	type place struct {
		rank int
		from int
	}
	places := make([]place, len(actions))
	for i := range actions {
		places[i] = place{rank(&actions[i]), i}
	}
	slices.SortFunc(places, func(a, b place) int {
		if a.rank != b.rank {
			return cmp.Compare(a.rank, b.rank)
		}
		x, y := &actions[a.from], &actions[b.from]
		if x.Kind == Create && y.Kind == Create {
			if c := cmp.Compare(x.Issue.Class, y.Issue.Class); c != 0 {
				return c
			}
		}
		if !byKey {
			if c := cmp.Or(cmp.Compare(x.KeyID, y.KeyID), cmp.Compare(x.Ticket, y.Ticket)); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.from, b.from)
	})
	for start := range places {
		if places[start].from < 0 || places[start].from == start {
			continue
		}
		held := actions[start]
		to := start
		for {
			from := places[to].from
			places[to].from = -1
			if from == start {
				actions[to] = held
				break
			}
			actions[to] = actions[from]
			to = from
		}
	}
}
