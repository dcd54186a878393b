package connectwisetest

import (
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/testserver"
)

// Request is an entry of the journal.
type Request struct {
	Number int // counted from 1 since the start or the last ResetRequests
	Time   time.Time
	Method string
	Path   string // as sent, without the query
	Query  string
	Member string // identifier of the caller, "" without valid credentials
	Body   string
	Status int       // HTTP status, 0 when the connection broke
	Fault  FaultKind // the injected fault, 0 for none
}

// Requests returns the requests so far, in order of arrival. When there are
// many, it holds only the newest 10,000 to 20,000.
func (s *Server) Requests() []Request { return s.journal.Entries() }

// Calls returns the number of requests since the start or the last
// ResetRequests.
func (s *Server) Calls() int { return s.journal.Len() }

// Count returns the number of requests with this method ("" for any) whose path
// below apis/3.0/ contains this text ("" for any), ignoring case.
func (s *Server) Count(method, path string) int {
	return s.journal.Count(func(key string) bool {
		m, p, _ := strings.Cut(key, " ")
		return (method == "" || m == method) && testserver.HasPart(p, path)
	})
}

// ResetRequests clears the journal; Calls and request numbers start again.
func (s *Server) ResetRequests() { s.journal.Reset() }
