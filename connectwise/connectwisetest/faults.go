package connectwisetest

import "time"

// FaultKind is what goes wrong.
type FaultKind uint8

// The kinds of faults. "Before" means the request has no effect, "after" that
// it is carried out and only its answer suffers.
const (
	// ResetBefore drops the connection before the request has an effect.
	ResetBefore FaultKind = iota + 1
	// ResetAfter drops the connection after it.
	ResetAfter
	// StatusBefore answers Status (500 when zero) before the effect.
	StatusBefore
	// StatusAfter answers it after the effect.
	StatusAfter
	// TooManyRequests answers 429 before the effect, with Retry-After in whole
	// seconds from RetryAfter, or without the header when that is zero.
	TooManyRequests
	// Timeout answers 500 with a body that says "timeout", before the effect.
	Timeout
	// HTML answers an HTML page with Status (502 when zero), before the effect.
	HTML
	// Truncate carries the request out and breaks its answer off half way.
	Truncate
	// Garbage carries the request out and answers 200 with bytes that are no JSON.
	Garbage
	// Hang answers nothing until the client gives up or Delay is over; then
	// the connection is dropped. The request has no effect.
	Hang
	// HangAfter is Hang with the effect.
	HangAfter
	// Latency waits for Delay and then serves the request as ever.
	Latency
	// RefuseConnection is a connection that was never made. Over a socket it
	// looks like ResetBefore; in memory the error is a dial error.
	RefuseConnection
)

// Fault makes chosen requests fail. A request must match all that is set.
type Fault struct {
	Method string // "" matches every method
	// Path matches a part of the path below apis/3.0/, without case; "" matches
	// every path. "service/tickets" matches "service/tickets/7/notes", too.
	Path string
	// At chooses one request by its number over all requests since the start
	// or the last ResetRequests, beginning with 1. Zero chooses by the rest.
	At int
	// Skip lets that many matching requests pass first.
	Skip int
	// Times is how many matching requests fail then: zero means one, a
	// negative number all of them.
	Times int

	Kind       FaultKind
	Status     int           // of StatusBefore, StatusAfter and HTML
	Body       string        // replaces the body the kind has of its own
	RetryAfter time.Duration // of TooManyRequests
	Delay      time.Duration // of Latency and Hang
}

// Request is an entry of the request log.
type Request struct {
	Number int // 1 is the first since the start or the last ResetRequests
	Time   time.Time
	Method string
	Path   string // as sent, without the query
	Query  string
	Member string // who asked, "" without valid credentials
	Body   string
	Status int       // as answered, 0 when no answer was sent
	Fault  FaultKind // what was injected, 0 for nothing
}

// Mail is a mail that would have gone out.
type Mail struct {
	Time   time.Time
	Ticket int64
	To     string // "contact", "resources", "cc", "board" or whom a status notification names
	Cause  string // "ticket added", "ticket updated", "status Closed", "note", "time entry"
	By     string // the member whose write caused it
}
