package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestMain is the program itself where a test starts it as a process.
func TestMain(m *testing.M) {
	if os.Getenv("RMMALERT_PROCESS") != "" {
		main()
	}
	os.Exit(m.Run())
}

// process is a drain as a process of its own, which can be killed.
func (b *bench) process(site string) *exec.Cmd {
	drain := exec.CommandContext(b.Context(), os.Args[0], "-drain", "-config", b.set, "-spool", b.dir, "-state", b.dir+".state.json")
	drain.Env = append(os.Environ(), "RMMALERT_PROCESS=1", "HOME="+b.Folder)
	for name, value := range b.Environment {
		if name == "CWM_SITE" {
			value = site
		}
		drain.Env = append(drain.Env, name+"="+value)
	}
	return drain
}

// killed runs a drain that is killed at its nth request, before or after the
// service desk has carried it out, and says whether it came so far.
func (b *bench) killed(nth int64, after bool) bool {
	b.Helper()
	var seen atomic.Int64
	var drain *exec.Cmd
	started := make(chan struct{})
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := seen.Add(1)
		if n < nth {
			b.srv.ServeHTTP(w, r)
			return
		}
		if n == nth {
			if after {
				b.srv.ServeHTTP(httptest.NewRecorder(), r)
			}
			<-started
			_ = drain.Process.Kill()
		}
		panic(http.ErrAbortHandler)
	}))
	defer front.Close()
	drain = b.process(front.URL)
	var out bytes.Buffer
	drain.Stdout, drain.Stderr = &out, &out
	err := drain.Start()
	close(started)
	if err == nil {
		err = drain.Wait()
	}
	if err != nil && seen.Load() < nth {
		b.Fatalf("%v\n%s", err, &out)
	}
	return seen.Load() >= nth
}

// A drain that is killed at any of its requests: afterwards each problem has one
// ticket, each detail is told, and nothing is left.
func TestKilledAtEveryStep(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	t.Parallel()
	for _, after := range []bool{false, true} {
		t.Run(fmt.Sprintf("after=%t", after), func(t *testing.T) {
			t.Parallel()
			for nth := int64(1); ; nth++ {
				b := newBench(t, "")
				b.clock.Set(time.Now()) // the process has the clock of the machine
				b.clock.Run(1)
				b.settings(`{"alerts": {"consolidate": "1s"}, ` + quiet + `}`)
				b.put("-key", "a", "-customer", "ACME", "-summary", "a is down", "-text", "report one.")
				b.put("-key", "c", "-customer", "ACME", "-summary", "c is down")
				if out, err := b.process(b.srv.URL).CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
				b.clock.Advance(2 * time.Second)
				b.put("-key", "a", "-customer", "ACME", "-summary", "a is down", "-text", "report two.", "-severity", "critical")
				b.put("-key", "b", "-customer", "Birch", "-summary", "b is down", "-text", "report three.")
				b.put("-key", "c", "-clear", "-text", "report four.")
				reached := b.killed(nth, after)
				b.put("-key", "a", "-customer", "ACME", "-summary", "a is down", "-text", "report five.", "-severity", "critical")
				b.finish()
				b.want(b.tickets(), "a is down|New", "b is down|New", "c is down|Closed")
				for _, want := range []string{"one", "two", "three", "four", "five"} {
					if !strings.Contains(b.notes(), "report "+want+".") {
						t.Errorf("killed at request %d: report %s is lost:\n%s", nth, want, b.notes())
					}
				}
				b.want(b.waiting(""))
				if !reached || t.Failed() {
					if nth < 10 {
						t.Errorf("a drain makes %d requests only", nth)
					}
					return
				}
			}
		})
	}
}

// finish drains until all is told: what an ended run may still have begun is waited
// for, as the service desk's clock has it.
func (b *bench) finish() {
	b.Helper()
	d := b.drainerWith(options{config: b.set, state: b.dir + ".state.json"})
	for range 4 {
		b.clock.Advance(11 * time.Minute)
		if _, _, err := d.pass(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// A drain that was killed after it had saved its memory and before it emptied the
// spool: the same alerts tell nothing new, those beside them do.
func TestKilledBeforeTheSpoolWasEmptied(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	b.put("-key", "a", "-customer", "ACME", "-text", "report one.")
	left := filepath.Join(b.dir, b.waiting("")[0])
	data, err := os.ReadFile(left)
	if err != nil {
		t.Fatal(err)
	}
	b.drained()
	if err := os.WriteFile(left, data, 0o600); err != nil {
		t.Fatal(err)
	}
	b.put("-key", "a", "-customer", "ACME", "-text", "report two.")
	b.drained()
	b.clock.Advance(16 * time.Minute)
	b.drained()
	for _, want := range []string{"report one.", "report two."} {
		if n := strings.Count(b.notes(), want); n != 1 {
			t.Errorf("%q stands %d times in\n%s", want, n, b.notes())
		}
	}
	b.want(b.waiting(""))
}
