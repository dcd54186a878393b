package faulttest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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

// memory is where a writer of a story keeps what it knows. Two writers know
// nothing of each other.
type memory struct {
	data, before []byte
	dead         *atomic.Bool // the process that writes it was killed
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
	do    func() // before it
	late  time.Duration
	dies  killed
}

// interrupted is the way of one process to the service desk.
type interrupted struct {
	interruption
	next    http.RoundTripper
	memory  *memory
	writes  int
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

// story is what was told so far, and everything that has to be known to say
// whether it may go on so.
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

	// personal are the fields of tickets as people set them.
	personal map[int64]map[string]string
	// untouchable are tickets that are people's or another program's, and why.
	untouchable map[int64]string
	foreign     map[int64]bool
	// toolClosed are keys whose ticket the older tool closed.
	toolClosed map[string]bool
	// silenced are keys whose ticket a person closed while the problem lasted.
	silenced map[string]time.Time
	// reopened are tickets that a person reopened after the problem was over,
	// until it has failed again.
	reopened map[int64]bool
	// about says of every ticket that was ever a problem's which one that is.
	about map[int64]string
	// touched are tickets that somebody but us has had to do with; excuses are
	// the keys for which something happened that may leave them without a
	// ticket of their own.
	touched map[int64]bool
	excuses map[string][]string
	// second says that more than one writer has worked; losses is how often the
	// memory was lost or old.
	second bool
	losses int
	lied   bool // somebody removed markers, so that two open tickets say nothing
}

const (
	apiMember = "apimember"
	oldTool   = "oldtool"
)

func newStory(t testing.TB, kind reconcile.FeedKind, problems int) *story {
	srv := newTenant(time.Now)
	srv.AddBoard(connectwisetest.Board{Name: "Projects desk"})
	s := &story{
		t: t, srv: srv, policy: reconcile.DefaultPolicy(), world: &world{kind: kind, now: time.Now},
		personal: map[int64]map[string]string{}, untouchable: map[int64]string{}, foreign: map[int64]bool{}, toolClosed: map[string]bool{}, silenced: map[string]time.Time{},
		reopened: map[int64]bool{}, touched: map[int64]bool{}, about: map[int64]string{}, excuses: map[string][]string{},
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

// run is a process of a writer: what it remembers is what its last one saved.
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
	s.report[writer] = report
	s.note("run of writer %d: %s", writer, outcome(report, err))
	s.judge(before, report, err)
}

// key is the problem whose ticket carries the marker, or nil.
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

// open are the open tickets of a problem that are ours.
func open(tickets []connectwisetest.Ticket, p *problem) (ids []int64) {
	for _, t := range tickets {
		if m, is := ours(t); is && !t.Closed && t.MergedInto == 0 && m.Key == p.key().ID() {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// judge says whether a run has kept what is promised of every run.
func (s *story) judge(before []connectwisetest.Ticket, report *desk.Report, err error) {
	after := s.srv.Tickets()
	was := map[int64]connectwisetest.Ticket{}
	for _, t := range before {
		was[t.ID] = t
	}
	for _, t := range after {
		b, existed := was[t.ID]
		m, is := ours(t)
		p := s.key(m.Key)
		if p != nil && is {
			s.about[t.ID] = p.subject
		}
		if !existed {
			if p != nil && is {
				if at, silent := s.silenced[p.subject]; silent && time.Since(at) < s.policy.Snooze {
					s.wrong("#%d was made although a person had closed the ticket of %s", t.ID, p.subject)
				}
			}
			continue
		}
		for field, value := range s.personal[t.ID] {
			if got := fieldOf(t, field); got != value {
				s.wrong("#%d: a person's %s %q became %q", t.ID, field, value, got)
				delete(s.personal[t.ID], field)
			}
		}
		if _, is := ours(b); is && s.untouchable[t.ID] == "it was released" {
			// A write of an earlier run came after the release: it was sent before
			// it, and the API has no condition for a write.
			delete(s.untouchable, t.ID)
		}
		if why, people := s.untouchable[t.ID]; people && !t.Updated.Equal(b.Updated) && t.UpdatedBy == apiMember {
			s.wrong("#%d was written although %s", t.ID, why)
		}
		if p == nil {
			continue
		}
		switch {
		case !b.Closed && t.Closed && t.ClosedBy == apiMember:
			if p.bad && len(open(after, p)) == 0 {
				s.wrong("#%d was closed although %s lasts", t.ID, p.subject)
			}
			if s.reopened[t.ID] {
				s.wrong("#%d was closed although a person had reopened it", t.ID)
			}
		case b.Closed && !t.Closed:
			if at, silent := s.silenced[p.subject]; silent && time.Since(at) < s.policy.Snooze && b.ClosedBy != apiMember && b.ClosedBy != oldTool {
				s.wrong("#%d was reopened although a person had closed it", t.ID)
			}
		}
	}
	if !s.second && s.losses == 0 && !s.lied {
		for _, p := range s.world.problems {
			if ids := open(after, p); len(ids) > 1 {
				s.wrong("%s has open tickets %v", p.subject, ids)
			}
		}
	}
	s.judgeReport(after, report, err)
	if mails := s.srv.Mails(); len(mails) > 0 {
		s.wrong("mails %v", mails)
	}
}

func fieldOf(t connectwisetest.Ticket, field string) string {
	switch field {
	case "summary":
		return t.Summary
	case "priority":
		return t.Priority.Name
	case "owner":
		return t.Owner.Identifier
	default:
		return t.Status.Name
	}
}

// judgeReport looks whether the report can be read as good when it is not.
func (s *story) judgeReport(after []connectwisetest.Ticket, report *desk.Report, err error) {
	if report == nil {
		return
	}
	if err != nil || report.Health() > desk.HealthAttention {
		return
	}
	for _, p := range s.world.problems {
		if p.bad && len(open(after, p)) == 0 && s.reason(report, p) == "" {
			s.wrong("the run is %s, and %s has neither a ticket nor a reason", report.Health(), p.subject)
		}
	}
}

// reason is why a problem has no ticket of its own, as the report says it.
func (s *story) reason(report *desk.Report, p *problem) string {
	for _, a := range report.Plan.Actions {
		if a.KeyID == p.key().ID() && (!a.Kind.Writes() || a.Kind == reconcile.MarkOnly) {
			return string(a.Kind) + " " + a.Code
		}
	}
	for _, r := range report.Results {
		if r.Action.KeyID == p.key().ID() && r.Outcome == desk.Drifted {
			return r.Why
		}
	}
	return ""
}

// finish lets quiet come: nobody does anything any more, the operator
// acknowledges what the reports ask for. Then the promise must stand there.
func (s *story) finish() {
	s.srv.SetListLag(0)
	writers := []int{0}
	if s.second {
		writers = []int{0, 1}
	}
	for range 5 {
		for _, w := range writers {
			time.Sleep(11 * time.Minute)
			s.run(w, interruption{}, desk.Options{Acknowledge: s.stops(w)})
		}
	}
	// Two writers that know different things may go on correcting each other (a
	// converted ticket is only remembered): each alone must come to rest.
	for _, w := range writers {
		for i := range 1 + len(writers) {
			time.Sleep(11 * time.Minute)
			s.run(w, interruption{}, desk.Options{})
			if s.wrote > 0 && i >= len(writers)-1 {
				s.wrong("a quiet run writes %d times", s.wrote)
			}
			for _, id := range s.stops(w) {
				s.wrong("the stop %s stands although it was acknowledged", id)
			}
		}
	}
	report := s.report[0]
	if report == nil {
		s.wrong("the last run did not come to an end")
		return
	}
	tickets := s.srv.Tickets()
	for _, p := range s.world.problems {
		ids := open(tickets, p)
		reason := s.reason(report, p)
		switch {
		case p.bad && len(ids) == 0 && (reason == "" || len(s.excuses[p.subject]) == 0 && (!s.toolClosed[p.subject] || s.losses == 0)):
			s.wrong("%s has no open ticket (%q)", p.subject, reason)
		case len(ids) > 1 && !slices.ContainsFunc(ids[1:], func(id int64) bool { return s.touched[id] }):
			s.wrong("%s has open tickets %v at the end", p.subject, ids)
		case !p.bad && p.failures > 0 && len(ids) > 0 && !slices.ContainsFunc(ids, func(id int64) bool { return s.touched[id] }):
			s.wrong("%s is over and #%v are open (%q)", p.subject, ids, reason)
		}
	}
	for _, t := range tickets {
		if p := s.key(keyOf(t)); p != nil && p.bad && !t.Closed && !s.touched[t.ID] && s.untouchable[t.ID] == "" && t.Summary != p.summary() && !strings.HasPrefix(t.Summary, "OLD ") {
			s.wrong("#%d is called %q, not %q", t.ID, t.Summary, p.summary())
		}
		s.judgeNotes(t)
		if m, is := ours(t); is && m.NotePending && s.untouchable[t.ID] == "" {
			s.wrong("#%d: its note is still pending", t.ID)
		}
	}
}

// judgeNotes looks whether each write of one writer has its note, once.
func (s *story) judgeNotes(t connectwisetest.Ticket) {
	m, is := ours(t)
	if !is || s.second || s.losses > 0 || s.untouchable[t.ID] != "" || t.EnteredBy != apiMember {
		return
	}
	var notes []note
	for _, n := range s.srv.Notes(t.ID) {
		notes = append(notes, note{Text: n.Text})
	}
	refs := refs(notes)
	if once := slices.Compact(slices.Clone(refs)); len(once) != len(refs) {
		s.wrong("#%d: a note stands there twice", t.ID)
	}
	if !s.touched[t.ID] && m.Written.After(t.Entered) && !slices.Contains(refs, m.NoteID(t.ID)) {
		s.wrong("#%d: the note of its last write is missing", t.ID)
	}
}

// stops are the ids of the stops that stand, as the last report of a writer
// names them.
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
