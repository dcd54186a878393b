package cove

import (
	"context"

	"golang.org/x/time/rate"
)

// The API publishes no limits. Other clients get along with 4 requests a
// second, and with 10 to 20 devices at once.
const (
	slowest = 4
	fastest = 10
)

// defaultPace is the default limiter. It begins slow and rises by a hundredth with
// each request, to be at its fastest after about ninety. What a 429 does to the
// rate is the gate's business, which asks for Limit.
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
