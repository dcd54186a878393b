package reconcile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// fold lets the crowd's ticket stand for the units, and decides about it.
func (d *differ) fold(c crowd, units []unit) {
	var members []*subject
	for _, u := range units {
		members = append(members, u.members...)
	}
	if len(members) == 0 {
		return
	}
	key := c.key()
	st := d.byID[key.ID()]
	if st == nil {
		st = d.add(key.ID())
	}
	st.key, st.storm = key, true
	if st.action.Kind == Create { // another unit of the same customer came first
		for _, s := range d.all {
			if s.folded == st.id && s.action.Kind == Fold {
				members = append(members, s)
			}
		}
	}
	slices.SortFunc(members, func(a, b *subject) int { return cmp.Compare(a.id, b.id) })
	st.issue = d.stormIssue(c, st, members)
	a := d.begin(st)
	switch {
	case st.tool != nil:
		d.about(a, st, st.tool)
		hold(a, CodeOlderTool, "")
	case st.ours != nil:
		d.about(a, st, st.ours)
		d.stormGoesOn(a, st, members, cmp.Or(d.windowOf(c), time.Hour))
	default:
		d.create(a, st, CodeMany)
	}
	for _, s := range members {
		m := &s.action
		m.Kind, m.Code, m.After, m.Changes, m.Note, m.Since = Fold, CodeStorm, m.Before, nil, false, time.Time{}
		m.Related = []int64{a.Ticket}
		s.folded = st.id
	}
}

func (d *differ) windowOf(c crowd) time.Duration {
	if c.all {
		return d.policy.GlobalStorm.Window
	}
	return d.policy.CustomerStorm.Window
}

// stormGoesOn says in the ticket what is new: a rise in severity at once, what
// has been folded since at most once a Window, and every day that it lasts.
func (d *differ) stormGoesOn(a *Action, st *subject, members []*subject, window time.Duration) {
	t := st.ours
	a.Changes = d.changes(a, st, t)
	said := a.Before.Written
	grown := slices.ContainsFunc(members, func(s *subject) bool {
		return s.known == nil || s.known.Storm != st.id || s.known.Folded.After(said)
	}) && a.Before.Digests.State != mark.DigestOf(stateText(st.issue))
	code := ReasonCode("")
	switch {
	case t.Silenced:
	case st.issue.Severity > a.Before.Severity:
		code = CodeEscalated
	case grown && !within(d.at, said, window):
		code = CodeGrown
	case !within(d.at, said, 24*time.Hour):
		code = CodeDaily
	}
	switch {
	case code != "":
		if !slices.ContainsFunc(a.Changes, func(c Change) bool { return c.Field == FieldState }) {
			a.Changes = append(a.Changes, Change{Field: FieldState, New: st.issue.State})
		}
		d.stamp(a, st)
		d.written(a, Update, code)
	case !a.Before.AbsentSince.IsZero() || a.Before.State != mark.Storm:
		a.Changes = nil
		a.After.AbsentSince, a.After.State = time.Time{}, mark.Storm
		a.After.Digests.State = without(mark.Recovered, a.After.Digests.State)
		markOnly(a, CodeBack)
	default:
		a.Changes = nil
		keep(a, CodeStormLasts)
		d.endSecond(a, st)
	}
}

// stormIssue is the problem that a storm ticket is about. Its severity never
// falls and its company never changes.
func (d *differ) stormIssue(c crowd, st *subject, members []*subject) *Issue {
	is := &Issue{Key: c.key(), Kind: "storm", Company: d.policy.StormCompany}
	name := c.feed
	ids := make([]string, len(members))
	for i, s := range members {
		m := s.issue
		ids[i] = string(s.id)
		if m.Severity > is.Severity || i == 0 {
			is.Severity, is.Class = m.Severity, m.Class
		}
		if !m.Since.IsZero() && (is.Since.IsZero() || m.Since.Before(is.Since)) {
			is.Since = m.Since
		}
		if !c.all {
			is.Customer, is.CustomerName = m.Customer, cmp.Or(is.CustomerName, m.CustomerName)
			if m.Company != "" && (is.Company == d.policy.StormCompany || m.Company < is.Company) {
				is.Company = m.Company
			}
			name = cmp.Or(is.CustomerName, is.Customer)
		}
	}
	if st.ours != nil {
		is.Severity, is.Company = max(is.Severity, st.ours.mark.Severity), ""
	}
	is.Summary = normalSummary("Many problems at once: " + name)
	is.State = "storm " + mark.Hash(16, ids...)
	is.Detail = stormDetail(members)
	return is
}

// noteRoom is how many bytes of names a storm's text holds: what a technician
// still reads, and far below what a note can hold.
const noteRoom = 4000

// stormDetail counts the members, says of what kind they are and since when, and
// names them, gravest first, as far as a note holds.
func stormDetail(members []*subject) string {
	kinds, classes := make(map[string]int), make(map[string]int)
	var eldest time.Time
	for _, s := range members {
		kinds[cmp.Or(oneLine(s.issue.Kind), "other")]++
		classes[cmp.Or(oneLine(s.issue.Class), "other")]++
		if t := s.issue.Since; !t.IsZero() && (eldest.IsZero() || t.Before(eldest)) {
			eldest = t
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s at once: %s; by class: %s", plural(len(members), "problem"), tally(kinds), tally(classes))
	fmt.Fprintf(&b, "%s.\n", stamp(", the first since", eldest))
	sorted := slices.SortedFunc(slices.Values(members), func(a, b *subject) int {
		return cmp.Or(cmp.Compare(b.issue.Severity, a.issue.Severity), cmp.Compare(a.issue.Summary, b.issue.Summary), cmp.Compare(a.id, b.id))
	})
	for i, s := range sorted {
		line := fmt.Sprintf("- %s (%s)\n", s.issue.Summary, s.issue.Severity)
		if b.Len()+len(line) > noteRoom {
			fmt.Fprintf(&b, "and %d more\n", len(sorted)-i)
			break
		}
		b.WriteString(line)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// tally gives "12 failed, 3 offline", the most first.
func tally(counts map[string]int) string {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	const most = 8
	var out []string
	for i, name := range names {
		if i == most && len(names) > most+1 {
			out = append(out, fmt.Sprintf("and %d kinds more", len(names)-most))
			break
		}
		out = append(out, fmt.Sprintf("%d %s", counts[name], name))
	}
	return strings.Join(out, ", ")
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// endStorms decides about the open storm tickets that nothing was folded into
// in this run.
func (d *differ) endStorms() {
	for _, st := range slices.Clone(d.all) {
		if !st.storm || st.action.Kind != "" {
			continue
		}
		a := d.begin(st)
		switch {
		case st.tool != nil:
			d.about(a, st, st.tool)
			hold(a, CodeOlderTool, "")
		case st.ours != nil:
			d.about(a, st, st.ours)
			d.endStorm(a, st)
		case st.lost != nil:
			d.about(a, st, st.lost)
			keep(a, CodeStormLasts)
		case st.foreign != nil:
			d.about(a, st, st.foreign)
			hold(a, CodeForeign, "")
		case st.copied != nil:
			d.about(a, st, st.copied)
			hold(a, CodeCopy, "")
		case st.merged != nil:
			d.about(a, st, st.merged)
			keep(a, CodeMerged)
		case st.project != nil:
			d.about(a, st, st.project)
			keep(a, CodeProject)
		}
		d.leave(st)
	}
}

// endStorm ends a storm when none of its keys is a problem without a ticket of
// its own any more, and that has been so for a Window.
func (d *differ) endStorm(a *Action, st *subject) {
	l := d.looks[a.Before.Source]
	if l == nil {
		keep(a, CodeOtherFeed)
		return
	}
	if a.Before.Digests.State == mark.Recovered && st.ours.Open && a.Before.State == mark.Storm {
		keep(a, CodeNoted)
		return
	}
	how, left := d.recovery(a, st)
	if left {
		return
	}
	if !d.stormOver(st, l) {
		switch {
		case !a.Before.AbsentSince.IsZero():
			a.After.AbsentSince = time.Time{}
			markOnly(a, CodeBack)
		default:
			keep(a, CodeStormLasts)
			d.endSecond(a, st)
		}
		return
	}
	window := d.policy.CustomerStorm.Window
	if a.Before.Customer == nobody {
		window = d.policy.GlobalStorm.Window
	}
	if l.Vouched {
		window = 0
	}
	if window > 0 && d.waits(a, a.Before.AbsentSince, window, CodeRecovering) {
		if a.Kind == Keep {
			d.endSecond(a, st)
		}
		return
	}
	d.finish(a, how, CodeStormOver)
}

// stormOver says that every key of a storm is over or has a ticket of its own.
func (d *differ) stormOver(st *subject, l *look) bool {
	over := true
	for _, s := range d.folded(st.id) {
		over = d.stormLets(st, s) && over
	}
	if over && d.board.Known == nil {
		// Nobody knows which keys those were: it takes what an ordinary close
		// takes, of the same customer.
		return d.someEvidence(st.ours.mark, l)
	}
	return over
}

// stormLets says that a key holds up the end of its storm no longer.
func (d *differ) stormLets(st, s *subject) bool {
	switch {
	case s.issue != nil:
		if s.covered() {
			return true
		}
		customer := d.storm(crowd{feed: s.key.Feed, customer: s.issue.Customer})
		return st.ours.mark.Customer == nobody && customer != nil && customer != st && customer.ours != nil
	case s.healthy != nil:
		return true
	case s.suppressed != nil:
		return false
	}
	l, code := d.sees(mark.SourceID(s.key.Feed), mark.CustomerID(s.known.Customer))
	since := s.known.AbsentSince
	switch {
	case code == CodeNotListed, code == "" && l.Vouched:
		return true
	case code != "" || since.IsZero() || d.quiet(l, s, since):
		return false
	case l.Kind == ActiveAlerts && d.at.Sub(since) >= max(d.policy.CloseAfter, missedFor):
		return true
	}
	return d.at.Sub(since) >= absentEnough
}

func (d *differ) someEvidence(m mark.Mark, l *look) bool {
	if l.Kind == ActiveAlerts && !l.quiet && (m.Customer == nobody && l.Everything || m.Customer != nobody && (l.Everything || l.customers[m.Customer])) {
		return true
	}
	return slices.ContainsFunc(d.obs.Healthy, func(h Healthy) bool {
		return mark.SourceID(h.Key.Feed) == m.Source && (m.Customer == nobody || mark.CustomerID(h.Customer) == m.Customer)
	})
}

// leave lists the keys that leave a storm although nobody saw them well.
func (d *differ) leave(st *subject) {
	if st.ours == nil {
		return
	}
	for _, s := range d.folded(st.id) {
		if s.named() || s.action.Kind != "" || !d.stormLets(st, s) {
			continue
		}
		a := d.begin(s)
		_, code := d.sees(mark.SourceID(s.key.Feed), mark.CustomerID(s.known.Customer))
		keep(a, cmp.Or(code, CodeAbsent))
		a.Related = []int64{st.ours.ID}
		s.over = true
	}
}

// endSecond ends a second open storm ticket of the crowd, which nothing folds
// into: its end is the action of a key about whose first ticket nothing is done.
func (d *differ) endSecond(a *Action, st *subject) {
	first := st.ours
	i := slices.IndexFunc(st.open, func(t *ticket) bool {
		return t != first && t.mark.State == mark.Storm && t.Place == mark.Ours && t.EnteredByUs
	})
	if i < 0 {
		return
	}
	second := st.open[i]
	how := d.policy.OnRecovery[second.Stage]
	if how == RecoveryNone || second.mark.Digests.State == mark.Recovered || second.OtherBoard {
		return
	}
	b := *a
	d.about(&b, st, second)
	b.Issue = nil
	window := d.policy.CustomerStorm.Window
	if second.mark.Customer == nobody {
		window = d.policy.GlobalStorm.Window
	}
	if window > 0 && d.waits(&b, second.mark.AbsentSince, window, CodeRecovering) {
		if b.Kind == MarkOnly {
			*a = b
		}
		return
	}
	d.finish(&b, how, CodeStormOver)
	*a = b
}
