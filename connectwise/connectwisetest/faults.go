package connectwisetest

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/covedesk/covedesk/internal/testserver"
)

// Fault breaks chosen requests: those that match all of Method, Path (a part of
// the path below apis/3.0/, in any letters: "service/tickets" matches
// "service/tickets/7/notes", too) and At (the request's number) that are set.
// Skip lets as many of them pass first; then Times of them fail (0: one,
// negative: all). Status, Body, RetryAfter and Delay are for the kinds that
// have them.
//
//	connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.ResetAfter}
//
// StatusBefore with Status 200 and a Body stands for an answer the server would
// not give: [] for what is there, or {"success":false,"message":"…"} for an
// action that is refused politely.
type Fault = testserver.Fault

// FaultKind is what a [Fault] does to a request. It is written and read as a
// word, such as "reset" and "page".
type FaultKind = testserver.FaultKind

// The kinds of fault. "Before" means that the request has no effect on the
// tenant, "after" that it is carried out and only its answer suffers.
const (
	RefuseConnection = testserver.RefuseConnection // before; over sockets it looks like ResetBefore
	ResetBefore      = testserver.ResetBefore      // the connection is reset
	ResetAfter       = testserver.ResetAfter
	StatusBefore     = testserver.StatusBefore // an error of the API, Fault.Status, default 500
	StatusAfter      = testserver.StatusAfter
	TooManyRequests  = testserver.TooManyRequests // before: 429
	Timeout          = testserver.Timeout         // before: 500 with a body that says "timeout"
	HTML             = testserver.HTML            // before: a gateway's page with Fault.Status, default 502
	HTMLAfter        = testserver.HTMLAfter
	Garbage          = testserver.Garbage  // after: 200 with bytes that are no JSON, or Fault.Body
	Truncate         = testserver.Truncate // after: half of the answer, then the end of the connection
	Hang             = testserver.Hang     // before: no answer until the caller leaves or Fault.Delay is over, then a reset
	HangAfter        = testserver.HangAfter
	Latency          = testserver.Latency // the answer comes Fault.Delay late
	// Late carries the request out when Fault.Delay has passed by the server's
	// clock, right before the next request that comes then. The answer is a
	// gateway's page with Fault.Status, or none if that is 0.
	Late = testserver.Late
)

// Inject adds faults. Of several that match a request the one that was
// injected first decides.
func (s *Server) Inject(faults ...Fault) { s.faults.Inject(faults...) }

// ClearFaults removes all faults.
func (s *Server) ClearFaults() { s.faults.Clear() }

// page is what callers see of a fault that has a status.
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

// below is what stands behind apis/3.0/ in a path, the whole path where it has
// no such part.
func below(path string) string {
	lower := strings.ToLower(path)
	if i := strings.Index(lower, "/apis/3.0/"); i >= 0 {
		return path[i+len("/apis/3.0/"):]
	}
	return path
}
