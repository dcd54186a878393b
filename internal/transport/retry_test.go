package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var (
	errReset   = &net.OpError{Op: "read", Net: "tcp", Err: errors.New("connection reset by peer")}
	errRefused = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
)

// script answers with the steps in order; a step is a status, a reply or an
// error. It fails the test when there are more requests than steps.
func script(t *testing.T, steps ...any) (base fake, count *int) {
	n := 0
	return func(req *http.Request) (*http.Response, error) {
		if n == len(steps) {
			t.Errorf("request %d was not expected", n+1)
			return nil, errReset
		}
		step := steps[n]
		n++
		switch s := step.(type) {
		case int:
			return answer(s, ""), nil
		case fake:
			return s(req)
		case error:
			return nil, s
		case *http.Response:
			return s, nil
		}
		return nil, fmt.Errorf("step %T", step)
	}, &n
}

func TestRetryDecides(t *testing.T) {
	const get, post = http.MethodGet, http.MethodPost
	notFound := &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", IsNotFound: true}}
	type result struct {
		status int
		err    error // matched by errors.Is; nil for an answer
	}
	for _, tt := range []struct {
		name     string
		method   string
		ctx      func(context.Context) context.Context
		steps    []any
		want     result
		attempts int
	}{
		{name: "read, fine", method: get, steps: []any{200}, want: result{status: 200}, attempts: 1},
		{name: "read, 502 503 504", method: get, steps: []any{502, 503, 504, 200}, want: result{status: 200}, attempts: 4},
		{name: "read, gateway errors of a content network", method: get, steps: []any{520, 522, 524, 200}, want: result{status: 200}, attempts: 4},
		{name: "read, transport errors", method: get, steps: []any{errReset, io.ErrUnexpectedEOF, errRefused, 200}, want: result{status: 200}, attempts: 4},
		{name: "read, all attempts fail with a status", method: get, steps: []any{503, 503, 503, 503}, want: result{status: 503}, attempts: 4},
		{name: "read, all attempts fail", method: get, steps: []any{errReset, errReset, errReset, errReset}, want: result{err: errReset}, attempts: 4},
		{name: "read, 500", method: get, steps: []any{500}, want: result{status: 500}, attempts: 1},
		{name: "read, 500 that speaks of a timeout", method: get, steps: []any{reply(500, `{"message":"Execution Timeout Expired"}`), 200}, want: result{status: 200}, attempts: 2},
		{name: "read, 500 that timed out", method: get, steps: []any{reply(500, `the operation has timed out`), 200}, want: result{status: 200}, attempts: 2},
		{name: "read, 501", method: get, steps: []any{501}, want: result{status: 501}, attempts: 1},
		{name: "read, 404", method: get, steps: []any{404}, want: result{status: 404}, attempts: 1},
		{name: "read, unknown host", method: get, steps: []any{notFound}, want: result{err: notFound}, attempts: 1},
		{name: "read, certificate", method: get, steps: []any{&tls.CertificateVerificationError{Err: errReset}}, want: result{err: errReset}, attempts: 1},
		{name: "read, http on an https port", method: get, steps: []any{http.ErrSchemeMismatch}, want: result{err: http.ErrSchemeMismatch}, attempts: 1},
		{name: "read that is a POST", method: post, ctx: WithRead, steps: []any{502, errReset, 200}, want: result{status: 200}, attempts: 3},
		{name: "read, once only", method: get, ctx: WithoutRetry, steps: []any{503}, want: result{status: 503}, attempts: 1},

		{name: "write, 429 is a refusal", method: post, steps: []any{429, 429, 201}, want: result{status: 201}, attempts: 3},
		{name: "write, 500", method: post, steps: []any{500}, want: result{err: ErrOutcomeUnknown}, attempts: 1},
		{name: "write, 500 that speaks of a timeout", method: post, steps: []any{reply(500, "timeout")}, want: result{err: ErrOutcomeUnknown}, attempts: 1},
		{name: "write, 503", method: post, steps: []any{503}, want: result{err: ErrOutcomeUnknown}, attempts: 1},
		{name: "write, reset", method: post, steps: []any{errReset}, want: result{err: ErrOutcomeUnknown}, attempts: 1},
		{name: "write, refused connection", method: post, steps: []any{errRefused, errRefused, 201}, want: result{status: 201}, attempts: 3},
		{name: "write, always refused connection", method: post, steps: []any{errRefused, errRefused, errRefused, errRefused}, want: result{err: errRefused}, attempts: 4},
		{name: "write, 429 then reset", method: post, steps: []any{429, errReset}, want: result{err: ErrOutcomeUnknown}, attempts: 2},
		{name: "write, 400", method: post, steps: []any{400}, want: result{status: 400}, attempts: 1},
		{name: "write, once only", method: post, ctx: WithoutRetry, steps: []any{errRefused}, want: result{err: errRefused}, attempts: 1},
		{name: "PUT is a write", method: http.MethodPut, steps: []any{502}, want: result{err: ErrOutcomeUnknown}, attempts: 1},
		{name: "PATCH is a write", method: http.MethodPatch, steps: []any{502}, want: result{err: ErrOutcomeUnknown}, attempts: 1},
		{name: "DELETE is a write", method: http.MethodDelete, steps: []any{502}, want: result{err: ErrOutcomeUnknown}, attempts: 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				base, count := script(t, tt.steps...)
				rt := over(base, Config{})
				ctx := t.Context()
				if tt.ctx != nil {
					ctx = tt.ctx(ctx)
				}
				resp, err := run(rt, request(t, ctx, tt.method, "body"))
				finish(resp)
				if tt.want.err != nil {
					if resp != nil || !errors.Is(err, tt.want.err) {
						t.Errorf("answer %v, error %v; want error %v", resp, err, tt.want.err)
					}
					if unknown := errors.Is(err, ErrOutcomeUnknown); unknown != errors.Is(tt.want.err, ErrOutcomeUnknown) {
						t.Errorf("error %v says unknown outcome: %v", err, unknown)
					}
				} else if err != nil || resp.StatusCode != tt.want.status {
					t.Errorf("answer %v, error %v; want status %d", resp, err, tt.want.status)
				}
				if got := Attempts(resp, err); got != tt.attempts {
					t.Errorf("Attempts = %d, want %d", got, tt.attempts)
				}
				if *count != tt.attempts {
					t.Errorf("%d requests went out, want %d", *count, tt.attempts)
				}
			})
		})
	}
}

func TestRetryReplaysTheBodyThroughGetBodyOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bodies []string
		rt := over(fake(func(req *http.Request) (*http.Response, error) {
			b, err := io.ReadAll(req.Body)
			if err != nil {
				t.Error(err)
			}
			bodies = append(bodies, string(b))
			if len(bodies) < 3 {
				return answer(429, ""), nil
			}
			return answer(200, ""), nil
		}), Config{})
		resp, err := run(rt, request(t, t.Context(), http.MethodPost, "payload"))
		if err != nil {
			t.Fatal(err)
		}
		finish(resp)
		if got := strings.Join(bodies, ","); got != "payload,payload,payload" {
			t.Errorf("bodies sent: %s", got)
		}

		bodies = nil
		streamed := request(t, t.Context(), http.MethodPost, "payload")
		streamed.GetBody = nil
		resp, err = run(rt, streamed)
		finish(resp)
		var limit *Error
		if !errors.As(err, &limit) || !errors.Is(limit.Class, ErrRateLimited) || len(bodies) != 1 {
			t.Errorf("streamed body: %d requests, error %v; want one and an Error", len(bodies), err)
		}

		bodies = nil
		broken := request(t, t.Context(), http.MethodPost, "payload")
		broken.GetBody = func() (io.ReadCloser, error) { return nil, errReset }
		resp, err = run(rt, broken)
		finish(resp)
		if !errors.Is(err, errReset) || errors.Is(err, ErrOutcomeUnknown) || Attempts(nil, err) != 1 {
			t.Errorf("body that cannot be had again: %v after %d attempts", err, Attempts(nil, err))
		}
	})
}

func TestRetryWaits(t *testing.T) {
	elapsed := func(t *testing.T, retry Retry, ctx context.Context, steps ...any) (time.Duration, error) {
		t.Helper()
		base, _ := script(t, steps...)
		start := time.Now()
		resp, err := run(over(base, Config{Retry: retry}), request(t, ctx, http.MethodGet, ""))
		finish(resp)
		return time.Since(start), err
	}
	t.Run("as long as the server asks", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			date := time.Now().Add(20 * time.Second).UTC().Format(http.TimeFormat)
			for _, hint := range []string{"20", date} {
				got, err := elapsed(t, Retry{}, t.Context(), reply(429, "", "Retry-After", hint, "Date", time.Now().UTC().Format(http.TimeFormat)), 200)
				if err != nil || got > 21*time.Second {
					t.Errorf("Retry-After %s: %v, %v", hint, got, err)
				}
				if got < 20*time.Second && hint == "20" {
					t.Errorf("Retry-After %s: only %v", hint, got)
				}
			}
			got, err := elapsed(t, Retry{}, t.Context(), reply(503, "", "Retry-After", "9"), 200)
			if err != nil || got != 9*time.Second {
				t.Errorf("503 with Retry-After 9: %v, %v", got, err)
			}
		})
	})
	t.Run("a 429 that does not say gets a guess, a 503 the back-off", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			_, err := elapsed(t, Retry{Attempts: 1}, t.Context(), 429)
			var limit *Error
			if !errors.As(err, &limit) || !errors.Is(limit.Class, ErrRateLimited) || limit.Wait != unstatedPause {
				t.Errorf("429: %v", err)
			}
			if got, err := elapsed(t, Retry{Base: time.Millisecond}, t.Context(), 503, 200); err != nil || got > time.Millisecond {
				t.Errorf("503: after %v: %v", got, err)
			}
		})
	})
	t.Run("above the cap it fails at once", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			got, err := elapsed(t, Retry{MaxWait: 30 * time.Second}, t.Context(), reply(429, "", "Retry-After", "31"))
			var limit *Error
			if got != 0 || !errors.As(err, &limit) || !errors.Is(limit.Class, ErrRateLimited) || limit.Wait != 31*time.Second || limit.Response.StatusCode != http.StatusTooManyRequests {
				t.Errorf("after %v: %v", got, err)
			}
		})
	})
	t.Run("a small cap does not turn a guess into a failure", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			got, err := elapsed(t, Retry{MaxWait: time.Second}, t.Context(), 429, 200)
			if err != nil || got != time.Second {
				t.Errorf("after %v: %v", got, err)
			}
		})
	})
	t.Run("total time is bounded", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			hint := reply(429, "", "Retry-After", "50")
			again := reply(429, "", "Retry-After", "50")
			got, err := elapsed(t, Retry{Attempts: 9, MaxElapsed: 90 * time.Second}, t.Context(), hint, again)
			var limit *Error
			if got != 50*time.Second || !errors.As(err, &limit) || !errors.Is(limit.Class, ErrRateLimited) || limit.Attempts != 2 {
				t.Errorf("after %v: %v", got, err)
			}
		})
	})
	t.Run("a deadline that cannot be met fails now", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			got, err := elapsed(t, Retry{}, ctx, reply(429, "", "Retry-After", "11"))
			var limit *Error
			if got != 0 || !errors.As(err, &limit) || !errors.Is(limit.Class, ErrRateLimited) {
				t.Errorf("after %v: %v", got, err)
			}
			got, err = elapsed(t, Retry{}, ctx, reply(503, "", "Retry-After", "11"))
			if got != 0 || err != nil {
				t.Errorf("503 after %v: %v, want the answer itself", got, err)
			}
		})
	})
	t.Run("the wait ends with the context", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			for _, step := range []any{reply(429, "", "Retry-After", "11"), reply(503, "", "Retry-After", "11")} {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(2*time.Second, cancel)
				got, err := elapsed(t, Retry{}, ctx, step)
				if got != 2*time.Second || !errors.Is(err, context.Canceled) {
					t.Errorf("after %v: %v", got, err)
				}
			}
		})
	})
	t.Run("a canceled attempt is not repeated", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			cause := errors.New("shutting down")
			ctx, cancel := context.WithCancelCause(t.Context())
			base := fake(func(*http.Request) (*http.Response, error) { cancel(cause); return nil, cause })
			resp, err := run(over(base, Config{}), request(t, ctx, http.MethodGet, ""))
			finish(resp)
			if !errors.Is(err, context.Canceled) || !errors.Is(err, cause) || Attempts(nil, err) != 1 {
				t.Errorf("%v after %d attempts", err, Attempts(nil, err))
			}
		})
	})
}

// A service desk answers 503 for minutes: the chain waits as long as Retry
// allows.
func TestCaseD14_WaitsAsRetryAllows(t *testing.T) {
	const outage = 3 * time.Minute
	for elapsed, survives := range map[time.Duration]bool{10 * time.Minute: true, time.Minute: false} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			base := fake(func(*http.Request) (*http.Response, error) {
				if time.Since(start) < outage {
					return answer(503, ""), nil
				}
				return answer(200, "{}"), nil
			})
			retry := Retry{Attempts: 1000, MaxElapsed: elapsed, MaxWait: 20 * time.Second}
			resp, err := run(over(base, Config{Retry: retry}), request(t, t.Context(), http.MethodGet, ""))
			finish(resp)
			if err != nil || (resp.StatusCode == http.StatusOK) != survives {
				t.Errorf("%v at most: %v, %v after %v", elapsed, resp, err, time.Since(start))
			}
			if took := time.Since(start); took < 30*time.Second || took > elapsed {
				t.Errorf("%v at most: took %v", elapsed, took)
			}
		})
	}
}

func TestRetryDefaults(t *testing.T) {
	def := Retry{Attempts: 4, MaxWait: time.Minute, MaxElapsed: 3 * time.Minute, Base: 500 * time.Millisecond}
	for _, tt := range []struct{ in, want Retry }{
		{Retry{}, def},
		{Retry{MaxWait: -1, MaxElapsed: -1, Base: -1}, def},
		{Retry{Attempts: -1}, Retry{Attempts: 1, MaxWait: time.Minute, MaxElapsed: 3 * time.Minute, Base: 500 * time.Millisecond}},
		{Retry{1, 2, 3, 4}, Retry{1, 2, 3, 4}},
	} {
		if got := tt.in.withDefaults(); got != tt.want {
			t.Errorf("%+v becomes %+v, want %+v", tt.in, got, tt.want)
		}
	}
}

func TestBackoffIsFullJitter(t *testing.T) {
	r := Retry{Base: 100 * time.Millisecond, MaxWait: time.Second}.withDefaults()
	for attempt, top := range map[int]time.Duration{1: 100 * time.Millisecond, 2: 200 * time.Millisecond, 4: 800 * time.Millisecond, 5: time.Second, 90: time.Second} {
		low, high := top, time.Duration(0)
		for range 2000 {
			d := r.backoff(attempt)
			if d < 0 || d > top {
				t.Fatalf("attempt %d: %v is outside 0 to %v", attempt, d, top)
			}
			low, high = min(low, d), max(high, d)
		}
		if low > top/10 || high < top*9/10 {
			t.Errorf("attempt %d: waits between %v and %v do not fill 0 to %v", attempt, low, high, top)
		}
	}
}

func TestHeldWriteIsNotOfUnknownOutcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(GateConfig{})
		g.limit(time.Minute, 4)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		base, count := script(t)
		resp, err := run(over(base, Config{Gate: g}), request(t, ctx, http.MethodPost, "x"))
		finish(resp)
		var send *Error
		if !errors.As(err, &send) || send.Class != nil || errors.Is(err, ErrOutcomeUnknown) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want one that says it was not sent", err)
		}
		if *count != 0 || Attempts(nil, err) != 0 {
			t.Errorf("%d requests, Attempts %d; want none", *count, Attempts(nil, err))
		}
	})
}
