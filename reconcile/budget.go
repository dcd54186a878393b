package reconcile

import (
	"cmp"
	"slices"
	"time"
)

// maintain holds the action that a maintenance window forbids.
func (d *differ) maintain(a *Action) {
	if a.Issue == nil || a.Kind != Create && a.Kind != Reopen && a.Kind != Update {
		return
	}
	for _, w := range d.policy.Windows {
		if end, in := w.end(d.at); in && w.concerns(a.Issue) {
			hold(a, CodeMaintenance, a.Kind)
			a.Until, a.Cause = cleanTime(end), w.Name
			return
		}
	}
}

// forbid holds what the policy does not allow, and holds every write while an
// older tool runs.
func (d *differ) forbid() {
	for _, s := range d.all {
		a := &s.action
		switch {
		case !a.Kind.Writes():
		case d.stop:
			hold(a, CodeOlderTool, a.Kind)
		case len(d.policy.Allow) > 0 && !slices.Contains(d.policy.Allow, a.Kind):
			hold(a, CodeNotAllowed, a.Kind)
		}
	}
}

// unfold holds the keys that would fold into a ticket that this run does not
// create.
func (d *differ) unfold() {
	for _, s := range d.all {
		if s.action.Kind != Fold {
			continue
		}
		if st := d.byID[s.folded]; st.ours == nil && st.action.Kind == Hold {
			s.folded = ""
			hold(&s.action, st.action.Code, Create)
			s.action.Related, s.action.Cause = nil, st.action.Cause
		}
	}
}

// waited is how long a problem waits for its ticket before it is served first.
const waited = 24 * time.Hour

// spend holds what exceeds the limits of a run (MaxCreate, MaxClose).
func (d *differ) spend() {
	var opens, closes []*subject
	for _, s := range d.all {
		switch s.action.Kind {
		case Create, Reopen:
			opens = append(opens, s)
		case Close:
			if l := d.looks[s.action.Before.Source]; l == nil || !l.Vouched || s.named() {
				closes = append(closes, s)
			}
		}
	}
	cut := func(due []*subject, most int, first func(a, b *subject) int) {
		if most > 0 {
			slices.SortFunc(due, first)
			for _, s := range due[min(most, len(due)):] {
				hold(&s.action, CodeBudget, s.action.Kind)
			}
		}
	}
	cut(opens, d.policy.MaxCreate, d.compareUrgency)
	cut(closes, d.policy.MaxClose, func(a, b *subject) int { return cmp.Compare(a.action.Ticket, b.action.Ticket) })
}

// compareUrgency puts first the problems that have waited for a day, then the
// more severe, then orders by class and age.
func (d *differ) compareUrgency(a, b *subject) int {
	since := func(s *subject) time.Time {
		if named := s.known.Named; !named.IsZero() && d.at.Sub(named) >= waited {
			return named
		}
		return d.at
	}
	return cmp.Or(since(a).Compare(since(b)),
		cmp.Compare(b.issue.Severity, a.issue.Severity), cmp.Compare(a.issue.Class, b.issue.Class),
		a.issue.Since.Compare(b.issue.Since), cmp.Compare(a.id, b.id))
}
