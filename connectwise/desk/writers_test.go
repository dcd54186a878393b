package desk

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

func TestPeopleSweep(t *testing.T) {
	t.Parallel()
	acts := []struct {
		name string
		do   func(b *bench, tk connectwisetest.Ticket) error
		// stands says what must be so in the end of a ticket that was acted on.
		stands func(b *bench, tk connectwisetest.Ticket) error
	}{
		{"delete", func(b *bench, tk connectwisetest.Ticket) error { return b.person().DeleteTicket(tk.ID) }, nil},
		{"move", func(b *bench, tk connectwisetest.Ticket) error {
			return b.person().MoveTicket(tk.ID, connectwisetest.ByName("Second"))
		}, func(_ *bench, tk connectwisetest.Ticket) error {
			if tk.Board.Name != "Second" {
				return fmt.Errorf("it is on board %q", tk.Board.Name)
			}
			return nil
		}},
		{"rename", func(b *bench, tk connectwisetest.Ticket) error {
			return b.person().EditTicket(tk.ID, func(t *connectwisetest.Ticket) { t.Summary = "Call Jane" })
		}, func(_ *bench, tk connectwisetest.Ticket) error {
			if tk.Summary != "Call Jane" {
				return fmt.Errorf("its summary is %q", tk.Summary)
			}
			return nil
		}},
		{"clear the marker", func(b *bench, tk connectwisetest.Ticket) error {
			return b.person().EditTicket(tk.ID, func(t *connectwisetest.Ticket) { setMarker(t, "") })
		}, nil},
		{"another tool's reference", func(b *bench, tk connectwisetest.Ticket) error {
			return b.person().EditTicket(tk.ID, func(t *connectwisetest.Ticket) { setMarker(t, "RMM-4711") })
		}, nil},
	}
	positions := requestsOfARun(t, false)
	for at := int64(1); at <= positions; at++ {
		for i, act := range acts {
			if !sampled(int(at)*len(acts)+i, 4) {
				continue
			}
			point := fmt.Sprintf("request %d, %s", at, act.name)
			synctest.Test(t, func(t *testing.T) {
				b, world := sweepBench(t)
				b.srv.AddBoard(connectwisetest.Board{Name: "Second"})
				line := &wire{at: at}
				d := b.process(line)
				acted := map[int64]bool{}
				line.fault = func() error {
					for _, tk := range b.srv.Tickets() {
						if !tk.Closed {
							acted[tk.ID] = true
							must(t, act.do(b, tk))
						}
					}
					return nil
				}
				_ = b.try(d, world)
				b.later(DefaultSettle + time.Second)
				d = b.process(&wire{})
				b.clean(point, d, world)
				b.quietly(point, d, world)
				open := map[mark.KeyID]int{}
				for _, tk := range b.srv.Tickets() {
					if acted[tk.ID] && act.stands != nil {
						if err := act.stands(b, tk); err != nil {
							t.Errorf("%s: ticket %d: %v", point, tk.ID, err)
						}
					}
					if m, err := mark.Parse(marker(tk)); err == nil && !tk.Closed {
						open[m.Key]++
					}
				}
				for subject, want := range promised {
					if got := open[key(subject).ID()]; world[subject] != "" && want.open == 1 && got != 1 {
						t.Errorf("%s: %s: %d open tickets", point, subject, got)
					}
				}
				if mails := b.srv.Mails(); len(mails) != 0 {
					t.Errorf("%s: mails %+v", point, mails)
				}
			})
		}
	}
}

func (b *bench) quietly(point string, d *Desk, w world) {
	b.t.Helper()
	b.later(DefaultSettle + time.Second)
	b.clean(point, d, w)
	b.later(DefaultSettle + time.Second)
	b.quiet(point, d, w, false)
}

func TestTwoProcesses(t *testing.T) {
	b := newBench(t, nil).open()
	first := b.desk
	second := b.open().desk
	ctx := context.Background()
	w := world{"1": "bad", "2": "bad"}
	plan := func(d *Desk) reconcile.Plan {
		board, err := d.Load(ctx, b.now, b.policy.Horizon())
		must(t, err)
		p, err := reconcile.Diff(b.observe(w), board, b.policy)
		must(t, err)
		return p
	}
	for _, states := range []world{{"1": "bad", "2": "bad"}, {"1": "worse", "2": ""}, {"1": "", "2": "bad"}} {
		w = states
		b.later(2 * time.Hour)
		p1, p2 := plan(first), plan(second)
		r1, err := first.Apply(ctx, p1)
		must(t, errors.Join(err, r1.Err()))
		r2, err := second.Apply(ctx, p2)
		must(t, errors.Join(err, r2.Err()))
		if n := r2.Outcomes()[Done]; n != 0 || r1.Outcomes()[Done] != 2 {
			t.Errorf("first %v, second %v", r1.Outcomes(), r2.Outcomes())
		}
	}
	if n := len(b.srv.Tickets()); n != 2 {
		t.Errorf("%d tickets", n)
	}
	for _, tk := range b.srv.Tickets() {
		if refs := b.refs(tk.ID); len(refs) != 2 {
			t.Errorf("ticket %d has notes %q, want 2", tk.ID, refs)
		}
	}
}
