package desk

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
)

// routed is one route that says everything, after one that fits nothing.
func routed(_ *connectwisetest.Config, c *Config) {
	c.Priorities = []PriorityRule{{Priority: "Down"}}
	c.Fields = []TicketField{{Path: "poNumber", Value: "all"}, {Path: "team", Value: "Backup", Board: "Second"}}
	c.Routes = []Route{
		{Customer: "8", NoTicket: true},
		{
			Customer: "7", Kind: "failed", Board: "Second", NewStatus: "Triage", Priority: "Up", Visibility: VisibilityDiscussion,
			Fields: []TicketField{{Path: "type", Value: "Alert"}, {Path: "subType", Value: "Job"}, {Path: "item", Value: "Server"}, {Path: "team", Value: "Nights"}, {Path: "poNumber", Value: "route"}},
		},
	}
}

func routedBench(t *testing.T) *bench {
	b := newBench(t, routed)
	b.srv.AddPriority(connectwisetest.Priority{Name: "Up"})
	b.srv.AddPriority(connectwisetest.Priority{Name: "Down"})
	b.srv.AddBoard(connectwisetest.Board{
		Name: "Second", Types: []string{"Alert"}, SubTypes: []string{"Job"}, Items: []string{"Server"}, Teams: []string{"Backup", "Nights"},
		Statuses: []connectwisetest.Status{{Name: "Fresh", Default: true}, {Name: "Triage"}, {Name: "Over", Closed: true}},
	})
	return b
}

// A route decides everything about a new ticket, and the ticket is looked after
// on its board with that board's statuses.
func TestRouteDecides(t *testing.T) {
	b := routedBench(t).open()
	b.compose = func(_ context.Context, a reconcile.Action) (reconcile.Text, error) {
		return reconcile.Text{Internal: "secret", Discussion: "We are looking into it."}, nil
	}
	run := func(state, group string) *Report {
		o := b.observe(world{"1": state})
		for i := range o.Issues {
			o.Issues[i].Customer = group
		}
		return b.apply(b.plan(o))
	}
	if r := b.only(run("bad", "8"), reconcile.Create, Skipped); !strings.Contains(r.Why, "no ticket") {
		t.Errorf("why %q", r.Why)
	}
	id := b.only(run("bad", "7"), reconcile.Create, Done).Ticket
	got := b.ticket(id)
	is := []string{got.Board.Name, got.Status.Name, got.Priority.Name, got.Type.Name, got.SubType.Name, got.Item.Name, got.Team.Name}
	if diff := cmp.Diff([]string{"Second", "Triage", "Up", "Alert", "Job", "Server", "Nights"}, is); diff != "" {
		t.Error(diff)
	}
	b.later(2 * time.Hour)
	b.only(run("worse", "7"), reconcile.Update, Done)
	if got := b.ticket(id); got.Priority.Name != "Up" || got.Status.Name != "Triage" {
		t.Errorf("priority %q, status %q", got.Priority.Name, got.Status.Name)
	}
	discussed := 0
	for _, n := range b.srv.Notes(id) {
		if n.Discussion {
			discussed++
			if strings.Contains(n.Text, "secret") {
				t.Errorf("note %q", n.Text)
			}
		}
	}
	if discussed != 2 {
		t.Errorf("%d notes in the discussion, want 2", discussed)
	}
	if mails := b.srv.Mails(); len(mails) != 0 {
		t.Errorf("mails %+v", mails)
	}
	if n := len(b.load().Tickets); n != 1 {
		t.Errorf("%d tickets on another board are found", n)
	}
	b.later(2 * time.Hour)
	b.only(run("", "7"), reconcile.Close, Done)
	if got := b.ticket(id).Status.Name; got != "Over" {
		t.Errorf("status %q", got)
	}
}

// VisibilityInternal keeps a route's tickets, and what is written when their
// problem is over, from the customer.
func TestRouteInternal(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.Discussion, c.Routes = true, []Route{{Customer: "7", Visibility: VisibilityInternal}}
	}).open()
	b.compose = func(context.Context, reconcile.Action) (reconcile.Text, error) {
		return reconcile.Text{Internal: "secret", Discussion: "We are looking into it."}, nil
	}
	id := b.run(world{"1": "bad"}).Results[0].Ticket
	for _, state := range []string{"worse", ""} {
		b.later(2 * time.Hour)
		must(t, b.run(world{"1": state}).Err())
	}
	notes := b.srv.Notes(id)
	for _, n := range notes {
		if n.Discussion {
			t.Errorf("the customer can read %q", n.Text)
		}
	}
	if len(notes) != 3 {
		t.Errorf("%d notes", len(notes))
	}
}

// All faults of all routes come at once.
func TestRouteFaults(t *testing.T) {
	b := routedBench(t)
	r := &b.config.Routes[1]
	r.NewStatus, r.Priority, r.Visibility = "Over", "Upp", 9
	r.Fields = []TicketField{{Path: "type", Value: "Alrt"}, {Path: "team", Value: "Nights", Board: "Service Desk"}}
	_, err := New(t.Context(), b.client, b.config)
	var faults *ConfigError
	if !errors.As(err, &faults) || len(faults.Faults) != 5 {
		t.Fatalf("error %v, want five faults", err)
	}
	for _, want := range []string{`Routes[1]: NewStatus "Over"`, `priority "Upp" does not exist; there is "Up"`, "visibility 9", `(type)`, `it is for board "Service Desk"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}
