package reconcile_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"github.com/covedesk/covedesk/reconcile/reconciletest"
)

var worlds = flag.Int("worlds", 1500, "how many simulated worlds TestModel plays (20000 and more before a release); -short plays a twentieth")

// TestModel plays seeded worlds over simulated days. Problems come, go, get
// more severe and strike whole customers at once; lists come back empty by
// mistake; technicians close, reopen, take and merge tickets. After every run
// it checks the promises of the rules of evidence, absence and storms. It was
// written from those rules alone, without knowing how Diff works.
func TestModel(t *testing.T) {
	n := *worlds
	if testing.Short() {
		n = max(1, n/20)
	}
	var next, failed atomic.Int64
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for seed := next.Add(1) - 1; seed < int64(n) && failed.Load() <= 3; seed = next.Add(1) - 1 {
				w := newModel(uint64(seed))
				if err := w.play(); err != nil {
					failed.Add(1)
					t.Errorf("world %d (%v feed): %v\n%s", seed, w.feed.Kind, err, strings.Join(w.tail(60), "\n"))
				}
			}
		})
	}
	all.Wait()
	if failed.Load() > 3 {
		t.Fatal("no more worlds are played")
	}
}

// thing is a subject of the simulated world, with what the model remembers of
// it.
type thing struct {
	key      reconcile.Key
	id       mark.KeyID
	customer string
	bad      bool
	deleted  bool
	severity reconcile.Severity
	since    time.Time

	over     time.Time // the first run that saw it over, while it is over
	overRuns int       // runs since then, that one included
	seenBad  bool      // a run has named this problem
	own      int       // tickets created or reopened for the problem that goes on now
	closed   time.Time // when a person closed its ticket while it was bad
	closedAt reconcile.Severity
	storm    int64 // the storm it is folded into
	stormy   int64 // the last storm it was folded into since it began to fail
	excused  bool  // a person or a glitch affected the problem that goes on now
}

type model struct {
	r         *rand.Rand
	feed      reconcile.Feed
	policy    reconcile.Policy
	board     reconcile.Board
	now       time.Time
	step      time.Duration
	things    []*thing
	sinces    bool
	glitch    bool             // this run's list is empty by mistake
	glitched  bool             // the last run's list was
	made      map[int64]opened // by ticket: when it was created or last reopened
	stormOver map[int64]stormEnd
	byPerson  map[int64]bool // tickets that a person reopened
	log       []string
}

// opened says when and for whom a ticket was created or reopened.
type opened struct {
	at       time.Time
	customer string
}

// stormEnd says since when, and for how many runs, nothing that is folded into
// an open storm has been wrong.
type stormEnd struct {
	since time.Time
	runs  int
}

func newModel(seed uint64) *model {
	r := rand.New(rand.NewPCG(seed, 20261128))
	m := &model{
		r:         r,
		feed:      reconcile.Feed{Name: "rmm", Kind: reconcile.FeedKind(r.IntN(3)), Everything: true},
		now:       time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC),
		step:      pick(r, 15*time.Minute, time.Hour, 4*time.Hour),
		sinces:    r.IntN(2) == 0,
		board:     reconcile.Board{Owner: "desk-test"},
		made:      map[int64]opened{},
		stormOver: map[int64]stormEnd{},
		byPerson:  map[int64]bool{},
	}
	p := reconcile.DefaultPolicy()
	p.CustomerStorm = reconcile.Storm{Limit: pick(r, 0, 2, 3, 10), Window: pick(r, time.Hour, 6*time.Hour)}
	if r.IntN(3) == 0 {
		p.GlobalStorm, p.StormCompany = reconcile.Storm{Limit: pick(r, 3, 6), Window: time.Hour}, "1"
	}
	p.CloseAfter = pick(r, 0, 0, time.Hour, 5*time.Hour)
	p.AbsentAfter = pick(r, 0, 0, 24*time.Hour)
	p.UpdateEvery = pick(r, 0, 24*time.Hour)
	p.Snooze = pick(r, 0, 12*time.Hour, 48*time.Hour)
	p.MaxCreate = pick(r, 0, 0, 0, 3)
	p.OnRecovery = map[reconcile.Stage]reconcile.Recovery{
		reconcile.StageNew: reconcile.RecoveryClose, reconcile.StageWorking: reconcile.RecoveryClose,
		reconcile.StageWaiting: reconcile.RecoveryClose, reconcile.StageDone: reconcile.RecoveryClose,
	}
	m.policy = p
	for c := range 1 + r.IntN(4) {
		customer := fmt.Sprintf("c%d", c)
		for s := range 1 + r.IntN(8) {
			key := reconcile.Key{Feed: "rmm", Subject: fmt.Sprintf("%s/d%d", customer, s)}
			m.things = append(m.things, &thing{key: key, id: key.ID(), customer: customer})
		}
	}
	return m
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func (m *model) play() error {
	for range 12 + m.r.IntN(24) {
		m.now = m.now.Add(m.step + time.Duration(m.r.IntN(600))*time.Second)
		m.live()
		m.technician()
		if err := m.run(); err != nil {
			return err
		}
	}
	return nil
}

// live changes the world.
func (m *model) live() {
	for _, th := range m.things {
		switch dice := m.r.IntN(100); {
		case th.deleted:
		case th.bad && dice < 15:
			m.recover(th)
		case th.bad && dice < 20 && th.severity < reconcile.SeverityCritical:
			th.severity++
		case !th.bad && dice < 8:
			m.fail(th, reconcile.Severity(1+m.r.IntN(3)))
		case dice == 99 && m.feed.Kind == reconcile.Inventory:
			th.deleted = true
			m.note("%s is deleted", th.key)
		}
	}
	customer := fmt.Sprintf("c%d", m.r.IntN(4))
	switch m.r.IntN(12) {
	case 0:
		for _, th := range m.things {
			if th.customer == customer && !th.bad && !th.deleted {
				m.fail(th, reconcile.SeverityMedium)
			}
		}
	case 1:
		for _, th := range m.things {
			if th.customer == customer && th.bad && !th.deleted {
				m.recover(th)
			}
		}
	}
	m.glitched = m.glitch
	m.glitch = m.feed.Kind == reconcile.ActiveAlerts && !m.glitched && m.r.IntN(15) == 0
}

func (m *model) fail(th *thing, s reconcile.Severity) {
	th.bad, th.severity, th.since = true, s, m.now.Add(-time.Minute)
	th.over, th.overRuns, th.own, th.excused, th.seenBad = time.Time{}, 0, 0, false, false
	th.closed, th.storm, th.stormy = time.Time{}, 0, 0
	m.note("%s fails, %v", th.key, s)
}

func (m *model) recover(th *thing) {
	th.bad = false
	m.note("%s recovers", th.key)
}

// technician acts on tickets as people do.
func (m *model) technician() {
	for i := range m.board.Tickets {
		t := &m.board.Tickets[i]
		th := m.of(t.Mark.Key)
		switch dice := m.r.IntN(120); {
		case t.Open && dice < 2:
			m.close(t, th, 0)
		case t.Open && dice == 2:
			parent := &m.board.Tickets[m.r.IntN(len(m.board.Tickets))]
			if parent.Open && parent != t && parent.MergedInto == 0 {
				m.close(t, th, parent.ID)
			}
		case t.Open && dice < 6:
			t.Stage = pick(m.r, reconcile.StageWorking, reconcile.StageWaiting)
		case !t.Open && t.MergedInto == 0 && dice == 7:
			t.Open, t.Closed, t.Stage, t.Updated = true, time.Time{}, reconcile.StageNew, m.now
			m.byPerson[t.ID] = true
			if th != nil {
				th.excused, th.storm = true, 0 // it has a ticket of its own again
			}
			m.note("a person reopens #%d", t.ID)
		}
	}
	open := map[int64]bool{}
	for _, t := range m.board.Tickets {
		open[t.ID] = t.Open
	}
	for i := range m.board.Tickets {
		m.board.Tickets[i].ParentOpen = open[m.board.Tickets[i].MergedInto]
	}
}

func (m *model) close(t *reconcile.Ticket, th *thing, into int64) {
	t.Open, t.Closed, t.Updated, t.MergedInto = false, m.now.Add(-time.Minute), m.now, into
	m.note("a person closes #%d (merged into %d)", t.ID, into)
	if th == nil {
		for _, th := range m.things { // a storm: all that it stands for
			th.excused = th.excused || th.storm == t.ID
		}
		return
	}
	th.excused = true
	// A person did not close the ticket for problems that nobody has named since
	// it was created, or that are over by now.
	if th.bad && th.seenBad && into == 0 && t.Mark.State == mark.Open && t.Mark.Digests.State != mark.Recovered {
		th.closed, th.closedAt = t.Closed, t.Mark.Severity
	}
}

func (m *model) of(id mark.KeyID) *thing {
	i := slices.IndexFunc(m.things, func(th *thing) bool { return th.id == id })
	if i < 0 {
		return nil
	}
	return m.things[i]
}

// look returns what the feed says of the world now.
func (m *model) look() reconcile.Observation {
	obs := reconcile.Observation{At: m.now, Feeds: []reconcile.Feed{m.feed}}
	for _, th := range m.things {
		switch {
		case th.deleted || m.glitch:
		case th.bad:
			issue := reconcile.Issue{
				Key: th.key, Customer: th.customer, CustomerName: "Customer " + th.customer, Company: "25" + th.customer[1:],
				Kind: "failed", Class: "server", Severity: th.severity, Summary: th.key.Subject + " failed", State: "failed",
			}
			if m.sinces {
				issue.Since = th.since
			}
			obs.Issues = append(obs.Issues, issue)
		case m.feed.Kind != reconcile.ActiveAlerts:
			obs.Healthy = append(obs.Healthy, reconcile.Healthy{Key: th.key, Customer: th.customer})
		}
	}
	return obs
}

func (m *model) run() error {
	obs := m.look()
	for _, th := range m.things {
		switch {
		case th.deleted || m.glitch:
		case th.bad:
			th.seenBad = true
			th.over, th.overRuns = time.Time{}, 0
		default:
			if th.over.IsZero() {
				th.over = m.now
			}
			th.overRuns++
		}
		if m.glitch && th.bad {
			th.excused = true
		}
	}
	before := m.board
	plan, err := reconcile.Diff(obs, before, m.policy)
	if err != nil {
		return fmt.Errorf("Diff: %w", err)
	}
	m.note("-- %s: %v%v", m.now.Format("Mon 15:04"), plan.Counts(), map[bool]string{true: " (empty list by mistake)"}[m.glitch])
	m.board = reconciletest.Simulate(plan, before)
	for _, check := range []func(reconcile.Observation, reconcile.Board, reconcile.Plan) error{
		m.eachKeyOnce, m.neverClosesWhatFails, m.snoozeHolds, m.noFlood, m.noOscillation, m.everyProblemHasItsPlace, m.whatIsOverCloses, m.stormsEnd, m.fixedPoint,
	} {
		if err := check(obs, before, plan); err != nil {
			return err
		}
	}
	return nil
}

// eachKeyOnce: a key has one action, apart from the closes of duplicates, and
// each action has a sentence.
func (m *model) eachKeyOnce(_ reconcile.Observation, _ reconcile.Board, plan reconcile.Plan) error {
	seen := map[mark.KeyID]int{}
	for _, a := range plan.Actions {
		if a.Reason() == "" {
			return fmt.Errorf("%s %s has no reason", a.Kind, a.Key)
		}
		if a.Kind.Writes() && a.Code != reconcile.CodeDuplicate {
			if seen[a.KeyID]++; seen[a.KeyID] > 1 {
				return fmt.Errorf("%s is written twice", a.Key)
			}
		}
		if a.Kind != reconcile.Keep || strings.HasPrefix(a.Key.Subject, "storm:") {
			m.note("   %s #%d %s %s: %s", a.Kind, a.Ticket, a.Key.Subject, a.Code, a.Reason())
		}
	}
	return nil
}

func (m *model) neverClosesWhatFails(_ reconcile.Observation, before reconcile.Board, plan reconcile.Plan) error {
	for _, a := range plan.Actions {
		if a.Kind != reconcile.Close || a.Code == reconcile.CodeDuplicate {
			continue
		}
		if th := m.of(a.KeyID); th != nil {
			// Nobody can know what begins to fail while the list is empty by mistake.
			if th.bad && !th.deleted && (!m.glitch || th.seenBad) {
				return fmt.Errorf("#%d is closed while %s fails", a.Ticket, th.key)
			}
			continue
		}
		for _, th := range m.things { // a storm
			if th.storm == a.Ticket && th.bad && !th.deleted && !m.glitch && !m.covered(th) {
				return fmt.Errorf("storm #%d is closed while %s fails and has no ticket", a.Ticket, th.key)
			}
		}
	}
	return nil
}

// openTicket returns the thing's own open ticket; 0 when it has none.
func (m *model) openTicket(th *thing) int64 {
	for _, t := range m.board.Tickets {
		if t.Open && t.Mark.Key == th.id && t.Mark.State != mark.Storm {
			return t.ID
		}
	}
	return 0
}

// covered reports whether the thing has an open ticket of its own, or one that
// a person merged its ticket into.
func (m *model) covered(th *thing) bool {
	return m.openTicket(th) != 0 || slices.ContainsFunc(m.board.Tickets, func(t reconcile.Ticket) bool {
		return t.Mark.Key == th.id && t.MergedInto != 0 && t.ParentOpen
	})
}

func (m *model) snoozeHolds(_ reconcile.Observation, _ reconcile.Board, plan reconcile.Plan) error {
	for _, a := range plan.Actions {
		th := m.of(a.KeyID)
		if th == nil || a.Kind != reconcile.Create && a.Kind != reconcile.Reopen {
			continue
		}
		if !th.closed.IsZero() && th.severity <= th.closedAt && m.now.Before(th.closed.Add(m.policy.Snooze)) {
			return fmt.Errorf("%s for %s although a person closed its ticket at %s, which holds for %s", a.Kind, th.key, th.closed.Format("Mon 15:04"), m.policy.Snooze)
		}
		th.closed = time.Time{}
	}
	return nil
}

// noFlood: within a storm's window, no more tickets than the limit are created
// or reopened.
func (m *model) noFlood(_ reconcile.Observation, _ reconcile.Board, plan reconcile.Plan) error {
	for _, a := range plan.Actions {
		if a.Kind != reconcile.Create && a.Kind != reconcile.Reopen {
			continue
		}
		if th := m.of(a.KeyID); th != nil {
			m.made[m.openTicket(th)] = opened{m.now, th.customer}
		}
	}
	limit := m.policy.CustomerStorm.Limit
	if limit == 0 {
		return nil
	}
	count := map[string]int{}
	for _, o := range m.made {
		if o.at.After(m.now.Add(-m.policy.CustomerStorm.Window)) {
			if count[o.customer]++; count[o.customer] > limit {
				return fmt.Errorf("more than %d tickets were opened for customer %s within %s", limit, o.customer, m.policy.CustomerStorm.Window)
			}
		}
	}
	return nil
}

// noOscillation: a problem that goes on, unaffected by persons and faulty
// lists, gets at most one ticket and does not go back into a storm.
func (m *model) noOscillation(_ reconcile.Observation, before reconcile.Board, plan reconcile.Plan) error {
	for _, a := range plan.Actions {
		th := m.of(a.KeyID)
		if th == nil {
			continue
		}
		switch a.Kind {
		case reconcile.Create, reconcile.Reopen:
			if th.own++; th.own > 1 && !th.excused {
				return fmt.Errorf("%s for %s, whose problem had a ticket already", a.Kind, th.key)
			}
			th.storm = 0
		case reconcile.Fold:
			if th.own > 0 && !th.excused {
				return fmt.Errorf("%s is folded although its problem has a ticket of its own", th.key)
			}
			th.storm = m.stormOf(a)
			th.stormy = th.storm
		}
	}
	return nil
}

// stormOf returns the storm ticket that an action folds into.
func (m *model) stormOf(a reconcile.Action) int64 {
	if len(a.Related) > 0 && a.Related[0] != 0 {
		return a.Related[0]
	}
	last := int64(0) // created in this run
	for _, t := range m.board.Tickets {
		if t.Open && t.Mark.State == mark.Storm && t.Created.Equal(m.now) &&
			(last == 0 || t.Mark.Customer == mark.CustomerID(a.Issue.Customer)) {
			last = t.ID
		}
	}
	return last
}

// everyProblemHasItsPlace: an open ticket of its own, an open storm, an open
// ticket that a person merged its ticket into, or a hold with a reason.
func (m *model) everyProblemHasItsPlace(obs reconcile.Observation, _ reconcile.Board, plan reconcile.Plan) error {
	by := map[mark.KeyID]reconcile.Action{}
	for _, a := range plan.Actions {
		if _, ok := by[a.KeyID]; !ok || a.Code != reconcile.CodeDuplicate {
			by[a.KeyID] = a
		}
	}
	for _, issue := range obs.Issues {
		th := m.of(issue.Key.ID())
		a, ok := by[issue.Key.ID()]
		switch {
		case !ok:
			return fmt.Errorf("%s has no action", issue.Key)
		case a.Kind == reconcile.Hold:
		case a.Kind == reconcile.Keep && a.Code == reconcile.CodeMerged:
		case a.Kind == reconcile.MarkOnly && m.openTicket(th) == 0 && th.excused:
		case m.openTicket(th) != 0:
		case a.Kind == reconcile.Fold:
			if !slices.ContainsFunc(m.board.Tickets, func(t reconcile.Ticket) bool { return t.ID == th.storm && (t.Open || t.ParentOpen) }) {
				return fmt.Errorf("%s is folded into #%d, which is not open", issue.Key, th.storm)
			}
		default:
			return fmt.Errorf("%s goes on without a ticket: %s %s, %s", issue.Key, a.Kind, a.Code, a.Reason())
		}
	}
	return nil
}

// whatIsOverCloses: a ticket closes within CloseAfter and two runs after the
// first run that saw its problem over, unless mass absence holds it.
func (m *model) whatIsOverCloses(_ reconcile.Observation, _ reconcile.Board, plan reconcile.Plan) error {
	if m.glitch || m.glitched {
		return nil
	}
	for _, th := range m.things {
		id := m.openTicket(th)
		if id == 0 || th.bad || th.deleted || m.byPerson[id] || th.overRuns <= 3 || m.now.Before(th.over.Add(max(m.policy.CloseAfter, 10*time.Minute)+2*m.step)) {
			continue
		}
		if slices.ContainsFunc(m.board.Tickets, func(t reconcile.Ticket) bool { return m.byPerson[t.ID] && t.Mark.Key == th.id }) {
			continue // a person reopened another storm ticket: they end one after the other
		}
		quiet := slices.ContainsFunc(plan.Actions, func(a reconcile.Action) bool { return a.Ticket == id && a.Code == reconcile.CodeQuiet })
		if !quiet {
			said := "nothing is said of it"
			if i := slices.IndexFunc(plan.Actions, func(a reconcile.Action) bool { return a.KeyID == th.id }); i >= 0 {
				said = fmt.Sprintf("%s #%d, %s", plan.Actions[i].Kind, plan.Actions[i].Ticket, plan.Actions[i].Reason())
			}
			return fmt.Errorf("%s has been over since %s, and #%d is still open: %s", th.key, th.over.Format("Mon 15:04"), id, said)
		}
	}
	return nil
}

// stormsEnd: a storm closes once everything folded into it has been over, or
// has had a ticket of its own, for Window, CloseAfter and three runs.
func (m *model) stormsEnd(obs reconcile.Observation, _ reconcile.Board, plan reconcile.Plan) error {
	if m.glitch || len(plan.Quiet) > 0 {
		clear(m.stormOver) // keys that mass absence holds are not over yet
		return nil
	}
	for _, t := range m.board.Tickets {
		if t.Mark.State != mark.Storm || !t.Open {
			continue
		}
		lasts := slices.ContainsFunc(m.things, func(th *thing) bool {
			return th.stormy == t.ID && (th.bad && !m.covered(th) || th.deleted)
		}) || slices.ContainsFunc(plan.Actions, func(a reconcile.Action) bool {
			return a.Kind == reconcile.Fold && (len(a.Related) == 0 || a.Related[0] == t.ID)
		})
		// A global storm also stands for customer storms.
		lasts = lasts || t.Company == m.policy.StormCompany && slices.ContainsFunc(m.board.Tickets, func(o reconcile.Ticket) bool {
			return o.ID != t.ID && o.Open && o.Mark.State == mark.Storm
		})
		if lasts {
			delete(m.stormOver, t.ID)
			continue
		}
		end := m.stormOver[t.ID]
		if end.runs++; end.runs == 1 {
			end.since = m.now
		}
		m.stormOver[t.ID] = end
		window := max(m.policy.CustomerStorm.Window, m.policy.GlobalStorm.Window)
		if end.runs > 6 && m.now.After(end.since.Add(window+m.policy.CloseAfter+6*m.step)) {
			return fmt.Errorf("storm #%d is open although nothing in it has been wrong since %s", t.ID, end.since.Format("Mon 15:04"))
		}
	}
	return nil
}

// fixedPoint: after two plans, the same look at the same time has nothing to
// write.
func (m *model) fixedPoint(obs reconcile.Observation, _ reconcile.Board, _ reconcile.Plan) error {
	if m.r.IntN(10) > 0 || m.policy.MaxCreate > 0 {
		return nil
	}
	board := m.board
	for i := range 3 {
		plan, err := reconcile.Diff(obs, board, m.policy)
		if err != nil {
			return err
		}
		for _, a := range plan.Actions {
			if i == 2 && a.Kind.Writes() {
				return fmt.Errorf("a third plan for the same look still has %s %s: %s", a.Kind, a.Key, a.Reason())
			}
		}
		board = reconciletest.Simulate(plan, board)
	}
	return nil
}

func (m *model) note(format string, args ...any) {
	m.log = append(m.log, fmt.Sprintf(format, args...))
}

func (m *model) tail(n int) []string { return m.log[max(0, len(m.log)-n):] }
