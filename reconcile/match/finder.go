package match

import (
	"cmp"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// finder holds the customers, and the companies by everything they can be found
// by.
type finder struct {
	o        Options
	rules    []rule
	subjects []subject      // by id
	known    map[string]int // subjects by id
	guard    *guard
	everyone *hand // the mapping's row for everyone else, if there is one
	unused   []Unused[Row]

	companies []Company // by id
	own       []int     // the provider's own company, where it is named
	loose     []looseName
	unfit     []string // why each may not be linked by a rule, "" if it may

	// The indexes hold companies that must not be linked, too.
	byID         index
	byIdentifier index // folded
	byName       index // folded
	byLooseName  index // loose, legal form and article included
	byBase       index // loose, without them
	byDomain     index
	byContact    index
	bySpelling   index // identifier and name as they are written
}

// index finds positions by a key; an empty key finds nothing. Positions are
// added in ascending order.
type index map[string][]int

func (x index) add(key string, i int) {
	if have := x[key]; key != "" && (len(have) == 0 || have[len(have)-1] != i) {
		x[key] = append(have, i)
	}
}

// subject is a customer with everything that it is compared by.
type subject struct {
	reconcile.Customer
	twice  bool   // the id was given with different contents
	parent int    // position of the customer that it is a site of, -1 for none
	fault  string // what is wrong with its parents
	family int    // position of the customer at the top

	whole   string // folded name
	plain   string // folded name without the address
	bare    string // the name without the address, as it is written
	address string // the mail address at the end of the name
	loose   looseName

	hands []*hand // of the mapping
}

func (f *finder) addCompanies(companies []Company) {
	f.companies = slices.SortedFunc(slices.Values(companies), func(a, b Company) int {
		return cmp.Or(compareIDs(a.ID, b.ID), -cmp.Compare(f.o.unfit(&a, false), f.o.unfit(&b, false)),
			cmp.Compare(a.Identifier, b.Identifier), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Website, b.Website), cmp.Compare(a.Contact, b.Contact),
			cmp.Compare(a.Status, b.Status), cmp.Compare(a.MergedInto, b.MergedInto), slices.Compare(a.Types, b.Types))
	})
	// A company may have been read twice, while it was being changed.
	f.companies = slices.CompactFunc(f.companies, func(a, b Company) bool { return a.ID == b.ID })
	f.companies = slices.DeleteFunc(f.companies, func(c Company) bool { return c.ID == "" })
	for _, x := range []*index{&f.byID, &f.byIdentifier, &f.byName, &f.byLooseName, &f.byBase, &f.byDomain, &f.byContact, &f.bySpelling} {
		*x = make(index, len(f.companies))
	}
	f.loose = make([]looseName, len(f.companies))
	f.unfit = make([]string, len(f.companies))
	for i, c := range f.companies {
		name, identifier := fold(c.Name), fold(c.Identifier)
		f.loose[i], f.unfit[i] = loosen(name), f.o.unfit(&c, false)
		f.byID.add(c.ID, i)
		f.byIdentifier.add(identifier, i)
		f.byName.add(name, i)
		f.byLooseName.add(f.loose[i].whole(), i)
		f.byBase.add(f.loose[i].base, i)
		f.byDomain.add(domain(c.Website), i)
		f.byContact.add(domain(c.Contact), i)
		f.bySpelling.add(strings.TrimSpace(c.Identifier), i)
		f.bySpelling.add(strings.TrimSpace(c.Name), i)
	}
}

func (f *finder) addCustomers(customers []reconcile.Customer) {
	sorted := slices.Compact(slices.SortedFunc(slices.Values(customers), func(a, b reconcile.Customer) int {
		return cmp.Or(compareIDs(a.ID, b.ID), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Parent, b.Parent),
			cmp.Compare(a.CompanyID, b.CompanyID), cmp.Compare(a.CompanyIdentifier, b.CompanyIdentifier))
	}))
	f.known = make(map[string]int, len(sorted))
	for _, c := range sorted {
		if at, again := f.known[c.ID]; again {
			f.subjects[at].twice = true
			continue
		}
		f.known[c.ID] = len(f.subjects)
		s := subject{Customer: c, whole: fold(c.Name)}
		s.bare, s.address = splitAddress(c.Name)
		s.plain = s.whole
		if s.bare != strings.TrimSpace(c.Name) {
			s.plain = fold(s.bare)
		}
		s.loose = loosen(s.plain)
		f.subjects = append(f.subjects, s)
	}
	for i := range f.subjects {
		f.findParents(i)
	}
}

// deepest is more levels than any tool has.
const deepest = 20

// findParents finds the customer that a site belongs to, and the one at the
// top.
func (f *finder) findParents(i int) {
	s := &f.subjects[i]
	s.parent, s.family = -1, i
	for level := 0; f.subjects[s.family].Parent != ""; level++ {
		at := &f.subjects[s.family]
		next, ok := f.known[at.Parent]
		switch {
		case !ok:
			s.fault = "customer " + text.Line(at.Parent) + ", which " + at.describe() + " belongs to, is not there"
			return
		case level == deepest:
			s.fault = "the customers that it belongs to are one another's"
			s.parent, s.family = -1, i
			return
		case level == 0:
			s.parent = next
		}
		s.family = next
	}
}

// path returns the folded name of a customer after the names of its parents, in
// the form that a mapping uses.
func (f *finder) path(s *subject, name func(*subject) string) string {
	if s.parent < 0 {
		return name(s)
	}
	return f.path(&f.subjects[s.parent], name) + " / " + name(s)
}
