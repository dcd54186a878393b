package match

import (
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
)

// Company is a company of the service desk: API resource company/companies.
type Company struct {
	ID         string // never empty
	Identifier string // unique
	Name       string // not unique
	Website    string // its host is the company's domain; may be empty
	Contact    string // the mail address of the default contact; may be empty
	Status     string // by name
	Types      []string
	Deleted    bool   // deletedFlag
	MergedInto string // the id of the company that this one became part of; may be empty
}

// unfit says why a company must not be linked; "" means that it may be. With
// byHand the type does not matter, because a mapping may name the provider's
// own company, which has a type of its own.
func (o *Options) unfit(c *Company, byHand bool) string {
	is := func(names []string, name string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return fold(n) == fold(name) })
	}
	switch {
	case c.MergedInto != "":
		return "was merged into company " + text.Line(c.MergedInto)
	case c.Deleted:
		return "is deleted"
	case o.Statuses == nil && slices.Contains(words(fold(c.Status)), "inactive"),
		o.Statuses != nil && !is(o.Statuses, c.Status):
		return fmt.Sprintf("has the status %q", c.Status)
	case byHand || o.Types == nil || slices.ContainsFunc(c.Types, func(t string) bool { return is(o.Types, t) }):
		return ""
	case len(c.Types) == 0:
		return "has no type"
	}
	return fmt.Sprintf("is of type %q", strings.Join(c.Types, ", "))
}

// compareIDs orders decimal ids by their number, 9 before 10.
func compareIDs(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
