package faulttest

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

var (
	processes = flag.Int("processes", 2, "how many lives TestProcessLives lives")
	lives     = flag.Int("lives", 30, "how many lives TestLives lives, each behind a proxy of its own")
	showLives = flag.Bool("show", false, "print each life")
	seed      = flag.Uint64("seed", 1, "the seed of the first life or story; the others follow")
)

// life is one desk's time on one tenant: one process a run, the same memory on
// disk, a proxy in between, and a world that changes.
type life struct {
	t     testing.TB
	now   func() time.Time
	sleep func(time.Duration)
	// process makes a run: a new client and a new desk with the memory of a
	// writer.
	process func(*writer) (*ended, error)
	rng     *rand.Rand
	srv     *connectwisetest.Server
	bare    bare
	world   *world
	policy  reconcile.Policy
	// writers has one writer, or two that do not know of each other.
	writers []*writer
	log     []string // what happened, for the reader of a failure
	failed  bool
	// A forgetful life loses its memory, all of it or the newest part; losses
	// counts how often.
	forgetful bool
	losses    int
	mu        sync.Mutex
	runs      int
}

type writer struct {
	proxy *proxy
	path  string // of its memory
	// earlier is the memory before the last run.
	earlier string
}

// ended is what is known of a run that ended.
type ended struct {
	text   string // for people
	failed string // errors of single actions, or a health worse than attention
	folded map[mark.KeyID]int64
}

func endedWith(report *desk.Report, err error) *ended {
	e := &ended{text: outcome(report, err), folded: map[mark.KeyID]int64{}}
	if report == nil {
		return e
	}
	if err := report.Err(); err != nil {
		e.failed = err.Error()
	}
	for _, f := range report.Findings {
		if f.Health > desk.HealthAttention {
			e.failed += f.Why
		}
	}
	for _, a := range report.Plan.Actions {
		if a.Kind == reconcile.Fold {
			e.folded[a.KeyID] = a.Related[0]
		}
	}
	return e
}

func newLife(t testing.TB, seed uint64, now func() time.Time) *life {
	l := &life{t: t, rng: rand.New(rand.NewPCG(seed, 16)), srv: newTenant(now), now: now, sleep: time.Sleep}
	l.process = l.inMemory
	l.bare = bare{t, l.srv.Transport(), l.srv.Credentials()}
	l.world = newWorld(l.rng, now)
	l.policy = reconcile.DefaultPolicy()
	l.policy.UpdateEvery = []time.Duration{0, time.Hour}[l.rng.IntN(2)]
	if l.rng.IntN(4) > 0 {
		l.policy.CustomerStorm.Limit = 0
	} else {
		l.policy.CustomerStorm.Limit = 2
	}
	writers := 1
	if l.rng.IntN(5) == 0 {
		writers = 2
	}
	l.forgetful = writers == 1 && l.rng.IntN(6) == 0
	dir := t.TempDir()
	for i := range writers {
		l.writers = append(l.writers, &writer{
			proxy: newProxy(l.srv.Transport(), rand.New(rand.NewPCG(seed, uint64(17+i)))),
			path:  filepath.Join(dir, fmt.Sprintf("memory%d.json", i)),
		})
	}
	return l
}

func (l *life) note(format string, args ...any) {
	l.log = append(l.log, l.now().UTC().Format("02 15:04:05 ")+fmt.Sprintf(format, args...))
}

func (l *life) wrong(format string, args ...any) {
	l.failed = true
	l.note("WRONG: "+format, args...)
}

// run is a process under a script of faults.
func (l *life) run(w *writer, s script) (*ended, error) {
	w.proxy.begin(s)
	l.mu.Lock()
	l.runs++
	l.mu.Unlock()
	return l.process(w)
}

// inMemory runs a desk in this process, over connections in memory.
func (l *life) inMemory(w *writer) (*ended, error) {
	p := w.proxy
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	dead := &atomic.Bool{}
	p.onDeath = func() { dead.Store(true); cancel() }
	listener := newPipes(p.refuse)
	go p.serve(listener)
	transport := &http.Transport{DialContext: listener.DialContext, DisableCompression: true}
	defer func() {
		_ = listener.Close()
		transport.CloseIdleConnections()
		p.drop()
	}()
	client := newClient(l.t, l.srv.Credentials(), "http://127.0.0.1", transport)
	d, err := desk.New(ctx, client, newConfig(mortal{filestate.Open(w.path), dead}, l.policy))
	if err != nil {
		return endedWith(nil, err), err
	}
	report, err := d.Sync(ctx, l.world.tells().monitor())
	return endedWith(report, err), err
}

// faultyRun is a run that may end in any way, as long as it does no harm.
func (l *life) faultyRun(w *writer) {
	if l.forgetful && l.rng.IntN(3) == 0 {
		l.forget(w)
	}
	if data, err := os.ReadFile(w.path); err == nil {
		w.earlier = string(data)
	}
	s := draw(l.rng, 25)
	end, _ := l.run(w, s)
	l.note("run under %s: %s", s, end.text)
	l.wire(w)
}

func outcome(report *desk.Report, err error) string {
	if report == nil {
		return fmt.Sprintf("error %v", err)
	}
	text := fmt.Sprintf("%s; error %v", report.Health(), err)
	for _, r := range report.Results {
		text += fmt.Sprintf("\n\t\t%s %s #%d %s %s %v", r.Action.Kind, r.Action.Key, r.Ticket, r.Outcome, r.Why, r.Err)
	}
	for _, a := range report.Plan.Actions {
		if a.Kind == reconcile.Hold || a.Kind == reconcile.Keep && a.Code != reconcile.CodeUnchanged {
			text += fmt.Sprintf("\n\t\t%s %s #%d %s", a.Kind, a.Key, a.Ticket, a.Code)
		}
	}
	for _, f := range report.Findings {
		text += fmt.Sprintf("\n\t\t%s %s %s: %s", f.Health, f.What, f.ID, f.Why)
	}
	return text
}

// forget loses what a writer remembers: all of it, the last save, or the end of
// the file, as a full disk does.
func (l *life) forget(w *writer) {
	data, err := os.ReadFile(w.path)
	if err != nil {
		return
	}
	l.losses++
	switch l.rng.IntN(3) {
	case 0:
		err = os.Remove(w.path)
	case 1:
		err = os.WriteFile(w.path, []byte(cmp.Or(w.earlier, string(data))), 0o600)
	default:
		err = os.WriteFile(w.path, data[:len(data)/2], 0o600)
	}
	if err != nil {
		l.t.Fatal(err)
	}
	l.note("the memory is lost, old or damaged")
}

// wire records what the program did wrong according to the proxy.
func (l *life) wire(w *writer) {
	p := w.proxy
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, wrong := range p.wrong {
		l.wrong("%s", wrong)
	}
	p.wrong = nil
}

// unharmed checks what holds after every run, however it ended: we have closed
// no ticket whose problem lasts, and one writer has not made two tickets for
// it.
func (l *life) unharmed(before []ticket) (after []ticket) {
	after = l.bare.tickets()
	open := map[mark.KeyID][]int64{}
	for _, t := range after {
		if !t.Closed {
			open[t.Mark.Key] = append(open[t.Mark.Key], t.ID)
		}
	}
	for _, p := range l.world.problems {
		id := p.key().ID()
		if len(l.writers) == 1 && l.losses == 0 && len(open[id]) > 1 {
			l.wrong("%s has %d open tickets: %v", p.subject, len(open[id]), open[id])
		}
		was := slices.ContainsFunc(before, func(t ticket) bool { return t.Mark.Key == id && !t.Closed })
		if p.bad && was && len(open[id]) == 0 {
			l.wrong("%s: its ticket was closed though the problem lasts", p.subject)
		}
	}
	return after
}

func (l *life) live() {
	l.note("a tool of kind %s, %d problems, %d writers, since %v, storm limit %d", l.world.kind, len(l.world.problems), len(l.writers), l.world.sinces, l.policy.CustomerStorm.Limit)
	var tickets []ticket
	for range 3 + l.rng.IntN(5) {
		l.world.turn(l.rng, 0.4)
		l.world.down = l.rng.IntN(15) == 0
		l.srv.SetListLag([]time.Duration{0, 0, 5 * time.Second, 45 * time.Second}[l.rng.IntN(4)])
		if len(l.writers) == 2 && l.rng.IntN(2) == 0 {
			var both sync.WaitGroup
			scripts := []script{draw(l.rng, 25), draw(l.rng, 25)}
			outcomes := make([]string, 2)
			for i, w := range l.writers {
				both.Go(func() { end, _ := l.run(w, scripts[i]); outcomes[i] = end.text })
			}
			both.Wait()
			for i, w := range l.writers {
				l.note("writer %d beside the other under %s: %s", i, scripts[i], outcomes[i])
				l.wire(w)
			}
		} else {
			l.faultyRun(l.writers[l.rng.IntN(len(l.writers))])
		}
		tickets = l.unharmed(tickets)
		pause := []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 11 * time.Minute, time.Hour, 3 * time.Hour}[l.rng.IntN(6)]
		l.sleep(pause)
	}
	l.end()
}

// end ends the faults, and then checks the promises.
func (l *life) end() {
	l.world.down = false
	l.srv.SetListLag(0)
	l.sleep(2 * time.Hour)
	w := l.writers[0]
	before := l.bare.tickets()
	for i := range 4 {
		l.world.sure = l.world.kind == reconcile.ActiveAlerts && i > 0
		end, err := l.run(w, script{})
		l.note("clean run %d: %s", i, end.text)
		l.wire(w)
		if err != nil || end.failed != "" {
			l.wrong("a clean run failed: %v %s", err, end.failed)
			return
		}
		// Two writers at once may leave two until the first clean run.
		if i > 0 || len(l.writers) == 1 && l.losses == 0 {
			before = l.unharmed(before)
		}
		l.sleep(11 * time.Minute)
	}
	end, err := l.run(w, script{})
	l.note("quiet run: %s", end.text)
	if w.proxy.writes > 0 {
		l.wrong("the quiet run writes %d times", w.proxy.writes)
	}
	if err == nil {
		l.promised(end.folded)
	}
}

// promised checks the end: each problem has one open ticket, or an open one
// that stands for it; a problem that is over has none; and each action has one
// note.
func (l *life) promised(folded map[mark.KeyID]int64) {
	tickets := l.bare.tickets()
	for _, p := range l.world.problems {
		var open, all int
		for _, t := range tickets {
			if t.Mark.Key == p.key().ID() {
				all++
				if !t.Closed {
					open++
				}
				if !t.Closed && p.bad && t.Summary != p.summary() {
					l.wrong("#%d is called %q, not %q", t.ID, t.Summary, p.summary())
				}
			}
			if t.ID == folded[p.key().ID()] && !t.Closed {
				open++
			}
		}
		want := 0
		if p.bad {
			want = 1
		}
		if open != want {
			l.wrong("%s: %d open tickets, want %d", p.subject, open, want)
		}
		if len(l.writers) == 1 && all > p.failures+l.losses {
			l.wrong("%s: %d tickets, although it failed %d times", p.subject, all, p.failures)
		}
	}
	for _, t := range tickets {
		if t.Mark.NotePending {
			l.wrong("#%d: its note is still pending", t.ID)
		}
		refs := refs(l.bare.notes(t.ID))
		// With two writers, one of which is killed, a note can be lost: the other may
		// write between the reading and the writing of a ticket.
		if entered, err := time.Parse(time.RFC3339, t.Info.DateEntered); err == nil && len(l.writers) == 1 && t.Mark.Written.After(entered) && !slices.Contains(refs, t.Mark.NoteID(t.ID)) {
			l.wrong("#%d: the note of its last write is missing", t.ID)
		}
		if once := slices.Compact(slices.Clone(refs)); len(l.writers) == 1 && len(once) != len(refs) {
			l.wrong("#%d: a note stands there twice: %s", t.ID, strings.Join(refs, " "))
		}
	}
	if mails := l.srv.Mails(); len(mails) > 0 {
		l.wrong("mails %v", mails)
	}
}

// Lives of several runs behind a proxy that breaks requests: whatever it does,
// nothing is lost and nothing is done twice.
func TestLives(t *testing.T) {
	faulty, runs := map[faultKind]int{}, 0
	var mu sync.Mutex
	lived := side(t, *lives, func(t *testing.T, i int) {
		s := *seed + uint64(i)
		var l *life
		synctest.Test(t, func(t *testing.T) {
			l = newLife(t, s, time.Now)
			l.live()
			time.Sleep(time.Hour)
		})
		if l.failed || *showLives {
			bad.Add(1)
			t.Errorf("life %d:\n%s", s, strings.Join(l.log, "\n"))
		}
		mu.Lock()
		defer mu.Unlock()
		runs += l.runs
		for _, w := range l.writers {
			for k, n := range w.proxy.faulty {
				faulty[k] += n
			}
		}
	})
	total := 0
	for _, n := range faulty {
		total += n
	}
	t.Logf("%d lives from seed %d, %d faults of %d kinds, %d runs", lived, *seed, total, len(faulty), runs)
}
