package desk

import (
	"context"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// facts turns the rows into tickets as reconcile sees them.
func (l *loader) facts(ctx context.Context) error {
	d := l.desk
	var parents []int64
	for _, id := range l.order {
		if parent := l.rows[id].MergedParentTicket.ID; parent != 0 {
			parents = append(parents, parent)
		}
	}
	parent, err := d.byID(ctx, parents)
	if err != nil {
		return err
	}
	for _, id := range l.order {
		r := l.rows[id]
		t, err := l.ticket(ctx, r)
		if err != nil {
			return err
		}
		if p := parent[t.MergedInto]; p != nil {
			t.ParentOpen = !p.ClosedFlag
		}
		if t.Mark.NotePending && t.Place == mark.Ours {
			l.memory.pending = append(l.memory.pending, t.ID)
		}
		l.out.board.Tickets = append(l.out.board.Tickets, t)
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
		Company:    decimal(r.Company.ID),
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
	t.Place, t.Mark = mark.Look(d.place.text(r.Ticket), d.owner)
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
	if r.project {
		// A person has taken the problem over for as long as it is open; closed,
		// it is closed by a person.
		t.Project, t.Stage, t.OtherBoard = t.Open, reconcile.StageWorking, true
		return t, nil
	}
	b, err := d.boardOf(ctx, r.Board, r.Status.ID)
	if err != nil {
		return t, err
	}
	t.Stage, t.Silenced, t.OtherBoard = b.stage(r.Status.ID), b.silenced(r.Status.ID), !b.known()
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
	return contains(adopt.EnteredBy, identifier)
}

// isMember reports whether it is our API member, now or before.
func (d *Desk) isMember(identifier string) bool {
	return strings.EqualFold(strings.TrimSpace(identifier), d.member) || contains(d.config.FormerMembers, identifier)
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
	return append(fields, d.urgencyEdited(t, wrote.Priority)...)
}

func isOther(wrote, now mark.Digest) bool { return wrote != "" && wrote != now }

func summaryDigest(t *connectwise.Ticket) mark.Digest {
	return mark.DigestOf(text.Line(t.Summary))
}

func companyDigest(t *connectwise.Ticket) mark.Digest {
	return mark.DigestOf(decimal(t.Company.ID))
}

// touched reports whether people have begun to work on the ticket.
func touched(t *connectwise.Ticket) bool {
	hours, _ := t.ActualHours.Float64()
	return t.Owner.ID != 0 || strings.TrimSpace(t.Resources) != "" || hours > 0
}

// conclude brings the memory's stops up to date and tells the planner what is
// remembered.
func (l *loader) conclude() {
	m, board := l.memory, &l.out.board
	if !m.LastGood.IsZero() {
		board.LastGood = m.LastGood.Add(-l.desk.config.Settle)
	}
	board.ToolFrom, board.ToolUntil = m.ToolFrom, m.ToolUntil
	l.stopForLost()
	l.stopForTool()
	l.out.unknown = m.acknowledge(l.at, l.acknowledge)
	l.heed()
	seen := map[mark.KeyID]int64{}
	for i := range board.Tickets {
		l.learn(&board.Tickets[i], seen)
	}
	if m.stands(StopLost) {
		for _, key := range l.lost { // their entries are what the stop stands on
			if _, ok := m.tickets[key]; !ok {
				m.tickets[key] = m.Open[key].Ticket
			}
		}
	}
	m.expire(l.at, seen)
	board.Known, board.Creating, board.Stopped = m.known(), m.waiting(), m.stopped()
}

// heed does what the acknowledged stops allow, once.
func (l *loader) heed() {
	m := l.memory
	for _, stop := range m.Stops {
		if stop.Acknowledged.IsZero() {
			continue
		}
		switch stop.What {
		case StopLost:
			for _, key := range l.lost {
				if l.rows[m.Open[key].Ticket] == nil { // deleted, not emptied
					k := m.Open[key]
					k.Ticket = 0
					m.Open[key] = k
				}
			}
		case StopOlderTool:
			m.ToolFrom, m.ToolUntil = l.out.board.LastGood, stop.Acknowledged
			if m.ToolFrom.IsZero() {
				m.ToolFrom = time.Unix(0, 0).UTC()
			}
			l.out.board.ToolFrom, l.out.board.ToolUntil = m.ToolFrom, m.ToolUntil
		}
	}
	m.end(func(s Stop) bool { return !s.Acknowledged.IsZero() })
}

// learn takes from a ticket what the memory should know.
func (l *loader) learn(t *reconcile.Ticket, seen map[mark.KeyID]int64) {
	key := t.Mark.Key
	if key == "" {
		return
	}
	doing, _ := l.out.board.Doing(t)
	switch doing {
	case reconcile.DoingReopened, reconcile.DoingToolRewrote, reconcile.DoingEdited, reconcile.DoingOurs:
		seen[key] = t.ID
		delete(l.memory.Hits, key)
	case reconcile.DoingMerged, reconcile.DoingProject, reconcile.DoingLost:
	case reconcile.DoingForeign:
		if l.rows[t.ID].sought {
			l.memory.Hits[key] = t.ID
			return
		}
	case reconcile.DoingRecognised:
		l.memory.Hits[key] = t.ID
		return
	case reconcile.DoingForeignClosed:
		// Nothing but the memory says that a person closed this problem's ticket.
		l.memory.foreign[key] = t.ID
		return
	default:
		return
	}
	if old, ok := l.memory.tickets[key]; !ok || t.ID < old {
		l.memory.tickets[key] = t.ID
	}
}
