package covetest

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// past is the state of a device from a moment on.
type past struct {
	from  time.Time
	entry *entry
	told  bool // added by AddHistory
}

// AddHistory sets the state of a device from a moment on, until the next such
// moment or the last change of the device. EnumerateAccountHistoryStatistics
// answers with it. The device must exist now; before the first moment it did
// not exist. While the server runs it also records changes of devices itself,
// unless [Config].Past is set.
func (s *Server) AddHistory(deviceID int64, from time.Time, state Device) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.deviceIndex[deviceID]
	if now == nil {
		panic("covetest: history of a device that does not exist")
	}
	state = state.clone()
	state.ID, state.PartnerID, state.AccountType = now.ID, now.PartnerID, now.AccountType
	fill(&state.Name, now.Name)
	s.file(&state, Device{})
	list := slices.Concat(s.history[deviceID], []past{{from, newEntry(state, from), true}})
	slices.SortStableFunc(list, func(a, b past) int { return a.from.Compare(b.from) })
	s.history[deviceID] = list
}

// remember keeps the state that a device had before a change. Of the states
// that began on the same day it keeps the last.
func (s *Server) remember(old *entry) {
	if s.cfg.Past != nil || !old.since.Before(s.now()) {
		return
	}
	list := slices.Clip(s.history[old.ID])
	if n := len(list); n > 0 && day(list[n-1].from).Equal(day(old.since)) {
		list = list[: n-1 : n-1]
	}
	s.history[old.ID] = append(list, past{old.since, old, false})
}

func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// devicesAt returns the devices that existed at a time, in their state then, by
// id.
func (s *Server) devicesAt(t time.Time) []*entry {
	list := slices.Clone(s.devices)
	for _, gone := range s.removed {
		if gone.at.After(t) {
			list = append(list, gone.entry)
		}
	}
	slices.SortFunc(list, func(a, b *entry) int { return cmp.Compare(a.ID, b.ID) })
	for i, e := range list {
		list[i] = s.stateAt(e, t)
	}
	return slices.DeleteFunc(list, func(e *entry) bool { return e == nil })
}

// addRemoved adds to a set of partners those below them that were removed after
// a time.
func (s *Server) addRemoved(scope map[int64]bool, t time.Time) {
	for added := true; added; {
		added = false
		for id, gone := range s.removedPartners {
			if !scope[id] && scope[gone.ParentID] && gone.at.After(t) {
				scope[id], added = true, true
			}
		}
	}
}

// stateAt returns the state of a device at a time, nil if it did not exist
// then.
func (s *Server) stateAt(e *entry, t time.Time) *entry {
	if !e.since.After(t) {
		return e
	}
	list := s.history[e.ID]
	for _, p := range slices.Backward(list) {
		if !p.from.After(t) {
			return p.entry
		}
	}
	switch {
	case e.Created.After(t), len(list) > 0 && list[0].told:
		return nil
	case s.cfg.Past != nil:
		return newEntry(s.cfg.Past(e.device(), t), t)
	case len(list) > 0:
		return list[0].entry
	}
	return e
}

// newerLetters are the source letters whose legacy codes are refused for the
// past.
const newerLetters = "VZPYLB"

// historyStatistics is EnumerateAccountHistoryStatistics.
func historyStatistics(c *call) (result, *failure) {
	slice := c.number("timeslice")
	q, f := c.statisticsQuery()
	if f != nil {
		return result{}, f
	}
	if c.fail != nil {
		return result{}, c.fail
	}
	for _, ref := range q.codes {
		if ref.column != nil && ref.code == ref.column.legacy && ref.column.index >= columns.deviceCount && strings.ContainsRune(newerLetters, rune(ref.code[0])) {
			return result{}, refuse("Column '%s' is not kept in history", ref.code)
		}
	}
	q.at = time.Unix(slice, 0)
	c.s.addRemoved(q.scope, q.at)
	return c.s.answerStatistics(q)
}
