package covetest

import (
	"encoding/json"
	"time"
)

// Request is one request as the server saw it.
type Request struct {
	Number int       // from 1, over all services, since the start or the last ResetRequests
	Time   time.Time // by the server's clock
	Path   string
	Method string          // JSON-RPC method; "" when the body was not a request
	Params json.RawMessage // as sent; secrets included
	Status int             // HTTP status; 0 when the connection was broken
	// Failed says that the answer was an error, with the code and data that
	// follow.
	Failed     bool
	Code, Data int
	Fault      FaultKind // the injected fault, if any
}

// Requests returns the requests so far, in order of arrival. When there are
// many, it holds only the newest 10,000 to 20,000.
func (s *Server) Requests() []Request { return s.journal.Entries() }

// Calls is the number of requests so far, over all services.
func (s *Server) Calls() int { return s.journal.Len() }

// Count is the number of requests for a JSON-RPC method so far.
func (s *Server) Count(method string) int {
	return s.journal.Count(func(key string) bool { return key == method })
}

// ResetRequests clears the journal; Calls and request numbers start again.
func (s *Server) ResetRequests() { s.journal.Reset() }
