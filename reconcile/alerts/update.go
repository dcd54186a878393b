package alerts

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// Update takes in the events since the last Update. It returns the new state,
// and an observation of all problems that go on or have ended, of a feed of
// [reconcile.Events]. The order of events with different times does not matter.
// It changes neither s nor events. Faults of rules and events are joined
// [reconcile.InputFault]s; then it returns s as it is.
func Update(s State, events []Event, at time.Time, r Rules) (State, reconcile.Observation, error) {
	faults := []error{r.Validate()}
	for i, e := range events {
		if err := e.Validate(r); err != nil {
			faults = append(faults, fmt.Errorf("events[%d]: %w", i, err))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return s, reconcile.Observation{}, err
	}
	u := update{s: s, at: at, rules: r, index: map[string]int{}, subjects: map[string]bool{}}
	u.s.alerts = slices.Clone(s.alerts)
	for i := range u.s.alerts {
		a := &u.s.alerts[i]
		a.Waiting, a.Offering = slices.Clone(a.Waiting), slices.Clone(a.Offering)
		u.index[a.Base] = i // the newest of its base
		u.subjects[a.Subject] = true
	}
	for _, e := range u.news(events) {
		u.take(e)
	}
	if u.s.started.IsZero() {
		u.s.started = at
	}
	u.forget()
	return u.s, u.observe(), nil
}

type update struct {
	s     State
	at    time.Time
	rules Rules
	// index has the newest problem of each base, subjects all subjects in use.
	index    map[string]int
	subjects map[string]bool
}

// news returns the events to take in, ordered by time.
func (u *update) news(events []Event) []Event {
	from := u.eldest()
	if u.s.started.IsZero() && from.Before(u.at.Add(-u.rules.LookBack)) {
		from = u.at.Add(-u.rules.LookBack)
	}
	seen := map[string]bool{}
	for _, id := range u.s.seen {
		seen[id] = true
	}
	now := u.at // never before the last known event: when the clock goes back, a problem must not end before it began
	for _, a := range u.s.alerts {
		if a.Last.After(now) {
			now = a.Last
		}
	}
	var ids []string
	var out []Event
	for _, e := range events {
		if e.Time.IsZero() || e.Time.After(now) {
			e.Time = now
		}
		if e.ID != "" {
			id := text.Hash(20, e.ID)
			repeated := seen[id]
			ids, seen[id] = append(ids, id), true
			if repeated {
				continue
			}
		}
		if e.Time.Before(from) {
			u.s.Dropped++
			continue
		}
		out = append(out, e)
	}
	if len(events) > 0 {
		u.s.seen = ids
	}
	slices.SortStableFunc(out, func(a, b Event) int { return a.Time.Compare(b.Time) })
	return out
}

// eldest returns how far back anything is remembered.
func (u *update) eldest() time.Time {
	if u.rules.MaxAge == 0 {
		return time.Time{}
	}
	return u.at.Add(-u.rules.MaxAge)
}

// take takes in one event.
func (u *update) take(e Event) {
	base := e.Key.Subject
	if e.Over {
		u.end(base, e)
		return
	}
	i, known := u.index[base]
	if known && !u.rules.EachItsOwn {
		switch a := &u.s.alerts[i]; {
		case a.Over.IsZero() && u.rules.NewAfter > 0 && !e.Time.Before(a.First.Add(u.rules.NewAfter)):
		case a.Over.IsZero():
			u.repeat(a, e)
			return
		case e.Time.Before(a.Over):
			return // older than its own end
		default:
			u.begin(a, e) // the problem is back, under the same key
			return
		}
	}
	a := alert{Subject: base, Base: base}
	if known || u.subjects[base] {
		a.Subject = u.fresh(base, e.Time)
	}
	u.begin(&a, e)
	u.index[base], u.subjects[a.Subject] = len(u.s.alerts), true
	u.s.alerts = append(u.s.alerts, a)
}

// fresh returns an unused subject for a further problem of the same base.
func (u *update) fresh(base string, at time.Time) string {
	subject := base + " " + at.UTC().Format(time.RFC3339)
	for n := 2; u.subjects[subject]; n++ {
		subject = fmt.Sprintf("%s %s #%d", base, at.UTC().Format(time.RFC3339), n)
	}
	return subject
}

// begin starts a problem, or starts it again.
func (u *update) begin(a *alert, e Event) {
	a.First, a.Last, a.Over = e.Time, e.Time, time.Time{}
	a.Next = e.Issue
	a.Next.Key = reconcile.Key{Feed: u.rules.Feed, Subject: a.Subject}
	a.Next.Since, a.Next.State, a.Next.Detail = e.Time, "", ""
	a.collect(e.Detail, u.rules.MaxDetails)
	u.offer(a)
}

// repeat collects what an event says about a problem that goes on.
func (u *update) repeat(a *alert, e Event) {
	if !e.Time.Before(a.Last) { // an older event that comes late does not say what is wrong now
		key, since := a.Next.Key, a.Next.Since
		a.Last, a.Next = e.Time, e.Issue
		a.Next.Key, a.Next.Since, a.Next.State, a.Next.Detail = key, since, "", ""
	}
	if a.collect(cmp.Or(e.Detail, e.Summary, "again"), u.rules.MaxDetails); a.Next.Severity > a.Issue.Severity {
		u.offer(a)
	}
}

// collect keeps a detail until it is offered.
func (a *alert) collect(detail string, limit int) {
	if detail != "" {
		a.Waiting = append(a.Waiting, detail)
		a.Waiting, a.WaitingCut = bound(a.Waiting, a.WaitingCut, limit)
	}
}

// bound drops the oldest details beyond the limit and counts them.
func bound(details []string, cut, limit int) ([]string, int) {
	if more := len(details) - limit; limit > 0 && more > 0 {
		return details[more:], cut + more
	}
	return details, cut
}

// offer makes the collected details the problem's news.
func (u *update) offer(a *alert) {
	a.Offering, a.Cut = bound(append(a.Offering, a.Waiting...), a.Cut+a.WaitingCut, u.rules.MaxDetails)
	a.Waiting, a.WaitingCut = nil, 0
	a.Batch++
	a.Offered = u.at
	a.Issue = a.Next
	// A run may be killed before it saves its state. The next run then offers an
	// update of the same number but with more details, so the details count too.
	a.Issue.State = fmt.Sprintf("update %d %s", a.Batch, text.Hash(6, a.Offering...))
}

// end ends all problems of a base.
func (u *update) end(base string, e Event) {
	for i := range u.s.alerts {
		a := &u.s.alerts[i]
		if a.Base != base || !a.Over.IsZero() || e.Time.Before(a.Last) {
			continue
		}
		a.Last, a.Over = e.Time, e.Time
		a.collect(e.Detail, u.rules.MaxDetails)
		u.offer(a)
	}
}

// forget keeps the state within its limits.
func (u *update) forget() {
	from, old := u.eldest(), map[string]bool{}
	if more := len(u.s.alerts) - u.rules.MaxAlerts; u.rules.MaxAlerts > 0 && more > 0 {
		ages := slices.SortedFunc(slices.Values(u.s.alerts), func(a, b alert) int {
			return cmp.Or(a.Last.Compare(b.Last), cmp.Compare(a.Subject, b.Subject))
		})
		for _, a := range ages[:more] {
			old[a.Subject] = true
		}
	}
	u.s.alerts = slices.DeleteFunc(u.s.alerts, func(a alert) bool {
		gone := a.Last.Before(from) || old[a.Subject]
		if gone && a.Over.IsZero() {
			u.s.Dropped++
		}
		return gone
	})
}

// observe offers the updates that are due and names every remembered problem.
func (u *update) observe() reconcile.Observation {
	obs := reconcile.Observation{At: u.at, Feeds: []reconcile.Feed{{Name: u.rules.Feed}}}
	for i := range u.s.alerts {
		a := &u.s.alerts[i]
		if len(a.Waiting) > 0 && !u.at.Before(a.Offered.Add(u.rules.Consolidate)) {
			u.offer(a)
		}
		if a.Over.IsZero() {
			issue := a.Issue
			issue.Detail = a.detail()
			obs.Issues = append(obs.Issues, issue)
		} else {
			obs.Healthy = append(obs.Healthy, reconcile.Healthy{
				Key: a.Issue.Key, Customer: a.Issue.Customer, Since: a.Over, Detail: a.detail(),
			})
		}
	}
	return obs
}

// detail joins the details of the update that is offered.
func (a *alert) detail() string {
	lines := a.Offering
	if a.Cut > 0 {
		lines = append([]string{fmt.Sprintf("(%d earlier ones are not shown)", a.Cut)}, lines...)
	}
	return strings.Join(lines, "\n")
}
