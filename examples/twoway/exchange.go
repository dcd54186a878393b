package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// exchange synchronizes a case with its ticket once. It records each write
// before it sends it, so that after a crash the next exchange finds what was
// done. The result again is when to look again; zero means not before something
// changes.
func (a *app) exchange(ctx context.Context, number int64) (again time.Time, err error) {
	c, err := a.load(ctx, number)
	if err != nil {
		return again, err
	}
	if c.Link.Ticket == 0 && !c.Link.Wanted || c.parked() != "" {
		return again, nil
	}
	before := *c
	var t *Ticket
	if c.Link.Ticket == 0 {
		if c.Link.Ticket, err = a.find(ctx, number); err != nil {
			return again, err
		}
		if c.Link.Ticket != 0 {
			c.settle(Intent{Kind: writeTicket}, c.Link.Ticket, "")
		}
	}
	if c.Link.Ticket != 0 {
		if t, err = a.read(ctx, c.Link.Ticket); err != nil {
			return again, err
		}
	}
	out := step(*c, t, a.maps, a.Now())
	var unread error
	if len(out.Fetch) > 0 {
		unread = a.fetch(ctx, t, out.Fetch)
		out = step(*c, t, a.maps, a.Now())
	}
	err = a.store.change(ctx, func(tx *tx) error {
		if before.Link.Ticket == 0 && c.Link.Ticket != 0 {
			tx.created(c)
		}
		for _, e := range out.Events {
			tx.event(e, &out.Case)
		}
		tx.Exec("UPDATE cases SET looked = ? WHERE number = ?", tx.now.UnixMilli(), number)
		if reflect.DeepEqual(out.Case, before) {
			return nil
		}
		return tx.save(&out.Case)
	})
	if err != nil {
		return again, err
	}
	return out.Again, errors.Join(unread, a.sendAll(ctx, &out.Case, out.Writes))
}

func (a *app) load(ctx context.Context, number int64) (c *Case, err error) {
	err = a.store.change(ctx, func(tx *tx) error { c, err = tx.load(number); return err })
	return c, err
}

// find looks for a case's ticket by its mark. The ticket may exist although the
// database does not know it: after a crash, after a lost answer, or after an
// older copy of the database was restored. Of several tickets, such as copies
// by people, it returns the oldest.
func (a *app) find(ctx context.Context, number int64) (int64, error) {
	found, err := a.client.Service.Tickets.All(ctx, &connectwise.ListOptions{
		Where: connectwise.Where("externalXRef = ?", xref(a.store.name, number)), Fields: []string{"id", "externalXRef"},
	})
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0].ID, nil
}

// fetch reads the contents that a step asks for. A content that cannot be read
// does not stop the others, and is asked for again.
func (a *app) fetch(ctx context.Context, t *Ticket, wanted []int64) error {
	var errs []error
	for i := range t.Documents {
		d := &t.Documents[i]
		if !slices.Contains(wanted, d.ID) {
			continue
		}
		data, err := a.download(ctx, d.ID)
		if errs = append(errs, err); err == nil {
			d.data, d.Size = data, int64(len(data))
		}
	}
	return errors.Join(errs...)
}

// sendAll sends the recorded writes. A refused write does not stop the others;
// a service that cannot be reached does.
func (a *app) sendAll(ctx context.Context, c *Case, writes []Intent) error {
	var errs []error
	for _, w := range writes {
		id, seen, err := a.send(ctx, c, w)
		if errors.Is(err, connectwise.ErrOutcomeUnknown) {
			errs = append(errs, fmt.Errorf("case %d, %s: %w", c.Number, w.Kind, err))
			continue // the intent stays
		}
		settled := a.store.change(ctx, func(tx *tx) error { return tx.outcome(c, w, id, seen, err) })
		if err != nil {
			errs = append(errs, fmt.Errorf("case %d, %s: %w", c.Number, w.Kind, err))
		}
		if settled != nil {
			return errors.Join(append(errs, settled)...)
		}
		if away(err) {
			break
		}
	}
	return errors.Join(errs...)
}

// outcome records the outcome of a write. It reads the case again, because
// somebody may have changed it meanwhile.
func (t *tx) outcome(was *Case, w Intent, id int64, seen string, failed error) error {
	c, err := t.load(was.Number)
	if err != nil {
		return err
	}
	if failed != nil {
		c.forget(w.Kind, w.Item)
		if what := fmt.Sprintf("%s %s: ", w.Kind, w.Item); !away(failed) && !t.said(c.Number, what) {
			t.event(Event{Kind: eventRefused, Text: what + failed.Error()}, c)
		}
		return t.save(c)
	}
	c.settle(w, id, seen)
	if w.Kind == writeTicket {
		t.created(c)
		t.enqueue(c.Number)
	}
	return t.save(c)
}

func (t *tx) created(c *Case) {
	t.event(Event{Kind: eventCreated, User: c.By, Text: fmt.Sprintf("ticket #%d for case %d: %s", c.Link.Ticket, c.Number, c.Title)}, c)
}

// said says whether the last event of a case was a refusal of the same write.
func (t *tx) said(number int64, what string) bool {
	list := t.events("id = (SELECT max(id) FROM events WHERE number = ?)", number)
	return len(list) == 1 && list[0].Kind == eventRefused && strings.HasPrefix(list[0].Text, what)
}

// away tells whether the whole service desk is unavailable, so that the next
// request would fail, too.
func away(err error) bool {
	return program.ExitOf(err) == program.Blind || errors.Is(err, connectwise.ErrUnauthorized) || errors.Is(err, context.Canceled)
}
