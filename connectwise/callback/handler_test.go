package callback_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/callback"
)

// A sender that does not finish its request gets an answer.
func TestABodyThatDawdlesIsAnswered(t *testing.T) {
	h := &callback.Handler{Verifier: verifier(t, &desk{}, nil), AnswerIn: 50 * time.Millisecond, Handle: func(context.Context, callback.Event) error { return nil }}
	s := httptest.NewServer(h)
	defer s.Close()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if _, err := io.WriteString(connection, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusTooManyRequests {
		t.Errorf("status %d", resp.StatusCode)
	}
}

func TestHandlerAnswers(t *testing.T) {
	post := func(t *testing.T) *http.Request { return delivery(t, keyURL, event) }
	for _, tt := range []struct {
		name    string
		desk    *desk
		request func(*testing.T) *http.Request
		result  error
		want    int
		handled bool
	}{
		{"fine", &desk{}, post, nil, 204, true},
		{"Handle fails", &desk{}, post, errors.New("database is away"), 429, true},
		{"GET", &desk{}, func(t *testing.T) *http.Request { r := post(t); r.Method = http.MethodGet; return r }, nil, 405, false},
		{"not a delivery", &desk{}, func(t *testing.T) *http.Request {
			r := post(t)
			r.Body = io.NopCloser(strings.NewReader("x"))
			return r
		}, nil, 400, false},
		{"body that breaks off", &desk{}, func(t *testing.T) *http.Request {
			r := post(t)
			r.Body = io.NopCloser(io.MultiReader(strings.NewReader("{"), brokenReader{}))
			return r
		}, nil, 400, false},
		{"not signed", &desk{}, func(t *testing.T) *http.Request { r := post(t); r.Header.Del(callback.SignatureHeader); return r }, nil, 401, false},
		{"other company", &desk{}, func(t *testing.T) *http.Request { e := event; e.Company = "rival"; return delivery(t, keyURL, e) }, nil, 403, false},
		{"foreign host", &desk{}, func(t *testing.T) *http.Request {
			return delivery(t, strings.Replace(keyURL, "na.", "evil.", 1), event)
		}, nil, 403, false},
		{"http", &desk{}, func(t *testing.T) *http.Request {
			return delivery(t, strings.Replace(keyURL, "https", "http", 1), event)
		}, nil, 403, false},
		{"oversized", &desk{}, func(t *testing.T) *http.Request {
			e := event
			e.Entity = json.RawMessage(`"` + strings.Repeat("x", 1<<20) + `"`)
			return delivery(t, keyURL, e)
		}, nil, 413, false},
		{"key cannot be had", &desk{key: func(*http.Request) (int, string) { return 503, "" }}, post, nil, 429, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			handled := false
			h := &callback.Handler{Verifier: verifier(t, tt.desk, nil), Logger: slog.New(slog.NewTextHandler(&log, nil)),
				Handle: func(_ context.Context, e callback.Event) error {
					handled = true
					if diff := cmp.Diff(event, e); diff != "" {
						t.Errorf("event (-want +got):\n%s", diff)
					}
					return tt.result
				}}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, tt.request(t))
			if w.Code != tt.want || handled != tt.handled {
				t.Errorf("status %d, handled %v; want %d, %v", w.Code, handled, tt.want, tt.handled)
			}
			if w.Body.Len() != 0 {
				t.Errorf("the sender is told %q", w.Body)
			}
			if logged := log.Len() > 0; logged != (tt.want != 204) {
				t.Errorf("log: %s", &log)
			}
			if strings.Contains(log.String(), signingKey) {
				t.Errorf("the signing key is in the log: %s", &log)
			}
			if allow := w.Header().Get("Allow"); (allow == http.MethodPost) != (tt.want == 405) {
				t.Errorf("Allow: %q", allow)
			}
		})
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestAReplayIsNotHandledAgain(t *testing.T) {
	n := 0
	h := &callback.Handler{Verifier: verifier(t, &desk{}, nil), Remember: 2, Handle: func(context.Context, callback.Event) error { n++; return nil }}
	send := func(message string) {
		t.Helper()
		e := event
		e.Message = message
		if got := serve(h, delivery(t, keyURL, e)); got != 204 {
			t.Errorf("message %q: status %d", message, got)
		}
	}
	for range 3 {
		send("a")
	}
	if n != 1 {
		t.Errorf("handled %d times, want once", n)
	}
	for range 2 {
		send("") // recognised by its body
	}
	if n != 2 {
		t.Errorf("handled %d times, want two", n)
	}
	send("b")
	send("a") // forgotten, because of two newer ones
	if n != 4 {
		t.Errorf("handled %d times, want 4: only two are remembered", n)
	}
}

func TestAFailedEventIsHandledAgain(t *testing.T) {
	n := 0
	h := &callback.Handler{Verifier: verifier(t, &desk{}, nil), Handle: func(context.Context, callback.Event) error {
		switch n++; n {
		case 1:
			return errors.New("away")
		case 2:
			panic("oh")
		}
		return nil
	}}
	var got []int
	for range 4 {
		got = append(got, serve(h, delivery(t, keyURL, event)))
	}
	if diff := cmp.Diff([]int{429, 429, 204, 204}, got); diff != "" || n != 3 {
		t.Errorf("handled %d times, statuses (-want +got):\n%s", n, diff)
	}
}

// A delivery with a slow Handle is answered within five seconds. Handle goes on
// and runs once, and the repeated delivery gets its result.
func TestASlowHandleIsAnsweredInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		h := &callback.Handler{Verifier: verifier(t, &desk{}, nil), Handle: func(ctx context.Context, _ callback.Event) error {
			n++
			select {
			case <-time.After(9 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}}
		for _, want := range []int{429, 204} {
			start := time.Now()
			ctx, cancel := context.WithCancel(t.Context())
			got := serve(h, delivery(t, keyURL, event).WithContext(ctx))
			cancel() // as the server does when a request ends
			if took := time.Since(start); took >= 5*time.Second {
				t.Errorf("answered after %v", took)
			}
			if got != want {
				t.Errorf("status %d, want %d", got, want)
			}
			time.Sleep(2 * time.Second)
		}
		if n != 1 {
			t.Errorf("handled %d times, want once", n)
		}
	})
}

func TestHandleIsBoundedAndWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var result error
		h := &callback.Handler{Verifier: verifier(t, &desk{}, nil), Timeout: 20 * time.Second, Handle: func(ctx context.Context, _ callback.Event) error {
			<-ctx.Done()
			result = ctx.Err()
			return result
		}}
		if got := serve(h, delivery(t, keyURL, event)); got != 429 {
			t.Errorf("status %d", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := h.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Wait with a short context: %v", err)
		}
		start := time.Now()
		if err := h.Wait(t.Context()); err != nil || !errors.Is(result, context.DeadlineExceeded) {
			t.Errorf("Wait: %v; Handle ended with %v", err, result)
		}
		if took := time.Since(start); took != 15*time.Second {
			t.Errorf("Wait took %v, want the 15s that were left", took)
		}
	})
}

func TestASlowKeyIsAnsweredInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{key: func(req *http.Request) (int, string) {
			time.Sleep(time.Minute)
			return 200, `{"signing_key":"` + signingKey + `"}`
		}}
		h := &callback.Handler{Verifier: verifier(t, d, nil), AnswerIn: 3 * time.Second, Handle: func(context.Context, callback.Event) error { return nil }}
		start := time.Now()
		if got := serve(h, delivery(t, keyURL, event)); got != 429 || time.Since(start) != 3*time.Second {
			t.Errorf("status %d after %v", got, time.Since(start))
		}
		time.Sleep(2 * time.Minute)
	})
}

// A delivery of a megabyte causes a short log line, whichever part of it is
// large.
func TestCaseW13_ShortLogLines(t *testing.T) {
	long := strings.Repeat("\u001b[31mx\n", 80_000)
	for name, body := range map[string]string{
		"company":   `{"CompanyId":"` + long + `"}`,
		"id":        `{"ID":` + strings.Repeat("1", 1_000_000) + `}`,
		"key URL":   `{"CompanyId":"cobalt","Metadata":{"key_url":"https://` + long + `"}}`,
		"key path":  `{"CompanyId":"cobalt","Metadata":{"key_url":"https://na.myconnectwise.net/` + strings.Repeat("x", 400) + `"}}`,
		"companies": `{"CompanyId":"cobalt","Metadata":{"key_url":"https://na.myconnectwise.net/system/callbackkey/index.rails?companyName=` + strings.Repeat("%0a", 100) + `"}}`,
		"no JSON":   strings.Repeat("\x1b[31mx\n", 80_000),
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			v := verifier(t, &desk{}, nil)
			h := &callback.Handler{Verifier: v, Logger: slog.New(slog.NewTextHandler(&log, nil)), MaxBody: 1 << 21,
				Handle: func(context.Context, callback.Event) error { return nil }}
			req := delivery(t, keyURL, event)
			req.Body = io.NopCloser(strings.NewReader(body))
			serve(h, req)
			if n := log.Len(); n == 0 || n > 700 || strings.Count(log.String(), "\n") != 1 || strings.ContainsAny(log.String(), "\x1b\u202e") {
				t.Errorf("%d bytes: %.900q", n, log.String())
			}
			if _, err := v.Verify(t.Context(), []byte(body), "x"); err == nil || len(err.Error()) > 500 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
	}
}
