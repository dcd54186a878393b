package desk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/connectwise/desk/internal/memory"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

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
	d.own.Remember(nil)
	return l.board, nil
}

// loadRequest is what a run knows before it reads the board.
type loadRequest struct {
	at      time.Time
	horizon time.Duration
	memory  *memory.Memory
	// adopt recognises tickets of an older tool; nil recognises none.
	adopt func(summary string) (key reconcile.Key, verbatim, ok bool)
	// issues are the problems, with their companies.
	issues []reconcile.Issue
	// acknowledge are the ids of stops that a person has dealt with, also of
	// those that only this load raises.
	acknowledge []string
}

// load reads the board and brings the memory's stops up to date.
func (d *Desk) load(ctx context.Context, q loadRequest) (*loader, error) {
	l := &loader{desk: d, loadRequest: q, rows: map[int64]*row{}, issue: make(map[mark.KeyID]*reconcile.Issue, len(q.issues))}
	for i := range l.issues {
		l.issue[l.issues[i].Key.ID()] = &l.issues[i]
	}
	l.memory.Forget()
	l.board = reconcile.Board{Owner: d.owner, Home: lookup.ID(d.boards.Home.Ref.ID), ClosedSince: q.at.Add(-q.horizon)}
	d.boards.ReadAgain()
	for _, read := range []func(context.Context) error{l.ours, l.remembered, l.unmarked, l.facts} {
		if err := read(ctx); err != nil {
			return nil, err
		}
	}
	l.conclude()
	return l, nil
}

// loader is one load, and what is known when it is done.
type loader struct {
	desk *Desk
	loadRequest
	issue map[mark.KeyID]*reconcile.Issue
	rows  map[int64]*row
	lost  []mark.KeyID // keys whose tickets have vanished, or whose markers were emptied

	board   reconcile.Board
	blind   []string // why not all could be seen, in sentences
	unknown []string // the ids in acknowledge that name no stop
}

// row is a ticket as it was read, and how it came here.
type row struct {
	*connectwise.Ticket
	key        mark.KeyID // of the memory, or of the summary; "" where only the marker says it
	remembered bool
	sought     bool // found by its summary, not by marker or memory
}

// partial says why not all could be seen, so that nothing may be created.
func (l *loader) partial(format string, args ...any) {
	l.board.Partial = true
	l.blind = append(l.blind, fmt.Sprintf(format, args...))
}

// ours reads the tickets that carry our marker.
func (l *loader) ours(ctx context.Context) error {
	// The server's clock decides when a ticket was last updated, so the list
	// reaches back a little further than the promise.
	rows, hidden, err := l.desk.list(ctx, connectwise.Where("closedFlag = ? or lastUpdated >= ?",
		false, l.board.ClosedSince.Add(-l.desk.config.Settle)))
	if err != nil {
		return fmt.Errorf("desk: list of tickets: %w", err)
	}
	if hidden {
		l.partial("the server hides %s of some tickets, so it cannot be said whose they are", l.desk.place)
	}
	for _, t := range rows {
		l.rows[t.ID] = &row{Ticket: t}
	}
	return nil
}

// remembered reads by id the tickets that the memory knows and that the list of
// our markers lacks: those that were open, and those that an earlier run found by
// their summaries and that nobody has dealt with yet.
func (l *loader) remembered(ctx context.Context) error {
	open, hits := map[int64]mark.KeyID{}, map[int64]mark.KeyID{}
	for key, k := range l.memory.Open {
		if r := l.rows[k.Ticket]; r != nil {
			r.remembered = true
		} else if k.Ticket != 0 {
			open[k.Ticket] = key
		}
	}
	for key, id := range l.memory.Hits {
		if l.rows[id] == nil && open[id] == "" {
			hits[id] = key
		}
	}
	found, err := l.desk.byID(ctx, slices.AppendSeq(slices.Collect(maps.Keys(open)), maps.Keys(hits)))
	if err != nil {
		return err
	}
	for id, key := range hits {
		if t := found[id]; t != nil && !t.ClosedFlag && !isProject(t) {
			l.rows[id] = &row{Ticket: t, key: key, sought: true}
		} else {
			delete(l.memory.Hits, key)
		}
	}
	incomplete := 0
	for id, key := range open {
		if l.missed(key, found[id]) {
			incomplete++
		}
	}
	if incomplete > 0 {
		l.partial("the list of our tickets is incomplete: it lacks %d that are open and ours, so nothing is created", incomplete)
	}
	if incomplete > 0 || len(l.lost) > 0 {
		return l.desk.stillSees(ctx)
	}
	return nil
}

// missed takes in what has become of a key's ticket that was open, nil where it
// does not exist any more. It reports whether the list should have shown it.
func (l *loader) missed(key mark.KeyID, t *connectwise.Ticket) bool {
	switch {
	case t == nil:
		l.lost = append(l.lost, key)
		return false
	case isProject(t) && t.ClosedFlag:
		return false // whoever took the problem over is done with it
	}
	l.rows[t.ID] = &row{Ticket: t, key: key, remembered: true}
	place := l.place(t)
	if place == mark.Nothing && t.MergedParentTicket.ID == 0 && !isProject(t) {
		l.lost = append(l.lost, key)
	}
	return place == mark.Ours && !t.ClosedFlag && !isProject(t)
}

// place is what stands where the ticket's marker belongs.
func (l *loader) place(t *connectwise.Ticket) mark.Place {
	place, _ := mark.Look(l.desk.place.Text(t), l.desk.owner)
	return place
}

// unmarked reads open tickets without our marker that name a key in their
// summaries: those that look like an older tool's, and, where no memory knows
// which are ours, those of the companies of problems that no ticket is known for.
func (l *loader) unmarked(ctx context.Context) error {
	d := l.desk
	var lists []connectwise.Condition
	if l.adopt != nil && d.config.Adopt.Summary != "" {
		lists = append(lists, connectwise.Where("summary like ? and closedFlag = ?", connectwise.Pattern(d.config.Adopt.Summary), false))
	}
	if !l.memory.Usable {
		for companies := range slices.Chunk(l.due(), idsAtOnce) {
			lists = append(lists, connectwise.Where("company/id in ? and closedFlag = ?", companies, false))
		}
	}
	if len(lists) == 0 {
		return nil
	}
	bySummary := map[string]mark.KeyID{}
	for key, issue := range l.issue {
		bySummary[text.Line(issue.Summary)] = key
	}
	for _, where := range lists {
		for t, err := range d.client.Service.Tickets.List(ctx, &connectwise.ListOptions{Where: where, Fields: append(slices.Clone(ticketFields), d.place.member())}) {
			if err != nil {
				return fmt.Errorf("desk: open tickets without our marker: %w", err)
			}
			place := l.place(t)
			if l.rows[t.ID] != nil || t.ClosedFlag || place == mark.Ours || place == mark.Damaged || isProject(t) {
				continue
			}
			key := mark.KeyID("")
			if d.isMember(t.Info.EnteredBy) {
				key = bySummary[text.Line(t.Summary)]
			}
			if l.adopt != nil {
				if k, _, ok := l.adopt(t.Summary); ok {
					key = k.ID()
				}
			}
			if key != "" {
				l.rows[t.ID] = &row{Ticket: t, key: key, sought: true}
			}
		}
	}
	return nil
}

// due are the companies of problems that no open ticket is known for.
func (l *loader) due() (companies []int64) {
	have := map[mark.KeyID]bool{}
	for _, r := range l.rows {
		if _, m := mark.Look(l.desk.place.Text(r.Ticket), l.desk.owner); !r.ClosedFlag {
			have[m.Key] = true
		}
	}
	for key, issue := range l.issue {
		if id, err := companyID(issue.Company); err == nil && !have[key] {
			companies = append(companies, id)
		}
	}
	slices.Sort(companies)
	return slices.Compact(companies)
}
