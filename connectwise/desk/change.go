package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/answers"
	"github.com/covedesk/covedesk/connectwise/desk/internal/boards"
	"github.com/covedesk/covedesk/connectwise/desk/internal/fields"
	"github.com/covedesk/covedesk/connectwise/desk/internal/load"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// change carries out an action on an existing ticket. It composes the text,
// reads the ticket, checks that it has not drifted, writes fields, status and
// marker in one PATCH, writes the note, and records in the marker that the note
// is there.
func (s *step) change(ctx context.Context) error {
	if s.action.Note {
		if err := s.compose(ctx); err != nil {
			return err
		}
	}
	return s.retry(ctx, s.try)
}

// insistent sends a change. If the server refuses it, insistent sends it again
// without the dispensable fields that the refusal names. It returns what was
// sent last.
func (s *step) insistent(ctx context.Context, writes []fields.Write, after mark.Mark) (*connectwise.Ticket, []fields.Write, error) {
	for {
		made, err := s.patch(ctx, "change", writes, after)
		if !answers.Refused(err) {
			return made, writes, err
		}
		var there []string
		for _, w := range writes {
			if slices.Contains(dispensable, w.Path) {
				there = append(there, w.Path)
			}
		}
		left := answers.Without(there, err)
		if len(left) == 0 {
			return made, writes, err
		}
		s.degraded(fmt.Errorf("desk: ticket %d: %s is left out, because the server refused it: %w", s.action.Ticket, strings.Join(left, ", "), err))
		writes = slices.DeleteFunc(writes, func(w fields.Write) bool { return slices.Contains(left, w.Path) })
	}
}

// dispensable are the fields that a change can leave out.
var dispensable = []string{reconcile.FieldSummary, reconcile.FieldCompany, reconcile.FieldPriority, fields.Impact, fields.Severity}

// changeAttempts is how often a change is tried when the server refuses it
// temporarily or cannot be reached.
const changeAttempts = 4

// retry repeats a PATCH that was certainly not executed. It first reads the
// ticket again, to see what a person did in the meantime.
func (s *step) retry(ctx context.Context, try func(context.Context) error) error {
	for attempt := 1; ; attempt++ {
		err := try(ctx)
		var again forNow
		if !errors.As(err, &again) {
			return err
		}
		if attempt == changeAttempts || !answers.Wait(ctx, err, attempt) {
			return again.error
		}
		s.ticket = nil
	}
}

// reserve reads the ticket, unless it was just read, so that the PATCH can
// follow without waiting.
func (s *step) reserve(ctx context.Context) (err error) {
	if s.turn, err = s.desk.client.Reserve(ctx); err != nil {
		return err
	}
	return s.read(ctx)
}

// try tries the change once.
func (s *step) try(ctx context.Context) error {
	if err := s.reserve(ctx); err != nil {
		return err
	}
	d, a := s.desk, s.action
	place, m := mark.Look(d.place.Text(s.ticket), d.owner)
	switch {
	case a.Kind == reconcile.Adopt, place == mark.Nothing && a.Code == reconcile.CodeTakenBack:
		return s.mark(ctx, place)
	case place != mark.Ours:
		return drifted("what %s holds is not our marker any more", d.place)
	case sameMark(m, a.After) && m.NotePending && a.Note:
		return s.finish(ctx, m)
	case sameMark(m, a.After):
		return skipped("it was done before")
	case !sameMark(m, a.Before):
		return drifted("its marker was written since the plan was made")
	}
	if why := drift(a, s.ticket); why != "" {
		return drifted("%s", why)
	}
	if a.Code == reconcile.CodeDuplicate {
		if err := s.guardDuplicate(ctx, m); err != nil {
			return err
		}
	}
	if m.NotePending {
		return s.settle(ctx, m)
	}
	return s.write(ctx)
}

// settle writes the note of an earlier action if it is missing, and reads the
// ticket again.
func (s *step) settle(ctx context.Context, m mark.Mark) error {
	before := s.step(earlier(s.action, s.ticket.ID, m))
	before.ticket = s.ticket
	err := before.finish(ctx, m)
	s.degraded(before.result.Degraded)
	switch {
	case err != nil:
		return err
	case s.settled:
		return drifted("its marker was written since the plan was made")
	}
	s.settled, s.ticket = true, nil
	return s.try(ctx)
}

// write changes the ticket that was just read.
func (s *step) write(ctx context.Context) error {
	d, a := s.desk, &s.action
	b, err := d.boards.Of(ctx, s.ticket.Board, s.ticket.Status.ID)
	if err != nil {
		return err
	}
	if b.Verify != 0 && a.Closes() && a.Code != reconcile.CodeDuplicate && load.Touched(s.ticket) {
		// Somebody has worked on the ticket and shall check and close it.
		plain := s.text == a.Text()
		a.Recovery, a.After.State = reconcile.RecoveryVerify, a.Before.State
		s.result.Action, s.result.Why = *a, "somebody has worked on it, so it is not closed but given to be verified"
		if plain {
			s.text = a.Text()
		}
		s.text.Internal = strings.TrimSpace(s.text.Internal) + "\n\nSomebody has worked on this ticket, so it is not closed: please check, and close it."
	}
	writes, after, err := d.writes(*a, s.ticket, b)
	if err != nil {
		return err
	}
	after.NotePending = a.Note
	made, writes, err := s.insistent(ctx, writes, after)
	switch {
	case err == nil:
	case a.Kind == reconcile.Reopen && answers.Refused(err):
		return s.instead(ctx, err)
	default:
		return err
	}
	kept := text.Line(made.Summary)
	unlike := a.Issue != nil && slices.ContainsFunc(writes, func(w fields.Write) bool { return w.Path == reconcile.FieldSummary && w.New != kept })
	if unlike {
		after.Digests = after.Digests.Wrote(stateText(a.Issue), a.Summary, kept)
	}
	switch {
	case a.Note:
		return s.note(ctx, after, nil)
	case unlike:
		return s.noted(ctx, after)
	}
	return nil
}

// stateText returns an issue's state as the marker remembers it. As in
// reconcile, an empty state counts as a blank.
func stateText(issue *reconcile.Issue) string {
	if issue.State == "" {
		return " "
	}
	return issue.State
}

// mark writes only our marker, into a ticket that has none: a ticket of an
// older tool, or one of ours that has lost it.
func (s *step) mark(ctx context.Context, place mark.Place) error {
	a, t := s.action, s.ticket
	switch {
	case slices.ContainsFunc(a.Changes, func(f reconcile.Change) bool { return f.Field == reconcile.FieldCompany }):
		return skipped("it belongs to another company than the problem, so it is not taken over; a person should look")
	case t.ClosedFlag && a.Kind == reconcile.Adopt:
		return drifted("it was closed")
	case place == mark.Ours:
		return skipped("it was done before")
	case place != mark.Nothing:
		return drifted("%s holds somebody else's reference", s.desk.place)
	}
	_, err := s.patch(ctx, "marker", nil, a.After)
	return err
}

// drift returns what has changed in the ticket since the plan was made, as far
// as it matters for the action; "" if nothing has.
func drift(a reconcile.Action, t *connectwise.Ticket) string {
	status := text.Line(t.Status.Name)
	moved := status != text.Line(a.Status)
	switch {
	case t.MergedParentTicket.ID != 0:
		return "it was merged into ticket " + lookup.ID(t.MergedParentTicket.ID)
	case moved && (a.Kind == reconcile.Reopen || a.Kind == reconcile.Close):
		return fmt.Sprintf("its status was %q and is %q", a.Status, status)
	case moved && a.Kind == reconcile.Update && t.ClosedFlag:
		return fmt.Sprintf("it was closed (status %q)", status)
	}
	edited := load.Edited(t, a.Before.Digests)
	now := map[string]string{reconcile.FieldSummary: text.Line(t.Summary), reconcile.FieldCompany: lookup.ID(t.Company.ID)}
	for _, c := range a.Changes {
		// What stood there when the plan was made (the older tool's text) may be replaced.
		if slices.Contains(edited, c.Field) && now[c.Field] != c.Old {
			return "somebody changed its " + c.Field
		}
	}
	return ""
}

// patch sends fields and mark in one PATCH, and checks that the server kept the
// marker. It sends the PATCH only once; to repeat it, the ticket must be read
// again.
func (s *step) patch(ctx context.Context, write string, writes []fields.Write, m mark.Mark) (made *connectwise.Ticket, err error) { //nolint:contextcheck // the turn's context is made from the run's
	d, t, at := s.desk, s.ticket, s.desk.place
	marker, err := m.Format()
	if err != nil {
		return nil, err
	}
	op, err := at.Op(t, marker)
	if err != nil {
		return nil, fmt.Errorf("desk: %w", err)
	}
	ops := []connectwise.Op{d.silence()}
	var log []LogField
	for _, w := range writes {
		ops = append(ops, connectwise.Set(w.Path, w.Value))
		log = append(log, LogField{w.Path, w.Old, w.New})
	}
	ops, log = append(ops, op), append(log, LogField{at.Member(), at.Text(t), marker})
	once, err := d.client.With(connectwise.WithRetry(connectwise.Retry{Attempts: 1}))
	if err != nil {
		return nil, fmt.Errorf("desk: %w", err)
	}
	if s.turn != nil {
		ctx, s.turn = s.turn, nil
	}
	err = s.logged(ctx, write, log, func(ctx context.Context) (int64, error) {
		if made, err = once.Service.Tickets.Patch(ctx, t.ID, ops...); err != nil {
			return t.ID, err
		}
		// The next write needs the current values.
		t.ExternalXRef, t.CustomFields, t.Status = made.ExternalXRef, made.CustomFields, made.Status
		if err := at.Kept(made, marker); err != nil {
			return t.ID, fmt.Errorf("desk: %w", err)
		}
		return t.ID, nil
	})
	if answers.ForNow(err) {
		err = forNow{err}
	}
	return made, err
}

// forNow is the error of a PATCH that may be repeated.
type forNow struct{ error }

func (e forNow) Unwrap() error { return e.error }

// writes returns the fields, without the marker, that the action writes to a
// ticket of the board, and the mark that goes with them.
func (d *Desk) writes(a reconcile.Action, t *connectwise.Ticket, b *boards.Board) ([]fields.Write, mark.Mark, error) {
	after := a.After
	after.Digests.Priority = a.Before.Digests.Priority
	var writes []fields.Write
	for _, c := range a.Changes {
		switch c.Field {
		case reconcile.FieldSummary:
			writes = append(writes, fields.Write{Path: "summary", Old: t.Summary, New: c.New, Value: c.New})
		case reconcile.FieldCompany:
			company, err := lookup.Company(c.New)
			if err != nil {
				return nil, after, err
			}
			writes = append(writes, fields.Write{Path: "company", Old: lookup.ID(t.Company.ID), New: c.New, Value: connectwise.ByID(company)})
		}
	}
	if a.Issue != nil && (a.Kind == reconcile.Update || a.Kind == reconcile.Reopen) {
		raised, digest := d.priorities.Raise(d.urgency(a.Issue), t, after.Digests.Priority)
		writes, after.Digests.Priority = append(writes, raised...), digest
	}
	var status int64
	switch {
	case a.Kind == reconcile.Reopen:
		status = b.Fresh
	case a.Closes():
		status = b.Closed
	case a.Kind == reconcile.Close && b.Verify != 0: // else it gets the note alone
		status = b.Verify
	default:
		return writes, after, nil
	}
	if status == 0 {
		return nil, after, fmt.Errorf("desk: board %q has no status for %s", t.Board.Name, a.Kind)
	}
	return append(writes, fields.Write{Path: "status", Old: t.Status.Name, New: b.NameOf(status), Value: connectwise.ByID(status)}), after, nil
}

// sameMark reports whether two marks are equal, apart from what the desk itself
// sets: the priority, and whether a note is pending.
func sameMark(a, b mark.Mark) bool {
	for _, m := range []*mark.Mark{&a, &b} {
		m.NotePending = false
		m.Digests.Priority = ""
		m.Written, m.AbsentSince = whole(m.Written), whole(m.AbsentSince)
		m.Reopens = min(m.Reopens, mark.MaxReopens)
	}
	return a == b
}

func whole(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.Unix(t.Unix(), 0).UTC()
}
