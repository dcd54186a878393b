package reconcile_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// A caller's mistake is a fault that names its place, never a silent hold.
func TestFaultsAreLoud(t *testing.T) {
	issueWith := func(edit func(*reconcile.Issue)) func(*scene) {
		return func(s *scene) { s.obs.Issues = []reconcile.Issue{issue("ok"), issue("1", edit)} }
	}
	for _, tt := range []struct {
		name string
		edit func(*scene)
		want string
	}{
		{"no time", func(s *scene) { s.obs.At = time.Time{} }, "observation.at: is not set"},
		{"before markers", func(s *scene) { s.obs.At = time.Unix(-1, 0) }, "observation.at: 1969-12-31T23:59:59Z does not fit into a marker (1970 to 2038-12-24)"},
		{"after markers", func(s *scene) { s.obs.At = time.Date(2038, 12, 25, 0, 0, 0, 0, time.UTC) }, "observation.at: 2038-12-25T00:00:00Z does not fit"},
		{"a misspelt feed (S6)", issueWith(func(is *reconcile.Issue) { is.Key.Feed = "cvoe" }), `observation.issues[1].key.feed: "cvoe" is not one of observation.feeds`},
		{"no feed", issueWith(func(is *reconcile.Issue) { is.Key.Feed = "" }), "observation.issues[1].key.feed: is empty"},
		{"no subject", issueWith(func(is *reconcile.Issue) { is.Key.Subject = "" }), "observation.issues[1].key.subject: is empty"},
		{"not UTF-8", issueWith(func(is *reconcile.Issue) { is.Key.Subject = "\xff" }), `observation.issues[1].key.subject: "\xff" is not valid UTF-8`},
		{"reserved", issueWith(func(is *reconcile.Issue) { is.Key.Subject = "storm:all" }), `observation.issues[1].key.subject: "storm:all" begins with "storm:", which is reserved`},
		{"severity", issueWith(func(is *reconcile.Issue) { is.Severity = 5 }), "observation.issues[1].severity: 5 is not a severity"},
		{"healthy", func(s *scene) { s.obs.Healthy = []reconcile.Healthy{{Key: reconcile.Key{Feed: "x", Subject: "1"}}} }, "observation.healthy[0].key.feed"},
		{"suppressed", func(s *scene) { s.obs.Suppressed = []reconcile.Suppressed{{}} }, "observation.suppressed[0].key.subject"},
		{"feed without a name", func(s *scene) { s.obs.Feeds[0].Name = "" }, "observation.feeds[0].name: is empty"},
		{"feed not UTF-8", func(s *scene) { s.obs.Feeds[0].Name = "\xff" }, "observation.feeds[0].name: "},
		{"feed twice", func(s *scene) { s.obs.Feeds = append(s.obs.Feeds, s.obs.Feeds[0]) }, `observation.feeds[1].name: "cove" is listed twice`},
		{"kind of feed", func(s *scene) { s.obs.Feeds[0].Kind = 3 }, "observation.feeds[0].kind: 3 is not a kind of feed"},
		{"owner", func(s *scene) { s.board.Owner = "" }, `board.owner: "" does not fit into a marker`},
		{"owner that no marker holds", func(s *scene) { s.board.Owner = "my installation" }, `board.owner: "my installation" does not fit into a marker: want 1 to 10 characters`},
		{"ticket number", func(s *scene) { s.board.Tickets[0].ID = 0 }, "board.tickets[0].id: 0 is not a ticket"},
		{"stage", func(s *scene) { s.board.Tickets[0].Stage = 4 }, "board.tickets[0].stage: 4 is not a stage"},
		{"mark without a state", func(s *scene) { s.board.Tickets[0].Mark.State = 0 }, "board.tickets[0].mark: is no marker"},
		{"mark of an unknown state", func(s *scene) { s.board.Tickets[0].Mark.State = 'x' }, "board.tickets[0].mark: is no marker: state state(120)"},
		{"mark of an unknown severity", func(s *scene) { s.board.Tickets[0].Mark.Severity = 5 }, "board.tickets[0].mark: is no marker"},
		{"mark reopened too few times", func(s *scene) { s.board.Tickets[0].Mark.Reopens = -1 }, "board.tickets[0].mark: is no marker"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := scene{observe(), boardOf(ticketFor(7, issue("1"))), reconcile.DefaultPolicy()}
			tt.edit(&s)
			_, err := reconcile.Diff(s.obs, s.board, s.policy)
			var fault reconcile.InputFault
			if !errors.As(err, &fault) || !strings.Contains(err.Error(), "reconcile: "+tt.want) {
				t.Errorf("want %q, got %v", tt.want, err)
			}
		})
	}
	// The last second that a marker holds; keys of any length and with any
	// characters.
	s := scene{observe(issue(strings.Repeat("x", 10000)), issue("a\x00b")), boardOf(ticketFor(7, issue("1"), func(t *reconcile.Ticket) { t.Place, t.Mark = mark.Damaged, mark.Mark{Owner: owner} })), reconcile.DefaultPolicy()}
	s.obs.At = time.Unix(36*36*36*36*36*36-1, 0)
	if n := len(s.plan(t).Actions); n != 3 {
		t.Errorf("%d actions", n)
	}
}

// One device must not stop 20,000: a key that contradicts itself is held and
// counted.
func TestCaseS5OneKeyTwice(t *testing.T) {
	other := issue("1", func(is *reconcile.Issue) { is.State = "other" })
	s := scene{observe(issue("1"), other, issue("2")), boardOf(), reconcile.DefaultPolicy()}
	p := s.plan(t)
	if a := only(t, p, "1"); a.Kind != reconcile.Hold || !a.NeedsAttention() || a.Issue != nil {
		t.Error(describe(a))
	}
	if a := only(t, p, "2"); a.Kind != reconcile.Create || a.NeedsAttention() {
		t.Error(describe(a))
	}
	// Labels are contents too.
	s.obs.Issues = []reconcile.Issue{issue("1"), issue("1", func(is *reconcile.Issue) { is.Labels = map[string]string{"a": "b"} })}
	if a := only(t, s.plan(t), "1"); a.Kind != reconcile.Hold {
		t.Error(describe(a))
	}
}

// Whose storm it is must not depend on which of two contradictions comes last.
func TestContradictionsHaveNoOrder(t *testing.T) {
	here, there := issue("1"), issue("1", func(is *reconcile.Issue) { is.Customer = "c2" })
	storm := ticketFor(7, issue("storm:group:c1"), func(t *reconcile.Ticket) { t.Mark.State = mark.Closed })
	for _, list := range [][]reconcile.Issue{{here, there}, {there, here}} {
		p := scene{alerts(list...), boardOf(storm), reconcile.DefaultPolicy()}.plan(t)
		if p.Codes(reconcile.Keep)[reconcile.CodeByPerson] != 1 || p.Codes(reconcile.Hold)[reconcile.CodeContradictory] != 1 {
			t.Error(p)
		}
	}
	s := scene{alerts(), boardOf(), reconcile.DefaultPolicy()}
	s.obs.Suppressed = []reconcile.Suppressed{{Key: key("1"), Customer: "c1"}, {Key: key("1"), Customer: "c2"}}
	if a := only(t, s.plan(t), "1"); a.Code != reconcile.CodeContradictory {
		t.Error(describe(a))
	}
}

// Each marker without a readable key stands for itself.
func TestDamagedMarkersAreHeldEach(t *testing.T) {
	damaged := func(id int64, m mark.Mark) reconcile.Ticket {
		return ticketFor(id, issue("1"), func(t *reconcile.Ticket) { t.Place, t.Mark = mark.Damaged, m })
	}
	s := scene{observe(), boardOf(damaged(1, mark.Mark{}), damaged(2, mark.Mark{Owner: owner}), damaged(3, mark.Mark{Owner: "other"})), reconcile.DefaultPolicy()}
	p := s.plan(t)
	if p.Codes(reconcile.Hold)[reconcile.CodeForeign] != 2 || len(p.Actions) != 2 {
		t.Error(p)
	}
}

// A ticket is listed twice because it moved between two pages.
func TestTicketListedTwice(t *testing.T) {
	is := issue("1")
	old, fresh := ticketFor(7, is), ticketFor(7, is, closed(time.Hour, true))
	for _, list := range [][]reconcile.Ticket{{old, fresh}, {fresh, old}} {
		s := scene{observe(is), boardOf(list...), reconcile.DefaultPolicy()}
		if a := only(t, s.plan(t), "1"); a.Kind != reconcile.Reopen {
			t.Error(describe(a))
		}
	}
}

// A year that RFC 3339 cannot write counts as unknown.
func TestTimesThatCannotBeWritten(t *testing.T) {
	for year, known := range map[int]bool{-1: false, 0: false, 1: true, 9999: true, 10000: false} {
		since := time.Date(year, 2, 1, 0, 0, 0, 0, time.UTC)
		s := scene{observe(issue("1", func(is *reconcile.Issue) { is.Since = since })), boardOf(), reconcile.DefaultPolicy()}
		if a := only(t, s.plan(t), "1"); a.Issue.Since.IsZero() == known || known && !a.Issue.Since.Equal(since) {
			t.Errorf("year %d: %s", year, a.Issue.Since)
		}
	}
}
