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

// Limiter is waited for before each attempt. A [golang.org/x/time/rate.Limiter]
// is one. It is never altered.
//
// A limiter that also has the method Limit() [golang.org/x/time/rate.Limit]
// tells the [Gate] the rate that a 429 halves.
type Limiter interface {
	// Wait returns when one more request may be sent, or an error when the
	// context ends first.
	Wait(ctx context.Context) error
}

// paced lets requests through the gate, waits for the limiter and tells the
// gate of every 429.
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

// errPaused ends a request that was not to wait ([Chain.Reserve]).
var errPaused = errors.New("the server has limited the rate (429) since its turn was reserved")

// fullRate is the rate of the limiter in requests a second, 0 when it does
// not say.
func fullRate(limiter Limiter) float64 {
	if l, ok := limiter.(interface{ Limit() rate.Limit }); ok && l.Limit() != rate.Inf {
		return float64(l.Limit())
	}
	return 0
}

// waitFor waits for the limiter. rate.Limiter refuses what does not fit a
// deadline with an error of its own.
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
