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

// Fields are the fields of a ticket that lists read, in addition to the marker
// field.
var Fields = []string{
	"id", "summary", "board", "status", "company", "priority", "impact", "severity",
	"closedFlag", "closedDate", "closedBy", "mergedParentTicket", "recordType",
	"owner", "resources", "actualHours", "customerUpdatedFlag", "_info",
}

// AtOnce is the highest number of ids in one condition.
const AtOnce = 100

// List reads the tickets that have our marker and match the condition, each
// once. The result hidden reports that a row lacked the marker by which it was
// found, so that its owner is not known.
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

// ByID reads tickets by their ids. A ticket that the list does not show is read
// alone, because only the API's answer that it does not exist proves that. Then
// ByID looks for a project ticket with the id. If there is none, the ticket is
// not in the result.
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
	if err != nil && !answers.Unreadable(err) { // a member who may not see project tickets gets none
		return nil, fmt.Errorf("desk: project tickets: %w", err)
	}
	for _, id := range gone {
		if t := found[id]; t != nil {
			t.RecordType = "ProjectTicket"
		}
	}
	return found, nil
}

// readInto adds the tickets of a collection that have one of the ids.
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

// IsProject reports whether a ticket was converted to a project ticket. Some
// servers still list such tickets among service tickets, but do not find them
// there by id.
func IsProject(t *connectwise.Ticket) bool {
	return t.RecordType != "" && t.RecordType != "ServiceTicket"
}
