package reconcile_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"github.com/covedesk/covedesk/reconcile/reconciletest"
)

// now is the time of every observation in the table tests.
var now = time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)

const owner = "msp"

func key(subject string) reconcile.Key { return reconcile.Key{Feed: "cove", Subject: subject} }

func issue(subject string, edit ...func(*reconcile.Issue)) reconcile.Issue {
	is := reconcile.Issue{
		Key: key(subject), Customer: "c1", CustomerName: "Birch Dental", Company: "250", Kind: "failed", Class: "server",
		Severity: reconcile.SeverityMedium, Summary: "COVE SVR #" + subject + " - Files failed", State: "D01:failed",
		Since: now.Add(-30 * time.Hour),
	}
	for _, f := range edit {
		f(&is)
	}
	return is
}

// ticketFor is an open ticket as the creation for the issue left it two days
// ago.
func ticketFor(id int64, is reconcile.Issue, edit ...func(*reconcile.Ticket)) reconcile.Ticket {
	t := reconcile.Ticket{
		ID: id, Open: true, Place: mark.Ours, EnteredByUs: true, Remembered: true, SameCompany: true,
		Status: "New", Company: is.Company, Summary: is.Summary,
		Created: now.Add(-48 * time.Hour), Updated: now.Add(-48 * time.Hour),
		Mark: mark.Mark{
			Owner: owner, Source: mark.SourceID(is.Key.Feed), Customer: mark.CustomerID(is.Customer), Key: is.Key.ID(),
			Digests: mark.Digests{
				Summary: mark.DigestOf(is.Summary), Company: mark.DigestOf(is.Company), Priority: "abcde", State: mark.DigestOf(is.State),
			},
			Severity: is.Severity, State: mark.Open, Written: now.Add(-48 * time.Hour),
		},
	}
	for _, f := range edit {
		f(&t)
	}
	return t
}

func closed(ago time.Duration, byUs bool) func(*reconcile.Ticket) {
	return func(t *reconcile.Ticket) {
		t.Open, t.Status = false, "Closed"
		t.Closed, t.Updated = now.Add(-ago), now.Add(-ago)
		if byUs {
			t.Mark.State = mark.Closed
			t.Mark.Digests.State = mark.Recovered
		}
	}
}

func stage(s reconcile.Stage) func(*reconcile.Ticket) {
	return func(t *reconcile.Ticket) { t.Stage = s }
}

// adoptable makes a ticket one of the older tool's.
func adoptable(t *reconcile.Ticket) {
	t.Place, t.EnteredByUs, t.Remembered, t.EnteredByTool, t.Recognised, t.SameCompany = mark.Nothing, false, false, true, true, true
	t.Mark = mark.Mark{Owner: owner, Key: t.Mark.Key}
}

func copied(t *reconcile.Ticket) { t.EnteredByUs, t.Remembered = false, false }

func noted(t *reconcile.Ticket) { t.Mark.Digests.State = mark.Recovered }

// absentSince is an open ticket whose timer runs.
func absentSince(ago time.Duration) func(*reconcile.Ticket) {
	return func(t *reconcile.Ticket) { t.Mark.AbsentSince = now.Add(-ago) }
}

// observe is an inventory that looked at everything.
func observe(issues ...reconcile.Issue) reconcile.Observation {
	return reconcile.Observation{At: now, Feeds: []reconcile.Feed{{Name: "cove", Kind: reconcile.Inventory, Everything: true}}, Issues: issues}
}

// alerts is a list of everything that is wrong now.
func alerts(issues ...reconcile.Issue) reconcile.Observation {
	return reconcile.Observation{At: now, Feeds: []reconcile.Feed{{Name: "cove", Kind: reconcile.ActiveAlerts, Everything: true}}, Issues: issues}
}

func boardOf(tickets ...reconcile.Ticket) reconcile.Board {
	return reconcile.Board{Owner: owner, Tickets: tickets}
}

func healthy(since time.Time) reconcile.Observation {
	obs := observe()
	obs.Healthy = []reconcile.Healthy{{Key: key("1"), Customer: "c1", Since: since}}
	return obs
}

func suppressed(state string) reconcile.Observation {
	obs := observe()
	obs.Suppressed = []reconcile.Suppressed{{Key: key("1"), Customer: "c1", Reason: "Maintenance until Monday.", State: state}}
	return obs
}

func with[T any](v T, edit func(*T)) T {
	edit(&v)
	return v
}

// scene is one input of Diff.
type scene struct {
	obs    reconcile.Observation
	board  reconcile.Board
	policy reconcile.Policy
}

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

func (s scene) plan(t fataler) reconcile.Plan {
	t.Helper()
	p, err := reconcile.Diff(s.obs, s.board, s.policy)
	if err != nil {
		t.Fatalf("Diff: %v", err)
	}
	return p
}

// then returns the scene after the plan was carried out.
func (s scene) then(p reconcile.Plan) scene {
	s.board = reconciletest.Simulate(p, s.board)
	return s
}

// run plans at a time, carries the plan out and returns it.
func (s *scene) run(t fataler, at time.Time) reconcile.Plan {
	t.Helper()
	s.obs.At = at
	p := s.plan(t)
	*s = s.then(p)
	return p
}

// only returns the one action about a key.
func only(t *testing.T, p reconcile.Plan, subject string) reconcile.Action {
	t.Helper()
	var found []reconcile.Action
	for _, a := range p.Actions {
		if a.Key.Subject == subject || a.KeyID == key(subject).ID() {
			found = append(found, a)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d actions about %s, want one:\n%s", len(found), subject, p)
	}
	return found[0]
}

func describe(a reconcile.Action) string {
	return fmt.Sprintf("%s %s ticket %d (%s): %s", a.Kind, a.Key, a.Ticket, a.Code, a.Reason())
}

func countWrites(p reconcile.Plan, kinds ...reconcile.ActionKind) int {
	n := 0
	for _, kind := range kinds {
		n += p.Counts()[kind]
	}
	return n
}

func writes(p reconcile.Plan) (out []reconcile.Action) {
	for _, a := range p.Actions {
		if a.Kind.Writes() {
			out = append(out, a)
		}
	}
	return out
}

// summarize counts the actions by kind and code.
func summarize(p reconcile.Plan) map[string]int {
	counts := make(map[string]int)
	for _, a := range p.Actions {
		counts[string(a.Kind)+" "+a.Code]++
	}
	return counts
}
