package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// unpaced is run without the waiting that ConnectWise's limits demand.
func unpaced(ctx context.Context, p *program.Program) error { return runWith(ctx, p, noLimit()) }

// An alert opens a ticket, its repetition is kept for the update, its end closes it.
func TestLife(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	b.put("-key", "db01/disk", "-customer", "ACME", "-severity", "high", "-summary", "db01: disk C: is full", "-text", "2 % free", "-field", "Who=jdoe")
	if n := b.srv.Calls(); n != 0 {
		t.Errorf("putting an alert made %d requests", n)
	}
	b.drained()
	b.want(b.tickets(), "db01: disk C: is full|New")
	for _, want := range []string{"2 % free", "Who: jdoe", "Sent by: "} {
		if !strings.Contains(b.notes(), want) {
			t.Errorf("%q is not in %s", want, b.notes())
		}
	}
	if got := b.srv.Tickets()[0].Company.Identifier; got != "ACME" {
		t.Errorf("company %q", got)
	}
	b.clock.Advance(time.Minute)
	b.put("-key", "db01/disk", "-customer", "ACME", "-clear", "-text", "40 % free again")
	b.drained()
	b.want(b.tickets(), "db01: disk C: is full|Closed")
	if !strings.Contains(b.notes(), "40 % free again") {
		t.Errorf("notes %s", b.notes())
	}
	b.want(b.waiting(""))
}

// A tool fires twenty times in ten minutes: one ticket, one update with all details.
func TestTwentyTimesInTenMinutes(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	d := b.drainer()
	for i := range 1800 / 5 {
		if i%6 == 0 && i/6 < 20 {
			b.put("-key", "db01/disk", "-customer", "ACME", "-summary", "db01: disk", "-text", fmt.Sprintf("report %02d.", i/6))
		}
		b.pass(d)
		b.clock.Advance(5 * time.Second)
	}
	b.want(b.tickets(), "db01: disk|New")
	notes := b.notes()
	for i := range 20 {
		if want := fmt.Sprintf("report %02d.", i); strings.Count(notes, want) != 1 {
			t.Errorf("%q stands %d times in\n%s", want, strings.Count(notes, want), notes)
		}
	}
	if n := len(b.srv.Notes(b.srv.Tickets()[0].ID)); n != 2 {
		t.Errorf("%d notes, want that of the ticket and that of one update", n)
	}
}

// ConnectWise is away for an hour: nothing is lost, nothing is double.
func TestAwayForAnHour(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	b.put("-key", "before", "-customer", "ACME", "-summary", "before")
	d := b.drainer()
	b.pass(d)
	b.srv.Inject(connectwisetest.Fault{Kind: connectwisetest.StatusBefore, Status: 404, Body: "gone", Times: -1})
	for i := range 12 {
		b.put("-key", fmt.Sprint("host", i%4), "-customer", "ACME", "-summary", fmt.Sprintf("host%d is down", i%4), "-text", fmt.Sprintf("report %02d.", i))
		if i == 6 {
			b.put("-key", "before", "-clear")
		}
		if _, code, err := d.pass(t.Context()); code == program.Fine || err == nil {
			t.Errorf("minute %d: exit %d, %v", 5*i, code, err)
		}
		b.clock.Advance(5 * time.Minute)
	}
	b.srv.ClearFaults()
	b.pass(d)
	for range 20 {
		b.clock.Advance(time.Minute)
		b.pass(d)
	}
	b.want(b.tickets(), "before|Closed", "host0 is down|New", "host1 is down|New", "host2 is down|New", "host3 is down|New")
	for i := range 12 {
		if want := fmt.Sprintf("report %02d.", i); strings.Count(b.notes(), want) != 1 {
			t.Errorf("%q stands %d times", want, strings.Count(b.notes(), want))
		}
	}
	b.want(b.waiting(""))
}

// An empty spool with nothing due makes no request, in a process of its own either.
func TestNothingDueNoRequest(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	b.drained()
	b.srv.ResetRequests()
	b.clock.Advance(24 * time.Hour)
	b.drained()
	if n := b.srv.Calls(); n != 0 {
		t.Errorf("%d requests for nothing", n)
	}
	b.put("-key", "a", "-customer", "ACME")
	b.drained()
	b.srv.ResetRequests()
	b.clock.Advance(50 * time.Minute)
	b.drained()
	if n := b.srv.Calls(); n != 0 {
		t.Errorf("%d requests while nothing is due", n)
	}
	b.clock.Advance(11 * time.Minute)
	b.drained()
	if b.srv.Calls() == 0 {
		t.Error("a problem that goes on is never looked at again")
	}
	b.srv.ResetRequests()
	b.clock.Advance(-48 * time.Hour)
	b.drained()
	if b.srv.Calls() == 0 {
		t.Error("a clock that was set back keeps the program asleep")
	}
}

// Two drains at once: the second has nothing to do.
func TestTwoDrains(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	s, err := openSpool(b.dir)
	if err != nil {
		t.Fatal(err)
	}
	unlock, ok, err := s.lock()
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	b.put("-key", "a", "-customer", "ACME")
	if code, _, errs := b.drain(); code != program.Fine || !strings.Contains(errs, "another drain") || b.srv.Calls() != 0 {
		t.Errorf("exit %d, %d requests, %s", code, b.srv.Calls(), errs)
	}
	unlock()
	b.drained()
	b.want(b.tickets(), "a|New")
}

// A dry run shows the plan and changes nothing, at the service desk or here.
func TestDryRun(t *testing.T) {
	t.Parallel()
	b := newBench(t, "{}")
	b.put("-key", "a", "-customer", "ACME", "-summary", "a is down")
	if err := os.WriteFile(filepath.Join(b.dir, "x.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := b.drain("-dry-run")
	if code != program.Blind || !strings.Contains(out, "1 create") || len(b.tickets()) != 0 || len(b.waiting("")) != 2 || len(b.waiting("bad")) != 0 {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
	if left, _ := filepath.Glob(filepath.Join(b.Folder, "*.json")); len(left) != 1 {
		t.Errorf("left %q", left)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	b.put("-key", "a", "-customer", "ACME")
	out := b.drained("-json")
	if !strings.HasPrefix(out, `{"health":"fine","issues":1,"created":1,`) || !strings.Contains(out, `"connectwiseCalls":`) || strings.Count(out, "\n") != 1 {
		t.Errorf("%s", out)
	}
}

// drainer is a drain that is driven by hand.
func (b *bench) drainer() *drainer { b.Helper(); return b.drainerWith(options{config: b.set}) }

func (b *bench) drainerWith(o options) *drainer {
	b.Helper()
	p, _, _ := b.program("")
	s, err := openSpool(b.dir)
	if err != nil {
		b.Fatal(err)
	}
	d, err := openDrainer(p, o, s, noLimit())
	if err != nil {
		b.Fatal(err)
	}
	return d
}

func (b *bench) pass(d *drainer) {
	b.Helper()
	if _, code, err := d.pass(b.Context()); code != program.Fine || err != nil {
		b.Fatalf("exit %d, %v\n%s", code, err, d.Stdout)
	}
}
