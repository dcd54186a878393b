package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// change carries out an action on a ticket that exists: read it, see whether it
// has drifted, write fields, status and marker in one PATCH, write the note,
// and say in the marker that the note is there.
func (r *run) change(ctx context.Context, a reconcile.Action) Result {
	d := r.desk
	result := Result{Action: a, Ticket: a.Ticket}
	t, err := d.client.Service.Tickets.Get(ctx, a.Ticket)
	if err != nil {
		return fail(result, err)
	}
	if a.Kind == reconcile.Adopt {
		return r.adopt(ctx, a, t)
	}
	m, err := mark.Parse(d.place.text(t))
	if err != nil || m.Owner != d.owner {
		return drifted(result, fmt.Sprintf("what %s holds is not our marker any more", d.place))
	}
	if sameMark(m, a.After) {
		if m.NotePending && a.Note {
			return r.finish(ctx, result, t, m, a)
		}
		result.Outcome, result.Why = Skipped, "it was done before"
		return result
	}
	if !sameMark(m, a.Before) {
		return drifted(result, "its marker was written since the plan was made")
	}
	if why := drift(a, t); why != "" {
		return drifted(result, why)
	}
	if a.Kind == reconcile.Merge {
		return r.merge(ctx, result, t)
	}
	if m.NotePending {
		about := earlier(a, t.ID, m)
		settled := r.finish(ctx, Result{Action: about, Ticket: t.ID}, t, m, about)
		if settled.Outcome != Done {
			settled.Action = a
			return settled
		}
		result.Degraded = settled.Degraded
	}
	b, err := d.boardOf(ctx, t.Board, t.Status.ID)
	if err != nil {
		return fail(result, err)
	}
	if b.verify != 0 && a.Kind == reconcile.Close && a.Recovery == reconcile.RecoveryClose && a.Code != reconcile.CodeDuplicate && touched(t) {
		// Somebody has worked on it: that person looks at it and closes it.
		a.Recovery, a.After.State = reconcile.RecoveryVerify, a.Before.State
		result.Action, result.Why = a, "somebody has worked on it, so it is not closed but given to be verified"
	}
	writes, after, err := d.writes(a, t, b)
	if err != nil {
		return fail(result, err)
	}
	after.NotePending = a.Note
	marker, err := mark.Format(after)
	if err != nil {
		return fail(result, err)
	}
	var text reconcile.Text
	if a.Note {
		var degraded error
		if text, degraded = r.text(ctx, a); degraded != nil {
			result.Degraded = errors.Join(result.Degraded, degraded)
		}
	}
	if err := r.patch(ctx, a, "change", t, writes, marker); err != nil {
		if a.Kind == reconcile.Reopen && isRefusal(err) {
			return r.instead(ctx, a, err)
		}
		return fail(result, err)
	}
	switch {
	case a.Kind == reconcile.Reopen:
		d.opened(1)
	case a.Kind == reconcile.Close && a.Recovery == reconcile.RecoveryClose:
		d.opened(-1)
	}
	if a.Note {
		return r.note(ctx, result, t, after, text, nil)
	}
	result.Outcome = Done
	return result
}

// touched reports whether people have begun to work on the ticket.
func touched(t *connectwise.Ticket) bool {
	hours, _ := t.ActualHours.Float64()
	return t.Owner.ID != 0 || strings.TrimSpace(t.Resources) != "" || hours > 0
}

// drift says what has changed about the ticket since the plan was made, as far
// as it matters to the action; "" when nothing has.
func drift(a reconcile.Action, t *connectwise.Ticket) string {
	status := reconcile.NormalizeSummary(t.Status.Name)
	if t.MergedParentTicket.ID != 0 {
		return "it was merged into ticket " + decimal(t.MergedParentTicket.ID)
	}
	moved := status != reconcile.NormalizeSummary(a.Status)
	switch a.Kind {
	case reconcile.Reopen, reconcile.Close, reconcile.Merge:
		if moved {
			return fmt.Sprintf("its status was %q and is %q", a.Status, status)
		}
	case reconcile.Update:
		if moved && t.ClosedFlag {
			return fmt.Sprintf("it was closed (status %q)", status)
		}
	}
	for _, c := range a.Changes {
		switch {
		case c.Field == reconcile.FieldSummary && isOther(a.Before.Digests.Summary, summaryDigest(t)):
			return "somebody changed its summary"
		case c.Field == reconcile.FieldCompany && isOther(a.Before.Digests.Company, companyDigest(t)):
			return "somebody changed its company"
		}
	}
	return ""
}

func isOther(wrote, now mark.Digest) bool { return wrote != "" && wrote != now }

// fieldWrite is one field of a PATCH.
type fieldWrite struct {
	path     string
	old, new string // for the log
	value    any
}

// patch sends fields and marker in one PATCH for a ticket that was read, and
// checks that the server kept the marker.
func (r *run) patch(ctx context.Context, a reconcile.Action, write string, t *connectwise.Ticket, writes []fieldWrite, marker string) error {
	at := r.desk.place
	m, err := at.op(t, marker)
	if err != nil {
		return fmt.Errorf("desk: %w", err)
	}
	ops := []connectwise.Op{r.desk.silence()}
	var fields []LogField
	for _, w := range writes {
		ops = append(ops, connectwise.Set(w.path, w.value))
		fields = append(fields, LogField{w.path, w.old, w.new})
	}
	ops, fields = append(ops, m), append(fields, LogField{at.member(), at.text(t), marker})
	return r.logged(ctx, a, write, t.ID, fields, func(ctx context.Context) (int64, error) {
		made, err := r.desk.client.Service.Tickets.Patch(ctx, t.ID, ops...)
		if err != nil {
			return t.ID, err
		}
		r.desk.remember(t.ID, marker, a.KeyID)
		// The next write to the ticket goes by what it is now.
		t.ExternalXRef, t.CustomFields = made.ExternalXRef, made.CustomFields
		if err := at.kept(made, marker); err != nil {
			return t.ID, fmt.Errorf("desk: %w", err)
		}
		return t.ID, nil
	})
}

// writes are the fields that the action writes to a ticket of the board, the
// marker apart, and the mark that goes with them.
func (d *Desk) writes(a reconcile.Action, t *connectwise.Ticket, b *board) ([]fieldWrite, mark.Mark, error) {
	after := a.After
	after.Digests.Priority = a.Before.Digests.Priority
	var writes []fieldWrite
	for _, c := range a.Changes {
		switch c.Field {
		case reconcile.FieldSummary:
			writes = append(writes, fieldWrite{"summary", t.Summary, c.New, c.New})
		case reconcile.FieldCompany:
			company, err := strconv.ParseInt(c.New, 10, 64)
			if err != nil || company <= 0 {
				return nil, after, fmt.Errorf("desk: company %q is not a company id", c.New)
			}
			writes = append(writes, fieldWrite{"company", decimal(t.Company.ID), c.New, connectwise.ByID(company)})
		}
	}
	if a.Issue != nil && (a.Kind == reconcile.Update || a.Kind == reconcile.Reopen) {
		wrote, want := d.urgency(a.Issue, a.Before.Severity), d.urgency(a.Issue, a.Issue.Severity)
		// Only a priority that we wrote, and that still stands, is ours.
		ours := after.Digests.Priority != "" && after.Digests.Priority == priorityDigest(t.Priority)
		if p := want.priority; p.ID != 0 && ours && p.ID != t.Priority.ID {
			writes = append(writes, fieldWrite{"priority", t.Priority.Name, p.Name, connectwise.ByID(p.ID)})
			after.Digests.Priority = priorityDigest(p)
		}
		// Impact and severity are ours while they are what our rules gave them.
		if want.impact != "" && t.Impact == wrote.impact && t.Impact != want.impact {
			writes = append(writes, fieldWrite{"impact", t.Impact, want.impact, want.impact})
		}
		if want.severity != "" && t.Severity == wrote.severity && t.Severity != want.severity {
			writes = append(writes, fieldWrite{"severity", t.Severity, want.severity, want.severity})
		}
	}
	var status int64
	switch {
	case a.Kind == reconcile.Reopen:
		status = b.fresh
	case a.Kind == reconcile.Close && a.Recovery == reconcile.RecoveryVerify:
		// Without such a status the ticket gets the note alone.
		status = b.verify
	case a.Kind == reconcile.Close:
		status = b.closed
	default:
		return writes, after, nil
	}
	if status == 0 && a.Recovery != reconcile.RecoveryVerify {
		return nil, after, fmt.Errorf("desk: board %q has no status for %s", t.Board.Name, a.Kind)
	}
	if status != 0 {
		writes = append(writes, fieldWrite{"status", t.Status.Name, b.nameOf(status), connectwise.ByID(status)})
	}
	return writes, after, nil
}

// merge merges a duplicate into the ticket that stays, which puts it in the
// board's closed status. The API has no way to merge silently. Merging leaves
// its own trace in both tickets, so there is no note, and a merged ticket is
// nobody's to mark any more.
func (r *run) merge(ctx context.Context, result Result, t *connectwise.Ticket) Result {
	a := result.Action
	if !r.desk.config.Mail {
		return fail(result, fmt.Errorf("desk: ticket %d is not merged: a merge cannot be kept from sending mail; close duplicates instead, or set Config.Mail", t.ID))
	}
	b, err := r.desk.boardOf(ctx, t.Board, t.Status.ID)
	if err != nil {
		return fail(result, err)
	}
	if b.closed == 0 || len(a.Related) == 0 {
		return fail(result, fmt.Errorf("desk: ticket %d cannot be merged: no closed status on board %q, or no ticket to merge into", t.ID, t.Board.Name))
	}
	body := struct {
		IDs    []int64         `json:"mergeTicketIds"`
		Status connectwise.Ref `json:"status"`
	}{[]int64{t.ID}, connectwise.ByID(b.closed)}
	path := "service/tickets/" + decimal(a.Related[0]) + "/merge"
	err = r.logged(ctx, a, "merge", t.ID, []LogField{{Name: "mergedParentTicket", New: decimal(a.Related[0])}}, func(ctx context.Context) (int64, error) {
		return t.ID, r.desk.client.Do(ctx, http.MethodPost, path, nil, body, nil)
	})
	if err != nil {
		return fail(result, err)
	}
	result.Outcome = Done
	return result
}

// adopt writes our marker into a ticket of an older tool and nothing else.
func (r *run) adopt(ctx context.Context, a reconcile.Action, t *connectwise.Ticket) Result {
	result := Result{Action: a, Ticket: a.Ticket}
	marker, err := mark.Format(a.After)
	if err != nil {
		return fail(result, err)
	}
	if slices.ContainsFunc(a.Changes, func(c reconcile.Change) bool { return c.Field == reconcile.FieldCompany }) {
		result.Outcome, result.Why = Skipped, "it belongs to another company than the problem, so it is not taken over; a person should look"
		return result
	}
	switch there := r.desk.place.text(t); {
	case t.ClosedFlag:
		return drifted(result, "it was closed")
	case there == marker:
		result.Outcome, result.Why = Skipped, "it was done before"
		return result
	case there != "":
		return drifted(result, fmt.Sprintf("%s holds somebody else's reference", r.desk.place))
	}
	if err := r.patch(ctx, a, "marker", t, nil, marker); err != nil {
		return fail(result, err)
	}
	r.desk.opened(1)
	result.Outcome = Done
	return result
}

// sameMark reports whether two marks say the same apart from what the desk
// writes by itself: the priority and whether a note is under way.
func sameMark(a, b mark.Mark) bool {
	for _, m := range []*mark.Mark{&a, &b} {
		m.NotePending = false
		m.Digests.Priority = ""
		m.Written, m.AbsentSince = whole(m.Written), whole(m.AbsentSince)
		m.Reopens = min(m.Reopens, mark.MaxReopens)
	}
	return a == b
}

func drifted(result Result, why string) Result {
	result.Outcome, result.Why = Drifted, why
	return result
}
