package match

// A guard knows for every object who is led to it by a rule. One guard serves
// every rule of [Companies] and of [Configurations]. A rule decides nothing if
// somebody else is led to the same object by the same rule or a surer one,
// because it cannot tell the two apart.
type guard struct {
	// The two surest claims of different families, for each object.
	first, second []claim
}

// claim says that a rule leads somebody to an object.
type claim struct {
	rank   int // of the rule: less is surer
	family int // a customer and its sites are one family
	who    int
	made   bool
}

func newGuard(objects int) *guard {
	return &guard{make([]claim, objects), make([]claim, objects)}
}

// claim notes that a rule leads somebody to an object.
func (g *guard) claim(object int, c claim) {
	c.made = true
	first, second := &g.first[object], &g.second[object]
	switch {
	case !first.made || first.family == c.family && c.rank < first.rank:
		*first = c
	case first.family == c.family:
	case c.rank < first.rank:
		*first, *second = c, *first
	case !second.made || c.rank < second.rank:
		*second = c
	}
}

// rival returns who of another family is led to an object by a rule of this
// rank or a surer one.
func (g *guard) rival(object, rank, family int) (who int, ok bool) {
	c := g.first[object]
	if c.family == family {
		c = g.second[object]
	}
	return c.who, c.made && c.rank <= rank
}
