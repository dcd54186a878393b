package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// slowBody blocks until the request's context ends.
type slowBody struct{ ctx context.Context }

func (b slowBody) Read([]byte) (int, error) { <-b.ctx.Done(); return 0, context.Cause(b.ctx) }
func (b slowBody) Close() error             { return nil }

func TestTimeoutBoundsAnAttempt(t *testing.T) {
	hang := fake(func(req *http.Request) (*http.Response, error) {
		<-req.Context().Done()
		return nil, context.Cause(req.Context())
	})
	drip := fake(func(req *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusCreated, Body: slowBody{req.Context()}}, nil
	})
	for name, base := range map[string]fake{"headers": hang, "body": drip} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rt := over(base, Config{Timeout: 3 * time.Second})
				start := time.Now()
				resp, err := run(rt, request(t, t.Context(), http.MethodPost, "x"))
				finish(resp)
				if got := time.Since(start); got != 3*time.Second {
					t.Errorf("after %v, want 3s", got)
				}
				var late *timeoutError
				if !errors.Is(err, ErrOutcomeUnknown) || !errors.As(err, &late) || !late.Timeout() {
					t.Errorf("error %v, want an unknown outcome for a timeout", err)
				}
				if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("error %v claims that the caller's context ended", err)
				}
				var outcome *Error
				if name == "body" && errors.As(err, &outcome) && outcome.Status != 201 {
					t.Errorf("status %d is not that of the answer that broke off", outcome.Status)
				}
			})
		})
	}
}

func TestTimeoutRepeatsReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		rt := over(fake(func(req *http.Request) (*http.Response, error) {
			if n++; n == 1 {
				<-req.Context().Done()
				return nil, context.Cause(req.Context())
			}
			return answer(200, "ok"), nil
		}), Config{Timeout: 3 * time.Second})
		resp, err := run(rt, request(t, t.Context(), http.MethodGet, ""))
		if err != nil || bodyOf(t, resp) != "ok" || n != 2 {
			t.Errorf("answer %v, error %v after %d attempts", resp, err, n)
		}
	})
}

func TestTimeoutDoesNotCutAStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ctx context.Context
		to := timeLimited(fake(func(req *http.Request) (*http.Response, error) {
			ctx = req.Context()
			return answer(200, "long"), nil
		}).link(), time.Second)
		resp, err := run(to, request(t, WithStream(t.Context()), http.MethodGet, ""))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if err := ctx.Err(); err != nil {
			t.Errorf("the stream was cut: %v", context.Cause(ctx))
		}
		if b, err := io.ReadAll(resp.Body); string(b) != "long" || err != nil {
			t.Errorf("stream %q, %v", b, err)
		}
		finish(resp)
		if ctx.Err() == nil {
			t.Error("the context outlives the stream")
		}
	})
}

func TestTheCallersDeadlineIsReportedAsSuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		rt := over(fake(func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		}), Config{})
		resp, err := run(rt, request(t, ctx, http.MethodPost, "x"))
		finish(resp)
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrOutcomeUnknown) {
			t.Errorf("error %v, want a deadline and an unknown outcome", err)
		}
	})
}

// dripping returns a part of a file every few seconds, and blocks when there is
// none left.
type dripping struct {
	parts int
	every time.Duration
	ctx   context.Context // of the attempt
}

func (d *dripping) Read(p []byte) (int, error) {
	if d.parts--; d.parts < 0 {
		return 0, io.EOF
	}
	select {
	case <-time.After(d.every):
		return copy(p, "x"), nil
	case <-d.ctx.Done():
		return 0, context.Cause(d.ctx)
	}
}

// A file may take as long as it needs, provided it moves.
func TestTimeoutCountsFromTheLastPartOfAFile(t *testing.T) {
	for name, tc := range map[string]struct {
		every, answer, want time.Duration
		fails               bool
	}{
		"moves":             {2 * time.Second, time.Second, 21 * time.Second, false},
		"stops":             {time.Hour, 0, 3 * time.Second, true},
		"answer comes late": {2 * time.Second, time.Hour, 23 * time.Second, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				file := &dripping{parts: 10, every: tc.every}
				rt := over(fake(func(req *http.Request) (*http.Response, error) {
					ctx := req.Context()
					file.ctx = ctx
					if _, err := io.Copy(io.Discard, req.Body); err != nil {
						return nil, err
					}
					select {
					case <-time.After(tc.answer):
						return answer(200, "{}"), nil
					case <-ctx.Done():
						return nil, context.Cause(ctx)
					}
				}), Config{Timeout: 3 * time.Second})
				req := request(t, t.Context(), http.MethodPost, "")
				req.Body = io.NopCloser(file)
				start := time.Now()
				resp, err := run(rt, req)
				finish(resp)
				if took := time.Since(start); took != tc.want || (err != nil) != tc.fails {
					t.Errorf("after %v: %v; want %v", took, err, tc.want)
				}
				if late := (*timeoutError)(nil); tc.fails && !errors.As(err, &late) {
					t.Errorf("error %v", err)
				}
			})
		})
	}
}
