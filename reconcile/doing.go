package reconcile

import (
	"cmp"
	"slices"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// The results of [Board.Doing]: who left a ticket in the state it is in. They
// are the rows of one table, in order; the first row that fits decides.
const (
	DoingMerged         = iota + 1 // merged into a parent that is open: by a person; kept
	DoingMergedOver                // merged, the parent is closed: as if a person had closed it
	DoingProject                   // converted to a project ticket: by a person; kept
	DoingReleased                  // its marker says released: by a person; its key may get a new ticket
	DoingForeign                   // the marker's field holds something else: another program's; held
	DoingForeignClosed             // the same, and the ticket is closed: as if a person had closed it
	DoingCopy                      // our marker, entered neither by us nor by the older tool: held
	DoingCopyClosed                // the same, and the ticket is closed: ignored
	DoingReopened                  // open though the marker says closed or recovered: a person reopened it
	DoingClosed                    // closed by us
	DoingToolRewrote               // the older tool wrote its summary over ours
	DoingEdited                    // ours, with fields that people have changed
	DoingOurs                      // ours, as we left it
	DoingToolClosed                // closed by the older tool
	DoingClosedByPerson            // closed by a person
	DoingLost                      // ours, but its marker is lost
	DoingToolEntered               // a new ticket of the older tool, which therefore still runs
	DoingAdoptable                 // the older tool's, to be adopted
	DoingRecognised                // its summary names the key; nobody knows who entered it
	DoingNotOurs                   // not ours: ignored
)

// Doing says who left a ticket in the state it is in: we, a person, an older
// tool or another program. The result is one of the Doing constants. Nothing
// else in covedesk decides this. stop means that an older tool still works on
// our tickets; nothing may be written until a person has acknowledged it
// ([Board].ToolUntil).
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
		stop = t.Updated.After(b.ToolUntil) // however long before the last good run
	case DoingToolClosed:
		stop = !b.acknowledged(t.closedAt())
	case DoingToolEntered:
		stop = true
	}
	return doing, stop
}

func (t *Ticket) marked() bool { return t.Place == mark.Ours }

func (t *Ticket) foreign() bool { return t.Place == mark.Damaged || t.Place == mark.Foreign }

// entered reports whether we or the older tool entered the ticket.
func (t *Ticket) entered() bool { return t.EnteredByUs || t.EnteredByTool }

// rewritten reports whether the older tool replaced our summary with its own.
func (t *Ticket) rewritten() bool { return t.Verbatim && slices.Contains(t.Differs, FieldSummary) }

// persons returns the fields that people have changed. The older tool's own
// summary is not a person's edit.
func (t *Ticket) persons() []string {
	fields := slices.DeleteFunc(slices.Clone(t.Differs), func(field string) bool { return field == FieldSummary && t.Verbatim })
	slices.Sort(fields)
	return slices.Compact(fields)
}

// late reports whether a time lies after the start of the last good run.
func (b *Board) late(at time.Time) bool { return !b.LastGood.IsZero() && at.After(b.LastGood) }

// acknowledged reports whether a person has acknowledged what the older tool
// did at a time.
func (b *Board) acknowledged(at time.Time) bool {
	return !b.ToolUntil.IsZero() && !at.Before(b.ToolFrom) && !at.After(b.ToolUntil)
}

// closedAt returns when a closed ticket was closed; if that is unknown, when it
// was last updated.
func (t *Ticket) closedAt() time.Time { return cmp.Or(cleanTime(t.Closed), cleanTime(t.Updated)) }
