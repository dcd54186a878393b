package transport

import (
	"errors"
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
