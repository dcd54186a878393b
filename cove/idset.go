package cove

import "slices"

// idSet is a set of ids that mostly arrive in ascending order. It needs eight
// bytes for each of those, which counts when a fleet is large.
type idSet struct {
	ascending []int64
	others    map[int64]struct{}
}

// has tells whether an id is in the set.
func (s *idSet) has(id int64) bool {
	_, ascending := slices.BinarySearch(s.ascending, id)
	_, other := s.others[id]
	return ascending || other
}

// add puts an id into the set and tells whether it was new.
func (s *idSet) add(id int64) bool {
	if s.has(id) {
		return false
	}
	if n := len(s.ascending); n == 0 || id > s.ascending[n-1] {
		s.ascending = append(s.ascending, id)
		return true
	}
	if s.others == nil {
		s.others = make(map[int64]struct{})
	}
	s.others[id] = struct{}{}
	return true
}
