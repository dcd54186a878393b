//go:build unix

package text

import (
	"math"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Eight times the text takes about eight times as long. 64 times as long would
// mean that it is read over and over.
func TestRedactIsLinearOnHostileText(t *testing.T) {
	r := NewSecrets("secret")
	used := func() time.Duration { // of the processor: a busy machine must not count
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			t.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	best := func(text string) time.Duration {
		best := time.Duration(math.MaxInt64)
		for range 5 {
			start := used()
			r.Text(text)
			best = min(best, used()-start)
		}
		return best
	}
	for _, part := range []string{`":`, `:`, `"token":`, `{"token":{`, `"token":"\`, `Basic `, `b`, `Basic`, `token=`, `x`, `=`, `%`} {
		one, eight := best(strings.Repeat(part, 1_000)), best(strings.Repeat(part, 8_000))
		if eight > 30*one+2*time.Millisecond {
			t.Errorf("%q: %v for one length, %v for eight", part, one, eight)
		}
	}
}
