package reconcile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// fold lets the crowd's ticket stand for the units, and decides about that
// ticket.
func (d *differ) fold(c crowd, units []unit) {
	members := c.together(units).members
	if len(members) == 0 {
		return
	}
	st := d.subjectOf(c.key())
	st.storm = true
	slices.SortFunc(members, func(a, b *subject) int { return cmp.Compare(a.id, b.id) })
	st.issue = d.stormIssue(c, st, members)
	a := d.begin(st)
	switch {
	case st.tool == nil && st.ours == nil && st.first(DoingMerged) != nil:
		d.create(a, st, CodeMany) // problems after a person's merge get a new ticket
	case d.special(a, st):
	case st.ours != nil:
		d.about(a, st, st.ours)
		d.stormGoesOn(a, st, members, d.limits[c.all].Window)
	default:
		d.create(a, st, CodeMany)
	}
	into := cmp.Or(st.ours, &ticket{Ticket: new(Ticket)}).ID // 0: the ticket is created in this run
	for _, s := range members {
		m := d.begin(s)
		m.Kind, m.Code, m.Related = Fold, CodeStorm, []int64{into}
		s.folded = st.id
	}
}

// stormGoesOn writes to the ticket what is new: a rise in severity at once,
// newly folded keys at most once a Window, and a note for every day that it
// lasts.
func (d *differ) stormGoesOn(a *Action, st *subject, members []*subject, window time.Duration) {
	said, state := a.Before.Written, mark.DigestOf(st.issue.State)
	grown := a.Before.Digests.State != state && slices.ContainsFunc(members, func(s *subject) bool {
		return s.known.Storm != st.id || s.known.Folded.After(said)
	})
	code := CodeStormLasts
	switch {
	case st.ours.Silenced:
	case st.issue.Severity > a.Before.Severity:
		code = CodeEscalated
	case grown && !within(d.at, said, window):
		code = CodeGrown
	case !within(d.at, said, 24*time.Hour):
		code = CodeDaily
	}
	switch {
	case code != CodeStormLasts:
		a.Changes = d.changes(a, st, st.ours)
		d.stamp(a, st)
		d.written(a, Update, code)
	case !a.Before.AbsentSince.IsZero() || a.Before.State != mark.Storm:
		d.stormBack(a)
	default:
		keep(a, code)
		d.endSecond(a, st)
	}
}

// stormBack stops the timer of a storm that goes on.
func (d *differ) stormBack(a *Action) {
	a.After.AbsentSince, a.After.State = time.Time{}, mark.Storm
	if a.After.Digests.State == mark.Recovered {
		a.After.Digests.State = ""
	}
	markOnly(a, CodeBack)
}

// stormIssue makes the problem that a storm ticket is about. Its severity never
// falls and its company never changes.
func (d *differ) stormIssue(c crowd, st *subject, members []*subject) *Issue {
	is := &Issue{Key: c.key(), Kind: "storm", Severity: unit{members: members}.severity()}
	ids := make([]string, len(members))
	for i, s := range members {
		m := s.issue
		ids[i] = string(s.id)
		if m.Severity == is.Severity {
			is.Class = cmp.Or(is.Class, m.Class)
		}
		if !m.Since.IsZero() && (is.Since.IsZero() || m.Since.Before(is.Since)) {
			is.Since = m.Since
		}
		if !c.all {
			is.Customer, is.CustomerName, is.Company = m.Customer, cmp.Or(is.CustomerName, m.CustomerName), cmp.Or(is.Company, m.Company)
		}
	}
	is.Company = cmp.Or(is.Company, d.policy.StormCompany)
	if st.ours != nil {
		is.Severity, is.Company = max(is.Severity, st.ours.Mark.Severity), ""
	}
	is.Summary = normalSummary("Many problems at once: " + cmp.Or(is.CustomerName, is.Customer, c.feed))
	is.State = "storm " + text.Hash(16, ids...)
	is.Detail = stormDetail(members, is.Since)
	return is
}

// endStorms decides about the storm tickets that nothing was folded into in
// this run. It also finds the keys that leave their storms although nobody saw
// them healthy, and lists those of open storms. A storm that a person closed
// keeps its keys until absence says that their problems are over.
func (d *differ) endStorms() {
	for _, st := range d.all {
		if st.storm && st.action.Kind == "" {
			a := d.begin(st)
			if !d.special(a, st) && st.ours != nil {
				d.about(a, st, st.ours)
				d.endStorm(a, st)
			}
		}
		for _, s := range d.folded[st.id] {
			if lets, code := d.stormLets(s); lets && !s.named() && s.action.Kind == "" {
				s.over = st.ours != nil || code == CodeOver || code == CodeGone
				if st.ours != nil {
					a := d.begin(s)
					keep(a, code)
					a.Related = []int64{st.ours.ID}
				}
			}
		}
	}
}

// endStorm ends a storm when none of its keys is a problem without a ticket of
// its own any more, and that has been so for a Window. If the memory does not
// know the storm, the storm's customer must have been looked at.
func (d *differ) endStorm(a *Action, st *subject) {
	l, unseen := d.sees(a.Before.Source, a.Before.Customer)
	if l != nil && st.known != (Known{}) {
		unseen = ""
	}
	over := !slices.ContainsFunc(d.folded[st.id], d.holdsUp)
	switch {
	case unseen != "":
		keep(a, unseen)
	case a.Before.Digests.State == mark.Recovered && a.Before.State == mark.Storm:
		keep(a, CodeNoted)
	case !over && !a.Before.AbsentSince.IsZero():
		d.stormBack(a)
	case !over:
		keep(a, CodeStormLasts)
		d.endSecond(a, st)
	default:
		d.endTicket(a, st, st.ours, l.Vouched)
		d.endSecond(a, st)
	}
}

// endTicket ends a storm's ticket once its timer has run for a Window; now ends
// it at once.
func (d *differ) endTicket(a *Action, st *subject, t *ticket, now bool) {
	how, left := d.recovery(a, st, t)
	window := d.limits[t.Mark.Customer == nobody].Window
	if left || window > 0 && !now && d.waits(a, a.Before.AbsentSince, window, CodeRecovering) {
		return
	}
	d.finish(a, how, CodeStormOver)
}

// endSecond ends another open storm ticket of the crowd, one that nothing is
// folded into. A plan has one action for a key, so this waits for a run in
// which nothing is done about the first ticket.
func (d *differ) endSecond(a *Action, st *subject) {
	for _, t := range st.tickets {
		if a.Kind != Keep || t == st.ours || !t.Open || t.MergedInto != 0 || !t.marked() || !t.entered() || t.Mark.Digests.State == mark.Recovered && t.Mark.State == mark.Storm {
			continue
		}
		second := Action{Key: a.Key, KeyID: a.KeyID}
		d.about(&second, st, t)
		if d.endTicket(&second, st, t, false); second.Kind.Writes() {
			*a = second
			return
		}
	}
}

// holdsUp reports whether a key keeps its storm from ending. It does unless it
// has left the storm, or is a problem with an open ticket of its own. A key that
// folds into another storm in this run belongs to that one from the next run.
func (d *differ) holdsUp(s *subject) bool {
	lets, _ := d.stormLets(s)
	return !lets && (s.issue == nil || !s.covered())
}

// stormLets reports whether a key that is not a problem now has left its storm,
// and why: it is healthy, over by absence, absent for a day, or its customer is
// no longer listed.
func (d *differ) stormLets(s *subject) (bool, string) {
	if s.named() {
		return s.healthy != nil && s.issue == nil, CodeRecovered
	}
	source, customer, since := mark.SourceID(s.key.Feed), mark.CustomerID(s.known.Customer), s.known.AbsentSince
	code, _ := d.absent(source, customer, since)
	switch code {
	case CodeOver, CodeGone, CodeNotListed:
		return true, code
	case CodeAbsent, CodeGoing:
		l := d.looks[source]
		return l.Vouched || !since.IsZero() && d.at.Sub(since) >= absentEnough && !d.quiet(l, since), CodeAbsent
	}
	return false, code
}

// noteRoom is how many bytes of names a storm's text holds: as much as a
// technician still reads, and far less than a note can hold.
const noteRoom = 4000

// stormDetail counts the members by kind and class, says since when they last,
// and names them, the most severe first, as far as noteRoom allows.
func stormDetail(members []*subject, eldest time.Time) string {
	kinds := tally(members, func(is *Issue) string { return is.Kind })
	classes := tally(members, func(is *Issue) string { return is.Class })
	var b strings.Builder
	fmt.Fprintf(&b, "%d at once: %s; by class: %s%s.", len(members), kinds, classes, stamp(", the first since", eldest))
	sorted := slices.SortedFunc(slices.Values(members), func(a, b *subject) int {
		return cmp.Or(cmp.Compare(b.issue.Severity, a.issue.Severity), cmp.Compare(a.issue.Summary, b.issue.Summary), cmp.Compare(a.id, b.id))
	})
	for i, s := range sorted {
		if b.Len() > noteRoom {
			fmt.Fprintf(&b, "\nand %d more", len(sorted)-i)
			break
		}
		fmt.Fprintf(&b, "\n- %s (%s)", s.issue.Summary, s.issue.Severity)
	}
	return b.String()
}

// tally returns "12 failed, 3 offline": the most frequent first, at most eight.
func tally(members []*subject, of func(*Issue) string) string {
	counts := make(map[string]int)
	for _, s := range members {
		counts[cmp.Or(text.Line(of(s.issue)), "other")]++
	}
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	var out []string
	for i, name := range names {
		if i == 8 {
			out = append(out, fmt.Sprintf("%d of other kinds", len(names)-i))
			break
		}
		out = append(out, fmt.Sprintf("%d %s", counts[name], name))
	}
	return strings.Join(out, ", ")
}
