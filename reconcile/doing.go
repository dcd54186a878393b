package reconcile

import (
	"slices"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// Whose doing it is that a ticket stands as it does: what [Board.Doing] gives.
// They are the rows of one table, in its order; the first that fits counts.
const (
	DoingMerged         = iota + 1 // merged into a parent that is open: a person's, kept
	DoingMergedOver                // merged otherwise: as if a person had closed it
	DoingProject                   // converted to a project ticket: a person's, kept
	DoingReleased                  // its marker says released: a person's; its key may get a new ticket
	DoingForeign                   // something else in the place of the marker: another program's, held
	DoingForeignClosed             // the same, closed: as if a person had closed it
	DoingCopy                      // our marker, entered neither by us nor by the older tool: held
	DoingCopyClosed                // the same, closed: nothing
	DoingReopened                  // open though the marker says closed or recovered: a person reopened it
	DoingClosed                    // closed by us
	DoingToolRewrote               // the older tool wrote its summary over ours
	DoingEdited                    // ours, with a field that people have changed
	DoingOurs                      // ours, as we left it
	DoingToolClosed                // closed by the older tool
	DoingClosedByPerson            // closed by a person
	DoingLost                      // ours, its marker lost
	DoingToolEntered               // a new ticket of the older tool, which so still runs
	DoingAdoptable                 // the older tool's, to be taken over
	DoingRecognised                // its summary names the key; nobody knows whose it is
	DoingNotOurs                   // none of our business
)

// Doing says whose doing it is that a ticket stands as it does: one of the
// Doing constants. It is the only place that decides this. stop says that an
// older tool still runs on our tickets: then nothing may be written until a
// person has acknowledged it ([Board].ToolUntil).
func (b *Board) Doing(t *Ticket) (doing int, stop bool) {
	member := t.EnteredByUs || t.EnteredByTool
	marked := t.Place == mark.Ours
	lost := marked && t.differs(FieldSummary) && t.Verbatim
	switch {
	case t.MergedInto != 0 && t.ParentOpen:
		return DoingMerged, false
	case t.MergedInto != 0:
		return DoingMergedOver, false
	case t.Project:
		return DoingProject, false
	case t.Place == mark.Released:
		return DoingReleased, false
	case !marked && t.Place != mark.Nothing && t.Open:
		return DoingForeign, false
	case !marked && t.Place != mark.Nothing:
		return DoingForeignClosed, false
	case marked && !member && t.Open:
		return DoingCopy, false
	case marked && !member:
		return DoingCopyClosed, false
	case marked && t.Open && (t.Mark.State == mark.Closed || t.Mark.Digests.State == mark.Recovered):
		return DoingReopened, false
	case marked && !t.Open && t.Mark.State == mark.Closed:
		return DoingClosed, false
	case t.Open && lost:
		return DoingToolRewrote, !b.acknowledged(t.Updated)
	case marked && t.Open && len(t.Differs) > 0:
		return DoingEdited, false
	case marked && t.Open:
		return DoingOurs, false
	case marked && t.ClosedByTool && b.acknowledged(closedAt(t)):
		return DoingToolClosed, false
	case marked && t.ClosedByTool && b.late(closedAt(t)):
		return DoingToolClosed, true
	case marked:
		return DoingClosedByPerson, false
	case t.Remembered && member:
		return DoingLost, false
	case t.Open && t.Verbatim && t.EnteredByTool && b.late(t.Created) && !b.acknowledged(t.Created):
		return DoingToolEntered, true
	case t.Open && t.Recognised && t.EnteredByTool && t.SameCompany:
		return DoingAdoptable, false
	case t.Open && t.Recognised:
		return DoingRecognised, false
	}
	return DoingNotOurs, false
}

func (t *Ticket) differs(field string) bool { return slices.Contains(t.Differs, field) }

// persons are the fields that people have changed. The older tool's own text is
// nobody's edit.
func (t *Ticket) persons() []string {
	fields := slices.DeleteFunc(slices.Clone(t.Differs), func(field string) bool { return field == FieldSummary && t.Verbatim })
	slices.Sort(fields)
	return slices.Compact(fields)
}

// late says that something happened later than the last good run began.
func (b *Board) late(at time.Time) bool { return !b.LastGood.IsZero() && at.After(b.LastGood) }

// acknowledged says that a person knows of what the older tool did at a time.
func (b *Board) acknowledged(at time.Time) bool {
	return !b.ToolUntil.IsZero() && !at.Before(b.ToolFrom) && !at.After(b.ToolUntil)
}

// closedAt is when a closed ticket was closed, as well as that is known.
func closedAt(t *Ticket) time.Time {
	if t.Closed.IsZero() {
		return t.Updated
	}
	return t.Closed
}
