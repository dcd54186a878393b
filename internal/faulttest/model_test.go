package faulttest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// memory is the memory of a writer of a story. Two writers do not know of each
// other.
type memory struct {
	data, before []byte
	dead         *atomic.Bool // the process that saves it was killed
}

func (m *memory) Lock(context.Context, bool) (func(), bool, error) { return func() {}, true, nil }
func (m *memory) Load() ([]byte, error)                            { return m.data, nil }

func (m *memory) Save(data []byte) error {
	if m.dead.Load() {
		return errKilled
	}
	m.data = slices.Clone(data)
	return nil
}

// interruption is what happens to a run of a story at one of its writes.
type interruption struct {
	write int    // 1 is the first
	do    func() // what happens before that write
	late  time.Duration
	dies  killed
}

// interrupted is the connection of one process to the service desk.
type interrupted struct {
	interruption
	next    http.RoundTripper
	memory  *memory
	writes  int
	belated string // the ticket whose note was executed late
	dead    *atomic.Bool
	stopped context.CancelFunc
}

func (w *interrupted) RoundTrip(r *http.Request) (*http.Response, error) {
	if w.dead.Load() {
		return nil, errKilled
	}
	if r.Method == http.MethodGet || strings.HasSuffix(r.URL.Path, "/search") {
		return w.next.RoundTrip(r)
	}
	w.writes++
	if w.writes != w.write {
		return w.next.RoundTrip(r)
	}
	if w.do != nil {
		w.do()
	}
	if w.late > 0 {
		late := r.Clone(context.Background())
		if ticket, last := path.Split(r.URL.Path); last == "notes" {
			w.belated = path.Base(ticket)
		}
		time.AfterFunc(w.late, func() {
			if response, err := w.next.RoundTrip(late); err == nil {
				_ = response.Body.Close()
			}
		})
		return nil, errors.New("no answer in time")
	}
	if w.dies == killedAfter {
		if response, err := w.next.RoundTrip(r); err == nil {
			_ = response.Body.Close()
		}
	}
	if w.dies != alive {
		w.dead.Store(true)
		w.stopped()
		return nil, errKilled
	}
	return w.next.RoundTrip(r)
}

// story is what has happened so far, and everything that is needed to judge it.
type story struct {
	t      testing.TB
	srv    *connectwisetest.Server
	world  *world
	policy reconcile.Policy
	memory [3]*memory // of the writers
	report [3]*desk.Report
	wrote  int // writes of the last run
	log    []string
	wrongs []string

	// personal are the fields of tickets that people set, with their values.
	personal map[int64]map[string]string
	// untouchable are tickets that belong to people or another program, and why.
	untouchable map[int64]string
	foreign     map[int64]bool
	// toolClosed are keys whose ticket the older tool closed.
	toolClosed map[string]bool
	// silenced are keys whose ticket a person closed while the problem lasted, and
	// when.
	silenced map[string]time.Time
	// reopened are tickets that a person reopened after the problem was over,
	// until the problem has failed again.
	reopened map[int64]bool
	// about names the problem of every ticket that was ever about one.
	about map[int64]string
	// touched are tickets that somebody else worked on. excuses are the keys that
	// may have no ticket of their own, because of something that happened.
	touched map[int64]bool
	excuses map[string][]string
	// theirs are tickets that the older tool made: they are listed beside ours,
	// and never closed as doubles.
	theirs map[int64]bool
	// marked are tickets whose last write was of the marker alone, which has no note.
	marked map[int64]bool
	// belated are the numbers of tickets with a note that was executed later than
	// Settle, and may therefore stand twice.
	belated map[string]bool
	good    bool // a run has ended well
	// second says that more than one writer has worked. losses counts how often
	// the memory was lost or out of date.
	second bool
	losses int
	// crashed says that a run was killed, so that no memory may know the tickets
	// that it made.
	crashed bool
	lied    bool // somebody removed markers, so that two open tickets prove nothing
	lagged  bool // lists are late
	// behind is how much the service desk's clock is slow.
	behind time.Duration
	slow   bool // it has been slow
}

const (
	apiMember = "apimember"
	oldTool   = "oldtool"
	released  = "it was released"
)

func newStory(t testing.TB, kind reconcile.FeedKind, problems int) *story {
	s := &story{}
	srv := newTenant(func() time.Time { return time.Now().Add(-s.behind) })
	srv.AddBoard(connectwisetest.Board{Name: "Projects desk"})
	*s = story{
		t: t, srv: srv, policy: reconcile.DefaultPolicy(), world: &world{kind: kind, now: time.Now},
		personal: map[int64]map[string]string{}, untouchable: map[int64]string{}, foreign: map[int64]bool{}, toolClosed: map[string]bool{}, silenced: map[string]time.Time{},
		reopened: map[int64]bool{}, touched: map[int64]bool{}, theirs: map[int64]bool{}, marked: map[int64]bool{}, belated: map[string]bool{}, about: map[int64]string{}, excuses: map[string][]string{},
	}
	for i := range s.memory {
		s.memory[i] = &memory{dead: &atomic.Bool{}}
	}
	s.policy.UpdateEvery = 0
	for i := range problems {
		s.world.problems = append(s.world.problems, &problem{subject: fmt.Sprintf("host%02d/disk", i), customer: i % 3})
	}
	return s
}

func (s *story) note(format string, args ...any) {
	s.log = append(s.log, time.Now().UTC().Format("02 15:04:05 ")+fmt.Sprintf(format, args...))
}

func (s *story) wrong(format string, args ...any) {
	s.wrongs = append(s.wrongs, fmt.Sprintf(format, args...))
	s.note("WRONG: "+format, args...)
}

// run is one process of a writer. It remembers what the writer's last process
// saved.
func (s *story) run(writer int, in interruption, o desk.Options) {
	m := s.memory[writer]
	before := s.srv.Tickets()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	saved := m.data
	m.dead = &atomic.Bool{}
	wire := &interrupted{interruption: in, next: s.srv.Transport(), memory: m, dead: m.dead, stopped: cancel}
	client := newClient(s.t, s.srv.Credentials(), "http://127.0.0.1", wire)
	config := newConfig(m, s.policy)
	config.Adopt = desk.Adopt{Summary: "OLD %", EnteredBy: []string{oldTool}}
	config.AtOnce = 1
	d, err := desk.New(ctx, client, config)
	var report *desk.Report
	if err == nil {
		report, err = d.SyncWith(ctx, o, s.world.tells().monitor())
	}
	m.before = saved
	s.wrote = wire.writes
	s.belated[wire.belated] = true
	s.crashed = s.crashed || in.dies != alive
	s.report[writer] = report
	s.good = s.good || err == nil && report.Health() <= desk.HealthAttention
	s.note("run of writer %d: %s", writer, outcome(report, err))
	s.judge(before, report, err)
	if in.do != nil && err == nil {
		s.lookedBehind(report)
	}
}

// key returns the problem whose ticket carries the marker, or nil.
func (s *story) key(id mark.KeyID) *problem {
	for _, p := range s.world.problems {
		if p.key().ID() == id {
			return p
		}
	}
	return nil
}

func ours(t connectwisetest.Ticket) (mark.Mark, bool) {
	m, err := mark.Parse(t.ExternalXRef)
	return m, err == nil && (t.EnteredBy == apiMember || t.EnteredBy == oldTool)
}

func keyOf(t connectwisetest.Ticket) mark.KeyID {
	m, _ := ours(t)
	return m.Key
}

// open returns the open tickets of a problem that are ours.
func open(tickets []connectwisetest.Ticket, p *problem) (ids []int64) {
	for _, t := range tickets {
		if m, is := ours(t); is && !t.Closed && t.MergedInto == 0 && m.Key == p.key().ID() {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// stops returns the ids of the open stops, as the last report of a writer names
// them.
func (s *story) stops(writer int) (ids []string) {
	if s.report[writer] == nil {
		return nil
	}
	for _, f := range s.report[writer].Findings {
		if f.What == "stop" {
			ids = append(ids, f.ID)
		}
	}
	return ids
}
