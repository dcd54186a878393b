package reconcile

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// crowd is what a limit counts for: a customer of a feed or, with all, the
// whole feed.
type crowd struct {
	feed, customer string
	all            bool
}

// The markers of storm tickets hold hashes of these texts: never change them.
func (c crowd) key() Key {
	if c.all {
		return Key{Feed: c.feed, Subject: stormPrefix + "all"}
	}
	return Key{Feed: c.feed, Subject: stormPrefix + "group:" + c.customer}
}

// crowdOf returns the crowd of a problem's customer.
func crowdOf(s *subject) crowd { return crowd{feed: s.key.Feed, customer: s.issue.Customer} }

// unit is what counts once towards a limit: a problem or, at the global level,
// all problems that one customer's new storm ticket would stand for.
type unit struct {
	members []*subject
	storm   crowd // the crowd of that storm ticket; zero for a problem
}

func (u unit) severity() (gravest Severity) {
	for _, s := range u.members {
		gravest = max(gravest, s.issue.Severity)
	}
	return gravest
}

// together makes one unit of many: all that the crowd's storm ticket would
// stand for.
func (c crowd) together(units []unit) unit {
	u := unit{storm: c}
	for _, other := range units {
		u.members = append(u.members, other.members...)
	}
	return u
}

// findStorms finds the keys of storms whose tickets do not say so (we closed
// the storm and a person reopened it), the keys folded into each storm, and how
// many tickets were created or reopened within the windows.
func (d *differ) findStorms() {
	d.folded = make(map[mark.KeyID][]*subject)
	d.recent = make(map[crowd]int)
	crowds := make(map[crowd]bool)
	for _, s := range d.all {
		if s.known.Storm != "" && !s.storm {
			d.folded[s.known.Storm] = append(d.folded[s.known.Storm], s)
		}
		if s.issue != nil && !s.clash {
			crowds[crowdOf(s)], crowds[crowd{feed: s.key.Feed, all: true}] = true, true
		}
	}
	for c := range crowds {
		st := d.storm(c)
		st.storm, st.key = true, c.key()
	}
	for _, s := range d.all {
		for _, t := range s.tickets {
			opened, customer := t.Created, t.Mark.Customer
			if t.Mark.Reopens > 0 { // not always remembered; the last write comes close
				opened = latest(opened, cmp.Or(s.known.Opened, t.Mark.Written))
			}
			ours := t.marked() && t.EnteredByUs
			if ours && !s.storm && within(d.at, opened, d.policy.CustomerStorm.Window) {
				d.recent[crowd{t.Mark.Source, customer, false}]++
			}
			if ours && (!s.storm || customer != nobody) && within(d.at, opened, d.policy.GlobalStorm.Window) {
				d.recent[crowd{t.Mark.Source, nobody, true}]++
			}
		}
	}
}

// storm returns the subject of a crowd's storms. A storm is open if it has a
// ticket of ours.
func (d *differ) storm(c crowd) *subject { return cmp.Or(d.byID[c.key().ID()], &d.none) }

// room returns how many tickets of its own a crowd may still get.
func (d *differ) room(c crowd) int {
	in := crowd{mark.SourceID(c.feed), mark.CustomerID(c.customer), c.all}
	return max(0, d.limits[c.all].Limit-d.recent[in])
}

// storms lets one ticket stand for many problems where more are due than a
// limit leaves room for, first by customer, then by feed.
func (d *differ) storms() {
	due := make(map[string]map[string][]unit) // by feed and customer
	for _, s := range d.all {
		if a := &s.action; !s.storm && (a.Kind == Create || a.Kind == Reopen && a.Code == CodeAgain) {
			feed, customer := s.key.Feed, s.issue.Customer
			if due[feed] == nil {
				due[feed] = make(map[string][]unit)
			}
			due[feed][customer] = append(due[feed][customer], unit{members: []*subject{s}})
		}
	}
	for feed, customers := range due {
		var left []unit
		for _, customer := range slices.Sorted(maps.Keys(customers)) {
			left = append(left, d.level(crowd{feed: feed, customer: customer}, customers[customer])...)
		}
		storms := make(map[crowd][]unit)
		for _, u := range d.level(crowd{feed: feed, all: true}, left) {
			storms[u.storm] = append(storms[u.storm], u)
		}
		delete(storms, crowd{}) // problems with tickets of their own
		for c, units := range storms {
			d.fold(c, units)
		}
	}
}

// level folds what exceeds the limit of a crowd whose storm is open. It returns
// what is left to create: problems with tickets of their own, and new storm
// tickets. While a global storm is open, the keys folded into it come last.
func (d *differ) level(c crowd, units []unit) []unit {
	if d.limits[c.all].Limit <= 0 || c.all && d.policy.StormCompany == "" || !c.all && c.customer == "" {
		return units
	}
	if st := d.storm(c); st.ours != nil {
		own, folded := d.divide(c, st, units)
		d.fold(c, folded)
		return own
	}
	var fresh, taken []unit
	global := d.storm(crowd{feed: c.feed, all: true})
	for _, u := range d.unsnoozed(c, units) {
		if global.ours != nil && u.members[0].known.Storm == global.id {
			taken = append(taken, u)
		} else {
			fresh = append(fresh, u)
		}
	}
	room := d.room(c)
	if len(fresh) > room {
		fresh, room = []unit{c.together(fresh)}, 1 // the storm's ticket takes the room
	}
	if len(taken) > room-len(fresh) {
		taken = []unit{c.together(taken)}
	}
	return append(fresh, taken...)
}

// divide says which units of a crowd get tickets of their own and which fold
// into its open storm.
func (d *differ) divide(c crowd, st *subject, units []unit) (own, folded []unit) {
	room, window, age := d.room(c), d.limits[c.all].Window, d.at.Sub(st.ours.Created)
	switch {
	case age < window:
		return nil, units
	case len(units) <= room && age > d.policy.UpdateEvery:
		return units, nil
	}
	for _, u := range units {
		// The memory's time of when a problem was first named counts before
		// Since. A problem whose times are unknown is not late.
		early := slices.ContainsFunc(u.members, func(s *subject) bool {
			return cmp.Or(d.named(s), s.issue.Since).Before(st.ours.Created.Add(window))
		})
		if u.severity() > st.ours.Mark.Severity || !early {
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

// unsnoozed holds and leaves out the units that are silenced because a person
// closed or merged the crowd's last storm: those that began before that and are
// no more severe. A unit whose beginning nobody knows counts as begun before.
func (d *differ) unsnoozed(c crowd, units []unit) []unit {
	st := d.storm(c)
	merged := st.first(DoingMerged)
	t := cmp.Or(merged, st.last)
	if t == nil || t.doing == DoingClosed || t.doing == DoingToolClosed || merged == nil && !within(d.at, t.closedAt(), d.policy.Snooze) {
		return units
	}
	return slices.DeleteFunc(slices.Clone(units), func(u unit) bool {
		if u.severity() > t.Mark.Severity || slices.ContainsFunc(u.members, func(s *subject) bool {
			return d.board.Known != nil && s.known.Storm != st.id || d.began(s).After(t.closedAt())
		}) {
			return false
		}
		for _, s := range u.members {
			s.folded = st.id
			a := d.begin(s)
			a.Related = []int64{t.ID}
			d.snooze(a, Create, t.closedAt())
			if merged != nil {
				a.Until = time.Time{}
			}
		}
		return true
	})
}
