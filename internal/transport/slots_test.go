package transport

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		running, most := 0, 0
		s := slotted(readBodies(fake(func(*http.Request) (*http.Response, error) {
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			running--
			mu.Unlock()
			return answer(200, "ok"), nil
		}).link(), 100), NewGate(GateConfig{AtOnce: 3}))
		start := time.Now()
		var wg sync.WaitGroup
		for range 12 {
			wg.Go(func() { pass(t, s, 1) })
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
				s := slotted(reply(200, "abc").link(), g)
				resp, err := run(s, request(t, t.Context(), http.MethodGet, ""))
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				second, err := run(s, request(t, ctx, http.MethodGet, ""))
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

func TestSlotIsFreeAfterAnAttemptThatFailed(t *testing.T) {
	g := NewGate(GateConfig{AtOnce: 1})
	base, _ := script(t, errReset, &http.Response{StatusCode: http.StatusNoContent})
	s := slotted(base.link(), g)
	for range 2 {
		resp, _ := run(s, request(t, t.Context(), http.MethodGet, ""))
		finish(resp)
		if n := len(g.slots); n != 0 {
			t.Errorf("%d slots are taken", n)
		}
	}
}

func TestSlotIsFreeAfterAPanic(t *testing.T) {
	g := NewGate(GateConfig{AtOnce: 1})
	s := slotted(func(context.Context, *http.Request) (*http.Response, error) { panic("no") }, g)
	defer func() {
		if n := len(g.slots); recover() == nil || n != 0 {
			t.Errorf("%d slots are taken", n)
		}
	}()
	resp, _ := run(s, request(t, t.Context(), http.MethodGet, ""))
	finish(resp)
}
