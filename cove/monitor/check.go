package monitor

import (
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

// clockSkew is how far a time may lie in the future and still be believed.
const clockSkew = time.Hour

// Check judges a device at a time. It is the only judge, for opening and for
// closing tickets; it is pure, and for a healthy device it does not allocate.
// The verdict refers to d.
func Check(d *cove.Device, c Customer, r *Rules, at time.Time) Verdict {
	return checkWith(d, c, r, at, 0)
}

// checkWith judges a device. The errors of the sources in ignored have been read
// and are all such as the rules ignore.
func checkWith(d *cove.Device, c Customer, r *Rules, at time.Time, ignored cove.DataSourceSet) Verdict {
	v := Verdict{Device: d, Customer: c, Class: classOf(d, r), ignored: ignored}
	o := r.override(d, &c)
	if o != nil && o.Class != 0 {
		v.Class = o.Class
	}
	cr := r.Class(v.Class)
	if reason := excluded(d, &c, r, cr, at); reason != "" {
		v.Reason = reason
		return v
	}
	if o != nil && o.Exclude {
		v.Reason = "excluded by the rules"
		return v
	}
	v.judge(r, cr, at)
	return v
}

// judge looks at contact and sources.
func (v *Verdict) judge(r *Rules, cr *ClassRules, at time.Time) {
	d := v.Device
	if f, reason := judgeContact(d, r, cr, at); reason != "" {
		v.Reason = reason
		if f.Condition == Offline {
			v.State = Offline.String()
		}
		return
	} else if f.Condition != Good {
		v.Findings = []Finding{f}
		v.conclude(r)
		return
	}
	if d.Sources&^total == 0 {
		if f, reason := judgeEmpty(d, r, at); reason != "" {
			v.Reason = reason
		} else {
			v.Findings = []Finding{f}
			v.conclude(r)
		}
		return
	}
	for s := range d.Sources.All() {
		if s == cove.SourceTotal {
			continue
		}
		st, ok := statsOf(d, s)
		if !ok {
			v.wait(s, "this source cannot be judged: its columns are not known")
			continue
		}
		f, reason := judgeSource(d, s, st, r, cr, at, v.ignored.Has(s))
		switch {
		case f.Condition != Good:
			v.Findings = append(v.Findings, f)
		case reason != "":
			v.wait(s, reason)
		case v.Since.IsZero() || f.LastGood.Before(v.Since):
			v.Since = f.LastGood
		}
	}
	if cr.Storage {
		f, reason := judgeStorage(d)
		v.add(f, reason)
	}
	if cr.Recovery > 0 {
		f, reason := judgeRecovery(d, cr, at)
		v.add(f, reason)
	}
	switch {
	case len(v.Findings) > 0:
		v.Reason = ""
		v.conclude(r)
	case v.Reason != "":
		v.Since = time.Time{}
	default:
		v.Outcome = Healthy
	}
}

// statsOf finds the columns of a source. Where the only source of a device is
// one without columns of its own, the columns over all sources are its.
func statsOf(d *cove.Device, s cove.DataSource) (*cove.SourceStats, bool) {
	if st, ok := d.Source(s); ok {
		return st, true
	}
	return &d.Total, d.Sources&^total == cove.DataSourcesOf(s)
}

var total = cove.DataSourcesOf(cove.SourceTotal)

// add notes what was found about the device as a whole.
func (v *Verdict) add(f Finding, reason string) {
	switch {
	case f.Condition != Good:
		v.Findings = append(v.Findings, f)
	case reason != "" && v.Reason == "":
		v.Reason = reason
	}
}

// wait notes the first reason why a source proves nothing.
func (v *Verdict) wait(s cove.DataSource, reason string) {
	if v.Reason == "" {
		v.Reason = sourceName(s) + ": " + reason
	}
}

// conclude draws the verdict from the findings.
func (v *Verdict) conclude(r *Rules) {
	v.Outcome = Problem
	v.Since = time.Time{}
	for i := range v.Findings {
		f := &v.Findings[i]
		v.Kind = max(v.Kind, f.Condition)
		v.Severity = max(v.Severity, f.Severity)
		if f.Since.After(v.Since) {
			v.Since = f.Since
		}
	}
	v.Summary = summary(v, r.Summary)
	v.State = state(v.Findings)
}

// excluded gives the reason why a device is not judged at all.
func excluded(d *cove.Device, c *Customer, r *Rules, cr *ClassRules, at time.Time) string {
	if reason := unreadable(d.Malformed, cr); reason != "" {
		return reason
	}
	switch {
	case cr.Off:
		return "devices of this class are not watched"
	case !r.judged(c.State):
		return "the customer's state is " + string(c.State)
	case !d.Expires.IsZero() && !d.Expires.After(at):
		return "the device has expired"
	}
	return ""
}

// unreadable names the columns that could not be read and that a verdict
// depends on; "" for none. The values stay out: they may be anything. Sizes,
// durations, the zone and the product of a device decide nothing, nor does the
// status of its storage unless the rules ask for it.
func unreadable(columns []cove.ColumnError, cr *ClassRules) string {
	var codes []string
	for i := range columns {
		c, _ := cove.LookupColumn(columns[i].Column)
		switch {
		case c.Type == cove.TypeBytes, c.Type == cove.TypeSeconds, c.Type == cove.TypeHours, c.Legacy == "PD", c.Legacy == "YS" && !cr.Storage:
		default:
			codes = append(codes, columns[i].Column)
		}
	}
	if codes == nil {
		return ""
	}
	return "columns that could not be read: " + strings.Join(codes, ", ")
}

// contactOf is the last contact (column TS). Where that is missing, the newest
// session shows that there was one.
func contactOf(d *cove.Device) time.Time {
	switch {
	case !d.Seen.IsZero():
		return d.Seen
	case d.Total.LastCompleted.After(d.Total.LastSuccess):
		return d.Total.LastCompleted
	}
	return d.Total.LastSuccess
}

// judgeContact looks at the last contact.
func judgeContact(d *cove.Device, r *Rules, cr *ClassRules, at time.Time) (Finding, string) {
	if cr.Offline == 0 {
		return Finding{}, ""
	}
	since := contactOf(d)
	if since.IsZero() {
		since = d.Created
		if since.IsZero() {
			return Finding{}, "the device never connected and has no creation date"
		}
		if at.Sub(since) <= max(r.NewGrace, cr.Offline) {
			return Finding{}, "a new device that has not connected yet"
		}
	} else if at.Sub(since) <= cr.Offline {
		return Finding{}, ""
	}
	if at.Sub(d.Created) <= r.grace(d) {
		return Finding{}, "a new device, out of contact"
	}
	f := Finding{Condition: Offline, Severity: r.Tiers.severity(at.Sub(since)), Since: since, LastGood: d.Total.LastSuccess, Limit: cr.Offline}
	if cr.ListOffline {
		return f, "offline: no contact for longer than " + duration(cr.Offline)
	}
	return f, ""
}

// grace is how long after its creation a device may be unready: longer while
// its first session runs.
func (r *Rules) grace(d *cove.Device) time.Duration {
	first := d.Total.Status.Running() && d.Total.LastSuccess.IsZero()
	if first || d.Seeding == cove.PreSeeding || d.Seeding == cove.Seeding || d.Seeding == cove.PostSeeding {
		return max(r.NewGrace, r.SeedingGrace)
	}
	return r.NewGrace
}

// judgeEmpty judges a device without any active source.
func judgeEmpty(d *cove.Device, r *Rules, at time.Time) (Finding, string) {
	switch {
	case d.Created.IsZero():
		return Finding{}, "no data source is active, and there is no creation date"
	case at.Sub(d.Created) <= r.NewGrace:
		return Finding{}, "a new device without a data source yet"
	}
	since := d.Created
	if d.Total.LastSuccess.After(since) {
		since = d.Total.LastSuccess
	}
	return Finding{
		Condition: NoSelection, Severity: r.Tiers.severity(at.Sub(since)), Since: since, LastGood: d.Total.LastSuccess, Limit: r.NewGrace,
	}, ""
}

// judgeSource judges one source: a finding with a condition, or a reason why
// nothing is proven, or neither, which is good. With ignored the errors of a
// session that completed do not count.
func judgeSource(d *cove.Device, s cove.DataSource, st *cove.SourceStats, r *Rules, cr *ClassRules, at time.Time, ignored bool) (Finding, string) {
	f := Finding{
		Source: s, Status: st.Status, Running: st.Status.Running(), Errors: st.Errors,
		Since: st.LastSuccess, LastGood: st.LastSuccess, Limit: r.limit(s, cr),
	}
	if f.Running {
		// Errors so far of a session under way say nothing yet.
		f.Status, f.Errors = st.LastCompletedStatus, 0
	}
	condition, known := conditionOf(f.Status)
	if st.LastSuccess.IsZero() {
		return judgeNever(d, f, condition, known, st, r, cr, at)
	}
	age := at.Sub(st.LastSuccess)
	reason := ""
	if age < -clockSkew {
		// A wrong clock proves no good backup; that the last session failed it
		// does not disprove.
		f.Since, reason = time.Time{}, "its last good backup lies in the future"
	}
	if seen := contactOf(d); cr.UntilContact && !seen.IsZero() && seen.Before(at) {
		age = seen.Sub(st.LastSuccess)
	}
	stale := age > f.Limit
	switch {
	case !known:
		if !stale {
			reason = "no completed session to judge by"
		}
	case condition == Missed && cr.TolerateMissed, condition == Interrupted && cr.TolerateInterrupted:
		condition = Good
		if !stale {
			reason = "the last session was missed or interrupted; the good one before is recent enough"
		}
	case ignored && condition == Errors:
		condition = Good
	case ignored && condition == Good:
	case condition == Errors && f.Running && cr.MinErrors > 1:
		condition, reason = Good, "a session is running; how many errors the last one had is not known"
	case condition == Errors && f.Errors < cr.MinErrors && cr.MinErrors > 1:
		condition = Good
	case condition == Good && f.Errors >= max(cr.MinErrors, 1):
		condition = Errors
	case condition >= NoSelection && !stale && cr.Failures > 1 && badDays(st.ColorBar) < cr.Failures:
		condition, reason = Good, "failed, but not as often in a row as the rule asks for"
	}
	if condition == Good && stale {
		condition = Stale
	}
	if condition == Good {
		if reason == "" && at.Sub(st.LastSuccess) > f.Limit {
			reason = "no contact since the last good backup grew old"
		}
		return f, reason
	}
	f.Condition, f.Severity, f.BadDays = condition, r.Tiers.severity(age), badDays(st.ColorBar)
	if condition == Errors && st.LastSuccessStatus == cove.StatusCompletedWithErrors && !f.Since.IsZero() {
		// Such sessions count as successes, so the last one does not tell when
		// the errors began.
		f.Since = st.LastSuccess.Add(-day * time.Duration(max(f.BadDays-1, 0)))
	}
	return f, ""
}

// judgeNever judges a source that has no good backup, by the creation date of
// the device (column CD).
func judgeNever(d *cove.Device, f Finding, condition Condition, known bool, st *cove.SourceStats, r *Rules, cr *ClassRules, at time.Time) (Finding, string) {
	f.Since, f.BadDays = d.Created, badDays(st.ColorBar)
	failing := known && (condition == Failed || condition == OverQuota)
	age := at.Sub(d.Created)
	switch {
	case known && condition == Good:
		return Finding{}, "the last session completed, but there is no time of a success"
	case known && condition == Errors:
		f.Condition, f.Severity = Errors, reconcile.SeverityLow
		return f, ""
	case failing && f.BadDays < cr.Failures && age <= r.grace(d):
		return Finding{}, "failed, but not as often in a row as the rule asks for"
	case failing && (d.Created.IsZero() || age <= max(f.Limit, r.NewGrace)):
		f.Condition, f.Severity = condition, reconcile.SeverityLow
		return f, ""
	case d.Created.IsZero():
		return Finding{}, "never backed up, and there is no creation date"
	case age <= max(f.Limit, r.NewGrace):
		return Finding{}, "the first backup is awaited"
	case f.Running && (age <= r.SeedingGrace || !d.Total.LastSuccess.IsZero() && time.Duration(firstDay(st.ColorBar))*day <= r.SeedingGrace):
		// A source may be younger than its device. When its first session began
		// is not told, but the colour bar remembers the day.
		return Finding{}, "the first backup is running"
	}
	f.Condition, f.Severity = Never, r.Tiers.severity(age)
	if !d.Total.LastSuccess.IsZero() {
		// Another source is backed up: this one may have been added today, and
		// the age of the device says nothing about it.
		f.Severity = reconcile.SeverityLow
	}
	return f, ""
}
