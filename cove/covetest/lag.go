package covetest

import "time"

// lags is what lists still show in place of what API calls put there. Ages of
// changes chain: what is shown before one may have been put there by another.
type lags[T any] map[*T]lagged[T]

type lagged[T any] struct {
	before *T // nil: there was nothing
	until  time.Time
}

// listed is what lists show for an entry now, nil for nothing yet.
func (l lags[T]) listed(entry *T, now time.Time) *T {
	for entry != nil && l[entry].until.After(now) {
		entry = l[entry].before
	}
	return entry
}

// lagDevice and lagPartner make lists lag behind a change that an API call
// made.
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
