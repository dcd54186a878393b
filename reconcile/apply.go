package reconcile

import (
	"slices"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// Apply gives the board as it should look once the plan has been carried out: a
// model of a service desk without names of statuses, for simulations and tests.
// The board given is not changed.
//
// As a real desk must, it leaves out an action whose ticket is not as planned
// (its mark is not Action.Before) and a Create whose key has an open ticket by
// now. New tickets are numbered upwards from the highest id. A verify moves a
// ticket to stage waiting.
func (p Plan) Apply(b Board) Board {
	b.Tickets = slices.Clone(b.Tickets)
	at := make(map[int64]int, len(b.Tickets))
	open := make(map[mark.KeyID]bool)
	var last int64
	for i := range b.Tickets {
		t := &b.Tickets[i]
		at[t.ID] = i
		last = max(last, t.ID)
		open[t.Mark.Key] = open[t.Mark.Key] || t.Open && t.Mark.Owner == p.Owner
	}
	for i := range p.Actions {
		a := &p.Actions[i]
		if a.Kind == Create {
			if !open[a.KeyID] {
				last++
				b.Tickets = append(b.Tickets, created(a, last, p.At))
			}
			continue
		}
		if at, ok := at[a.Ticket]; ok && a.Kind.Writes() {
			if t := &b.Tickets[at]; cleanMark(t.Mark) == a.Before {
				carryOut(a, t, p.At)
			}
		}
	}
	return b
}

func created(a *Action, id int64, at time.Time) Ticket {
	return Ticket{
		ID: id, Mark: a.After, Open: true, ByUs: true, Created: at, Updated: at,
		Company: a.Issue.Company, Summary: a.Issue.Summary,
	}
}

func carryOut(a *Action, t *Ticket, at time.Time) {
	t.Mark, t.Updated = a.After, at
	switch a.Kind {
	case Update, Reopen:
		for _, c := range a.Changes {
			switch c.Field {
			case FieldSummary:
				t.Summary = c.New
			case FieldCompany:
				t.Company = c.New
			}
		}
		if a.Kind == Reopen {
			t.Open, t.Stage, t.Status, t.Closed, t.ClosedByUs = true, StageNew, "", time.Time{}, false
		}
	case Close:
		t.Status = ""
		if a.Recovery == RecoveryVerify {
			t.Stage = StageWaiting
		} else {
			t.Open, t.Closed, t.ClosedByUs = false, at, true
		}
	case Adopt:
		t.Claim, t.ByUs = false, true
		t.Edited = nil
		for _, c := range a.Changes {
			t.Edited = append(t.Edited, c.Field)
		}
	case Merge:
		t.Open, t.Closed, t.ClosedByUs = false, at, true
		t.MergedInto, t.ParentOpen = a.Related[0], true
	}
}
