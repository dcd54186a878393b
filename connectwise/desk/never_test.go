package desk

import (
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/desktest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
)

// N1: nobody is mailed by accident, whatever is done to a ticket whose board,
// statuses and own flags would mail the customer on every change.
func TestN1NobodyIsMailed(t *testing.T) {
	b := newBench(t, nil)
	b.srv.AddContact(connectwisetest.Contact{FirstName: "Jane", LastName: "Doe", Email: "jane@acme.example", Company: connectwisetest.ByID(b.company), Default: true})
	b.open()
	id := b.run(world{"1": "bad"}).Results[0].Ticket
	must(t, b.person().EditTicket(id, func(t *connectwisetest.Ticket) {
		t.AutomaticEmailContact, t.AutomaticEmailResource, t.AutomaticEmailCC, t.EmailCC = true, true, true, "boss@acme.example"
	}))
	twin := b.ticket(id)
	b.seed(connectwisetest.Ticket{
		Summary: twin.Summary, Board: twin.Board, Status: twin.Status, Company: twin.Company, EnteredBy: twin.EnteredBy,
	}, marker(twin))
	seen := map[reconcile.ActionKind]bool{}
	for _, state := range []string{"worse", "worse", "", "", "bad", "bad", "", ""} {
		b.later(2 * time.Hour)
		for _, r := range b.run(world{"1": state}).Results {
			if r.Outcome != Done {
				t.Errorf("%s %s: %v", r.Action.Kind, r.Outcome, r.Err)
			}
			seen[r.Action.Kind] = true
		}
	}
	for _, kind := range []reconcile.ActionKind{reconcile.Update, reconcile.Close, reconcile.Reopen} {
		if !seen[kind] {
			t.Errorf("the test never saw a %s", kind)
		}
	}
	if mails := b.srv.Mails(); len(mails) != 0 {
		t.Errorf("mails %+v", mails)
	}
	// The same board does mail when a program does not ask it to be silent.
	_, err := b.client.Service.Tickets.Patch(t.Context(), id, connectwise.Set("summary", "loud"))
	must(t, err)
	if len(b.srv.Mails()) == 0 {
		t.Error("the tenant mails nobody at all, so the test shows nothing")
	}
}

// N2: a status that people set and the words they wrote stand as they are,
// through everything that happens to the problem.
func TestN2PeoplesWorkStands(t *testing.T) {
	for _, status := range []string{"In Progress", "Waiting", "Completed"} {
		t.Run(status, func(t *testing.T) {
			b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.StatusStages.Done = []string{"Completed"} }).open()
			b.policy.ReopenWithin = 0 // a done ticket is not to be reopened here
			id := b.run(world{"1": "bad"}).Results[0].Ticket
			must(t, b.person().EditTicket(id, func(t *connectwisetest.Ticket) {
				t.Status, t.Summary = connectwisetest.ByName(status), "Disk swap on Friday"
			}))
			note, err := b.person().AddNote(id, connectwisetest.Note{Text: "Ordered a disk.", Internal: true})
			must(t, err)
			before := b.ticket(id)
			notes := b.srv.Notes(id)
			for i, state := range []string{"worse", "", "bad", "", "bad"} {
				b.later(25 * time.Hour)
				o := b.observe(world{"1": state})
				if len(o.Issues) > 0 {
					o.Issues[0].Summary = "COVE SVR 1 - " + lookup.ID(int64(i))
				}
				must(t, b.apply(b.plan(o)).Err())
			}
			after := b.ticket(id)
			if after.Status != before.Status || after.Summary != before.Summary || after.Closed {
				t.Errorf("status %q, summary %q, closed %v", after.Status.Name, after.Summary, after.Closed)
			}
			for _, old := range notes {
				found := false
				for _, n := range b.srv.Notes(id) {
					found = found || n.ID == old.ID && n.Text == old.Text
				}
				if !found {
					t.Errorf("note %d (the technician's is %d) was changed", old.ID, note)
				}
			}
		})
	}
}

// N3: no second ticket, although every create's answer is lost, lists lag and
// every run is a new process.
func TestN3NoDuplicates(t *testing.T) {
	b := newBench(t, nil).open()
	b.srv.SetListLag(50 * time.Second)
	b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.HangAfter, Delay: time.Microsecond, Times: -1})
	w := world{"1": "bad", "2": "bad", "3": "bad"}
	for range 5 {
		b.run(w)
		b.later(DefaultSettle + time.Second)
		b.open()
	}
	if n := len(b.srv.Tickets()); n != 3 {
		t.Errorf("%d tickets for 3 problems", n)
	}
}

// N4: only evidence closes a ticket: neither silence nor doubt does.
func TestN4NoCloseWithoutEvidence(t *testing.T) {
	b := newBench(t, nil).open()
	id := b.run(world{"1": "bad"}).Results[0].Ticket
	b.later(48 * time.Hour)
	for name, suppressed := range map[string][]reconcile.Suppressed{"absent": nil, "suppressed": {{Key: key("1"), Customer: "7", Reason: "no contact"}}} {
		for range 3 {
			b.later(2 * time.Hour)
			o := b.observe(world{})
			o.Suppressed = suppressed
			b.apply(b.plan(o))
			if b.ticket(id).Closed {
				t.Errorf("%s: the ticket is closed", name)
			}
		}
	}
	b.only(b.run(world{"1": ""}), reconcile.Close, Done)
}

// N5: a partial answer closes nothing, not even where absence may close.
func TestN5NoMassCloseAfterPartialAnswer(t *testing.T) {
	b := newBench(t, nil).open()
	b.policy.AbsentAfter = time.Hour
	w := world{"1": "a", "2": "a", "3": "a", "4": "a"}
	b.run(w)
	for name, spoil := range map[string]func(o *reconcile.Observation){
		"narrowed":         func(o *reconcile.Observation) { o.Feeds[0].Kind = reconcile.Events },
		"another customer": func(o *reconcile.Observation) { o.Feeds[0].Everything, o.Feeds[0].Customers = false, []string{"8"} },
		"no feed":          func(o *reconcile.Observation) { o.Feeds = nil },
	} {
		for range 3 {
			b.later(2 * time.Hour)
			o := b.observe(world{})
			spoil(&o)
			b.srv.ResetRequests()
			b.apply(b.plan(o))
			if writes := b.writes(); len(writes) != 0 {
				t.Errorf("%s: writes %q", name, writes)
			}
		}
	}
	// The board's own answer broken off is no board at all.
	b.srv.Inject(connectwisetest.Fault{Method: "GET", Path: "service/tickets", Kind: connectwisetest.Truncate})
	if _, err := b.desk.Load(t.Context(), b.now, time.Hour); err == nil {
		t.Error("a broken list of tickets is no error")
	}
	for _, tk := range b.srv.Tickets() {
		if tk.Closed {
			t.Errorf("ticket %d was closed", tk.ID)
		}
	}
	b.later(2 * time.Hour)
	b.run(world{})
	b.later(2 * time.Hour)
	if report := b.run(world{}); report.Count(reconcile.Close, Done) != len(w) {
		t.Errorf("a complete answer closes %v, want %d: else the test shows nothing", report.Outcomes(), len(w))
	}
}

// N7: a server that says 429 is left in peace for as long as it asks, and no
// more than six requests are ever under way.
func TestN7OthersAreNotStarved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.AtOnce = 50 })
		var under, most atomic.Int64
		var quietUntil atomic.Pointer[time.Time]
		next := b.srv.Transport()
		k := b.srv.Credentials()
		credentials := connectwise.Credentials{Site: "127.0.0.1", Company: k.Company, PublicKey: k.PublicKey, PrivateKey: k.PrivateKey, ClientID: k.ClientID}
		client, err := connectwise.NewClient(credentials, connectwise.WithBaseURL("http://127.0.0.1"), desktest.Through(func(r *http.Request) (*http.Response, error) {
			most.Store(max(most.Load(), under.Add(1)))
			defer under.Add(-1)
			if until := quietUntil.Load(); until != nil && time.Now().Before(*until) {
				t.Errorf("%s %s is sent %s too early", r.Method, r.URL.Path, time.Until(*until))
			}
			time.Sleep(200 * time.Millisecond)
			resp, err := next.RoundTrip(r)
			if err == nil && resp.StatusCode == http.StatusTooManyRequests {
				until := time.Now().Add(20 * time.Second)
				quietUntil.Store(&until)
			}
			return resp, err
		}))
		must(t, err)
		b.client = client
		b.open()
		w := world{}
		for i := range 60 {
			w[lookup.ID(int64(i))] = "bad"
		}
		plan := b.plan(b.observe(w))
		b.srv.Inject(connectwisetest.Fault{Method: "POST", Skip: 20, Kind: connectwisetest.TooManyRequests, RetryAfter: "20"})
		report := b.apply(plan)
		if diff := cmp.Diff(map[Outcome]int{Done: 60}, report.Outcomes()); diff != "" {
			t.Error(diff)
		}
		if n := len(b.srv.Tickets()); n != 60 {
			t.Errorf("%d tickets", n)
		}
		if most.Load() > 6 {
			t.Errorf("%d requests at once", most.Load())
		}
		if quietUntil.Load() == nil {
			t.Error("the test never saw a 429")
		}
	})
}
