package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// ticketFields is all that is asked of a ticket in lists, the place of the
// marker apart.
var ticketFields = []string{
	"id", "summary", "board", "status", "company", "priority", "impact", "severity",
	"closedFlag", "closedDate", "closedBy", "mergedParentTicket", "recordType",
	"owner", "resources", "actualHours", "customerUpdatedFlag", "_info",
}

// Load reads the tickets that carry this owner's marker: all open ones and
// those closed since at-horizon (older closed ones are not read;
// [reconcile.Board].ClosedSince says from when). Each row is checked again by
// reading its marker. It writes nothing and costs one request a page of 1,000
// tickets, one for each board that is met for the first time, and one when
// tickets were merged. Tickets of ours that are missing although this process
// knows them as open are read by id, and the API member's rights are read again.
//
// A list that cannot be read to its end is an error, never a shorter board, and
// so is one that a right taken away since [New] keeps rows from: a
// [*ConfigError]. Tickets on a board that the API member may not read count as
// on another board, so that they are held.
// The board is Partial, which forbids new tickets, when a row hides the field
// that holds the marker, and when a ticket is missing from the list that is open
// and ours.
//
// Load keeps the promises of one process. [Desk.Sync] keeps them from run to
// run, and knows tickets of older tools.
func (d *Desk) Load(ctx context.Context, at time.Time, horizon time.Duration) (reconcile.Board, error) {
	d.using.Lock()
	defer d.using.Unlock()
	l, err := d.load(ctx, loadRequest{at: at, horizon: horizon, memory: d.own})
	if err != nil {
		return reconcile.Board{}, err
	}
	d.own.remember(nil)
	return l.board, nil
}

// loadRequest is what a run knows before it reads the board.
type loadRequest struct {
	at      time.Time
	horizon time.Duration
	memory  *memory
	// adopt recognises tickets of an older tool; nil recognises none.
	adopt func(summary string) (key reconcile.Key, verbatim, ok bool)
	// issues are the problems, with their companies.
	issues []reconcile.Issue
	// acknowledge are the ids of stops that a person has dealt with, also of
	// those that only this load raises.
	acknowledge []string
}

// loaded is what a run knows when it has read the board.
type loaded struct {
	board reconcile.Board
	// blind says in sentences why not all could be seen.
	blind []string
	// unknown are the ids in acknowledge that name no stop.
	unknown []string
}

// load reads the board and brings the memory's stops up to date.
func (d *Desk) load(ctx context.Context, q loadRequest) (*loaded, error) {
	l := &loader{desk: d, loadRequest: q, rows: map[int64]*row{}}
	if l.memory == nil {
		l.memory = newMemory(d.tenant())
	}
	l.memory.tickets, l.memory.foreign, l.memory.pending = map[mark.KeyID]int64{}, map[mark.KeyID]int64{}, nil
	l.out.board = reconcile.Board{Owner: d.owner, ClosedSince: q.at.Add(-q.horizon)}
	l.index()
	d.mu.Lock()
	clear(d.unread)
	d.mu.Unlock()
	for _, read := range []func(context.Context) error{l.ours, l.remembered, l.olderTools, l.remembersHits, l.seekHits, l.facts} {
		if err := read(ctx); err != nil {
			return nil, err
		}
	}
	l.conclude()
	return &l.out, nil
}

// loader is one load under way.
type loader struct {
	desk *Desk
	loadRequest
	issue map[mark.KeyID]*reconcile.Issue
	rows  map[int64]*row
	order []int64
	lost  []mark.KeyID // keys whose tickets have vanished, or whose markers were emptied
	out   loaded
}

// row is a ticket as it was read, and how it came here.
type row struct {
	*connectwise.Ticket
	key        mark.KeyID // of the memory, or of the summary; "" where only the marker says it
	remembered bool
	project    bool
	sought     bool // found by its summary, not by marker or memory
}

func (l *loader) add(r *row) {
	if l.rows[r.ID] == nil {
		l.order = append(l.order, r.ID)
	}
	l.rows[r.ID] = r
}

func (l *loader) index() {
	l.issue = make(map[mark.KeyID]*reconcile.Issue, len(l.issues))
	for i := range l.issues {
		l.issue[l.issues[i].Key.ID()] = &l.issues[i]
	}
}

func (l *loader) blindness(format string, args ...any) {
	l.out.blind = append(l.out.blind, fmt.Sprintf(format, args...))
}

// ours reads the tickets that carry our marker.
func (l *loader) ours(ctx context.Context) error {
	d := l.desk
	// The server's clock decides when a ticket was last updated, so the list
	// reaches back a little further than the promise.
	rows, hidden, err := d.list(ctx, connectwise.Where("closedFlag = ? or lastUpdated >= ?",
		false, l.out.board.ClosedSince.Add(-d.config.Settle)))
	if err != nil {
		return fmt.Errorf("desk: list of tickets: %w", err)
	}
	if hidden {
		l.out.board.Partial = true
		l.blindness("the server hides %s of some tickets, so it cannot be said whose they are", d.place)
	}
	for _, t := range rows {
		l.add(&row{Ticket: t, project: isProject(t)})
	}
	return nil
}

// list reads the tickets that carry our marker and meet the condition, each
// once. hidden reports that a row came without the marker that it was found by,
// so that it cannot be said whose it is.
func (d *Desk) list(ctx context.Context, met connectwise.Condition) (rows []*connectwise.Ticket, hidden bool, err error) {
	seen := map[int64]bool{}
	for row, err := range d.client.Service.Tickets.List(ctx, d.place.query(mark.Prefix(d.owner), met, ticketFields...)) {
		if err != nil {
			return nil, false, err
		}
		if seen[row.ID] {
			continue
		}
		seen[row.ID] = true
		text := d.place.text(row)
		if text == "" {
			hidden = true
		}
		if d.ours(text) {
			rows = append(rows, row)
		}
	}
	return rows, hidden, nil
}

// ours reports whether the text is, or was before it was damaged, a marker of
// this owner. LIKE on the server ignores case, so a marker whose case was
// changed is found and recognised as damaged.
func (d *Desk) ours(text string) bool {
	return strings.HasPrefix(strings.ToLower(text), mark.Prefix(d.owner))
}

// isGone reports whether the API itself has said that there is no such record.
// That it does not know the endpoint says nothing about records.
func isGone(err error) bool {
	var answer *connectwise.Error
	return errors.As(err, &answer) && errors.Is(err, connectwise.ErrNotFound) && !strings.Contains(answer.Message, "endpoint does not exist")
}
