package match

import (
	"iter"
	"slices"
)

// Links is the result of [Companies], one [Link] per customer.
type Links struct {
	links []Link
	byID  map[string]int
}

func newLinks(links []Link) Links {
	l := Links{links: links, byID: make(map[string]int, len(links))}
	for i, link := range links {
		l.byID[link.Customer.ID] = i
	}
	return l
}

// Get returns the link of the customer with the id, false when there was no
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

// Len is the number of customers.
func (l Links) Len() int { return len(l.links) }
