package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/desktest"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/alerts"
)

// RULES 5, Promise: a run that creates costs two lists more, one before and one
// behind; a run that does something else costs none.
func TestPromiseCostsTwoListsWhereItCreates(t *testing.T) {
	b := newBench(t, nil).open()
	lists := func() (n int) {
		for _, r := range b.requests() {
			if r == "GET service/tickets" {
				n++
			}
		}
		return n
	}
	b.run(world{"1": "bad", "2": "bad"})
	created := lists()
	b.later(2 * time.Hour)
	b.srv.ResetRequests()
	if r := b.run(world{"1": "worse", "2": ""}); r.Outcomes()[Done] != 2 {
		t.Errorf("%+v", r.Results)
	}
	if changed := lists(); changed != 1 || created != 3 {
		t.Errorf("%d lists where nothing is made, want 1; %d where two tickets are, want 3", changed, created)
	}
}

// A text is composed once an action, also where its note is found missing.
func TestComposedOnce(t *testing.T) {
	b := newBench(t, nil).open()
	b.run(world{"1": "bad"})
	b.later(2 * time.Hour)
	composed := 0
	b.compose = func(context.Context, reconcile.Action) (reconcile.Text, error) {
		composed++
		return reconcile.Text{Internal: "words"}, nil
	}
	plan := b.plan(b.observe(world{"1": "worse"}))
	b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "/notes", Kind: connectwisetest.ResetBefore})
	b.only(b.apply(plan), reconcile.Update, Unknown)
	b.later(DefaultSettle + time.Second)
	b.only(b.apply(plan), reconcile.Update, Done)
	if composed != 2 {
		t.Errorf("composed %d times in two runs", composed)
	}
}

// Customers that only alerts name are told to the matcher, each once and by name;
// an alert that names none tells of none.
func TestActiveAlertsCustomers(t *testing.T) {
	list := func(alerts ...Alert) *AlertList { return ActiveAlerts("rmm", alerts) }
	byID := Alert{Key: "a", Customer: "Birch Dental", CustomerID: "17"}
	known := []reconcile.Customer{{ID: "17", Name: "Birch Dental Group"}}
	with := func(whole bool) *AlertList {
		l := list(byID, Alert{Key: "b", Customer: "Acme Ltd"})
		l.Customers, l.Whole = known, whole
		return l
	}
	for name, test := range map[string]struct {
		list *AlertList
		want []reconcile.Customer
	}{
		"none":            {list(Alert{Key: "a"}, Alert{Key: "b"}), nil},
		"by name, twice":  {list(Alert{Key: "a", Customer: "Acme Ltd"}, Alert{Key: "b", Customer: "Acme Ltd"}), []reconcile.Customer{{ID: "Acme Ltd", Name: "Acme Ltd"}}},
		"by id and name":  {list(byID), []reconcile.Customer{{ID: "17", Name: "Birch Dental"}}},
		"by id":           {list(Alert{Key: "a", CustomerID: "17"}), []reconcile.Customer{{ID: "17", Name: "17"}}},
		"beside the tool": {with(false), []reconcile.Customer{known[0], {ID: "Acme Ltd", Name: "Acme Ltd"}}},
		"whole":           {with(true), known},
	} {
		snapshot, err := test.list.Look(t.Context(), reconcile.Request{})
		must(t, err)
		if diff := cmp.Diff(test.want, snapshot.Customers); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if len(known) != 1 || cap(known) != 1 {
		t.Error("the caller's customers were written to")
	}
}

// Where the list of one customer could not be read, only what the others miss is
// over, and the run is blind.
func TestActiveAlertsOfSomeCustomers(t *testing.T) {
	j := newCase(t, nil)
	j.srv.AddCompany(connectwisetest.Company{Identifier: "BIRCH", Name: "Birch Dental"})
	list := ActiveAlerts("rmm", []Alert{
		{Key: "a", Customer: "Acme Ltd", Severity: reconcile.SeverityHigh, Summary: "a is down"},
		{Key: "b", Customer: "Birch Dental", Severity: reconcile.SeverityHigh, Summary: "b is down"},
	})
	j.sync(list)
	list = ActiveAlerts("rmm", nil)
	list.Looked, list.Unread = []string{"Acme Ltd"}, []string{"Birch Dental: the tool answered 503"}
	var r *Report
	for range 3 {
		j.later(time.Hour)
		if r = j.sync(list); r.Health() != HealthBlind || !strings.Contains(r.String(), "rmm: Birch Dental: the tool answered 503") {
			t.Errorf("%s", r)
		}
	}
	for _, tk := range j.srv.Tickets() {
		if tk.Closed != (tk.Summary == "a is down") {
			t.Errorf("%q: closed %v", tk.Summary, tk.Closed)
		}
	}
	j.tickets(2)
}

// heldState is a memory that another process holds.
type heldState struct {
	brokenState
	waited *[]bool
}

func (s heldState) Lock(_ context.Context, wait bool) (func(), bool, error) {
	*s.waited = append(*s.waited, wait)
	return nil, false, nil
}

// waiter is a monitor that says by itself whether its run must wait.
type waiter struct {
	Monitor
	waits bool
}

func (w waiter) Waits() bool { return w.waits }

// RULES 7: a run waits for the lock where any of its monitors would lose what it
// was told, and only there.
func TestSyncWaitsForEvents(t *testing.T) {
	list, events := ActiveAlerts("rmm", nil), Events("zabbix", alerts.DefaultRules(""))
	for name, test := range map[string]struct {
		monitors []Monitor
		want     bool
	}{
		"no monitor":              {nil, false},
		"a list":                  {[]Monitor{list}, false},
		"events":                  {[]Monitor{events}, true},
		"a list and events":       {[]Monitor{list, events}, true},
		"one that says yes":       {[]Monitor{list, waiter{list, true}}, true},
		"one that says no":        {[]Monitor{waiter{list, false}}, false},
		"no, although events are": {[]Monitor{waiter{events, false}}, false},
	} {
		var waited []bool
		b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.State = heldState{waited: &waited} }).open()
		r, err := b.desk.Sync(t.Context(), test.monitors...)
		if err != nil || !r.Locked || b.srv.Calls() != 0 || !slices.Equal(waited, []bool{test.want}) {
			t.Errorf("%s: waited %v, %d requests, %+v, %v", name, waited, b.srv.Calls(), r, err)
		}
	}
}

// A run that did not come to its end says so, besides what else was wrong with it,
// in one printable line.
func TestSyncEnded(t *testing.T) {
	j := newCase(t, nil)
	j.open()
	j.srv.Inject(connectwisetest.Fault{Path: "service/tickets", Kind: connectwisetest.StatusBefore, Times: -1})
	away := MonitorFunc("veeam", func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) {
		return nil, errors.New("no route")
	})
	r, err := j.desk.Sync(t.Context(), away, j.fleet(world{"1": "bad"}))
	if err == nil || !slices.Equal(whats(r), []string{"unread blind", "ended blind"}) {
		t.Errorf("%v, findings %v", err, r.Findings)
	}
	if last := r.Findings[len(r.Findings)-1]; strings.ContainsAny(last.Why, "\n\r") || !strings.Contains(last.Why, "list of tickets") {
		t.Errorf("%q", last.Why)
	}
	j.srv.ClearFaults()
	ctx, cancel := context.WithCancel(t.Context())
	r, err = j.desk.SyncWith(ctx, Options{OnResult: func(Result) { cancel() }}, j.fleet(world{"1": "bad", "2": "bad", "3": "bad"}))
	ended := slices.DeleteFunc(whats(r), func(what string) bool { return !strings.HasPrefix(what, "ended") })
	if err == nil || !slices.Equal(ended, []string{"ended failed"}) || strings.Count(errors.Join(err, r.Err()).Error(), "context canceled") != 1 {
		t.Errorf("cut off between writes: %v, %v, findings %v", err, r.Err(), r.Findings)
	}
}

// slow is a limiter that lets somebody act while it makes a request wait.
type slow struct{ meanwhile func() }

func (s *slow) Wait(context.Context) error {
	if s.meanwhile != nil {
		time.Sleep(time.Second)
		s.meanwhile()
	}
	return nil
}

// Custom fields are written all at once. What a person puts into one of them while
// the last write of a note waits for its turn stands.
func TestMarkerFieldWrittenWhileWaiting(t *testing.T) {
	inField(t, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, nil).open()
			id := b.run(world{"1": "bad"}).Results[0].Ticket
			line := &slow{}
			next := b.srv.Transport()
			client, err := b.client.With(connectwise.WithLimiter(line), desktest.Through(func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/notes") {
					line.meanwhile = func() {
						must(t, b.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.CustomFields["Room"] = 13.0 }))
					}
				}
				return next.RoundTrip(r)
			}))
			must(t, err)
			b.client = client
			b.later(2 * time.Hour)
			b.open()
			b.only(b.run(world{"1": "worse"}), reconcile.Update, Done)
			if got := b.ticket(id).CustomFields["Room"]; got != 13.0 || b.mark(id).NotePending {
				t.Errorf("room %v, note pending %v", got, b.mark(id).NotePending)
			}
		})
	})
}

// Options.MaxCreate allows fewer creates than the policy, never more.
func TestSyncMaxCreate(t *testing.T) {
	for _, test := range []struct{ policy, run, want int }{{0, 0, 5}, {0, 2, 2}, {3, 2, 2}, {3, 4, 3}, {3, 0, 3}, {3, -1, 3}} {
		j := newCase(t, func(c *Config) { c.Policy.MaxCreate = test.policy })
		if got := j.nightWith(Options{MaxCreate: test.run}, many(5)).Count(reconcile.Create, Done); got != test.want {
			t.Errorf("policy %d, run %d: %d created, want %d", test.policy, test.run, got, test.want)
		}
	}
}
