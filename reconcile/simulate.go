package reconcile

import (
	"maps"
	"slices"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// Simulate gives the board as it should look once the plan has been carried out
// and remembered: a model of a service desk without names of statuses, for
// tests. The board given is not changed.
//
// As a real desk must, it leaves out an action whose ticket is not as planned
// (its mark is not Action.Before) and a Create whose key has an open ticket by
// now. New tickets are numbered upwards from the highest id. A verify moves a
// ticket to stage waiting.
func (p Plan) Simulate(b Board) Board {
	b.Tickets = slices.Clone(b.Tickets)
	b.Known = maps.Clone(p.Known)
	at := make(map[int64]int, len(b.Tickets))
	open := make(map[mark.KeyID]bool)
	var last int64
	for i := range b.Tickets {
		t := &b.Tickets[i]
		at[t.ID] = i
		last = max(last, t.ID)
		open[t.Mark.Key] = open[t.Mark.Key] || t.Open && t.MergedInto == 0 && t.marked() && t.Mark.Owner == p.Owner
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
			if t := &b.Tickets[at]; cleanMark(t) == a.Before {
				carryOut(a, t, p.At)
			}
		}
	}
	return b
}

func created(a *Action, id int64, at time.Time) Ticket {
	return Ticket{
		ID: id, Place: mark.Ours, Mark: a.After, Open: true, EnteredByUs: true, Remembered: true, SameCompany: true,
		Created: at, Updated: at, Company: a.Issue.Company, Summary: a.Issue.Summary,
	}
}

func carryOut(a *Action, t *Ticket, at time.Time) {
	t.Mark, t.Place, t.Updated, t.Remembered = a.After, mark.Ours, at, true
	switch a.Kind {
	case Update, Reopen:
		for _, c := range a.Changes {
			switch c.Field {
			case FieldSummary:
				t.Summary, t.Verbatim = c.New, false
			case FieldCompany:
				t.Company = c.New
			}
		}
		if a.Kind == Reopen {
			t.Open, t.Stage, t.Status, t.Closed, t.ClosedByTool = true, StageNew, "", time.Time{}, false
		}
	case Close:
		t.Status = ""
		if a.Recovery == RecoveryVerify {
			t.Stage = StageWaiting
		} else {
			t.Open, t.Closed, t.ClosedByTool = false, at, false
		}
	}
	t.Differs = differing(t)
}

// differing compares a ticket with what its mark says, as a desk does. A digest
// that is not known differs from nothing.
func differing(t *Ticket) []string {
	fields := slices.DeleteFunc(slices.Clone(t.Differs), func(f string) bool { return f == FieldSummary || f == FieldCompany })
	if d := t.Mark.Digests.Summary; d != "" && d != mark.DigestOf(t.Summary) {
		fields = append(fields, FieldSummary)
	}
	if d := t.Mark.Digests.Company; d != "" && d != mark.DigestOf(t.Company) {
		fields = append(fields, FieldCompany)
	}
	return fields
}
