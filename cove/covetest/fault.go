package covetest

import (
	"math/rand/v2"
	"net/http"

	"github.com/covedesk/covedesk/internal/testserver"
)

// Fault breaks chosen requests: those that match all of Method (the JSON-RPC
// method), Path (a part of the URL's path) and At (the request's number) that
// are set. Skip lets as many of them pass first; then Times of them fail (0: one,
// negative: all). Status, Body, RetryAfter and Delay are for the kinds that have them.
//
//	covetest.Fault{Method: "Login", Kind: covetest.StatusBefore, Status: 429, RetryAfter: "2"}
type Fault = testserver.Fault

// FaultKind is what a [Fault] does to a request. It is written and read as a
// word, such as "reset" and "page".
type FaultKind = testserver.FaultKind

// The kinds of fault. "Before" means that the request has no effect on the
// server's data, "after" that it took effect although the answer is lost.
const (
	RefuseConnection = testserver.RefuseConnection // before; over sockets it looks like ResetBefore
	ResetBefore      = testserver.ResetBefore      // the connection is reset
	ResetAfter       = testserver.ResetAfter
	StatusBefore     = testserver.StatusBefore // an HTTP status, Fault.Status, default 503
	StatusAfter      = testserver.StatusAfter
	TooManyRequests  = testserver.TooManyRequests // before: 429
	Timeout          = testserver.Timeout         // before: 504
	HTML             = testserver.HTML            // before: Fault.Body from a gateway, with Fault.Status, default 200
	HTMLAfter        = testserver.HTMLAfter
	Garbage          = testserver.Garbage  // after: bytes that are not JSON, or Fault.Body
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

// gateway is what callers see where something in front of Cove answers.
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

// random draws the fault that Config.Rates has for a request.
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
