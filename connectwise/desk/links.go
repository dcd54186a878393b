package desk

import (
	"cmp"
	"maps"
	"slices"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// Link is the ticket of a key after the run. A tool uses it to store the
// ticket's number, or to end its own alert.
type Link struct {
	Key    reconcile.Key `json:"key"`
	Ticket int64         `json:"ticket"` // for a key that is folded into a storm, the storm's ticket
	Status string        `json:"status"` // name of the status
	Closed Closer        `json:"closed"`
}

// Closer is who closed a ticket.
type Closer string

// The closers.
const (
	ClosedByNobody Closer = "nobody" // it is open, or merged into a ticket that is
	ClosedByUs     Closer = "us"
	ClosedByPerson Closer = "person"
)

// closers says who closed a ticket, by its state ([reconcile.Board.Doing]).
// Tickets in other states are no key's tickets.
var closers = map[int]Closer{
	reconcile.DoingMerged: ClosedByNobody, reconcile.DoingProject: ClosedByNobody, reconcile.DoingForeign: ClosedByNobody,
	reconcile.DoingReopened: ClosedByNobody, reconcile.DoingToolRewrote: ClosedByNobody, reconcile.DoingEdited: ClosedByNobody, reconcile.DoingOurs: ClosedByNobody,
	reconcile.DoingClosed: ClosedByUs, reconcile.DoingToolClosed: ClosedByUs,
	reconcile.DoingMergedOver: ClosedByPerson, reconcile.DoingForeignClosed: ClosedByPerson, reconcile.DoingClosedByPerson: ClosedByPerson,
}

// links returns the tickets of all keys with known names, in the order of the
// keys.
func (s *syncRun) links(plan reconcile.Plan, obs reconcile.Observation) []Link {
	board := &s.loaded.Board
	byKey, byID := map[mark.KeyID]Link{}, map[int64]Link{}
	for i := range board.Tickets {
		t := &board.Tickets[i]
		doing, _ := board.Doing(t)
		if doing == reconcile.DoingLost {
			doing = reconcile.DoingClosedByPerson
			if t.Open {
				doing = reconcile.DoingOurs
			}
		}
		closed, ok := closers[doing]
		if !ok {
			continue
		}
		link := Link{Ticket: t.ID, Status: t.Status, Closed: closed}
		byID[t.ID] = link
		if old, ok := byKey[t.Mark.Key]; !ok || old.Closed != ClosedByNobody && (closed == ClosedByNobody || t.ID > old.Ticket) {
			byKey[t.Mark.Key] = link
		}
	}
	for i := range plan.Actions {
		a := &plan.Actions[i]
		if link, ok := byID[a.Ticket]; ok && a.Code != reconcile.CodeDuplicate {
			byKey[a.KeyID] = link
		}
	}
	for _, r := range s.report.Results {
		s.linkResult(byKey, r)
	}
	names := s.names(byKey, plan, obs)
	for id, k := range plan.Known {
		if link, ok := byKey[k.Storm]; ok && k.Storm != "" && byKey[id].Closed != ClosedByNobody {
			byKey[id] = link
		}
	}
	var links []Link
	for id, link := range byKey {
		if link.Key = names[id]; link.Key != (reconcile.Key{}) {
			links = append(links, link)
		}
	}
	slices.SortFunc(links, func(a, b Link) int {
		return cmp.Or(cmp.Compare(a.Key.Feed, b.Key.Feed), cmp.Compare(a.Key.Subject, b.Key.Subject))
	})
	return links
}

// linkResult updates the links with the result of an action.
func (s *syncRun) linkResult(byKey map[mark.KeyID]Link, r Result) {
	a := r.Action
	link := byKey[a.KeyID]
	switch {
	case a.Code == reconcile.CodeDuplicate, r.Ticket == 0, r.Outcome != Done && a.Kind != reconcile.Create:
		return
	case a.Closes():
		link.Closed = ClosedByUs
	case a.Kind == reconcile.Create, a.Kind == reconcile.Reopen, a.Kind == reconcile.Adopt:
		link.Closed = ClosedByNobody
	}
	link.Ticket, link.Status = r.Ticket, cmp.Or(r.Status, link.Status)
	byKey[a.KeyID] = link
}

// names returns the names of keys that have tickets, as far as they are known.
// A marker does not hold the name.
func (s *syncRun) names(byKey map[mark.KeyID]Link, plan reconcile.Plan, obs reconcile.Observation) map[mark.KeyID]reconcile.Key {
	names := map[mark.KeyID]reconcile.Key{}
	for id, k := range s.loaded.Board.Known {
		names[id] = k.Key
	}
	for id, k := range plan.Known {
		names[id] = k.Key
	}
	unnamed := maps.Clone(byKey)
	maps.DeleteFunc(unnamed, func(id mark.KeyID, _ Link) bool { return names[id] != (reconcile.Key{}) })
	if len(unnamed) > 0 {
		for _, h := range obs.Healthy {
			names[h.Key.ID()] = h.Key
		}
		for _, p := range obs.Suppressed {
			names[p.Key.ID()] = p.Key
		}
	}
	return names
}
