package transport

import (
	"context"
	"fmt"
	"net/http"
	"time"
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

// limited waits for the limiter.
type limited struct {
	next    http.RoundTripper
	limiter Limiter
}

func (l *limited) RoundTrip(req *http.Request) (*http.Response, error) {
	start := time.Now()
	err := l.limiter.Wait(req.Context())
	attemptOf(req).waited += time.Since(start)
	if err != nil {
		return nil, held(req, fmt.Errorf("rate limiter: %w", err))
	}
	return l.next.RoundTrip(req)
}
