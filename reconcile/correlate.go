package reconcile

import (
	"cmp"
	"slices"
)

// similarLimit bounds [Action].Similar: a list nobody reads to its end helps
// nobody.
const similarLimit = 5

// likeness is what tickets of different keys must share to be named together;
// source and group as facts have them.
type likeness struct {
	source, group uint64
	kind          string
}

// correlate names the earlier tickets of the key, newest first, and the newest
// of the same kind in the same group. The last one of the key is always named.
func (d *differ) correlate(a *Action, s *subject) {
	for _, t := range slices.Backward(s.closed) {
		if within(d.at, closedAt(t.Ticket), d.policy.CorrelateWithin) || t == s.last {
			a.Related = append(a.Related, t.ID)
		}
	}
	is := s.issue
	if is.Kind == "" || d.policy.CorrelateWithin <= 0 {
		return
	}
	if d.alike == nil {
		d.alike = d.alikeTickets()
	}
	for _, t := range d.alike[likeness{s.facts.source, s.facts.group, is.Kind}] {
		if t.Mark.Key == s.id {
			continue
		}
		if len(a.Similar) == similarLimit {
			return
		}
		a.Similar = append(a.Similar, t.ID)
	}
}

// alikeTickets are the closed tickets whose kind is known and whose close is
// not too long ago, newest first.
func (d *differ) alikeTickets() map[likeness][]*Ticket {
	alike := make(map[likeness][]*Ticket)
	for i := range d.ticketFacts {
		t := &d.ticketFacts[i]
		if t.Kind == "" || t.Open || t.Claim || t.Damaged || t.Mark.Owner != d.board.Owner || !within(d.at, closedAt(t.Ticket), d.policy.CorrelateWithin) {
			continue
		}
		of := likeness{t.source, t.group, t.Kind}
		alike[of] = append(alike[of], t.Ticket)
	}
	for _, list := range alike {
		slices.SortFunc(list, func(a, b *Ticket) int {
			return cmp.Or(closedAt(b).Compare(closedAt(a)), cmp.Compare(b.ID, a.ID))
		})
	}
	return alike
}
