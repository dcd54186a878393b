package connectwisetest

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/covedesk/covedesk/internal/testserver"
)

// Fault makes chosen requests fail. A request is chosen if it matches each of
// these that is set: Method, Path (a part of the path below apis/3.0/, ignoring
// case: "service/tickets" also matches "service/tickets/7/notes") and At (the
// request's number). The first Skip of them pass, then Times of them fail (0:
// one, negative: all). Status, Body, RetryAfter and Delay apply to the kinds
// that name them.
//
//	connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.ResetAfter}
//
// StatusBefore with Status 200 and a Body gives a wrong answer: [] although
// there are records, or {"success":false,"message":"…"} for an action.
type Fault = testserver.Fault

// FaultKind says what a [Fault] does to a request. As text it is a word, such
// as "reset" or "page".
type FaultKind = testserver.FaultKind

// The kinds of fault. "Before" means that the request has no effect on the
// tenant; "after" means that it has its effect, although the answer is lost or
// damaged.
const (
	RefuseConnection = testserver.RefuseConnection // before; over sockets the same as ResetBefore
	ResetBefore      = testserver.ResetBefore      // the connection is reset
	ResetAfter       = testserver.ResetAfter
	StatusBefore     = testserver.StatusBefore // an error of the API, Fault.Status, default 500
	StatusAfter      = testserver.StatusAfter
	TooManyRequests  = testserver.TooManyRequests // before: 429
	Timeout          = testserver.Timeout         // before: 500 with a body that says "timeout"
	HTML             = testserver.HTML            // before: a gateway's page with Fault.Status, default 502
	HTMLAfter        = testserver.HTMLAfter
	Garbage          = testserver.Garbage  // after: 200 with bytes that are not JSON, or Fault.Body
	Truncate         = testserver.Truncate // after: half of the answer, then the end of the connection
	Hang             = testserver.Hang     // before: no answer until the caller gives up or Fault.Delay has passed, then a reset
	HangAfter        = testserver.HangAfter
	Latency          = testserver.Latency // the answer is delayed by Fault.Delay
	// Late executes the request only when Fault.Delay has passed by the
	// server's clock, just before the next request after that. The caller gets
	// a gateway's page with Fault.Status at once, or no answer if that is 0.
	Late = testserver.Late
)

// Inject adds faults. When several match a request, the one that was injected
// first applies.
func (s *Server) Inject(faults ...Fault) { s.faults.Inject(faults...) }

// ClearFaults removes all faults.
func (s *Server) ClearFaults() { s.faults.Clear() }

// page returns the answer of a fault that has a status.
func page(f Fault) testserver.Answer {
	api := func(status int, body string) testserver.Answer {
		return testserver.NewAnswer(cmp.Or(f.Status, status), "application/json; charset=utf-8", body)
	}
	switch f.Kind {
	case HTML, HTMLAfter, Late:
		return testserver.Page(cmp.Or(f.Status, http.StatusBadGateway))
	case TooManyRequests:
		return api(http.StatusTooManyRequests, `{"error":"ConnectWiseAPI","message":"Too many requests. Please try again in `+cmp.Or(f.RetryAfter, "30")+` seconds."}`)
	case Timeout:
		return api(http.StatusInternalServerError, `{"code":"ConnectWiseApi","message":"Execution Timeout Expired. The timeout period elapsed prior to completion of the operation.","errors":null}`)
	}
	return api(http.StatusInternalServerError, `{"code":"InternalServerError","message":"The service was not able to process your request.","errors":null}`)
}

// below returns the part of a path after apis/3.0/, or the whole path if it has
// no such part.
func below(path string) string {
	lower := strings.ToLower(path)
	if i := strings.Index(lower, "/apis/3.0/"); i >= 0 {
		return path[i+len("/apis/3.0/"):]
	}
	return path
}
