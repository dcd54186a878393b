package desk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/answers"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// notePrefix begins the last line of every note that the desk writes. The line
// names the note's action, so that a later run can see whether an interrupted
// run wrote the note.
const notePrefix = "ref cdk1-"

// noteKinds are the notes that an action may have: in the discussion, which the
// customer can read, and in the internal analysis. The discussion note is
// written first, so if the internal note exists, both do.
var noteKinds = [...]struct{ discussion bool }{{true}, {false}}

// noteRef returns the last line of an action's note. Internal and discussion
// notes have different lines, so that each can be found.
func noteRef(actionID string, discussion bool) string {
	if discussion {
		return notePrefix + actionID + "-d"
	}
	return notePrefix + actionID
}

// isNoteOf reports whether text is the note with this last line. Only the last
// line counts, because a technician may quote a note in another one.
func isNoteOf(text, ref string) bool {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1]) == ref
}

// note writes the notes that belong to the mark, except existing ones, and then
// records in the marker that none is missing.
func (s *step) note(ctx context.Context, m mark.Mark, there map[string]bool) error {
	d, id := s.desk, m.NoteID(s.ticket.ID)
	files := s.shorten(id)
	for _, kind := range noteKinds {
		body, ref := s.text.Internal, noteRef(id, kind.discussion)
		if kind.discussion {
			body = s.text.Discussion
		}
		if there[ref] || kind.discussion && (!d.discusses(s.action.Issue) || body == "") {
			continue
		}
		note := &connectwise.TicketNote{
			Text:                  strings.TrimSpace(strings.TrimSpace(body) + "\n\n" + ref),
			DetailDescriptionFlag: kind.discussion,
			InternalAnalysisFlag:  !kind.discussion,
			ResolutionFlag:        !kind.discussion && d.config.ResolutionNote && s.action.Closes(),
		}
		err := s.logged(ctx, "note", []LogField{{Name: "ref", New: ref}}, func(ctx context.Context) (int64, error) {
			made, err := d.client.Service.Tickets.Notes(s.ticket.ID).Create(ctx, note, d.silence())
			if err == nil && !isNoteOf(made.Text, ref) {
				err = fmt.Errorf("desk: the answer to a note is not about that note: %w", connectwise.ErrOutcomeUnknown)
			}
			return s.ticket.ID, err
		})
		if err != nil {
			return err
		}
	}
	if err := s.noted(ctx, m); err != nil {
		return err
	}
	s.attach(ctx, files)
	return nil
}

// noted records in the marker that no note is missing.
func (s *step) noted(ctx context.Context, m mark.Mark) error {
	was := s.desk.place.Text(s.ticket)
	m.NotePending = false
	return s.retry(ctx, func(ctx context.Context) (err error) {
		asked := time.Now()
		if s.turn, err = s.desk.client.Reserve(ctx); err != nil {
			return err
		}
		// Custom fields are written all at once, so read again what people have
		// written there.
		if s.desk.place.Field != 0 && time.Since(asked) > answers.Base {
			s.ticket = nil
		}
		if err := s.read(ctx); err != nil {
			return err
		}
		if s.desk.place.Text(s.ticket) != was {
			return drifted("its marker was written while its note was")
		}
		_, err = s.patch(ctx, "marker", nil, m)
		return err
	})
}

// finish settles a ticket whose marker says that its last note, that of the
// action, may be missing. It reads the ticket's notes and writes the note only
// if it is not among them. A note that was written less than Settle ago may not
// appear yet, so such a ticket waits for a later run.
func (s *step) finish(ctx context.Context, m mark.Mark) error {
	d, id := s.desk, m.NoteID(s.ticket.ID)
	there := map[string]bool{}
	for n, err := range d.client.Service.Tickets.Notes(s.ticket.ID).List(ctx, &connectwise.ListOptions{Fields: []string{"id", "text"}}) {
		if err != nil {
			return err
		}
		for _, kind := range noteKinds {
			if ref := noteRef(id, kind.discussion); isNoteOf(n.Text, ref) {
				there[ref] = true
			}
		}
	}
	if there[noteRef(id, false)] {
		return s.noted(ctx, m)
	}
	if until := s.ticket.Info.LastUpdated.Add(d.config.Settle); d.Now().Before(until) {
		return skipped("a note written just now may not show yet; a run after %s settles it", until.UTC().Format(time.RFC3339))
	}
	if err := s.compose(ctx); err != nil {
		return err
	}
	return s.note(ctx, m, there)
}

// missing returns the earlier actions whose notes may be missing in tickets
// that no action of the plan writes to. Tickets that an action writes to are
// settled by that action.
func (r *run) missing(actions []reconcile.Action, pending map[int64]mark.Mark) (earliest []reconcile.Action) {
	about := map[int64]reconcile.Action{}
	for _, a := range r.plan.Actions {
		about[a.Ticket] = a
	}
	for _, id := range slices.Sorted(maps.Keys(pending)) {
		if !slices.ContainsFunc(actions, func(a reconcile.Action) bool { return a.Ticket == id }) {
			earliest = append(earliest, earlier(about[id], id, pending[id]))
		}
	}
	return earliest
}

// earlier reconstructs the action whose note is missing. The marker says what
// was done, and the current plan says what the problem is.
func earlier(now reconcile.Action, ticket int64, m mark.Mark) reconcile.Action {
	a := reconcile.Action{
		ID: m.NoteID(ticket), Kind: reconcile.Update, Key: now.Key, KeyID: m.Key, Ticket: ticket, Issue: now.Issue, Summary: now.Summary,
		Before: m, After: m, Note: true, Code: now.Code, Cause: now.Cause, Since: now.Since,
	}
	if m.State == mark.Closed {
		a.Kind, a.Recovery, a.Issue = reconcile.Close, reconcile.RecoveryClose, nil
	}
	a.After.NotePending = false
	return a
}
