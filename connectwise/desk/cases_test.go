package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/desktest"
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
			if !strings.HasPrefix(f.Why, "stop "+f.ID+": ") {
				j.t.Errorf("the stop %s says %q", f.ID, f.Why)
			}
			return f.ID
		}
	}
	j.t.Fatalf("no stop stands: %v", r.Findings)
	return ""
}

// many is a world of n subjects that fail.
func many(n int) world {
	w := world{}
	for i := range n {
		w[fmt.Sprintf("s%02d", i)] = "bad"
	}
	return w
}

// edited lets something happen on the way of requests.
func (j *job) through(f func(r *http.Request, next http.RoundTripper) (*http.Response, error)) {
	j.t.Helper()
	next := j.srv.Transport()
	client, err := j.client.With(desktest.Through(func(r *http.Request) (*http.Response, error) { return f(r, next) }))
	must(j.t, err)
	j.client = client
}

func answer(r *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Request: r, Body: io.NopCloser(strings.NewReader(body))}
}

// A server that drops the marker on create, and keeps it on a change, costs one
// request more a ticket. One that never keeps it gets one ticket, and a stop.
func TestCaseD1D39MarkerDropped(t *testing.T) {
	for _, server := range []string{"keeps it on a change", "keeps it and does not answer with it", "never keeps it"} {
		kept := server != "never keeps it"
		j := newCase(t, nil)
		j.through(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if r.Method == http.MethodPatch && server == "keeps it and does not answer with it" {
				resp, err := next.RoundTrip(r)
				must(t, err)
				body, err := io.ReadAll(resp.Body)
				must(t, err)
				return answer(r, 200, strings.ReplaceAll(string(body), "cdk1:", "?")), nil
			}
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
		// D39: the stop is acknowledged by its id, once, also after the memory was
		// lost, by the run that meets its cause again.
		id := j.stop(j.night(w))
		must(t, os.Remove(j.path))
		w["2"] = "bad" // the first one's ticket is found by its summary
		if got := whats(j.nightWith(Options{Acknowledge: []string{id}}, w)); slices.Contains(got, "stop failed") || slices.Contains(got, "acknowledged attention") {
			t.Errorf("the acknowledgement is refused: %v", got)
		}
		j.tickets(2)
		w["3"], w["4"] = "bad", "bad"
		for range 2 {
			j.stop(j.night(w))
			j.tickets(3)
		}
		if got := whats(j.nightWith(Options{Acknowledge: []string{"zzzz"}}, w)); !slices.Contains(got, "acknowledged attention") {
			t.Errorf("an id that names no stop: %v", got)
		}
		for feed, wrong := range map[string]bool{key("1").Feed: false, "none": true} {
			if got := whats(j.nightWith(Options{Sure: []string{feed}}, w)); slices.Contains(got, "sure attention") != wrong {
				t.Errorf("sure of feed %q: %v", feed, got)
			}
		}
	}
}

// If another tool overwrites the markers, no second tickets are created.
// Emptied markers are written again.
func TestCaseD2MarkersOverwritten(t *testing.T) {
	for _, text := range []string{"rmm-7", ""} {
		j := newCase(t, nil)
		w := many(12)
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
func TestCaseD26D3DeletedAtOnce(t *testing.T) {
	j := newCase(t, nil)
	w := many(6)
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

// A ticket that a person deletes is created again, once for each deletion.
func TestCaseD36DeletedAgain(t *testing.T) {
	j := newCase(t, nil)
	w := world{"1": "bad"}
	for range 3 {
		j.expect(j.night(w), "create 1 done")
		j.expect(j.night(w))
		must(t, j.person().DeleteTicket(j.srv.Tickets()[0].ID))
	}
}

// The server may still execute a create that was given up, so its key waits.
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

// A plan from a file is not applied.
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

// Two clean runs within the lag of the lists make one ticket a problem.
func TestCaseD22RunsWithinTheLag(t *testing.T) {
	j := newCase(t, nil)
	w := many(5)
	j.night(w)
	j.srv.SetListLag(30 * time.Second)
	w2 := many(10)
	j.later(time.Hour)
	j.sync(j.fleet(w2))
	j.later(20 * time.Second)
	j.sync(j.fleet(w2))
	j.tickets(10)
}

// The service desk's clock is used even if the host's clock is wrong, and the
// report says that it is wrong. A source with a different clock makes the run
// blind.
func TestCaseD13HostClock(t *testing.T) {
	for _, wrong := range []time.Duration{26 * time.Hour, -26 * time.Hour} {
		j := newCase(t, func(c *Config) {
			now := c.Now
			c.Now = func() time.Time { return now().Add(wrong) }
		})
		w := world{"1": "bad", "2": "bad"}
		r := j.night(w)
		if diff := whats(r); !slices.Equal(diff, []string{"clock attention"}) || !r.Began.Equal(j.now) {
			t.Errorf("%v, began %v", diff, r.Began)
		}
		if m := j.mark(j.srv.Tickets()[0].ID); !m.Written.Equal(j.now) {
			t.Errorf("written %v at %v", m.Written, j.now)
		}
		j.expect(j.night(w))
		j.expect(j.night(world{"1": "bad", "2": ""}), "close 2 done")
		source := MonitorFunc("cove", func(_ context.Context, r reconcile.Request) (*reconcile.Snapshot, error) {
			return &reconcile.Snapshot{Observation: j.observe(w), Clock: r.At.Add(time.Hour)}, nil
		})
		if r := j.sync(source); r.Health() != HealthBlind || !slices.Contains(whats(r), "clock blind") {
			t.Errorf("%s: %v", r.Health(), r.Findings)
		}
	}
}

// D35: when a person closes a ticket that is held because of another program's
// text, that is a person's close. A closed copy has no effect.
func TestCaseD35HeldAndClosed(t *testing.T) {
	j := newCase(t, nil)
	j.night(world{"1": "bad", "2": "bad"})
	var first, second connectwisetest.Ticket
	for _, tk := range j.srv.Tickets() {
		if j.mark(tk.ID).Key == key("1").ID() {
			first = tk
		} else {
			second = tk
		}
	}
	must(t, j.person().EditTicket(first.ID, func(t *connectwisetest.Ticket) { setMarker(t, "rmm-7") }))
	copied, err := j.person().CopyTicket(second.ID)
	must(t, err)
	must(t, j.person().DeleteTicket(second.ID))
	must(t, j.person().EditTicket(copied, func(t *connectwisetest.Ticket) { setMarker(t, marker(second)) }))
	j.expect(j.night(world{"1": "bad", "2": "bad"}))
	must(t, j.person().CloseTicket(first.ID))
	must(t, j.person().CloseTicket(copied))
	j.expect(j.night(world{"1": "bad", "2": "bad"}), "create 2 done")
	for range 2 { // silence is not for one run
		j.later(time.Hour)
		j.expect(j.sync(MonitorFunc("cove", func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) {
			o := j.observe(world{"1": "bad", "2": "bad"})
			for i := range o.Issues {
				o.Issues[i].Since = time.Time{}
			}
			return &reconcile.Snapshot{Observation: o}, nil
		})))
	}
	j.later(j.config.Policy.Snooze)
	j.expect(j.night(world{"1": "bad", "2": "bad"}), "create 1 done")
}
