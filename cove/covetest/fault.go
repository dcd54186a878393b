package covetest

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// FaultKind is what a [Fault] does to a request.
type FaultKind uint8

// The kinds of fault. "Before" means that the request has no effect on the
// server's data, "after" that it took effect although the answer is lost.
const (
	RefuseConnection FaultKind = iota + 1 // before; over sockets it looks like ResetBefore
	ResetBefore                           // the connection is reset
	ResetAfter
	StatusBefore // an HTTP status, Fault.Status, default 503
	StatusAfter
	HTML     // before: an HTML page from a gateway, with Fault.Status, default 200
	Garbage  // after: bytes that are not JSON
	Truncate // after: half of the answer, then the end of the connection
	Hang     // before: no answer until the caller leaves or Fault.Delay is over, then a reset
	Latency  // the answer comes Fault.Delay late
)

// Fault breaks requests that match it. The zero value of a matching member
// matches every request.
type Fault struct {
	Kind FaultKind

	At     int    // the request's number, see Request.Number
	Method string // JSON-RPC method
	Path   string // URL path, "/jsonapi", "/repserv_json", ...
	Skip   int    // matching requests that pass unharmed first
	Times  int    // requests to break; 0: one, negative: all

	Status     int           // StatusBefore, StatusAfter, HTML
	RetryAfter string        // header of those
	Delay      time.Duration // Latency, Hang (0: until the caller leaves)
}

type faults struct {
	mu   sync.Mutex
	list []*armed
}

type armed struct {
	Fault
	left int
}

// Inject arms a fault. Faults are tried in the order in which they were
// injected; the first that matches breaks the request.
func (s *Server) Inject(f Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	left := f.Times
	if left == 0 {
		left = 1
	}
	s.faults.list = append(s.faults.list, &armed{Fault: f, left: left})
}

// ClearFaults disarms all faults.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

// match returns the fault for one request and uses it up.
func (f *faults) match(number int, method, path string) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, a := range f.list {
		if a.At != 0 && a.At != number || a.Method != "" && a.Method != method || a.Path != "" && a.Path != path {
			continue
		}
		if a.Skip > 0 {
			a.Skip--
			continue
		}
		if a.left > 0 {
			a.left--
			if a.left == 0 {
				f.list = slices.Delete(f.list, i, i+1)
			}
		}
		return a.Fault, true
	}
	return Fault{}, false
}

// random draws the fault that Config.Rates has for a request.
func (s *Server) random(number int) (Fault, bool) {
	r := s.cfg.Rates
	if r.TooManyRequests <= 0 && r.ServerError <= 0 {
		return Fault{}, false
	}
	draw := rand.New(rand.NewPCG(s.cfg.Seed, uint64(number))).Float64()
	switch {
	case draw < r.TooManyRequests:
		return Fault{Kind: StatusBefore, Status: http.StatusTooManyRequests, RetryAfter: r.RetryAfter}, true
	case draw < r.TooManyRequests+r.ServerError:
		return Fault{Kind: StatusBefore, Status: http.StatusServiceUnavailable, RetryAfter: r.RetryAfter}, true
	}
	return Fault{}, false
}
