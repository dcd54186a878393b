// Package reconciletest is a service desk in memory. It tests what plans lead
// to over several runs.
package reconciletest

import (
	"maps"
	"slices"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// Simulate returns the board as it should look once the plan has been carried
// out and remembered, without names of statuses. It does not change the given
// board.
//
// As a real desk must, it skips an action whose ticket has changed since the
// plan (its mark is not Action.Before), and a Create whose key has an open
// ticket by now. New tickets are numbered upwards from the highest id. A verify
// moves a ticket to stage waiting.
func Simulate(p reconcile.Plan, b reconcile.Board) reconcile.Board {
	b.Tickets = slices.Clone(b.Tickets)
	b.Known = maps.Clone(p.Known)
	at := make(map[int64]int, len(b.Tickets))
	open := make(map[mark.KeyID]bool)
	var last int64
	for i := range b.Tickets {
		t := &b.Tickets[i]
		at[t.ID], last = i, max(last, t.ID)
		if t.Open && t.MergedInto == 0 && t.Place == mark.Ours && t.Mark.Owner == p.Owner {
			open[t.Mark.Key] = true
		}
	}
	for _, a := range p.Actions {
		switch at, known := at[a.Ticket]; {
		case a.Kind == reconcile.Create && !open[a.KeyID]:
			last++
			b.Tickets = append(b.Tickets, reconcile.Ticket{
				ID: last, Place: mark.Ours, Mark: a.After, Open: true, EnteredByUs: true, Remembered: true, SameCompany: true,
				Created: p.At, Updated: p.At, Company: a.Issue.Company, Summary: a.Issue.Summary,
			})
		case known && a.Kind.Writes() && asPlanned(&b.Tickets[at], &a):
			carryOut(&a, &b.Tickets[at], p.At)
		}
	}
	return b
}

func asPlanned(t *reconcile.Ticket, a *reconcile.Action) bool {
	if t.Place != mark.Ours {
		return a.Before == mark.Mark{Owner: t.Mark.Owner, Key: t.Mark.Key}
	}
	was := t.Mark
	was.Written, was.AbsentSince = a.Before.Written, a.Before.AbsentSince
	return was == a.Before && t.Mark.Written.Equal(a.Before.Written) && t.Mark.AbsentSince.Equal(a.Before.AbsentSince)
}

func carryOut(a *reconcile.Action, t *reconcile.Ticket, at time.Time) {
	t.Mark, t.Place, t.Updated, t.Remembered = a.After, mark.Ours, at, true
	for _, c := range a.Changes {
		switch c.Field {
		case reconcile.FieldSummary:
			t.Summary, t.Verbatim = c.New, false
		case reconcile.FieldCompany:
			t.Company = c.New
		}
	}
	switch {
	case a.Kind == reconcile.Reopen:
		t.Open, t.Stage, t.Status, t.Closed, t.ClosedByTool = true, reconcile.StageNew, "", time.Time{}, false
	case a.Recovery == reconcile.RecoveryVerify:
		t.Stage, t.Status = reconcile.StageWaiting, ""
	case a.Recovery == reconcile.RecoveryClose:
		t.Open, t.Status, t.Closed, t.ClosedByTool = false, "", at, false
	}
	t.Differs = slices.DeleteFunc(slices.Clone(t.Differs), func(field string) bool {
		return field == reconcile.FieldSummary || field == reconcile.FieldCompany
	})
	differs := func(field, now string, wrote mark.Digest) {
		if wrote != "" && wrote != mark.DigestOf(now) { // without a digest, nothing differs
			t.Differs = append(t.Differs, field)
		}
	}
	differs(reconcile.FieldSummary, t.Summary, t.Mark.Digests.Summary)
	differs(reconcile.FieldCompany, t.Company, t.Mark.Digests.Company)
}
