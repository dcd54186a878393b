package reconcile

import (
	"cmp"
	"slices"
	"time"

	"github.com/covedesk/covedesk/internal/strict"
)

// Window is a time in which problems are expected, such as a maintenance
// window. Nothing is created, reopened or updated about them; closing goes on.
// The actions are held and say when the window ends.
//
//	before (no window)      create  a server is stale on patch night
//	after  (patch night)    hold (create)  until Sunday 06:00
//
// A window is either one-off (From, Until) or weekly (Days, Start, End). It
// applies to a problem that is in each of the lists Customers, Subjects and
// Classes; an empty list holds everything.
type Window struct {
	// Name is shown with the actions that are held.
	Name string `json:"name"`
	// From and Until bound a one-off window. Until is not part of it.
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	// Days are the days on which a weekly window starts ("sat" in JSON). Start
	// and End are times of day in Zone, such as "22:00". An End that is not
	// after Start lies on the next day. A change of the clocks within the
	// window moves nothing: the window ends when the clock shows End.
	Days  []time.Weekday `json:"days"`
	Start string         `json:"start"`
	End   string         `json:"end"`
	// Zone is the time zone of Start and End; nil is UTC. In a settings file
	// the default is the zone of the file. time.Local is refused, because it
	// means something else on every machine.
	Zone *time.Location `json:"zone"`

	// Customers are ids, or names exactly as the monitored side spells them.
	Customers []string `json:"customers"`
	// Subjects are the subjects of keys, such as ids of devices.
	Subjects []string `json:"subjects"`
	// Classes are the classes of issues, such as "server".
	Classes []string `json:"classes"`
}

func (w *Window) weekly() bool { return len(w.Days) > 0 || w.Start != "" || w.End != "" }

func checkWindow(f *strict.Faults, w *Window) {
	f.Need(w.Zone != time.Local, "zone", "is this machine's, which means something else elsewhere")
	if !w.weekly() {
		f.Need(!w.From.IsZero() && w.Until.After(w.From), "", "needs from before until, or days, start and end")
		return
	}
	f.Need(w.From.IsZero() && w.Until.IsZero(), "", "is either one-off (from, until) or weekly (days, start, end)")
	f.Need(len(w.Days) > 0, "days", "is empty")
	checkEach(f, "days", w.Days, func(f *strict.Faults, day *time.Weekday) {
		f.Need(*day >= time.Sunday && *day <= time.Saturday, "", "%d is not a day (0 is Sunday)", int(*day))
	})
	clock := func(path, text string) {
		_, err := time.Parse("15:04", text)
		f.Need(err == nil, path, "%q is not a time of day such as 22:00", text)
	}
	clock("start", w.Start)
	clock("end", w.End)
}

// concerns reports whether the window applies to a problem.
func (w *Window) concerns(is *Issue) bool {
	in := func(list []string, s string) bool { return len(list) == 0 || slices.Contains(list, s) }
	return (in(w.Customers, is.Customer) || in(w.Customers, is.CustomerName)) && in(w.Subjects, is.Key.Subject) && in(w.Classes, is.Class)
}

// end returns when the window ends, and whether t lies in it.
func (w *Window) end(t time.Time) (time.Time, bool) {
	if !w.weekly() {
		return w.Until, !t.Before(w.From) && t.Before(w.Until)
	}
	start, _ := time.Parse("15:04", w.Start)
	end, _ := time.Parse("15:04", w.End)
	nights := 0
	if !end.After(start) {
		nights = 1
	}
	local := t.In(cmp.Or(w.Zone, time.UTC))
	clock := func(days int, c time.Time) time.Time {
		return time.Date(local.Year(), local.Month(), local.Day()+days, c.Hour(), c.Minute(), 0, 0, local.Location())
	}
	for back := range 2 { // the window that started today, or yesterday
		from, until := clock(-back, start), clock(nights-back, end)
		if slices.Contains(w.Days, from.Weekday()) && !t.Before(from) && t.Before(until) {
			return until, true
		}
	}
	return time.Time{}, false
}
