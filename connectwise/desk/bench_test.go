package desk

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/desktest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/load"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// bench is a tenant with one board, a desk on it and a clock for both.
type bench struct {
	t       testing.TB
	srv     *connectwisetest.Server
	client  *connectwise.Client
	desk    *Desk
	config  Config
	policy  reconcile.Policy
	company int64
	clock   sync.Mutex // of now: servers read it from goroutines of their own
	now     time.Time
	compose func(context.Context, reconcile.Action) (reconcile.Text, error)
	adopt   func(summary string) (key reconcile.Key, verbatim, ok bool)
	memory  string // where processes keep their memory; "": in the process
}

func newBench(t testing.TB, change func(*connectwisetest.Config, *Config)) *bench {
	t.Helper()
	b := &bench{t: t, now: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC), policy: reconcile.DefaultPolicy()}
	b.policy.UpdateEvery = time.Hour
	// Where a test is not about storms, many problems are many tickets.
	b.policy.CustomerStorm, b.policy.GlobalStorm = reconcile.Storm{}, reconcile.Storm{}
	serverConfig := connectwisetest.Config{Now: b.read}
	b.config = Config{Owner: "test", Board: "Service Desk", AtOnce: 1, Now: b.read}
	b.config.MarkerField = markerField
	if change != nil {
		change(&serverConfig, &b.config)
	}
	b.srv, b.client = desktest.Tenant(t, serverConfig)
	if markerField != "" {
		b.srv.AddCustomField(connectwisetest.CustomField{Entity: "Ticket", Caption: "Room", Type: "Number"})
		b.srv.AddCustomField(connectwisetest.CustomField{Entity: "Ticket", Caption: markerField})
	}
	b.company = b.srv.AddCompany(connectwisetest.Company{Identifier: "ACME", Name: "Acme Ltd"})
	return b
}

// open makes the desk; a second call is a new process.
func (b *bench) open() *bench {
	b.t.Helper()
	d, err := New(b.t.Context(), b.client, b.config)
	if err != nil {
		b.t.Fatal(err)
	}
	b.desk = d
	b.srv.ResetRequests()
	return b
}

func (b *bench) later(d time.Duration) {
	b.clock.Lock()
	defer b.clock.Unlock()
	b.now = b.now.Add(d)
}

func (b *bench) read() time.Time {
	b.clock.Lock()
	defer b.clock.Unlock()
	return b.now
}

func key(subject string) reconcile.Key { return reconcile.Key{Feed: "cove", Subject: subject} }

// issue is a problem of a subject in a state.
func (b *bench) issue(subject, state string) reconcile.Issue {
	return reconcile.Issue{
		Key: key(subject), Customer: "7", Company: lookup.ID(b.company), Kind: "failed", Class: "server",
		Severity: reconcile.SeverityMedium, Summary: "COVE SVR " + subject + " - failed", State: state,
		Since: b.now.Add(-time.Hour), Detail: "Backups of " + subject + " fail.",
	}
}

func (b *bench) healthy(subject string) reconcile.Healthy {
	return reconcile.Healthy{Key: key(subject), Customer: "7", Since: b.now}
}

// world is what is observed: subjects with a problem state, or "" for healthy.
type world map[string]string

func (b *bench) observe(w world) reconcile.Observation {
	o := reconcile.Observation{At: b.now, Feeds: []reconcile.Feed{{Name: "cove", Kind: reconcile.Inventory, Everything: true}}}
	for subject, state := range w {
		if state == "" {
			o.Healthy = append(o.Healthy, b.healthy(subject))
		} else {
			o.Issues = append(o.Issues, b.issue(subject, state))
		}
	}
	return o
}

func (b *bench) load() reconcile.Board {
	b.t.Helper()
	board, err := b.desk.Load(b.t.Context(), b.now, b.policy.Horizon())
	if err != nil {
		b.t.Fatal(err)
	}
	return board
}

func (b *bench) plan(o reconcile.Observation) reconcile.Plan {
	b.t.Helper()
	board := b.load
	if b.adopt != nil {
		board = func() reconcile.Board {
			l, err := b.desk.load(b.t.Context(), load.Request{At: b.now, Horizon: b.policy.Horizon(), Memory: b.desk.own, Adopt: b.adopt, Issues: o.Issues})
			must(b.t, err)
			b.desk.own.Remember(nil)
			return l.Board
		}
	}
	plan, err := reconcile.Diff(o, board(), b.policy)
	if err != nil {
		b.t.Fatal(err)
	}
	return plan
}

func (b *bench) apply(plan reconcile.Plan) *Report {
	b.t.Helper()
	var opts []ApplyOption
	if b.compose != nil {
		opts = append(opts, Compose(b.compose))
	}
	report, err := b.desk.Apply(b.t.Context(), plan, opts...)
	if err != nil {
		b.t.Fatal(err)
	}
	return report
}

// run is one whole run: load, diff, apply.
func (b *bench) run(w world) *Report {
	b.t.Helper()
	return b.apply(b.plan(b.observe(w)))
}

// only is the one result of a report, with the outcome wanted.
func (b *bench) only(report *Report, kind reconcile.ActionKind, outcome Outcome) Result {
	b.t.Helper()
	if len(report.Results) != 1 {
		b.t.Fatalf("%d results, want one: %+v", len(report.Results), report.Results)
	}
	r := report.Results[0]
	if r.Action.Kind != kind || r.Outcome != outcome {
		b.t.Fatalf("%s %s (%s, %v), want %s %s", r.Action.Kind, r.Outcome, r.Why, r.Err, kind, outcome)
	}
	return r
}

func (b *bench) ticket(id int64) connectwisetest.Ticket {
	b.t.Helper()
	t, ok := b.srv.Ticket(id)
	if !ok {
		b.t.Fatalf("ticket %d does not exist", id)
	}
	return t
}

// markerField is the custom field in which new benches keep their markers;
// empty for externalXRef.
var markerField string

// marker is what a ticket holds where the marker belongs.
func marker(t connectwisetest.Ticket) string {
	if markerField == "" {
		return t.ExternalXRef
	}
	text, _ := t.CustomFields[markerField].(string)
	return text
}

// setMarker writes there, for seeds and people.
func setMarker(t *connectwisetest.Ticket, text string) {
	if markerField == "" {
		t.ExternalXRef = text
		return
	}
	if t.CustomFields == nil {
		t.CustomFields = map[string]any{}
	}
	t.CustomFields[markerField] = text
}

// seed adds a ticket with this marker.
func (b *bench) seed(t connectwisetest.Ticket, text string) int64 {
	setMarker(&t, text)
	return b.srv.AddTicket(t)
}

func (b *bench) mark(id int64) mark.Mark {
	b.t.Helper()
	m, err := mark.Parse(marker(b.ticket(id)))
	if err != nil {
		b.t.Fatal(err)
	}
	return m
}

// writes are the requests since the last reset that are not reads, as
// "METHOD path below the API's base".
func (b *bench) writes() []string {
	return slices.DeleteFunc(b.requests(), func(r string) bool { return strings.HasPrefix(r, "GET ") })
}

func (b *bench) requests() []string {
	var out []string
	for _, r := range b.srv.Requests() {
		_, path, _ := strings.Cut(r.Path, "apis/3.0/")
		out = append(out, r.Method+" "+path)
	}
	return out
}

// refs are the last lines of a ticket's notes that refer to actions.
func (b *bench) refs(id int64) []string {
	var refs []string
	for _, n := range b.srv.Notes(id) {
		lines := strings.Split(n.Text, "\n")
		if last := lines[len(lines)-1]; strings.HasPrefix(last, notePrefix) {
			refs = append(refs, last)
		}
	}
	return refs
}

// replying is a client for which a path gives one body.
func (b *bench) replying(path, body string) *connectwise.Client {
	b.t.Helper()
	return desktest.Client(b.t, b.srv, desktest.Replying(b.srv, map[string]string{path: body}))
}

// person is a technician of the tenant.
func (b *bench) person() *connectwisetest.Person { return b.srv.AsPerson("jsmith") }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Outcomes counts the results by how they ended.
func (r *Report) Outcomes() map[Outcome]int {
	counts := map[Outcome]int{}
	for _, result := range r.Results {
		counts[result.Outcome]++
	}
	return counts
}
