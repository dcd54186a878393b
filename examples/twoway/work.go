package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/covedesk/covedesk/connectwise"
)

// The longest wait before a case is tried again.
const longestWait = time.Hour

// entry is a case that is to be looked at.
type entry struct{ number, tries, asked int64 }

// drain looks at every case that is due. A case that fails waits, longer each time;
// when the service desk is away all wait, and the error says so.
func (a *app) drain(ctx context.Context) error {
	var failed []error
	for ctx.Err() == nil {
		next, err := a.next(ctx)
		if err != nil || next == nil {
			return errors.Join(append(failed, err)...)
		}
		again, err := a.exchange(ctx, next.number)
		if errors.Is(err, errStale) {
			continue // still due
		}
		if done := a.store.read(ctx, func(tx *tx) { tx.done(next, again, err) }); done != nil {
			return errors.Join(append(failed, err, done)...)
		}
		if away(err) {
			return fmt.Errorf("the service desk does not serve us; nothing is lost, and what is due will be done: %w", err)
		}
		if err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(append(failed, ctx.Err())...)
}

// next is the case that has been due the longest.
func (a *app) next(ctx context.Context) (e *entry, err error) {
	return e, a.store.read(ctx, func(tx *tx) {
		var first entry
		if tx.One("SELECT number, tries, asked FROM queue WHERE due <= ? ORDER BY due, number LIMIT 1", []any{tx.now.UnixMilli()}, &first.number, &first.tries, &first.asked) {
			e = &first
		}
	})
}

// done takes a case out of the queue, unless somebody asked for it meanwhile.
func (t *tx) done(e *entry, again time.Time, err error) {
	due := again
	tries := int64(0)
	if err != nil {
		tries = e.tries + 1
		wait := min(longestWait, 30*time.Second<<min(tries, 10))
		if errors.Is(err, connectwise.ErrOutcomeUnknown) {
			wait = settleIn
		}
		due = t.now.Add(wait)
	}
	if due.IsZero() {
		t.Exec("DELETE FROM queue WHERE number = ? AND asked = ?", e.number, e.asked)
		return
	}
	t.Exec("UPDATE queue SET due = ?, tries = ? WHERE number = ? AND asked = ?", due.UnixMilli(), tries, e.number, e.asked)
}

// rotation is how many tickets each poll checks although they do not seem to
// have changed, because lists do not show every change and callbacks can be
// lost.
const rotation = 50

// overlap is how far a poll looks back before the last one.
const overlap = 2 * time.Minute

// poll looks for changes that callbacks missed: tickets changed since the last
// poll, and in turn some of all others.
func (a *app) poll(ctx context.Context) error {
	const firstLook = time.Hour
	since := a.Now().Add(-firstLook)
	err := a.store.read(ctx, func(tx *tx) {
		// By the clock of the service desk.
		if ms, err := strconv.ParseInt(tx.meta("polled"), 10, 64); err == nil {
			since = time.UnixMilli(ms).UTC()
		}
	})
	if err != nil {
		return err
	}
	newest := since
	var changed []int64
	for t, err := range a.client.Service.Tickets.List(ctx, &connectwise.ListOptions{
		Where: connectwise.Where("lastUpdated >= ?", since.Add(-overlap)), Fields: []string{"id", "_info"},
	}) {
		if err != nil {
			return err
		}
		changed = append(changed, t.ID)
		if at := t.Info.LastUpdated.Time; at.After(newest) {
			newest = at
		}
	}
	return a.store.change(ctx, func(tx *tx) error {
		tx.setMeta("polled", strconv.FormatInt(newest.UnixMilli(), 10))
		numbers := tx.numbers(fmt.Sprintf("ticket <> 0 ORDER BY looked, number LIMIT %d", rotation))
		for some := range slices.Chunk(changed, 500) {
			numbers = append(numbers, tx.numbers("ticket IN (SELECT value FROM json_each(?))", encode(some))...)
		}
		tx.enqueue(numbers...)
		return nil
	})
}
