package transport

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

// pass sends n requests one after the other and returns how long each was
// held back.
func pass(t *testing.T, rt http.RoundTripper, n int) []time.Duration {
	t.Helper()
	var held []time.Duration
	for range n {
		start := time.Now()
		resp, err := rt.RoundTrip(request(t, t.Context(), http.MethodGet, ""))
		if err != nil {
			t.Fatal(err)
		}
		finish(resp)
		held = append(held, time.Since(start))
	}
	return held
}

func TestGatePausesAndHalves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limited := true
		base := fake(func(*http.Request) (*http.Response, error) {
			if limited {
				limited = false
				return answer(429, "", "Retry-After", "7"), nil
			}
			return answer(200, ""), nil
		})
		p := &pacer{next: base, gate: NewGate(GateConfig{Rate: 4}), maxPause: time.Minute}

		if got := pass(t, p, 1)[0]; got != 0 {
			t.Errorf("the first request was held back for %v", got)
		}
		if got := pass(t, p, 1)[0]; got != 7*time.Second {
			t.Errorf("after the 429 a request was held back for %v, want the 7s asked for", got)
		}
		start := time.Now()
		for i, got := range pass(t, p, 20) {
			if got != 500*time.Millisecond {
				t.Fatalf("request %d at half of 4/s was held back for %v, want 500ms", i, got)
			}
		}
		// Not above half for ten minutes, to the last request of them.
		n := 0
		for time.Since(start) < quiet-8*time.Second {
			n += len(pass(t, p, 10))
		}
		if most := int(quiet/time.Second) * 2; n > most {
			t.Errorf("%d requests in ten minutes, want at most %d", n, most)
		}
		time.Sleep(10 * time.Second)
		for i, got := range pass(t, p, 20) {
			if got != 0 {
				t.Fatalf("request %d after ten quiet minutes was held back for %v", i, got)
			}
		}
	})
}

func TestGateHalvesAgainAndRecoversStepByStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(GateConfig{})
		now := time.Now()
		for range 2 {
			time.Sleep(time.Second)
			g.limit(time.Now(), 0, 8)
			time.Sleep(time.Second)
		}
		want := func(r rate.Limit) {
			t.Helper()
			if err := g.wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := g.pace.Limit(); got != r {
				t.Errorf("after %v the rate is %v, want %v", time.Since(now), got, r)
			}
		}
		want(2)
		time.Sleep(quiet - 2*time.Second)
		want(2)
		time.Sleep(2 * time.Second)
		want(4)
		time.Sleep(quiet)
		want(rate.Inf)
	})
}

func TestGateCountsOneVolleyOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(GateConfig{})
		sent := time.Now()
		time.Sleep(time.Second)
		for range 6 { // all were under way before the first answer came
			g.limit(sent, time.Second, 8)
		}
		if got := g.pace.Limit(); got != 4 {
			t.Errorf("rate %v, want 4: six answers to one volley are one halving", got)
		}
	})
}

func TestGateNeverComesToAStandstill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(GateConfig{})
		for range 50 {
			time.Sleep(time.Second)
			g.limit(time.Now(), 0, 6.4)
		}
		if got := g.pace.Limit(); got != 0.1 {
			t.Errorf("rate %v, want 6.4 halved six times", got)
		}
	})
}

func TestGatePauseIsCapped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := true
		p := &pacer{gate: NewGate(GateConfig{}), maxPause: time.Minute, next: fake(func(*http.Request) (*http.Response, error) {
			if first {
				first = false
				return answer(429, "", "Retry-After", "3600"), nil
			}
			return answer(200, ""), nil
		})}
		pass(t, p, 1)
		if got := pass(t, p, 1)[0]; got != time.Minute {
			t.Errorf("held back for %v, want one minute", got)
		}
	})
}

func TestGateWaitEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(GateConfig{})
		g.limit(time.Now(), time.Minute, 4)

		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		start := time.Now()
		if err := g.wait(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want context.Canceled", err)
		}
		if got := time.Since(start); got != 3*time.Second {
			t.Errorf("the wait ended after %v, want 3s", got)
		}

		ctx, cancel = context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start = time.Now()
		if err := g.wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want context.DeadlineExceeded", err)
		}
		if got := time.Since(start); got != 0 {
			t.Errorf("a deadline that cannot be met took %v to fail", got)
		}
	})
}

func TestGatePausesThoseWhoWaitForTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(GateConfig{})
		g.limit(time.Now(), 0, 2) // one request a second
		if err := g.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(500*time.Millisecond, func() { g.limit(time.Now(), 30*time.Second, 2) })
		start := time.Now()
		if err := g.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := time.Since(start); got < 30*time.Second {
			t.Errorf("a request went out %v after a 429 that asked for 30s", got-500*time.Millisecond)
		}
	})
}

func TestGateGivesBackATurnThatIsNotTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(GateConfig{})
		g.limit(time.Now(), 0, 0.2) // one request in ten seconds
		if err := g.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 10 {
			if err := g.wait(ctx); !errors.Is(err, context.Canceled) {
				t.Fatalf("error %v, want context.Canceled", err)
			}
		}
		start := time.Now()
		if err := g.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := time.Since(start); got != 10*time.Second {
			t.Errorf("the next turn came after %v, want 10s", got)
		}
	})
}

func TestPacerHalvesTheLimitersOwnRateAndLeavesItAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own := rate.NewLimiter(20, 5)
		p := &pacer{gate: NewGate(GateConfig{Rate: 4}), limiter: own, maxPause: time.Minute,
			next: fake(func(*http.Request) (*http.Response, error) { return answer(429, "", "Retry-After", "0"), nil })}
		pass(t, p, 1)
		if got := p.gate.pace.Limit(); got != 10 {
			t.Errorf("rate %v, want 10: half of the limiter's 20", got)
		}
		if own.Limit() != 20 || own.Burst() != 5 {
			t.Errorf("the given limiter was changed: %v, %d", own.Limit(), own.Burst())
		}
		own.SetLimit(rate.Inf)
		if got := p.full(); got != 4 {
			t.Errorf("full rate of a limiter without limit is %v, want the gate's 4", got)
		}
	})
}

func TestSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		running, most := 0, 0
		s := &slots{gate: NewGate(GateConfig{AtOnce: 3}), next: &bodyReader{limit: 100, next: fake(func(*http.Request) (*http.Response, error) {
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			running--
			mu.Unlock()
			return answer(200, "ok"), nil
		})}}
		start := time.Now()
		var wg sync.WaitGroup
		for range 12 {
			wg.Go(func() {
				resp, err := s.RoundTrip(request(t, t.Context(), http.MethodGet, ""))
				if err != nil {
					t.Error(err)
					return
				}
				finish(resp)
			})
		}
		wg.Wait()
		if most != 3 {
			t.Errorf("%d ran at once, want 3", most)
		}
		if got := time.Since(start); got != 4*time.Second {
			t.Errorf("12 requests of 1s, 3 at once, took %v", got)
		}
	})
}

func TestSlotIsHeldUntilAStreamEnds(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *http.Response){
		"closed": func(_ *testing.T, resp *http.Response) { finish(resp); finish(resp) },
		"read":   func(t *testing.T, resp *http.Response) { bodyOf(t, resp) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := NewGate(GateConfig{AtOnce: 1})
				s := &slots{gate: g, next: fake(func(*http.Request) (*http.Response, error) { return answer(200, "abc"), nil })}
				resp, err := s.RoundTrip(request(t, t.Context(), http.MethodGet, ""))
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				second, err := s.RoundTrip(request(t, ctx, http.MethodGet, ""))
				finish(second)
				if !errors.Is(err, context.DeadlineExceeded) || !isHeld(err) {
					t.Fatalf("a second request beside the stream: %v, want held until its deadline", err)
				}
				end(t, resp)
				finish(resp) // a second close is harmless
				if n := len(g.slots); n != 0 {
					t.Errorf("%d slots are taken after the stream ended", n)
				}
			})
		})
	}
}

func TestLimiterIsWaitedForAndItsErrorsHoldTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &limited{limiter: rate.NewLimiter(1, 1), next: answers(200)}
		for i, want := range []time.Duration{0, time.Second, time.Second} {
			if got := pass(t, l, 1)[0]; got != want {
				t.Errorf("request %d was held back for %v, want %v", i, got, want)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		body := &trackedBody{}
		req := request(t, ctx, http.MethodPost, "")
		req.Body = body
		resp, err := l.RoundTrip(req)
		finish(resp)
		if !isHeld(err) || !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want a held request", err)
		}
		if !body.closed {
			t.Error("the body of the held request was left open")
		}
	})
}

func TestWaitedIsTheSumOfAllWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls []Call
		n := 0
		rt := New(Config{
			Limiter:  rate.NewLimiter(rate.Every(2*time.Second), 1),
			Observer: func(c Call) { calls = append(calls, c) },
			Base: fake(func(*http.Request) (*http.Response, error) {
				time.Sleep(time.Second)
				if n++; n == 1 {
					return answer(429, "", "Retry-After", strconv.Itoa(10)), nil
				}
				return answer(200, ""), nil
			}),
		})
		resp, err := rt.RoundTrip(request(t, t.Context(), http.MethodPost, "x"))
		if err != nil {
			t.Fatal(err)
		}
		finish(resp)
		if len(calls) != 2 || calls[0].Waited != 0 || calls[1].Waited != 10*time.Second || calls[1].Took != time.Second {
			t.Errorf("calls %+v; want the second to have waited 10s and taken 1s", calls)
		}
	})
}

// Through the whole chain: after a 429 the rate is half of the limiter's, is
// not above it for ten minutes however many ask, and then whole again.
func TestChainHalvesTheRateForTenMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var at []time.Time
		start := time.Now()
		rt := New(Config{
			Limiter: rate.NewLimiter(10, 1),
			Base: fake(func(*http.Request) (*http.Response, error) {
				mu.Lock()
				defer mu.Unlock()
				at = append(at, time.Now())
				if len(at) == 1 {
					return answer(429, "", "Retry-After", "20"), nil
				}
				return answer(200, ""), nil
			}),
		})
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for time.Since(start) < quiet+time.Minute {
					resp, err := rt.RoundTrip(request(t, t.Context(), http.MethodPost, "x"))
					if err != nil {
						t.Error(err)
						return
					}
					finish(resp)
				}
			})
		}
		wg.Wait()
		// Those that were under way when the answer came are out already.
		var slow, whole int
		for _, a := range at {
			switch since := a.Sub(start); {
			case since > 0 && since < 20*time.Second:
				t.Errorf("a request went out %v after the 429, which asked for 20s", since)
			case since >= 20*time.Second && since < quiet:
				slow++
			case since >= quiet+10*time.Second && since < quiet+20*time.Second:
				whole++
			}
		}
		if most := int((quiet-20*time.Second).Seconds()*5) + 1; slow > most || slow < most*9/10 {
			t.Errorf("%d requests between the pause and the end of ten minutes, want about %d and no more", slow, most)
		}
		if whole < 95 || whole > 105 {
			t.Errorf("%d requests in ten seconds after ten quiet minutes, want 100", whole)
		}
	})
}
