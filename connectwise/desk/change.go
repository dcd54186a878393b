package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// change carries out an action on a ticket that exists: compose the text, read
// the ticket, see whether it has drifted, write fields, status and marker in one
// PATCH, write the note, and say in the marker that the note is there.
func (r *run) change(ctx context.Context, a reconcile.Action) Result {
	c := &change{run: r, action: a, result: Result{Action: a, Ticket: a.Ticket}}
	if a.Note {
		var err error
		if c.text, c.result.Degraded, err = r.text(ctx, a); err != nil {
			return fail(c.result, err)
		}
	}
	for attempt := 1; ; attempt++ {
		again := c.try(ctx)
		if again == nil {
			return c.result
		}
		// What a person does meanwhile must be seen, so the ticket is read again.
		if attempt == changeAttempts || !waitFor(ctx, again, attempt) {
			return fail(c.result, again)
		}
	}
}

// changeAttempts is how often a change is tried when the server refuses it for
// now or cannot be reached.
const changeAttempts = 4

// change is one change under way.
type change struct {
	*run
	action  reconcile.Action
	text    reconcile.Text
	settled bool
	result  Result
}

// try does it once; what it returns says that nothing was written and that
// another try may succeed. Else the result says what became of it.
func (c *change) try(ctx context.Context) (again error) {
	d, a := c.desk, c.action
	t, err := d.client.Service.Tickets.Get(ctx, a.Ticket)
	if err != nil {
		c.result = fail(c.result, err)
		return nil
	}
	place, m := mark.Look(d.place.text(t), d.owner)
	switch {
	case a.Kind == reconcile.Adopt, place == mark.Nothing && a.Code == reconcile.CodeTakenBack:
		return c.mark(ctx, t, place)
	case place != mark.Ours:
		c.result = drifted(c.result, fmt.Sprintf("what %s holds is not our marker any more", d.place))
		return nil
	case sameMark(m, a.After):
		if m.NotePending && a.Note {
			c.result = c.finish(ctx, c.result, t, m, a)
		} else {
			c.result.Outcome, c.result.Why = Skipped, "it was done before"
		}
		return nil
	case !sameMark(m, a.Before):
		c.result = drifted(c.result, "its marker was written since the plan was made")
		return nil
	}
	why := drift(a, t)
	if why == "" && a.Code == reconcile.CodeDuplicate {
		if why, err = c.guardDuplicate(ctx, a, t); err != nil {
			c.result = fail(c.result, err)
			return nil
		}
	}
	if why != "" {
		c.result = drifted(c.result, why)
		return nil
	}
	if m.NotePending {
		return c.settle(ctx, t, m)
	}
	return c.write(ctx, t)
}

// settle writes the note of an earlier action that may be missing, and has the
// ticket read again.
func (c *change) settle(ctx context.Context, t *connectwise.Ticket, m mark.Mark) error {
	about := earlier(c.action, t.ID, m)
	settled := c.finish(ctx, Result{Action: about, Ticket: t.ID}, t, m, about)
	if settled.Outcome != Done || c.settled {
		settled.Action, settled.Degraded = c.action, errors.Join(c.result.Degraded, settled.Degraded)
		c.result = settled
		return nil
	}
	c.settled = true
	c.result.Degraded = errors.Join(c.result.Degraded, settled.Degraded)
	return c.try(ctx)
}

// write writes the ticket as it was just read.
func (c *change) write(ctx context.Context, t *connectwise.Ticket) (again error) {
	d, a := c.desk, c.action
	b, err := d.boardOf(ctx, t.Board, t.Status.ID)
	if err != nil {
		c.result = fail(c.result, err)
		return nil
	}
	if b.verify != 0 && a.Kind == reconcile.Close && a.Recovery == reconcile.RecoveryClose && a.Code != reconcile.CodeDuplicate && touched(t) {
		// Somebody has worked on it: that person looks at it and closes it.
		a.Recovery, a.After.State = reconcile.RecoveryVerify, a.Before.State
		c.result.Action, c.result.Why = a, "somebody has worked on it, so it is not closed but given to be verified"
	}
	writes, after, err := d.writes(a, t, b)
	if err != nil {
		c.result = fail(c.result, err)
		return nil
	}
	after.NotePending = a.Note
	made, err := c.patch(ctx, a, "change", t, writes, after)
	for err != nil && isRefusal(err) {
		kept, left := withoutRefused(writes, err)
		if len(left) == 0 {
			break
		}
		c.result.Degraded = errors.Join(c.result.Degraded, fmt.Errorf("desk: ticket %d: %s is left out, because the server refused it: %w", t.ID, strings.Join(left, ", "), err))
		writes = kept
		made, err = c.patch(ctx, a, "change", t, writes, after)
	}
	switch {
	case err == nil:
	case a.Kind == reconcile.Reopen && isRefusal(err):
		c.result = c.instead(ctx, a, err)
		return nil
	case isForNow(err):
		return err
	default:
		c.result = fail(c.result, err)
		return nil
	}
	c.result.Status = made.Status.Name
	unlike := false
	for _, w := range writes {
		if w.path == reconcile.FieldSummary && text.Line(made.Summary) != w.new && a.Issue != nil {
			after.Digests, unlike = after.Digests.Wrote(stateText(a.Issue), w.new, text.Line(made.Summary)), true
		}
	}
	switch {
	case a.Note:
		c.result = c.note(ctx, c.result, t, after, c.text, nil)
	case unlike:
		c.result = c.noted(ctx, c.result, t, after)
	default:
		c.result.Outcome = Done
	}
	return nil
}

// stateText is what is remembered of an issue's state, as reconcile has it: an
// empty one counts as a blank.
func stateText(issue *reconcile.Issue) string {
	if issue.State == "" {
		return " "
	}
	return issue.State
}

// mark writes our marker into a ticket that has none, and nothing else: one of
// an older tool, or one of ours that has lost it.
func (c *change) mark(ctx context.Context, t *connectwise.Ticket, place mark.Place) (again error) {
	a, d := c.action, c.desk
	switch {
	case slices.ContainsFunc(a.Changes, func(f reconcile.Change) bool { return f.Field == reconcile.FieldCompany }):
		c.result.Outcome, c.result.Why = Skipped, "it belongs to another company than the problem, so it is not taken over; a person should look"
		return nil
	case t.ClosedFlag && a.Kind == reconcile.Adopt:
		c.result = drifted(c.result, "it was closed")
		return nil
	case place == mark.Ours:
		c.result.Outcome, c.result.Why = Skipped, "it was done before"
		return nil
	case place != mark.Nothing:
		c.result = drifted(c.result, fmt.Sprintf("%s holds somebody else's reference", d.place))
		return nil
	}
	if a.Code == reconcile.CodeTakenBack && isOther(a.After.Digests.Summary, summaryDigest(t)) && a.Issue == nil {
		a.After.Digests.Summary = summaryDigest(t)
	}
	made, err := c.patch(ctx, a, "marker", t, nil, a.After)
	switch {
	case err == nil:
		c.result.Outcome, c.result.Status = Done, made.Status.Name
	case isForNow(err):
		return err
	default:
		c.result = fail(c.result, err)
	}
	return nil
}

// drift says what has changed about the ticket since the plan was made, as far
// as it matters to the action; "" when nothing has.
func drift(a reconcile.Action, t *connectwise.Ticket) string {
	status := text.Line(t.Status.Name)
	if t.MergedParentTicket.ID != 0 {
		return "it was merged into ticket " + decimal(t.MergedParentTicket.ID)
	}
	moved := status != text.Line(a.Status)
	switch a.Kind {
	case reconcile.Reopen, reconcile.Close:
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

// fieldWrite is one field of a PATCH.
type fieldWrite struct {
	path     string
	old, new string // for the log
	value    any
}

// patch sends fields and mark in one PATCH for a ticket that was read, and
// checks that the server kept the marker. It is sent once: before it is repeated
// the ticket is read again.
func (r *run) patch(ctx context.Context, a reconcile.Action, write string, t *connectwise.Ticket, writes []fieldWrite, m mark.Mark) (made *connectwise.Ticket, err error) {
	at := r.desk.place
	marker, err := m.Format()
	if err != nil {
		return nil, err
	}
	op, err := at.op(t, marker)
	if err != nil {
		return nil, fmt.Errorf("desk: %w", err)
	}
	ops := []connectwise.Op{r.desk.silence()}
	var fields []LogField
	for _, w := range writes {
		ops = append(ops, connectwise.Set(w.path, w.value))
		fields = append(fields, LogField{w.path, w.old, w.new})
	}
	ops, fields = append(ops, op), append(fields, LogField{at.member(), at.text(t), marker})
	once, err := r.desk.client.With(connectwise.WithRetry(connectwise.Retry{Attempts: 1}))
	if err != nil {
		return nil, fmt.Errorf("desk: %w", err)
	}
	err = r.logged(ctx, a, write, t.ID, fields, func(ctx context.Context) (int64, error) {
		made, err = once.Service.Tickets.Patch(ctx, t.ID, ops...)
		if err != nil {
			return t.ID, err
		}
		// The next write to the ticket goes by what it is now.
		t.ExternalXRef, t.CustomFields = made.ExternalXRef, made.CustomFields
		if err := at.kept(made, marker); err != nil {
			return t.ID, fmt.Errorf("desk: %w", err)
		}
		return t.ID, nil
	})
	return made, err
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
			company, err := companyID(c.New)
			if err != nil {
				return nil, after, err
			}
			writes = append(writes, fieldWrite{"company", decimal(t.Company.ID), c.New, connectwise.ByID(company)})
		}
	}
	if a.Issue != nil && (a.Kind == reconcile.Update || a.Kind == reconcile.Reopen) {
		raised, digest := d.raise(d.urgency(a.Issue, a.Issue.Severity), t, after.Digests.Priority)
		writes, after.Digests.Priority = append(writes, raised...), digest
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
