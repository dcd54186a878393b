package desk

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// wire stands between one process and the server. It counts the process's
// requests and lets something happen at one of them.
type wire struct {
	next  http.RoundTripper
	n     atomic.Int64
	at    int64
	fault func() error // before request at is sent; an error is returned in its place
	crash bool         // after request at the process does not exist any more
	late  bool         // if request at is a create, it is carried out when it arrives
	// arrives lets the late create arrive; nil where there is none.
	arrives func() (*http.Response, error)
}

var (
	errCrashed  = errors.New("the process has crashed")
	errNoAnswer = errors.New("no answer in time")
)

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	n := w.n.Add(1)
	if w.crash && n > w.at {
		return nil, errCrashed
	}
	if n == w.at && w.fault != nil {
		if err := w.fault(); err != nil {
			return nil, err
		}
	}
	if n == w.at && w.late && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/service/tickets") {
		late := r.Clone(context.Background())
		body, err := r.GetBody()
		late.Body = body
		w.arrives = func() (*http.Response, error) { return w.next.RoundTrip(late) }
		return nil, cmp.Or(err, errNoAnswer)
	}
	return w.next.RoundTrip(r)
}

// sweepBench is a board on which a run has everything to do: two tickets to
// create, one to update, to reopen, to close and to note a recovery in, one
// that is there twice, one to keep.
func sweepBench(t testing.TB) (*bench, world) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.StatusStages.Waiting = []string{"Waiting"} }).open()
	bad := world{"upd": "bad", "reo": "bad", "clo": "bad", "dup": "bad", "keep": "bad", "wait": "bad"}
	for _, r := range b.run(bad).Results {
		switch r.Action.Key.Subject {
		case "dup":
			twin := b.ticket(r.Ticket)
			b.seed(connectwisetest.Ticket{
				Summary: twin.Summary, Board: twin.Board, Status: twin.Status, Company: twin.Company, EnteredBy: twin.EnteredBy,
			}, marker(twin))
		case "wait":
			must(t, b.person().EditTicket(r.Ticket, func(t *connectwisetest.Ticket) { t.Status = connectwisetest.ByName("Waiting") }))
		}
	}
	b.later(2 * time.Hour)
	bad["reo"] = ""
	b.run(bad)
	b.later(2 * time.Hour)
	b.srv.ResetRequests()
	return b, world{"new1": "bad", "new2": "bad", "upd": "worse", "reo": "bad", "clo": "", "dup": "bad", "keep": "bad", "wait": ""}
}

// mortal is a memory on disk that a process which has crashed cannot write.
type mortal struct {
	*filestate.State
	w *wire
}

func (m mortal) Save(data []byte) error {
	if m.w.crash && m.w.n.Load() >= m.w.at {
		return errCrashed
	}
	return m.State.Save(data)
}

// process is a desk of its own on the bench's tenant, over a wire of its own.
// Where the bench has a file for the memory, it knows nothing else.
func (b *bench) process(w *wire) *Desk {
	b.t.Helper()
	if b.memory != "" {
		b.config.State = mortal{filestate.Open(b.memory), w}
	}
	client, err := b.client.With(connectwise.WithHTTPClient(&http.Client{Transport: b.srv.Transport()}))
	must(b.t, err)
	d, err := New(b.t.Context(), client, b.config)
	must(b.t, err)
	w.next = b.srv.Transport()
	d.client, err = b.client.With(connectwise.WithHTTPClient(&http.Client{Transport: w}))
	must(b.t, err)
	b.srv.ResetRequests()
	return d
}

// blind is a run that failed in nothing but did not see everything.
type blind struct{ error }

// try is a run that may fail.
func (b *bench) try(d *Desk, w world) error {
	ctx := context.Background()
	if b.memory != "" {
		report, err := d.Sync(ctx, MonitorFunc("cove", func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) {
			return &reconcile.Snapshot{Observation: b.observe(w)}, nil
		}))
		if err == nil && report.Health() == HealthBlind {
			return blind{report.Err()}
		}
		return errors.Join(err, report.Err())
	}
	board, err := d.Load(ctx, b.now, b.policy.Horizon())
	if err != nil {
		return err
	}
	plan, err := reconcile.Diff(b.observe(w), board, b.policy)
	if err != nil {
		return err
	}
	report, err := d.Apply(ctx, plan)
	return errors.Join(err, report.Err())
}

// state is what the promise is about, for one key.
type state struct {
	open    int
	closed  int
	status  string // of the open ticket
	notes   int    // notes of actions, on all tickets of the key
	twice   int    // notes that are there more than once
	pending int    // tickets whose marker says that a note is missing
	missing int    // tickets whose last write has no note
}

func (b *bench) states() map[string]state {
	subjects := map[mark.KeyID]string{}
	for _, s := range []string{"new1", "new2", "upd", "reo", "clo", "dup", "keep", "wait"} {
		subjects[key(s).ID()] = s
	}
	states := map[string]state{}
	for _, t := range b.srv.Tickets() {
		m, err := mark.Parse(marker(t))
		if err != nil {
			b.t.Errorf("ticket %d: %v", t.ID, err)
		}
		s := states[subjects[m.Key]]
		if t.Closed {
			s.closed++
		} else {
			s.open++
			s.status = t.Status.Name
		}
		seen := map[string]int{}
		for _, ref := range b.refs(t.ID) {
			seen[ref]++
			s.notes++
			if seen[ref] == 2 {
				s.twice++
			}
		}
		if m.NotePending {
			s.pending++
		}
		if m.Written.After(t.Entered) && seen[notePrefix+m.NoteID(t.ID)] == 0 {
			s.missing++
		}
		states[subjects[m.Key]] = s
	}
	return states
}

var promised = map[string]state{
	"new1": {open: 1, status: "New"},
	"new2": {open: 1, status: "New"},
	"upd":  {open: 1, status: "New", notes: 1},
	"reo":  {open: 1, status: "New", notes: 2},
	"clo":  {closed: 1, notes: 1},
	"dup":  {open: 1, closed: 1, status: "New", notes: 1},
	"keep": {open: 1, status: "New"},
	"wait": {open: 1, status: "Waiting", notes: 1},
}

// kept checks the promise. The weaker one allows that a second ticket was made
// for an issue, which is closed again, and a second note for an action, but
// nothing lost and nothing left undone.
func (b *bench) kept(point string, weak bool) {
	b.t.Helper()
	states := b.states()
	for subject, want := range promised {
		got := states[subject]
		if weak {
			if got.notes > want.notes && got.notes <= 2*want.notes {
				got.notes = want.notes
			}
			got.twice = 0
			if second := want.closed == 0 && got.closed == 1; second {
				got.closed, got.notes = 0, got.notes-1
			}
		}
		if got != want {
			b.t.Errorf("%s: %s: %+v, want %+v", point, subject, got, want)
		}
	}
	if mails := b.srv.Mails(); len(mails) != 0 {
		b.t.Errorf("%s: mails %+v", point, mails)
	}
}

// clean is a run that must succeed.
func (b *bench) clean(point string, d *Desk, w world) {
	b.t.Helper()
	if err := b.try(d, w); err != nil {
		b.t.Errorf("%s: the clean run failed: %v", point, err)
	}
}

// soon is a run right after another one: where lists lag it may see that they do.
func (b *bench) soon(point string, d *Desk, w world, lag bool) {
	b.t.Helper()
	err := b.try(d, w)
	if lag && errors.As(err, new(blind)) {
		return
	}
	if err != nil {
		b.t.Errorf("%s: the run soon after failed: %v", point, err)
	}
}

// quiet is a run right after a clean one: it must find nothing to do.
func (b *bench) quiet(point string, d *Desk, w world, lag bool) {
	b.t.Helper()
	b.srv.ResetRequests()
	b.soon(point, d, w, lag)
	if writes := b.writes(); len(writes) != 0 {
		b.t.Errorf("%s: a run after the clean one writes %q", point, writes)
	}
}

type sweepFault struct {
	name string
	// arm prepares the fault for request n of the wire.
	arm func(b *bench, w *wire)
}

func serverFault(f connectwisetest.Fault) func(*bench, *wire) {
	return func(b *bench, w *wire) {
		at := f // points run side by side
		at.At = int(w.at)
		b.srv.Inject(at)
	}
}

var sweepFaults = []sweepFault{
	{"refused", func(_ *bench, w *wire) {
		w.fault = func() error { return &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED} }
	}},
	{"reset before the effect", serverFault(connectwisetest.Fault{Kind: connectwisetest.ResetBefore})},
	{"reset after", serverFault(connectwisetest.Fault{Kind: connectwisetest.ResetAfter})},
	{"429", serverFault(connectwisetest.Fault{Kind: connectwisetest.TooManyRequests})},
	{"500 before", serverFault(connectwisetest.Fault{Kind: connectwisetest.StatusBefore, Status: 500})},
	{"500 after", serverFault(connectwisetest.Fault{Kind: connectwisetest.StatusAfter, Status: 500})},
	{"502 HTML", serverFault(connectwisetest.Fault{Kind: connectwisetest.HTML})},
	{"timeout after the effect", serverFault(connectwisetest.Fault{Kind: connectwisetest.HangAfter, Delay: time.Microsecond})},
	{"truncated body", serverFault(connectwisetest.Fault{Kind: connectwisetest.Truncate})},
	{"list lag", func(b *bench, w *wire) {
		w.fault = func() error { b.srv.SetListLag(50 * time.Second); return nil }
	}},
	{"reset after, list lag", func(b *bench, w *wire) {
		serverFault(connectwisetest.Fault{Kind: connectwisetest.ResetAfter})(b, w)
		w.fault = func() error { b.srv.SetListLag(50 * time.Second); return nil }
	}},
	{"a create that comes late", func(_ *bench, w *wire) { w.late = true }},
}

// everyPoint plays every point of the sweeps. A sample that meets every position,
// every fault and every way to go on serves everyday runs.
var everyPoint = flag.Bool("whole", false, "play every point of the sweeps, not a sample")

// sampled says whether a point, by its number, is played. Stride is prime to
// what the points are made of, so that the sample meets all of it.
func sampled(point, stride int) bool { return *everyPoint || point%stride == 0 }

// Whatever request fails in whatever way, and however the run goes on, the
// promise of the package documentation is kept.
func TestFaultSweep(t *testing.T) {
	faultSweep(t, 7, false)
	inField(t, func(t *testing.T) { faultSweep(t, 17, false) })
}

// The same with a process for every run, which knows what its memory on disk
// says and nothing else.
func TestFaultSweepProcesses(t *testing.T) {
	t.Parallel()
	faultSweep(t, 7, true)
}

// requestsOfARun is how many requests the run of a sweep makes when nothing
// fails.
func requestsOfARun(t *testing.T, onDisk bool) int64 {
	t.Helper()
	b, w := sweepBench(t)
	b.onDisk(onDisk)
	counter := &wire{}
	if err := b.try(b.process(counter), w); err != nil {
		t.Fatal(err)
	}
	b.kept("no fault", false)
	return counter.n.Load()
}

func faultSweep(t *testing.T, stride int, onDisk bool) {
	positions := requestsOfARun(t, onDisk)
	points, played := atomic.Int64{}, atomic.Int64{}

	nexts := []string{"go on in process", "crash, rerun after Settle", "crash, rerun at once"}
	// A group ends only when all in it have, so that the place of the marker
	// stays what it is meanwhile.
	t.Run("requests", func(t *testing.T) {
		for at := int64(1); at <= positions; at++ {
			t.Run(fmt.Sprint(at), func(t *testing.T) {
				t.Parallel()
				for i, fault := range sweepFaults {
					for j, next := range nexts {
						points.Add(1)
						if !sampled((int(at)*len(sweepFaults)+i)*len(nexts)+j, stride) {
							continue
						}
						played.Add(1)
						point := fmt.Sprintf("request %d of %d, %s, %s", at, positions, fault.name, next)
						synctest.Test(t, func(t *testing.T) { sweepPoint(t, point, at, fault, next, onDisk) })
					}
				}
			})
		}
	})
	t.Logf("%d of %d points", played.Load(), points.Load())
}

// onDisk lets the processes that follow keep their memory in a file; one before
// them has seen the board.
func (b *bench) onDisk(is bool) {
	b.t.Helper()
	if !is {
		return
	}
	b.memory = filepath.Join(b.t.TempDir(), "memory.json")
	b.config.Policy = b.policy
	b.clean("before", b.process(&wire{}), world{"upd": "bad", "reo": "", "clo": "bad", "dup": "bad", "keep": "bad", "wait": "bad"})
	b.srv.ResetRequests()
}

// sweepPoint lets one request of a run fail in one way, goes on as told, and
// looks whether the promise is kept.
func sweepPoint(t *testing.T, point string, at int64, fault sweepFault, next string, onDisk bool) {
	b, world := sweepBench(t)
	b.onDisk(onDisk)
	line := &wire{at: at, crash: next != "go on in process"}
	d := b.process(line)
	fault.arm(b, line)
	_ = b.try(d, world)
	b.srv.ClearFaults()
	line.fault = nil

	weak := next == "crash, rerun at once"
	again := func() *Desk {
		if line.crash || onDisk {
			return b.process(&wire{})
		}
		return d
	}
	lag := strings.HasSuffix(fault.name, "list lag")
	if weak || !line.crash {
		b.soon(point, again(), world, lag)
	}
	if line.arrives != nil {
		made, err := line.arrives()
		must(t, err)
		must(t, made.Body.Close())
	}
	b.later(DefaultSettle + time.Second)
	if !line.crash || onDisk { // it remembers that a create may still be carried out
		b.later(Late)
	}
	d = again()
	b.clean(point, d, world)
	forgotten := line.arrives != nil && !onDisk // that the create was begun
	b.kept(point, weak && (lag || forgotten))
	b.quiet(point, d, world, lag)
}

// Two processes work on one board at once: one does its whole run while the
// other waits for the answer to any one of its requests.
func TestFaultSweepTwoWriters(t *testing.T) {
	t.Parallel()
	for _, onDisk := range []bool{false, true} {
		twoWritersSweep(t, onDisk)
	}
}

// twoWritersSweep is that sweep; on disk each writer has a memory of its own.
func twoWritersSweep(t *testing.T, onDisk bool) {
	t.Helper()
	positions, played := requestsOfARun(t, onDisk), 0
	for at := int64(1); at <= positions; at++ {
		if !sampled(int(at), 2) {
			continue
		}
		played++
		point := fmt.Sprintf("the other runs before request %d, on disk %v", at, onDisk)
		synctest.Test(t, func(t *testing.T) {
			b, world := sweepBench(t)
			b.onDisk(onDisk)
			other := b.process(&wire{})
			if onDisk {
				b.memory += ".second"
			}
			first := &wire{at: at}
			d := b.process(first)
			first.fault = func() error { b.clean(point, other, world); return nil }
			_ = b.try(d, world)
			b.later(DefaultSettle + time.Second)
			d = b.process(&wire{})
			b.clean(point, d, world)
			b.kept(point, true)
			b.quiet(point, d, world, false)
		})
	}
	t.Logf("%d of %d points, on disk %v", played, positions, onDisk)
}
