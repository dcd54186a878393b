package desk

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

func TestLoad(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.StatusStages = StatusStages{Waiting: []string{"waiting"}, Done: []string{"Completed"}, Silenced: []string{"Verify"}}
	})
	b.srv.AddBoard(connectwisetest.Board{Name: "Projects", Statuses: []connectwisetest.Status{{Name: "Odd"}, {Name: "End 1", Closed: true}, {Name: "End 2", Closed: true}}})
	b.srv.AddBoard(connectwisetest.Board{Name: "Second", Statuses: []connectwisetest.Status{{Name: "Fresh", Default: true}, {Name: "Over", Closed: true}}})
	b.open()
	report := b.run(world{"new": "x", "working": "x", "waiting": "x", "done": "x", "silenced": "x", "odd": "x", "second": "x", "edited": "x", "byperson": "x", "merged": "x", "damaged": "x"})
	id := map[string]int64{}
	for _, r := range report.Results {
		id[r.Action.Key.Subject] = r.Ticket
	}
	status := func(subject, name string) {
		must(t, b.person().EditTicket(id[subject], func(t *connectwisetest.Ticket) { t.Status = connectwisetest.ByName(name) }))
	}
	status("working", "In Progress")
	status("waiting", "Waiting")
	status("done", "Completed")
	status("silenced", "Verify")
	must(t, b.person().MoveTicket(id["odd"], connectwisetest.ByName("Projects")))
	must(t, b.person().MoveTicket(id["second"], connectwisetest.ByName("Second")))
	must(t, b.person().EditTicket(id["edited"], func(t *connectwisetest.Ticket) { t.Summary = "mine" }))
	must(t, b.person().CloseTicket(id["byperson"]))
	parent := b.srv.AddTicket(connectwisetest.Ticket{Summary: "parent", Company: connectwisetest.ByID(b.company), Board: connectwisetest.ByName("Service Desk")})
	must(t, b.person().MergeTickets(parent, id["merged"]))
	must(t, b.person().EditTicket(id["damaged"], func(t *connectwisetest.Ticket) { setMarker(t, strings.ToUpper(marker(*t))) }))
	// What is not ours: another owner, another tool, text that only looks like it.
	other, err := exampleMark().Format()
	must(t, err)
	for _, xref := range []string{other, "rmm-1", "", "cdk1:testing:x"} {
		b.seed(connectwisetest.Ticket{Summary: "foreign", Company: connectwisetest.ByID(b.company)}, xref)
	}

	board := b.load()
	if board.Owner != b.desk.owner || board.Partial || !board.ClosedSince.Equal(b.now.Add(-b.policy.Horizon())) {
		t.Errorf("board %q partial %v since %s", board.Owner, board.Partial, board.ClosedSince)
	}
	type brief struct {
		Open, Silenced, OtherBoard, ByUs bool
		Place                            mark.Place
		Stage                            reconcile.Stage
		Status                           string
		Differs                          []string
		MergedInto                       int64
		ParentOpen                       bool
	}
	got := map[string]brief{}
	for _, tk := range board.Tickets {
		for subject, i := range id {
			if i == tk.ID {
				got[subject] = brief{tk.Open, tk.Silenced, tk.OtherBoard, tk.EnteredByUs, tk.Place, tk.Stage, tk.Status, tk.Differs, tk.MergedInto, tk.ParentOpen}
				if want := key(subject).ID(); tk.Mark.Key != want {
					t.Errorf("%s: key %s, want %s", subject, tk.Mark.Key, want)
				}
			}
		}
	}
	want := map[string]brief{
		"new":      {Open: true, ByUs: true, Status: "New", Place: mark.Ours},
		"working":  {Open: true, ByUs: true, Status: "In Progress", Stage: reconcile.StageWorking, Place: mark.Ours},
		"waiting":  {Open: true, ByUs: true, Status: "Waiting", Stage: reconcile.StageWaiting, Place: mark.Ours},
		"done":     {Open: true, ByUs: true, Status: "Completed", Stage: reconcile.StageDone, Place: mark.Ours},
		"silenced": {Open: true, ByUs: true, Status: "Verify", Stage: reconcile.StageWorking, Silenced: true, Place: mark.Ours},
		"odd":      {Open: true, ByUs: true, Status: "Odd", OtherBoard: true, Place: mark.Ours},
		"second":   {Open: true, ByUs: true, Status: "Fresh", Place: mark.Ours},
		"edited":   {Open: true, ByUs: true, Status: "New", Differs: []string{reconcile.FieldSummary}, Place: mark.Ours},
		"byperson": {ByUs: true, Status: "Closed", Stage: reconcile.StageDone, Place: mark.Ours},
		"merged":   {ByUs: true, Status: "Closed", Stage: reconcile.StageDone, MergedInto: parent, ParentOpen: true, Place: mark.Ours},
		"damaged":  {Open: true, ByUs: true, Status: "New", Place: mark.Damaged},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(board.Tickets) != len(want) {
		t.Errorf("%d tickets, want %d", len(board.Tickets), len(want))
	}
}

// Closed tickets beyond the horizon are not read; ClosedSince says so.
func TestLoadHorizon(t *testing.T) {
	b := newBench(t, nil).open()
	b.run(world{"1": "x"})
	b.later(time.Hour)
	b.run(world{"1": ""})
	b.later(b.policy.Horizon() + time.Hour)
	if board := b.load(); len(board.Tickets) != 0 {
		t.Errorf("tickets %+v", board.Tickets)
	}
}

// A list that breaks off is an error, never a shorter board.
func TestLoadUnreadable(t *testing.T) {
	for _, kind := range []connectwisetest.FaultKind{connectwisetest.HTML, connectwisetest.Truncate, connectwisetest.Garbage, connectwisetest.ResetAfter, connectwisetest.StatusBefore} {
		b := newBench(t, nil).open()
		b.run(world{"1": "x"})
		b.srv.Inject(connectwisetest.Fault{Method: "GET", Path: "service/tickets", Kind: kind})
		board, err := b.desk.Load(t.Context(), b.now, time.Hour)
		if err == nil {
			t.Errorf("fault %d: board %+v without an error", kind, board)
		}
	}
}

// A server that hides the field the marker stands in, as one with rights by
// field does, has not said that there is no ticket.
func TestLoadHidden(t *testing.T) {
	b := newBench(t, nil).open()
	b.desk.client = b.replying("service/tickets", `[{"id":5,"summary":"x","status":{"id":1},"board":{"id":1},"company":{"id":1}}]`)
	if board := b.load(); !board.Partial || len(board.Tickets) != 0 {
		t.Errorf("board %+v", board)
	}
	plan, err := reconcile.Diff(b.observe(world{"1": "bad"}), b.load(), b.policy)
	must(t, err)
	if plan.Actions[0].Kind != reconcile.Hold {
		t.Errorf("a board that hides tickets gives %+v", plan.Actions[0])
	}
	// The look-up before creates does not take it for an answer either.
	plan.Actions[0].Kind = reconcile.Create
	b.only(b.apply(plan), reconcile.Create, Failed)
}

// A damaged marker is held and no second ticket is made for its key.
func TestDamagedMarkerIsHeld(t *testing.T) {
	b := newBench(t, nil).open()
	id := b.run(world{"1": "x"}).Results[0].Ticket
	must(t, b.person().EditTicket(id, func(t *connectwisetest.Ticket) { setMarker(t, marker(*t)+" #7") }))
	b.later(2 * time.Hour)
	b.srv.ResetRequests()
	plan := b.plan(b.observe(world{"1": "worse"}))
	if len(plan.Actions) != 1 || plan.Actions[0].Kind != reconcile.Hold {
		t.Errorf("actions %+v", plan.Actions)
	}
	b.apply(plan)
	if w := b.writes(); len(w) != 0 {
		t.Errorf("writes %q", w)
	}
}

func TestLoadCallsGrowWithPagesOnly(t *testing.T) {
	b := newBench(t, nil).open()
	var m = exampleMark()
	m.Owner = b.desk.owner
	for i := range 2500 {
		m.Key = key(lookup.ID(int64(i))).ID()
		xref, err := m.Format()
		must(t, err)
		b.seed(connectwisetest.Ticket{Summary: "x", Company: connectwisetest.ByID(b.company), Board: connectwisetest.ByName("Service Desk")}, xref)
	}
	b.srv.ResetRequests()
	if board := b.load(); len(board.Tickets) != 2500 {
		t.Errorf("%d tickets", len(board.Tickets))
	}
	if n := b.srv.Calls(); n > 4 {
		t.Errorf("%d requests for three pages", n)
	}
}

func TestCompanies(t *testing.T) {
	b := newBench(t, nil)
	gone := b.srv.AddCompany(connectwisetest.Company{Identifier: "GONE", Name: "Gone Inc", Deleted: true})
	b.open()
	companies, err := b.desk.Companies(t.Context())
	must(t, err)
	found := 0
	for _, c := range companies {
		switch {
		case c.ID == lookup.ID(b.company) && c.Identifier == "ACME" && c.Name == "Acme Ltd" && !c.Deleted,
			c.ID == lookup.ID(gone) && c.Deleted:
			found++
		}
	}
	if found != 2 {
		t.Errorf("companies %+v", companies)
	}
	b.srv.Inject(connectwisetest.Fault{Path: "company/companies", Kind: connectwisetest.Truncate})
	if companies, err := b.desk.Companies(t.Context()); err == nil {
		t.Errorf("a broken list gives %d companies and no error", len(companies))
	}
}

func TestReportErr(t *testing.T) {
	boom := errors.New("boom")
	r := &Report{Results: []Result{
		{Action: reconcile.Action{Kind: reconcile.Create, Key: key("1")}, Outcome: Failed, Err: boom},
		{Action: reconcile.Action{Kind: reconcile.Update, KeyID: "abc"}, Outcome: Unknown, Ticket: 7, Err: boom},
		{Action: reconcile.Action{Kind: reconcile.Update, Key: key("2")}, Outcome: Drifted},
	}}
	want := "create cove/1: failed: boom\nupdate abc (ticket 7): unknown: boom"
	if err := r.Err(); err == nil || err.Error() != want || !errors.Is(err, boom) {
		t.Errorf("Err = %v, want %s", err, want)
	}
	if r.Count(reconcile.Update, Unknown) != 1 || r.Count(reconcile.Update, Done) != 0 {
		t.Error("Count is wrong")
	}
	r.Results = r.Results[2:]
	if err := r.Err(); err != nil {
		t.Errorf("Err = %v for a drifted action", err)
	}
}
