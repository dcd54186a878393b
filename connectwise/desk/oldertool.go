package desk

import (
	"fmt"
	"time"

	"github.com/covedesk/covedesk/reconcile"
)

// stopForTool raises the stop for an older tool that still works on our tickets.
func (l *loader) stopForTool() {
	board := &l.out.board
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
		l.memory.raise(newStop(StopOlderTool, fmt.Sprintf("an older tool still runs: it %s ticket %d at %s as member %s. Nothing is written. Stop the older tool, then acknowledge",
			did, t.ID, at.UTC().Format(time.DateTime+" MST"), member), l.at, l.desk.owner))
		return
	}
}
