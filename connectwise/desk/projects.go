package desk

import (
	"context"
	"fmt"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
)

// converted reads the open project tickets that carry our marker: service
// tickets that a person converted, which service/tickets does not know any
// more. To the planner they are like tickets merged into another that is open:
// a person has taken the problem over, so nothing is written and nothing made.
// hidden reports that a row came without the field that holds the marker.
func (d *Desk) converted(ctx context.Context) (tickets []reconcile.Ticket, hidden bool, err error) {
	if !d.config.Projects {
		return nil, false, nil
	}
	opts := d.place.query(markerPrefix(d.owner), connectwise.Where("closedFlag = ?", false),
		"id", "summary", "status", "company", "closedFlag", "_info")
	for row, err := range connectwise.NewCollection[connectwise.Ticket](d.client, "project/tickets").List(ctx, opts) {
		if err != nil {
			return nil, false, fmt.Errorf("desk: list of project tickets: %w", err)
		}
		text := d.place.text(row)
		hidden = hidden || text == ""
		if row.ClosedFlag || !d.ours(text) {
			continue
		}
		// Of a damaged marker the key may still be legible.
		mark, err := ParseMarker(text)
		tickets = append(tickets, reconcile.Ticket{
			ID: row.ID, Mark: mark, Stage: reconcile.StageWorking, Status: row.Status.Name,
			Company: decimal(row.Company.ID), Summary: row.Summary,
			Created: row.Info.DateEntered.Time, Updated: row.Info.LastUpdated.Time,
			MergedInto: row.ID, ParentOpen: true, OtherBoard: true, Damaged: err != nil,
		})
	}
	return tickets, hidden, nil
}
