package covetest

import "time"

// lags holds the states that lists still show in place of recent changes by API
// calls. Changes can follow each other: the state before one may itself be a
// recent change.
type lags[T any] map[*T]lagged[T]

type lagged[T any] struct {
	before *T // nil: the entry did not exist
	until  time.Time
}

// listed returns the state that lists show for an entry now, nil if they do not
// show it yet.
func (l lags[T]) listed(entry *T, now time.Time) *T {
	for entry != nil && l[entry].until.After(now) {
		entry = l[entry].before
	}
	return entry
}

// lagDevice and lagPartner delay a change by an API call in lists, by
// Switches.ListLag.
func (s *Server) lagDevice(e, before *entry) {
	if d := s.switches().ListLag; d > 0 {
		s.deviceLags[e] = lagged[entry]{before, s.now().Add(d)}
	}
}

func (s *Server) lagPartner(id int64, before *Partner) {
	if d := s.switches().ListLag; d > 0 {
		s.partnerLags[s.partners[id]] = lagged[Partner]{before, s.now().Add(d)}
	}
}
