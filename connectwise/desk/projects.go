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
func (d *Desk) converted(ctx context.Context) (tickets []reconcile.Ticket, err error) {
	if !d.config.Projects {
		return nil, nil
	}
	opts := &connectwise.ListOptions{
		Where:  connectwise.Where("externalXRef like ? and closedFlag = ?", connectwise.Pattern(markerPrefix(d.config.Owner)+"%"), false),
		Fields: []string{"id", "summary", "status", "company", "externalXRef", "closedFlag", "_info"},
	}
	for row, err := range connectwise.NewCollection[connectwise.Ticket](d.client, "project/tickets").List(ctx, opts) {
		if err != nil {
			return nil, fmt.Errorf("desk: list of project tickets: %w", err)
		}
		mark, err := ParseMarker(row.ExternalXRef)
		if err != nil || row.ClosedFlag {
			continue
		}
		tickets = append(tickets, reconcile.Ticket{
			ID: row.ID, Mark: mark, Stage: reconcile.StageWorking, Status: row.Status.Name,
			Company: decimal(row.Company.ID), Summary: row.Summary,
			Created: row.Info.DateEntered.Time, Updated: row.Info.LastUpdated.Time,
			MergedInto: row.ID, ParentOpen: true, OtherBoard: true,
		})
	}
	return tickets, nil
}
