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

// keptActions are the actions that keep, most of nearly every plan and large.
// They are written from the end of the plan to its beginning, in the place where
// they stay; what comes before them is put in order in front of them.
type keptActions struct {
	plan []Action
	free int // plan[free:] are in use, the rest is zero
}

func newKept(n int) keptActions {
	k := keptActions{make([]Action, n), n}
	inParts(n, k.touch)
	return k
}

// touch writes to each page of a part of the plan. A large plan is new memory,
// which the operating system hands out page by page at the first write: a fifth
// of the time of such a plan, and less where two processors ask for it.
func (k keptActions) touch(from, to int) {
	const perPage = 5 // as many actions are less than a page
	for i := from; i < to; i += perPage {
		k.plan[i].Ticket = 0
	}
}

// next gives room for an action, which is only taken once keep is called.
// others are the actions that may stand at the beginning of the plan.
func (k *keptActions) next(others []Action) *Action {
	taken := 0
	if len(others) > 0 && len(k.plan) > 0 && &others[0] == &k.plan[0] {
		taken = len(others)
	}
	if k.free <= taken {
		k.grow(len(k.plan) + 8)
	}
	return &k.plan[k.free-1]
}

func (k *keptActions) keep() { k.free-- }

// grow makes room for n actions at the beginning.
func (k *keptActions) grow(n int) {
	plan := make([]Action, n+len(k.plan)-k.free)
	copy(plan[n:], k.plan[k.free:])
	k.plan, k.free = plan, n
}

// ordered gives all actions in the order of a plan. The first perKey actions
// come in the descending order of their keys, those of storms behind them in
// none; stormsKept says that some of the kept ones are storms', too.
func (d *differ) ordered(perKey int, stormsKept bool) []Action {
	if stormsKept {
		slices.SortFunc(d.kept.plan[d.kept.free:], func(a, b Action) int { return compareKeys(&a, &b) })
	}
	// Actions are large and their ranks few: count the ranks, find each one's
	// place, and move each once.
	var starts [len(kindOrder)*severities + 1]int
	ranks := make([]uint8, len(d.actions))
	for i := range d.actions {
		r := rank(&d.actions[i])
		ranks[i] = uint8(r)
		starts[r+1]++
	}
	for r := range len(starts) - 1 {
		starts[r+1] += starts[r]
	}
	from := make([]int, len(d.actions))
	next := starts
	for i, r := range slices.Backward(ranks) {
		from[next[r]] = i
		next[r]++
	}
	for r := range len(starts) - 1 {
		same := from[starts[r]:starts[r+1]]
		create := r < severities
		if !create && len(d.actions) == perKey {
			continue
		}
		slices.SortStableFunc(same, func(a, b int) int {
			x, y := &d.actions[a], &d.actions[b]
			c := 0
			if create {
				c = cmp.Compare(class(x), class(y))
			}
			if c == 0 && len(d.actions) > perKey {
				c = compareKeys(x, y)
			}
			return c
		})
	}
	permute(d.actions, from)
	if d.kept.free < len(from) {
		d.kept.grow(len(from))
	}
	plan := d.kept.plan[d.kept.free-len(from):]
	copy(plan, d.actions) // moves nothing where each key has its action
	return plan
}

// permute puts at each place the action that from names for it, moving each
// once. It uses from up.
func permute(actions []Action, from []int) {
	const moved = -1
	for start := range from {
		if from[start] == moved || from[start] == start {
			continue
		}
		first := actions[start]
		for to := start; ; {
			i := from[to]
			from[to] = moved
			if i == start {
				actions[to] = first
				break
			}
			actions[to] = actions[i]
			to = i
		}
	}
}

func compareKeys(a, b *Action) int {
	return cmp.Or(cmp.Compare(a.KeyID, b.KeyID), cmp.Compare(a.Ticket, b.Ticket))
}
