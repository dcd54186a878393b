package reconcile

import (
	"cmp"
	"slices"
	"time"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// decide finds the action for one key. A key that needs no action keeps an
// empty kind.
func (d *differ) decide(s *subject) {
	a := d.begin(s)
	switch t := s.last; {
	case d.special(a, s):
	case s.ours != nil:
		d.about(a, s, s.ours)
		d.decideOpen(a, s)
		d.deduplicate(a, s)
	case t != nil && t.doing == DoingToolClosed:
		d.takeBack(a, s, t)
	case s.issue != nil && t == nil:
		d.create(a, s, CodeNew)
	case s.issue != nil && (t.doing == DoingClosed || t.Mark.Digests.State == mark.Recovered || s.issue.Since.After(t.closedAt())):
		d.recur(a, s, t)
	case s.issue != nil:
		d.lasting(a, s, t)
	case t != nil && d.snoozes(t) && d.ended(a, s, t):
	case s.suppressed != nil:
		d.about(a, s, t)
		keep(a, CodeSuppressed)
		a.Cause = s.suppressed.Reason
	}
	d.maintain(a)
}

// special decides the cases that neither problem nor policy decides: evidence
// that contradicts itself, and tickets that are not simply ours.
func (d *differ) special(a *Action, s *subject) bool {
	t := s.other()
	switch {
	case s.tool != nil:
		d.about(a, s, s.tool)
		hold(a, CodeOlderTool, "")
		return true
	case s.clash:
		d.about(a, s, cmp.Or(s.ours, t))
		hold(a, CodeContradictory, "")
		return true
	case s.ours != nil || t == nil:
		return false
	}
	d.about(a, s, t)
	switch t.doing {
	case DoingLost:
		d.takeBack(a, s, t)
	case DoingAdoptable:
		d.adopt(a, s, t)
	case DoingMerged:
		if s.storm || !d.ended(a, s, t) {
			keep(a, CodeMerged)
		}
	case DoingProject:
		keep(a, CodeProject)
	default:
		hold(a, map[int]string{DoingForeign: CodeForeign, DoingCopy: CodeCopy, DoingRecognised: CodeRecognised}[t.doing], "")
		if s.issue != nil {
			a.Would = Create
		}
	}
	return true
}

// begin starts the key's action with what is known of the key.
func (d *differ) begin(s *subject) *Action {
	s.action = Action{Key: s.key, KeyID: s.id}
	if s.issue != nil && !s.clash { // which of several issues is right would be a guess
		s.action.Issue, s.action.Summary = s.issue, s.issue.Summary
	}
	return &s.action
}

// about makes the action be about the ticket; nil changes nothing.
func (d *differ) about(a *Action, s *subject, t *ticket) {
	if t == nil {
		return
	}
	a.Ticket, a.Before, a.After = t.ID, t.Mark, t.Mark
	a.Stage, a.Status, a.Edited = t.Stage, t.Status, t.persons()
	if a.Issue == nil {
		a.Summary = text.Line(t.Summary)
	}
	a.Related = nil
	for _, other := range s.tickets {
		if other != t && other.Open && other.MergedInto == 0 {
			a.Related = append(a.Related, other.ID)
		}
	}
}

func keep(a *Action, code string) { a.Kind, a.Code, a.After = Keep, code, a.Before }

func hold(a *Action, code string, would ActionKind) {
	a.Kind, a.Code, a.Would = Hold, code, would
	a.Changes, a.Recovery, a.Note, a.After = nil, RecoveryNone, false, a.Before
}

// markOnly makes the action write a.After, which the caller has already
// changed.
func markOnly(a *Action, code string) {
	a.Kind, a.Code = MarkOnly, code
	a.After.NotePending = false
}

// written completes an action that writes about the problem.
func (d *differ) written(a *Action, kind ActionKind, code string) {
	a.Kind, a.Code, a.Note = kind, code, true
	a.After.NotePending = false
	a.After.AbsentSince = time.Time{}
	a.After.Written = d.at
}

// recur decides when a problem is back, or new, after its last ticket was
// closed.
func (d *differ) recur(a *Action, s *subject, t *ticket) {
	closed, within := t.closedAt(), d.policy.ReopenWithin
	a.Since = closed
	if within <= 0 || d.at.Sub(closed).Abs() > within || !t.marked() || t.MergedInto != 0 || t.OtherBoard {
		d.create(a, s, CodeRecurred)
		return
	}
	d.about(a, s, t)
	if !d.withheld(a, s, Reopen) {
		d.reopen(a, s, t, CodeAgain)
	}
}

// lasting decides when a person closed the last ticket and the problem never
// went away.
func (d *differ) lasting(a *Action, s *subject, t *ticket) {
	a.Since = t.closedAt()
	graver := t.marked() && s.issue.Severity > t.Mark.Severity
	switch {
	case t.Silenced:
		d.about(a, s, t)
		hold(a, CodeSilenced, Create)
	case !graver && within(d.at, a.Since, d.policy.Snooze):
		d.about(a, s, t)
		d.snooze(a, Create, a.Since)
	default:
		d.create(a, s, CodeLasting)
	}
}

// snoozes reports whether a person closed the ticket and the silence still
// runs.
func (d *differ) snoozes(t *ticket) bool {
	return t.doing != DoingClosed && within(d.at, t.closedAt(), d.policy.Snooze) && t.Mark.Digests.State != mark.Recovered
}

// ended records in the marker that the problem is over, when a person has
// closed or merged its ticket. The next failure is then a new problem.
func (d *differ) ended(a *Action, s *subject, t *ticket) bool {
	if t.Place != mark.Ours || t.Mark.Digests.State == mark.Recovered {
		return false
	}
	code := CodeRecovered
	if s.healthy == nil {
		code, _ = d.absent(t.Mark.Source, t.Mark.Customer, s.known.AbsentSince)
		if s.named() || code != CodeOver && code != CodeGone {
			return false
		}
	}
	s.over = true
	d.about(a, s, t)
	a.After.Digests.State = mark.Recovered
	markOnly(a, code)
	return true
}

// create makes a new ticket the action, or says why there is none.
func (d *differ) create(a *Action, s *subject, code string) {
	slices.SortStableFunc(s.closed, func(a, b *ticket) int { return a.closedAt().Compare(b.closedAt()) })
	for _, t := range slices.Backward(s.closed) {
		if within(d.at, t.closedAt(), d.policy.CorrelateWithin) || t == s.last {
			a.Related = append(a.Related, t.ID)
		}
	}
	is := s.issue
	if is.Company == "" {
		hold(a, CodeUnmatched, Create)
		a.Cause = is.CompanyReason
		return
	}
	if d.withheld(a, s, Create) {
		return
	}
	a.Kind, a.Code = Create, code
	a.After = mark.Mark{Owner: d.board.Owner, Key: s.id, Written: d.at}
	a.After.Digests.Summary, a.After.Digests.Company = mark.DigestOf(is.Summary), mark.DigestOf(is.Company)
	d.stamp(a, s)
}

// withheld holds a create or reopen that must wait, and reports whether it did.
func (d *differ) withheld(a *Action, s *subject, would ActionKind) bool {
	since := s.issue.Since
	switch {
	case d.board.Partial:
		hold(a, CodeBoardPartial, would)
	case d.board.Stopped != "":
		hold(a, CodeStopped, would)
		a.Cause = d.board.Stopped
	case would == Create && slices.Contains(d.board.Creating, s.id):
		hold(a, CodeCreating, would)
	case !since.IsZero() && within(d.at, since, d.policy.OpenAfter):
		hold(a, CodeTooFresh, would)
		a.Since, a.Until = since, since.Add(d.policy.OpenAfter)
	default:
		return false
	}
	return true
}

func (d *differ) snooze(a *Action, would ActionKind, closed time.Time) {
	hold(a, CodeSnoozed, would)
	a.Since, a.Until = closed, closed.Add(d.policy.Snooze)
}

func (d *differ) reopen(a *Action, s *subject, t *ticket, code string) {
	a.Changes = d.changes(a, s, t)
	d.stamp(a, s)
	a.After.Reopens = min(max(a.Before.Reopens, 0)+1, mark.MaxReopens)
	d.written(a, Reopen, code)
}

// place sets a mark's feed and customer to those of the key.
func (d *differ) place(s *subject, m *mark.Mark) {
	m.Source, m.Customer = mark.SourceID(s.key.Feed), mark.CustomerID(s.customer())
}

// stamp makes a.After say what the ticket says once a.Changes are written.
func (d *differ) stamp(a *Action, s *subject) {
	is := s.issue
	d.place(s, &a.After)
	a.After.Severity = is.Severity
	a.After.State = mark.Open
	if s.storm {
		a.After.State = mark.Storm
	}
	if !a.Before.Digests.Unchanged(stateText(is), is.Summary) { // otherwise the ticket keeps the server's form of the text
		a.After.Digests.State = mark.DigestOf(stateText(is))
	}
	for _, c := range a.Changes {
		switch c.Field {
		case FieldSummary:
			a.After.Digests.Summary = mark.DigestOf(is.Summary)
		case FieldCompany:
			a.After.Digests.Company = mark.DigestOf(is.Company)
		}
	}
}

// changes lists the fields whose values are not those that we last wrote. It
// leaves out fields that people have changed and fields that the issue leaves
// open.
func (d *differ) changes(a *Action, s *subject, t *ticket) []Change {
	is, was := s.issue, a.Before.Digests
	unchanged := was.Unchanged(stateText(is), is.Summary)
	var out []Change
	if (t.rewritten() || !unchanged && was.Summary != mark.DigestOf(is.Summary)) && !slices.Contains(a.Edited, FieldSummary) {
		out = append(out, Change{FieldSummary, text.Line(t.Summary), is.Summary})
	}
	if is.Company != "" && was.Company != mark.DigestOf(is.Company) && was.Company != personsDigest && !slices.Contains(a.Edited, FieldCompany) {
		out = append(out, Change{FieldCompany, t.Company, is.Company})
	}
	if is.Severity != a.Before.Severity {
		out = append(out, Change{FieldSeverity, a.Before.Severity.String(), is.Severity.String()})
	}
	if !unchanged && was.State != mark.DigestOf(stateText(is)) {
		out = append(out, Change{Field: FieldState, New: text.Line(is.State)})
	}
	return out
}
