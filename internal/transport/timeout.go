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

// Timeout makes the error a timeout for callers that check it like a net.Error.
func (e *timeoutError) Timeout() bool { return true }

// timeLimited limits one attempt. Only the caller's own deadline is reported as
// [context.DeadlineExceeded]. While a body is sent that cannot be sent again,
// such as a file, the time counts from the last part sent.
func timeLimited(next link, limit time.Duration) link {
	return func(ctx context.Context, req *http.Request) (*http.Response, error) {
		ctx, cancel := context.WithCancelCause(ctx)
		late := &timeoutError{limit}
		timer := time.AfterFunc(limit, func() { cancel(late) })
		if !replayable(req) {
			moving := *req
			moving.Body = &movingBody{req.Body, timer, limit}
			req = &moving
		}
		return untilRead(func() { cancel(nil) }, func() (*http.Response, error) {
			resp, err := next(ctx, req)
			timer.Stop()
			if err != nil && errors.Is(context.Cause(ctx), late) {
				err = late.instead(err)
			}
			return resp, err
		})
	}
}

// instead replaces the connection's error after a timeout, and keeps what is
// known of the answer.
func (e *timeoutError) instead(err error) error {
	var body *BodyError
	if errors.As(err, &body) {
		return &BodyError{Status: body.Status, Read: body.Read, Err: e}
	}
	return e
}

// movingBody restarts the timer each time a part of the body is sent.
type movingBody struct {
	io.ReadCloser
	timer *time.Timer
	limit time.Duration
}

func (b *movingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 && b.timer.Stop() { // not if it has fired or the attempt is over
		b.timer.Reset(b.limit)
	}
	return n, err
}
