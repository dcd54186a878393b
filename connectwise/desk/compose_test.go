package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
)

// If a composer fails, the ticket is created with the plain text.
func TestComposeFails(t *testing.T) {
	b := newBench(t, nil).open()
	b.compose = func(context.Context, reconcile.Action) (reconcile.Text, error) {
		return reconcile.Text{}, errors.New("no session errors today")
	}
	r := b.only(b.run(world{"1": "bad"}), reconcile.Create, Done)
	if r.Degraded == nil || !strings.Contains(b.srv.Notes(r.Ticket)[0].Text, "Backups of 1 fail.") {
		t.Errorf("degraded %v, notes %+v", r.Degraded, b.srv.Notes(r.Ticket))
	}
}

// With Discussion the customer-safe text goes where the customer reads it, the
// rest stays internal, and still nobody is mailed.
func TestDiscussion(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.Discussion = true }).open()
	b.compose = func(_ context.Context, a reconcile.Action) (reconcile.Text, error) {
		return reconcile.Text{Internal: "D:\\secret.xlsx denied", Discussion: "We are looking into it."}, nil
	}
	id := b.run(world{"1": "bad"}).Results[0].Ticket
	b.later(2 * time.Hour)
	b.run(world{"1": "worse"})
	for _, n := range b.srv.Notes(id) {
		if n.Discussion == n.Internal || n.Discussion && strings.Contains(n.Text, "secret") {
			t.Errorf("note %+v", n)
		}
	}
	if n := len(b.srv.Notes(id)); n != 4 {
		t.Errorf("%d notes, want 4", n)
	}
	if mails := b.srv.Mails(); len(mails) != 0 {
		t.Errorf("mails %+v", mails)
	}
}

// If an action ended between its two notes, the next run writes the missing one
// and repeats none.
func TestDiscussionSettled(t *testing.T) {
	for skip := range 2 {
		for _, kind := range []connectwisetest.FaultKind{connectwisetest.ResetBefore, connectwisetest.ResetAfter} {
			b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.Discussion = true }).open()
			b.compose = func(context.Context, reconcile.Action) (reconcile.Text, error) {
				return reconcile.Text{Internal: "Access is denied.", Discussion: "We are looking into it."}, nil
			}
			id := b.run(world{"1": "bad"}).Results[0].Ticket
			b.later(2 * time.Hour)
			b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "/notes", Skip: skip, Kind: kind})
			b.run(world{"1": "worse"})
			b.srv.ClearFaults()
			b.later(DefaultSettle + time.Second)
			b.open().run(world{"1": "worse"})
			notes := map[string]int{}
			for _, n := range b.srv.Notes(id) {
				notes[fmt.Sprintf("discussion %v", n.Discussion)]++
			}
			// Two each: of the creation and of the update.
			if diff := cmp.Diff(map[string]int{"discussion false": 2, "discussion true": 2}, notes); diff != "" {
				t.Errorf("note %d, fault %v (-want +got):\n%s", skip+1, kind, diff)
			}
			if b.mark(id).NotePending {
				t.Errorf("note %d, fault %v: still pending", skip+1, kind)
			}
		}
	}
}

// Another run wrote the ticket after our load.
func TestMarkerWrittenMeanwhile(t *testing.T) {
	b := newBench(t, nil).open()
	id := b.run(world{"1": "bad"}).Results[0].Ticket
	b.later(2 * time.Hour)
	plan, mine := b.plan(b.observe(world{"1": "worse"})), b.desk
	b.open()
	b.later(time.Second)
	b.only(b.run(world{"1": "worst"}), reconcile.Update, Done)
	b.desk = mine
	r := b.only(b.apply(plan), reconcile.Update, Drifted)
	if !strings.Contains(r.Why, "marker") || len(b.refs(id)) != 1 {
		t.Errorf("why %q, notes %q", r.Why, b.refs(id))
	}
}

// A note whose answer was lost a moment ago may not show in the list of notes yet.
// It is not written again before it must show.
func TestPendingNoteWaitsForSettle(t *testing.T) {
	for _, test := range []struct {
		kind connectwisetest.FaultKind
		lag  time.Duration
	}{{connectwisetest.ResetBefore, 0}, {connectwisetest.ResetAfter, 30 * time.Second}} {
		b := newBench(t, nil).open()
		id := b.run(world{"1": "bad"}).Results[0].Ticket
		b.later(2 * time.Hour)
		b.srv.SetListLag(test.lag)
		b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "/notes", Kind: test.kind})
		b.only(b.run(world{"1": "worse"}), reconcile.Update, Unknown)
		b.later(time.Second)
		b.srv.ResetRequests()
		// Where the list lags, it does not even show that a note is missing.
		report := b.run(world{"1": "worse"})
		if test.lag == 0 && (len(report.Settled) != 1 || report.Settled[0].Outcome != Skipped) || len(b.writes()) != 0 {
			t.Errorf("settled %+v, writes %q", report.Settled, b.writes())
		}
		b.later(time.Minute)
		if report := b.run(world{"1": "worse"}); len(report.Settled) != 1 || report.Settled[0].Outcome != Done {
			t.Errorf("settled %+v", report.Settled)
		}
		if refs := b.refs(id); len(refs) != 1 {
			t.Errorf("notes %q", refs)
		}
	}
}
