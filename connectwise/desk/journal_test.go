package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
)

func TestLog(t *testing.T) {
	var log bytes.Buffer
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.Log = &log }).open()
	b.run(world{"1": "bad"})
	b.later(2 * time.Hour)
	b.srv.Inject(connectwisetest.Fault{Method: "PATCH", Skip: 1, Kind: connectwisetest.StatusBefore, Status: 400})
	report := b.run(world{"1": ""})
	var got []string
	for line := range strings.Lines(log.String()) {
		var e LogEntry
		must(t, json.Unmarshal([]byte(line), &e))
		if e.Action == "" || e.Plan == "" || e.Key != key("1").ID() || e.Time.IsZero() {
			t.Errorf("entry %+v", e)
		}
		text := string(e.Kind) + " " + e.Write + " " + e.Phase
		for _, f := range e.Fields {
			if f.Name == "status" || f.Name == "ref" {
				text += " " + f.Name + ":" + f.Old + ">" + f.New
			}
		}
		if e.Error != "" {
			text += " error"
		}
		got = append(got, text)
	}
	want := []string{
		"create create before status:>New", "create create after",
		"close change before status:New>Closed", "close change after",
		"close note before ref:>ref cdk1-" + report.Results[0].Action.ID, "close note after",
		"close marker before", "close marker after error",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(log.String(), "Backups of 1 fail.") {
		t.Error("the log repeats the ticket's text")
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// What cannot be logged is not written.
func TestLogBroken(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.Log = brokenWriter{} }).open()
	r := b.only(b.run(world{"1": "bad"}), reconcile.Create, Failed)
	if w := b.writes(); len(w) != 0 || !strings.Contains(r.Err.Error(), "disk full") {
		t.Errorf("writes %q, error %v", w, r.Err)
	}
}

// lateWriter is a disk that fills up after some lines.
type lateWriter struct{ left int }

func (w *lateWriter) Write(p []byte) (int, error) {
	if w.left--; w.left < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

// A write that is done and cannot be logged says so; one that failed says why.
func TestLogBrokenAfterTheWrite(t *testing.T) {
	for _, refused := range []bool{false, true} {
		b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.Log = &lateWriter{left: 1} }).open()
		want := "action log after the write: disk full"
		if refused {
			want = "status 400"
			b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.StatusBefore, Status: 400})
		}
		r := b.only(b.run(world{"1": "bad"}), reconcile.Create, Failed)
		if !strings.Contains(r.Err.Error(), want) || len(b.srv.Tickets()) == 0 != refused {
			t.Errorf("%v, want it to say %q", r.Err, want)
		}
	}
}

// lockState is a State that counts how often its lock is held.
type lockState struct {
	processState
	held   int
	refuse error
}

func (s *lockState) Lock(context.Context, bool) (func(), bool, error) {
	if s.refuse != nil {
		return nil, false, s.refuse
	}
	s.held++
	return func() { s.held-- }, true, nil
}

// Nothing is written but under the lock of the memory.
func TestLock(t *testing.T) {
	state := &lockState{}
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.State = state }).open()
	plan := b.plan(b.observe(world{"1": "bad"}))
	report, applyErr := b.desk.Apply(t.Context(), plan, OnResult(func(Result) {
		if state.held != 1 {
			t.Errorf("a ticket was written while the lock was held %d times", state.held)
		}
	}))
	must(t, applyErr)
	if state.held != 0 || len(report.Results) != 1 {
		t.Errorf("held %d after Apply, results %+v", state.held, report.Results)
	}
	state.refuse = errors.New("another run holds it")
	b.srv.ResetRequests()
	if _, applyErr = b.desk.Apply(t.Context(), plan); !errors.Is(applyErr, state.refuse) || b.srv.Calls() != 0 {
		t.Errorf("error %v, %d requests", applyErr, b.srv.Calls())
	}
}
