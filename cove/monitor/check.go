package monitor

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove"
)

// clockSkew is how far in the future a time may lie and still count.
const clockSkew = time.Hour

// Check judges a device at a time. It is the only judge, for opening tickets
// and for closing them. It is pure, and does not allocate for a healthy device.
// The verdict keeps the pointer d.
func Check(d *cove.Device, c Customer, r *Rules, at time.Time) Verdict {
	return checkWith(d, c, r, at, 0)
}

// A judge holds everything that a device is judged by.
type judge struct {
	*cove.Device
	rules *Rules
	class *ClassRules
	at    time.Time
	// until is the time up to which ages are measured: now, or the last contact.
	until time.Time
	// ignored are the sources whose errors have been read and that the rules all
	// ignore.
	ignored cove.DataSourceSet
}

func judgeOf(v *Verdict, r *Rules, at time.Time) judge {
	j := judge{Device: v.Device, rules: r, class: r.Class(v.Class), at: at, until: at, ignored: v.ignored}
	if seen := contactOf(v.Device); j.class.UntilContact && !seen.IsZero() && seen.Before(at) {
		j.until = seen
	}
	return j
}

// checkWith judges a device without the errors of the sources in ignored.
func checkWith(d *cove.Device, c Customer, r *Rules, at time.Time, ignored cove.DataSourceSet) Verdict {
	v := Verdict{Device: d, Customer: c, ignored: ignored}
	v.Class, _ = classOf(d, r)
	o := r.override(d, &c)
	if o != nil && o.Class != 0 {
		v.Class = o.Class
	}
	j := judgeOf(&v, r, at)
	if v.Reason = j.excluded(&v, o); v.Reason == "" {
		v.judge(&j)
	}
	return v
}

// judge looks at contact and sources.
func (v *Verdict) judge(j *judge) {
	f, reason := j.contact()
	if whole := f.Condition != Good || reason != ""; !whole && j.Sources&^total == 0 {
		f, reason = j.empty()
	} else if !whole {
		v.judgeSources(j)
		return
	}
	if reason != "" {
		v.Reason = reason
		if f.Condition == Offline {
			v.State = Offline.String()
		}
		return
	}
	v.Findings = []Finding{f}
	v.conclude(j.rules)
}

func (v *Verdict) judgeSources(j *judge) {
	for s := range (j.Sources &^ total).All() {
		f, reason := j.source(s)
		if reason != "" {
			reason = sourceName(s) + ": " + reason
		}
		v.add(f, reason)
		if f.Condition == Good && (v.Since.IsZero() || f.LastGood.Before(v.Since)) {
			v.Since = f.LastGood
		}
	}
	f, reason := j.storage()
	v.add(f, reason)
	f, reason = j.recovery()
	v.add(f, reason)
	switch {
	case len(v.Findings) > 0:
		v.Reason = ""
		v.conclude(j.rules)
	case v.Reason != "":
		v.Since = time.Time{}
	default:
		v.Outcome = Healthy
		v.Reason = j.rules.whyIgnored(v)
	}
}

// add records what was found about a source, or about the device as a whole.
func (v *Verdict) add(f Finding, reason string) {
	if f.Condition != Good {
		v.Findings = append(v.Findings, f)
	} else if v.Reason == "" {
		v.Reason = reason
	}
}

// statsOf finds the columns of a source. If the only source of a device has no
// columns of its own, the columns over all sources are used.
func statsOf(d *cove.Device, s cove.DataSource) (*cove.SourceStats, bool) {
	if st, ok := d.Source(s); ok {
		return st, true
	}
	return &d.Total, d.Sources&^total == cove.DataSourcesOf(s)
}

var total = cove.DataSourcesOf(cove.SourceTotal)

// sourcesOf yields the active sources of a device that have columns, each with
// its columns.
func sourcesOf(d *cove.Device) iter.Seq2[cove.DataSource, *cove.SourceStats] {
	return func(yield func(cove.DataSource, *cove.SourceStats) bool) {
		for s := range (d.Sources &^ total).All() {
			if st, ok := statsOf(d, s); ok && !yield(s, st) {
				return
			}
		}
	}
}

// conclude draws the verdict from the findings.
func (v *Verdict) conclude(r *Rules) {
	v.Outcome = Problem
	v.Since = time.Time{}
	for _, f := range v.Findings {
		v.Kind = max(v.Kind, f.Condition)
		v.Severity = max(v.Severity, f.Severity)
		if f.Since.After(v.Since) {
			v.Since = f.Since
		}
	}
	v.Summary = summary(v, r.Summary)
	v.State = state(v.Findings)
}

// excluded returns the reason why a device is not judged at all.
func (j *judge) excluded(v *Verdict, o *Override) string {
	unread, _ := j.unread()
	switch {
	case unread != nil:
		return "columns that could not be read: " + strings.Join(unread, ", ")
	case o != nil && o.Exclude:
		return "excluded by the rules"
	case v.Class == 0:
		return "the type of its operating system is not known, so nobody can say which rules hold"
	case j.class.Off:
		return "devices of this class are not watched"
	case !slices.Contains(j.rules.CustomerStates, v.Customer.State):
		return "the customer's state is " + string(v.Customer.State)
	case !j.Expires.IsZero() && !j.Expires.After(j.at):
		return "the device has expired"
	}
	return ""
}

// contactOf returns the last contact (column TS). If that is missing, the
// newest session proves that there was one.
func contactOf(d *cove.Device) time.Time {
	switch {
	case !d.Seen.IsZero():
		return d.Seen
	case d.Total.LastCompleted.After(d.Total.LastSuccess):
		return d.Total.LastCompleted
	}
	return d.Total.LastSuccess
}

// found completes a finding with its condition and severity. The severity rises
// with the time since from, unless from is zero.
func (j *judge) found(f Finding, c Condition, from time.Time) Finding {
	row := c.row()
	f.Condition, f.Severity = c, row.severity
	if !row.rises {
		return f
	}
	f.Severity = max(f.Severity, j.class.Severity)
	if f.Rises = from; !from.IsZero() {
		until := j.until
		if c == Offline {
			until = j.at
		}
		f.Severity = max(f.Severity, j.rules.SeverityAges.severity(until.Sub(from)))
	}
	return f
}

// contact judges the last contact.
func (j *judge) contact() (Finding, string) {
	since, limit := contactOf(j.Device), j.class.Offline
	never := since.IsZero()
	if never {
		since = j.Created
	}
	switch {
	case limit == 0, !never && j.at.Sub(since) <= limit:
		return Finding{}, ""
	case since.IsZero():
		return Finding{}, "the device never connected and has no creation date"
	case never && j.at.Sub(since) <= max(j.rules.NewGrace, limit):
		return Finding{}, "a new device that has not connected yet"
	case j.at.Sub(j.Created) <= j.grace():
		return Finding{}, "a new device, out of contact"
	}
	f := j.found(Finding{Since: since, LastGood: j.Total.LastSuccess, Limit: limit}, Offline, since)
	if j.class.ListOffline {
		return f, "offline: no contact for longer than " + duration(limit)
	}
	return f, ""
}

// grace returns how long after its creation a device may be without a backup:
// longer while its first session runs.
func (j *judge) grace() time.Duration {
	first := j.Total.Status.Running() && j.Total.LastSuccess.IsZero()
	if first || j.Seeding == cove.PreSeeding || j.Seeding == cove.Seeding || j.Seeding == cove.PostSeeding {
		return max(j.rules.NewGrace, j.rules.SeedingGrace)
	}
	return j.rules.NewGrace
}

// empty judges a device without any active source.
func (j *judge) empty() (Finding, string) {
	switch {
	case j.Created.IsZero():
		return Finding{}, "no data source is active, and there is no creation date"
	case j.at.Sub(j.Created) <= j.rules.NewGrace:
		return Finding{}, "a new device without a data source yet"
	}
	since := j.Created
	if j.Total.LastSuccess.After(since) {
		since = j.Total.LastSuccess
	}
	return j.found(Finding{Since: since, LastGood: j.Total.LastSuccess, Limit: j.rules.NewGrace}, NoSelection, since), ""
}

// source judges one source. It returns a finding with a condition, or a reason
// why nothing is proven, or neither when the source is good.
func (j *judge) source(s cove.DataSource) (Finding, string) {
	st, ok := statsOf(j.Device, s)
	if !ok {
		return Finding{}, "this source cannot be judged: its columns are not known"
	}
	if _, unread := j.unread(); unread.Has(s) {
		return Finding{}, "its columns could not be read"
	}
	f := Finding{
		Source: s, Status: st.Status, Running: st.Status.Running(), Errors: st.Errors,
		Since: st.LastSuccess, LastGood: st.LastSuccess, Limit: j.rules.limit(s, j.class), BadDays: badDays(st.ColorBar),
	}
	if f.Running {
		// The errors so far of a running session do not count.
		f.Status, f.Errors = st.LastCompletedStatus, 0
	}
	if st.LastSuccess.IsZero() {
		return j.never(f, st)
	}
	stale := j.until.Sub(st.LastSuccess) > f.Limit
	condition, reason := j.weigh(&f, stale)
	if j.at.Sub(st.LastSuccess) < -clockSkew {
		// A wrong clock proves no good backup, but does not disprove that the last
		// session failed.
		f.Since, reason = time.Time{}, "its last good backup lies in the future"
	}
	switch {
	case condition == Good && !stale:
		if reason == "" && j.at.Sub(st.LastSuccess) > f.Limit {
			reason = "no contact since the last good backup grew old"
		}
		return f, reason
	case condition == Good:
		condition = Stale
	case condition == Errors && !stale:
		// A backup is made, so no age grows. Where sessions with errors count as
		// successes, the last success does not say when the errors began.
		if st.LastSuccessStatus == cove.StatusCompletedWithErrors && !f.Since.IsZero() {
			f.Since = st.LastSuccess.Add(-day * time.Duration(max(f.BadDays-1, 0)))
		}
		return j.found(f, Errors, time.Time{}), ""
	}
	return j.found(f, condition, st.LastSuccess), ""
}

// weigh judges the status of the last session by the rules. Good together with
// a reason means that nothing is proven.
func (j *judge) weigh(f *Finding, stale bool) (Condition, string) {
	condition, known := statusConditions[f.Status]
	least := max(j.class.MinErrors, 1)
	switch {
	case !known:
		return Good, "no completed session to judge by"
	case condition == Missed && j.class.TolerateMissed, condition == Interrupted && j.class.TolerateInterrupted:
		return Good, "the last session was missed or interrupted; the good one before is recent enough"
	case j.ignored.Has(f.Source) && condition <= Errors:
		return Good, ""
	case condition == Errors && f.Running && least > 1:
		return Good, "a session is running; how many errors the last one had is not known"
	case condition == Errors && f.Errors < least && least > 1:
		return Good, ""
	case condition == Good && f.Errors >= least:
		return Errors, ""
	case condition >= NoSelection && !stale && f.BadDays < j.class.Failures && j.class.Failures > 1:
		return Good, "failed, but not as often in a row as the rule asks for"
	}
	return condition, ""
}

// never judges a source without a good backup by its own age; if that is
// unknown, by the age of the device (column CD).
func (j *judge) never(f Finding, st *cove.SourceStats) (Finding, string) {
	f.Since = j.began(st)
	condition, known := statusConditions[f.Status]
	failing := condition == Failed || condition == OverQuota
	age := j.at.Sub(j.Created)
	switch {
	case known && condition == Good:
		return Finding{}, "the last session completed, but there is no time of a success"
	case condition == Errors:
		return j.found(f, Errors, f.Since), ""
	case failing && f.BadDays < j.class.Failures && age <= j.grace():
		return Finding{}, "failed, but not as often in a row as the rule asks for"
	case failing && (j.Created.IsZero() || age <= max(f.Limit, j.rules.NewGrace)):
		f.Since = j.Created
		return j.found(f, condition, time.Time{}), ""
	case j.Created.IsZero():
		return Finding{}, "never backed up, and there is no creation date"
	case age <= max(f.Limit, j.rules.NewGrace):
		return Finding{}, "the first backup is awaited"
	case f.Running && (age <= j.rules.SeedingGrace || !j.Total.LastSuccess.IsZero() && time.Duration(firstDay(st.ColorBar))*day <= j.rules.SeedingGrace):
		// A source may be newer than its device. No column says when its first
		// session began, but the colour bar holds the day.
		return Finding{}, "the first backup is running"
	}
	return j.found(f, Never, f.Since), ""
}

// began returns since when a source without a good backup exists. Beside
// sources that are backed up it may have been added later than the device; then
// the colour bar holds its first day. Zero means unknown: the source has had no
// session yet and may have been added today.
func (j *judge) began(st *cove.SourceStats) time.Time {
	first, unknown := firstDay(st.ColorBar), st.ColorBar == cove.ColorBar{}
	began := j.at.Add(-time.Duration(first) * day)
	switch {
	case unknown && st.Status == cove.StatusNone && !j.Total.LastSuccess.IsZero():
		return time.Time{}
	case unknown, first == len(st.ColorBar)-1, j.Total.LastSuccess.IsZero(), began.Before(j.Created):
		return j.Created
	}
	return began
}
