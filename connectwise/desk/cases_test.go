package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// newCase is a job without storms that looks at a fleet called "cove".
func newCase(t *testing.T, change func(*Config)) *job {
	t.Helper()
	j := newJob(t, func(c *Config) {
		c.Policy = reconcile.DefaultPolicy()
		c.Policy.UpdateEvery = time.Hour
		c.Policy.CustomerStorm, c.Policy.GlobalStorm = reconcile.Storm{}, reconcile.Storm{}
		if change != nil {
			change(c)
		}
	})
	return j
}

// fleet is a monitor of the bench's world.
func (j *job) fleet(w world) Monitor {
	return MonitorFunc("cove", func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) {
		return &reconcile.Snapshot{Observation: j.observe(w), Adopt: j.adopt, Compose: j.compose}, nil
	})
}

// night is a run of a process of its own, an hour after the last.
func (j *job) night(w world) *Report { return j.nightWith(Options{}, w) }

func (j *job) nightWith(o Options, w world) *Report {
	j.t.Helper()
	j.later(time.Hour)
	return j.syncWith(o, j.fleet(w))
}

func (j *job) tickets(n int) {
	j.t.Helper()
	if got := len(j.srv.Tickets()); got != n {
		j.t.Errorf("%d tickets, want %d", got, n)
	}
}

// stop is the one stop that stands.
func (j *job) stop(r *Report) string {
	j.t.Helper()
	for _, f := range r.Findings {
		if f.What == "stop" {
			if r.Health() != HealthFailed {
				j.t.Errorf("a stop stands, and the run is %s", r.Health())
			}
			_, id, _ := strings.Cut(f.Why, "stop ")
			id, _, _ = strings.Cut(id, ":")
			return id
		}
	}
	j.t.Fatalf("no stop stands: %v", r.Findings)
	return ""
}

// many is a world of n subjects in a state.
func many(n int, state string) world {
	w := world{}
	for i := range n {
		w[fmt.Sprintf("s%02d", i)] = state
	}
	return w
}

// edited lets something happen on the way of requests.
func (j *job) through(f func(r *http.Request, next http.RoundTripper) (*http.Response, error)) {
	j.t.Helper()
	next := j.srv.Transport()
	client, err := j.client.With(connectwise.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) { return f(r, next) })}))
	must(j.t, err)
	j.client = client
}

func answer(r *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Request: r, Body: io.NopCloser(strings.NewReader(body))}
}

// A server that drops the marker on create, and keeps it on a change, costs one
// request more a ticket. One that never keeps it gets one ticket, and a stop.
func TestCaseD1MarkerDropped(t *testing.T) {
	for _, kept := range []bool{true, false} {
		j := newCase(t, nil)
		j.through(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "service/tickets") || r.Method == http.MethodPatch && !kept {
				body, err := io.ReadAll(r.Body)
				must(t, err)
				var loose any
				must(t, json.Unmarshal(body, &loose))
				switch v := loose.(type) {
				case map[string]any:
					delete(v, "externalXRef")
				case []any:
					loose = slices.DeleteFunc(v, func(op any) bool { return op.(map[string]any)["path"] == "externalXRef" })
				}
				body, err = json.Marshal(loose)
				must(t, err)
				r = r.Clone(r.Context())
				r.Body, r.ContentLength = io.NopCloser(strings.NewReader(string(body))), int64(len(body))
			}
			return next.RoundTrip(r)
		})
		w := world{"1": "bad"}
		for range 5 {
			r := j.night(w)
			if !kept {
				j.stop(r)
			}
		}
		j.tickets(1)
		if kept {
			continue
		}
		// The stop is acknowledged by its id, also after the memory was lost.
		id := j.stop(j.night(w))
		must(t, os.Remove(j.path))
		j.nightWith(Options{Acknowledge: []string{id}}, w)
	}
}

// Another tool's text in the place of the markers: no ticket is made beside
// them. Emptied places are taken back, whoever emptied them.
func TestCaseD2MarkersOverwritten(t *testing.T) {
	for _, text := range []string{"rmm-7", ""} {
		j := newCase(t, nil)
		w := many(12, "bad")
		j.night(w)
		for _, tk := range j.srv.Tickets() {
			must(t, j.person().EditTicket(tk.ID, func(t *connectwisetest.Ticket) { setMarker(t, text) }))
		}
		for n := range 4 {
			r := j.night(w)
			switch {
			case text != "" && r.Health() != HealthAttention:
				t.Errorf("%q: run %d is %s: %v", text, n, r.Health(), r.Findings)
			case text == "" && n == 0:
				j.stop(r)
			case text == "" && r.Health() != HealthFine:
				t.Errorf("%q: run %d is %s: %v", text, n, r.Health(), r.Findings)
			}
		}
		j.tickets(12)
		for _, tk := range j.srv.Tickets() {
			if text == "" && j.mark(tk.ID).State != mark.Open || text != "" && marker(tk) != text {
				t.Errorf("ticket %d holds %q", tk.ID, marker(tk))
			}
		}
	}
}

// Six tickets deleted at once stop the desk until a person has acknowledged it,
// once, however few are made a run.
func TestCaseD26DeletedAtOnce(t *testing.T) {
	j := newCase(t, nil)
	w := many(6, "bad")
	j.night(w)
	for _, tk := range j.srv.Tickets() {
		must(t, j.person().DeleteTicket(tk.ID))
	}
	id := ""
	for range 3 { // D3: it is not taken for granted by the second run
		id = j.stop(j.night(w))
		j.tickets(0)
	}
	j.nightWith(Options{Acknowledge: []string{id}, MaxCreate: 1}, w)
	j.tickets(1)
	for range 6 {
		j.nightWith(Options{MaxCreate: 1}, w)
	}
	j.tickets(6)
	if r := j.night(w); r.Health() != HealthFine {
		t.Errorf("%s: %v", r.Health(), r.Findings)
	}
}

// A ticket that a person deletes is made again, once for each deletion.
func TestCaseD36DeletedAgain(t *testing.T) {
	j := newCase(t, nil)
	w := world{"1": "bad"}
	for range 3 {
		j.expect(j.night(w), "create 1 done")
		j.expect(j.night(w))
		must(t, j.person().DeleteTicket(j.srv.Tickets()[0].ID))
	}
}

// A create that was given up may still be carried out: its key waits.
func TestCaseD4LateCreate(t *testing.T) {
	j := newCase(t, nil)
	w := world{"1": "bad"}
	j.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.ResetBefore})
	j.expect(j.night(w), "create 1 unknown")
	j.later(3 * time.Minute)
	j.expect(j.sync(j.fleet(w)))
	j.later(Late)
	j.expect(j.sync(j.fleet(w)), "create 1 done")
	j.tickets(1)
}

// A field that the server refuses is left out and reported; the rest is written.
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
		o.Issues[0].Company, o.Issues[0].Severity, o.Issues[0].Summary = decimal(other), reconcile.SeverityCritical, "COVE SVR 1 - critical"
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

// What the server makes of a summary is not a person's edit, and not written
// again every run.
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

// A composer that panics fails its action, and no other.
func TestCaseD10ComposerPanics(t *testing.T) {
	j := newCase(t, nil)
	j.compose = func(_ context.Context, a reconcile.Action) (reconcile.Text, error) {
		if a.Key.Subject == "1" {
			panic("no such device")
		}
		return reconcile.Text{Internal: "words"}, nil
	}
	r := j.night(world{"1": "bad", "2": "bad"})
	j.expect(r, "create 1 failed", "create 2 done")
	if r.Health() != HealthFailed || !strings.Contains(r.Err().Error(), "panicked: no such device") {
		t.Errorf("%s: %v", r.Health(), r.Err())
	}
}

// A plan that comes from a file is no order.
func TestCaseD11PlanFromFile(t *testing.T) {
	b := newBench(t, nil).open()
	plan := b.plan(b.observe(world{"1": "bad"}))
	data, err := json.Marshal(plan)
	must(t, err)
	if err := json.Unmarshal(data, &reconcile.Plan{}); err == nil {
		t.Error("a plan is read back from its JSON")
	}
	plan.Known = nil // as in one that was put together by hand
	if _, err := b.desk.Apply(t.Context(), plan); err == nil || !strings.Contains(err.Error(), "not made by this process") {
		t.Errorf("error %v", err)
	}
}

// Applying a plan again does nothing that was done, whatever was loaded between.
func TestCaseD15AppliedAgain(t *testing.T) {
	b := newBench(t, nil).open()
	b.run(world{"1": "bad"})
	b.later(2 * time.Hour)
	w := world{"1": "", "2": "bad", "3": "bad"}
	plan := b.plan(b.observe(w))
	must(t, b.apply(plan).Err())
	for _, between := range []func(){
		func() { b.load() },
		func() { b.later(5 * time.Hour); b.load() },
		func() { b.open().load() },
		func() { b.open() },
	} {
		between()
		b.srv.ResetRequests()
		if report := b.apply(plan); report.Outcomes()[Skipped] != 3 || len(b.writes()) != 0 {
			t.Errorf("%v, writes %q", report.Outcomes(), b.writes())
		}
	}
}

// The text is composed before the ticket is read, and the ticket is read again
// after a wait: what a person does meanwhile stands.
func TestCaseD16PersonMeanwhile(t *testing.T) {
	for _, when := range []string{"while the text is composed", "while the server asks to wait"} {
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
}

// That an endpoint is not there says nothing about a ticket.
func TestCaseD18NoEndpoint(t *testing.T) {
	b := newBench(t, nil).open()
	id := b.run(world{"1": "bad"}).Results[0].Ticket
	b.later(2 * time.Hour)
	plan := b.plan(b.observe(world{"1": "worse"}))
	b.srv.Inject(connectwisetest.Fault{Method: "GET", Path: "service/tickets/" + decimal(id), Kind: connectwisetest.StatusBefore, Status: 404, Times: -1,
		Body: `{"code":"NotFound","message":"The endpoint does not exist.","errors":[]}`})
	if r := b.apply(plan).Results[0]; r.Outcome != Failed || !strings.Contains(r.Err.Error(), "endpoint does not exist") {
		t.Errorf("%s: %v", r.Outcome, r.Err)
	}
}

// A person's impact stays, whatever the severity does afterwards.
func TestCaseD20PersonsImpact(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.Priorities = []PriorityRule{{Severity: reconcile.SeverityHigh, TicketImpact: "High", TicketSeverity: "High"}, {TicketImpact: "Low", TicketSeverity: "Low"}}
	}).open()
	id := b.run(world{"1": "0"}).Results[0].Ticket
	must(t, b.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.Impact = "High" }))
	for i, severity := range []reconcile.Severity{reconcile.SeverityHigh, reconcile.SeverityMedium, reconcile.SeverityHigh, reconcile.SeverityMedium} {
		b.later(25 * time.Hour)
		o := b.observe(world{"1": fmt.Sprint("state ", i)})
		o.Issues[0].Severity = severity
		must(t, b.apply(b.plan(o)).Err())
		want := map[reconcile.Severity]string{reconcile.SeverityHigh: "High", reconcile.SeverityMedium: "Low"}[severity]
		if got := b.ticket(id); got.Impact != "High" || got.Severity != want {
			t.Errorf("%s: impact %q, severity %q", severity, got.Impact, got.Severity)
		}
	}
}

// Answers that prove nothing are looked at again.
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

// Two clean runs within the lag of the lists make one ticket a problem.
func TestCaseD22RunsWithinTheLag(t *testing.T) {
	j := newCase(t, nil)
	w := many(5, "bad")
	j.night(w)
	j.srv.SetListLag(30 * time.Second)
	w2 := many(10, "bad")
	j.later(time.Hour)
	j.sync(j.fleet(w2))
	j.later(20 * time.Second)
	j.sync(j.fleet(w2))
	j.tickets(10)
}

// A key that is revoked in the middle, or a server that hangs, ends the run
// after three failures; what was not done is listed.
func TestCaseD23Breaker(t *testing.T) {
	for name, fault := range map[string]connectwisetest.Fault{
		"revoked": {Kind: connectwisetest.StatusBefore, Status: 401, Body: `{"code":"Unauthorized","message":"no"}`},
		"right":   {Kind: connectwisetest.StatusBefore, Status: 403, Body: `{"code":"Security","message":"no"}`},
	} {
		b := newBench(t, nil).open()
		plan := b.plan(b.observe(many(20, "bad")))
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
	// Failures of other kinds, and of several kinds in turn, end nothing.
	b := breaker{}
	for range 9 {
		b.note(Result{Outcome: Failed, Err: connectwise.ErrUnauthorized})
		b.note(Result{Outcome: Failed, Err: errors.New("invalid")})
		b.note(Result{Outcome: Unknown, Err: context.DeadlineExceeded})
	}
	if b.broken() != nil {
		t.Error(b.broken())
	}
	for range 3 {
		b.note(Result{Outcome: Unknown, Err: context.DeadlineExceeded})
	}
	if b.broken() == nil {
		t.Error("a server that hangs ends nothing")
	}
}
