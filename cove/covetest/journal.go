package covetest

import (
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// Request is one request as the server saw it.
type Request struct {
	Number int       // from 1, over all services, since the start or the last ResetRequests
	Time   time.Time // by the server's clock
	Path   string
	Method string          // JSON-RPC method; "" when the body was no request
	Params json.RawMessage // as sent; secrets included
	Status int             // HTTP status; 0 when the connection was broken
	// Failed says that the answer held an error member, whose code and data
	// follow.
	Failed     bool
	Code, Data int
	Fault      FaultKind // the injected fault, if any
}

// journalLength is how many requests are kept; counts go on beyond it.
const journalLength = 20000

type journal struct {
	mu     sync.Mutex
	number int // of the last request
	counts map[string]int
	list   []*Request
}

func (j *journal) open(r *Request) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.number++
	r.Number = j.number
	j.counts[r.Method]++
	if len(j.list) == journalLength {
		j.list = slices.Delete(j.list, 0, journalLength/2)
	}
	j.list = append(j.list, r)
}

func (j *journal) update(r *Request, change func(*Request)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	change(r)
}

// Requests returns what was asked so far, in order of arrival: at most the
// newest 10,000 to 20,000.
func (s *Server) Requests() []Request {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	all := make([]Request, len(s.journal.list))
	for i, r := range s.journal.list {
		all[i] = *r
	}
	return all
}

// Calls is the number of requests so far, over all services.
func (s *Server) Calls() int {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	return s.journal.number
}

// Count is the number of requests for a JSON-RPC method so far.
func (s *Server) Count(method string) int {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	return s.journal.counts[method]
}

// ResetRequests forgets the requests: Calls and request numbers start again.
func (s *Server) ResetRequests() {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	s.journal.list = nil
	s.journal.number = 0
	clear(s.journal.counts)
}
