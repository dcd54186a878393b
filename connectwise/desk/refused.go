package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// isRefusal reports whether the server has answered that it will not carry the
// write out, so that nothing of it is done. An answer that is not the API's,
// such as a proxy's page, is no refusal of the server's.
func isRefusal(err error) bool {
	var answer *connectwise.Error
	if !errors.As(err, &answer) || answer.Status == 0 || answer.Code == "" || errors.Is(err, connectwise.ErrOutcomeUnknown) {
		return false
	}
	return errors.Is(err, connectwise.ErrInvalid) || errors.Is(err, connectwise.ErrForbidden) || errors.Is(err, connectwise.ErrConflict)
}

// instead makes a new ticket for a problem whose ticket the server refuses to
// reopen. Its text names the old one, and the look-up before creates comes
// before it, as for every new ticket.
func (r *run) instead(ctx context.Context, a reconcile.Action, refusal error) Result {
	old := a.Ticket
	if a.Issue == nil {
		return fail(Result{Action: a, Ticket: old}, refusal)
	}
	create := a
	create.Kind, create.Ticket, create.Note, create.Changes, create.Edited = reconcile.Create, 0, false, nil, nil
	create.Related = append([]int64{old}, slices.DeleteFunc(slices.Clone(a.Related), func(id int64) bool { return id == old })...)
	create.Before = mark.Mark{}
	create.After.Reopens, create.After.AbsentSince, create.After.NotePending = 0, create.Before.AbsentSince, false
	create.After.Digests = mark.Digests{
		Summary: mark.DigestOf(a.Summary), Company: mark.DigestOf(a.Issue.Company), State: mark.DigestOf(a.Issue.State),
	}
	create.ID = create.After.NoteID(0)
	r.look(ctx)
	result := r.createFor(ctx, create, fmt.Sprintf("This ticket stands in for ticket %d, which could not be reopened.", old))
	switch result.Outcome {
	case Done:
		result.Why = fmt.Sprintf("ticket %d could not be reopened (%v), so a new one was made", old, refusal)
	case Failed:
		result.Err = errors.Join(fmt.Errorf("desk: ticket %d could not be reopened: %w", old, refusal), result.Err)
	}
	return result
}
