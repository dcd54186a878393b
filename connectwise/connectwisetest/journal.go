package connectwisetest

import (
	"net/http"
	"sync"
	"time"
)

// journal is the request log.
type journal struct {
	mu      sync.Mutex
	entries []*Request
}

func (j *journal) open(now time.Time, r *http.Request, body []byte) *Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	e := &Request{Number: len(j.entries) + 1, Time: now, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Body: string(body)}
	j.entries = append(j.entries, e)
	return e
}

func (j *journal) change(e *Request, change func(*Request)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	change(e)
}

// Requests is the log of all requests since the start or the last ResetRequests.
func (s *Server) Requests() []Request {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	out := make([]Request, len(s.journal.entries))
	for i, e := range s.journal.entries {
		out[i] = *e
	}
	return out
}

// Calls is the number of requests since the start or the last ResetRequests.
func (s *Server) Calls() int {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	return len(s.journal.entries)
}

// Count is the number of requests with this method ("" for any) whose path
// contains this text below apis/3.0/ ("" for any).
func (s *Server) Count(method, path string) int {
	n := 0
	for _, r := range s.Requests() {
		if (method == "" || r.Method == method) && pathContains(r.Path, path) {
			n++
		}
	}
	return n
}

// ResetRequests empties the log and starts counting again.
func (s *Server) ResetRequests() {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	s.journal.entries = nil
}
