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
	// Days are the days, oldest first, each with its worst session over all active
	// sources. Sources has the days of each source.
	Days    [28]Day
	Sources map[cove.DataSource]cove.ColorBar
}

// A Day is one day of a [History].
type Day struct {
	// Date is midnight in the zone of the rules.
	Date time.Time
	// Status is the status of the worst session; StatusNone when there was none.
	Status cove.SessionStatus
	// Letter is the status as tickets show it: O good, X failed, E with errors, M
	// missed, I interrupted, R running, a dot for a day without a session.
	Letter string
}

// badness orders session statuses within a day; a status that is missing here
// is 0.
var badness = map[cove.SessionStatus]int{
	cove.StatusCompleted: 1, cove.StatusInProcess: 2, cove.StatusInProgressWithFaults: 2, cove.StatusRestarted: 2, cove.StatusUnknown: 3, cove.StatusInterrupted: 4,
	cove.StatusNotStarted: 5, cove.StatusCompletedWithErrors: 6, cove.StatusNoSelection: 7, cove.StatusOverQuota: 8, cove.StatusAborted: 9, cove.StatusFailed: 10,
}

// History returns the last 28 days of every device, ordered by id. It uses the
// colour bars (column F08) that have been read and makes no call. The newest
// day is the day of the run.
func (f *Fleet) History() []History {
	today := f.rules.clock(f.At).now
	var all []History
	for v := range f.each() {
		h := History{
			Device: v.Device.ID, Name: deviceName(v.Device), Customer: v.Customer.short(), Class: v.Class, Outcome: v.Outcome,
			Severity: where(v.Outcome == Problem, v.Severity.String()), Sources: map[cove.DataSource]cove.ColorBar{},
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
		all = append(all, h)
	}
	return all
}
