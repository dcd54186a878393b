package transport

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestSleepOfAnEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, d := range []time.Duration{0, time.Hour} {
		if err := sleep(ctx, d); !errors.Is(err, context.Canceled) {
			t.Errorf("sleep(%v) = %v", d, err)
		}
	}
}

func TestAWaitUntilTheDeadlineFits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if !canWait(ctx, 5*time.Second) || canWait(ctx, 5*time.Second+1) || !canWait(t.Context(), time.Hour) {
			t.Error("what fits the deadline is what ends by it")
		}
	})
}
