package desk

import (
	"context"
	"errors"
	"fmt"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/answers"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// step is one action that is being carried out.
type step struct {
	*run
	action  reconcile.Action
	ticket  *connectwise.Ticket // as it was read or written last; nil: must be read
	turn    context.Context     // context with which the next PATCH is sent without waiting
	text    reconcile.Text
	settled bool // the note of an earlier action was settled
	result  Result
}

func (r *run) step(a reconcile.Action) *step {
	return &step{run: r, action: a, result: Result{Action: a, Ticket: a.Ticket}}
}

// ending is the end of an action that was neither done nor failed.
type ending struct {
	outcome Outcome
	why     string
}

func (e *ending) Error() string { return e.why }

func skipped(format string, args ...any) error { return &ending{Skipped, fmt.Sprintf(format, args...)} }
func drifted(format string, args ...any) error { return &ending{Drifted, fmt.Sprintf(format, args...)} }

// do carries out one action.
func (r *run) do(ctx context.Context, a reconcile.Action) Result {
	s := r.step(a)
	switch broken := r.breaker.Broken(); {
	case ctx.Err() != nil:
		return s.end(skipped("the run was ended before it"))
	case broken != nil:
		return s.end(skipped("%s", text.Show(broken.Error(), 500)))
	case a.Kind == reconcile.Create:
		return s.end(s.create(ctx, ""))
	}
	return s.end(s.change(ctx))
}

// end returns the result of the action.
func (s *step) end(err error) Result {
	var e *ending
	switch {
	case err == nil:
		s.result.Outcome, s.result.Status = Done, s.ticket.Status.Name
	case errors.As(err, &e):
		s.result.Outcome, s.result.Why = e.outcome, e.why
	case errors.Is(err, connectwise.ErrOutcomeUnknown):
		s.result.Outcome, s.result.Err = Unknown, err
	case answers.Gone(err):
		s.result.Outcome, s.result.Why = Drifted, "the ticket does not exist any more"
	default:
		s.result.Outcome, s.result.Err = Failed, err
	}
	return s.result
}

// degraded records which part of the action is missing or was replaced.
func (s *step) degraded(err error) { s.result.Degraded = errors.Join(s.result.Degraded, err) }

// read reads the action's ticket, unless it was just read.
func (s *step) read(ctx context.Context) (err error) {
	if s.ticket == nil {
		s.ticket, err = s.desk.client.Service.Tickets.Get(ctx, s.result.Ticket)
	}
	return err
}

// compose makes the text that the action writes. A panic of the composer is an
// error and stops the action, because then its view of the problem may be
// wrong, too.
func (s *step) compose(ctx context.Context) (err error) {
	if s.text != (reconcile.Text{}) {
		return nil
	}
	s.text = s.action.Text()
	if s.run.compose == nil {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("desk: the composer panicked: %v", p)
		}
	}()
	words, degraded := s.run.compose(ctx, s.action)
	if degraded == nil && words.Internal == "" {
		degraded = errors.New("desk: the composed text is empty")
	}
	if degraded != nil {
		s.degraded(degraded)
		return nil
	}
	s.text = words
	return nil
}

// logged sends one write to a ticket, with its two log entries. The write
// returns the ticket's id.
func (s *step) logged(ctx context.Context, write string, fields []LogField, send func(context.Context) (int64, error)) error {
	a := s.action
	e := LogEntry{Write: write, Ticket: s.result.Ticket, Plan: s.plan.Digest, Action: a.ID, Kind: a.Kind, Key: a.KeyID, Reason: a.Reason(), Fields: fields}
	return s.desk.Logged(ctx, e, func(ctx context.Context, e *LogEntry) error {
		id, err := send(ctx)
		if id != 0 {
			e.Ticket = id
		}
		return err
	})
}
