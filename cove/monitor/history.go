package monitor

import (
	"time"

	"github.com/covedesk/covedesk/cove"
)

// A History is how the last 28 days of a device went, for a report page.
type History struct {
	Device   int64
	Name     string
	Customer string // the customer's name
	Class    Class
	Outcome  Outcome // of today's verdict
	Severity string  // of today's problem; empty for none
	// Days are the days, oldest first: the worst session of each day over all
	// active sources. Sources are the days of each of them.
	Days    [28]Day
	Sources map[cove.DataSource]cove.ColorBar
}

// A Day is one day of a [History].
type Day struct {
	// Date is midnight in the zone of the rules.
	Date time.Time
	// Status is that of the worst session, StatusNone where there was none.
	Status cove.SessionStatus
	// Letter shows it as in tickets: O good, X failed, E with errors, M missed,
	// I interrupted, R running, a dot for a day without a session.
	Letter string
}

// badness orders session statuses for a day: what is not there is 0.
var badness = map[cove.SessionStatus]int{
	cove.StatusCompleted: 1, cove.StatusInProcess: 2, cove.StatusInProgressWithFaults: 2, cove.StatusRestarted: 2, cove.StatusUnknown: 3, cove.StatusInterrupted: 4,
	cove.StatusNotStarted: 5, cove.StatusCompletedWithErrors: 6, cove.StatusNoSelection: 7, cove.StatusOverQuota: 8, cove.StatusAborted: 9, cove.StatusFailed: 10,
}

// History gives the last 28 days of every device, in the order of their ids,
// from the colour bars (column F08) that have been read: it makes no call. The
// newest day is that of the run.
func (f *Fleet) History() []History {
	today := f.rules.clock(f.At).now
	all := make([]History, len(f.Verdicts))
	for i := range f.Verdicts {
		v := &f.Verdicts[i]
		h := History{
			Device: v.Device.ID, Name: deviceName(v.Device), Customer: v.Customer.short(), Class: v.Class, Outcome: v.Outcome,
			Sources: map[cove.DataSource]cove.ColorBar{},
		}
		if v.Outcome == Problem {
			h.Severity = v.Severity.String()
		}
		for s, st := range sourcesOf(v.Device) {
			h.Sources[s] = st.ColorBar
		}
		for n := range h.Days {
			d := &h.Days[n]
			d.Date = time.Date(today.Year(), today.Month(), today.Day()-len(h.Days)+1+n, 0, 0, 0, 0, today.Location())
			for _, bar := range h.Sources {
				if badness[bar[n]] > badness[d.Status] {
					d.Status = bar[n]
				}
			}
			d.Letter = string(barDays[min(int(d.Status), len(barDays)-1)].letter)
		}
		all[i] = h
	}
	return all
}
