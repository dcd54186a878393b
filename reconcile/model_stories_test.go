package reconcile_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"github.com/covedesk/covedesk/reconcile/reconciletest"
)

// story runs looks one after another and counts what is opened.
type story struct {
	t      *testing.T
	policy reconcile.Policy
	board  reconcile.Board
	at     time.Time
	opened int // created or reopened, storm tickets too
	reopen int
}

func newStory(t *testing.T) *story {
	p := reconcile.DefaultPolicy()
	p.StormCompany = "1"
	return &story{t: t, policy: p, board: reconcile.Board{Owner: "desk-test"}, at: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)}
}

func (s *story) run(after time.Duration, kind reconcile.FeedKind, issues []reconcile.Issue, healthy []reconcile.Healthy) reconcile.Plan {
	s.t.Helper()
	s.at = s.at.Add(after)
	plan, err := reconcile.Diff(reconcile.Observation{
		At: s.at, Feeds: []reconcile.Feed{{Name: "rmm", Kind: kind, Everything: true}}, Issues: issues, Healthy: healthy,
	}, s.board, s.policy)
	if err != nil {
		s.t.Fatal(err)
	}
	s.board = reconciletest.Simulate(plan, s.board)
	s.opened += plan.Counts()[reconcile.Create] + plan.Counts()[reconcile.Reopen]
	s.reopen += plan.Counts()[reconcile.Reopen]
	return plan
}

func problem(subject, customer string, severity reconcile.Severity) reconcile.Issue {
	return reconcile.Issue{
		Key: reconcile.Key{Feed: "rmm", Subject: subject}, Customer: customer, Company: "25" + customer, Kind: "failed",
		Class: "server", Severity: severity, Summary: subject + " failed", State: "failed",
	}
}

func (s *story) openStorms() (n int) {
	for _, t := range s.board.Tickets {
		if t.Open && t.Mark.State == mark.Storm {
			n++
		}
	}
	return n
}

// Fifteen problems folded into a storm turn critical in the same run.
func TestFifteenThatTurnCriticalTogetherStayAStorm(t *testing.T) {
	s := newStory(t)
	look := func(severity reconcile.Severity) (issues []reconcile.Issue) {
		for i := range 15 {
			issues = append(issues, problem(fmt.Sprint("d", i), "c1", severity))
		}
		return issues
	}
	s.run(0, reconcile.ActiveAlerts, look(reconcile.SeverityMedium), nil)
	for range 12 {
		s.run(3*time.Hour, reconcile.ActiveAlerts, look(reconcile.SeverityMedium), nil)
	}
	for range 24 {
		s.run(3*time.Hour, reconcile.ActiveAlerts, look(reconcile.SeverityCritical), nil)
	}
	if s.opened != 1 || s.openStorms() != 1 {
		t.Errorf("%d tickets were opened, %d storms are open; want one storm for all of it", s.opened, s.openStorms())
	}
}

// For a fortnight a line goes down and comes back every two runs, and twelve
// devices with it.
func TestAFlappingLineDoesNotReopenHundredsOfTimes(t *testing.T) {
	for _, kind := range []reconcile.FeedKind{reconcile.ActiveAlerts, reconcile.Inventory} {
		s := newStory(t)
		const days = 14
		for i := range days * 24 {
			var issues []reconcile.Issue
			var healthy []reconcile.Healthy
			for d := range 12 {
				issue := problem(fmt.Sprint("d", d), "c1", reconcile.SeverityMedium)
				if i/2%2 == 0 {
					issues = append(issues, issue)
				} else if kind == reconcile.Inventory {
					healthy = append(healthy, reconcile.Healthy{Key: issue.Key, Customer: "c1"})
				}
			}
			s.run(time.Hour, kind, issues, healthy)
		}
		if limit := days * 24; s.opened > limit {
			t.Errorf("%v: %d tickets were opened or reopened in %d days; want at most %d", kind, s.opened, days, limit)
		}
		if s.reopen > 40 {
			t.Errorf("%v: %d reopenings; a flapping line must not reopen tickets again and again", kind, s.reopen)
		}
	}
}

// A storage region fails: 400 devices of 20 customers. Their problems are low
// at first and get one step more severe every day.
func TestFourHundredDevicesThatRiseByTierStayAHandful(t *testing.T) {
	s := newStory(t)
	for hour := range 5 * 24 {
		var issues []reconcile.Issue
		for d := range 400 {
			severity := min(reconcile.SeverityLow+reconcile.Severity((hour+d%4)/24), reconcile.SeverityCritical)
			issues = append(issues, problem(fmt.Sprint("d", d), fmt.Sprint("c", d%20), severity))
		}
		s.run(time.Hour, reconcile.Inventory, issues, nil)
	}
	if s.opened > 60 {
		t.Errorf("%d tickets were opened for 400 devices", s.opened)
	}
	if s.openStorms() == 0 || s.openStorms() > 21 {
		t.Errorf("%d storms are open; want a handful", s.openStorms())
	}
	t.Logf("%d tickets opened, %d storms open", s.opened, s.openStorms())
}
