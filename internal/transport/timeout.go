package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// timeoutError is an attempt that took too long.
type timeoutError struct{ limit time.Duration }

func (e *timeoutError) Error() string { return fmt.Sprintf("no answer within %v", e.limit) }

// Timeout marks the error as one for those who ask the way net.Error does.
func (e *timeoutError) Timeout() bool { return true }

// timeout bounds one attempt. Only the caller's own deadline is reported as
// [context.DeadlineExceeded].
type timeout struct {
	next  http.RoundTripper
	limit time.Duration
}

func (t *timeout) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	late := &timeoutError{t.limit}
	timer := time.AfterFunc(t.limit, func() { cancel(late) })

	resp, err := t.next.RoundTrip(req.WithContext(ctx))
	timer.Stop()
	if err != nil {
		if errors.Is(context.Cause(ctx), late) {
			err = t.late(late, err)
		}
		cancel(nil)
		return nil, err
	}
	if _, whole := resp.Body.(*readBody); whole || resp.Body == nil {
		cancel(nil)
		return resp, nil
	}
	resp.Body = onEnd(resp.Body, func() { cancel(nil) })
	return resp, nil
}

// late replaces what the connection said about being cut off, and keeps what
// is known of the answer.
func (t *timeout) late(late, err error) error {
	var body *BodyError
	if errors.As(err, &body) {
		return &BodyError{Status: body.Status, Read: body.Read, Err: late}
	}
	return late
}
