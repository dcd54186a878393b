package place

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/answers"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// Fields is all that is asked of a ticket in lists, the place of the
// marker apart.
var Fields = []string{
	"id", "summary", "board", "status", "company", "priority", "impact", "severity",
	"closedFlag", "closedDate", "closedBy", "mergedParentTicket", "recordType",
	"owner", "resources", "actualHours", "customerUpdatedFlag", "_info",
}

// AtOnce is how many ids one condition names.
const AtOnce = 100

// List reads the tickets that carry our marker and meet the condition, each
// once. hidden reports that a row came without the marker that it was found by,
// so that it cannot be said whose it is.
func (p Place) List(ctx context.Context, client *connectwise.Client, owner string, met connectwise.Condition) (rows []*connectwise.Ticket, hidden bool, err error) {
	seen := map[int64]bool{}
	for row, err := range client.Service.Tickets.List(ctx, p.Query(mark.Prefix(owner), met, Fields...)) {
		if err != nil {
			return nil, false, err
		}
		text := p.Text(row)
		hidden = hidden || text == ""
		// LIKE on the server ignores case, so a marker whose case was changed is
		// found, and recognised as damaged.
		if !seen[row.ID] && strings.HasPrefix(strings.ToLower(text), mark.Prefix(owner)) {
			seen[row.ID] = true
			rows = append(rows, row)
		}
	}
	return rows, hidden, nil
}

// ByID reads tickets by their ids. What the list does not show is asked for
// alone: only the API's word that there is no such ticket proves it. Such tickets
// may have been converted to project tickets; else they are not in the result.
func (p Place) ByID(ctx context.Context, client *connectwise.Client, ids []int64) (map[int64]*connectwise.Ticket, error) {
	found := make(map[int64]*connectwise.Ticket, len(ids))
	slices.Sort(ids)
	ids = slices.Compact(ids)
	tickets := client.Service.Tickets
	if err := readInto(ctx, found, tickets.Collection, ids, append(slices.Clone(Fields), p.Member())); err != nil {
		return nil, fmt.Errorf("desk: tickets by their ids: %w", err)
	}
	var gone []int64
	for _, id := range ids {
		if found[id] != nil {
			continue
		}
		switch t, err := tickets.Get(ctx, id); {
		case answers.Gone(err):
			gone = append(gone, id)
		case err != nil:
			return nil, fmt.Errorf("desk: ticket %d: %w", id, err)
		default:
			found[id] = t
		}
	}
	projects := connectwise.NewCollection[connectwise.Ticket](client, "project/tickets")
	err := readInto(ctx, found, projects, gone, []string{"id", "summary", "status", "board", "company", "closedFlag", "_info"})
	if err != nil && !answers.Unreadable(err) { // who may not see them has none
		return nil, fmt.Errorf("desk: project tickets: %w", err)
	}
	for _, id := range gone {
		if t := found[id]; t != nil {
			t.RecordType = "ProjectTicket"
		}
	}
	return found, nil
}

// readInto adds those of a collection that have one of the ids.
func readInto(ctx context.Context, found map[int64]*connectwise.Ticket, from *connectwise.Collection[connectwise.Ticket], ids []int64, fields []string) error {
	for chunk := range slices.Chunk(ids, AtOnce) {
		for t, err := range from.List(ctx, &connectwise.ListOptions{Where: connectwise.Where("id in ?", chunk), Fields: fields}) {
			if err != nil {
				return err
			}
			if slices.Contains(chunk, t.ID) {
				found[t.ID] = t
			}
		}
	}
	return nil
}

// IsProject reports whether it is a project ticket: one that a person has
// converted. Some servers list those among service tickets, and know them by id
// no more.
func IsProject(t *connectwise.Ticket) bool {
	return t.RecordType != "" && t.RecordType != "ServiceTicket"
}
