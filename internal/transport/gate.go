package transport

import (
	"context"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// GateConfig says how a [Gate] starts. The zero value is usable.
type GateConfig struct {
	// AtOnce is the number of requests that may run at the same time. Zero
	// means 6.
	AtOnce int

	// Rate in requests a second is what a 429 halves when the client's
	// limiter does not say its rate. Zero means 4.
	Rate float64
}

const (
	defaultAtOnce = 6
	defaultRate   = 4

	// quiet is how long the rate stays down after a 429, per halving.
	quiet = 10 * time.Minute

	// maxHalvings keeps a server that answers nothing but 429 from slowing a
	// client down to standstill.
	maxHalvings = 6
)

// Gate holds requests back: at most so many at once, none while a 429's pause
// lasts, and after it at half the rate. Each further 429 halves again, each
// ten minutes without one take back one halving, so that after a 429 the rate
// never exceeds half for ten minutes. Several clients may share a gate; it is
// safe for concurrent use.
type Gate struct {
	slots chan struct{}
	rate  float64

	mu       sync.Mutex
	until    time.Time // no request before
	pace     *rate.Limiter
	full     float64 // the rate before halving, requests a second
	halvings int
	since    time.Time // of the last halving, given or taken back
	last     time.Time // when the last 429 that counted came in
}

// NewGate returns a gate that is open.
func NewGate(c GateConfig) *Gate {
	if c.AtOnce <= 0 {
		c.AtOnce = defaultAtOnce
	}
	if !(c.Rate > 0) { // NaN included
		c.Rate = defaultRate
	}
	return &Gate{
		slots: make(chan struct{}, c.AtOnce),
		rate:  c.Rate,
		pace:  rate.NewLimiter(rate.Inf, 1),
	}
}

// wait returns when a request may go out.
func (g *Gate) wait(ctx context.Context) error {
	for {
		g.mu.Lock()
		now := time.Now()
		g.recover(now)
		pause := g.until.Sub(now)
		if pause > 0 {
			g.mu.Unlock()
			if err := sleep(ctx, pause); err != nil {
				return err
			}
			continue // a further 429 may have prolonged the pause
		}
		turn := g.pace.ReserveN(now, 1)
		g.mu.Unlock()

		delay := turn.DelayFrom(now)
		if delay <= 0 {
			return ended(ctx)
		}
		if err := sleep(ctx, delay); err != nil {
			turn.Cancel()
			return err
		}
		g.mu.Lock()
		paused := g.until.After(time.Now())
		g.mu.Unlock()
		if !paused {
			return nil
		}
	}
}

// limit takes note of a 429 answered to a request sent at sent: nothing goes
// out for pause, and the rate is half of full, or of what it had become.
func (g *Gate) limit(sent time.Time, pause time.Duration, full float64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	g.recover(now)
	if until := now.Add(pause); until.After(g.until) {
		g.until = until
	}
	// Requests that were under way when the rate was halved say nothing about
	// the halved rate. They only keep it down.
	if g.halvings == 0 || sent.After(g.last) {
		if g.halvings == 0 {
			g.full = full
		}
		g.halvings = min(g.halvings+1, maxHalvings)
		g.last = now
	}
	g.since = now
	g.adjust(now)
}

// recover takes back one halving for each quiet time that has passed.
func (g *Gate) recover(now time.Time) {
	for g.halvings > 0 && now.Sub(g.since) >= quiet {
		g.halvings--
		g.since = g.since.Add(quiet)
		g.adjust(now)
	}
}

func (g *Gate) adjust(now time.Time) {
	limit := rate.Inf
	if g.halvings > 0 {
		limit = rate.Limit(g.full / float64(int(1)<<g.halvings))
	}
	g.pace.SetLimitAt(now, limit)
}

// pacer lets requests through the gate and tells it of every 429.
type pacer struct {
	next     http.RoundTripper
	gate     *Gate
	limiter  Limiter
	maxPause time.Duration
}

func (p *pacer) RoundTrip(req *http.Request) (*http.Response, error) {
	start := time.Now()
	err := p.gate.wait(req.Context())
	sent := time.Now()
	attemptOf(req).waited += sent.Sub(start)
	if err != nil {
		return nil, held(req, err)
	}
	resp, err := p.next.RoundTrip(req)
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		p.gate.limit(sent, min(rateHint(resp.Header, 1, p.maxPause), p.maxPause), p.full())
	}
	return resp, err
}

// full is the rate that was allowed, requests a second.
func (p *pacer) full() float64 {
	if l, ok := p.limiter.(interface{ Limit() rate.Limit }); ok {
		if r := l.Limit(); r > 0 && r != rate.Inf {
			return float64(r)
		}
	}
	return p.gate.rate
}
