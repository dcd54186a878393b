package reconcile

import (
	"fmt"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

const (
	// missedFor is how long an alert must have been missing at least: two runs
	// within a minute are one look.
	missedFor = 10 * time.Minute
	// absentEnough is how long a key must have been absent to be let go for
	// itself.
	absentEnough = 24 * time.Hour
	// massFloor is how many keys must be absent before a share means anything.
	massFloor = 5
	// closedLately is how long after our close a key that is still unnamed
	// counts for mass absence.
	closedLately = time.Hour
)

// openAbsent: a ticket is open and nothing names its key any more.
func (d *differ) openAbsent(a *Action, s *subject) {
	l, code := d.sees(a.Before.Source, a.Before.Customer)
	if code != "" {
		keep(a, code)
		return
	}
	how, left := d.recovery(a, s)
	if left {
		return
	}
	start := a.Before.AbsentSince
	if s.known != nil && s.known.AbsentSince.IsZero() {
		start = time.Time{} // what it counts is time healthy
	}
	quiet := d.quiet(l, s, start)
	if l.Kind == Inventory {
		d.openGone(a, s, l, how, start, quiet)
		return
	}
	switch {
	case l.Vouched:
		s.over = true
		d.finish(a, how, CodeOver)
	case d.waits(a, start, max(d.policy.CloseAfter, missedFor), CodeGoing):
	case quiet:
		keep(a, CodeQuiet)
	default:
		s.over = true
		d.finish(a, how, CodeOver)
	}
}

// openGone: the key is absent from an inventory.
func (d *differ) openGone(a *Action, s *subject, l *look, how Recovery, start time.Time, quiet bool) {
	noted := a.Before.Digests.State == goneState || s.ours.Silenced || s.ours.Stage == StageDone
	closes := d.policy.AbsentAfter > 0 && l.Everything
	switch {
	case closes && l.Vouched:
		s.over = true
		d.finish(a, how, CodeGone)
	case !noted && !quiet:
		if start.IsZero() {
			start = d.at
		}
		a.After.Digests.State = goneState
		d.written(a, Update, CodeAbsent)
		a.After.AbsentSince = start
	case !noted && start.IsZero():
		a.After.AbsentSince = d.at
		markOnly(a, CodeQuiet)
	case !closes && quiet:
		keep(a, CodeQuiet)
	case !closes:
		keep(a, CodeAbsent)
	case d.waits(a, start, d.policy.AbsentAfter, CodeGoing):
	case quiet:
		keep(a, CodeQuiet)
	default:
		s.over = true
		d.finish(a, how, CodeGone)
	}
}

// overByAbsence says that a problem without an open ticket is over because its
// key is absent, as an open ticket would be closed; "" when it is not.
func (d *differ) overByAbsence(s *subject, source, customer string) ReasonCode {
	if s.named() || s.known == nil {
		return ""
	}
	l, code := d.sees(source, customer)
	since := s.known.AbsentSince
	if code != "" || since.IsZero() && !l.Vouched || d.quiet(l, s, since) {
		return ""
	}
	absent := d.at.Sub(since)
	switch {
	case l.Kind == ActiveAlerts && (l.Vouched || absent >= max(d.policy.CloseAfter, missedFor)):
		return CodeOver
	case l.Kind == Inventory && l.Everything && d.policy.AbsentAfter > 0 && (l.Vouched || absent >= d.policy.AbsentAfter):
		return CodeGone
	}
	return ""
}

// listen finds the feeds that went suspiciously quiet.
func (d *differ) listen() {
	for _, s := range d.all {
		if s.issue != nil {
			if l := d.looks[mark.SourceID(s.key.Feed)]; l != nil {
				l.newest = latest(l.newest, d.began(s))
			}
		}
		d.countAbsent(s)
	}
	for i := range d.tickets {
		t := &d.tickets[i]
		if l := d.looks[t.Mark.Source]; l != nil && t.Place == mark.Ours && t.Mark.Owner == d.board.Owner && t.Mark.State != mark.Storm {
			l.newest = latest(l.newest, t.Created)
		}
	}
	for _, l := range d.looks {
		l.quiet = l.absent >= massFloor && float64(l.absent) > d.policy.MassAbsence*float64(l.could)
	}
}

// countAbsent counts a key's ticket where absence could end or note it.
func (d *differ) countAbsent(s *subject) {
	t := firstOf(s.ours, s.merged, s.last)
	if t == nil || t.Place != mark.Ours {
		return
	}
	l, code := d.sees(t.mark.Source, t.mark.Customer)
	if code != "" {
		return
	}
	weight, absent := 1, !s.named()
	closed := closedAt(t.Ticket)
	switch {
	case s.storm && t == s.ours:
		folded := d.folded(s.id)
		gone := 0
		for _, m := range folded {
			if !m.named() {
				gone++
			}
		}
		l.could += max(len(folded), d.limitOf(t.mark)+1)
		if gone == len(folded) && gone > 0 {
			gone = max(gone, d.limitOf(t.mark)+1)
		}
		l.absent += gone
		return
	case s.ours != nil:
		if !d.endsByAbsence(s, l) {
			return
		}
	case s.storm:
		return
	case t.doing == DoingClosed:
		if !absent || !within(d.at, closed, closedLately) {
			return
		}
	case !within(d.at, closed, d.policy.Snooze) || t.mark.Digests.State == mark.Recovered:
		return
	}
	l.could += weight
	if absent {
		l.absent += weight
	}
}

// endsByAbsence says whether absence could close or note the open ticket.
func (d *differ) endsByAbsence(s *subject, l *look) bool {
	t := s.ours
	how := d.policy.OnRecovery[t.Stage]
	if t.doing == DoingReopened || how == RecoveryNone || how != RecoveryNote && t.OtherBoard {
		return false
	}
	return l.Kind == ActiveAlerts || t.mark.Digests.State != goneState || d.policy.AbsentAfter > 0 && l.Everything
}

// quiet says that a key that has been absent since a time is held because its
// feed went quiet.
func (d *differ) quiet(l *look, s *subject, since time.Time) bool {
	if !l.quiet || l.Sure || l.Vouched {
		return false
	}
	released := !since.IsZero() && d.at.Sub(since) >= absentEnough && l.newest.After(since)
	return !released
}

// silence names the feeds that went quiet.
func (d *differ) silence() map[string]string {
	var out map[string]string
	for _, l := range d.looks {
		if !l.quiet {
			continue
		}
		if out == nil {
			out = make(map[string]string)
		}
		text := fmt.Sprintf("The feed %q does not name %d of the %d keys it could end tickets of", oneLine(l.Name), l.absent, l.could)
		if l.Sure || l.Vouched {
			out[l.Name] = text + ", and it was said to be well: they count as over."
		} else {
			out[l.Name] = text + ": none is closed or noted for being absent, until it is asked whether it is well."
		}
	}
	return out
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// began is when a problem began, as well as that is known: else when it was first
// named, which for a key that nothing is remembered of is now.
func (d *differ) began(s *subject) time.Time {
	switch {
	case !s.issue.Since.IsZero():
		return s.issue.Since
	case s.known != nil && !s.known.Named.IsZero():
		return s.known.Named
	case d.board.Known != nil:
		return d.at
	}
	return time.Time{}
}
