package covetest

import (
	"slices"
	"strings"
	"time"
)

// past is a device as it was from a point in time on.
type past struct {
	from  time.Time
	entry *entry
}

// AddHistory says what a device looked like from a point in time on, until
// the next such point; EnumerateAccountHistoryStatistics answers from it. The
// device itself must exist. Without any history a device is answered as it is
// now, from its creation on.
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
	list := slices.Concat(s.history[deviceID], []past{{from, &entry{Device: state}}})
	slices.SortStableFunc(list, func(a, b past) int { return a.from.Compare(b.from) })
	s.history[deviceID] = list
}

// stateAt is the state of a device at a time; nil when it did not exist.
func (s *Server) stateAt(e *entry, t time.Time) *entry {
	list := s.history[e.ID]
	if len(list) == 0 {
		if e.Created.After(t) {
			return nil
		}
		return e
	}
	var state *entry
	for _, p := range list {
		if !p.from.After(t) {
			state = p.entry
		}
	}
	return state
}

// newerLetters are the source letters whose legacy codes history refuses.
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
	return c.s.answerStatistics(q)
}
