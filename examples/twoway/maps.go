package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/setup"
)

// Maps says what statuses and priorities of cases are on tickets, and back.
type Maps struct {
	Board         int64 // of new tickets
	Boards        map[int64]*setup.Translation
	Priorities    *setup.Translation
	Closed        []string // statuses of closed cases
	Reopened      string   // status of a case whose ticket was opened again on a board without a map
	MaxAttachment int64
}

// StatusTo is the id of a board's status for that of a case.
func (m *Maps) StatusTo(board int64, status string) (int64, bool) {
	if t := m.Boards[board]; t != nil {
		return t.ToTicket[status].ID, true
	}
	return 0, false
}

// StatusFrom is the status of a case for that of a ticket. It is false for another
// board, and for a status that is new on the board.
func (m *Maps) StatusFrom(board, status int64) (string, bool) {
	if t := m.Boards[board]; t != nil {
		s, ok := t.FromTicket[status]
		return s, ok
	}
	return "", false
}

// PriorityTo is the id of the priority of a ticket.
func (m *Maps) PriorityTo(priority string) int64 { return m.Priorities.ToTicket[priority].ID }

// PriorityFrom is the priority of a case, "" for one that is new on the service desk.
func (m *Maps) PriorityFrom(id int64) string { return m.Priorities.FromTicket[id] }

func (m *Maps) closed(status string) bool { return slices.Contains(m.Closed, status) }

// eventOf is the kind of event that a change of a value is.
func (m *Maps) eventOf(kind Kind, from, to string) string {
	switch {
	case kind != writeStatus || m.closed(from) == m.closed(to):
		return eventModified
	case m.closed(to):
		return eventClosed
	}
	return eventReopened
}

// tenant is what the service desk has for the two sides of the maps.
type tenant struct {
	boards     map[string]*connectwise.Board // by name
	statuses   map[string][]setup.Option     // by board
	closed     map[int64]bool                // statuses
	priorities []setup.Option
}

// readTenant reads the statuses of the boards and all priorities.
func readTenant(ctx context.Context, client *connectwise.Client, boards []string) (*tenant, error) {
	t := &tenant{map[string]*connectwise.Board{}, map[string][]setup.Option{}, map[int64]bool{}, nil}
	for _, name := range boards {
		found, err := client.Service.Boards.All(ctx, &connectwise.ListOptions{Where: connectwise.Where("name = ? and inactiveFlag = ?", name, false)})
		if err != nil {
			return nil, err
		}
		if len(found) != 1 {
			return nil, fmt.Errorf("there is no active board %q that this API member may see", name)
		}
		t.boards[name] = found[0]
		statuses, err := client.Service.Boards.Statuses(found[0].ID).All(ctx, nil)
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(statuses, func(x, y *connectwise.BoardStatus) int { return cmp.Compare(x.SortOrder, y.SortOrder) })
		for _, s := range statuses {
			if !s.Inactive {
				t.statuses[name] = append(t.statuses[name], setup.Option{ID: s.ID, Name: s.Name})
				t.closed[s.ID] = s.ClosedStatus
			}
		}
	}
	priorities, err := client.Service.Priorities.All(ctx, nil)
	slices.SortStableFunc(priorities, func(x, y *connectwise.Priority) int { return cmp.Compare(x.SortOrder, y.SortOrder) })
	for _, p := range priorities {
		t.priorities = append(t.priorities, setup.Option{ID: p.ID, Name: p.Name})
	}
	return t, err
}

// mapsFor holds the maps of the settings against the service desk. What is missing
// is named, all of it at once.
func (s *Settings) mapsFor(t *tenant) (*Maps, error) {
	m := &Maps{
		Board: t.boards[s.Board].ID, Boards: map[int64]*setup.Translation{},
		Closed: s.Closed, Reopened: s.Statuses[0], MaxAttachment: s.MaxAttachment,
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(t.boards)) {
		translation, err := s.StatusMaps[name].Complete(s.Statuses, t.statuses[name])
		if err != nil {
			errs = append(errs, fmt.Errorf("statusMaps.%s:\n%w", name, err))
		}
		m.Boards[t.boards[name].ID] = translation
	}
	var err error
	if m.Priorities, err = s.PriorityMap.Complete(s.Priorities, t.priorities); err != nil {
		errs = append(errs, fmt.Errorf("priorityMap:\n%w", err))
	}
	return m, errors.Join(errs...)
}

// propose fills the maps where they are empty: equal names are each other's, else
// closed is closed, and the rest goes by order.
func (s *Settings) propose(t *tenant) {
	s.StatusMaps = maps.Collect(maps.All(s.StatusMaps)) // a map of its own, also of nil
	for name, options := range t.statuses {
		if m := s.StatusMaps[name]; len(m.ToTicket)+len(m.FromTicket) == 0 {
			s.StatusMaps[name] = proposal(s.Statuses, options, func(i, j int) bool { return slices.Contains(s.Closed, s.Statuses[i]) == t.closed[options[j].ID] })
		}
	}
	if len(s.PriorityMap.ToTicket)+len(s.PriorityMap.FromTicket) == 0 {
		s.PriorityMap = proposal(s.Priorities, t.priorities, func(int, int) bool { return true })
	}
}

// proposal maps each value to that of the same name, else to the nearest place in
// the order among those that fit.
func proposal(ours []string, theirs []setup.Option, fits func(i, j int) bool) setup.Map {
	names := make([]string, len(theirs))
	for j, o := range theirs {
		names[j] = o.Name
	}
	pick := func(name string, n, of int, among []string, fit func(int) bool) (best string) {
		if slices.Contains(among, name) {
			return name
		}
		nearest := 0
		for k, other := range among {
			if far := max(k*of-n*len(among), n*len(among)-k*of); fit(k) && (best == "" || far < nearest) {
				best, nearest = other, far
			}
		}
		return best
	}
	m := setup.Map{ToTicket: map[string]string{}, FromTicket: map[string]string{}}
	for i, name := range ours {
		m.ToTicket[name] = pick(name, i, len(ours), names, func(j int) bool { return fits(i, j) })
	}
	for j, name := range names {
		m.FromTicket[name] = pick(name, j, len(names), ours, func(i int) bool { return fits(i, j) })
	}
	return m
}
