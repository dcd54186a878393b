package reconcile

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// crowd is a customer of a feed, or, with all, the whole feed.
type crowd struct {
	feed, customer string
	all            bool
}

// The texts are in markers of storm tickets, as hashes; they never change.
func (c crowd) key() Key {
	if c.all {
		return Key{Feed: c.feed, Subject: stormPrefix + "all"}
	}
	return Key{Feed: c.feed, Subject: stormPrefix + "group:" + c.customer}
}

func compareCrowds(a, b crowd) int {
	return cmp.Or(cmp.Compare(a.feed, b.feed), cmp.Compare(a.customer, b.customer))
}

// unit is what counts once towards a limit: a problem, or, at the global level,
// all that one customer's new storm ticket would stand for.
type unit struct {
	members []*subject
	storm   bool
}

// storms lets one ticket stand for many problems where more are due than a
// limit leaves room for: first by customer, then by feed.
func (d *differ) storms() {
	due := make(map[crowd][]*subject)
	for _, s := range d.all {
		if a := &s.action; !s.storm && (a.Kind == Create || a.Kind == Reopen && a.Code == CodeAgain) {
			c := crowd{feed: s.key.Feed, customer: s.issue.Customer}
			due[c] = append(due[c], s)
		}
	}
	left := make(map[crowd][]unit) // by feed
	for _, c := range slices.SortedFunc(maps.Keys(due), compareCrowds) {
		all := crowd{feed: c.feed, all: true}
		left[all] = append(left[all], d.customerLevel(c, all, due[c])...)
	}
	for _, all := range slices.SortedFunc(maps.Keys(left), compareCrowds) {
		own := left[all]
		if d.policy.GlobalStorm.Limit > 0 && d.policy.StormCompany != "" {
			var folded []unit
			own, folded = d.divide(all, d.policy.GlobalStorm, own)
			d.fold(all, folded)
		}
		for _, u := range own {
			if u.storm {
				d.fold(crowd{feed: all.feed, customer: u.members[0].issue.Customer}, []unit{u})
			}
		}
	}
	d.endStorms()
}

// findStorms finds the keys of storms that their tickets do not name: a storm
// that we closed and a person reopened.
func (d *differ) findStorms() {
	for _, s := range d.all {
		if s.issue == nil {
			continue
		}
		for _, c := range [...]crowd{{feed: s.key.Feed, customer: s.issue.Customer}, {feed: s.key.Feed, all: true}} {
			if k := c.key(); d.byID[k.ID()] != nil {
				d.byID[k.ID()].storm, d.byID[k.ID()].key = true, k
			}
		}
	}
}

// customerLevel folds what is too much for a customer, and gives what is left to
// create: problems with tickets of their own, and new storm tickets.
func (d *differ) customerLevel(c, all crowd, due []*subject) []unit {
	limit := d.policy.CustomerStorm
	units := make([]unit, len(due))
	for i := range due {
		units[i] = unit{members: due[i : i+1 : i+1]}
	}
	if limit.Limit <= 0 || c.customer == "" {
		return units
	}
	if st := d.storm(c); st != nil && st.ours != nil {
		own, folded := d.divide(c, limit, units)
		d.fold(c, folded)
		return own
	}
	// What a global storm has taken in comes last.
	global := all.key().ID()
	if st := d.byID[global]; st == nil || st.ours == nil {
		global = ""
	}
	var fresh, taken []unit
	for _, u := range units {
		if k := u.members[0].known; k != nil && k.Storm != "" && k.Storm == global {
			taken = append(taken, u)
		} else {
			fresh = append(fresh, u)
		}
	}
	fresh, folded := d.divide(c, limit, fresh)
	room := d.room(c, limit) - len(fresh)
	if len(folded) > 0 {
		fresh, room = append(fresh, asStorm(folded)), 0
	}
	if len(taken) > 0 {
		if taken = d.unsnoozed(c, taken); len(taken) > max(room, 0) {
			taken = []unit{asStorm(taken)}
		}
	}
	return append(fresh, taken...)
}

func asStorm(units []unit) unit {
	u := unit{storm: true}
	for _, other := range units {
		u.members = append(u.members, other.members...)
	}
	return u
}

// divide says which units of a crowd get tickets of their own and which fold.
func (d *differ) divide(c crowd, limit Storm, units []unit) (own, folded []unit) {
	st := d.storm(c)
	room := d.room(c, limit)
	if st == nil || st.ours == nil {
		if units = d.unsnoozed(c, units); len(units) <= room {
			return units, nil
		}
		return nil, units
	}
	age := d.at.Sub(st.ours.Created)
	switch {
	case age < limit.Window:
		return nil, units
	case len(units) <= room && age > d.policy.UpdateEvery:
		return units, nil
	}
	until := st.ours.Created.Add(limit.Window)
	for _, u := range units {
		if u.severity() > st.ours.mark.Severity || d.late(u, until) {
			own = append(own, u)
		} else {
			folded = append(folded, u)
		}
	}
	if len(own) > room {
		return nil, units
	}
	return own, folded
}

func (u unit) severity() (gravest Severity) {
	for _, s := range u.members {
		gravest = max(gravest, s.issue.Severity)
	}
	return gravest
}

// late says that the eldest of a unit began when the storm had been open for a
// Window. What the memory says of when it was first named counts most; what is
// not known is not late.
func (d *differ) late(u unit, until time.Time) bool {
	var eldest time.Time
	for _, s := range u.members {
		began := d.began(s)
		if s.known != nil && !s.known.Named.IsZero() {
			began = s.known.Named
		} else if d.board.Known != nil {
			began = d.at
		}
		if began.IsZero() {
			return false
		}
		if eldest.IsZero() || began.Before(eldest) {
			eldest = began
		}
	}
	return !eldest.Before(until)
}

// unsnoozed leaves out, and holds, what a person's close of the crowd's last
// storm silences: what began before it and is no graver.
func (d *differ) unsnoozed(c crowd, units []unit) []unit {
	st := d.storm(c)
	if st == nil {
		return units
	}
	t := firstOf(st.merged, st.last)
	if t == nil || t.doing == DoingClosed || t.doing == DoingToolClosed {
		return units
	}
	closed := cleanTime(closedAt(t.Ticket))
	if t != st.merged && !within(d.at, closed, d.policy.Snooze) {
		return units
	}
	return slices.DeleteFunc(slices.Clone(units), func(u unit) bool {
		for _, s := range u.members {
			began := s.issue.Since
			if began.IsZero() && s.known != nil {
				began = s.known.Named
			} else if began.IsZero() && d.board.Known != nil {
				began = d.at
			}
			if began.After(closed) || s.issue.Severity > t.mark.Severity {
				return false
			}
		}
		for _, s := range u.members {
			s.folded = st.id
			a := d.begin(s)
			a.Related = []int64{t.ID}
			d.snooze(a, Create, closed)
			if t == st.merged {
				a.Until = time.Time{}
			}
		}
		return true
	})
}

// room is how many tickets of their own a crowd may still get.
func (d *differ) room(c crowd, limit Storm) int {
	if d.recent == nil {
		d.countRecent()
	}
	in := crowd{feed: mark.SourceID(c.feed), customer: mark.CustomerID(c.customer), all: c.all}
	if c.all {
		in.customer = ""
	}
	return max(0, limit.Limit-d.recent[in])
}

// countRecent counts the tickets created or reopened within the windows.
func (d *differ) countRecent() {
	d.recent = make(map[crowd]int)
	for i := range d.tickets {
		t := &d.tickets[i]
		if t.Place != mark.Ours || t.Mark.Owner != d.board.Owner || !t.EnteredByUs {
			continue
		}
		of := crowd{feed: t.Mark.Source, customer: t.Mark.Customer}
		s := d.byID[t.Mark.Key]
		storm := s != nil && s.storm
		if !storm && d.isRecent(t, s, d.policy.CustomerStorm.Window) {
			d.recent[of]++
		}
		if !(storm && of.customer == nobody) && d.isRecent(t, s, d.policy.GlobalStorm.Window) {
			d.recent[crowd{feed: of.feed, all: true}]++
		}
	}
}

// isRecent says that a ticket was created or reopened within a window. Where it
// is not remembered when it was reopened, its last write comes close.
func (d *differ) isRecent(t *Ticket, s *subject, window time.Duration) bool {
	switch {
	case within(d.at, t.Created, window):
		return true
	case t.Mark.Reopens == 0:
		return false
	case s != nil && s.known != nil && !s.known.Opened.IsZero():
		return within(d.at, s.known.Opened, window)
	}
	return within(d.at, t.Mark.Written, window)
}

// storm gives the subject of a crowd's storms, nil if there never was one.
func (d *differ) storm(c crowd) *subject { return d.byID[c.key().ID()] }

// limitOf is the limit of the storm that a ticket stands for.
func (d *differ) limitOf(m mark.Mark) int {
	if m.Customer == nobody {
		return d.policy.GlobalStorm.Limit
	}
	return d.policy.CustomerStorm.Limit
}

// folded are the keys that are folded into a storm. Where nothing is remembered
// they are the crowd's problems without a ticket.
func (d *differ) folded(id mark.KeyID) []*subject {
	if d.members == nil {
		d.members = make(map[mark.KeyID][]*subject)
		for _, s := range d.all {
			switch {
			case s.storm:
			case s.known != nil && s.known.Storm != "":
				d.members[s.known.Storm] = append(d.members[s.known.Storm], s)
			case d.board.Known == nil && s.issue != nil && !s.covered():
				for _, c := range [...]crowd{{feed: s.key.Feed, customer: s.issue.Customer}, {feed: s.key.Feed, all: true}} {
					d.members[c.key().ID()] = append(d.members[c.key().ID()], s)
				}
			}
		}
	}
	return d.members[id]
}

// covered says that the problem has an open ticket of its own.
func (s *subject) covered() bool { return s.ours != nil || s.merged != nil || s.project != nil }
