package companies

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise/desk/internal/memory"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"github.com/covedesk/covedesk/reconcile/match"
)

// Linker sets the company of each problem.
type Linker struct {
	Companies []match.Company
	Unused    []Note // rows of mappings that matched nothing
	Disabled  []Note // customers whom a mapping switches off

	mappings map[string]*match.Mapping
	own      string
	open     map[mark.KeyID]memory.Entry
	named    map[string]match.Company // by decimal id, and by identifier in lower case
	links    map[string]match.Links   // by feed
}

// Note is a finding about a customer of a feed.
type Note struct{ Feed, Customer, Name, Reason string }

// NewLinker returns a linker that uses the feeds' mappings. The argument own is
// the id of the provider's own company, and open holds the keys that the memory
// knows.
func NewLinker(companies []match.Company, mappings map[string]*match.Mapping, own string, open map[mark.KeyID]memory.Entry) *Linker {
	l := &Linker{Companies: companies, mappings: mappings, own: own, open: open, named: map[string]match.Company{}, links: map[string]match.Links{}}
	for _, company := range companies {
		l.named[strings.ToLower(strings.TrimSpace(company.Identifier))] = company
	}
	for _, company := range companies { // an id counts before an identifier of digits
		l.named[company.ID] = company
	}
	return l
}

// Customer returns how a customer of a feed was linked.
func (l *Linker) Customer(feed, id string) (match.Link, bool) { return l.links[feed].Get(id) }

// Link links the customers of a snapshot by the mapping of each of its feeds,
// and sets the companies of its problems. All keys of a customer that the
// mapping switches off are suppressed, so that nothing is written for them.
func (l *Linker) Link(s *reconcile.Snapshot) error {
	for _, feed := range s.Feeds {
		links, err := match.Companies(l.customers(s, feed.Name), l.Companies, match.Options{
			Mapping: l.mappings[feed.Name], Feed: feed.Name, Whole: s.Whole, Own: l.own,
		})
		if err != nil {
			return fmt.Errorf("desk: customers of %s: %w", feed.Name, err)
		}
		l.links[feed.Name] = links
		for _, unused := range links.Unused() {
			l.Unused = append(l.Unused, Note{Feed: feed.Name, Reason: unused.Reason})
		}
		l.fill(s, feed.Name, links)
		l.disable(s, feed.Name, links)
	}
	return nil
}

// customers returns the customers of a snapshot. If the snapshot does not know
// all customers, it adds those that the memory knows, because a customer
// without an alert today may be switched off.
func (l *Linker) customers(s *reconcile.Snapshot, feed string) []reconcile.Customer {
	customers := slices.Clone(s.Customers)
	if s.Whole {
		return customers
	}
	listed := map[string]bool{"": true}
	for _, c := range customers {
		listed[c.ID] = true
	}
	for _, k := range l.open {
		if k.Feed == feed && !listed[k.Customer] {
			listed[k.Customer] = true
			customers = append(customers, reconcile.Customer{ID: k.Customer, Name: k.Customer})
		}
	}
	return customers
}

// fill sets the companies of a feed's problems.
func (l *Linker) fill(s *reconcile.Snapshot, feed string, links match.Links) {
	for i := range s.Issues {
		issue := &s.Issues[i]
		if issue.Key.Feed != feed {
			continue
		}
		link, known := links.Get(issue.Customer)
		if issue.Company != "" {
			l.resolve(issue)
			continue
		}
		issue.Company = link.Company
		if issue.CustomerName == "" {
			issue.CustomerName = link.Customer.Name
		}
		if issue.Company == "" {
			issue.CompanyReason = cmp.Or(issue.CompanyReason, link.Reason)
			if !known {
				issue.CompanyReason = cmp.Or(issue.CompanyReason, "nobody says which customer it belongs to")
			}
		}
	}
}

// resolve turns the company that a monitor names, by identifier or decimal id,
// into its id.
func (l *Linker) resolve(issue *reconcile.Issue) {
	name := strings.TrimSpace(issue.Company)
	company, ok := l.named[strings.ToLower(name)]
	switch {
	case !ok:
		issue.Company, issue.CompanyReason = "", fmt.Sprintf("no company has the id or identifier %q", text.Show(name, 60))
	case company.Deleted:
		issue.Company, issue.CompanyReason = "", fmt.Sprintf("the company %q is deleted", text.Show(company.Name, 60))
	default:
		issue.Company = company.ID
	}
}

// disable suppresses all keys of the customers that a mapping switches off,
// including keys that only the memory knows, because a missing alert of theirs
// is not a recovery.
func (l *Linker) disable(s *reconcile.Snapshot, feed string, links match.Links) {
	off := map[string]string{}
	for link := range links.All() {
		if link.Disabled {
			off[link.Customer.ID] = cmp.Or(link.Reason, "the mapping switches the customer off")
			l.Disabled = append(l.Disabled, Note{feed, link.Customer.ID, cmp.Or(link.Customer.Name, link.Customer.ID), off[link.Customer.ID]})
		}
	}
	if len(off) == 0 {
		return
	}
	named := map[reconcile.Key]bool{}
	suppress := func(key reconcile.Key, customer string) bool {
		why, ok := off[customer]
		if !ok || key.Feed != feed {
			return false
		}
		if !named[key] {
			named[key] = true
			s.Suppressed = append(s.Suppressed, reconcile.Suppressed{Key: key, Customer: customer, Reason: why})
		}
		return true
	}
	for _, key := range s.Suppressed {
		named[key.Key] = true
	}
	s.Issues = slices.DeleteFunc(slices.Clone(s.Issues), func(i reconcile.Issue) bool { return suppress(i.Key, i.Customer) })
	s.Healthy = slices.DeleteFunc(slices.Clone(s.Healthy), func(h reconcile.Healthy) bool { return suppress(h.Key, h.Customer) })
	for _, k := range l.open {
		suppress(k.Key, k.Customer)
	}
}
