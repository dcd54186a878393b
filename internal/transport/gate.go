package transport

import (
	"context"
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

	// step is the time between two halvings, and without a 429 until one is
	// taken back.
	step = time.Minute

	// maxHalvings is as low as the rate gets: an eighth. Eight clients of one
	// tenant then send what one may; and the full rate is back within four
	// minutes.
	maxHalvings = 3
)

// Gate holds requests back: at most so many at once, none while a 429's pause
// lasts, and after it at half the rate. A further 429 halves again, at most
// once a minute and down to an eighth; each minute without one takes back one
// halving. Several clients may share a gate; it is safe for concurrent use.
type Gate struct {
	slots chan struct{}
	rate  float64

	mu       sync.Mutex
	until    time.Time // no request before
	pace     *rate.Limiter
	full     float64 // the rate before halving, requests a second
	halvings int
	halved   time.Time // when the rate was last halved
	since    time.Time // of the last 429, or of the last halving taken back
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
func (g *Gate) wait(ctx context.Context, limiter Limiter) error {
	for {
		pause, turn := g.turn()
		if pause > 0 {
			if err := sleep(ctx, pause); err != nil {
				return err
			}
			continue // a further 429 may have prolonged the pause
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

// turn returns how long the pause lasts, or when there is none the next turn
// at the present rate.
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

// limit takes note of a 429: nothing goes out for pause, and then at most
// half of full, or of what it had become. A full of 0 means the gate's own.
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

// recover takes back one halving for each step that has passed in quiet.
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
