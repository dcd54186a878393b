package connectwisetest

import (
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/testserver"
)

// Request is an entry of the request log.
type Request struct {
	Number int // 1 is the first since the start or the last ResetRequests
	Time   time.Time
	Method string
	Path   string // as sent, without the query
	Query  string
	Member string // who asked, "" without valid credentials
	Body   string
	Status int       // as answered, 0 when the connection broke
	Fault  FaultKind // what was injected, 0 for nothing
}

// Requests returns what was asked so far, in order of arrival: at most the
// newest 10,000 to 20,000.
func (s *Server) Requests() []Request { return s.journal.Entries() }

// Calls is the number of requests since the start or the last ResetRequests.
func (s *Server) Calls() int { return s.journal.Len() }

// Count is the number of requests with this method ("" for any) whose path
// contains this text below apis/3.0/ ("" for any), in any letters.
func (s *Server) Count(method, path string) int {
	return s.journal.Count(func(key string) bool {
		m, p, _ := strings.Cut(key, " ")
		return (method == "" || m == method) && testserver.HasPart(p, path)
	})
}

// ResetRequests empties the log and starts counting again.
func (s *Server) ResetRequests() { s.journal.Reset() }
