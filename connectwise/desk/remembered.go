package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// lostAtLeast is how many tickets must vanish at once before it looks less like
// people's work than like a fault.
const lostAtLeast = 5

// remembered reads by id the tickets that the memory knows as open and that the
// list of our markers lacks.
func (l *loader) remembered(ctx context.Context) error {
	d := l.desk
	missing := map[int64]mark.KeyID{}
	var ids []int64
	for key, k := range l.memory.Open {
		if r := l.rows[k.Ticket]; r != nil {
			r.remembered = true
		} else if k.Ticket != 0 {
			missing[k.Ticket] = key
			ids = append(ids, k.Ticket)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := d.byID(ctx, ids)
	if err != nil {
		return err
	}
	var absent []int64
	for _, id := range ids {
		if found[id] == nil {
			absent = append(absent, id)
		}
	}
	projects, err := d.projectsByID(ctx, absent)
	if err != nil {
		return err
	}
	incomplete := 0
	for _, id := range ids {
		key, t := missing[id], found[id]
		switch {
		case projects[id] != nil && projects[id].ClosedFlag:
			continue // whoever took the problem over is done with it
		case projects[id] != nil:
			l.add(&row{Ticket: projects[id], key: key, remembered: true, project: true})
			continue
		case t == nil:
			l.lost = append(l.lost, key)
			continue
		}
		l.add(&row{Ticket: t, key: key, remembered: true, project: isProject(t)})
		place, _ := mark.Look(d.place.text(t), d.owner)
		switch {
		case place == mark.Nothing && t.MergedParentTicket.ID == 0:
			l.lost = append(l.lost, key)
		case place == mark.Ours && !t.ClosedFlag && !isProject(t):
			incomplete++
		}
	}
	if incomplete > 0 {
		l.out.board.Partial = true
		l.blindness("the list of our tickets is incomplete: it lacks %d that are open and ours, so nothing is created", incomplete)
	}
	if incomplete > 0 || len(l.lost) > 0 {
		return d.stillSees(ctx)
	}
	return nil
}

// lostMany says that more tickets have vanished at once than people make vanish.
func (l *loader) lostMany() bool {
	known := 0
	for _, k := range l.memory.Open {
		if k.Ticket != 0 {
			known++
		}
	}
	return len(l.lost) >= lostAtLeast && 2*len(l.lost) > known
}

// stopForLost raises the stop for lost tickets, or ends it once they are back.
func (l *loader) stopForLost() {
	if l.lostMany() {
		slices.Sort(l.lost)
		stop := newStop(StopLost, fmt.Sprintf("%d of our open tickets were deleted, or lost what stands in %s, since the last run. "+
			"If people did that on purpose, acknowledge the stop: then problems that last get new tickets. If not, find out what hides or changes tickets",
			len(l.lost), l.desk.place), l.at, l.desk.owner)
		stop.Keys = l.lost
		l.memory.raise(stop)
	} else {
		l.memory.end(func(s Stop) bool { return s.What == StopLost && s.Acknowledged.IsZero() })
	}
}
