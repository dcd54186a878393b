package cove

// A Tree answers questions about the partners that [Client.Partners] returned,
// without a request. It is safe for concurrent use.
type Tree struct {
	byID     map[int64]Partner
	children map[int64][]int64
}

// NewTree arranges partners by their parents. A path ends where the parent is
// not among the partners. Of a partner that is listed twice, the last one
// counts.
func NewTree(partners []Partner) *Tree {
	t := &Tree{byID: make(map[int64]Partner, len(partners)), children: make(map[int64][]int64)}
	for _, p := range partners {
		if old, ok := t.byID[p.ID]; ok {
			t.children[old.ParentID] = without(t.children[old.ParentID], p.ID)
		}
		t.byID[p.ID] = p
		t.children[p.ParentID] = append(t.children[p.ParentID], p.ID)
	}
	return t
}

func without(ids []int64, id int64) []int64 {
	kept := ids[:0]
	for _, have := range ids {
		if have != id {
			kept = append(kept, have)
		}
	}
	return kept
}

// Partner returns the partner with an id.
func (t *Tree) Partner(id int64) (Partner, bool) {
	p, ok := t.byID[id]
	return p, ok
}

// Children returns the partners directly below a partner, in the order of the
// list given to [NewTree].
func (t *Tree) Children(id int64) []Partner {
	var list []Partner
	for _, child := range t.children[id] {
		if child != id {
			list = append(list, t.byID[child])
		}
	}
	return list
}

// Path returns a partner and its ancestors, the partner first and the topmost
// known ancestor last. It returns nil for an unknown id. Parents that form a
// circle, which no valid answer holds, end the path.
func (t *Tree) Path(id int64) []Partner {
	var path []Partner
	seen := make(map[int64]bool)
	for p, ok := t.byID[id]; ok && !seen[p.ID]; p, ok = t.byID[p.ParentID] {
		seen[p.ID] = true
		path = append(path, p)
	}
	return path
}

// EndCustomer returns the end customer that a partner is or belongs to. It
// reports false for a partner above all end customers, such as a reseller that
// owns devices, and for an unknown id.
func (t *Tree) EndCustomer(id int64) (Partner, bool) { return t.nearest(id, LevelEndCustomer) }

// Site returns the site that a partner is or belongs to, and false if there is
// none.
func (t *Tree) Site(id int64) (Partner, bool) { return t.nearest(id, LevelSite) }

func (t *Tree) nearest(id int64, level Level) (Partner, bool) {
	for _, p := range t.Path(id) {
		if p.Level == level {
			return p, true
		}
	}
	return Partner{}, false
}
