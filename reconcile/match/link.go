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

// Links is the result of [Companies], one [Link] per customer.
type Links struct {
	links  []Link
	byID   map[string]int
	unused []Unused
}

// Get returns the link of the customer with the id, and false when there is no
// such customer.
func (l Links) Get(customerID string) (Link, bool) {
	i, ok := l.byID[customerID]
	if !ok {
		return Link{}, false
	}
	return l.links[i], true
}

// All yields the links in the order of their customers' ids, 9 before 10.
func (l Links) All() iter.Seq[Link] { return slices.Values(l.links) }

// Len returns the number of customers.
func (l Links) Len() int { return len(l.links) }

// Unused returns the rows of the mapping that had no effect, in order, with the
// reasons. Rows for a customer who does not exist are left out when not all
// customers are known. A row for everyone else that nobody needed is no such row.
func (l Links) Unused() []Unused { return l.unused }

// Unused is a row of a mapping that had no effect.
type Unused struct {
	Row    Row
	Reason string // begins with the row's place: "line 7: …"
}
