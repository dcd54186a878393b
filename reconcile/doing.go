package reconcile

import (
	"cmp"
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
	marked, foreign, entered := t.marked(), t.foreign(), t.entered()
	rows := [...]bool{
		DoingMerged:         t.MergedInto != 0 && t.ParentOpen,
		DoingMergedOver:     t.MergedInto != 0,
		DoingProject:        t.Project,
		DoingReleased:       t.Place == mark.Released,
		DoingForeign:        foreign && t.Open,
		DoingForeignClosed:  foreign,
		DoingCopy:           marked && !entered && t.Open,
		DoingCopyClosed:     marked && !entered,
		DoingReopened:       marked && t.Open && (t.Mark.State == mark.Closed || t.Mark.Digests.State == mark.Recovered),
		DoingClosed:         marked && t.Mark.State == mark.Closed,
		DoingToolRewrote:    marked && t.Open && t.rewritten(),
		DoingEdited:         marked && t.Open && len(t.Differs) > 0,
		DoingOurs:           marked && t.Open,
		DoingToolClosed:     marked && t.ClosedByTool && (b.late(t.closedAt()) || b.acknowledged(t.closedAt())),
		DoingClosedByPerson: marked,
		DoingLost:           t.Remembered && entered,
		DoingToolEntered:    t.Open && t.Verbatim && t.EnteredByTool && b.late(t.Created) && !b.acknowledged(t.Created),
		DoingAdoptable:      t.Open && t.Recognised && t.EnteredByTool && t.SameCompany,
		DoingRecognised:     t.Open && t.Recognised,
		DoingNotOurs:        true,
	}
	doing = slices.Index(rows[:], true)
	switch doing {
	case DoingToolRewrote:
		stop = !b.acknowledged(t.Updated)
	case DoingToolClosed:
		stop = !b.acknowledged(t.closedAt())
	case DoingToolEntered:
		stop = true
	}
	return doing, stop
}

func (t *Ticket) marked() bool { return t.Place == mark.Ours }

func (t *Ticket) foreign() bool { return t.Place == mark.Damaged || t.Place == mark.Foreign }

// entered says that we or the older tool entered it.
func (t *Ticket) entered() bool { return t.EnteredByUs || t.EnteredByTool }

// rewritten says that the older tool's summary stands where ours stood.
func (t *Ticket) rewritten() bool { return t.Verbatim && slices.Contains(t.Differs, FieldSummary) }

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
func (t *Ticket) closedAt() time.Time { return cmp.Or(cleanTime(t.Closed), cleanTime(t.Updated)) }
