package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
)

// openByKey counts the open tickets of each problem.
func (j *job) openByKey() map[string]int {
	open := map[string]int{}
	for _, tk := range j.srv.Tickets() {
		if !tk.Closed {
			open[tk.Summary]++
		}
	}
	return open
}

// one checks that each of n problems has one open ticket.
func (j *job) one(n int) {
	j.t.Helper()
	open := j.openByKey()
	for summary, tickets := range open {
		if tickets != 1 {
			j.t.Errorf("%d open tickets of %q", tickets, summary)
		}
	}
	if len(open) != n {
		j.t.Errorf("open tickets of %d problems, want %d", len(open), n)
	}
}

// interleaved runs another desk, with a memory of its own, in the middle of the
// next run: before its n-th create.
func (j *job) interleaved(n int, w world) {
	j.t.Helper()
	config, client, creates := j.config, j.client, 0
	config.State = filestate.Open(filepath.Join(j.t.TempDir(), "other.json"))
	j.through(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/service/tickets") {
			if creates++; creates == n {
				d, err := New(j.t.Context(), client, config)
				must(j.t, err)
				report, err := d.Sync(j.t.Context(), j.fleet(w))
				must(j.t, errors.Join(err, report.Err()))
			}
		}
		return next.RoundTrip(r)
	})
}

// D5, O10: two copies without a common memory make tickets for the same 24
// problems while lists lag 90 s. At least one of each is open when both have
// ended, and one after the first run Settle later.
func TestCaseD5O10TwoWritersLists90sBehind(t *testing.T) {
	for _, n := range []int{1, 12, 24} {
		j := newCase(t, func(c *Config) { c.Settle = 2 * time.Minute })
		j.srv.SetListLag(90 * time.Second)
		w := many(24)
		j.interleaved(n, w)
		j.sync(j.fleet(w))
		if open := j.openByKey(); len(open) != 24 {
			t.Errorf("open tickets of %d problems", len(open))
		}
		j.later(j.config.Settle + time.Second)
		j.sync(j.fleet(w))
		j.one(24)
		j.expect(j.night(w))
	}
}

// D12: the next run knows what an interrupted run did.
func TestCaseD12EndedInTheMiddle(t *testing.T) {
	j := newCase(t, nil)
	j.open()
	ctx, cancel := context.WithCancel(t.Context())
	made := 0
	r, err := j.desk.SyncWith(ctx, Options{OnResult: func(Result) {
		if made++; made == 2 {
			cancel()
		}
	}}, j.fleet(many(5)))
	if !errors.Is(err, context.Canceled) || r.Health() < HealthBlind {
		t.Errorf("%v, %s", err, r.Health())
	}
	j.tickets(2)
	r = j.sync(j.fleet(many(5)))
	if got := r.Count(reconcile.Create, Done); got != 3 {
		t.Errorf("%d created: %v", got, did(r))
	}
	j.one(5)
}

// D14: a service desk that is away for a while is waited for as Retry allows;
// one that stays away makes a blind run.
func TestCaseD14Unavailable(t *testing.T) {
	for times, want := range map[int]Health{3: HealthFine, -1: HealthBlind} {
		j := newCase(t, nil)
		j.open()
		var err error
		j.client, err = j.client.With(connectwise.WithRetry(connectwise.Retry{Attempts: 4, Base: time.Millisecond}))
		must(t, err)
		d, err := New(t.Context(), j.client, j.config)
		must(t, err)
		j.srv.Inject(connectwisetest.Fault{Method: "GET", Path: "service/tickets", Kind: connectwisetest.StatusBefore, Status: 503, Times: times})
		r, err := d.Sync(t.Context(), j.fleet(world{"1": "bad"}))
		if (err != nil) != (want == HealthBlind) || r.Health() != want {
			t.Errorf("%d times 503: %s, %v", times, r.Health(), err)
		}
	}
}

// D17: a person merges the storm ticket into another one. Its members are
// silenced with it. Problems that begin later, or begin again, get tickets.
func TestCaseD17StormMerged(t *testing.T) {
	for _, anew := range []bool{false, true} {
		j := newCase(t, func(c *Config) { c.Policy.CustomerStorm = reconcile.Storm{Limit: 3, Window: time.Hour} })
		j.night(many(6))
		j.tickets(1)
		began := j.now
		other := j.old("The switch is broken", "jsmith", "", j.company)
		must(t, j.person().MergeTickets(other, j.srv.Tickets()[0].ID))
		j.later(2 * time.Hour)
		w := many(6)
		w["later"] = "bad"
		for range 2 {
			j.later(time.Hour)
			j.sync(MonitorFunc("cove", func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) {
				o := j.observe(w)
				for i := range o.Issues {
					if !anew && o.Issues[i].Key.Subject != "later" {
						o.Issues[i].Since = began.Add(-time.Hour)
					}
				}
				return &reconcile.Snapshot{Observation: o}, nil
			}))
		}
		open := 0
		for _, tk := range j.srv.Tickets() {
			if !tk.Closed && tk.MergedInto == 0 && tk.ID != other {
				open++
			}
		}
		if open != 1 {
			t.Errorf("anew %t: %d open tickets of ours: %v", anew, open, j.openByKey())
		}
	}
}

// D24: what was planned for another board of the same owner is refused, whether or
// not there is a ticket by now.
func TestCaseD24PlanOfAnotherBoard(t *testing.T) {
	b := newBench(t, nil)
	b.srv.AddBoard(connectwisetest.Board{Name: "Projects", Statuses: []connectwisetest.Status{{Name: "New", Default: true}, {Name: "Closed", Closed: true}}})
	plan := b.open().plan(b.observe(world{"1": "bad"}))
	first := b.desk
	b.config.Board = "Projects"
	for _, before := range []func(){func() { b.open() }, func() { b.run(world{"1": "bad"}) }} {
		before()
		b.srv.ResetRequests()
		report, err := b.desk.Apply(t.Context(), plan)
		if err == nil || !strings.Contains(err.Error(), `another board (id 1) than this desk's, "Projects"`) || len(report.Results) != 0 || b.srv.Calls() != 0 {
			t.Errorf("%v, %+v, requests %q", err, report.Results, b.requests())
		}
	}
	// At home it is taken, and still makes no second ticket.
	b.desk = first
	b.only(b.apply(plan), reconcile.Create, Skipped)
	if n := len(b.srv.Tickets()); n != 1 {
		t.Errorf("%d tickets", n)
	}
}

// T6: the report and the note distinguish a ticket set to Verify from a closed
// one.
func TestCaseT6Verified(t *testing.T) {
	j := newCase(t, func(c *Config) { c.VerifyStatus = "Verify" })
	j.person()
	j.srv.AddMember(connectwisetest.Member{Identifier: "owner", FirstName: "O", LastName: "Wner"})
	j.night(world{"owned": "bad", "free": "bad"})
	var owned int64
	for _, tk := range j.srv.Tickets() {
		if strings.Contains(tk.Summary, "owned") {
			owned = tk.ID
		}
	}
	must(t, j.person().EditTicket(owned, func(t *connectwisetest.Ticket) { t.Owner = connectwisetest.ByIdentifier("owner") }))
	r := j.night(world{"owned": "", "free": ""})
	if totals := r.Totals(); totals.Closed != 1 || totals.Verified != 1 || !strings.Contains(r.String(), "1 closed, 1 to be verified") {
		t.Errorf("%s", r)
	}
	for _, tk := range j.srv.Tickets() {
		notes := j.srv.Notes(tk.ID)
		said := notes[len(notes)-1].Text
		if got := strings.Contains(said, "it is not closed: please check"); got != (tk.ID == owned) || strings.Contains(said, "the ticket is closed") == got {
			t.Errorf("ticket %d: %q", tk.ID, said)
		}
	}
}

// T9: a device is deleted while its ticket is open: one note, listed, and closed
// only where AbsentAfter says so.
func TestCaseT9DeviceDeleted(t *testing.T) {
	for after, want := range map[time.Duration][]string{0: nil, 3 * time.Hour: {"close 1 done"}} {
		j := newCase(t, func(c *Config) { c.Policy.AbsentAfter = after })
		j.night(world{"1": "bad", "2": "bad"})
		j.expect(j.night(world{"2": "bad"}), "update 1 done")
		r := j.night(world{"2": "bad"})
		j.expect(r)
		if after == 0 && !slices.Contains(whats(r), "absent attention") {
			t.Errorf("findings %v", r.Findings)
		}
		j.later(2 * time.Hour)
		j.expect(j.night(world{"2": "bad"}), want...)
	}
}

// O5: a second run in which nothing has changed writes nothing and costs at most
// eight calls.
func TestCaseO5Unchanged(t *testing.T) {
	j := newCase(t, nil)
	j.night(many(25))
	j.expect(j.night(many(25)))
	if n := j.srv.Calls(); n > 8 || len(j.writes()) != 0 {
		t.Errorf("%d calls, writes %q", n, j.writes())
	}
}

// O6: the search of tickets fails for a whole run: nothing is written, and the
// run is blind.
func TestCaseO6SearchFails(t *testing.T) {
	j := newCase(t, nil)
	j.night(many(20))
	j.later(time.Hour)
	j.open()
	j.srv.Inject(connectwisetest.Fault{Path: "service/tickets", Kind: connectwisetest.StatusBefore, Status: 500, Times: -1})
	r, err := j.desk.Sync(t.Context(), j.fleet(many(20)))
	if err == nil || r.Health() != HealthBlind || len(j.writes()) != 0 {
		t.Errorf("%s, %v, writes %q", r.Health(), err, j.writes())
	}
}

// O7: the second run comes a minute after the first, and lists lag 90 s.
func TestCaseO7ListsLag(t *testing.T) {
	j := newCase(t, nil)
	j.srv.SetListLag(90 * time.Second)
	for range 3 {
		j.later(time.Minute)
		j.sync(j.fleet(many(20)))
	}
	j.tickets(20)
}

// O8: a create is executed but answered with 504.
func TestCaseO8CreateAnswered504(t *testing.T) {
	j := newCase(t, nil)
	j.open()
	j.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.StatusAfter, Status: 504})
	j.sync(j.fleet(many(5)))
	for range 3 {
		j.later(5 * time.Minute)
		j.sync(j.fleet(many(5)))
	}
	j.tickets(5)
}

// O9: a technician rewrites five summaries and moves five tickets.
func TestCaseO9RenamedAndMoved(t *testing.T) {
	j := newCase(t, nil)
	j.srv.AddBoard(connectwisetest.Board{Name: "Tier 2", Statuses: []connectwisetest.Status{{Name: "New", Default: true}, {Name: "Closed", Closed: true}}})
	j.night(many(10))
	for i, tk := range j.srv.Tickets() {
		if i < 5 {
			must(t, j.person().EditTicket(tk.ID, func(t *connectwisetest.Ticket) { t.Summary = fmt.Sprintf("Jane works on %d", i) }))
		} else {
			must(t, j.person().MoveTicket(tk.ID, connectwisetest.ByName("Tier 2")))
		}
	}
	j.expect(j.night(many(10)))
	j.tickets(10)
}

// O11: the source is away: its tickets are left alone, and the run is blind.
func TestCaseO11SourceAway(t *testing.T) {
	j := newCase(t, nil)
	j.night(many(3))
	r := j.sync(MonitorFunc("cove", func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) { return nil, errors.New("503") }))
	if j.expect(r); r.Health() != HealthBlind || len(j.writes()) != 0 {
		t.Errorf("%s, writes %q", r.Health(), j.writes())
	}
}

// O12: quotation marks of both kinds in a customer's name.
func TestCaseO12QuotedCustomer(t *testing.T) {
	j := newCase(t, nil)
	const name = `O'Brien & Sons "Best" Ltd`
	company := j.srv.AddCompany(connectwisetest.Company{Identifier: "OBRIEN", Name: name})
	a := alert("a")
	a.Customer = name
	a.Summary = `a of "Best" isn't well`
	for range 2 {
		j.later(time.Hour)
		j.sync(ActiveAlerts("rmm", []Alert{a}))
	}
	j.tickets(1)
	if tk := j.srv.Tickets()[0]; tk.Company.ID != company || tk.Summary != a.Summary {
		t.Errorf("%+v", tk)
	}
	j.config.OwnCompany = name
	j.open()
	if j.desk.provider != lookup.ID(company) {
		t.Errorf("own company %q", j.desk.provider)
	}
}
