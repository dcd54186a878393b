package reconcile

import (
	"cmp"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// remember returns what the next run should know: every problem, every key with
// a ticket, and the keys that are folded into a storm.
func (d *differ) remember() map[mark.KeyID]Known {
	known := make(map[mark.KeyID]Known, len(d.all))
	for _, s := range d.all {
		if s.key == (Key{}) {
			continue
		}
		k := s.known
		k.Key = s.key
		if s.action.Kind == Create || s.action.Kind == Reopen {
			k.Opened = d.at
		}
		d.rememberStorm(s, &k)
		if s.issue == nil && k.Storm == "" && s.ours == nil && s.other() == nil && (s.last == nil || !d.snoozes(s.last)) &&
			!within(d.at, k.Opened, max(d.policy.CustomerStorm.Window, d.policy.GlobalStorm.Window)) {
			continue
		}
		switch {
		case s.clash:
		case s.named():
			k.Customer, k.AbsentSince = s.customer(), time.Time{}
			if s.issue != nil {
				k.Named = cmp.Or(k.Named, d.at)
			}
		case k.AbsentSince.IsZero():
			customer := mark.CustomerID(k.Customer)
			if t := s.standing(); t != nil && t.marked() {
				customer = t.Mark.Customer
			}
			if _, unseen := d.sees(mark.SourceID(s.key.Feed), customer); unseen == "" {
				k.AbsentSince = d.at
			}
		}
		if s.over && s.issue == nil {
			k.Named = time.Time{}
		}
		known[s.id] = k
	}
	return known
}

// rememberStorm keeps the storm that a key is folded into until the key has a
// ticket of its own, is healthy, or leaves the storm.
func (d *differ) rememberStorm(s *subject, k *Known) {
	if s.folded != "" {
		if k.Storm != s.folded || k.Folded.IsZero() {
			k.Storm, k.Folded = s.folded, d.at
		}
		return
	}
	st := d.byID[k.Storm]
	closed := st == nil || st.ours == nil && st.other() == nil &&
		(st.last == nil || st.last.doing == DoingClosed || !within(d.at, st.last.closedAt(), d.policy.Snooze))
	if s.over || s.healthy != nil || s.covered() || closed && (st == nil || st.action.Kind == "") {
		k.Storm, k.Folded = "", time.Time{}
	}
}
