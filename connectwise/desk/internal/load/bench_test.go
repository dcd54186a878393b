package load

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/boards"
	"github.com/covedesk/covedesk/connectwise/desk/internal/desktest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/fields"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/connectwise/desk/internal/memory"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

const owner = "test-1"

// bench is a tenant, what is known of it, and one load's request.
type bench struct {
	t *testing.T
	Reader
	Request
	srv     *connectwisetest.Server
	company int64
	asked   int // how often it was asked whether the API member still sees all
	hidden  bool
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t}
	b.At = time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	b.srv, b.Client = desktest.Tenant(t, connectwisetest.Config{Now: func() time.Time { return b.At }})
	b.company = b.srv.AddCompany(connectwisetest.Company{Identifier: "ACME", Name: "Acme"})
	var err error
	if b.Boards, err = boards.Read(t.Context(), b.Client, &connectwise.Member{}); err == nil {
		b.Boards.Home, _, err = b.Boards.Add(t.Context(), "Service Desk", boards.Names{Stages: boards.Stages{Silenced: []string{"Verify"}}})
	}
	must(t, err)
	b.Owner, b.Settle, b.Horizon, b.Priorities = owner, time.Minute, 24*time.Hour, &fields.Priorities{}
	b.Writers = Writers{Member: "apimember", Older: []string{"tool"}, Adopts: true}
	b.StillSees = func(context.Context) error { b.asked++; return nil }
	b.Memory = memory.New(memory.Tenant{Owner: owner})
	b.Memory.Usable = true
	// Lists that lag lack what carries our marker; reads by id do not.
	b.Client = desktest.Client(t, b.srv, desktest.Through(func(r *http.Request) (*http.Response, error) {
		if b.hidden && strings.Contains(r.URL.Query().Get("conditions"), "externalXRef like") {
			r = r.Clone(r.Context())
			r.URL.RawQuery = strings.ReplaceAll(r.URL.RawQuery, "cdk1", "none")
		}
		return b.srv.Transport().RoundTrip(r)
	}))
	return b
}

func key(subject string) reconcile.Key { return reconcile.Key{Feed: "rmm", Subject: subject} }

// ours is the marker of a subject, as a write of the bench's time left it.
func (b *bench) ours(subject string, change ...func(*mark.Mark)) string {
	m := mark.Mark{Owner: owner, Source: mark.SourceID("rmm"), Customer: mark.CustomerID("c1"), Key: key(subject).ID(), State: mark.Open, Written: b.At}
	for _, f := range change {
		f(&m)
	}
	text, err := m.Format()
	must(b.t, err)
	return text
}

// add adds a ticket of the API member; the memory knows it by its key, if that is
// given.
func (b *bench) add(t connectwisetest.Ticket, remembered string) int64 {
	if t.EnteredBy == "" {
		t.EnteredBy = "apimember"
	}
	if t.Summary == "" {
		t.Summary = "a summary"
	}
	t.Board, t.Company = connectwisetest.ByName("Service Desk"), connectwisetest.ByID(b.company)
	id := b.srv.AddTicket(t)
	if remembered != "" {
		b.Memory.Open[key(remembered).ID()] = memory.Entry{Ticket: id, Known: reconcile.Known{Key: key(remembered), Customer: "c1"}}
	}
	return id
}

// problem adds one of subject a of the bench's company.
func (b *bench) problem() {
	b.Issues = append(b.Issues, reconcile.Issue{Key: key("a"), Customer: "c1", Company: lookup.ID(b.company), Summary: "COVE a"})
}

func (b *bench) person() *connectwisetest.Person { return b.srv.AsPerson("jsmith") }

func (b *bench) load() *Loaded {
	b.t.Helper()
	l, err := b.Load(b.t.Context(), b.Request)
	must(b.t, err)
	return l
}

// adopts recognises the summaries of an older tool: "TOOL subject", and, word for
// word, "TOOL subject!".
func adopts(summary string) (reconcile.Key, bool, bool) {
	subject, ok := strings.CutPrefix(summary, "TOOL ")
	subject, verbatim := strings.CutSuffix(subject, "!")
	return key(subject), verbatim, ok
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
