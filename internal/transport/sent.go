package transport

import (
	"context"
	"errors"
	"net"
	"net/http/httptrace"
	"sync/atomic"
)

// sent watches whether a request may have left.
type sent struct {
	asked atomic.Bool // the transport looked for a connection
	got   atomic.Bool // and had one
}

// watch returns a context that lets the transport report. Hooks that the
// caller has set stay.
func (s *sent) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { s.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { s.got.Store(true) },
	})
}

// never says whether it is proved that no byte of the request left: it was
// held back, or never had a connection because that could not be dialled or
// was looked for in vain. The last proof needs a base that reports, as
// [net/http.Transport] does; with others a failed request counts as sent.
func (s *sent) never(err error) bool {
	var op *net.OpError
	return isHeld(err) ||
		!s.got.Load() && (s.asked.Load() || errors.As(err, &op) && op.Op == "dial")
}

func isHeld(err error) bool {
	var h *heldError
	return errors.As(err, &h)
}
