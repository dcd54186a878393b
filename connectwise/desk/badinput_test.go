package desk

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// statusID is the id of a status of the home board.
func (b *bench) statusID(name string) int64 {
	b.t.Helper()
	home, _ := b.srv.Board("Service Desk")
	for _, s := range home.Statuses {
		if s.Name == name {
			return s.ID
		}
	}
	b.t.Fatalf("no status %q", name)
	return 0
}

// editStatus changes a status of the home board as an administrator does.
func (b *bench) editStatus(name string, op connectwise.Op) {
	b.t.Helper()
	home, _ := b.srv.Board("Service Desk")
	_, err := b.client.Service.Boards.Statuses(home.ID).Patch(b.t.Context(), b.statusID(name), op)
	must(b.t, err)
}

// Statuses are kept by id, so a status that is renamed while a process runs
// keeps its meaning; a new process refuses the old name.
func TestStatusRenamedMidRun(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.ClosedStatus, c.StatusStages.Waiting = "Closed", []string{"Waiting"}
	}).open()
	id := map[string]int64{}
	for _, r := range b.run(world{"1": "bad", "2": "bad"}).Results {
		id[r.Action.Key.Subject] = r.Ticket
	}
	must(t, b.person().EditTicket(id["2"], func(t *connectwisetest.Ticket) { t.Status = connectwisetest.ByName("Waiting") }))
	b.later(2 * time.Hour)
	plan := b.plan(b.observe(world{"1": "", "2": ""}))
	b.editStatus("Closed", connectwise.Set("name", "Done and dusted"))
	b.editStatus("Waiting", connectwise.Set("name", "On hold"))
	must(t, b.apply(plan).Err())
	if got := b.ticket(id["1"]); got.Status.Name != "Done and dusted" || !got.Closed {
		t.Errorf("closed: status %q", got.Status.Name)
	}
	if got := b.ticket(id["2"]); got.Status.Name != "On hold" || len(b.refs(id["2"])) != 1 {
		t.Errorf("waiting: status %q, notes %q", got.Status.Name, b.refs(id["2"]))
	}
	for _, tk := range b.load().Tickets {
		if tk.ID == id["2"] && tk.Stage != reconcile.StageWaiting {
			t.Errorf("the renamed status means stage %v", tk.Stage)
		}
	}
	_, err := New(t.Context(), b.client, b.config)
	var faults *ConfigError
	if !errors.As(err, &faults) || len(faults.Faults) != 2 {
		t.Errorf("error %v, want the two names that are gone", err)
	}
}

// The closing status becomes inactive or is deleted after New. If the server
// still accepts it, the ticket is closed. Otherwise the ticket stays open, the
// report has the server's error, and everything else is done.
func TestStatusGoneMidRun(t *testing.T) {
	off := func(b *bench) { b.editStatus("Closed", connectwise.Set("inactive", true)) }
	for _, test := range []struct {
		name   string
		refuse bool
		do     func(b *bench)
		want   Outcome
	}{
		{"off, still taken", false, off, Done},
		{"off, refused", true, off, Failed},
		{"deleted", false, func(b *bench) {
			home, _ := b.srv.Board("Service Desk")
			must(b.t, b.client.Service.Boards.Statuses(home.ID).Delete(b.t.Context(), b.statusID("Closed")))
		}, Failed},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, func(s *connectwisetest.Config, _ *Config) { s.Switches.RefuseInactive = test.refuse }).open()
			id := b.run(world{"1": "bad"}).Results[0].Ticket
			b.later(2 * time.Hour)
			plan := b.plan(b.observe(world{"1": "", "2": "bad"}))
			test.do(b)
			report := b.apply(plan)
			if report.Count(reconcile.Create, Done) != 1 || report.Count(reconcile.Close, test.want) != 1 {
				t.Errorf("outcomes %v, want the close %s: %v", report.Outcomes(), test.want, report.Err())
			}
			state, closed := mark.Open, test.want == Done
			if closed {
				state = mark.Closed
			} else if err := report.Err(); err == nil || !strings.Contains(err.Error(), "Service Status") {
				t.Errorf("error %v", err)
			}
			if got := b.ticket(id); got.Closed != closed || b.mark(id).State != state {
				t.Errorf("closed %v, mark %+v", got.Closed, b.mark(id))
			}
			if _, err := New(t.Context(), b.client, b.config); err == nil {
				t.Error("a new process accepts a board that cannot be closed on")
			}
		})
	}
}

// When a board is deleted while a process runs, no ticket is created on another
// board, and tickets on other boards are still maintained.
func TestBoardDeletedMidRun(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.Routes = []Route{{Kind: "offline", Board: "Second"}} })
	second := b.srv.AddBoard(connectwisetest.Board{Name: "Second"})
	b.open()
	b.run(world{"1": "bad"})
	b.later(2 * time.Hour)
	o := b.observe(world{"1": "worse", "2": "bad"})
	for i := range o.Issues {
		if o.Issues[i].Key == key("2") {
			o.Issues[i].Kind = "offline"
		}
	}
	plan := b.plan(o)
	must(t, b.client.Service.Boards.Delete(t.Context(), second))
	for range 2 {
		report := b.apply(plan)
		if report.Count(reconcile.Create, Failed) != 1 || report.Count(reconcile.Update, Failed) != 0 {
			t.Errorf("outcomes %v: %v", report.Outcomes(), report.Err())
		}
	}
	if n := len(b.srv.Tickets()); n != 1 {
		t.Errorf("%d tickets", n)
	}
	_, err := New(t.Context(), b.client, b.config)
	if err == nil || !strings.Contains(err.Error(), `board "Second" does not exist`) {
		t.Errorf("error %v", err)
	}
}

// A ticket stands on a board whose statuses the API member may not read. Its
// status is left alone; the run goes on with all others.
func TestBoardUnreadable(t *testing.T) {
	b := newBench(t, nil).open()
	closed := b.srv.AddBoard(connectwisetest.Board{Name: "Secret"})
	id := map[string]int64{}
	for _, r := range b.run(world{"1": "bad", "2": "bad", "3": "bad"}).Results {
		id[r.Action.Key.Subject] = r.Ticket
	}
	must(t, b.person().MoveTicket(id["1"], connectwisetest.ByName("Secret")))
	must(t, b.person().MoveTicket(id["3"], connectwisetest.ByName("Secret")))
	for _, status := range []int{403, 404} {
		b.open()
		b.srv.Inject(connectwisetest.Fault{Path: fmt.Sprintf("boards/%d/statuses", closed), Kind: connectwisetest.StatusBefore, Status: status, Times: -1})
		b.later(2 * time.Hour)
		b.srv.ResetRequests()
		report := b.run(world{"1": "", "2": fmt.Sprint("bad ", status), "3": ""})
		must(t, report.Err())
		if got := b.ticket(id["1"]); got.Closed || got.Status.Name != "New" || report.Count(reconcile.Update, Done) == 0 || report.Count(reconcile.Close, Done) != 0 {
			t.Errorf("status %q, outcomes %v", got.Status.Name, report.Outcomes())
		}
		if n := b.srv.Count("GET", "statuses"); n > 1 {
			t.Errorf("%d reads of a board that cannot be read", n)
		}
	}
	b.srv.ClearFaults()
	b.srv.Inject(connectwisetest.Fault{Path: fmt.Sprintf("boards/%d/statuses", closed), Kind: connectwisetest.HTML, Times: -1})
	b.open()
	if _, err := b.desk.Load(t.Context(), b.now, time.Hour); err == nil {
		t.Error("an unreadable answer counts as a board without statuses")
	}
}

// When permissions are removed while a process runs, refused writes are
// reported, and a list that lacks rows is not believed.
func TestPermissionLostMidRun(t *testing.T) {
	role := func(b *bench, function string, change func(p *connectwisetest.Permission)) {
		b.srv.EditMember("apimember", func(m *connectwisetest.Member) {
			m.Role = connectwisetest.FullRole()
			for i := range m.Role {
				if strings.HasPrefix(m.Role[i].Function, function) {
					change(&m.Role[i])
				}
			}
		})
	}
	for _, test := range []struct {
		name, function string
		change         func(p *connectwisetest.Permission)
		want           map[Outcome]int
	}{
		{"edit", "Service Ticket", func(p *connectwisetest.Permission) { p.Edit = connectwisetest.None }, map[Outcome]int{Done: 1, Failed: 2}},
		{"add", "Service Ticket", func(p *connectwisetest.Permission) { p.Add = connectwisetest.None }, map[Outcome]int{Failed: 3}},
		{"close", "Close Service Ticket", func(p *connectwisetest.Permission) { p.Edit = connectwisetest.None }, map[Outcome]int{Done: 2, Failed: 1}},
		{"inquire", "Service Ticket", func(p *connectwisetest.Permission) { p.Inquire = connectwisetest.None }, map[Outcome]int{Failed: 3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, nil).open()
			b.run(world{"1": "bad", "2": "bad"})
			b.later(2 * time.Hour)
			w := world{"1": "worse", "2": "", "3": "bad"}
			plan := b.plan(b.observe(w))
			role(b, test.function, test.change)
			report := b.apply(plan)
			if diff := cmp.Diff(test.want, report.Outcomes()); diff != "" || report.Err() == nil {
				t.Errorf("%s\n%v", diff, report.Err())
			}
			b.srv.EditMember("apimember", func(m *connectwisetest.Member) { m.Role = nil })
			b.later(DefaultSettle + time.Second)
			must(t, b.run(w).Err())
			notes := map[string]int{}
			for _, tk := range b.srv.Tickets() {
				if tk.Closed != (b.mark(tk.ID).Key == key("2").ID()) {
					t.Errorf("ticket %d: closed %v", tk.ID, tk.Closed)
				}
				for _, ref := range b.refs(tk.ID) {
					notes[ref]++
				}
			}
			if len(b.srv.Tickets()) != 3 || len(notes) != 2 {
				t.Errorf("%d tickets, notes %v", len(b.srv.Tickets()), notes)
			}
		})
	}
}

// The inquire level falls to My, or a board is closed to the API member, while
// a process runs, so lists silently lack rows. Missing rows are investigated,
// and no second ticket is created.
func TestRowsHiddenMidRun(t *testing.T) {
	b := newBench(t, legacy)
	b.adopt = recognise
	b.srv.AsPerson("oldtool")
	b.open()
	w := world{"1": "bad", "2": "bad"}
	for subject := range w {
		b.old("Cove: "+subject+" - backup failed", "oldtool", "", b.company)
	}
	if report := b.run(w); report.Count(reconcile.Adopt, Done) != 2 {
		t.Fatalf("results %+v", report.Results)
	}
	// With the level My a member sees what it entered or owns: neither of these.
	b.srv.EditMember("apimember", func(m *connectwisetest.Member) {
		m.Role = connectwisetest.FullRole()
		for i := range m.Role {
			if m.Role[i].Function == "Service Tickets" {
				m.Role[i].Inquire = connectwisetest.My
			}
		}
	})
	b.later(2 * time.Hour)
	_, err := b.desk.Load(t.Context(), b.now, b.policy.Horizon())
	var faults *ConfigError
	if !errors.As(err, &faults) || !strings.Contains(err.Error(), "needs All") {
		t.Errorf("error %v", err)
	}
	b.srv.EditMember("apimember", func(m *connectwisetest.Member) { m.Role = nil })
	if report := b.run(w); report.Count(reconcile.Create, Done) != 0 || len(b.srv.Tickets()) != 2 {
		t.Errorf("results %+v", report.Results)
	}
}

// A board the API member is excluded from is refused, at the start and, when
// its tickets vanish from the lists, later.
func TestExcludedBoard(t *testing.T) {
	b := newBench(t, nil)
	home, _ := b.srv.Board("Service Desk")
	me := fmt.Sprintf(`{"id":1,"identifier":"apimember","excludedServiceBoardIds":[%d]}`, home.ID)
	excluded := func() error { _, err := New(t.Context(), b.client, b.config); return err }
	must(t, excluded())
	client := b.client
	func() {
		defer func() { b.client = client }()
		b.client = b.replying("system/myMembers", me)
		err := excluded()
		var faults *ConfigError
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), `excluded from board "Service Desk"`) {
			t.Errorf("error %v", err)
		}
	}()
	b.open()
	b.run(world{"1": "bad"})
	b.later(2 * time.Hour)
	b.desk.client = b.replying("system/myMembers", me)
	must(t, b.person().EditTicket(b.srv.Tickets()[0].ID, func(t *connectwisetest.Ticket) { setMarker(t, "") }))
	if _, err := b.desk.Load(t.Context(), b.now, time.Hour); err == nil || !strings.Contains(err.Error(), "excluded") {
		t.Errorf("error %v", err)
	}
}

// A clean marker of another owner on a ticket with our prefix in its summary, a
// marker of another version, and damage of every kind are never written.
func TestForeignAndDamagedMarkersStand(t *testing.T) {
	b := newBench(t, nil).open()
	good := b.ticket(b.run(world{"1": "bad"}).Results[0].Ticket)
	other := b.mark(good.ID)
	other.Owner = "other"
	mine := marker(good)
	foreign, err := other.Format()
	must(t, err)
	marks := []string{
		foreign,
		strings.Replace(mine, "cdk1", "cdk2", 1),
		strings.ToUpper(mine),
		mine[:60],
		mine[:len(mine)-1] + "!",
		"see " + mine,
		mine + " " + mine[:2],
		"cdk1:" + b.desk.owner + ":",
		"cdk1:" + b.desk.owner + ":::::::::",
		"RMM-4711",
	}
	must(t, b.person().DeleteTicket(good.ID))
	for _, xref := range marks {
		b.seed(connectwisetest.Ticket{Summary: good.Summary, Board: good.Board, Company: good.Company, EnteredBy: "apimember"}, xref)
	}
	before := b.srv.Tickets()
	for _, state := range []string{"worse", "", "bad", ""} {
		b.later(25 * time.Hour)
		must(t, b.run(world{"1": state}).Err())
	}
	if diff := cmp.Diff(before, b.srv.Tickets()[:len(before)]); diff != "" {
		t.Errorf("foreign tickets were written:\n%s", diff)
	}
	// A damaged marker of the key is legible, so no ticket is made beside it.
	if n := len(b.srv.Tickets()); n != len(before) {
		t.Errorf("%d tickets beside the damaged ones", n-len(before))
	}
}

// Between any two requests of a run somebody else does something to every
// ticket of ours: the run hurts nobody's work, the next clean one leaves exactly
// one open ticket of ours per problem, and the one after it is quiet.
// quietly lets runs pass until one has nothing to write: one for what people
// did during the last.
// Two processes of one owner that know nothing of each other take turns between
// load and apply.
