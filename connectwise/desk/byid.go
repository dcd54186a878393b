package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/covedesk/covedesk/connectwise"
)

// idsAtOnce is how many ids one condition names.
const idsAtOnce = 100

// byID reads tickets by their ids. What the list does not show is asked for
// alone: only the API's word that there is no such ticket proves it, and such
// tickets are not in the result.
func (d *Desk) byID(ctx context.Context, ids []int64) (map[int64]*connectwise.Ticket, error) {
	found := make(map[int64]*connectwise.Ticket, len(ids))
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for chunk := range slices.Chunk(ids, idsAtOnce) {
		opts := &connectwise.ListOptions{Where: connectwise.Where("id in ?", chunk), Fields: append(slices.Clone(ticketFields), d.place.member())}
		for t, err := range d.client.Service.Tickets.List(ctx, opts) {
			if err != nil {
				return nil, fmt.Errorf("desk: tickets by their ids: %w", err)
			}
			if slices.Contains(chunk, t.ID) {
				found[t.ID] = t
			}
		}
	}
	for _, id := range ids {
		if found[id] != nil {
			continue
		}
		t, err := d.client.Service.Tickets.Get(ctx, id)
		switch {
		case isGone(err):
		case err != nil:
			return nil, fmt.Errorf("desk: ticket %d: %w", id, err)
		default:
			found[id] = t
		}
	}
	return found, nil
}

// projectsByID reads which of the ids are those of project tickets: service
// tickets that a person converted, which service/tickets may not know any more.
// Where the API member may not see project tickets there are none.
func (d *Desk) projectsByID(ctx context.Context, ids []int64) (map[int64]*connectwise.Ticket, error) {
	found := map[int64]*connectwise.Ticket{}
	tickets := connectwise.NewCollection[connectwise.Ticket](d.client, "project/tickets")
	for chunk := range slices.Chunk(ids, idsAtOnce) {
		opts := &connectwise.ListOptions{
			Where:  connectwise.Where("id in ?", chunk),
			Fields: []string{"id", "summary", "status", "board", "company", "closedFlag", "_info"},
		}
		for t, err := range tickets.List(ctx, opts) {
			if errors.Is(err, connectwise.ErrForbidden) {
				return nil, nil
			}
			if err != nil {
				return nil, fmt.Errorf("desk: project tickets: %w", err)
			}
			if slices.Contains(chunk, t.ID) {
				found[t.ID] = t
			}
		}
	}
	return found, nil
}

// isProject reports whether a row among service tickets is a project ticket:
// some servers list what was converted, and know it by id no more.
func isProject(row *connectwise.Ticket) bool {
	return row.RecordType != "" && row.RecordType != "ServiceTicket"
}
