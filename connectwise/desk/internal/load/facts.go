package load

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/connectwise/desk/internal/place"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// theirs are the results of Doing for tickets that people have merged, converted
// or copied. These get no note, whatever their markers say.
var theirs = []int{reconcile.DoingMerged, reconcile.DoingMergedOver, reconcile.DoingProject, reconcile.DoingCopy, reconcile.DoingCopyClosed}

// facts converts the rows to tickets of package reconcile.
func (l *Loaded) facts(ctx context.Context) error {
	var parents []int64
	for _, r := range l.rows {
		if parent := r.MergedParentTicket.ID; parent != 0 {
			parents = append(parents, parent)
		}
	}
	parent, err := l.Place.ByID(ctx, l.Client, parents)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(l.rows)) {
		t, err := l.ticket(ctx, l.rows[id])
		if err != nil {
			return err
		}
		p := parent[t.MergedInto]
		t.ParentOpen = p != nil && !p.ClosedFlag
		if doing, _ := l.Board.Doing(&t); t.Mark.NotePending && t.Place == mark.Ours && !slices.Contains(theirs, doing) {
			l.Memory.Pending[id] = t.Mark
		}
		l.Board.Tickets = append(l.Board.Tickets, t)
	}
	return nil
}

// ticket converts a row to a ticket of package reconcile.
func (l *Loaded) ticket(ctx context.Context, r *row) (reconcile.Ticket, error) {
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

		EnteredByUs:   l.Writers.Us(r.Info.EnteredBy),
		EnteredByTool: l.Writers.Tool(r.Info.EnteredBy),
		ClosedByTool:  r.ClosedFlag && l.Writers.Tool(r.ClosedBy),
		Remembered:    r.remembered,
		Recognised:    r.sought,
		Touched:       Touched(r.Ticket) || r.CustomerUpdatedFlag || l.Memory.Noted[r.ID] != "",
	}
	if r.ClosedFlag {
		t.Closed = r.ClosedDate.Time
	}
	t.Place, t.Mark = mark.Look(l.Place.Text(r.Ticket), l.Owner)
	if t.Place != mark.Ours && t.Mark.Key == "" && r.key != "" {
		t.Mark = l.markOf(r.key)
	}
	if l.Adopt != nil {
		if _, verbatim, ok := l.Adopt(r.Summary); ok {
			t.Verbatim = verbatim
		}
	}
	if issue := l.issue[t.Mark.Key]; issue == nil || issue.Company == t.Company {
		t.SameCompany = true
	}
	if place.IsProject(r.Ticket) {
		// While the project ticket is open, a person has taken over the
		// problem. A closed one counts as closed by a person.
		t.Project, t.Stage, t.OtherBoard = t.Open, reconcile.StageWorking, true
		return t, nil
	}
	b, err := l.Boards.Of(ctx, r.Board, r.Status.ID)
	if err != nil {
		return t, err
	}
	t.Stage, t.Silenced, t.OtherBoard = b.Stage(r.Status.ID), b.Silenced(r.Status.ID), !b.Known()
	t.Differs = append(Edited(r.Ticket, t.Mark.Digests), l.Priorities.Edited(r.Ticket, t.Mark.Digests.Priority)...)
	return t, nil
}

// markOf returns what is known about the mark of a ticket without a marker.
func (l *Loaded) markOf(key mark.KeyID) mark.Mark {
	m := mark.Mark{Owner: l.Owner, Key: key}
	feed, customer := l.Memory.Open[key].Feed, l.Memory.Open[key].Customer
	if issue := l.issue[key]; issue != nil {
		feed, customer = issue.Key.Feed, issue.Customer
	}
	if feed != "" {
		m.Source, m.Customer = mark.SourceID(feed), mark.CustomerID(customer)
	}
	return m
}

// Edited returns which of summary and company differ from what we wrote. A
// field that we did not write cannot differ.
func Edited(t *connectwise.Ticket, wrote mark.Digests) (fields []string) {
	if isOther(wrote.Summary, text.Line(t.Summary)) {
		fields = append(fields, reconcile.FieldSummary)
	}
	if isOther(wrote.Company, lookup.ID(t.Company.ID)) {
		fields = append(fields, reconcile.FieldCompany)
	}
	return fields
}

func isOther(wrote mark.Digest, now string) bool { return wrote != "" && wrote != mark.DigestOf(now) }

// Touched reports whether people have begun to work on the ticket.
func Touched(t *connectwise.Ticket) bool {
	hours, _ := t.ActualHours.Float64()
	return t.Owner.ID != 0 || strings.TrimSpace(t.Resources) != "" || hours > 0
}
