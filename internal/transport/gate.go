package transport

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// GateConfig configures a new [Gate]. The zero value is usable.
type GateConfig struct {
	// AtOnce is how many requests may run at the same time. Zero means 6.
	AtOnce int

	// Rate, in requests a second, is the rate that a 429 halves if the client's
	// limiter does not say its own. Zero means 4.
	Rate float64
}

const (
	defaultAtOnce = 6
	defaultRate   = 4

	// step is the least time between two halvings, and the time without a 429 that
	// takes one halving back.
	step = time.Minute

	// maxHalvings is the most halvings: the rate is never lower than an eighth.
	// Eight clients of one tenant then send as much as one may, and the full rate
	// is back within four minutes.
	maxHalvings = 3
)

// Gate holds requests back. It limits how many run at once, sends none during
// the pause after a 429, and continues at half the rate. Another 429 halves the
// rate again, at most once a minute and down to an eighth. Each minute without
// a 429 takes one halving back. Several clients may share a gate; it is safe
// for concurrent use.
type Gate struct {
	slots chan struct{}
	rate  float64

	mu       sync.Mutex
	until    time.Time // no request before this time
	pace     *rate.Limiter
	full     float64 // the rate before halving, requests a second
	halvings int
	halved   time.Time // when the rate was last halved
	since    time.Time // the time of the last 429, or of the last halving taken back
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

// wait waits until a request may be sent.
func (g *Gate) wait(ctx context.Context, limiter Limiter) error {
	for {
		pause, turn := g.turn()
		if pause > 0 {
			if err := sleep(ctx, pause); err != nil {
				return err
			}
			continue // another 429 may have prolonged the pause
		}
		if err := sleep(ctx, turn.Delay()); err != nil {
			turn.Cancel()
			return err
		}
		if err := waitFor(ctx, limiter); err != nil {
			return err
		}
		if !g.paused() {
			return nil
		}
	}
}

// turn returns how long the pause lasts or, without a pause, a reservation of
// the next turn at the present rate.
func (g *Gate) turn() (pause time.Duration, turn *rate.Reservation) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	g.recover(now)
	if pause = g.until.Sub(now); pause > 0 {
		return pause, nil
	}
	return 0, g.pace.ReserveN(now, 1)
}

func (g *Gate) paused() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.until.After(time.Now())
}

// limit records a 429. Nothing is sent during the pause; then the rate is
// halved. full is the rate without halvings; 0 means the gate's own.
func (g *Gate) limit(pause time.Duration, full float64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	g.recover(now)
	if until := now.Add(pause); until.After(g.until) {
		g.until = until
	}
	g.since = now
	if g.halvings == 0 {
		if g.full = full; full <= 0 {
			g.full = g.rate
		}
	}
	if g.halvings < maxHalvings && now.Sub(g.halved) >= step {
		g.halvings++
		g.halved = now
		g.adjust(now)
	}
}

// recover takes back one halving for each step without a 429.
func (g *Gate) recover(now time.Time) {
	for g.halvings > 0 && now.Sub(g.since) >= step {
		g.halvings--
		g.since = g.since.Add(step)
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
