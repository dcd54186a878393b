package setup

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
)

// If the tenant chooses the board, it is not known to whom it sends e-mail.
func TestWhoIsMailedWithoutABoard(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *desk.Config) { c.Board = "" }).open()
	if mailings, err := WhoIsMailed(t.Context(), b.desk); err == nil || len(mailings) != 0 {
		t.Errorf("%+v, %v", mailings, err)
	}
}

func TestWhoIsMailed(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *desk.Config) { c.VerifyStatus = "Verify" }).open()
	mailings, err := WhoIsMailed(t.Context(), b.desk)
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
	if mailings, err := WhoIsMailed(t.Context(), b.desk); err == nil {
		t.Errorf("what may not be read counts as nobody: %v", mailings)
	}
}

// What works, but perhaps not as meant, is said before the first write.
func TestWarnings(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *desk.Config) { c.Board, c.Mail = "", true })
	b.srv.AddBoard(connectwisetest.Board{Name: "Own", Statuses: []connectwisetest.Status{{Name: "Begin", Default: true}, {Name: "End", Closed: true, NoTimeEntry: true}}})
	b.srv.EditMember("apimember", func(m *connectwisetest.Member) { m.DefaultBoard = connectwisetest.ByName("Own") })
	got := Warnings(b.open().desk)
	if len(got) != 2 || !strings.Contains(got[0], `status "End"`) || !strings.Contains(got[1], "Mail is on") {
		t.Errorf("warnings %q", got)
	}
	b.config.Board, b.config.Mail = "Service Desk", false
	if got := Warnings(b.open().desk); len(got) != 0 {
		t.Errorf("warnings %q", got)
	}
}

// Every right of a profile is asked for by its whole name: a program that lacks
// one is told which, and what to give.
func TestCaseI11Profiles(t *testing.T) {
	b := newBench(t, nil)
	for name, needs := range Profiles {
		report, err := b.client.System.Check(t.Context(), needs...)
		if err != nil || !report.OK() {
			t.Errorf("%s: %v\n%s", name, err, report)
		}
		for _, need := range needs {
			b.role(func(p *connectwisetest.Permission) {
				if p.Function == need.Function {
					p.Function += " - Dependencies"
				}
			})
			report, err := b.client.System.Check(t.Context(), needs...)
			if err != nil || report.OK() || !strings.Contains(report.String(), "give the API member's security role "+need.Module+": "+need.Function) {
				t.Errorf("%s without %s: %v\n%s", name, need.Function, err, report)
			}
			b.role(func(*connectwisetest.Permission) {})
		}
	}
}

// places are where markers can be: externalXRef, and a custom field.
var places = []string{"", "Backup marker"}

// marker is what a ticket of the bench holds where the marker belongs.
func (b *bench) marker(t connectwisetest.Ticket) string {
	if b.config.MarkerField == "" {
		return t.ExternalXRef
	}
	text, _ := t.CustomFields[b.config.MarkerField].(string)
	return text
}

// The test ticket finds the rule that will change every ticket of the desk.
func TestTestTicket(t *testing.T) {
	for _, place := range places {
		t.Run(place, func(t *testing.T) { testTestTicket(t, place) })
	}
}

func testTestTicket(t *testing.T, place string) {
	tampered := false
	b := newBench(t, func(s *connectwisetest.Config, c *desk.Config) {
		c.MarkerField = place
		c.VerifyStatus, c.StatusStages.Waiting, c.StatusStages.Done = "Verify", []string{"waiting"}, []string{"Completed", "Closed"}
		c.Routes = []desk.Route{{Class: "server", NewStatus: "In Progress"}}
		s.Rules = []connectwisetest.WorkflowRule{{Name: "rules", Change: func(event string, tk *connectwisetest.Ticket) bool {
			if event != "updated" || tk.Status.Name != "Closed" || !strings.Contains(tk.Summary, "test ticket") {
				return false
			}
			tk.Summary, tampered = "[BACKUP] "+tk.Summary, true
			return true
		}}}
	}).open()
	waited := false
	report, err := TestTicket(t.Context(), b.desk, b.company, func(context.Context) error { b.now = b.now.Add(time.Minute); waited = true; return nil })
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
	files, err := b.client.System.Documents.Of("Ticket", report.Ticket).All(t.Context(), nil)
	if got := b.ticket(report.Ticket); !got.Closed || len(b.marker(got)) != 97 || err != nil || len(files) != 1 {
		t.Errorf("ticket %+v", got)
	}
	if mails := b.srv.Mails(); len(mails) != 0 {
		t.Errorf("mails %+v", mails)
	}
	if board, err := b.desk.Load(t.Context(), b.now, time.Hour); err != nil || len(board.Tickets) != 0 {
		t.Errorf("the test ticket counts as ours: %+v, %v", board.Tickets, err)
	}
}

// A rule, or a server, that takes away what stands where the marker belongs is
// found before there is a ticket that needs one.
func TestTestTicketMarkerTaken(t *testing.T) {
	for _, place := range places {
		b := newBench(t, func(s *connectwisetest.Config, c *desk.Config) {
			c.MarkerField = place
			s.Rules = []connectwisetest.WorkflowRule{{Change: func(_ string, tk *connectwisetest.Ticket) bool {
				if place == "" {
					tk.ExternalXRef = "TICKET-REF"
				} else {
					tk.CustomFields = map[string]any{place: "TICKET-REF"}
				}
				return true
			}}}
		}).open()
		report, err := TestTicket(t.Context(), b.desk, b.company, func(context.Context) error { return nil })
		must(t, err)
		want := []TestChange{{Field: b.desk.Marker().String(), Wrote: testMarker, Found: "TICKET-REF"}}
		if diff := cmp.Diff(want, report.Changes); diff != "" {
			t.Error(diff)
		}
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
		report, err := TestTicket(t.Context(), b.desk, b.company, func(context.Context) error { b.replies["service/tickets"] = body; return nil })
		if err == nil || !strings.Contains(err.Error(), "find: ") || !strings.Contains(err.Error(), want) || report.Steps[len(report.Steps)-1].Err == nil {
			t.Errorf("%s: error %v", body, err)
		}
	}
}

// A right that is missing shows in the step that needs it; the rest is tried.
func TestTestTicketFails(t *testing.T) {
	b := newBench(t, nil).open()
	b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "/notes", Kind: connectwisetest.StatusBefore, Status: 403})
	report, err := TestTicket(t.Context(), b.desk, b.company, func(context.Context) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "note") || len(report.Steps) != 7 || report.Steps[1].Err == nil || report.Steps[5].Err != nil {
		t.Errorf("error %v, steps %+v", err, report.Steps)
	}
	b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "system/documents", Kind: connectwisetest.StatusBefore, Status: 403})
	report, err = TestTicket(t.Context(), b.desk, b.company, func(context.Context) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "attachment") || len(report.Steps) != 7 || report.Steps[5].Err != nil {
		t.Errorf("error %v, steps %+v", err, report.Steps)
	}
}
