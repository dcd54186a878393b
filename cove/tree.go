package cove

// A Tree answers questions about the partners that [Client.Partners] returned,
// without a request. It is safe for concurrent use.
type Tree struct {
	byID map[int64]Partner
}

// NewTree arranges partners by their parents. A path ends where the parent is
// not among the partners. Of a partner that is listed twice, the last one
// counts.
func NewTree(partners []Partner) *Tree {
	t := &Tree{byID: make(map[int64]Partner, len(partners))}
	for _, p := range partners {
		t.byID[p.ID] = p
	}
	return t
}

// Partner returns the partner with an id.
func (t *Tree) Partner(id int64) (Partner, bool) {
	p, ok := t.byID[id]
	return p, ok
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
func (t *Tree) EndCustomer(id int64) (Partner, bool) {
	for _, p := range t.Path(id) {
		if p.Level == LevelEndCustomer {
			return p, true
		}
	}
	return Partner{}, false
}
