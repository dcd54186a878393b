package desk

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// facts turns the rows into tickets as reconcile sees them.
func (l *loader) facts(ctx context.Context) error {
	var parents []int64
	for _, r := range l.rows {
		if parent := r.MergedParentTicket.ID; parent != 0 {
			parents = append(parents, parent)
		}
	}
	parent, err := l.desk.byID(ctx, parents)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(l.rows)) {
		t, err := l.ticket(ctx, l.rows[id])
		if err != nil {
			return err
		}
		if p := parent[t.MergedInto]; p != nil {
			t.ParentOpen = !p.ClosedFlag
		}
		if t.Mark.NotePending && t.Place == mark.Ours {
			l.memory.Pending[id] = t.Mark
		}
		l.board.Tickets = append(l.board.Tickets, t)
	}
	return nil
}

// ticket is a row as reconcile sees it.
func (l *loader) ticket(ctx context.Context, r *row) (reconcile.Ticket, error) {
	d := l.desk
	t := reconcile.Ticket{
		ID:         r.ID,
		Open:       !r.ClosedFlag,
		Status:     strings.TrimSpace(r.Status.Name),
		Board:      r.Board.Name,
		Company:    lookup.ID(r.Company.ID),
		Summary:    r.Summary,
		Created:    r.Info.DateEntered.Time,
		Updated:    r.Info.LastUpdated.Time,
		MergedInto: r.MergedParentTicket.ID,

		EnteredByUs:   d.isMember(r.Info.EnteredBy),
		EnteredByTool: d.isTool(r.Info.EnteredBy),
		ClosedByTool:  r.ClosedFlag && d.isTool(r.ClosedBy),
		Remembered:    r.remembered,
		Recognised:    r.sought,
		Touched:       touched(r.Ticket) || r.CustomerUpdatedFlag,
	}
	if r.ClosedFlag {
		t.Closed = r.ClosedDate.Time
	}
	t.Place, t.Mark = mark.Look(d.place.Text(r.Ticket), d.owner)
	if t.Place != mark.Ours && t.Mark.Key == "" && r.key != "" {
		t.Mark = l.markOf(r.key)
	}
	if l.adopt != nil {
		if _, verbatim, ok := l.adopt(r.Summary); ok {
			t.Verbatim = verbatim
		}
	}
	if issue := l.issue[t.Mark.Key]; issue == nil || issue.Company == t.Company {
		t.SameCompany = true
	}
	if isProject(r.Ticket) {
		// A person has taken the problem over for as long as it is open; closed,
		// it is closed by a person.
		t.Project, t.Stage, t.OtherBoard = t.Open, reconcile.StageWorking, true
		return t, nil
	}
	b, err := d.boards.Of(ctx, r.Board, r.Status.ID)
	if err != nil {
		return t, err
	}
	t.Stage, t.Silenced, t.OtherBoard = b.Stage(r.Status.ID), b.Silenced(r.Status.ID), !b.Known()
	t.Differs = d.edited(r.Ticket, t.Mark.Digests)
	return t, nil
}

// markOf is what is known of a ticket's mark where the ticket does not say it.
func (l *loader) markOf(key mark.KeyID) mark.Mark {
	m := mark.Mark{Owner: l.desk.owner, Key: key}
	feed, customer := l.memory.Open[key].Feed, l.memory.Open[key].Customer
	if issue := l.issue[key]; issue != nil {
		feed, customer = issue.Key.Feed, issue.Customer
	}
	if feed != "" {
		m.Source, m.Customer = mark.SourceID(feed), mark.CustomerID(customer)
	}
	return m
}

// isTool reports whether the older tool writes under this name.
func (d *Desk) isTool(identifier string) bool {
	adopt := d.config.Adopt
	switch {
	case adopt.Summary == "":
		return false
	case len(adopt.EnteredBy) == 0:
		return d.isMember(identifier)
	}
	return lookup.In(adopt.EnteredBy, identifier)
}

// isMember reports whether it is our API member, now or before.
func (d *Desk) isMember(identifier string) bool {
	return lookup.Same(identifier, d.member) || lookup.In(d.config.FormerMembers, identifier)
}

// edited are the fields that differ from what we wrote. Where nothing was
// written there is nothing to differ from.
func (d *Desk) edited(t *connectwise.Ticket, wrote mark.Digests) []string {
	var fields []string
	if isOther(wrote.Summary, summaryDigest(t)) {
		fields = append(fields, reconcile.FieldSummary)
	}
	if isOther(wrote.Company, companyDigest(t)) {
		fields = append(fields, reconcile.FieldCompany)
	}
	return append(fields, d.priorities.Edited(t, wrote.Priority)...)
}

func isOther(wrote, now mark.Digest) bool { return wrote != "" && wrote != now }

func summaryDigest(t *connectwise.Ticket) mark.Digest {
	return mark.DigestOf(text.Line(t.Summary))
}

func companyDigest(t *connectwise.Ticket) mark.Digest {
	return mark.DigestOf(lookup.ID(t.Company.ID))
}

// touched reports whether people have begun to work on the ticket.
func touched(t *connectwise.Ticket) bool {
	hours, _ := t.ActualHours.Float64()
	return t.Owner.ID != 0 || strings.TrimSpace(t.Resources) != "" || hours > 0
}
