package cove

import "slices"

// idSet is a set of ids that mostly arrive in ascending order. It needs eight
// bytes for each of those, which counts when a fleet is large.
type idSet struct {
	ascending []int64
	others    map[int64]struct{}
}

// add puts an id into the set and tells whether it was new.
func (s *idSet) add(id int64) bool {
	n := len(s.ascending)
	if n == 0 || id > s.ascending[n-1] {
		if _, known := s.others[id]; known {
			return false
		}
		s.ascending = append(s.ascending, id)
		return true
	}
	if _, known := slices.BinarySearch(s.ascending, id); known {
		return false
	}
	if _, known := s.others[id]; known {
		return false
	}
	if s.others == nil {
		s.others = make(map[int64]struct{})
	}
	s.others[id] = struct{}{}
	return true
}
