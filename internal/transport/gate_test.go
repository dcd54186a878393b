package transport

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

// pass sends n requests one after the other and returns how long each was
// held back.
func pass(t *testing.T, l link, n int) []time.Duration {
	t.Helper()
	var held []time.Duration
	for range n {
		start := time.Now()
		resp, err := run(l, request(t, t.Context(), http.MethodGet, ""))
		if err != nil {
			t.Fatal(err)
		}
		finish(resp)
		held = append(held, time.Since(start))
	}
	return held
}

// once answers 429 to the first request and 200 to all others.
func once(retryAfter string) link {
	limited := true
	return fake(func(*http.Request) (*http.Response, error) {
		if limited {
			limited = false
			return answer(429, "", "Retry-After", retryAfter), nil
		}
		return answer(200, ""), nil
	}).link()
}

func TestGatePausesAsToldThenHalvesForAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := paced(once("7"), NewGate(GateConfig{Rate: 4}), nil, time.Minute)
		start := time.Now()
		if got := pass(t, l, 1)[0]; got != 0 {
			t.Errorf("the first request was held back for %v", got)
		}
		if got := pass(t, l, 1)[0]; got != 7*time.Second {
			t.Errorf("after the 429 a request was held back for %v, want the 7s asked for", got)
		}
		n := 0
		for ; time.Since(start) < step-time.Second; n++ {
			if got := pass(t, l, 1)[0]; got != 500*time.Millisecond {
				t.Fatalf("request %d at half of 4/s was held back for %v, want 500ms", n, got)
			}
		}
		if n < 100 {
			t.Errorf("%d requests in the minute after the 429", n)
		}
		time.Sleep(2 * time.Second)
		for i, got := range pass(t, l, 20) {
			if got != 0 {
				t.Fatalf("request %d after a quiet minute was held back for %v", i, got)
			}
		}
	})
}

// rates answers 429 in each second until it is told to stop, and returns the
// gate's rate for each second.
func rates(g *Gate, refused, after time.Duration) (got []rate.Limit) {
	for start := time.Now(); time.Since(start) < refused+after; time.Sleep(time.Second) {
		if time.Since(start) < refused {
			g.limit(0, 8)
		}
		g.turn()
		got = append(got, g.pace.Limit())
	}
	return got
}

func TestGateHalvesOnceAMinuteToAnEighthAndIsWholeWithinFour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := rates(NewGate(GateConfig{}), 10*time.Minute, 4*time.Minute)
		second := func(minute, s int) rate.Limit { return got[60*minute+s] }
		for _, tt := range []struct {
			minute, second int
			want           rate.Limit
		}{
			{0, 0, 4}, {0, 59, 4}, {1, 0, 2}, {1, 59, 2}, {2, 0, 1}, {5, 0, 1}, {9, 59, 1},
			{10, 58, 1}, {10, 59, 2}, {11, 58, 2}, {11, 59, 4}, {12, 58, 4}, {12, 59, rate.Inf}, {13, 59, rate.Inf},
		} {
			if got := second(tt.minute, tt.second); got != tt.want {
				t.Errorf("rate %v at %d:%02d, want %v", got, tt.minute, tt.second, tt.want)
			}
		}
	})
}

func TestGateTakesBackWhatHasPassedInOneGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(GateConfig{})
		rates(g, 3*time.Minute, 0)
		time.Sleep(time.Hour)
		if g.turn(); g.pace.Limit() != rate.Inf {
			t.Errorf("rate %v an hour after the last 429", g.pace.Limit())
		}
		g.limit(0, 16) // the present rate counts, not the earlier one
		if got := g.pace.Limit(); got != 8 {
			t.Errorf("rate %v, want half of 16", got)
		}
	})
}

func TestGatePauseIsCappedAndNeverShortened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := paced(once("3600"), NewGate(GateConfig{}), nil, time.Minute)
		pass(t, l, 1)
		if got := pass(t, l, 1)[0]; got != time.Minute {
			t.Errorf("held back for %v, want one minute", got)
		}
		g := NewGate(GateConfig{})
		g.limit(time.Minute, 4)
		g.limit(time.Second, 4)
		if pause, _ := g.turn(); pause != time.Minute {
			t.Errorf("a pause of a minute became one of %v", pause)
		}
	})
}

func TestGateWaitEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(GateConfig{})
		g.limit(time.Minute, 4)

		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		start := time.Now()
		if err := g.wait(ctx, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want context.Canceled", err)
		}
		if got := time.Since(start); got != 3*time.Second {
			t.Errorf("the wait ended after %v, want 3s", got)
		}

		ctx, cancel = context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start = time.Now()
		if err := g.wait(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want context.DeadlineExceeded", err)
		}
		if got := time.Since(start); got != 0 {
			t.Errorf("a deadline that cannot be met took %v to fail", got)
		}
	})
}

// A request that waits for its turn, or for the limiter, when a 429 comes in
// waits for the pause as well.
func TestGatePausesThoseWhoWait(t *testing.T) {
	for name, limiter := range map[string]Limiter{"turn": nil, "limiter": rate.NewLimiter(1, 1)} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := NewGate(GateConfig{})
				if limiter == nil {
					g.limit(0, 2) // one request a second
				}
				if err := g.wait(t.Context(), limiter); err != nil {
					t.Fatal(err)
				}
				time.AfterFunc(500*time.Millisecond, func() { g.limit(30*time.Second, 2) })
				start := time.Now()
				if err := g.wait(t.Context(), limiter); err != nil {
					t.Fatal(err)
				}
				if got := time.Since(start) - 500*time.Millisecond; got < 30*time.Second {
					t.Errorf("a request went out %v after a 429 that asked for 30s", got)
				}
			})
		})
	}
}

func TestGateGivesBackATurnThatIsNotTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(GateConfig{})
		g.limit(0, 0.2) // one request in ten seconds
		if err := g.wait(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 10 {
			if err := g.wait(ctx, nil); !errors.Is(err, context.Canceled) {
				t.Fatalf("error %v, want context.Canceled", err)
			}
		}
		start := time.Now()
		if err := g.wait(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if got := time.Since(start); got != 10*time.Second {
			t.Errorf("the next turn came after %v, want 10s", got)
		}
	})
}

func TestGateStartsWithDefaults(t *testing.T) {
	g := NewGate(GateConfig{AtOnce: -1, Rate: -1})
	if cap(g.slots) != 6 || g.rate != 4 {
		t.Errorf("%d at once, %v a second; want 6 and 4", cap(g.slots), g.rate)
	}
}
