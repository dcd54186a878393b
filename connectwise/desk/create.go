package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/answers"
	"github.com/covedesk/covedesk/connectwise/desk/internal/fields"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/connectwise/desk/internal/memory"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// silence returns the op that stops a write from sending e-mail, or allows it
// if Config.Mail is set.
func (d *Desk) silence() connectwise.Op {
	return connectwise.Set("processNotifications", d.config.Mail)
}

// creation returns the ops that stop a new ticket from sending e-mail, now and
// on later changes by people.
func (d *Desk) creation() []connectwise.Op {
	ops := []connectwise.Op{d.silence()}
	if !d.config.Mail {
		for _, flag := range []string{"automaticEmailContactFlag", "automaticEmailResourceFlag", "automaticEmailCcFlag"} {
			ops = append(ops, connectwise.Set(flag, false))
		}
	}
	return ops
}

// create creates the ticket with one request that holds marker and text, so the
// ticket never exists without its marker. The argument last is a last line for
// the text.
func (s *step) create(ctx context.Context, last string) error {
	d, a := s.desk, s.action
	if err := cmp.Or(s.markerLost(), s.lookUp); err != nil {
		return err
	}
	if id, ok := s.exists[a.KeyID]; ok {
		s.result.Ticket = id
		return skipped("ticket %d exists already", id)
	}
	if a.Issue == nil {
		return errors.New("desk: a create without an issue")
	}
	to := d.routeOf(a.Issue, a.Issue.Severity)
	if to.NoTicket {
		return skipped("a route of the configuration says that there is no ticket for it")
	}
	urgency := d.urgency(a.Issue)
	s.action.After.Digests.Priority = urgency.Digest()
	if err := s.compose(ctx); err != nil {
		return err
	}
	files := s.shorten(a.ID)
	if last != "" {
		s.text.Internal = strings.TrimSpace(s.text.Internal) + "\n\n" + last
	}
	ticket, ops, fields, err := s.newTicket(ctx, to, urgency)
	if err != nil {
		return err
	}
	if err := s.post(ctx, ticket, ops, fields); err != nil {
		return err
	}
	s.configure(ctx)
	s.attach(ctx, files)
	return nil
}

// newTicket returns the ticket to send, and its fields for the log.
func (s *step) newTicket(ctx context.Context, to route, u fields.Urgency) (t *connectwise.Ticket, ops []connectwise.Op, log []LogField, err error) {
	d, a := s.desk, s.action
	company, err := lookup.Company(a.Issue.Company)
	if err != nil {
		return nil, nil, nil, err
	}
	marker, err := a.After.Format()
	if err != nil {
		return nil, nil, nil, err
	}
	status := cmp.Or(to.status, to.board.Fresh)
	ours := connectwise.Ticket{
		Summary: a.Summary, Board: connectwise.ByID(to.board.Ref.ID), Status: to.board.StatusRef(status),
		Company: connectwise.ByID(company), InitialInternalAnalysis: s.text.Internal,
	}
	ours.Priority = u.Ref()
	if d.discusses(a.Issue) {
		ours.InitialDescription = s.text.Discussion
	}
	ticket := ours
	if d.config.Prepare != nil {
		if err := d.config.Prepare(ctx, a, &ticket); err != nil {
			return nil, nil, nil, fmt.Errorf("desk: prepare: %w", err)
		}
		ticket.Summary, ticket.Company, ticket.Board, ticket.Status, ticket.Priority = ours.Summary, ours.Company, ours.Board, ours.Status, ours.Priority
	}
	ops, set, left := fields.Set(d.client, &ticket, a, to.board, slices.Concat(d.fields, to.fields))
	s.degraded(left)
	for _, w := range set {
		log = append(log, LogField{Name: w.Path, New: w.New})
	}
	ops = slices.Concat(d.creation(), ops, u.Ops())
	d.place.Put(&ticket, marker)
	return &ticket, ops, append([]LogField{
		{Name: "summary", New: a.Summary},
		{Name: "board", New: to.board.Ref.Name},
		{Name: "status", New: to.board.NameOf(status)},
		{Name: "company", New: a.Issue.Company},
		{Name: "priority", New: d.priorities.Name(u)},
		{Name: d.place.Member(), New: marker},
	}, log...), nil
}

// post creates the ticket. It makes sure that the ticket keeps its marker, and
// that the marker matches the summary that the server stored.
func (s *step) post(ctx context.Context, ticket *connectwise.Ticket, ops []connectwise.Op, fields []LogField) error {
	d, a := s.desk, s.action
	err := s.logged(ctx, "create", fields, func(ctx context.Context) (id int64, err error) {
		made, err := d.client.Service.Tickets.Create(ctx, ticket, ops...)
		if err == nil {
			s.ticket, s.result.Ticket, s.result.board = made, made.ID, made.Board.Name
		}
		return s.result.Ticket, err
	})
	if err != nil {
		return err
	}
	if d.place.Kept(s.ticket, d.place.Text(ticket)) != nil {
		if err := s.insist(ctx, ticket.Summary, d.place.Text(ticket)); err != nil {
			return err
		}
	}
	if kept := text.Line(s.ticket.Summary); kept != a.Summary {
		// Otherwise a change by the server would count as a person's edit.
		a.After.Digests = a.After.Digests.Wrote(stateText(a.Issue), a.Summary, kept)
		if err := s.markNew(ctx, a.After); err != nil {
			s.degraded(fmt.Errorf("desk: ticket %d: the server changed the summary, and the marker does not know: %w", s.result.Ticket, err))
		}
	}
	return nil
}

// insist writes the marker to a new ticket whose answer lacked it. It first
// reads the ticket, because the answer may have been about another one.
func (s *step) insist(ctx context.Context, summary, marker string) error {
	d := s.desk
	s.ticket = nil
	err := s.read(ctx)
	switch {
	case answers.Gone(err) || err == nil && (!d.writers.Us(s.ticket.Info.EnteredBy) || text.Line(s.ticket.Summary) != text.Line(summary) && d.place.Text(s.ticket) != marker):
		return fmt.Errorf("desk: the answer to the creation names ticket %d, which is not the new one: %w", s.result.Ticket, connectwise.ErrOutcomeUnknown)
	case err != nil:
		return err
	case d.place.Kept(s.ticket, marker) == nil:
		return nil
	}
	if err := s.markNew(ctx, s.action.After); err == nil || answers.ForNow(err) {
		return err
	}
	s.ticket = nil
	if err := s.read(ctx); err != nil {
		return err
	}
	lost := d.place.Kept(s.ticket, marker)
	if lost == nil {
		return nil
	}
	// Every later run would create this ticket again, and all others too.
	err = fmt.Errorf("desk: ticket %d was made but %w; no more are made", s.result.Ticket, lost)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unkept = err
	s.stops = append(s.stops, memory.NewStop(memory.MarkerNotKept, err.Error()+". Find out what empties the field, then acknowledge", d.Now(), d.owner, d.place.String()))
	return err
}

// markNew writes the marker of a new ticket again.
func (s *step) markNew(ctx context.Context, m mark.Mark) error {
	return s.retry(ctx, func(ctx context.Context) error {
		err := s.reserve(ctx)
		if err == nil {
			_, err = s.patch(ctx, "marker", nil, m)
		}
		return err
	})
}

// markerLost returns why no more tickets are created, nil if they are.
func (r *run) markerLost() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.unkept
}

// instead creates a new ticket for a problem whose ticket the server refuses to
// reopen. Its text names the old ticket. The look-up before creates is done as
// for every new ticket.
func (s *step) instead(ctx context.Context, refusal error) error {
	old := s.action.Ticket
	if s.action.Issue == nil {
		return refusal
	}
	a := s.action
	a.Kind, a.Ticket, a.Note, a.Changes, a.Edited = reconcile.Create, 0, false, nil, nil
	a.Related = append([]int64{old}, slices.DeleteFunc(slices.Clone(a.Related), func(id int64) bool { return id == old })...)
	a.Before = mark.Mark{}
	a.After.Reopens, a.After.AbsentSince, a.After.NotePending = 0, a.Before.AbsentSince, false
	a.After.Digests = mark.Digests{
		Summary: mark.DigestOf(a.Summary), Company: mark.DigestOf(a.Issue.Company), State: mark.DigestOf(a.Issue.State),
	}
	a.ID = a.After.NoteID(0)
	s.look(ctx)
	s.action, s.ticket, s.result = a, nil, Result{Action: a}
	err := s.create(ctx, fmt.Sprintf("This ticket stands in for ticket %d, which could not be reopened.", old))
	switch outcome := s.end(err).Outcome; outcome {
	case Done:
		s.result.Why = fmt.Sprintf("ticket %d could not be reopened (%v), so a new one was made", old, refusal)
	case Failed:
		err = errors.Join(fmt.Errorf("desk: ticket %d could not be reopened: %w", old, refusal), err)
	}
	return err
}
