package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/covedesk/covedesk/internal/transport"
)

// quick keeps the repeats of tests over real sockets short.
var quick = transport.Retry{Base: time.Millisecond, MaxWait: time.Second}

// serve starts a server that counts the requests that reach it.
func serve(t *testing.T, h http.HandlerFunc) (url string, hits *atomic.Int32) {
	t.Helper()
	hits = new(atomic.Int32)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		h(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv.URL, hits
}

// do sends a request and returns its status and body, or the error.
func do(t *testing.T, hc *transport.Chain, ctx context.Context, method, url, body string) (int, string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := hc.Do(req)
	if err != nil {
		return 0, "", err
	}
	b, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	return resp.StatusCode, string(b), err
}

// hijack cuts the connection after writing raw bytes.
func hijack(t *testing.T, w http.ResponseWriter, raw string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok && raw == "" {
		_ = tcp.SetLinger(0) // a reset instead of an end
	}
	_, _ = io.WriteString(conn, raw)
	_ = conn.Close()
}

// A write with an unknown outcome reaches the server once and never again,
// whatever went wrong.
func TestWriteOfUnknownOutcomeIsSentOnce(t *testing.T) {
	hang := make(chan struct{})
	t.Cleanup(func() { close(hang) })
	for name, h := range map[string]http.HandlerFunc{
		"500": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "timeout", http.StatusInternalServerError) },
		"502": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", http.StatusBadGateway) },
		"503": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusServiceUnavailable)
		},
		"504":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGatewayTimeout) },
		"reset":   func(w http.ResponseWriter, _ *http.Request) { hijack(t, w, "") },
		"garbage": func(w http.ResponseWriter, _ *http.Request) { hijack(t, w, "\x00\x01 not HTTP\r\n\r\n") },
		"truncated": func(w http.ResponseWriter, _ *http.Request) {
			hijack(t, w, "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"id\":")
		},
		"oversized": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 5000)) },
		"hangs": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			select {
			case <-hang:
			case <-r.Context().Done():
			}
		},
	} {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel() // some take the whole timeout
				url, hits := serve(t, h)
				hc := transport.New(nil, transport.Config{Retry: quick, MaxBody: 4000, Timeout: time.Second})
				_, _, err := do(t, hc, t.Context(), method, url, "{}")
				if !errors.Is(err, transport.ErrOutcomeUnknown) {
					t.Errorf("error %v does not say that the outcome is unknown", err)
				}
				if got := hits.Load(); got != 1 {
					t.Errorf("the server saw %d requests, want 1", got)
				}
				if got := transport.Attempts(nil, err); got != 1 {
					t.Errorf("Attempts = %d, want 1", got)
				}
			})
		}
	}
}

// A caller that gives up after a write has left cannot know its outcome.
func TestWriteCanceledOnTheWayIsOfUnknownOutcome(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	url, hits := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	hc := transport.New(nil, transport.Config{Retry: quick})
	_, _, err := do(t, hc, ctx, http.MethodPost, url, "{}")
	if !errors.Is(err, transport.ErrOutcomeUnknown) || !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want an unknown outcome and context.Canceled", err)
	}
	if got := hits.Load(); got != 1 {
		t.Errorf("the server saw %d requests, want 1", got)
	}
}

func TestWriteThatNeverLeftIsNotOfUnknownOutcome(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	secure := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request arrived") }))
	secure.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	defer secure.Close()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, tt := range map[string]struct {
		ctx      context.Context
		url      string
		attempts int
	}{
		"refused connection": {t.Context(), closed.URL, 3},
		"bad certificate":    {t.Context(), secure.URL, 1},
		"canceled before":    {canceled, closed.URL, 0},
	} {
		t.Run(name, func(t *testing.T) {
			retry := quick
			retry.Attempts = 3
			hc := transport.New(nil, transport.Config{Retry: retry})
			_, _, err := do(t, hc, tt.ctx, http.MethodPost, tt.url, "{}")
			var send *transport.Error
			if errors.Is(err, transport.ErrOutcomeUnknown) || !errors.As(err, &send) || send.Class != nil {
				t.Errorf("error %v, want an Error", err)
			}
			if got := transport.Attempts(nil, err); got != tt.attempts {
				t.Errorf("Attempts = %d, want %d", got, tt.attempts)
			}
		})
	}
}

func TestWriteAnswered429IsRepeatedWithItsBody(t *testing.T) {
	var mu sync.Mutex
	var bodies []string
	url, hits := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		bodies = append(bodies, string(b))
		if len(bodies) < 3 {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		w.WriteHeader(http.StatusCreated)
	})
	hc := transport.New(nil, transport.Config{Retry: quick, Gate: transport.NewGate(transport.GateConfig{Rate: 1000})})
	status, _, err := do(t, hc, t.Context(), http.MethodPost, url, `{"summary":"x"}`)
	if err != nil || status != http.StatusCreated || hits.Load() != 3 {
		t.Errorf("status %d, error %v, %d requests", status, err, hits.Load())
	}
	for _, b := range bodies {
		if b != `{"summary":"x"}` {
			t.Errorf("body %q", b)
		}
	}
}

func TestStreamedBodyIsNotRepeated(t *testing.T) {
	url, hits := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) })
	hc := transport.New(nil, transport.Config{Retry: quick})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, io.MultiReader(strings.NewReader("stream")))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := hc.Do(req)
	if err == nil {
		_ = resp.Body.Close()
	}
	var limit *transport.Error
	if !errors.As(err, &limit) || !errors.Is(limit.Class, transport.ErrRateLimited) || hits.Load() != 1 {
		t.Errorf("error %v after %d requests, want an Error after one", err, hits.Load())
	}
}

func TestReadIsRepeatedUntilItsAnswerIsWhole(t *testing.T) {
	var n atomic.Int32
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		switch n.Add(1) {
		case 1:
			hijack(t, w, "")
		case 2:
			hijack(t, w, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{\"id\":1},")
		case 3:
			hijack(t, w, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[{\"id")
		default:
			_, _ = io.WriteString(w, "[]")
		}
	})
	hc := transport.New(nil, transport.Config{Retry: quick})
	status, body, err := do(t, hc, t.Context(), http.MethodGet, url, "")
	if err != nil || status != 200 || body != "[]" || n.Load() != 4 {
		t.Errorf("status %d, body %q, error %v after %d requests", status, body, err, n.Load())
	}
}

func TestOversizedAndTruncatedAnswersAreClearErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		h     http.HandlerFunc
		cause error
		text  string
	}{
		"oversized": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 5000)) },
			transport.ErrBodyTooLarge, "the answer is too large: more than 4000 bytes"},
		"truncated": {func(w http.ResponseWriter, _ *http.Request) {
			hijack(t, w, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1")
		}, io.ErrUnexpectedEOF, "the answer broke off after 2 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := serve(t, tt.h)
			hc := transport.New(nil, transport.Config{Retry: quick, MaxBody: 4000})
			_, _, err := do(t, hc, t.Context(), http.MethodGet, url, "")
			if !errors.Is(err, tt.cause) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("error %v, want %q", err, tt.text)
			}
		})
	}
}

func TestErrorAnswerToAWriteCanBeRead(t *testing.T) {
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Cw-Request-Id", "r-1")
		http.Error(w, `{"code":"ServerError"}`, http.StatusInternalServerError)
	})
	_, _, err := do(t, transport.New(nil, transport.Config{}), t.Context(), http.MethodPost, url, "{}")
	var outcome *transport.Error
	if !errors.As(err, &outcome) || !errors.Is(outcome.Class, transport.ErrOutcomeUnknown) || outcome.Response == nil {
		t.Fatalf("error %v has no answer", err)
	}
	body, err := transport.ReadBody(outcome.Response)
	if err != nil || !strings.Contains(string(body), "ServerError") || outcome.Response.Header.Get("X-Cw-Request-Id") != "r-1" {
		t.Errorf("body %q, header %v, error %v", body, outcome.Response.Header, err)
	}
}

// Neither headers nor bodies with credentials reach another host through a
// redirect, and no write becomes a read.
func TestRedirectsKeepCredentialsHome(t *testing.T) {
	foreign, foreignHits := serve(t, func(http.ResponseWriter, *http.Request) {})
	var home string
	home, hits := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/foreign":
			http.Redirect(w, r, foreign+"/steal", http.StatusTemporaryRedirect)
		case "/read":
			http.Redirect(w, r, "/ok", http.StatusFound)
		case "/moved":
			http.Redirect(w, r, "/ok", http.StatusPermanentRedirect)
		case "/ok":
			_, _ = io.Copy(w, r.Body)
		}
	})
	hc := transport.New(nil, transport.Config{Retry: quick})
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if _, _, err := do(t, hc, t.Context(), method, home+"/foreign", "visa"); !errors.Is(err, transport.ErrRedirect) {
			t.Errorf("%s to another host: %v, want a refusal", method, err)
		}
	}
	if n := foreignHits.Load(); n != 0 {
		t.Errorf("%d requests reached the other host", n)
	}
	if _, _, err := do(t, hc, t.Context(), http.MethodPost, home+"/read", "{}"); !errors.Is(err, transport.ErrRedirect) {
		t.Errorf("write turned into a read: %v, want a refusal", err)
	}
	before := hits.Load()
	if status, body, err := do(t, hc, t.Context(), http.MethodPost, home+"/moved", "{}"); err != nil || status != 200 || body != "{}" || hits.Load() != before+2 {
		t.Errorf("moved on the same host: status %d, body %q, error %v", status, body, err)
	}
}

// At most N requests are at the server at once, even for clients that share a
// gate.
func TestAtMostNAtOnce(t *testing.T) {
	var running, most atomic.Int32
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		n := running.Add(1)
		defer running.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		_, _ = io.WriteString(w, strings.Repeat("x", 1<<16))
	})
	gate := transport.NewGate(transport.GateConfig{AtOnce: 3})
	var wg sync.WaitGroup
	for range 4 {
		hc := transport.New(nil, transport.Config{Gate: gate})
		for range 10 {
			wg.Go(func() {
				if _, _, err := do(t, hc, t.Context(), http.MethodGet, url, ""); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	if got := most.Load(); got > 3 {
		t.Errorf("%d requests at once, want at most 3", got)
	}
}

func TestClientLeavesTheGivenClientAloneAndKeepsItsTimeoutPerAttempt(t *testing.T) {
	url, hits := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	})
	given := &http.Client{Timeout: time.Second}
	hc := transport.New(given, transport.Config{Retry: quick, Timeout: time.Minute})
	_, _, err := do(t, hc, t.Context(), http.MethodPost, url, "{}")
	if !errors.Is(err, transport.ErrOutcomeUnknown) || !strings.Contains(err.Error(), "no answer within 1s") || hits.Load() != 1 {
		t.Errorf("error %v after %d requests", err, hits.Load())
	}
	if given.Transport != nil || given.CheckRedirect != nil || given.Timeout != time.Second {
		t.Errorf("the given client was changed: %+v", given)
	}
}

func TestStreamsAreNeitherBoundNorBuffered(t *testing.T) {
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 1<<20)) })
	hc := transport.New(nil, transport.Config{MaxBody: 10})
	_, body, err := do(t, hc, transport.WithStream(t.Context()), http.MethodGet, url, "")
	if err != nil || len(body) != 1<<20 {
		t.Errorf("%d bytes, error %v", len(body), err)
	}
}

// When a gateway fails on a write, the outcome is unknown and the write is not
// sent again.
func ExampleNew() {
	sent := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		sent++
		w.WriteHeader(http.StatusBadGateway)
	}))
	defer srv.Close()

	hc := transport.New(nil, transport.Config{UserAgent: "covedesk"})
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, srv.URL, strings.NewReader(`{"summary":"x"}`))
	if err != nil {
		panic(err)
	}
	resp, err := hc.Do(req)
	if err == nil {
		_ = resp.Body.Close()
	}
	fmt.Println(errors.Is(err, transport.ErrOutcomeUnknown), sent)
	// Output: true 1
}
