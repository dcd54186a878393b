package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// sleep waits for d or until the context ends. If the context's deadline comes
// first, it fails at once, because waiting would gain nothing.
func sleep(ctx context.Context, d time.Duration) error {
	if err := ended(ctx); err != nil {
		return err
	}
	if d <= 0 {
		return nil
	}
	if !canWait(ctx, d) {
		return fmt.Errorf("a wait of %v does not fit: %w", d.Round(time.Millisecond), context.DeadlineExceeded)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ended(ctx)
	}
}

func canWait(ctx context.Context, d time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) >= d
}

// ended returns the context's error together with its cause; nil while it
// lasts.
func ended(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); !errors.Is(cause, err) {
		return fmt.Errorf("%w: %w", err, cause)
	}
	return err
}

// heldError means that the request was held back and never sent.
type heldError struct{ err error }

func (e *heldError) Error() string { return "not sent: " + e.err.Error() }
func (e *heldError) Unwrap() error { return e.err }

// held ends a request before it is sent. It closes the body, as every
// RoundTripper must.
func held(req *http.Request, err error) error {
	closeBody(req)
	return &heldError{err}
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close() // it was not read; an error here means nothing
	}
}
