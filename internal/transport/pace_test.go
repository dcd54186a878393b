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

// tenant is a server that grants so many requests in a sliding minute and
// answers 429 to all others.
type tenant struct {
	limit  int
	refuse func(free time.Duration) *http.Response // free: how long until the window has room again

	mu      sync.Mutex
	granted []time.Time   // in the window
	minutes map[int]int   // granted, by minute since the start
	shares  map[int]int   // granted, by client
	most    int           // sent in any sliding minute
	sent    []time.Time   // in the last minute
	start   time.Time     // of the test
	asleep  time.Duration // how long an answer takes
}

const window = time.Minute

// inWindow drops the times that have left the window.
func inWindow(times []time.Time, now time.Time) []time.Time {
	for len(times) > 0 && now.Sub(times[0]) >= window {
		times = times[1:]
	}
	return times
}

// as returns the tenant as one of its clients sees it.
func (s *tenant) as(client int) fake {
	return func(*http.Request) (*http.Response, error) {
		time.Sleep(s.asleep)
		s.mu.Lock()
		defer s.mu.Unlock()
		now := time.Now()
		s.sent = append(inWindow(s.sent, now), now)
		s.most = max(s.most, len(s.sent))
		if s.granted = inWindow(s.granted, now); len(s.granted) >= s.limit {
			return s.refuse(window - now.Sub(s.granted[0])), nil
		}
		s.granted = append(s.granted, now)
		s.minutes[int(now.Sub(s.start)/time.Minute)]++
		s.shares[client]++
		return answer(200, "{}"), nil
	}
}

// load lets clients send as fast as they may, and returns what the tenant saw.
func load(t *testing.T, clients, workers int, lasting time.Duration, limiter func() Limiter, refuse func(time.Duration) *http.Response) *tenant {
	t.Helper()
	s := &tenant{limit: 300, refuse: refuse, minutes: map[int]int{}, shares: map[int]int{}, start: time.Now(), asleep: 80 * time.Millisecond}
	var wg sync.WaitGroup
	for client := range clients {
		chain := over(s.as(client), Config{Limiter: limiter(), Gate: NewGate(GateConfig{Rate: 4.5})})
		for range workers {
			wg.Go(func() {
				for time.Since(s.start) < lasting {
					resp, _ := run(chain, request(t, t.Context(), http.MethodGet, "")) // refusals are part of it
					finish(resp)
				}
			})
		}
	}
	wg.Wait()
	return s
}

// connectWise is the limiter of that client.
func connectWise() Limiter { return rate.NewLimiter(4.5, 30) }

var refusals = map[string]func(free time.Duration) *http.Response{
	"no header":      func(time.Duration) *http.Response { return answer(429, "") },
	"Retry-After 1":  func(time.Duration) *http.Response { return answer(429, "", "Retry-After", "1") },
	"Retry-After 30": func(time.Duration) *http.Response { return answer(429, "", "Retry-After", "30") },
	"until it's free": func(free time.Duration) *http.Response {
		return answer(429, "", "Retry-After", strconv.Itoa(int(free.Seconds())+1))
	},
	"a date": func(free time.Duration) *http.Response {
		now := time.Now().UTC()
		return answer(429, "", "Retry-After", now.Add(free+time.Second).Format(http.TimeFormat), "Date", now.Format(http.TimeFormat))
	},
}

// A tenant allows 300 requests in a sliding minute. Whatever it says with a
// 429, one client, one without a limiter, and eight at once are granted at
// least 200 a minute.
func TestCaseW8_PaceAfter429(t *testing.T) {
	unbounded := func() Limiter { return rate.NewLimiter(rate.Inf, 1) }
	for name, refuse := range refusals {
		for _, tt := range []struct {
			name             string
			clients, workers int
			limiter          func() Limiter
		}{
			{"one", 1, 8, connectWise}, {"one unbounded", 1, 8, unbounded},
			{"eight", 8, 8, connectWise}, {"eight with one worker each", 8, 1, connectWise},
		} {
			t.Run(name+", "+tt.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					const minutes = 20
					s := load(t, tt.clients, tt.workers, minutes*time.Minute, tt.limiter, refuse)
					total := 0
					for m := range minutes {
						total += s.minutes[m]
					}
					if got := total / minutes; got < 200 {
						t.Errorf("%d granted a minute, want at least 200: %v", got, s.minutes)
					}
					for client := range tt.clients {
						if got, fair := s.shares[client], total/tt.clients; got < fair/3 {
							t.Errorf("client %d was granted %d, a fair share is %d", client, got, fair)
						}
					}
				})
			})
		}
	}
}

// When nothing is refused, the limiter alone keeps to 300 in any sliding
// minute: 30 at once and 270 during it.
func TestPaceNeverExceedsTheLimit(t *testing.T) {
	for _, workers := range []int{1, 8} {
		synctest.Test(t, func(t *testing.T) {
			s := load(t, 1, workers, 10*time.Minute, connectWise, refusals["no header"])
			if s.most > 300 || s.most < 295 {
				t.Errorf("%d workers sent up to %d in a minute, want 300 and no more", workers, s.most)
			}
		})
	}
}

func TestLimiterIsWaitedForAndItsErrorsHoldTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := paced(answers(200).link(), NewGate(GateConfig{}), rate.NewLimiter(1, 1), time.Minute)
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
		resp, err := run(l, req)
		finish(resp)
		if !isHeld(err) || !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want a held request", err)
		}
		if !body.closed {
			t.Error("the body of the held request was left open")
		}
	})
}

// A limiter refuses at once what does not fit the deadline. The error is the
// caller's deadline, not a fault of the limiter.
func TestCaseW5_LimiterRefusesBecauseOfTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		limiter := rate.NewLimiter(rate.Every(time.Hour), 1)
		limiter.Allow()
		base, count := script(t)
		resp, err := run(over(base, Config{Limiter: limiter}), request(t, ctx, http.MethodPost, "x"))
		finish(resp)
		if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrOutcomeUnknown) || *count != 0 {
			t.Errorf("error %v after %d requests, want a deadline and none", err, *count)
		}
	})
}

// brokenLimiter fails for a reason of its own.
type brokenLimiter struct{ err error }

func (l brokenLimiter) Wait(context.Context) error { return l.err }

func TestALimiterThatFailsIsNoDeadline(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	resp, err := run(over(answers(200), Config{Limiter: brokenLimiter{errReset}}), request(t, ctx, http.MethodGet, ""))
	finish(resp)
	if !errors.Is(err, errReset) || errors.Is(err, context.DeadlineExceeded) || Attempts(nil, err) != 0 {
		t.Errorf("error %v", err)
	}
}

func TestPacerHalvesTheLimitersOwnRateAndLeavesItAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own, gate := rate.NewLimiter(20, 5), NewGate(GateConfig{Rate: 4})
		l := paced(reply(429, "", "Retry-After", "0").link(), gate, own, time.Minute)
		pass(t, l, 1)
		if got := gate.pace.Limit(); got != 10 {
			t.Errorf("rate %v, want 10: half of the limiter's 20", got)
		}
		if own.Limit() != 20 || own.Burst() != 5 {
			t.Errorf("the given limiter was changed: %v, %d", own.Limit(), own.Burst())
		}
		own.SetLimit(rate.Inf)
		gate = NewGate(GateConfig{Rate: 4})
		pass(t, paced(answers(429).link(), gate, own, time.Minute), 1)
		if got := gate.pace.Limit(); got != 2 {
			t.Errorf("rate %v, want 2: half of the gate's own 4", got)
		}
	})
}

func TestWaitedIsTheSumOfAllWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls []Call
		n := 0
		l := over(fake(func(*http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			if n++; n == 1 {
				return answer(429, "", "Retry-After", "10"), nil
			}
			return answer(200, ""), nil
		}), Config{
			Limiter:  rate.NewLimiter(rate.Every(2*time.Second), 1),
			Observer: func(c Call) { calls = append(calls, c) },
		})
		pass(t, l, 1)
		if len(calls) != 2 || calls[0].Waited != 0 || calls[1].Waited != 10*time.Second || calls[1].Took != time.Second {
			t.Errorf("calls %+v; want the second to have waited 10s and taken 1s", calls)
		}
		pass(t, l, 1)
		if got := calls[2].Waited; got != 3*time.Second { // 4s at half of 0.5/s, of which one has passed
			t.Errorf("the third waited %v, want 3s", got)
		}
	})
}

// A reserved turn is waited for once and used once. It is not used at all if a
// 429 has come in between, and the request is never repeated.
func TestReserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var statuses []int
		sent := 0
		c := New(&http.Client{Transport: fake(func(*http.Request) (*http.Response, error) {
			sent++
			status := 200
			if len(statuses) > 0 {
				status, statuses = statuses[0], statuses[1:]
			}
			return answer(status, "", "Retry-After", "30"), nil
		})}, Config{Limiter: rate.NewLimiter(1, 1)})
		waited := func(ctx context.Context, method string) (time.Duration, error) {
			start := time.Now()
			resp, err := c.Do(request(t, ctx, method, ""))
			if err == nil {
				finish(resp)
			}
			return time.Since(start), err
		}
		turn := func() context.Context {
			ctx, err := c.Reserve(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return ctx
		}
		reserved := turn()
		for i, want := range []struct {
			ctx  context.Context
			wait time.Duration
		}{{t.Context(), time.Second}, {reserved, 0}, {reserved, time.Second}} {
			if got, err := waited(want.ctx, http.MethodPatch); got != want.wait || err != nil {
				t.Errorf("request %d waited %v, want %v: %v", i, got, want.wait, err)
			}
		}
		statuses = []int{503}
		if _, _ = waited(turn(), http.MethodGet); sent != 4 {
			t.Errorf("%d requests: a reserved one was repeated", sent)
		}
		reserved = turn()
		statuses = []int{429}
		_, _ = waited(WithoutRetry(t.Context()), http.MethodGet)
		var held *Error
		if got, err := waited(reserved, http.MethodPatch); got != 0 || !errors.As(err, &held) || held.Class != nil || held.Attempts != 0 || sent != 5 {
			t.Errorf("%d requests, waited %v: %v", sent, got, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := c.Reserve(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}
