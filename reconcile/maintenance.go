package reconcile

import (
	"fmt"
	"slices"
	"time"
)

// Window is a time in which problems are expected: nothing is created, reopened
// or updated about them; closing goes on. The actions are held and say when the
// window ends.
//
//	before (no window)      create  a server is stale on patch night
//	after  (patch night)    hold (create)  until Sunday 06:00
//
// A window is either one-off (From, Until) or weekly (Days, Start, End). It
// concerns a problem when each of Groups, Subjects and Classes that is not empty
// holds the problem's. Maintenance windows of other products (an RMM's
// maintenance mode) are the same thing.
type Window struct {
	// Name is shown with what is held.
	Name string `json:"name,omitzero"`
	// From and Until bound a one-off window; Until is not part of it.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Days are the days a weekly window starts on (0 is Sunday), Start and End
	// its times of day on the clock of Zone, "22:00". An End that is not after
	// Start lies on the next day. Clocks that are put forward or back in the
	// window move nothing: it ends when the clock shows End.
	Days  []time.Weekday `json:"days,omitzero"`
	Start string         `json:"start,omitzero"`
	End   string         `json:"end,omitzero"`
	Zone  Zone           `json:"zone,omitzero"`

	Groups   []string `json:"groups,omitzero"`
	Subjects []string `json:"subjects,omitzero"`
	Classes  []string `json:"classes,omitzero"`
}

func (w *Window) weekly() bool { return len(w.Days) > 0 || w.Start != "" || w.End != "" }

func (w *Window) check(e *InputError, path string) {
	if !w.weekly() {
		if w.From.IsZero() || !w.Until.After(w.From) {
			e.add(path, "needs from before until, or days, start and end")
		}
		return
	}
	if !w.From.IsZero() || !w.Until.IsZero() {
		e.add(path, "is either one-off (from, until) or weekly (days, start, end)")
	}
	if len(w.Days) == 0 {
		e.add(path+".days", "is empty")
	}
	for i, day := range w.Days {
		if day < time.Sunday || day > time.Saturday {
			e.add(fmt.Sprintf("%s.days[%d]", path, i), "%d is not a day (0 is Sunday)", int(day))
		}
	}
	for _, c := range [...]struct{ name, text string }{{"start", w.Start}, {"end", w.End}} {
		if _, err := time.Parse("15:04", c.text); err != nil {
			e.add(path+"."+c.name, "%q is not a time of day such as 22:00", c.text)
		}
	}
}

// concerns says whether the window is about a problem.
func (w *Window) concerns(is *Issue) bool {
	in := func(list []string, s string) bool { return len(list) == 0 || slices.Contains(list, s) }
	return in(w.Groups, is.Group) && in(w.Subjects, is.Key.Subject) && in(w.Classes, is.Class)
}

// end gives when the window ends, if t lies in it.
func (w *Window) end(t time.Time) (time.Time, bool) {
	if !w.weekly() {
		return w.Until, !t.Before(w.From) && t.Before(w.Until)
	}
	start, _ := time.Parse("15:04", w.Start)
	end, _ := time.Parse("15:04", w.End)
	local := t.In(w.Zone.in())
	for _, back := range [...]int{0, 1} {
		day := time.Date(local.Year(), local.Month(), local.Day()-back, 0, 0, 0, 0, time.UTC)
		if !slices.Contains(w.Days, day.Weekday()) {
			continue
		}
		clock := func(days int, c time.Time) time.Time {
			return time.Date(day.Year(), day.Month(), day.Day()+days, c.Hour(), c.Minute(), 0, 0, w.Zone.in())
		}
		over := 0
		if !end.After(start) {
			over = 1
		}
		if from, until := clock(0, start), clock(over, end); !t.Before(from) && t.Before(until) {
			return until, true
		}
	}
	return time.Time{}, false
}

// maintain holds what a window forbids.
func (d *differ) maintain(a *Action) {
	if a.Issue == nil || a.Kind != Create && a.Kind != Reopen && a.Kind != Update {
		return
	}
	for i := range d.policy.Windows {
		w := &d.policy.Windows[i]
		if !w.concerns(a.Issue) {
			continue
		}
		if end, in := w.end(d.at); in {
			d.hold(a, CodeMaintenance, a.Kind)
			a.Until, a.Cause = cleanTime(end), cleanText(w.Name)
			return
		}
	}
}
