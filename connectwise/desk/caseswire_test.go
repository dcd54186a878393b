package desk

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// D6: a field that the server refuses is left out and reported; the rest is written.
func TestCaseD6FieldRefused(t *testing.T) {
	j := newCase(t, nil)
	other := j.srv.AddCompany(connectwisetest.Company{Identifier: "OTHER", Name: "Other Ltd"})
	j.night(world{"1": "bad"})
	id := j.srv.Tickets()[0].ID
	j.through(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if r.Method == http.MethodPatch {
			body, err := io.ReadAll(r.Body)
			must(t, err)
			if strings.Contains(string(body), `"company"`) {
				return answer(r, 400, `{"code":"InvalidObject","message":"ticket object is invalid","errors":[{"code":"InvalidField","message":"The contact does not belong to the company","resource":"ticket","field":"company/id"}]}`), nil
			}
			r = r.Clone(r.Context())
			r.Body = io.NopCloser(strings.NewReader(string(body)))
		}
		return next.RoundTrip(r)
	})
	moved := MonitorFunc("cove", func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) {
		o := j.observe(world{"1": "worse"})
		o.Issues[0].Company, o.Issues[0].Severity, o.Issues[0].Summary = lookup.ID(other), reconcile.SeverityCritical, "COVE SVR 1 - critical"
		return &reconcile.Snapshot{Observation: o}, nil
	})
	j.later(2 * time.Hour)
	r := j.sync(moved)
	j.expect(r, "update 1 done")
	if degraded := r.Results[0].Degraded; degraded == nil || !strings.Contains(degraded.Error(), "company is left out") {
		t.Errorf("degraded %v", degraded)
	}
	if tk := j.ticket(id); tk.Summary != "COVE SVR 1 - critical" || tk.Company.ID != j.company || len(j.refs(id)) != 1 || j.mark(id).Severity != mark.SeverityCritical {
		t.Errorf("ticket %+v, %d notes", tk, len(j.refs(id)))
	}
	// It is not tried every day with a note each.
	j.later(25 * time.Hour)
	j.expect(j.sync(moved))
}

// D7: a summary that the server changed is not a person's edit, and is not
// written again in every run.
func TestCaseD7ServerChangesText(t *testing.T) {
	j := newCase(t, nil)
	j.through(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body = io.NopCloser(strings.NewReader(strings.ReplaceAll(string(body), "1 - failed", "1 &amp;#45; failed")))
		resp.ContentLength = -1
		resp.Header.Del("Content-Length")
		return resp, err
	})
	j.night(world{"1": "bad"})
	id := j.srv.Tickets()[0].ID
	if m := j.mark(id); m.Digests.Summary == mark.DigestOf("COVE SVR 1 - failed") {
		t.Error("the marker does not know what the server made of the summary")
	}
	for range 2 {
		r := j.night(world{"1": "bad"})
		j.expect(r)
		if len(r.Edited) != 0 {
			t.Errorf("edited %v", r.Edited)
		}
	}
	j.expect(j.night(world{"1": "worse"}), "update 1 done")
	j.expect(j.night(world{"1": "worse"}))
	j.expect(j.night(world{"1": ""}), "close 1 done")
}

// D16: the text is composed before the ticket is read, and the ticket is read again
// after a wait: what a person does meanwhile stands.
func TestCaseD16PersonMeanwhile(t *testing.T) {
	for _, when := range []string{"while the text is composed", "while the server asks to wait"} {
		synctest.Test(t, func(t *testing.T) { personMeanwhile(t, when) })
	}
}

func personMeanwhile(t *testing.T, when string) {
	j := newCase(t, nil)
	j.night(world{"1": "bad"})
	id := j.srv.Tickets()[0].ID
	rename := func() {
		must(t, j.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.Summary = "Call Jane first" }))
	}
	if when == "while the text is composed" {
		j.compose = func(context.Context, reconcile.Action) (reconcile.Text, error) {
			rename()
			return reconcile.Text{Internal: "words"}, nil
		}
	} else {
		refused := false
		j.through(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if r.Method != http.MethodPatch || refused {
				return next.RoundTrip(r)
			}
			refused = true
			rename()
			return answer(r, 429, `{"code":"RateLimited","message":"slow down"}`), nil
		})
	}
	j.later(2 * time.Hour)
	r := j.sync(MonitorFunc("cove", func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) {
		o := j.observe(world{"1": "worse"})
		o.Issues[0].Summary = "COVE SVR 1 - gone"
		return &reconcile.Snapshot{Observation: o, Compose: j.compose}, nil
	}))
	j.expect(r, "update 1 drifted")
	if got := j.ticket(id).Summary; got != "Call Jane first" {
		t.Errorf("%s: summary %q", when, got)
	}
}

// turns is a limiter that notes when it is waited for.
type turns struct {
	mu  sync.Mutex
	log []string
}

func (l *turns) note(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.log = append(l.log, what)
}

func (l *turns) Wait(context.Context) error {
	l.note("wait")
	return nil
}

// D16: however busy the limiter is, there is no wait between reading a ticket
// and writing its fields.
func TestCaseD16NoWaitBetween(t *testing.T) {
	j := newCase(t, nil)
	j.night(world{"1": "bad"})
	l := &turns{}
	j.through(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		l.note(r.Method)
		return next.RoundTrip(r)
	})
	var err error
	j.client, err = j.client.With(connectwise.WithLimiter(l))
	must(t, err)
	j.later(2 * time.Hour)
	j.expect(j.night(world{"1": "worse"}), "update 1 done")
	patch := slices.Index(l.log, http.MethodPatch)
	if patch < 3 || !slices.Equal(l.log[patch-3:patch], []string{"wait", "wait", http.MethodGet}) {
		t.Errorf("%q", l.log)
	}
}

// D18: a missing endpoint says nothing about a ticket.
func TestCaseD18NoEndpoint(t *testing.T) {
	b := newBench(t, nil).open()
	id := b.run(world{"1": "bad"}).Results[0].Ticket
	b.later(2 * time.Hour)
	plan := b.plan(b.observe(world{"1": "worse"}))
	b.srv.Inject(connectwisetest.Fault{Method: "GET", Path: "service/tickets/" + lookup.ID(id), Kind: connectwisetest.StatusBefore, Status: 404, Times: -1,
		Body: `{"code":"NotFound","message":"The endpoint does not exist.","errors":[]}`})
	if r := b.apply(plan).Results[0]; r.Outcome != Failed || !strings.Contains(r.Err.Error(), "endpoint does not exist") {
		t.Errorf("%s: %v", r.Outcome, r.Err)
	}
}

// D21: after answers that prove nothing the ticket is read again.
func TestCaseD21NothingProven(t *testing.T) {
	t.Run("no parents", func(t *testing.T) {
		j := newCase(t, nil)
		j.night(world{"1": "bad"})
		parent := j.srv.AddTicket(connectwisetest.Ticket{Summary: "all of it", Board: connectwisetest.ByName("Service Desk"), Company: connectwisetest.ByID(j.company)})
		must(t, j.person().MergeTickets(parent, j.srv.Tickets()[0].ID))
		j.through(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if strings.Contains(r.URL.Query().Get("conditions"), "id in") {
				return answer(r, 200, `[]`), nil
			}
			return next.RoundTrip(r)
		})
		j.expect(j.night(world{"1": "bad"}))
		j.tickets(2)
	})
	t.Run("another object for a note", func(t *testing.T) {
		j := newCase(t, nil)
		j.night(world{"1": "bad"})
		id := j.srv.Tickets()[0].ID
		j.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "/notes", Kind: connectwisetest.StatusBefore, Status: 200, Body: `{"id":7,"text":"another"}`})
		j.later(time.Hour)
		j.expect(j.night(world{"1": "worse"}), "update 1 unknown")
		j.later(time.Hour)
		if r := j.night(world{"1": "worse"}); len(r.Settled) != 1 || len(j.refs(id)) != 1 || j.mark(id).NotePending {
			t.Errorf("settled %+v, notes %q", r.Settled, j.refs(id))
		}
	})
	t.Run("another ticket of ours for a new one", func(t *testing.T) {
		j := newCase(t, nil)
		j.night(world{"0": "bad"})
		before := j.srv.Tickets()[0]
		j.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.StatusBefore, Status: 200, Body: fmt.Sprintf(`{"id":%d,"summary":"x"}`, before.ID)})
		j.expect(j.night(world{"0": "bad", "1": "bad"}), "create 1 unknown")
		if after := j.ticket(before.ID); marker(after) != marker(before) {
			t.Errorf("the ticket of another problem was marked: %q, was %q", marker(after), marker(before))
		}
		j.later(Late)
		j.expect(j.night(world{"0": "bad", "1": "bad"}), "create 1 done")
		j.one(2)
	})
	t.Run("a ticket that does not exist for a new one", func(t *testing.T) {
		j := newCase(t, nil)
		j.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.StatusBefore, Status: 200, Body: `{"id":4711,"summary":"x"}`})
		r := j.night(world{"1": "bad"})
		if j.expect(r, "create 1 unknown"); !strings.Contains(r.Err().Error(), "names ticket 4711, which is not the new one") {
			t.Error(r.Err())
		}
		j.later(Late)
		j.expect(j.night(world{"1": "bad"}), "create 1 done")
		j.one(1)
	})
	t.Run("another ticket for a new one", func(t *testing.T) {
		j := newCase(t, nil)
		other := j.srv.AddTicket(connectwisetest.Ticket{Summary: "a person's", Board: connectwisetest.ByName("Service Desk"), Company: connectwisetest.ByID(j.company), EnteredBy: "jsmith"})
		before := j.ticket(other)
		j.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.StatusBefore, Status: 200, Body: fmt.Sprintf(`{"id":%d,"summary":"x"}`, other)})
		j.expect(j.night(world{"1": "bad"}), "create 1 unknown")
		if after := j.ticket(other); marker(after) != marker(before) {
			t.Errorf("a person's ticket was marked: %q", marker(after))
		}
		j.later(Late)
		j.expect(j.night(world{"1": "bad"}), "create 1 done")
	})
}

// D23: a key that is revoked in the middle, or a server that hangs, ends the run
// after three failures; what was not done is listed.
func TestCaseD23Breaker(t *testing.T) {
	for name, fault := range map[string]connectwisetest.Fault{
		"revoked": {Kind: connectwisetest.StatusBefore, Status: 401, Body: `{"code":"Unauthorized","message":"no"}`},
		"right":   {Kind: connectwisetest.StatusBefore, Status: 403, Body: `{"code":"Security","message":"no"}`},
	} {
		b := newBench(t, nil).open()
		plan := b.plan(b.observe(many(20)))
		fault.Method, fault.Path, fault.Times, fault.Skip = "POST", "service/tickets", -1, 2
		b.srv.Inject(fault)
		report, err := b.desk.Apply(t.Context(), plan)
		if got := report.Outcomes(); err == nil || got[Done] != 2 || got[Failed] != 3 || got[Skipped] != 15 {
			t.Errorf("%s: %v, error %v", name, got, err)
		}
		if last := report.Results[19]; !strings.Contains(last.Why, "3 failures in a row") {
			t.Errorf("%s: %q", name, last.Why)
		}
	}
}

func TestCaseD19GatewayPage(t *testing.T) {
	for _, status := range []int{408, 403, 413} {
		j := newCase(t, nil)
		j.through(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "service/tickets") && err == nil {
				must(t, resp.Body.Close())
				page := answer(r, status, "<html><title>no</title></html>")
				page.Header.Set("Content-Type", "text/html")
				return page, nil
			}
			return resp, err
		})
		w := world{"1": "bad"}
		j.expect(j.night(w), "create 1 unknown")
		j.expect(j.night(w))
		j.tickets(1)
	}
}

// The note with which a ticket is closed is its resolution where that is asked for.
func TestResolutionNote(t *testing.T) {
	for _, wanted := range []bool{false, true} {
		b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.ResolutionNote = wanted }).open()
		id := b.run(world{"1": "bad"}).Results[0].Ticket
		b.later(2 * time.Hour)
		b.run(world{"1": "worse"})
		b.later(2 * time.Hour)
		b.only(b.run(world{"1": ""}), reconcile.Close, Done)
		var resolutions []bool
		for n, err := range b.client.Service.Tickets.Notes(id).List(t.Context(), nil) {
			must(t, err)
			resolutions = append(resolutions, n.ResolutionFlag)
		}
		if !slices.Equal(resolutions, []bool{false, false, wanted}) {
			t.Errorf("%v: resolutions %v", wanted, resolutions)
		}
	}
}
