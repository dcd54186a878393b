package reconcile

import (
	"cmp"
	"slices"
)

// kindOrder is the order of kinds in a plan.
var kindOrder = [...]ActionKind{Create, Reopen, Adopt, Update, Close, Merge, MarkOnly, Fold, Hold, Keep}

// severities is how many severities there are.
const severities = int(SeverityCritical) + 1

// rank is the place of an action among those of other kinds and severities.
func rank(a *Action) int {
	return slices.Index(kindOrder[:], a.Kind)*severities + mildness(a)
}

// mildness is 0 for the most severe.
func mildness(a *Action) int {
	severity := a.After.Severity
	if a.Issue != nil {
		severity = a.Issue.Severity
	}
	return int(SeverityCritical - severity)
}

// order puts actions into the order of a plan; byKey says that they come in the
// order of their key ids.
func order(actions []Action, byKey bool) {
	// Actions are large and their ranks few: count the ranks, find each one's
	// place, and move each once.
	var starts [len(kindOrder)*severities + 1]int
	ranks := make([]uint8, len(actions))
	for i := range actions {
		r := rank(&actions[i])
		ranks[i] = uint8(r)
		starts[r+1]++
	}
	for r := range len(starts) - 1 {
		starts[r+1] += starts[r]
	}
	from := make([]int, len(actions)) // from[i] is what belongs at i; -1 is done
	next := starts
	for i, r := range ranks {
		from[next[r]] = i
		next[r]++
	}
	for r := range len(starts) - 1 {
		same := from[starts[r]:starts[r+1]]
		create := r < severities
		if !create && byKey {
			continue
		}
		slices.SortStableFunc(same, func(a, b int) int {
			x, y := &actions[a], &actions[b]
			c := 0
			if create {
				c = cmp.Compare(class(x), class(y))
			}
			if c == 0 && !byKey {
				c = cmp.Or(cmp.Compare(x.KeyID, y.KeyID), cmp.Compare(x.Ticket, y.Ticket))
			}
			return c
		})
	}
	for start := range from {
		if from[start] < 0 || from[start] == start {
			continue
		}
		held := actions[start]
		for to := start; ; {
			f := from[to]
			from[to] = -1
			if f == start {
				actions[to] = held
				break
			}
			actions[to] = actions[f]
			to = f
		}
	}
}
