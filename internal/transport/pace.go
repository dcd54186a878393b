package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Limiter delays each attempt. A [golang.org/x/time/rate.Limiter] is one. The
// chain never changes it.
//
// If it also has the method Limit() [golang.org/x/time/rate.Limit], that rate
// is the one that a 429 halves ([Gate]).
type Limiter interface {
	// Wait returns when one more request may be sent, or with an error when the
	// context ends first.
	Wait(ctx context.Context) error
}

// paced sends requests through the gate, waits for the limiter and reports
// every 429 to the gate.
func paced(next link, gate *Gate, limiter Limiter, maxPause time.Duration) link {
	return func(ctx context.Context, req *http.Request) (*http.Response, error) {
		start := time.Now()
		var err error
		if used, ok := ctx.Value(keyReserved).(*atomic.Bool); !ok || !used.CompareAndSwap(false, true) {
			err = gate.wait(ctx, limiter)
		} else if gate.paused() {
			err = errPaused
		}
		attemptOf(ctx).waited += time.Since(start)
		if err != nil {
			return nil, held(req, err)
		}
		resp, err := next(ctx, req)
		if err == nil && resp.StatusCode == http.StatusTooManyRequests {
			gate.limit(min(rateHint(resp, 1, maxPause), maxPause), fullRate(limiter))
		}
		return resp, err
	}
}

// errPaused ends a request that must not wait ([Chain.Reserve]).
var errPaused = errors.New("the server has limited the rate (429) since its turn was reserved")

// fullRate returns the rate of the limiter in requests a second; 0 if the
// limiter names none.
func fullRate(limiter Limiter) float64 {
	if l, ok := limiter.(interface{ Limit() rate.Limit }); ok && l.Limit() != rate.Inf {
		return float64(l.Limit())
	}
	return 0
}

// waitFor waits for the limiter. A rate.Limiter has an error of its own for a
// wait beyond the deadline; waitFor turns it into context.DeadlineExceeded.
func waitFor(ctx context.Context, limiter Limiter) error {
	if limiter == nil {
		return nil
	}
	err := limiter.Wait(ctx)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ended(ctx)
	case strings.Contains(err.Error(), "exceed context deadline"):
		return fmt.Errorf("rate limiter: %w: %w", context.DeadlineExceeded, err)
	}
	return fmt.Errorf("rate limiter: %w", err)
}
