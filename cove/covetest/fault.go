package covetest

import (
	"math/rand/v2"
	"net/http"

	"github.com/covedesk/covedesk/internal/testserver"
)

// Fault makes chosen requests fail. A request is chosen if it matches each of
// these that is set: Method (the JSON-RPC method), Path (a part of the URL's
// path) and At (the request's number). The first Skip of them pass, then Times
// of them fail (0: one, negative: all). Status, Body, RetryAfter and Delay
// apply to the kinds that name them.
//
//	covetest.Fault{Method: "Login", Kind: covetest.StatusBefore, Status: 429, RetryAfter: "2"}
type Fault = testserver.Fault

// FaultKind says what a [Fault] does to a request. As text it is a word, such
// as "reset" or "page".
type FaultKind = testserver.FaultKind

// The kinds of fault. "Before" means that the request has no effect on the
// server's data; "after" means that it has its effect, although the answer is
// lost.
const (
	RefuseConnection = testserver.RefuseConnection // before; over sockets the same as ResetBefore
	ResetBefore      = testserver.ResetBefore      // the connection is reset
	ResetAfter       = testserver.ResetAfter
	StatusBefore     = testserver.StatusBefore // an HTTP status, Fault.Status, default 503
	StatusAfter      = testserver.StatusAfter
	TooManyRequests  = testserver.TooManyRequests // before: 429
	Timeout          = testserver.Timeout         // before: 504
	HTML             = testserver.HTML            // before: the gateway's page Fault.Body, with Fault.Status, default 200
	HTMLAfter        = testserver.HTMLAfter
	Garbage          = testserver.Garbage  // after: bytes that are not JSON, or Fault.Body
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

// gateway is the answer of a gateway in front of Cove.
func gateway(f Fault) answer {
	switch {
	case f.Status != 0:
		return testserver.Page(f.Status)
	case f.Kind == HTML || f.Kind == HTMLAfter:
		return testserver.Page(http.StatusOK)
	case f.Kind == TooManyRequests:
		return testserver.Page(http.StatusTooManyRequests)
	case f.Kind == Timeout:
		return testserver.Page(http.StatusGatewayTimeout)
	}
	return testserver.Page(http.StatusServiceUnavailable)
}

// random draws a fault for a request according to Config.Rates.
func (s *Server) random(number int) Fault {
	r := s.cfg.Rates
	if r.TooManyRequests <= 0 && r.ServerError <= 0 {
		return Fault{}
	}
	draw := rand.New(rand.NewPCG(s.cfg.Seed, uint64(number))).Float64()
	switch {
	case draw < r.TooManyRequests:
		return Fault{Kind: TooManyRequests, RetryAfter: r.RetryAfter}
	case draw < r.TooManyRequests+r.ServerError:
		return Fault{Kind: StatusBefore, RetryAfter: r.RetryAfter}
	}
	return Fault{}
}
