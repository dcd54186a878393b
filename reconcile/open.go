package reconcile

import (
	"slices"
	"time"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// decideOpen decides when a ticket of ours is open.
func (d *differ) decideOpen(a *Action, s *subject) {
	switch {
	case s.ours.doing == DoingToolRewrote:
		d.takeBack(a, s, s.ours)
	case s.issue != nil:
		d.openIssue(a, s)
	case s.healthy != nil:
		d.openHealthy(a, s)
	case s.suppressed != nil:
		d.openSuppressed(a, s)
	default:
		d.openAbsent(a, s)
	}
}

// openIssue decides when the problem lasts and its ticket is open.
func (d *differ) openIssue(a *Action, s *subject) {
	t, is := s.ours, s.issue
	noted := a.Before.Digests.State == mark.Recovered || a.Before.Digests.State == goneState
	changes, since, code := d.changes(a, s, t), a.Before.Written, CodeChanged
	rise := is.Severity > a.Before.Severity
	switch {
	case t.Silenced && !noted:
		keep(a, CodeSilenced)
		return
	case t.Stage == StageDone && d.policy.ReopenWithin > 0:
		d.openDone(a, s, noted)
		return
	case len(changes) == 0:
		d.openUnchanged(a, s)
		return
	case !rise && within(d.at, since, d.policy.UpdateEvery):
		if d.openUnchanged(a, s); a.Kind == Keep {
			a.Code, a.Since, a.Until = CodeTooSoon, since, since.Add(d.policy.UpdateEvery)
		}
		return
	case noted:
		code, a.Since = CodeReturned, since
	case rise:
		code = CodeEscalated
	}
	a.Changes = changes
	d.stamp(a, s)
	d.written(a, Update, code)
}

// openDone decides when the problem lasts although people call its ticket done.
func (d *differ) openDone(a *Action, s *subject, noted bool) {
	t, is := s.ours, s.issue
	done := t.Updated // nobody knows when it was called done; its last update comes close
	switch {
	case !noted && within(d.at, done, d.policy.Snooze) && !is.Since.After(done) && is.Severity <= a.Before.Severity:
		d.snooze(a, Reopen, done)
	case d.withheld(a, s, Reopen): // another ticket that is not done may be open
	case t.OtherBoard:
		hold(a, CodeOtherBoard, Reopen)
	default:
		d.reopen(a, s, t, CodeNotDone)
	}
}

// openUnchanged decides when there is nothing to say, though the marker may
// need correcting.
func (d *differ) openUnchanged(a *Action, s *subject) {
	a.After.AbsentSince = time.Time{}
	d.place(s, &a.After)
	switch {
	case a.Before.State == mark.Closed:
		// From now on it is an open ticket like any other: the problem was
		// there again, so the ticket may be closed when the problem is over.
		a.After.State = mark.Open
		if a.After.Digests.State == mark.Recovered {
			a.After.Digests.State = ""
		}
		markOnly(a, CodeByPerson)
	case !a.Before.AbsentSince.IsZero():
		markOnly(a, CodeBack)
	case a.After != a.Before:
		markOnly(a, CodeMoved)
	case slices.Contains(a.Edited, FieldSummary) && a.Issue.Summary != text.Line(s.ours.Summary),
		slices.Contains(a.Edited, FieldCompany) && a.Issue.Company != "" && a.Issue.Company != s.ours.Company:
		keep(a, CodeEdited)
	default:
		keep(a, CodeUnchanged)
	}
}

// openHealthy decides when the problem is over and a ticket is open.
func (d *differ) openHealthy(a *Action, s *subject) {
	s.over = true
	a.Since, a.Cause = cleanTime(s.healthy.Since), text.Line(s.healthy.Detail)
	how, left := d.recovery(a, s, s.ours)
	if left {
		return
	}
	if d.policy.CloseAfter > 0 {
		start := a.Before.AbsentSince
		if !s.known.AbsentSince.IsZero() || a.Before.Digests.State == goneState {
			start = time.Time{} // the marker's timer counts time absent
		}
		if a.After.Digests.State == goneState {
			a.After.Digests.State = ""
		}
		if d.waits(a, start, d.policy.CloseAfter, CodeRecovering) {
			return
		}
	}
	d.finish(a, how, CodeRecovered)
}

// recovery says what the end of the problem does to the open ticket. left means
// that the ticket is left alone and the action is already decided.
func (d *differ) recovery(a *Action, s *subject, t *ticket) (how Recovery, left bool) {
	how = d.policy.OnRecovery[t.Stage]
	switch {
	case t.doing == DoingReopened && !s.storm && a.Before.State == mark.Closed:
		keep(a, CodeByPerson)
	case t.doing == DoingReopened && !s.storm:
		// From here on people decide, whatever stage they move the ticket to.
		keep(a, CodeNoted)
	case how == RecoveryNone:
		keep(a, CodeLeft)
	case how != RecoveryNote && t.OtherBoard:
		hold(a, CodeOtherBoard, Close)
	default:
		return how, false
	}
	return how, true
}

// waits reports whether the problem has not been over for long enough, and then
// decides the action.
func (d *differ) waits(a *Action, start time.Time, after time.Duration, code string) bool {
	a.Since = later(start, d.at)
	due := a.Since.Add(after)
	if !due.After(d.at) {
		return false
	}
	a.Until = due
	d.timed(a, start, code)
	return true
}

// timed keeps a ticket whose timer runs, and starts the timer of one whose
// timer does not. One marker field serves both timers, so another timer that
// began at this very time cannot be told apart.
func (d *differ) timed(a *Action, start time.Time, code string) {
	if a.Since.Equal(start) || a.Before.AbsentSince.Equal(d.at) {
		keep(a, code)
		return
	}
	a.After.AbsentSince = d.at
	markOnly(a, code)
}

// finish ends a ticket whose problem is over.
func (d *differ) finish(a *Action, how Recovery, code string) {
	kind := Close
	if how == RecoveryNote {
		kind = Update
	}
	a.Recovery = how
	a.After.Digests.State = mark.Recovered
	if how == RecoveryClose {
		a.After.State = mark.Closed
	}
	d.written(a, kind, code)
}

// openSuppressed decides when nothing can be said today. The suppression itself
// may be worth a note.
func (d *differ) openSuppressed(a *Action, s *subject) {
	a.Cause = s.suppressed.Reason
	state := s.suppressed.State
	news := mark.DigestOf("parked\n" + state) // an issue's state has one line
	switch {
	case state != "" && a.Before.Digests.State != news && !s.ours.Silenced && s.ours.Stage != StageDone &&
		!within(d.at, a.Before.Written, d.policy.UpdateEvery):
		a.Changes = []Change{{Field: FieldState, New: text.Line(state)}}
		a.After.Digests.State = news
		d.written(a, Update, CodeSuppressedNews)
	case !a.Before.AbsentSince.IsZero():
		// The key is named again, so a later absence starts its timer anew.
		a.After.AbsentSince = time.Time{}
		markOnly(a, CodeSuppressed)
	default:
		keep(a, CodeSuppressed)
	}
}

// deduplicate closes a duplicate when nothing is to be done about the key's
// oldest ticket. One action a key and run is all that a plan holds.
func (d *differ) deduplicate(a *Action, s *subject) {
	if d.policy.ListDuplicates || a.Kind != Keep {
		return
	}
	for _, t := range slices.Backward(s.tickets) {
		if t == s.ours || t.doing != DoingOurs || !t.EnteredByUs || t.Stage != StageNew || t.Touched || t.Silenced || t.OtherBoard {
			continue
		}
		d.begin(s)
		d.about(a, s, t)
		a.Related = slices.Insert(slices.DeleteFunc(a.Related, func(id int64) bool { return id == s.ours.ID }), 0, s.ours.ID)
		d.finish(a, RecoveryClose, CodeDuplicate)
		return
	}
}
