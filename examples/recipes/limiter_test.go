package recipes

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

// shared is one pace for all programs that are given the same file: each takes the
// next place in it and waits for its time. It is a connectwise.Limiter.
type shared struct {
	path  string
	every time.Duration // between two requests: 250 ms is 240 a minute
}

// Wait implements connectwise.Limiter.
func (s shared) Wait(ctx context.Context) error {
	wait, err := s.take()
	if err != nil {
		return err
	}
	if end, ok := ctx.Deadline(); ok && time.Until(end) < wait {
		return context.DeadlineExceeded
	}
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// take takes the next place and says how long it is until then.
func (s shared) take() (time.Duration, error) {
	lock := flock.New(s.path + ".lock")
	if err := lock.Lock(); err != nil {
		return 0, err
	}
	defer func() { _ = lock.Close() }()
	now := time.Now()
	data, _ := os.ReadFile(s.path) // no file: nobody has taken a place
	nanoseconds, _ := strconv.ParseInt(string(data), 10, 64)
	next := time.Unix(0, nanoseconds)
	if next.Before(now) || next.Sub(now) > time.Minute { // a clock was set back
		next = now
	}
	return next.Sub(now), os.WriteFile(s.path, strconv.AppendInt(nil, next.Add(s.every).UnixNano(), 10), 0o600)
}

func TestSharedLimiter(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "pace")
	began := time.Now()
	var all sync.WaitGroup
	for range 3 { // programs
		all.Go(func() {
			for range 4 {
				if err := (shared{path, 20 * time.Millisecond}).Wait(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if took := time.Since(began); took < 220*time.Millisecond {
		t.Errorf("12 requests 20 ms apart took %s", took)
	}
	if err := os.WriteFile(path, strconv.AppendInt(nil, time.Now().Add(time.Hour).UnixNano(), 10), 0o600); err != nil {
		t.Fatal(err)
	}
	if wait, err := (shared{path, time.Second}).take(); err != nil || wait != 0 {
		t.Errorf("a clock that was set back makes it wait %s, %v", wait, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := (shared{path, time.Second}).Wait(ctx); err == nil {
		t.Error("it waits longer than its context")
	}
}
