package alerts

import (
	"errors"
	"fmt"
	"time"

	"github.com/covedesk/covedesk/reconcile"
)

// Rules say how events become problems. The zero value needs at least a Feed;
// [DefaultRules] is where to start.
type Rules struct {
	// Feed names the tool in every key. It must not be empty.
	Feed string
	// Consolidate is how long repetitions of a problem are collected before
	// they become one update. 0: every Update that brings a repetition offers it.
	Consolidate time.Duration
	// NewAfter makes a repetition that comes later than this after the first
	// event of a problem a new problem with a ticket of its own; the earlier
	// ticket stays as it is until an event that is Over ends them all. 0: never.
	NewAfter time.Duration
	// EachItsOwn makes every event a problem of its own, whatever its key.
	EachItsOwn bool
	// LookBack is how old an event may be in the first Update; older ones are
	// dropped and counted. 0: no older than the Update itself.
	LookBack time.Duration
	// MaxAlerts and MaxAge bound the state: beyond them the problems that were
	// silent longest are forgotten and counted in State.Dropped. Their tickets
	// stay open. An event older than MaxAge is dropped, too. 0: no bound.
	MaxAlerts int
	MaxAge    time.Duration
	// MaxDetails is how many details of a problem are collected for one update;
	// the oldest beyond that number are only counted. 0: no bound.
	MaxDetails int
}

// DefaultRules collect for 15 minutes, look back 48 hours in the first Update,
// and remember 5,000 problems for 7 days with 200 details each.
func DefaultRules(feed string) Rules {
	return Rules{
		Feed: feed, Consolidate: 15 * time.Minute, LookBack: 48 * time.Hour,
		MaxAlerts: 5000, MaxAge: 7 * 24 * time.Hour, MaxDetails: 200,
	}
}

// Validate names every fault of the rules, joined [reconcile.InputFault]s.
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

// faults are what is wrong below a path.
type faults struct {
	under string
	found []error
}

func (f *faults) need(well bool, path, format string, args ...any) {
	if !well {
		f.found = append(f.found, reconcile.InputFault{Path: f.under + path, Text: fmt.Sprintf(format, args...)})
	}
}
