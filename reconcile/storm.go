package reconcile

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// Storm turns many new tickets into one. When the tickets created for a group
// within Window, together with those that are now due, exceed Limit, none is
// created: one ticket stands for all the group's problems that have no ticket
// of their own, for as long as it is open. Who they are is found out anew in
// every run and stored nowhere; when they change, the ticket is updated. It is
// ended as [Stages] says once none is left and something of the group is
// healthy.
//
//	before (no storm)             14 create   a customer's line is down
//	after  (Limit 10, an hour)     1 create, 14 fold
//
// It is the "ticket flood limit" of other products (10 tickets in 3600 s) with
// the difference that nothing above the limit is lost.
type Storm struct {
	// Limit is how many tickets may be created in Window; 0 is no limit.
	Limit int `json:"limit,omitzero"`
	// Window is how far back created tickets are counted.
	Window time.Duration `json:"window,omitzero"`
}

func (s Storm) check(e *InputError, path string) {
	if s.Limit < 0 {
		e.add(path+".limit", "%d is negative", s.Limit)
	}
	if s.Window < 0 {
		e.add(path+".window", "%s is negative", s.Window)
	}
}

// stormPrefix begins the subjects of the keys of storm tickets; check keeps it
// free of others.
const stormPrefix = "storm:"

// crowd is a group of a source, or, with all, the whole source.
type crowd struct {
	source, group string
	all           bool
}

func (c crowd) key() Key {
	if c.all {
		return Key{Source: c.source, Subject: stormPrefix + "all"}
	}
	return Key{Source: c.source, Subject: stormPrefix + "group:" + c.group}
}

func compareCrowds(a, b crowd) int {
	return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.group, b.group))
}

// storms folds creates into storm tickets and decides about those tickets.
func (d *differ) storms() {
	if d.policy.GroupStorm.Limit > 0 {
		d.foldCrowds(d.policy.GroupStorm, false)
	}
	if d.policy.GlobalStorm.Limit > 0 {
		d.foldCrowds(d.policy.GlobalStorm, true)
	}
	d.endStorms()
}

func (d *differ) foldCrowds(limit Storm, all bool) {
	due := make(map[crowd][]int)
	for i := range slices.Backward(d.actions) { // ascending keys
		if a := &d.actions[i]; a.Kind == Create && a.Code != CodeRenewed && !isStorm(a.Key) {
			c := crowd{source: a.Key.Source, group: a.Issue.Group}
			if all {
				c = crowd{source: a.Key.Source, all: true}
			}
			due[c] = append(due[c], i)
		}
	}
	if len(due) == 0 {
		return
	}
	recent := d.recent(limit.Window, all)
	for _, c := range slices.SortedFunc(maps.Keys(due), compareCrowds) {
		marked := markedCrowd{source: d.survey.sources.of(c.source)}
		if !all {
			marked.group = d.survey.groups.of(c.group)
		}
		if d.openStorms[c.key().ID()] || recent[marked]+len(due[c]) > limit.Limit {
			d.fold(c, due[c])
		}
	}
}

func isStorm(k Key) bool { return strings.HasPrefix(k.Subject, stormPrefix) }

// markedCrowd is what marks say of a crowd, packed.
type markedCrowd struct{ source, group uint64 }

// recent counts our tickets created within the window.
func (d *differ) recent(window time.Duration, all bool) map[markedCrowd]int {
	counts := make(map[markedCrowd]int)
	for _, r := range d.join.rows {
		if r.kind != rowTicket {
			continue
		}
		t := &d.ticketFacts[r.index]
		if t.Mark.State == mark.Storm || t.Claim || !within(d.at, t.Created, window) {
			continue
		}
		c := markedCrowd{t.source, t.group}
		if all {
			c.group = 0
		}
		counts[c]++
	}
	return counts
}

func (d *differ) lowestCompany(members []int) string {
	lowest := d.actions[members[0]].Issue.Company
	for _, i := range members[1:] {
		lowest = min(lowest, d.actions[i].Issue.Company)
	}
	return lowest
}

// fold lets one ticket stand for the members.
func (d *differ) fold(c crowd, members []int) {
	key := c.key()
	is := &Issue{Key: key, Kind: "storm", Summary: "Many problems at once: " + c.source, Company: d.policy.StormCompany}
	if !c.all {
		first := d.actions[members[0]].Issue
		is.Group, is.GroupName, is.Company = first.Group, first.GroupName, d.lowestCompany(members)
		is.Summary = "Many problems at once: " + cmp.Or(first.GroupName, first.Group, c.source)
	}
	is.Summary = NormalizeSummary(is.Summary)
	var ids []string
	var detail strings.Builder
	for _, i := range members {
		m := d.actions[i].Issue
		is.Severity = max(is.Severity, m.Severity)
		if !m.Since.IsZero() && (is.Since.IsZero() || m.Since.Before(is.Since)) {
			is.Since = m.Since
		}
		ids = append(ids, string(d.actions[i].KeyID))
		if len(ids) <= stormLines {
			detail.WriteString(m.Summary + "\n")
		}
	}
	if more := len(ids) - stormLines; more > 0 {
		detail.WriteString("and others\n")
	}
	is.State = "storm " + mark.Hash(16, ids...)
	is.Detail = strings.TrimSuffix(detail.String(), "\n")

	ticket := d.subject(key, is)
	for _, i := range members {
		a := &d.actions[i]
		a.Kind, a.Code, a.After, a.Since = Fold, CodeStorm, mark.Mark{}, time.Time{}
		a.Related, a.Similar = []int64{ticket}, nil
	}
}

// stormLines is how many members the plain text of a storm ticket names.
const stormLines = 20

// subject decides about a key that the observation does not hold and gives the
// ticket that stands for it, 0 if it is still to be created.
func (d *differ) subject(key Key, is *Issue) int64 {
	id := key.ID()
	s := subject{storm: true}
	d.collect(&s, id, d.join.find(id))
	f, _ := d.survey.issue(is)
	s.key, s.issue, s.facts = key, f.Issue, &f.facts
	delete(d.openStorms, id)
	d.decide(&s)
	return s.ticket
}

// endStorms decides about the storm tickets that nothing is folded into.
func (d *differ) endStorms() {
	if len(d.openStorms) == 0 {
		return
	}
	everyone := d.survey.groups.of("") // the global one has no group
	healthy := make(map[markedCrowd]bool)
	for i := range d.obs.Healthy {
		h := &d.obs.Healthy[i]
		source := d.survey.sources.of(h.Key.Source)
		healthy[markedCrowd{source, d.survey.groups.of(h.Group)}] = true
		healthy[markedCrowd{source, everyone}] = true
	}
	for _, id := range slices.Sorted(maps.Keys(d.openStorms)) {
		s := subject{storm: true}
		d.collect(&s, id, d.join.find(id))
		group := s.ours.group
		s.quiet = healthy[markedCrowd{s.ours.source, group}] && (group != everyone || len(d.unseen) == 0)
		d.decide(&s)
	}
}
