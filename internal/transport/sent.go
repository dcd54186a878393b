package transport

import (
	"context"
	"errors"
	"net"
	"net/http/httptrace"
	"sync/atomic"
)

// sent records whether a request may have left.
type sent struct {
	asked atomic.Bool // the transport asked for a connection
	got   atomic.Bool // the transport got a connection
}

// watch returns a context with which the transport reports both. Hooks that the
// caller has set still run.
func (s *sent) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { s.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { s.got.Store(true) },
	})
}

// never reports whether it is proven that no byte of the request left. The
// request was held back, or it never got a connection. The second proof needs a
// base that reports, as [net/http.Transport] does; with any other base a failed
// request counts as sent.
func (s *sent) never(err error) bool {
	var op *net.OpError
	return isHeld(err) ||
		!s.got.Load() && (s.asked.Load() || errors.As(err, &op) && op.Op == "dial")
}

func isHeld(err error) bool {
	var h *heldError
	return errors.As(err, &h)
}
