package cove

import (
	"context"

	"golang.org/x/time/rate"
)

// The API publishes no limits. Other clients work with 4 requests a second, or
// read 10 to 20 devices at once.
const (
	slowest = 4
	fastest = 10
)

// defaultPace is the default limiter. It starts slowly, becomes faster by a
// hundredth with each request, and reaches its highest rate after about ninety.
// The gate slows it down after a 429; for that it calls Limit.
type defaultPace struct{ *rate.Limiter }

func newPace() defaultPace { return defaultPace{rate.NewLimiter(slowest, slowest)} }

// Wait returns when the next request may be sent.
func (p defaultPace) Wait(ctx context.Context) error {
	if err := p.Limiter.Wait(ctx); err != nil {
		return err
	}
	if now := p.Limit(); now < fastest {
		p.SetLimit(min(now*1.01, fastest))
	}
	return nil
}
