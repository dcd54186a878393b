package desk

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
)

func TestWhoIsMailed(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.VerifyStatus = "Verify" }).open()
	mailings, err := b.desk.WhoIsMailed(t.Context())
	must(t, err)
	var got []string
	for _, m := range mailings {
		got = append(got, m.String())
	}
	want := []string{
		`create (status "New"): would mail Contact; kept silent`,
		`reopen (status "New"): would mail Contact; kept silent`,
		`close (status "Closed"): would mail Contact; kept silent`,
		`verify (status "Verify"): nobody is set up to be mailed`,
		`note: nobody is set up to be mailed`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if w := b.writes(); len(w) != 0 {
		t.Errorf("writes %q", w)
	}
	b.srv.Inject(connectwisetest.Fault{Path: "notifications", Kind: connectwisetest.StatusBefore, Status: 403})
	if mailings, err := b.desk.WhoIsMailed(t.Context()); err == nil {
		t.Errorf("what may not be read counts as nobody: %v", mailings)
	}
}

func TestSettings(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.Board = "" })
	b.srv.AddBoard(connectwisetest.Board{Name: "Own", Statuses: []connectwisetest.Status{{Name: "Begin", Default: true}, {Name: "End", Closed: true, NoTimeEntry: true}}})
	b.srv.EditMember("apimember", func(m *connectwisetest.Member) { m.DefaultBoard = connectwisetest.ByName("Own") })
	got := b.open().desk.Settings()
	if len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], `"End"`) {
		t.Errorf("warnings %q", got.Warnings)
	}
	got.Warnings = nil
	if diff := cmp.Diff(Settings{Owner: "test-u3wu", Member: "apimember", Board: "Own", NewStatus: "Begin", ClosedStatus: "End", Marker: "externalXRef"}, got); diff != "" {
		t.Error(diff)
	}
}

// The test ticket finds the rule that will change every ticket of the desk.
func TestTestTicket(t *testing.T) {
	tampered := false
	b := newBench(t, func(s *connectwisetest.Config, c *Config) {
		c.VerifyStatus, c.StatusStages.Waiting, c.StatusStages.Done = "Verify", []string{"waiting"}, []string{"Completed", "Closed"}
		c.Routes = []Route{{Class: "server", NewStatus: "In Progress"}}
		s.Rules = []connectwisetest.WorkflowRule{{Name: "rules", Change: func(event string, tk *connectwisetest.Ticket) bool {
			if event != "updated" || tk.Status.Name != "Closed" || !strings.Contains(tk.Summary, "test ticket") {
				return false
			}
			tk.Summary, tampered = "[BACKUP] "+tk.Summary, true
			return true
		}}}
	}).open()
	waited := false
	report, err := b.desk.TestTicket(t.Context(), b.company, func(context.Context) error { b.later(time.Minute); waited = true; return nil })
	must(t, err)
	var steps []string
	for _, s := range report.Steps {
		if s.Err != nil {
			t.Errorf("%s: %v", s.Name, s.Err)
		}
		steps = append(steps, s.Name)
	}
	if diff := cmp.Diff([]string{"create", "note", "attachment", "status In Progress", "status Waiting", "status Verify", "status Completed", "close", "reopen", "close again", "find"}, steps); diff != "" {
		t.Error(diff)
	}
	if !tampered || !waited || len(report.Changes) != 1 || report.Changes[0].Field != "summary" {
		t.Errorf("changes %+v", report.Changes)
	}
	if got := b.ticket(report.Ticket); !got.Closed || len(marker(got)) != 97 || len(b.files(report.Ticket)) != 1 {
		t.Errorf("ticket %+v", got)
	}
	if mails := b.srv.Mails(); len(mails) != 0 {
		t.Errorf("mails %+v", mails)
	}
	if board := b.load(); len(board.Tickets) != 0 {
		t.Errorf("the test ticket counts as ours: %+v", board.Tickets)
	}
}

// A rule, or a server, that takes away what stands where the marker belongs is
// found before there is a ticket that needs one.
func TestTestTicketMarkerTaken(t *testing.T) {
	b := newBench(t, func(s *connectwisetest.Config, _ *Config) {
		s.Rules = []connectwisetest.WorkflowRule{{Change: func(_ string, tk *connectwisetest.Ticket) bool {
			setMarker(tk, "TICKET-REF")
			return true
		}}}
	}).open()
	report, err := b.desk.TestTicket(t.Context(), b.company, func(context.Context) error { return nil })
	must(t, err)
	want := []TestChange{{Field: b.desk.place.String(), Wrote: testMarker, Found: "TICKET-REF"}}
	if diff := cmp.Diff(want, report.Changes); diff != "" {
		t.Error(diff)
	}
}

// A server whose lists do not show what they should is found out before it can
// have tickets made twice.
func TestTestTicketNotFound(t *testing.T) {
	for body, want := range map[string]string{
		`[]`:         "does not show it",
		`[{"id":1}]`: "does not show it",
		`{`:          "no list",
	} {
		b := newBench(t, nil).open()
		listing := b.replying("service/tickets", body)
		report, err := b.desk.TestTicket(t.Context(), b.company, func(context.Context) error { b.desk.client = listing; return nil })
		if err == nil || !strings.Contains(err.Error(), "find: ") || !strings.Contains(err.Error(), want) || report.Steps[len(report.Steps)-1].Err == nil {
			t.Errorf("%s: error %v", body, err)
		}
	}
}

// A right that is missing shows in the step that needs it; the rest is tried.
func TestTestTicketFails(t *testing.T) {
	b := newBench(t, nil).open()
	b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "/notes", Kind: connectwisetest.StatusBefore, Status: 403})
	report, err := b.desk.TestTicket(t.Context(), b.company, func(context.Context) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "note") || len(report.Steps) != 7 || report.Steps[1].Err == nil || report.Steps[5].Err != nil {
		t.Errorf("error %v, steps %+v", err, report.Steps)
	}
	b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "system/documents", Kind: connectwisetest.StatusBefore, Status: 403})
	report, err = b.desk.TestTicket(t.Context(), b.company, func(context.Context) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "attachment") || len(report.Steps) != 7 || report.Steps[5].Err != nil {
		t.Errorf("error %v, steps %+v", err, report.Steps)
	}
}

// Impact and severity rise with the problem, unless a person has set them.
func TestImpactAndSeverity(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.Priorities = []PriorityRule{
			{Severity: reconcile.SeverityHigh, TicketImpact: "High", TicketSeverity: "High"},
			{TicketImpact: "Low", TicketSeverity: "Low"},
		}
	}).open()
	rise := func() {
		b.later(2 * time.Hour)
		o := b.observe(world{"1": "worse", "2": "worse"})
		for i := range o.Issues {
			o.Issues[i].Severity = reconcile.SeverityHigh
		}
		must(t, b.apply(b.plan(o)).Err())
	}
	id := map[string]int64{}
	for _, r := range b.run(world{"1": "bad", "2": "bad"}).Results {
		id[r.Action.Key.Subject] = r.Ticket
		if got := b.ticket(r.Ticket); got.Impact != "Low" || got.Severity != "Low" {
			t.Errorf("impact %q severity %q", got.Impact, got.Severity)
		}
	}
	before := b.ticket(id["1"]).Priority
	must(t, b.person().EditTicket(id["2"], func(t *connectwisetest.Ticket) { t.Impact = "Medium" }))
	rise()
	if got := b.ticket(id["1"]); got.Impact != "High" || got.Severity != "High" || got.Priority != before {
		t.Errorf("impact %q severity %q priority %q", got.Impact, got.Severity, got.Priority.Name)
	}
	if got := b.ticket(id["2"]); got.Impact != "Medium" || got.Severity != "High" {
		t.Errorf("a person's impact: %q, severity %q", got.Impact, got.Severity)
	}
	b.config.Priorities[0].TicketImpact = "Hgh"
	if _, err := New(t.Context(), b.client, b.config); err == nil || !strings.Contains(err.Error(), `Priorities[0]: "Hgh" is no impact or severity; there is "High"`) {
		t.Errorf("error %v", err)
	}
}
