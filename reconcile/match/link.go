package match

import (
	"iter"
	"slices"

	"github.com/covedesk/covedesk/reconcile"
)

// Link is the result for one customer.
type Link struct {
	Customer reconcile.Customer

	// Company is the id of the customer's company; empty when there is none.
	Company string

	// Rule is the rule that decided, for or against a company. RuleNone means that
	// no rule found anything.
	Rule Rule

	// Candidates holds the linked company, or those that may be meant, ordered by
	// id.
	Candidates []Company

	// Passed holds the companies that a rule found but that must not be linked,
	// because they are deleted, merged, inactive or of another type.
	Passed []Passed

	// Disabled says that the mapping switches the customer off: no tickets are
	// created for it, and its open tickets are left alone.
	Disabled bool

	// Reason is a sentence for people, without a full stop.
	Reason string
}

// Passed is a company that a rule found but that must not be linked.
type Passed struct {
	Company Company
	Rule    Rule
	Reason  string // "is deleted", "was merged into company 12", …
}

// Matched reports whether the customer has a company.
func (l Link) Matched() bool { return l.Company != "" }

// Links is the result of [Companies]: one [Link] per customer, by the customer's
// id. When not all customers are known, Unused leaves out rows for customers who
// do not exist. It always leaves out a row for everyone else that nobody needed.
type Links = Results[string, Link, Row]

// Results holds the link of each customer or device. The zero value holds none.
type Results[K comparable, L any, R Row | ConfigurationRow] struct {
	links  []L
	at     map[K]int
	unused []Unused[R]
}

// Get returns the link of the customer or device with the key, and false when
// there is no such customer or device.
func (r Results[K, L, R]) Get(key K) (link L, ok bool) {
	i, ok := r.at[key]
	if ok {
		link = r.links[i]
	}
	return link, ok
}

// All yields the links in the order of the ids of their customers or devices, 9
// before 10.
func (r Results[K, L, R]) All() iter.Seq[L] { return slices.Values(r.links) }

// Len returns the number of links.
func (r Results[K, L, R]) Len() int { return len(r.links) }

// Unused returns the rows of the mapping that had no effect, in order, with the
// reasons.
func (r Results[K, L, R]) Unused() []Unused[R] { return r.unused }

// Unused is a row of a mapping that had no effect.
type Unused[R Row | ConfigurationRow] struct {
	Row    R
	Reason string // begins with the row's place: "line 7: …"
}
