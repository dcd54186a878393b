package testserver_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/internal/testserver"
)

// shop is the smallest server: it counts each request that is carried out.
type shop struct {
	clock  testserver.Clock
	faults testserver.Faults
	log    testserver.Journal[string]
	effect atomic.Int64
	sent   atomic.Int64 // status of the last answer
}

func (s *shop) serve(r *http.Request, body []byte) testserver.Answer {
	s.faults.CatchUp(s.clock.Now())
	number := 0
	s.log.Open(r.Method, func(n int) string { number = n; return string(body) })
	a := s.faults.Answer(r.Context(), testserver.Request{
		Fault: s.faults.Pick(number, r.URL.Path, r.Method, "Order"),
		Now:   s.clock.Now(),
		Serve: func() testserver.Answer {
			s.effect.Add(1)
			return testserver.NewAnswer(201, "application/json", `{"ok":1}`)
		},
		Page: func(f testserver.Fault) testserver.Answer {
			if f.Status == 0 {
				f.Status = 500
			}
			return testserver.Page(f.Status)
		},
	})
	s.sent.Store(int64(a.Sent()))
	return a
}

// ask returns what a client sees of one request.
func ask(ctx context.Context, client *http.Client, url string) string {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/Shop/Orders", strings.NewReader("x"))
	if err != nil {
		return err.Error()
	}
	resp, err := client.Do(r)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "deadline"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case err != nil:
		return "reset"
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	text := resp.Status + " " + resp.Header.Get("Retry-After") + string(body)
	if err != nil {
		text += " then " + err.Error()
	}
	return text
}

func TestKinds(t *testing.T) {
	const page = "<html>\r\n<head><title>"
	for _, tt := range []struct {
		name   string
		fault  testserver.Fault
		seen   string // its beginning
		socket string // over a socket, if that differs
		effect int
	}{
		{"", testserver.Fault{}, `201 Created {"ok":1}`, "", 1},
		{"refuse", testserver.Fault{Kind: testserver.RefuseConnection}, "refused", "reset", 0},
		{"reset", testserver.Fault{Kind: testserver.ResetBefore}, "reset", "", 0},
		{"resetAfter", testserver.Fault{Kind: testserver.ResetAfter}, "reset", "", 1},
		{"status", testserver.Fault{Kind: testserver.StatusBefore, Status: 503, RetryAfter: "7"}, "503 Service Unavailable 7" + page, "", 0},
		{"statusAfter", testserver.Fault{Kind: testserver.StatusAfter}, "500 Internal Server Error " + page, "", 1},
		{"tooManyRequests", testserver.Fault{Kind: testserver.TooManyRequests, Status: 429}, "429 Too Many Requests " + page, "", 0},
		{"timeout", testserver.Fault{Kind: testserver.Timeout}, "500 Internal Server Error " + page, "", 0},
		{"page", testserver.Fault{Kind: testserver.HTML, Status: 403, Body: "<p>proxy</p>"}, "403 Forbidden <p>proxy</p>", "", 0},
		{"pageAfter", testserver.Fault{Kind: testserver.HTMLAfter, Status: 413, Body: "<p>proxy</p>"}, "413 Request Entity Too Large <p>proxy</p>", "", 1},
		{"mangled", testserver.Fault{Kind: testserver.Garbage}, "200 OK {\"id\": 12, \x00", "", 1},
		{"mangled", testserver.Fault{Kind: testserver.Garbage, Body: `{"id":`}, `200 OK {"id":`, "", 1},
		{"cut", testserver.Fault{Kind: testserver.Truncate}, `201 Created {"ok then unexpected EOF`, `201 Created {"ok then`, 1},
		{"hang", testserver.Fault{Kind: testserver.Hang, Delay: time.Millisecond}, "reset", "", 0},
		{"hangAfter", testserver.Fault{Kind: testserver.HangAfter, Delay: time.Millisecond}, "reset", "", 1},
		{"latency", testserver.Fault{Kind: testserver.Latency, Delay: time.Millisecond}, `201 Created {"ok":1}`, "", 1},
		{"late", testserver.Fault{Kind: testserver.Late, Delay: time.Hour, Status: 504}, "504 Gateway Timeout " + page, "", 0},
	} {
		for _, socket := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				if tt.fault.Kind.String() != tt.name {
					t.Errorf("the kind is called %q", tt.fault.Kind)
				}
				var s shop
				client, url := &http.Client{Transport: testserver.InMemory(func(*http.Request) testserver.Handler { return s.serve })}, "http://shop.test"
				want := tt.seen
				if socket {
					var l testserver.Listener
					defer l.Close()
					var err error
					if url, err = l.Listen(":0", testserver.Signed, testserver.Handler(s.serve)); err != nil {
						t.Fatal(err)
					}
					client = l.Client()
					if tt.socket != "" {
						want = tt.socket
					}
				}
				if tt.fault.Kind != 0 {
					s.faults.Inject(tt.fault)
				}
				if seen := ask(t.Context(), client, url); !strings.HasPrefix(seen, want) {
					t.Errorf("seen %q, want %q", seen, want)
				}
				status, _ := strconv.ParseInt(want[:min(3, len(want))], 10, 64) // 0 if the connection broke
				if n := s.sent.Load(); n != status {
					t.Errorf("Sent is %d, want %d", n, status)
				}
				if n := s.effect.Load(); n != int64(tt.effect) {
					t.Errorf("carried out %d times, want %d", n, tt.effect)
				}
				if seen := ask(t.Context(), client, url); !strings.HasPrefix(seen, "201 ") {
					t.Errorf("the next request: %q", seen)
				}
			})
		}
	}
}

func TestKindsAreWords(t *testing.T) {
	var k testserver.FaultKind
	if err := k.UnmarshalText([]byte("pageAfter")); err != nil || k != testserver.HTMLAfter {
		t.Errorf("%v, %v", k, err)
	}
	for _, word := range []string{"", "Page", "fault 3"} {
		if err := k.UnmarshalText([]byte(word)); err == nil || !strings.Contains(err.Error(), "resetAfter") {
			t.Errorf("%q: %v", word, err)
		}
	}
	if out, err := json.Marshal([]testserver.FaultKind{0, testserver.HTML}); err != nil || string(out) != `["","page"]` {
		t.Errorf("%s, %v", out, err)
	}
	if s := testserver.FaultKind(99).String(); s != "fault 99" {
		t.Error(s)
	}
}

func TestLateIsCarriedOutByTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shop
		client := &http.Client{Transport: testserver.InMemory(func(*http.Request) testserver.Handler { return s.serve }), Timeout: time.Minute}
		s.faults.Inject(testserver.Fault{Kind: testserver.Late, Delay: 5 * time.Minute})
		if seen := ask(t.Context(), client, "http://shop.test"); seen != "deadline" || s.effect.Load() != 0 {
			t.Errorf("seen %q, carried out %d times", seen, s.effect.Load())
		}
		s.faults.Clear()
		s.clock.Advance(3 * time.Minute)
		if ask(t.Context(), client, "http://shop.test"); s.effect.Load() != 1 {
			t.Errorf("too early: %d", s.effect.Load())
		}
		s.clock.Advance(time.Minute)
		for range 2 {
			ask(t.Context(), client, "http://shop.test")
		}
		if s.effect.Load() != 4 {
			t.Errorf("carried out %d times, want 4: the late one once", s.effect.Load())
		}
	})
}

func TestPick(t *testing.T) {
	var f testserver.Faults
	f.Inject(
		testserver.Fault{Kind: testserver.StatusBefore, At: 2},
		testserver.Fault{Kind: testserver.HTML, Method: "Order", Path: "SHOP/or", Skip: 1, Times: 2},
		testserver.Fault{Kind: testserver.Hang, Method: "GET", Times: -1},
	)
	var got []string
	for i, r := range []struct{ path, method string }{
		{"/Shop/Orders", "Order"}, {"/Shop/Orders", "Order"}, {"/Shop", "Order"}, {"/shop/orders/7", "Order"},
		{"/Shop/Orders", "Cancel"}, {"/shop/orders", "Order"}, {"/x", "Order"}, {"/x", "Count"},
	} {
		verb := "POST"
		if r.method == "Count" {
			verb = "GET"
		}
		got = append(got, f.Pick(i+1, r.path, verb, r.method).Kind.String())
	}
	if diff := cmp.Diff([]string{"", "status", "", "page", "", "page", "", "hang"}, got); diff != "" {
		t.Error(diff)
	}
	f.Clear()
	if k := f.Pick(9, "/x", "GET").Kind; k != 0 {
		t.Errorf("after Clear: %v", k)
	}
}
