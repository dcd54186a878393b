package desk

import (
	"context"
	"fmt"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// Projects says how a project ticket shows that it was one of our tickets: by
// its summary, whoever entered it. It has no externalXRef, and the custom fields
// of its own screens (API resource ProjectTicket).
type Projects struct {
	// Pattern is what their summaries are like: % stands for any text.
	Pattern string
	// Key reads from the summary what the ticket is about.
	Key func(summary string) (reconcile.Key, bool)
}

// converted reads the open project tickets that were ours: service tickets that
// a person converted, which service/tickets does not know any more.
func (d *Desk) converted(ctx context.Context) (tickets []reconcile.Ticket, err error) {
	p := d.config.Projects
	if p == nil {
		return nil, nil
	}
	opts := &connectwise.ListOptions{
		Where:  connectwise.Where("summary like ? and closedFlag = ?", connectwise.Pattern(p.Pattern), false),
		Fields: []string{"id", "summary", "status", "company", "closedFlag", "_info"},
	}
	for row, err := range connectwise.NewCollection[connectwise.Ticket](d.client, "project/tickets").List(ctx, opts) {
		if err != nil {
			return nil, fmt.Errorf("desk: list of project tickets: %w", err)
		}
		if key, ok := p.Key(row.Summary); ok && !row.ClosedFlag {
			tickets = append(tickets, taken(row, mark.Mark{Owner: d.owner, Source: mark.SourceID(key.Source), Key: key.ID()}, false))
		}
	}
	return tickets, nil
}

// isProject reports whether a row among service tickets is a project ticket:
// some servers list what was converted, and know it by id no more.
func isProject(row *connectwise.Ticket) bool {
	return row.RecordType != "" && row.RecordType != "ServiceTicket"
}

// taken is a project ticket as reconcile sees it: like one merged into another
// that is open. A person has taken the problem over, so nothing is written and
// nothing made until it is closed.
func taken(row *connectwise.Ticket, m mark.Mark, damaged bool) reconcile.Ticket {
	return reconcile.Ticket{
		ID: row.ID, Mark: m, Stage: reconcile.StageWorking, Status: row.Status.Name,
		Company: decimal(row.Company.ID), Summary: row.Summary,
		Created: row.Info.DateEntered.Time, Updated: row.Info.LastUpdated.Time,
		MergedInto: row.ID, ParentOpen: !row.ClosedFlag, OtherBoard: true, Damaged: damaged,
	}
}
