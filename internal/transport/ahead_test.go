package transport

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a Ahead[int64]
		var calls atomic.Int64
		start := time.Now()
		failed := errors.New("failed")
		call := func() (int64, error) {
			time.Sleep(time.Second)
			return calls.Add(1), failed
		}
		after := func(what string, got int64, want time.Duration) {
			t.Helper()
			if took := time.Since(start); calls.Load() != got || took != want {
				t.Errorf("%s: %d calls after %v, want %d after %v", what, calls.Load(), took, got, want)
			}
		}
		a.Wait()
		after("waiting for nothing", 0, 0)
		a.Begin(call)
		a.Begin(call)
		after("beginning twice", 0, 0)
		time.Sleep(time.Second)
		synctest.Wait()
		after("in the background", 1, time.Second)
		take := func(want int64) {
			t.Helper()
			if n, err := a.Take(call); n != want || !errors.Is(err, failed) {
				t.Errorf("result %d, error %v, want %d", n, err, want)
			}
		}
		take(1)
		after("taking what has begun", 1, time.Second)
		take(2)
		after("taking what has not", 2, 2*time.Second)
		a.Begin(call)
		a.Wait()
		after("waiting", 3, 3*time.Second)
		take(4) // the result of the third is dropped
	})
}

// A call that ends its goroutine, as Fatal of a test does, ends the one that
// needs its result, and nobody waits for ever.
func TestAheadOfACallThatExits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a Ahead[int]
		exited := true
		var running sync.WaitGroup
		running.Go(func() {
			a.Begin(func() (int, error) { runtime.Goexit(); return 1, nil })
			_, _ = a.Take(nil)
			exited = false
		})
		running.Wait()
		if !exited {
			t.Error("a call that exited has a result")
		}
		a.Wait()
	})
}
