package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// timeoutError is an attempt that took too long.
type timeoutError struct{ limit time.Duration }

func (e *timeoutError) Error() string { return fmt.Sprintf("no answer within %v", e.limit) }

// Timeout marks the error as one for those who ask the way net.Error does.
func (e *timeoutError) Timeout() bool { return true }

// timeout bounds one attempt. Only the caller's own deadline is reported as
// [context.DeadlineExceeded]. While a body is sent that cannot be had again, a
// file for one, the time counts anew from each part of it.
type timeout struct {
	next  http.RoundTripper
	limit time.Duration
}

func (t *timeout) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	late := &timeoutError{t.limit}
	timer := time.AfterFunc(t.limit, func() { cancel(late) })

	once := req.WithContext(ctx)
	if !replayable(req) {
		once.Body = &movingBody{req.Body, timer, t.limit}
	}
	resp, err := t.next.RoundTrip(once)
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

// movingBody winds the timer up each time a part of the body is taken.
type movingBody struct {
	io.ReadCloser
	timer *time.Timer
	limit time.Duration
}

func (b *movingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 && b.timer.Stop() { // not once it has gone off or the attempt is over
		b.timer.Reset(b.limit)
	}
	return n, err
}
