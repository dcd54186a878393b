package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// ticketFields is all that is asked of a ticket in lists.
var ticketFields = []string{
	"id", "summary", "board", "status", "company", "priority",
	"closedFlag", "closedDate", "closedBy", "mergedParentTicket", "recordType", "_info",
}

// Load reads the tickets that carry this owner's marker: all open ones and
// those closed since at-horizon (older closed ones are not read;
// [reconcile.Board].ClosedSince says from when). Each row is checked again by
// reading its marker. It writes nothing and costs one request a page of 1,000
// tickets (and of claimed and project tickets, where they are looked for), one
// for each board that is met for the first time, and one when tickets were
// merged. When open tickets are missing that were there before, it
// also reads the API member's rights again: two requests.
//
// A list that cannot be read to its end is an error, never a shorter board, and
// so is one that a right taken away since [New] keeps rows from: a
// [*ConfigError]. Tickets on a board that the API member may not read count as
// on another board, so that they are held.
// The board is Partial, which forbids new tickets, when a row hides the field
// that holds the marker, and for Settle after a create of unknown outcome.
func (d *Desk) Load(ctx context.Context, at time.Time, horizon time.Duration) (reconcile.Board, error) {
	result := reconcile.Board{Owner: d.owner, ClosedSince: at.Add(-horizon)}
	d.mu.Lock()
	clear(d.unread)
	expect := d.expect
	d.mu.Unlock()
	// The server's clock decides when a ticket was last updated, so the list
	// reaches back a little further than the promise.
	rows, hidden, err := d.list(ctx, connectwise.Where("closedFlag = ? or lastUpdated >= ?",
		false, result.ClosedSince.Add(-d.config.Settle)))
	if err != nil {
		return reconcile.Board{}, fmt.Errorf("desk: list of tickets: %w", err)
	}
	result.Partial = hidden
	if rows, err = d.refresh(ctx, rows); err != nil {
		return reconcile.Board{}, err
	}

	claims, err := d.claims(ctx)
	if err != nil {
		return reconcile.Board{}, err
	}
	projects, err := d.converted(ctx)
	if err != nil {
		return reconcile.Board{}, err
	}
	rows = slices.DeleteFunc(rows, func(row *connectwise.Ticket) bool {
		if !isProject(row) {
			return false
		}
		m, err := mark.Parse(d.place.text(row))
		projects = append(projects, taken(row, m, err != nil))
		return true
	})
	result.Tickets = slices.Concat(claims, projects)
	var highest int64
	openTickets := 0
	pending := map[int64]bool{}
	var parents []int64
	for _, row := range rows {
		highest = max(highest, row.ID)
		if row.MergedParentTicket.ID != 0 {
			parents = append(parents, row.MergedParentTicket.ID)
		}
	}
	open, err := d.openTickets(ctx, parents)
	if err != nil {
		return reconcile.Board{}, err
	}
	for _, row := range rows {
		t, err := d.ticket(ctx, row)
		if err != nil {
			return reconcile.Board{}, err
		}
		t.ParentOpen = open[t.MergedInto]
		if t.Open {
			openTickets++
		}
		if t.Mark.NotePending && !t.Damaged {
			pending[t.ID] = true
		}
		result.Tickets = append(result.Tickets, t)
	}
	if openTickets < expect {
		if err := d.stillSees(ctx); err != nil {
			return reconcile.Board{}, err
		}
	}

	d.mu.Lock()
	defer d.mu.Unlock()
	d.highest = max(d.highest, highest)
	d.pending = pending
	if float64(openTickets) < float64(d.expect)*(1-d.config.MaxLoss) && d.expect-openTickets >= lossFloor {
		result.Partial = true
	}
	d.expect = openTickets
	if !d.unknown.IsZero() && d.config.Now().Before(d.unknown.Add(d.config.Settle)) {
		result.Partial = true
	}
	return result, nil
}

// lossFloor is how many tickets must be gone before MaxLoss means anything: of
// three tickets two are easily closed in a morning.
const lossFloor = 10

// claims reads the open tickets of an older tool that are not ours yet. One
// whose place for the marker holds a foreign reference is damaged as far as we are
// concerned: it is held, and no second ticket is made.
func (d *Desk) claims(ctx context.Context) (tickets []reconcile.Ticket, err error) {
	c := d.config.Claim
	if c == nil {
		return nil, nil
	}
	opts := &connectwise.ListOptions{
		Where:  connectwise.Where("summary like ? and closedFlag = ?", connectwise.Pattern(c.Pattern), false),
		Fields: append(slices.Clone(ticketFields), d.place.member()),
	}
	for row, err := range d.client.Service.Tickets.List(ctx, opts) {
		if err != nil {
			return nil, fmt.Errorf("desk: list of the older tool's tickets: %w", err)
		}
		key, ok := d.claimed(row)
		if _, err := mark.Parse(d.place.text(row)); !ok || !errors.Is(err, mark.ErrNotMarker) {
			continue
		}
		if isProject(row) {
			tickets = append(tickets, taken(row, mark.Mark{Owner: d.owner, Key: key.ID()}, false))
			continue
		}
		t, err := d.ticket(ctx, row)
		if err != nil {
			return nil, err
		}
		t.Mark = mark.Mark{Owner: d.owner, Key: key.ID()}
		t.Damaged = d.place.text(row) != ""
		t.Claim = !t.Damaged
		tickets = append(tickets, t)
	}
	return tickets, nil
}

// claimed says what a ticket of the older tool is about.
func (d *Desk) claimed(row *connectwise.Ticket) (reconcile.Key, bool) {
	c := d.config.Claim
	if c == nil || !contains(c.Members, row.Info.EnteredBy) {
		return reconcile.Key{}, false
	}
	return c.Key(row.Summary)
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

// refresh replaces rows that are older than our own last write by what the
// ticket says itself: reads by id show a write before lists do. It costs a
// request only where the list lags.
func (d *Desk) refresh(ctx context.Context, rows []*connectwise.Ticket) ([]*connectwise.Ticket, error) {
	recent := d.recentWrites()
	for i, row := range rows {
		last, ok := recent[row.ID]
		delete(recent, row.ID)
		if !ok || d.place.text(row) == last.marker {
			continue
		}
		fresh, err := d.client.Service.Tickets.Get(ctx, row.ID)
		if err != nil && !errors.Is(err, connectwise.ErrNotFound) {
			return nil, fmt.Errorf("desk: ticket %d: %w", row.ID, err)
		}
		if err == nil {
			rows[i] = fresh
		}
	}
	for id := range recent {
		fresh, err := d.client.Service.Tickets.Get(ctx, id)
		switch {
		case errors.Is(err, connectwise.ErrNotFound):
		case err != nil:
			return nil, fmt.Errorf("desk: ticket %d: %w", id, err)
		case d.ours(d.place.text(fresh)):
			rows = append(rows, fresh)
		}
	}
	return rows, nil
}

// recentWrites is a copy of what was written within Settle; older entries are
// forgotten.
func (d *Desk) recentWrites() map[int64]written {
	d.mu.Lock()
	defer d.mu.Unlock()
	recent := make(map[int64]written, len(d.recent))
	now := d.config.Now()
	for id, w := range d.recent {
		if now.Before(w.at.Add(d.config.Settle)) {
			recent[id] = w
		} else {
			delete(d.recent, id)
		}
	}
	return recent
}

// openTickets says which of the tickets are open. One that does not exist any
// more is not.
func (d *Desk) openTickets(ctx context.Context, ids []int64) (map[int64]bool, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	open := make(map[int64]bool, len(ids))
	opts := &connectwise.ListOptions{Where: connectwise.Where("id in ?", ids), Fields: []string{"id", "closedFlag"}}
	for t, err := range d.client.Service.Tickets.List(ctx, opts) {
		if err != nil {
			return nil, fmt.Errorf("desk: merged tickets: %w", err)
		}
		open[t.ID] = !t.ClosedFlag
	}
	return open, nil
}

// ticket is a row as reconcile sees it.
func (d *Desk) ticket(ctx context.Context, row *connectwise.Ticket) (reconcile.Ticket, error) {
	b, err := d.boardOf(ctx, row.Board, row.Status.ID)
	if err != nil {
		return reconcile.Ticket{}, err
	}
	t := reconcile.Ticket{
		ID:         row.ID,
		Open:       !row.ClosedFlag,
		Stage:      b.stage(row.Status.ID),
		Status:     strings.TrimSpace(row.Status.Name),
		Board:      row.Board.Name,
		Company:    decimal(row.Company.ID),
		Summary:    row.Summary,
		Created:    row.Info.DateEntered.Time,
		Updated:    row.Info.LastUpdated.Time,
		MergedInto: row.MergedParentTicket.ID,
		ByUs:       d.isMember(row.Info.EnteredBy) || d.adopted(row),
		Silenced:   b.silenced(row.Status.ID),
		OtherBoard: !b.known(),
	}
	if d.config.Kind != nil {
		t.Kind = d.config.Kind(row.Summary)
	}
	if row.ClosedFlag {
		t.Closed = row.ClosedDate.Time
	}
	m, err := mark.Parse(d.place.text(row))
	t.Mark = m
	if t.Damaged = err != nil; t.Damaged {
		return t, nil
	}
	// A person may have reopened the ticket and closed it again since.
	t.ClosedByUs = row.ClosedFlag && m.State == mark.Closed &&
		(strings.TrimSpace(row.ClosedBy) == "" || d.isMember(row.ClosedBy))
	t.Edited = edited(row, m.Digests)
	return t, nil
}

// adopted reports whether a marked ticket was entered by the older tool, whose
// tickets we take over. Its summary may have been changed since.
func (d *Desk) adopted(row *connectwise.Ticket) bool {
	return d.config.Claim != nil && contains(d.config.Claim.Members, row.Info.EnteredBy)
}

func (d *Desk) isMember(identifier string) bool {
	return strings.EqualFold(strings.TrimSpace(identifier), d.member)
}

// edited are the fields that differ from what we wrote. Where nothing was
// written there is nothing to differ from.
func edited(row *connectwise.Ticket, wrote mark.Digests) []reconcile.Field {
	var fields []reconcile.Field
	for _, f := range []struct {
		field reconcile.Field
		wrote mark.Digest
		now   mark.Digest
	}{
		{reconcile.FieldSummary, wrote.Summary, summaryDigest(row)},
		{reconcile.FieldCompany, wrote.Company, companyDigest(row)},
		{reconcile.FieldPriority, wrote.Priority, priorityDigest(row.Priority)},
	} {
		if f.wrote != "" && f.wrote != f.now {
			fields = append(fields, f.field)
		}
	}
	return fields
}

func summaryDigest(t *connectwise.Ticket) mark.Digest {
	return mark.DigestOf(reconcile.NormalizeSummary(t.Summary))
}

func companyDigest(t *connectwise.Ticket) mark.Digest {
	return mark.DigestOf(decimal(t.Company.ID))
}

func priorityDigest(ref connectwise.Ref) mark.Digest {
	return mark.DigestOf(decimal(ref.ID))
}
