package desk

import (
	"context"
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

func TestCreate(t *testing.T) {
	b := newBench(t, nil).open()
	r := b.only(b.run(world{"1": "D01:failed"}), reconcile.Create, Done)
	if diff := cmp.Diff([]string{"GET service/tickets", "GET service/tickets", "POST service/tickets", "GET service/tickets"}, b.requests()); diff != "" {
		t.Errorf("a create is a load, a look-up, one POST and a look behind:\n%s", diff)
	}
	requests := b.srv.Requests()
	for _, flag := range []string{"processNotifications", "automaticEmailContactFlag", "automaticEmailResourceFlag", "automaticEmailCcFlag"} {
		if !strings.Contains(requests[2].Body, `"`+flag+`":false`) {
			t.Errorf("the POST does not switch %s off: %s", flag, requests[2].Body)
		}
	}
	got := b.ticket(r.Ticket)
	if got.Summary != "COVE SVR 1 - failed" || got.Board.Name != "Service Desk" || got.Status.Name != "New" || got.Company.ID != b.company {
		t.Errorf("ticket %+v", got)
	}
	m := b.mark(r.Ticket)
	if m.Key != key("1").ID() || m.State != mark.Open || m.NotePending || !m.Written.Equal(b.now) {
		t.Errorf("mark %+v", m)
	}
	notes := b.srv.Notes(r.Ticket)
	if len(notes) != 1 || !notes[0].Internal || notes[0].Discussion || !strings.Contains(notes[0].Text, "Backups of 1 fail.") {
		t.Errorf("notes %+v", notes)
	}
	if mails := b.srv.Mails(); len(mails) != 0 {
		t.Errorf("mails %+v", mails)
	}
}

// If nothing changed, a run reads one list and writes nothing, however many
// tickets there are.
func TestUnchangedWritesNothing(t *testing.T) {
	b := newBench(t, nil).open()
	w := world{"1": "a", "2": "b", "3": "c", "4": ""}
	b.run(w)
	b.later(2 * time.Hour)
	b.srv.ResetRequests()
	report := b.run(w)
	if len(report.Results) != 0 {
		t.Errorf("results %+v", report.Results)
	}
	if diff := cmp.Diff([]string{"GET service/tickets"}, b.requests()); diff != "" {
		t.Error(diff)
	}
}

func TestUpdate(t *testing.T) {
	b := newBench(t, nil).open()
	id := b.run(world{"1": "D01:failed"}).Results[0].Ticket
	must(t, b.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.Status = connectwisetest.ByName("Waiting") }))
	b.later(2 * time.Hour)
	b.srv.ResetRequests()
	r := b.only(b.run(world{"1": "D01:failed D02:failed"}), reconcile.Update, Done)
	want := []string{
		"GET service/tickets",
		"GET service/tickets/" + lookup.ID(id),
		"PATCH service/tickets/" + lookup.ID(id),
		"POST service/tickets/" + lookup.ID(id) + "/notes",
		"PATCH service/tickets/" + lookup.ID(id),
	}
	if diff := cmp.Diff(want, b.requests()); diff != "" {
		t.Error(diff)
	}
	if got := b.ticket(id).Status.Name; got != "Waiting" {
		t.Errorf("status %q: an update must leave it alone", got)
	}
	if diff := cmp.Diff([]string{"ref cdk1-" + r.Action.ID}, b.refs(id)); diff != "" {
		t.Error(diff)
	}
	if m := b.mark(id); m.NotePending || m.Digests.State != mark.DigestOf("D01:failed D02:failed") && m.Digests.State != r.Action.After.Digests.State {
		t.Errorf("mark %+v", m)
	}
	if mails := b.srv.Mails(); len(mails) != 0 {
		t.Errorf("mails %+v", mails)
	}
}

func TestCloseAndReopen(t *testing.T) {
	b := newBench(t, nil).open()
	id := b.run(world{"1": "D01:failed"}).Results[0].Ticket
	b.later(2 * time.Hour)
	closed := b.only(b.run(world{"1": ""}), reconcile.Close, Done)
	if got := b.ticket(id); got.Status.Name != "Closed" || !got.Closed || got.ClosedBy != "apimember" {
		t.Errorf("ticket %+v", got)
	}
	if m := b.mark(id); m.State != mark.Closed {
		t.Errorf("mark %+v", m)
	}
	b.later(2 * time.Hour)
	reopened := b.only(b.run(world{"1": "D01:failed"}), reconcile.Reopen, Done)
	if got := b.ticket(id); got.Status.Name != "New" || got.Closed {
		t.Errorf("ticket %+v", got)
	}
	if m := b.mark(id); m.State != mark.Open || m.Reopens != 1 {
		t.Errorf("mark %+v", m)
	}
	if diff := cmp.Diff([]string{"ref cdk1-" + closed.Action.ID, "ref cdk1-" + reopened.Action.ID}, b.refs(id)); diff != "" {
		t.Error(diff)
	}
	if n := len(b.srv.Tickets()); n != 1 {
		t.Errorf("%d tickets", n)
	}
	if mails := b.srv.Mails(); len(mails) != 0 {
		t.Errorf("mails %+v", mails)
	}
}

// People change tickets between the load and the write.
func TestDrift(t *testing.T) {
	for _, test := range []struct {
		name   string
		next   string // state observed: "" is recovery
		person func(b *bench, id int64) error
		kind   reconcile.ActionKind
		why    string
	}{
		{"closed before an update", "worse", func(b *bench, id int64) error { return b.person().CloseTicket(id) }, reconcile.Update, "closed"},
		{"taken up before a close", "", func(b *bench, id int64) error {
			return b.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.Status = connectwisetest.ByName("In Progress") })
		}, reconcile.Close, `"In Progress"`},
		{"deleted", "worse", func(b *bench, id int64) error { return b.person().DeleteTicket(id) }, reconcile.Update, "does not exist"},
		{"merged", "worse", func(b *bench, id int64) error {
			parent := b.srv.AddTicket(connectwisetest.Ticket{Summary: "parent", Company: connectwisetest.ByID(b.company)})
			return b.person().MergeTickets(parent, id)
		}, reconcile.Update, "merged"},
		{"marker cleared", "worse", func(b *bench, id int64) error {
			return b.person().EditTicket(id, func(t *connectwisetest.Ticket) { setMarker(t, "") })
		}, reconcile.Update, "not our marker"},
		{"marker replaced by another tool", "", func(b *bench, id int64) error {
			return b.person().EditTicket(id, func(t *connectwisetest.Ticket) { setMarker(t, "rmm-55") })
		}, reconcile.Close, "not our marker"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, nil).open()
			id := b.run(world{"1": "bad"}).Results[0].Ticket
			b.later(2 * time.Hour)
			plan := b.plan(b.observe(world{"1": test.next}))
			must(t, test.person(b, id))
			before, _ := b.srv.Ticket(id)
			b.srv.ResetRequests()
			r := b.only(b.apply(plan), test.kind, Drifted)
			if !strings.Contains(r.Why, test.why) {
				t.Errorf("why %q, want it to say %q", r.Why, test.why)
			}
			if w := b.writes(); len(w) != 0 {
				t.Errorf("writes %q", w)
			}
			after, _ := b.srv.Ticket(id)
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("the ticket was changed:\n%s", diff)
			}
		})
	}
}

func TestSummaryEditedWhileApplying(t *testing.T) {
	b := newBench(t, nil).open()
	id := b.run(world{"1": "bad"}).Results[0].Ticket
	b.later(2 * time.Hour)
	o := b.observe(world{"1": "bad"})
	o.Issues[0].Summary = "COVE SVR 1 renamed - failed"
	plan := b.plan(o)
	must(t, b.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.Summary = "Call Jane first" }))
	b.only(b.apply(plan), reconcile.Update, Drifted)
	if got := b.ticket(id).Summary; got != "Call Jane first" {
		t.Errorf("summary %q", got)
	}
	// The next run sees it as an edit and leaves it alone for good.
	board := b.load()
	if diff := cmp.Diff([]string{reconcile.FieldSummary}, board.Tickets[0].Differs); diff != "" {
		t.Error(diff)
	}
}

// A plan that was applied is applied again: nothing happens twice.
func TestApplyTwice(t *testing.T) {
	b := newBench(t, nil).open()
	b.run(world{"1": "bad", "2": "bad"})
	b.later(2 * time.Hour)
	plan := b.plan(b.observe(world{"1": "worse", "2": "", "3": "bad"}))
	if got := b.apply(plan).Outcomes()[Done]; got != 3 {
		t.Fatalf("%d done, want 3", got)
	}
	tickets := b.srv.Tickets()
	b.srv.ResetRequests()
	report := b.apply(plan)
	if got := report.Outcomes()[Skipped]; got != 3 {
		t.Errorf("outcomes %v, want 3 skipped", report.Outcomes())
	}
	if w := b.writes(); len(w) != 0 {
		t.Errorf("writes %q", w)
	}
	// Another process does not do it again either, though it has loaded nothing.
	b.open()
	if got := b.apply(plan).Outcomes()[Skipped]; got != 3 {
		t.Errorf("new process: %d skipped, want 3", got)
	}
	if diff := cmp.Diff(tickets, b.srv.Tickets()); diff != "" {
		t.Error(diff)
	}
}

// The answer to a create is lost: the outcome is unknown, and the next runs
// find the ticket and make no second.
// Lists lag behind our own creates and changes: a run at once writes nothing twice.
func TestListLag(t *testing.T) {
	b := newBench(t, nil).open()
	b.srv.SetListLag(30 * time.Second)
	b.run(world{"1": "bad", "2": "bad"})
	again := func(w world) {
		t.Helper()
		b.later(time.Second)
		b.srv.ResetRequests()
		if report := b.run(w); report.Err() != nil || len(b.writes()) != 0 {
			t.Errorf("writes %q, %v", b.writes(), report.Err())
		}
	}
	again(world{"1": "bad", "2": "bad"})
	b.later(2 * time.Hour)
	b.run(world{"1": "worse", "2": ""})
	again(world{"1": "worse", "2": ""})
	b.later(DefaultSettle) // now lists show what was written, and it is all that was due
	again(world{"1": "worse", "2": ""})
	closed := 0
	for _, tk := range b.srv.Tickets() {
		if refs := b.refs(tk.ID); len(refs) != 1 || b.mark(tk.ID).NotePending {
			t.Errorf("ticket %d: notes %q, pending %v", tk.ID, refs, b.mark(tk.ID).NotePending)
		}
		if tk.Closed {
			closed++
		}
	}
	if n := len(b.srv.Tickets()); n != 2 || closed != 1 {
		t.Errorf("%d tickets, %d closed", n, closed)
	}
}

// The run ends between the PATCH and the note, or the answer to the note is
// lost.
func TestPendingNote(t *testing.T) {
	for _, test := range []struct {
		name string
		kind connectwisetest.FaultKind
		path string
		skip int
	}{
		{"note not written", connectwisetest.ResetBefore, "/notes", 0},
		{"note written, answer lost", connectwisetest.ResetAfter, "/notes", 0},
		{"flag not cleared", connectwisetest.ResetBefore, "PATCH", 1},
		{"flag cleared, answer lost", connectwisetest.ResetAfter, "PATCH", 1},
	} {
		for _, next := range []struct{ name, state string }{{"kept", "worse"}, {"changed", "worst"}, {"recovered", ""}} {
			t.Run(test.name+", then "+next.name, func(t *testing.T) {
				b := newBench(t, nil).open()
				id := b.run(world{"1": "bad"}).Results[0].Ticket
				b.later(2 * time.Hour)
				plan := b.plan(b.observe(world{"1": "worse"}))
				f := connectwisetest.Fault{Kind: test.kind, Skip: test.skip}
				if test.path == "PATCH" {
					f.Method = "PATCH"
				} else {
					f.Path, f.Method = test.path, "POST"
				}
				b.srv.Inject(f)
				first := b.only(b.apply(plan), reconcile.Update, Unknown)
				b.later(2 * time.Hour)
				b.open()
				report := b.run(world{"1": next.state})
				if err := report.Err(); err != nil {
					t.Fatal(err)
				}
				want := []string{"ref cdk1-" + first.Action.ID}
				for _, r := range report.Results {
					want = append(want, "ref cdk1-"+r.Action.ID)
				}
				if diff := cmp.Diff(want, b.refs(id)); diff != "" {
					t.Error(diff)
				}
				if b.mark(id).NotePending {
					t.Error("the marker still says that a note is pending")
				}
			})
		}
	}
}

// Progress is reported one result at a time, from as many workers as are set.
func TestOnResultAndAtOnce(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.AtOnce = 0 }).open()
	w := world{}
	for i := range 40 {
		w[lookup.ID(int64(i))] = "bad"
	}
	seen, inside := map[mark.KeyID]int{}, false
	report, err := b.desk.Apply(t.Context(), b.plan(b.observe(w)), OnResult(func(r Result) {
		if inside {
			t.Error("two results at once")
		}
		inside = true
		seen[r.Action.KeyID]++
		inside = false
	}))
	must(t, err)
	if len(seen) != 40 || len(report.Results) != 40 || report.Count(reconcile.Create, Done) != 40 {
		t.Errorf("%d keys seen, outcomes %v", len(seen), report.Outcomes())
	}
}

// A cancelled run stops and reports how far it got; the next run goes on.
func TestCancel(t *testing.T) {
	b := newBench(t, nil).open()
	w := world{"1": "a", "2": "a", "3": "a", "4": "a", "5": "a"}
	plan := b.plan(b.observe(w))
	ctx, cancel := context.WithCancel(t.Context())
	report, err := b.desk.Apply(ctx, plan, OnResult(func(r Result) {
		if r.Outcome == Done {
			cancel()
		}
	}))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff(map[Outcome]int{Done: 1, Skipped: 4}, report.Outcomes()); diff != "" {
		t.Error(diff)
	}
	b.run(w)
	if n := len(b.srv.Tickets()); n != 5 {
		t.Errorf("%d tickets, want 5", n)
	}
}

func TestApplyRefuses(t *testing.T) {
	b := newBench(t, nil).open()
	good := b.plan(b.observe(world{"1": "bad"}))
	for _, test := range []struct {
		name  string
		spoil func(p *reconcile.Plan)
		want  string
	}{
		{"format", func(p *reconcile.Plan) { p.Format = "covedesk.plan/1" }, "format"},
		{"owner", func(p *reconcile.Plan) { p.Owner = "other" }, `owner "other"`},
		{"old", func(p *reconcile.Plan) { p.At = b.now.Add(-25 * time.Hour) }, "old"},
		{"future", func(p *reconcile.Plan) { p.At = b.now.Add(25 * time.Hour) }, "future"},
	} {
		plan := good
		test.spoil(&plan)
		b.srv.ResetRequests()
		report, err := b.desk.Apply(t.Context(), plan)
		if err == nil || !strings.Contains(err.Error(), test.want) || report == nil {
			t.Errorf("%s: error %v, report %v", test.name, err, report)
		}
		if n := b.srv.Calls(); n != 0 {
			t.Errorf("%s: %d requests", test.name, n)
		}
	}
}
