package reconcile

import (
	"cmp"
	"fmt"
	"time"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile/mark"
)

const (
	// missedFor is the least time that an alert must have been missing. Two
	// runs within a minute are one look.
	missedFor = 10 * time.Minute
	// absentEnough is how long a key must have been absent before a quiet feed
	// (quiet) no longer holds it.
	absentEnough = 24 * time.Hour
	// massFloor is how many keys must be absent before their share is
	// considered.
	massFloor = 5
	// closedLately is how long a ticket that we closed counts for mass absence
	// while its key is still not named.
	closedLately = time.Hour
)

// look is a feed that was looked at.
type look struct {
	*Feed
	customers map[string]bool // their ids in the form that markers hold
	newest    time.Time       // when the newest problem of the feed began
	quiet     bool            // suspiciously many keys are absent
	could     int             // tickets that absence could close or note
	absent    int             // those of them whose keys are absent
}

// observe indexes the feeds by their ids in the form that markers hold.
func (d *differ) observe() {
	d.looks = make(map[string]*look, len(d.obs.Feeds))
	for i := range d.obs.Feeds {
		f := &d.obs.Feeds[i]
		l := &look{Feed: f, customers: make(map[string]bool, len(f.Customers))}
		for _, c := range f.Customers {
			l.customers[mark.CustomerID(c)] = true
		}
		d.looks[mark.SourceID(f.Name)] = l
	}
}

// nobody is the customer id in the marker of a ticket without a customer.
var nobody = mark.CustomerID("")

// sees reports whether the look would have shown a key of the source and
// customer. Only then can the key be absent. If not, the code says why.
func (d *differ) sees(source, customer string) (*look, string) {
	l := d.looks[source]
	switch {
	case l == nil:
		return nil, CodeOtherFeed
	case l.Kind == Events:
		return l, CodeEvents
	case !l.Everything && !l.customers[customer]:
		return l, CodeNotLooked
	case l.Kind == Inventory && l.Everything && l.Customers != nil && customer != nobody && !l.customers[customer]:
		return l, CodeNotListed
	}
	return l, ""
}

// absent says what it means that nothing names a key. since is when it was
// first absent, zero in the first run that misses it. The code is CodeOver or
// CodeGone when the problem is over, else the reason why it is not. With
// CodeGoing, until is when the timer ends.
func (d *differ) absent(source, customer string, since time.Time) (code string, until time.Time) {
	l, code := d.sees(source, customer)
	if code != "" {
		return code, until
	}
	after, over, never := max(d.policy.CloseAfter, missedFor), CodeOver, false
	if l.Kind == Inventory {
		after, over, never = d.policy.AbsentAfter, CodeGone, d.policy.AbsentAfter <= 0 || !l.Everything
	}
	switch {
	case !never && !l.Vouched && (since.IsZero() || d.at.Sub(since) < after):
		return CodeGoing, later(since, d.at).Add(after)
	case d.quiet(l, since):
		return CodeQuiet, until
	case never:
		return CodeAbsent, until
	}
	return over, until
}

// later returns since, or at when since is zero or lies after it.
func later(since, at time.Time) time.Time {
	if since.IsZero() || since.After(at) {
		return at
	}
	return since
}

// openAbsent decides when a ticket is open and nothing names its key any more.
func (d *differ) openAbsent(a *Action, s *subject) {
	t := s.ours
	l, unseen := d.sees(a.Before.Source, a.Before.Customer)
	if unseen != "" {
		keep(a, unseen)
		return
	}
	how, left := d.recovery(a, s, t)
	if left {
		return
	}
	start := a.Before.AbsentSince
	if s.known != (Known{}) && (s.known.AbsentSince.IsZero() || s.known.AbsentSince.After(start)) {
		start = time.Time{} // the marker's timer counts time healthy
	}
	code, until := d.absent(a.Before.Source, a.Before.Customer, start)
	a.Since, a.Until = later(start, d.at), until
	silent := a.Before.Digests.State == goneState || t.Silenced || t.Stage == StageDone
	switch {
	case l.Kind == Inventory && !silent && !d.quiet(l, start) && (!l.Vouched || code != CodeGone):
		a.After.Digests.State = goneState
		d.written(a, Update, CodeAbsent)
		// The note gives people AbsentAfter to react, however long the feed was
		// quiet.
		a.After.AbsentSince, a.Until = d.at, time.Time{}
	case code == CodeOver || code == CodeGone:
		s.over = true
		d.finish(a, how, code)
	case code == CodeAbsent:
		keep(a, code)
	default:
		d.timed(a, start, code)
	}
}

// listen finds the feeds that went suspiciously quiet.
func (d *differ) listen() {
	for _, s := range d.all {
		if s.issue != nil && !s.clash {
			l := d.looks[mark.SourceID(s.key.Feed)]
			l.newest = latest(l.newest, d.began(s))
		}
		for _, t := range s.tickets {
			if l := d.looks[t.Mark.Source]; l != nil && t.Mark.State != mark.Storm {
				l.newest = latest(l.newest, t.Created)
			}
		}
		d.countAbsent(s)
	}
	for _, l := range d.looks {
		l.quiet = l.absent >= massFloor && float64(l.absent) > d.policy.MassAbsence*float64(l.could)
	}
}

// countAbsent counts a key's ticket if absence could close or note it, or if a
// person closed it and Snooze runs.
func (d *differ) countAbsent(s *subject) {
	t := s.standing()
	if t == nil {
		return
	}
	l, unseen := d.sees(t.Mark.Source, t.Mark.Customer)
	if unseen != "" {
		return
	}
	counts := false
	switch {
	case s.storm:
		if t == s.ours || len(d.folded[s.id]) > 0 && d.snoozes(t) {
			d.countStorm(d.folded[s.id], t, l)
		}
	case t == s.ours:
		how := d.policy.OnRecovery[t.Stage]
		counts = t.doing != DoingReopened && how != RecoveryNone && (how == RecoveryNote || !t.OtherBoard) &&
			(l.Kind == ActiveAlerts || t.Mark.Digests.State != goneState || d.policy.AbsentAfter > 0 && l.Everything)
	case t.doing == DoingClosed:
		counts = !s.named() && within(d.at, t.closedAt(), closedLately)
	default:
		counts = d.snoozes(t)
	}
	if counts {
		l.could++
		if !s.named() {
			l.absent++
		}
	}
}

// countStorm counts a storm as its folded keys, and at least as Limit + 1.
func (d *differ) countStorm(folded []*subject, t *ticket, l *look) {
	gone := 0
	for _, s := range folded {
		if !s.named() {
			gone++
		}
	}
	least := d.limits[t.Mark.Customer == nobody].Limit + 1
	if l.could += max(len(folded), least); gone > 0 && gone == len(folded) {
		gone = max(gone, least)
	}
	l.absent += gone
}

// quiet reports whether a key that has been absent since a time is held because
// its feed went quiet. The key is released when it has been absent for a day
// and the feed has brought something newer.
func (d *differ) quiet(l *look, since time.Time) bool {
	return l.quiet && !l.Sure && !l.Vouched &&
		(since.IsZero() || d.at.Sub(since) < absentEnough || !l.newest.After(since))
}

// silence returns a sentence for each feed that went quiet.
func (d *differ) silence() map[string]string {
	out := make(map[string]string)
	for _, l := range d.looks {
		end := ": none is closed or noted for being absent, until somebody says that the feed is well, or each has been absent for a day and the feed has brought something newer."
		if l.Sure || l.Vouched {
			end = ", and it was said to be well: they count as over."
		}
		if l.quiet {
			out[l.Name] = fmt.Sprintf("The feed %q does not name %d of the %d keys whose tickets it could end", text.Line(l.Name), l.absent, l.could) + end
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

// began returns when a problem began. If that is unknown, it returns when the
// problem was first named; without a memory of the key that is now.
func (d *differ) began(s *subject) time.Time { return cmp.Or(s.issue.Since, d.named(s)) }

// named returns when a problem was first named; zero when the board has no
// memory.
func (d *differ) named(s *subject) time.Time {
	if d.board.Known == nil {
		return time.Time{}
	}
	return cmp.Or(s.known.Named, d.at)
}
