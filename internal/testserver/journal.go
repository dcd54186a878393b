package testserver

import (
	"slices"
	"sync"
)

// JournalLength is the most requests that a journal keeps. When it is full, the
// older half is dropped. Numbers and counts go on.
const JournalLength = 20000

// Journal is the log of requests. The zero value is empty and ready.
type Journal[T any] struct {
	mu     sync.Mutex
	number int // of the last request
	counts map[string]int
	list   []*T
}

// Open adds an entry. The first one has number 1. Requests are counted by key.
func (j *Journal[T]) Open(key string, entry func(number int) T) *T {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.number++
	if j.counts == nil {
		j.counts = map[string]int{}
	}
	j.counts[key]++
	if len(j.list) == JournalLength {
		j.list = slices.Delete(j.list, 0, JournalLength/2)
	}
	e := entry(j.number)
	j.list = append(j.list, &e)
	return &e
}

// Change changes an entry that Open returned.
func (j *Journal[T]) Change(e *T, change func(*T)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	change(e)
}

// Entries returns the kept entries, in order of arrival.
func (j *Journal[T]) Entries() []T {
	j.mu.Lock()
	defer j.mu.Unlock()
	all := make([]T, len(j.list))
	for i, e := range j.list {
		all[i] = *e
	}
	return all
}

// Len returns the number of requests since the start or the last Reset.
func (j *Journal[T]) Len() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.number
}

// Count returns the number of requests since the start or the last Reset whose
// key matches.
func (j *Journal[T]) Count(match func(key string) bool) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := 0
	for key, count := range j.counts {
		if match(key) {
			n += count
		}
	}
	return n
}

// Reset empties the journal; numbers start at 1 again.
func (j *Journal[T]) Reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.list, j.number = nil, 0
	clear(j.counts)
}
