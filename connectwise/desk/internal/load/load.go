package load

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/boards"
	"github.com/covedesk/covedesk/connectwise/desk/internal/fields"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/connectwise/desk/internal/memory"
	"github.com/covedesk/covedesk/connectwise/desk/internal/place"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// Reader reads the tickets of one desk. Its fields describe the desk and its
// tenant.
type Reader struct {
	Client     *connectwise.Client
	Owner      string
	Place      place.Place
	Writers    Writers
	Boards     *boards.Boards
	Priorities *fields.Priorities
	Settle     time.Duration
	// Like is a pattern for the summaries of an older tool's tickets; "": there
	// is no older tool.
	Like string
	// StillSees is called when tickets are missing from a list. It returns an
	// error if the API member may not see them any more.
	StillSees func(context.Context) error
}

// Request holds what a run knows before it reads the board.
type Request struct {
	At      time.Time
	Horizon time.Duration
	Memory  *memory.Memory
	// Adopt recognises tickets of an older tool; nil recognises none.
	Adopt func(summary string) (key reconcile.Key, verbatim, ok bool)
	// Issues are the problems, with their companies.
	Issues []reconcile.Issue
	// Acknowledge are the ids of stops that a person has dealt with, including
	// stops that only this load raises.
	Acknowledge []string
}

// Loaded is the result of one load.
type Loaded struct {
	Reader
	Request
	Board   reconcile.Board
	Blind   []string // why the load is incomplete, in sentences
	Unknown []string // the ids in Acknowledge that name no stop

	issue map[mark.KeyID]*reconcile.Issue
	rows  map[int64]*row
	lost  []mark.KeyID // keys whose tickets have vanished, or whose markers were emptied
}

// Load reads the board and updates the memory's stops.
func (r Reader) Load(ctx context.Context, q Request) (*Loaded, error) {
	l := &Loaded{Reader: r, Request: q, rows: map[int64]*row{}, issue: make(map[mark.KeyID]*reconcile.Issue, len(q.Issues))}
	for i := range l.Issues {
		l.issue[l.Issues[i].Key.ID()] = &l.Issues[i]
	}
	l.Memory.Forget()
	l.Board = reconcile.Board{Owner: r.Owner, Home: lookup.ID(r.Boards.Home.Ref.ID), ClosedSince: q.At.Add(-q.Horizon)}
	l.Boards.ReadAgain()
	for _, read := range []func(context.Context) error{l.ours, l.remembered, l.unmarked, l.facts} {
		if err := read(ctx); err != nil {
			return nil, err
		}
	}
	l.conclude()
	return l, nil
}

// row is a ticket that was read, and how it was found.
type row struct {
	*connectwise.Ticket
	key        mark.KeyID // key from the memory or the summary; "" if only the marker has it
	remembered bool
	sought     bool // found by its summary, not by marker or memory
}

// partial records why the load is incomplete, so that nothing may be created.
func (l *Loaded) partial(format string, args ...any) {
	l.Board.Partial = true
	l.Blind = append(l.Blind, fmt.Sprintf(format, args...))
}

// ours reads the tickets that have our marker.
func (l *Loaded) ours(ctx context.Context) error {
	// The server's clock decides when a ticket was last updated, so the list
	// goes back a little further than the promise.
	rows, hidden, err := l.Place.List(ctx, l.Client, l.Owner, connectwise.Where("closedFlag = ? or lastUpdated >= ?",
		false, l.Board.ClosedSince.Add(-l.Settle)))
	if err != nil {
		return fmt.Errorf("desk: list of tickets: %w", err)
	}
	if hidden {
		l.partial("the server hides %s of some tickets, so it cannot be said whose they are", l.Place)
	}
	for _, t := range rows {
		l.rows[t.ID] = &row{Ticket: t}
	}
	return nil
}

// remembered reads by id the tickets that the memory knows but that are not in
// the list by marker: tickets that were open, and tickets that an earlier run
// found by their summaries and that nobody has adopted yet.
func (l *Loaded) remembered(ctx context.Context) error {
	open, hits := map[int64]mark.KeyID{}, map[int64]mark.KeyID{}
	for key, k := range l.Memory.Open {
		if r := l.rows[k.Ticket]; r != nil {
			r.remembered = true
		} else if k.Ticket != 0 {
			open[k.Ticket] = key
		}
	}
	for key, id := range l.Memory.Hits {
		if l.rows[id] == nil && open[id] == "" {
			hits[id] = key
		}
	}
	found, err := l.Place.ByID(ctx, l.Client, slices.AppendSeq(slices.Collect(maps.Keys(open)), maps.Keys(hits)))
	if err != nil {
		return err
	}
	for id, key := range hits {
		if t := found[id]; t != nil && !t.ClosedFlag && !place.IsProject(t) {
			l.rows[id] = &row{Ticket: t, key: key, sought: true}
		} else {
			delete(l.Memory.Hits, key)
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
		return l.StillSees(ctx)
	}
	return nil
}

// missed handles a ticket that was open and was not in the list; t is nil if it
// does not exist any more. It reports whether the list should have shown it.
func (l *Loaded) missed(key mark.KeyID, t *connectwise.Ticket) bool {
	switch {
	case t == nil:
		l.lost = append(l.lost, key)
		return false
	case place.IsProject(t) && t.ClosedFlag:
		return false // the project ticket is closed: its person is done
	}
	l.rows[t.ID] = &row{Ticket: t, key: key, remembered: true}
	stands := l.place(t)
	if stands == mark.Nothing && t.MergedParentTicket.ID == 0 && !place.IsProject(t) {
		l.lost = append(l.lost, key)
	}
	return stands == mark.Ours && !t.ClosedFlag && !place.IsProject(t)
}

// place reads the ticket's marker field.
func (l *Loaded) place(t *connectwise.Ticket) mark.Place {
	place, _ := mark.Look(l.Place.Text(t), l.Owner)
	return place
}

// unmarked reads open tickets without our marker whose summary names a key:
// tickets that match the pattern of an older tool, and, if the memory does not
// know which tickets are ours, tickets of companies that have a problem without
// a known ticket.
func (l *Loaded) unmarked(ctx context.Context) error {
	var lists []connectwise.Condition
	if l.Adopt != nil && l.Like != "" {
		lists = append(lists, connectwise.Where("summary like ? and closedFlag = ?", connectwise.Pattern(l.Like), false))
	}
	if !l.Memory.Usable {
		for companies := range slices.Chunk(l.due(), place.AtOnce) {
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
		for t, err := range l.Client.Service.Tickets.List(ctx, &connectwise.ListOptions{Where: where, Fields: append(slices.Clone(place.Fields), l.Place.Member())}) {
			if err != nil {
				return fmt.Errorf("desk: open tickets without our marker: %w", err)
			}
			stands := l.place(t)
			if l.rows[t.ID] != nil || t.ClosedFlag || stands == mark.Ours || stands == mark.Damaged || place.IsProject(t) {
				continue
			}
			key := mark.KeyID("")
			if l.Writers.Us(t.Info.EnteredBy) {
				key = bySummary[text.Line(t.Summary)]
			}
			if l.Adopt != nil {
				if k, _, ok := l.Adopt(t.Summary); ok {
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

// due returns the companies of problems without a known open ticket.
func (l *Loaded) due() (companies []int64) {
	have := map[mark.KeyID]bool{}
	for _, r := range l.rows {
		if _, m := mark.Look(l.Place.Text(r.Ticket), l.Owner); !r.ClosedFlag {
			have[m.Key] = true
		}
	}
	for key, issue := range l.issue {
		if id, err := lookup.Company(issue.Company); err == nil && !have[key] {
			companies = append(companies, id)
		}
	}
	slices.Sort(companies)
	return slices.Compact(companies)
}
