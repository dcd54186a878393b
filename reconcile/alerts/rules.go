package alerts

import (
	"errors"
	"fmt"
	"time"

	"github.com/covedesk/covedesk/reconcile"
)

// Rules say how events become problems. Start with [DefaultRules]; the zero
// value needs at least a Feed.
type Rules struct {
	// Feed is the feed of every key, the name of the tool. It must not be empty.
	Feed string
	// Consolidate is how long repetitions of a problem are collected before they
	// become one update. 0: every Update that brings a repetition makes an update.
	Consolidate time.Duration
	// NewAfter limits how long repetitions belong to one problem. A repetition
	// that comes later than this after the problem's first event is a new problem
	// with a ticket of its own. The earlier ticket stays as it is until an event
	// with Over ends them all. 0: never.
	NewAfter time.Duration
	// EachItsOwn makes every event a problem of its own, whatever its key.
	EachItsOwn bool
	// LookBack is how old an event may be in the first Update; older ones are
	// dropped and counted in State.Dropped. 0: only events of the Update's own
	// time.
	LookBack time.Duration
	// MaxAlerts and MaxAge limit the number of remembered problems and how long
	// ago their last event may be. Beyond that, the problems that were silent for
	// the longest time are forgotten and counted in State.Dropped; their tickets
	// stay open. An event older than MaxAge is dropped too. 0: no limit.
	MaxAlerts int
	MaxAge    time.Duration
	// MaxDetails is how many details of a problem are collected for one update. Of
	// older details beyond that number only the count is kept. 0: no limit.
	MaxDetails int
}

// DefaultRules returns the usual rules for a feed: they collect for 15 minutes,
// look back 48 hours in the first Update, and remember 5,000 problems for 7
// days with 200 details each.
func DefaultRules(feed string) Rules {
	return Rules{
		Feed: feed, Consolidate: 15 * time.Minute, LookBack: 48 * time.Hour,
		MaxAlerts: 5000, MaxAge: 7 * 24 * time.Hour, MaxDetails: 200,
	}
}

// Validate returns every fault of the rules as joined [reconcile.InputFault]s;
// nil when there is none.
func (r Rules) Validate() error {
	f := faults{under: "rules."}
	f.need(r.Feed != "", "feed", "is empty")
	f.need(r.Consolidate >= 0, "consolidate", "%s is negative", r.Consolidate)
	f.need(r.NewAfter >= 0, "newAfter", "%s is negative", r.NewAfter)
	f.need(r.LookBack >= 0, "lookBack", "%s is negative", r.LookBack)
	f.need(r.MaxAge >= 0, "maxAge", "%s is negative", r.MaxAge)
	f.need(r.MaxAlerts >= 0, "maxAlerts", "%d is negative", r.MaxAlerts)
	f.need(r.MaxDetails >= 0, "maxDetails", "%d is negative", r.MaxDetails)
	return errors.Join(f.found...)
}

// faults collects what is wrong below a path.
type faults struct {
	under string
	found []error
}

func (f *faults) need(well bool, path, format string, args ...any) {
	if !well {
		f.found = append(f.found, reconcile.InputFault{Path: f.under + path, Text: fmt.Sprintf(format, args...)})
	}
}
