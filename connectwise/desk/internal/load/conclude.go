package load

import (
	"fmt"
	"slices"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk/internal/memory"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// conclude updates the memory's stops, and gives the planner what the memory
// holds.
func (l *Loaded) conclude() {
	m, board := l.Memory, &l.Board
	if !m.LastGood.IsZero() {
		board.LastGood = m.LastGood.Add(-l.Settle)
	}
	board.ToolFrom, board.ToolUntil = m.ToolFrom, m.ToolUntil
	l.stopForLost()
	l.stopForTool()
	var acknowledged []memory.Stop
	acknowledged, l.Unknown = m.Acknowledge(l.Acknowledge)
	for _, stop := range acknowledged {
		l.heed(stop)
	}
	board.ToolFrom, board.ToolUntil = m.ToolFrom, m.ToolUntil
	seen := map[mark.KeyID]int64{}
	for i := range board.Tickets {
		l.learn(&board.Tickets[i], seen)
	}
	if m.Stands(memory.Lost) {
		for _, key := range l.lost { // keep their entries, which are the cause of the stop
			if _, ok := m.Tickets[key]; !ok {
				m.Tickets[key] = m.Open[key].Ticket
			}
		}
	}
	m.Expire(l.At, seen)
	board.Known, board.Creating, board.Stopped = m.Known(), m.Waiting(), m.Stopped()
}

// heed does, once, what the acknowledgement of a stop allows.
func (l *Loaded) heed(stop memory.Stop) {
	m := l.Memory
	switch stop.What {
	case memory.Lost:
		for _, key := range l.lost {
			if k := m.Open[key]; l.rows[k.Ticket] == nil { // the ticket was deleted; its marker was not just emptied
				k.Ticket = 0
				m.Open[key] = k
			}
		}
	case memory.OlderTool:
		m.ToolFrom, m.ToolUntil = l.Board.LastGood, l.At
		if m.ToolFrom.IsZero() {
			m.ToolFrom = time.Unix(0, 0).UTC()
		}
	}
}

// learn records in the memory what it should know about a ticket.
func (l *Loaded) learn(t *reconcile.Ticket, seen map[mark.KeyID]int64) {
	key := t.Mark.Key
	if key == "" {
		return
	}
	doing, _ := l.Board.Doing(t)
	switch doing {
	case reconcile.DoingReopened, reconcile.DoingToolRewrote, reconcile.DoingEdited, reconcile.DoingOurs:
		seen[key] = t.ID
		delete(l.Memory.Hits, key)
	case reconcile.DoingProject, reconcile.DoingLost:
	case reconcile.DoingForeign:
		if l.rows[t.ID].sought {
			l.Memory.Hits[key] = t.ID
			return
		}
	case reconcile.DoingRecognised:
		l.Memory.Hits[key] = t.ID
		return
	case reconcile.DoingForeignClosed, reconcile.DoingMerged:
		l.Memory.ByNumber[key] = t.ID
		return
	default:
		// A list that lags lacks the ticket in the next run, too.
		if !t.Open && l.rows[t.ID].key != "" {
			l.Memory.ByNumber[key] = t.ID
		}
		return
	}
	if old, ok := l.Memory.Tickets[key]; !ok || t.ID < old {
		l.Memory.Tickets[key] = t.ID
	}
}

// lostAtLeast is how many tickets must disappear at once to look like a fault
// rather than people's work.
const lostAtLeast = 5

// stopForLost raises the stop for lost tickets if more tickets have disappeared
// at once than people are likely to delete. It ends the stop when they are
// back.
func (l *Loaded) stopForLost() {
	known := 0
	for _, k := range l.Memory.Open {
		if k.Ticket != 0 {
			known++
		}
	}
	if len(l.lost) < lostAtLeast || 2*len(l.lost) <= known {
		l.Memory.Stops = slices.DeleteFunc(l.Memory.Stops, func(s memory.Stop) bool { return s.What == memory.Lost })
		return
	}
	l.Memory.Raise(memory.NewStop(memory.Lost, fmt.Sprintf("%d of our open tickets were deleted, or lost what stands in %s, since the last run. "+
		"If people did that on purpose, acknowledge the stop: then problems that last get new tickets. If not, find out what hides or changes tickets",
		len(l.lost), l.Place), l.At, l.Owner))
}

// stopForTool raises the stop for an older tool that still works on our tickets.
func (l *Loaded) stopForTool() {
	board := &l.Board
	for i := range board.Tickets {
		t := &board.Tickets[i]
		doing, stop := board.Doing(t)
		if !stop {
			continue
		}
		did, at, member := "made", t.Created, l.rows[t.ID].Info.EnteredBy
		switch doing {
		case reconcile.DoingToolRewrote:
			did, at, member = "rewrote", t.Updated, l.rows[t.ID].Info.UpdatedBy
		case reconcile.DoingToolClosed:
			did, at, member = "closed", t.Closed, l.rows[t.ID].ClosedBy
		}
		l.Memory.Raise(memory.NewStop(memory.OlderTool, fmt.Sprintf("an older tool still runs: it %s ticket %d at %s as member %s. Nothing is written. Stop the older tool, then acknowledge",
			did, t.ID, at.UTC().Format(time.DateTime+" MST"), member), l.At, l.Owner))
		return
	}
}
