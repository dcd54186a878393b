package desk

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
)

// legacy takes over "Cove: <subject> - ..." entered by the member oldtool.
func legacy(_ *connectwisetest.Config, c *Config) {
	c.Adopt = Adopt{Summary: "Cove:%", EnteredBy: []string{"oldtool"}}
}

// recognise knows those tickets by their summaries. Word for word the older
// tool's are those that end in "failed".
func recognise(summary string) (k reconcile.Key, verbatim, ok bool) {
	rest, ours := strings.CutPrefix(summary, "Cove: ")
	subject, what, found := strings.Cut(rest, " - ")
	return key(subject), strings.HasSuffix(what, "failed"), ours && found
}

func (b *bench) old(summary, by, xref string, company int64) int64 {
	return b.seed(connectwisetest.Ticket{
		Summary: summary, Board: connectwisetest.ByName("Service Desk"), Company: connectwisetest.ByID(company), EnteredBy: by,
	}, xref)
}

// Adopting is one PATCH of the marker: no note, no status, no summary. From
// then on the ticket is like any other of ours.
func TestAdopt(t *testing.T) {
	b := newBench(t, legacy)
	b.adopt = recognise
	b.srv.AsPerson("oldtool")
	b.open()
	id := b.old("Cove: 1 - backup failed", "oldtool", "", b.company)
	younger := b.old("Cove: 1 - backup failed again", "oldtool", "", b.company)
	before := b.ticket(id)
	b.later(time.Hour)
	b.srv.ResetRequests()
	r := b.only(b.run(world{"1": "bad"}), reconcile.Adopt, Done)
	if r.Ticket != id {
		t.Errorf("adopted %d, want the eldest, %d", r.Ticket, id)
	}
	if diff := cmp.Diff([]string{"PATCH service/tickets/" + lookup.ID(id)}, b.writes()); diff != "" {
		t.Error(diff)
	}
	after := b.ticket(id)
	if after.Summary != before.Summary || after.Status != before.Status || len(b.refs(id)) != 0 || b.mark(id).Key != key("1").ID() {
		t.Errorf("ticket %+v", after)
	}
	if got := b.ticket(younger); marker(got) != "" || got.Closed {
		t.Errorf("the younger one was touched: %+v", got)
	}
	b.later(2 * time.Hour)
	b.only(b.run(world{"1": ""}), reconcile.Close, Done)
	if got := b.ticket(id); !got.Closed || got.Summary != before.Summary {
		t.Errorf("ticket %+v", got)
	}
}

func TestAdoptNot(t *testing.T) {
	b := newBench(t, legacy)
	b.adopt = recognise
	other := b.srv.AddCompany(connectwisetest.Company{Identifier: "OTHER", Name: "Other Ltd"})
	b.srv.AsPerson("oldtool")
	b.open()
	for _, test := range []struct {
		name, by, xref string
		company        int64
		want           string
	}{
		{"entered by a person", "jsmith", "", b.company, reconcile.CodeRecognised},
		{"somebody else's reference", "oldtool", "rmm-7", b.company, reconcile.CodeForeign},
		{"another company", "oldtool", "", other, reconcile.CodeRecognised},
	} {
		t.Run(test.name, func(t *testing.T) {
			b.srv.AsPerson(test.by)
			id := b.old("Cove: "+test.by+test.xref+" - failed", test.by, test.xref, test.company)
			before := b.ticket(id)
			plan := b.plan(b.observe(world{test.by + test.xref: "bad"}))
			var got reconcile.Action
			for _, a := range plan.Actions {
				if a.Key == key(test.by+test.xref) {
					got = a
				}
			}
			if got.Kind != reconcile.Hold || got.Code != test.want {
				t.Errorf("action %s, %s, want %s", got.Kind, got.Reason(), test.want)
			}
			if results := b.apply(plan).Results; len(results) != 0 {
				t.Errorf("results %+v", results)
			}
			if diff := cmp.Diff(before, b.ticket(id)); diff != "" {
				t.Errorf("the ticket was changed:\n%s", diff)
			}
			must(t, b.person().DeleteTicket(id))
		})
	}
}

// A ticket somebody has an eye on is not closed but given to be verified.
func TestPracticeD9TouchedIsVerified(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.VerifyStatus = "Verify" })
	b.person()
	b.srv.AddMember(connectwisetest.Member{Identifier: "owner", FirstName: "O", LastName: "Wner"})
	b.open()
	w := world{"owned": "bad", "free": "bad"}
	id := map[string]int64{}
	for _, r := range b.run(w).Results {
		id[r.Action.Key.Subject] = r.Ticket
	}
	must(t, b.person().EditTicket(id["owned"], func(t *connectwisetest.Ticket) { t.Owner = connectwisetest.ByIdentifier("owner") }))
	b.later(2 * time.Hour)
	b.run(world{"owned": "", "free": ""})
	if got := b.ticket(id["owned"]); got.Status.Name != "Verify" || got.Closed || len(b.refs(got.ID)) != 1 {
		t.Errorf("owned: %q, %d notes", got.Status.Name, len(b.refs(got.ID)))
	}
	if got := b.ticket(id["free"]); !got.Closed {
		t.Errorf("free: %q", got.Status.Name)
	}
	b.later(25 * time.Hour)
	if report := b.run(world{"owned": "", "free": ""}); len(report.Results) != 0 {
		t.Errorf("results %+v", report.Results)
	}
}

// Tickets that people moved are closed and reopened with the statuses of the
// board they are on, or held where that has none.
func TestOtherBoards(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.Boards = map[string]BoardNames{"named": {NewStatus: "Again", ClosedStatus: "Shut 2", StatusStages: StatusStages{New: []string{"Arrived"}}}}
	})
	b.srv.AddBoard(connectwisetest.Board{Name: "Named", Statuses: []connectwisetest.Status{{Name: "Arrived", Default: true}, {Name: "Again"}, {Name: "Shut 1", Closed: true}, {Name: "Shut 2", Closed: true}}})
	b.srv.AddBoard(connectwisetest.Board{Name: "Alike", Statuses: []connectwisetest.Status{{Name: "Fresh", Default: true}, {Name: "Over", Closed: true}}})
	b.srv.AddBoard(connectwisetest.Board{Name: "Strange", Statuses: []connectwisetest.Status{{Name: "Odd", Default: true}, {Name: "End 1", Closed: true}, {Name: "End 2", Closed: true}}})
	b.open()
	boards := []string{"Named", "Alike", "Strange"}
	bad, good := world{}, world{}
	for _, board := range boards {
		bad[board], good[board] = "bad", ""
	}
	id := map[string]int64{}
	for _, r := range b.run(bad).Results {
		id[r.Action.Key.Subject] = r.Ticket
		must(t, b.person().MoveTicket(r.Ticket, connectwisetest.ByName(r.Action.Key.Subject)))
	}
	statuses := func() map[string]string {
		got := map[string]string{}
		for _, board := range boards {
			got[board] = b.ticket(id[board]).Status.Name
		}
		return got
	}
	b.later(2 * time.Hour)
	b.run(good)
	if diff := cmp.Diff(map[string]string{"Named": "Shut 2", "Alike": "Over", "Strange": "Odd"}, statuses()); diff != "" {
		t.Errorf("closed:\n%s", diff)
	}
	b.later(2 * time.Hour)
	b.run(bad)
	if diff := cmp.Diff(map[string]string{"Named": "Again", "Alike": "Fresh", "Strange": "Odd"}, statuses()); diff != "" {
		t.Errorf("reopened:\n%s", diff)
	}
}

func TestRoutes(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.Routes = []Route{
			{Class: "workstation", Severity: reconcile.SeverityHigh, Board: "Second"},
			{Class: "workstation", NoTicket: true},
		}
	})
	b.srv.AddBoard(connectwisetest.Board{Name: "Second"})
	b.open()
	o := b.observe(world{"server": "bad", "laptop": "bad", "big laptop": "bad"})
	for i := range o.Issues {
		if strings.Contains(o.Issues[i].Key.Subject, "laptop") {
			o.Issues[i].Class = "workstation"
		}
		if o.Issues[i].Key.Subject == "big laptop" {
			o.Issues[i].Severity = reconcile.SeverityHigh
		}
	}
	got := map[string]string{}
	for _, r := range b.apply(b.plan(o)).Results {
		if r.Outcome == Done {
			got[r.Action.Key.Subject] = b.ticket(r.Ticket).Board.Name
		} else {
			got[r.Action.Key.Subject] = string(r.Outcome)
		}
	}
	if diff := cmp.Diff(map[string]string{"server": "Service Desk", "laptop": "skipped", "big laptop": "Second"}, got); diff != "" {
		t.Error(diff)
	}
	b.config.Routes[0].Board = "Secnd"
	_, err := New(t.Context(), b.client, b.config)
	var faults *ConfigError
	if !errors.As(err, &faults) || !strings.Contains(err.Error(), `board "Secnd" does not exist; there is "Second"`) {
		t.Errorf("error %v", err)
	}
}

func TestPrepare(t *testing.T) {
	fail := false
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.Prepare = func(_ context.Context, a reconcile.Action, tk *connectwise.Ticket) error {
			if fail {
				return errors.New("no agreement for " + a.Issue.Customer)
			}
			tk.PONumber, tk.Impact = "PO-"+a.Issue.Customer, "High"
			tk.Summary, tk.ExternalXRef, tk.Board, tk.AutomaticEmailContactFlag = "mine", "mine", connectwise.ByName("nowhere"), true
			return nil
		}
	}).open()
	r := b.only(b.run(world{"1": "bad"}), reconcile.Create, Done)
	if got := b.ticket(r.Ticket); got.Impact != "High" || got.Summary != "COVE SVR 1 - failed" || got.AutomaticEmailContact || b.mark(r.Ticket).Key != key("1").ID() {
		t.Errorf("ticket %+v", got)
	}
	if mails := b.srv.Mails(); len(mails) != 0 {
		t.Errorf("mails %+v", mails)
	}
	fail = true
	report := b.run(world{"1": "bad", "2": "bad"})
	if err := report.Err(); err == nil || !strings.Contains(err.Error(), "no agreement for 7") || len(b.srv.Tickets()) != 1 {
		t.Errorf("error %v", err)
	}
}

func TestReportEdited(t *testing.T) {
	b := newBench(t, nil).open()
	w := world{"1": "bad", "2": "bad", "3": "bad"}
	for i, r := range b.run(w).Results {
		if i < 2 {
			must(t, b.person().EditTicket(r.Ticket, func(t *connectwisetest.Ticket) { t.Summary = "Mine" }))
		}
	}
	report := b.run(w)
	if report.Tickets != 3 || report.Edited[reconcile.FieldSummary] != 2 {
		t.Errorf("%d tickets, edited %v", report.Tickets, report.Edited)
	}
}
