package desk

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
)

// newOldTool is a case with an older tool's open ticket about subject 1.
func newOldTool(t *testing.T) (j *job, id int64) {
	t.Helper()
	j = newCase(t, func(c *Config) { c.Adopt = Adopt{Summary: "Cove:%", EnteredBy: []string{"oldtool"}} })
	j.adopt = recognise
	j.srv.AsPerson("oldtool")
	return j, j.old("Cove: 1 - backup failed", "oldtool", "", j.company)
}

func (j *job) tool() *connectwisetest.Person { return j.srv.AsPerson("oldtool") }

// nothingWritten checks a run of a desk that has met an older tool.
func (j *job) nothingWritten(r *Report) string {
	j.t.Helper()
	if w := j.writes(); len(w) != 0 {
		j.t.Errorf("writes %q", w)
	}
	return j.stop(r)
}

// O14: the first run adopts the older tool's tickets, and creates tickets for
// problems without one.
func TestCaseO14FirstRun(t *testing.T) {
	j, id := newOldTool(t)
	j.expect(j.night(world{"1": "bad", "2": "bad"}), "adopt 1 done", "create 2 done")
	j.expect(j.night(world{"1": "bad", "2": "bad"}))
	j.tickets(2)
	if got := j.ticket(id).Summary; got != "Cove: 1 - backup failed" {
		t.Errorf("summary %q", got)
	}
	// The next update that is due for another reason writes ours.
	j.expect(j.night(world{"1": "worse", "2": "bad"}), "update 1 done")
	if got := j.ticket(id).Summary; got != "COVE SVR 1 - failed" {
		t.Errorf("summary %q", got)
	}
}

// O15: the older tool runs again after us, and takes tickets over or closes
// them. Nothing is written until a person has acknowledged it; then what it did
// is taken back.
func TestCaseO15D27D29OlderToolRuns(t *testing.T) {
	for _, does := range []string{"rewrites", "closes", "rewrites and closes"} {
		t.Run(does, func(t *testing.T) {
			j, id := newOldTool(t)
			w := world{"1": "bad", "2": "bad"}
			j.night(w)
			j.night(world{"1": "worse", "2": "bad"})
			j.later(30 * time.Minute)
			if strings.Contains(does, "rewrites") {
				must(t, j.tool().EditTicket(id, func(t *connectwisetest.Ticket) { t.Summary = "Cove: 1 - still failed" }))
			}
			if strings.Contains(does, "closes") {
				must(t, j.tool().CloseTicket(id))
			}
			stop := ""
			for range 2 { // it stands, although the tool has been stopped
				r := j.night(world{"1": "worse", "2": "worse"})
				stop = j.nothingWritten(r)
			}
			j.nightWith(Options{Acknowledge: []string{stop}}, world{"1": "worse", "2": "bad"})
			for range 3 { // D27: what we make of it is not a second stop
				if r := j.night(world{"1": "worse", "2": "bad"}); r.Health() == HealthFailed {
					t.Errorf("after the acknowledgement: %v", r.Findings)
				}
			}
			j.tickets(2)
			if j.ticket(id).Closed {
				t.Error("what the older tool closed is taken for a person's close")
			}
		})
	}
}

// D30: a ticket that the older tool made just before our last good run, which
// the lists did not show then, is a stop, not an adoption.
func TestCaseD30MadeJustBefore(t *testing.T) {
	j, _ := newOldTool(t)
	j.night(world{"1": "bad"})
	j.later(time.Hour)
	made := j.now.Add(-30 * time.Second)
	j.sync(j.fleet(world{"1": "bad"}))
	j.seed(connectwisetest.Ticket{
		Summary: "Cove: 2 - failed", Board: connectwisetest.ByName("Service Desk"), Company: connectwisetest.ByID(j.company), EnteredBy: "oldtool", Entered: made,
	}, "")
	j.nothingWritten(j.night(world{"1": "bad", "2": "bad"}))
}

// D28: the acknowledgement is kept although the run that has it fails at its
// first write.
func TestCaseD28AcknowledgedRunFails(t *testing.T) {
	j, id := newOldTool(t)
	j.night(world{"1": "bad"})
	j.night(world{"1": "bad"})
	j.later(30 * time.Minute)
	must(t, j.tool().CloseTicket(id))
	stop := j.stop(j.night(world{"1": "bad"}))
	j.srv.Inject(connectwisetest.Fault{Method: "PATCH", Kind: connectwisetest.StatusBefore, Status: 500, Times: -1})
	j.nightWith(Options{Acknowledge: []string{stop}}, world{"1": "bad"})
	j.srv.ClearFaults()
	for range 3 {
		j.night(world{"1": "bad"})
	}
	if j.tickets(1); j.ticket(id).Closed {
		t.Error("the older tool's close has become a person's")
	}
}

// D32: what a technician has set before the adoption stays.
func TestCaseD32PrioritySetBefore(t *testing.T) {
	j := newCase(t, func(c *Config) {
		c.Adopt = Adopt{Summary: "Cove:%", EnteredBy: []string{"oldtool"}}
		c.Priorities = []PriorityRule{{Priority: "Ours"}}
	})
	j.adopt = recognise
	j.srv.AsPerson("oldtool")
	j.srv.AddPriority(connectwisetest.Priority{Name: "Ours"})
	j.srv.AddPriority(connectwisetest.Priority{Name: "Theirs"})
	id := j.old("Cove: 1 - backup failed", "oldtool", "", j.company)
	must(t, j.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.Priority = connectwisetest.ByName("Theirs") }))
	j.night(world{"1": "bad"})
	j.expect(j.night(world{"1": "worse"}), "update 1 done")
	if got := j.ticket(id).Priority.Name; got != "Theirs" {
		t.Errorf("priority %q", got)
	}
}

// D31, D34: a ticket of which the memory knows gets its marker back, and what a
// person has written stays.
func TestCaseD31D34MarkerCleared(t *testing.T) {
	for _, adopted := range []bool{false, true} {
		j, id := newOldTool(t)
		if !adopted {
			must(t, j.person().DeleteTicket(id))
		}
		j.night(world{"1": "bad"})
		id = j.srv.Tickets()[0].ID
		must(t, j.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.Summary = "Jane's disk"; setMarker(t, "") }))
		j.expect(j.night(world{"1": "bad"}), "mark 1 done")
		j.expect(j.night(world{"1": "worse"}), "update 1 done")
		if j.tickets(1); j.ticket(id).Summary != "Jane's disk" {
			t.Errorf("summary %q", j.ticket(id).Summary)
		}
	}
}

// The same, but the run could not see the problem. Then it does not know what
// it would write, so the current values count as a person's.
func TestCaseD31MarkerClearedAndToolDown(t *testing.T) {
	j := newCase(t, nil)
	j.night(world{"1": "bad"})
	id := j.srv.Tickets()[0].ID
	must(t, j.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.Summary = "Jane's disk"; setMarker(t, "") }))
	j.later(time.Hour)
	j.sync(MonitorFunc("cove", func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) { return nil, errors.New("down") }))
	j.night(world{"1": "bad"})
	j.night(world{"1": "worse"})
	if j.tickets(1); j.ticket(id).Summary != "Jane's disk" {
		t.Errorf("summary %q", j.ticket(id).Summary)
	}
}

// D33: without a memory, a ticket of ours that has lost its marker, or holds
// another program's text, is found by its summary: held and named, also by the
// run after that has a memory again.
func TestCaseD33MemoryLost(t *testing.T) {
	for _, text := range []string{"", "rmm-7"} {
		j := newCase(t, func(c *Config) { c.Adopt = Adopt{Summary: "Cove:%", EnteredBy: []string{"oldtool"}} })
		j.night(world{"1": "bad"})
		id := j.srv.Tickets()[0].ID
		must(t, j.person().EditTicket(id, func(t *connectwisetest.Ticket) { setMarker(t, text) }))
		must(t, os.Remove(j.path))
		for range 3 {
			r := j.night(world{"1": "bad"})
			if j.expect(r); r.Health() != HealthAttention || !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Ticket == id }) {
				t.Errorf("%q: %s: %v", text, r.Health(), r.Findings)
			}
		}
		j.tickets(1)
		// Once a person has closed it, its problem gets a ticket.
		must(t, j.person().CloseTicket(id))
		j.expect(j.night(world{"1": "bad"}), "create 1 done")
	}
}

// If the memory is lost but all markers exist, the run reads one more list and
// creates no ticket.
func TestMemoryLostMarkersStand(t *testing.T) {
	j := newCase(t, nil)
	w := many(4)
	j.night(w)
	must(t, os.Remove(j.path))
	j.expect(j.night(w))
	j.tickets(4)
}

// When a person writes "released" in place of the marker, the ticket is never
// touched again; a problem that goes on gets a new ticket.
func TestReleased(t *testing.T) {
	j := newCase(t, nil)
	j.night(world{"1": "bad"})
	id := j.srv.Tickets()[0].ID
	must(t, j.person().EditTicket(id, func(t *connectwisetest.Ticket) { setMarker(t, "Released") }))
	j.expect(j.night(world{"1": "bad"}), "create 1 done")
	j.expect(j.night(world{"1": "bad"}))
	j.expect(j.night(world{"1": ""}), "close 1 done")
	if j.ticket(id).Closed {
		t.Error("a released ticket was closed")
	}
}

// Tickets that a former API member entered are ours.
func TestFormerMembers(t *testing.T) {
	j := newCase(t, func(c *Config) { c.FormerMembers = []string{"formerapi"} })
	j.srv.AsPerson("formerapi")
	j.night(world{"1": "bad"})
	tk := j.srv.Tickets()[0]
	must(t, j.person().DeleteTicket(tk.ID))
	former := j.seed(connectwisetest.Ticket{Summary: tk.Summary, Board: tk.Board, Status: tk.Status, Company: tk.Company, EnteredBy: "formerapi"}, marker(tk))
	j.expect(j.night(world{"1": ""}), "close 1 done")
	if !j.ticket(former).Closed {
		t.Error("the former member's ticket counts as a copy")
	}
}

// I10, I11: rights are compared by whole names, those of companies too.
func TestCaseI10I11Rights(t *testing.T) {
	b := newBench(t, nil)
	role := func(change func([]connectwisetest.Permission) []connectwisetest.Permission) {
		b.srv.EditMember("apimember", func(m *connectwisetest.Member) { m.Role = change(connectwisetest.FullRole()) })
	}
	role(func(all []connectwisetest.Permission) []connectwisetest.Permission {
		return append([]connectwisetest.Permission{{Module: "Service Desk", Function: "Service Ticket - Dependencies"}}, all...)
	})
	_, err := New(t.Context(), b.client, b.config)
	must(t, err)
	role(func(all []connectwisetest.Permission) []connectwisetest.Permission {
		for i := range all {
			if all[i].Function == "Company Maintenance" {
				all[i].Inquire = connectwisetest.My
			}
		}
		return all
	})
	var faults *ConfigError
	if _, err := New(t.Context(), b.client, b.config); !errors.As(err, &faults) || !strings.Contains(err.Error(), "permission Company Maintenance: inquire My (needs All)") {
		t.Errorf("error %v", err)
	}
}

// Two writers without a common lock: of two tickets for one key the newer one
// is closed, if nobody has touched it.
func TestCaseD5TwoWriters(t *testing.T) {
	for _, touched := range []bool{false, true} {
		b := newBench(t, nil).open()
		w := many(6)
		plan := b.plan(b.observe(w))
		other := b.process(&wire{})
		line := &wire{at: 3} // after the look-up and the first create
		line.fault = func() error { must(t, b.try(other, w)); return nil }
		line.next = b.srv.Transport()
		b.desk = b.process(line)
		report, err := b.desk.Apply(t.Context(), plan, OnResult(func(r Result) {
			if touched && r.Outcome == Done {
				_, err := b.person().AddNote(r.Ticket, connectwisetest.Note{Text: "I am on it.", Internal: true})
				must(t, err)
			}
		}))
		must(t, errors.Join(err, report.Err()))
		open := map[string]int{}
		for _, tk := range b.srv.Tickets() {
			if !tk.Closed {
				open[tk.Summary]++
			}
		}
		for summary, n := range open {
			if !touched && n != 1 || n < 1 {
				t.Errorf("%d open tickets of %q", n, summary)
			}
		}
		if len(open) != 6 {
			t.Errorf("open %v", open)
		}
		for _, r := range report.Results {
			if tk := b.ticket(r.Ticket); tk.Closed {
				t.Errorf("%s is said to have ticket %d, which is closed", r.Action.Key, r.Ticket)
			}
		}
	}
}

// A duplicate that anybody has touched is only listed. A customer's reply
// counts like an owner.
func TestDuplicateTouched(t *testing.T) {
	for name, touch := range map[string]func(*connectwisetest.Ticket){
		"nobody":   func(*connectwisetest.Ticket) {},
		"owner":    func(t *connectwisetest.Ticket) { t.Owner = connectwisetest.ByIdentifier("jsmith") },
		"renamed":  func(t *connectwisetest.Ticket) { t.Summary = "Call Jane" },
		"customer": func(t *connectwisetest.Ticket) { t.CustomerUpdated = true },
	} {
		b := newBench(t, nil).open()
		b.person()
		tk := b.ticket(b.run(world{"1": "bad"}).Results[0].Ticket)
		twin := b.seed(connectwisetest.Ticket{Summary: tk.Summary, Board: tk.Board, Status: tk.Status, Company: tk.Company, EnteredBy: tk.EnteredBy}, marker(tk))
		must(t, b.person().EditTicket(twin, touch))
		b.later(2 * time.Hour)
		must(t, b.run(world{"1": "bad"}).Err())
		if got := b.ticket(twin).Closed; got != (name == "nobody") || b.ticket(tk.ID).Closed {
			t.Errorf("%s: closed %v", name, got)
		}
		for i := range b.load().Tickets {
			if t2 := b.load().Tickets[i]; t2.ID == twin && t2.Open && name != "renamed" && !t2.Touched {
				t.Errorf("%s: it does not count as touched", name)
			}
		}
	}
}

// D38: fields, status and marker of a close are one request, so a run that dies
// after it has closed the ticket, not a person.
func TestCaseD38KilledInAClose(t *testing.T) {
	b := newBench(t, nil).open()
	id := b.run(world{"1": "bad"}).Results[0].Ticket
	b.later(2 * time.Hour)
	plan := b.plan(b.observe(world{"1": ""}))
	b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "/notes", Kind: connectwisetest.ResetBefore})
	b.only(b.apply(plan), reconcile.Close, Unknown)
	board := b.open().load()
	if doing, _ := board.Doing(&board.Tickets[0]); doing != reconcile.DoingClosed || board.Tickets[0].ID != id {
		t.Errorf("doing %d", doing)
	}
}
