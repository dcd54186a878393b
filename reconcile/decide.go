package reconcile

import (
	"slices"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// decide finds the action for one key, if there is something to account for.
func (d *differ) decide(s *subject) {
	a := d.begin(s)
	switch {
	case s.tool != nil:
		d.about(a, s, s.tool)
		hold(a, CodeOlderTool, "")
	case s.clash:
		d.about(a, s, firstOf(s.ours, s.lost, s.adoptable, s.foreign, s.copied, s.merged, s.project, s.recognised))
		a.Issue, a.Summary = nil, "" // which of them would be a guess
		hold(a, CodeContradictory, "")
	case s.ours != nil:
		d.about(a, s, s.ours)
		d.decideOpen(a, s)
		d.deduplicate(a, s)
	case s.lost != nil:
		d.about(a, s, s.lost)
		d.takeBack(a, s)
	case s.adoptable != nil:
		d.about(a, s, s.adoptable)
		d.adopt(a, s)
	case s.foreign != nil:
		d.about(a, s, s.foreign)
		hold(a, CodeForeign, wouldCreate(s))
	case s.copied != nil:
		d.about(a, s, s.copied)
		hold(a, CodeCopy, wouldCreate(s))
	case s.merged != nil:
		d.about(a, s, s.merged)
		if !d.ended(a, s, s.merged) {
			keep(a, CodeMerged)
		}
	case s.project != nil:
		d.about(a, s, s.project)
		keep(a, CodeProject)
	case s.recognised != nil:
		d.about(a, s, s.recognised)
		hold(a, CodeRecognised, wouldCreate(s))
	case s.issue != nil:
		d.decideNoTicket(a, s)
	default:
		d.decideClosed(a, s)
	}
	d.maintain(a)
}

func wouldCreate(s *subject) ActionKind {
	if s.issue != nil {
		return Create
	}
	return ""
}

func firstOf(ts ...*ticket) *ticket {
	for _, t := range ts {
		if t != nil {
			return t
		}
	}
	return nil
}

// begin gives the key's action with what is known of the key.
func (d *differ) begin(s *subject) *Action {
	s.action = Action{Key: s.key, KeyID: s.id, Issue: s.issue}
	if s.issue != nil {
		s.action.Summary = s.issue.Summary
	}
	return &s.action
}

// about says which ticket the action is about; nil for none.
func (d *differ) about(a *Action, s *subject, t *ticket) {
	if t == nil {
		return
	}
	a.Ticket, a.Before, a.After = t.ID, t.mark, t.mark
	a.Stage, a.Status, a.Edited = t.Stage, cleanText(t.Status), t.persons()
	if a.Issue == nil {
		a.Summary = oneLine(t.Summary)
	}
	a.Related = nil
	for _, other := range s.open {
		if other != t {
			a.Related = append(a.Related, other.ID)
		}
	}
}

func keep(a *Action, code ReasonCode) { a.Kind, a.Code, a.After = Keep, code, a.Before }

func hold(a *Action, code ReasonCode, would ActionKind) {
	a.Kind, a.Code, a.Would = Hold, code, would
	a.Changes, a.Recovery, a.Note, a.After = nil, RecoveryNone, false, a.Before
}

// markOnly writes a.After, of which the caller has changed what it means to.
func markOnly(a *Action, code ReasonCode) {
	a.Kind, a.Code = MarkOnly, code
	a.After.NotePending = false
}

// written completes an action that writes about the problem.
func (d *differ) written(a *Action, kind ActionKind, code ReasonCode) {
	a.Kind, a.Code, a.Note = kind, code, true
	a.After.NotePending = false
	a.After.AbsentSince = time.Time{}
	a.After.Written = d.at
}

// decideNoTicket: the problem is there and no ticket is open for it.
func (d *differ) decideNoTicket(a *Action, s *subject) {
	t := s.last
	if t == nil {
		d.create(a, s, CodeNew)
		return
	}
	if t.doing == DoingToolClosed {
		d.takeBack(a, s)
		return
	}
	is, closed := s.issue, cleanTime(closedAt(t.Ticket))
	a.Since = closed
	byPerson := t.doing != DoingClosed
	fresh := t.mark.Digests.State == mark.Recovered || is.Since.After(closed) // a new problem
	graver := t.Place == mark.Ours && is.Severity > t.mark.Severity
	reopens := within(d.at, closed, d.policy.ReopenWithin) && t.Place == mark.Ours && t.MergedInto == 0 && (!byPerson || fresh)
	would := Create
	if reopens {
		would = Reopen
	}
	switch {
	case byPerson && !fresh && t.Silenced:
		d.about(a, s, t)
		hold(a, CodeSilenced, would)
	case byPerson && !fresh && !graver && within(d.at, closed, d.policy.Snooze):
		d.about(a, s, t)
		d.snooze(a, would, closed)
	case reopens && t.OtherBoard:
		d.about(a, s, t)
		hold(a, CodeOtherBoard, Reopen)
	case reopens:
		d.about(a, s, t)
		if !d.withheld(a, s, Reopen) {
			d.reopen(a, s, t, CodeAgain)
		}
	case byPerson && !fresh:
		d.create(a, s, CodeLasting)
	default:
		d.create(a, s, CodeRecurred)
	}
}

// decideClosed: there is no problem and no open ticket.
func (d *differ) decideClosed(a *Action, s *subject) {
	t := s.last
	switch {
	case t != nil && t.doing == DoingToolClosed:
		d.takeBack(a, s)
	case t != nil && t.doing != DoingClosed && within(d.at, closedAt(t.Ticket), d.policy.Snooze) && d.ended(a, s, t):
	case s.suppressed != nil:
		d.about(a, s, t)
		keep(a, CodeSuppressed)
		a.Cause = cleanText(s.suppressed.Reason)
	}
}

// ended records that a problem is over whose ticket a person has closed or
// merged: its next failure is a new problem.
func (d *differ) ended(a *Action, s *subject, t *ticket) bool {
	if t.Place != mark.Ours || t.mark.Digests.State == mark.Recovered {
		return false
	}
	code := CodeRecovered
	if s.healthy == nil {
		if code = d.overByAbsence(s, t.mark.Source, t.mark.Customer); code == "" {
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
func (d *differ) create(a *Action, s *subject, code ReasonCode) {
	for _, t := range slices.Backward(s.closed) {
		if within(d.at, closedAt(t.Ticket), d.policy.CorrelateWithin) || t == s.last {
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
	a.After = mark.Mark{Owner: d.board.Owner, Key: s.id, Digests: writtenDigests(is), Written: d.at}
	a.After.Digests.Company = mark.DigestOf(is.Company)
	d.stamp(a, s)
}

// withheld holds an opening for which it is not the time.
func (d *differ) withheld(a *Action, s *subject, would ActionKind) bool {
	since := s.issue.Since
	switch {
	case d.board.Partial:
		hold(a, CodeBoardPartial, would)
	case d.board.Stopped != "":
		hold(a, CodeStopped, would)
		a.Cause = cleanText(d.board.Stopped)
	case d.creating[s.id] && would == Create:
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

func (d *differ) reopen(a *Action, s *subject, t *ticket, code ReasonCode) {
	a.Changes = d.changes(a, s, t)
	d.stamp(a, s)
	a.After.Reopens = min(max(a.Before.Reopens, 0)+1, mark.MaxReopens)
	d.written(a, Reopen, code)
}

// writtenDigests are those of summary and state as sent.
func writtenDigests(is *Issue) mark.Digests {
	return mark.Digests{}.Wrote(stateText(is), is.Summary, is.Summary)
}

// place makes a mark say where the key belongs.
func (s *subject) place(m *mark.Mark) {
	customer := ""
	switch {
	case s.issue != nil:
		customer = s.issue.Customer
	case s.healthy != nil:
		customer = cleanText(s.healthy.Customer)
	case s.suppressed != nil:
		customer = cleanText(s.suppressed.Customer)
	case s.known != nil:
		customer = s.known.Customer
	}
	m.Source, m.Customer = mark.SourceID(s.key.Feed), mark.CustomerID(customer)
}

// stamp makes a.After say what the ticket says once a.Changes are written.
func (d *differ) stamp(a *Action, s *subject) {
	is := s.issue
	s.place(&a.After)
	a.After.Severity = is.Severity
	a.After.State = mark.Open
	if s.storm {
		a.After.State = mark.Storm
	}
	a.After.Digests.State = mark.DigestOf(stateText(is))
	if len(a.Changes) == 0 && a.Before.Digests.Unchanged(stateText(is), is.Summary) {
		a.After.Digests.State = a.Before.Digests.State // the server's form of the text stands
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

// changes lists the fields whose values are not the ones last written, without
// those that people have changed and those the issue leaves open.
func (d *differ) changes(a *Action, s *subject, t *ticket) []Change {
	is, was := s.issue, a.Before.Digests
	unchanged := was.Unchanged(stateText(is), is.Summary)
	rewritten := t.Verbatim && t.differs(FieldSummary) // by the older tool
	var out []Change
	if (rewritten || !unchanged && was.Summary != mark.DigestOf(is.Summary)) && !slices.Contains(a.Edited, FieldSummary) {
		out = append(out, Change{FieldSummary, oneLine(t.Summary), is.Summary})
	}
	if is.Company != "" && was.Company != mark.DigestOf(is.Company) && was.Company != personsDigest && !slices.Contains(a.Edited, FieldCompany) {
		out = append(out, Change{FieldCompany, cleanText(t.Company), is.Company})
	}
	if is.Severity != a.Before.Severity {
		out = append(out, Change{FieldSeverity, a.Before.Severity.String(), is.Severity.String()})
	}
	if !unchanged && was.State != mark.DigestOf(stateText(is)) {
		out = append(out, Change{Field: FieldState, New: is.State})
	}
	return out
}
