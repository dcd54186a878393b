//go:build unix

package main

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/covedesk/covedesk/examples/internal/program"
)

// used returns the CPU time of this process, so that other work on the machine
// does not count.
func used(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// 20,000 alerts of 50 keys are 50 tickets and one update of each, drained in at
// most 30 seconds of CPU time. 100,000 take five times as long, and stay below
// it.
func TestManyAlerts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	b := newBench(t, `{"policy": {"customerStorm": {"limit": 0}}, "alerts": {"maxDetails": 10000, "batch": 4000}, `+quiet+`}`)
	var lines strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&lines, `{"key":"host%02d/disk","customer":"ACME","summary":"host%02d: disk","text":"report %d."}`+"\n", i%50, i%50, i)
	}
	began := used(t)
	if code, errs := b.lines(lines.String()); code != program.Fine {
		t.Fatal(errs)
	}
	put := used(t) - began
	d := b.drainer()
	began = used(t)
	for more := true; more; {
		var code program.Exit
		var err error
		if more, code, err = d.pass(t.Context()); err != nil || code != program.Fine {
			t.Fatal(code, err)
		}
	}
	b.clock.Advance(16 * time.Minute)
	b.pass(d)
	took := used(t) - began
	if n := len(b.tickets()); n != 50 {
		t.Errorf("%d tickets", n)
	}
	if n := b.srv.Count(http.MethodPost, "/notes"); n > 50 {
		t.Errorf("%d notes, want one update of each ticket", n)
	}
	if took > 30*time.Second {
		t.Errorf("drained in %s", took)
	}
	t.Logf("put in %s, drained in %s with %d requests", put, took, b.srv.Calls())
}
