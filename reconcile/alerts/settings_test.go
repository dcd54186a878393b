package alerts

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/reconciletest"
)

// tool runs events through Update and Diff, and carries the plan out on a
// board.
type tool struct {
	t      *testing.T
	rules  Rules
	policy reconcile.Policy
	state  State
	board  reconcile.Board
}

func newTool(t *testing.T) *tool {
	p := reconcile.DefaultPolicy()
	p.UpdateEvery = 0
	return &tool{t: t, rules: DefaultRules("netwrix"), policy: p, board: reconcile.Board{Owner: "desk-test"}}
}

// run returns what is written, each as "kind subject code".
func (x *tool) run(at int, events ...Event) (writes []string) {
	x.t.Helper()
	state, obs, err := Update(x.state, events, minute(at), x.rules)
	if err != nil {
		x.t.Fatal(err)
	}
	plan, err := reconcile.Diff(obs, x.board, x.policy)
	if err != nil {
		x.t.Fatal(err)
	}
	x.state, x.board = state, reconciletest.Simulate(plan, x.board)
	for _, a := range plan.Actions {
		if a.Kind.Writes() && a.Kind != reconcile.MarkOnly {
			x.state = x.state.Said(a.Key)
			related := ""
			for _, id := range a.Related {
				related += fmt.Sprintf(" #%d", id)
			}
			writes = append(writes, fmt.Sprintf("%s %s%s", a.Kind, a.Key.Subject, related))
		}
	}
	return writes
}

func (x *tool) want(got []string, want ...string) {
	x.t.Helper()
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		x.t.Errorf("writes %q, want %q", got, want)
	}
}

func told(at int, subject string) Event {
	e := event(at, subject, "told")
	e.Company = "250"
	return e
}

func TestSettingTicketFlood(t *testing.T) {
	x := newTool(t)
	x.policy.CustomerStorm = reconcile.Storm{Limit: 10, Window: time.Hour}
	var events []Event
	for i := range 12 {
		events = append(events, told(0, fmt.Sprint("a", i)))
	}
	if got := x.run(0, events...); len(got) != 1 {
		t.Errorf("12 alerts at once: %q, want one ticket for all", got)
	}
	x = newTool(t)
	x.policy.CustomerStorm = reconcile.Storm{Limit: 10, Window: time.Hour}
	if got := x.run(0, events[:10]...); len(got) != 10 {
		t.Errorf("10 alerts at once: %q, want ten tickets", got)
	}
}

func TestSettingConsolidationInterval(t *testing.T) {
	x := newTool(t)
	x.want(x.run(0, told(0, "a")), "create a")
	x.want(x.run(1, told(1, "a")))
	x.want(x.run(14, told(14, "a")))
	x.want(x.run(15), "update a")
	x.want(x.run(16, told(16, "b")), "create b") // a new kind of alert never waits
}

func TestSettingUpdateTicketOnRepetitiveAlerts(t *testing.T) {
	x := newTool(t)
	x.rules.EachItsOwn = true
	x.want(x.run(0, told(0, "a")), "create a")
	x.want(x.run(1, told(1, "a")), "create a 2026-11-23T06:01:00Z")
}

func TestSettingUpdateIntervalOpen(t *testing.T) {
	x := newTool(t)
	x.rules.NewAfter = 24 * time.Hour
	x.want(x.run(0, told(0, "a")), "create a")
	x.want(x.run(24*60-1, told(24*60-1, "a")), "update a")
	x.want(x.run(24*60, told(24*60, "a")), "create a 2026-11-24T06:00:00Z")
}

func TestSettingReopen(t *testing.T) {
	for _, tt := range []struct {
		within time.Duration
		after  int
		want   string
	}{
		{24 * time.Hour, 60, "reopen a"},
		{24 * time.Hour, 25 * 60, "create a #1"}, // UpdateInterval, the ticket is closed
		{0, 60, "create a #1"},                   // ReopenTicketOnRepetitiveAlerts false
	} {
		x := newTool(t)
		x.policy.ReopenWithin = tt.within
		x.want(x.run(0, told(0, "a")), "create a")
		x.want(x.run(10, over(10, "a", "")), "close a")
		x.want(x.run(10+tt.after, told(10+tt.after, "a")), tt.want)
	}
}

func TestSettingCorrelation(t *testing.T) {
	for _, tt := range []struct {
		within time.Duration
		want   string
	}{{30 * 24 * time.Hour, "create a #2 #1"}, {0, "create a #2"}} {
		x := newTool(t)
		x.policy.ReopenWithin, x.policy.CorrelateWithin = 0, tt.within
		for _, at := range []int{0, 100} {
			x.run(at, told(at, "a"))
			x.run(at+10, over(at+10, "a", ""))
		}
		x.want(x.run(200, told(200, "a")), tt.want)
	}
}

func TestSettingQueue(t *testing.T) {
	if r := DefaultRules("netwrix"); r.MaxAlerts != 5000 || r.MaxAge != 7*24*time.Hour || r.LookBack != 48*time.Hour || r.Consolidate != 15*time.Minute {
		t.Errorf("%+v", r)
	}
}
