package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// noteKinds are the notes an action may have: internal analysis, and the
// discussion that the customer can read. The one customers see goes first, so
// that the internal one, when it is there, stands for both.
var noteKinds = [...]struct{ discussion bool }{{true}, {false}}

// note writes the notes that belong to the mark, except those that are there
// already, and then says in the marker that none is missing.
func (r *run) note(ctx context.Context, result Result, t *connectwise.Ticket, m mark.Mark, text reconcile.Text, there map[string]bool) Result {
	id := m.NoteID(t.ID)
	text, files := r.desk.shorten(text, id)
	for _, kind := range noteKinds {
		body, ref := text.Internal, noteRef(id, kind.discussion)
		if kind.discussion {
			body = text.Discussion
		}
		if there[ref] || kind.discussion && (!r.desk.discusses(result.Action.Issue) || body == "") {
			continue
		}
		note := &connectwise.TicketNote{
			Text:                  noteText(body, ref),
			DetailDescriptionFlag: kind.discussion,
			InternalAnalysisFlag:  !kind.discussion,
			ResolutionFlag:        !kind.discussion && r.desk.config.ResolutionNote && closes(result.Action),
		}
		err := r.logged(ctx, result.Action, "note", t.ID, []LogField{{Name: "ref", New: ref}}, func(ctx context.Context) (int64, error) {
			made, err := r.desk.client.Service.Tickets.Notes(t.ID).Create(ctx, note, r.desk.silence())
			if err == nil && !isNoteOf(made.Text, ref) {
				err = fmt.Errorf("desk: the answer to a note is not about that note: %w", connectwise.ErrOutcomeUnknown)
			}
			return t.ID, err
		})
		if err != nil {
			return fail(result, err)
		}
	}
	if result = r.noted(ctx, result, t, m); result.Outcome != Done {
		return result
	}
	return r.attach(ctx, result, files)
}

// retryBase is how long may be waited between a read and a write that goes by it.
const retryBase = 500 * time.Millisecond

// noted says in the marker that no note is missing.
func (r *run) noted(ctx context.Context, result Result, t *connectwise.Ticket, m mark.Mark) Result {
	m.NotePending = false
	for attempt := 1; ; attempt++ {
		asked := time.Now()
		turn, err := r.desk.client.Reserve(ctx)
		// Custom fields go all at once, with what people have put there.
		if err == nil && (attempt > 1 || r.desk.place.field != 0 && time.Since(asked) > retryBase) {
			was := r.desk.place.text(t)
			if t, err = r.desk.client.Service.Tickets.Get(ctx, t.ID); err == nil && r.desk.place.text(t) != was {
				return drifted(result, "its marker was written while its note was")
			}
		}
		if err == nil {
			_, err = r.patch(turn, result.Action, "marker", t, nil, m)
		}
		if err == nil {
			result.Outcome = Done
			return result
		}
		if attempt == changeAttempts || t == nil || !isForNow(err) || !waitFor(ctx, err, attempt) {
			return fail(result, err)
		}
	}
}

// closes reports whether the action ends its ticket.
func closes(a reconcile.Action) bool {
	return a.Kind == reconcile.Close && a.Recovery == reconcile.RecoveryClose
}

// finish settles a ticket whose marker says that its last note may be missing:
// the ticket's notes are read, and the note is written only when none of them
// is it. A note that was written less than Settle ago may not show yet, so such
// a ticket is left for a later run.
func (r *run) finish(ctx context.Context, result Result, t *connectwise.Ticket, m mark.Mark, a reconcile.Action) Result {
	d := r.desk
	id := m.NoteID(t.ID)
	there := map[string]bool{}
	for n, err := range d.client.Service.Tickets.Notes(t.ID).List(ctx, &connectwise.ListOptions{Fields: []string{"id", "text"}}) {
		if err != nil {
			return fail(result, err)
		}
		for _, kind := range noteKinds {
			if ref := noteRef(id, kind.discussion); isNoteOf(n.Text, ref) {
				there[ref] = true
			}
		}
	}
	if there[noteRef(id, false)] {
		return r.noted(ctx, result, t, m)
	}
	if until := t.Info.LastUpdated.Add(d.config.Settle); d.now().Before(until) {
		result.Outcome = Skipped
		result.Why = "a note written just now may not show yet; a run after " + until.UTC().Format(time.RFC3339) + " settles it"
		return result
	}
	text, degraded, err := r.text(ctx, a)
	if err != nil {
		return fail(result, err)
	}
	result.Degraded = degraded
	return r.note(ctx, result, t, m, text, there)
}

// settleTicket settles a ticket that the plan does not write to; ok is false
// when there was nothing to settle.
func (r *run) settleTicket(ctx context.Context, id int64) (result Result, ok bool) {
	d := r.desk
	result = Result{Action: reconcile.Action{Kind: reconcile.Update, Ticket: id, Note: true}, Ticket: id}
	t, err := d.client.Service.Tickets.Get(ctx, id)
	if err != nil {
		return fail(result, err), true
	}
	m, err := mark.Parse(d.place.text(t))
	if err != nil || m.Owner != d.owner || !m.NotePending {
		return result, false
	}
	var about reconcile.Action
	for _, a := range r.plan.Actions {
		if a.Ticket == id {
			about = a
		}
	}
	result.Action = earlier(about, id, m)
	return r.finish(ctx, result, t, m, result.Action), true
}

// earlier is the action whose note is missing, as far as the marker and what is
// planned for the ticket now still tell: the marker says what was done, the
// plan what the problem is.
func earlier(now reconcile.Action, ticket int64, m mark.Mark) reconcile.Action {
	a := reconcile.Action{
		ID:      m.NoteID(ticket),
		Kind:    reconcile.Update,
		Key:     now.Key,
		KeyID:   m.Key,
		Ticket:  ticket,
		Issue:   now.Issue,
		Summary: now.Summary,
		Before:  m,
		After:   m,
		Note:    true,
		Code:    now.Code,
		Cause:   now.Cause,
		Since:   now.Since,
	}
	if m.State == mark.Closed {
		a.Kind, a.Recovery, a.Issue = reconcile.Close, reconcile.RecoveryClose, nil
	}
	a.After.NotePending = false
	return a
}

func whole(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.Unix(t.Unix(), 0).UTC()
}
