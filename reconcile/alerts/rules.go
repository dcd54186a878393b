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
	// MaxAlerts and MaxAge bound the state: beyond them the problems whose last
	// event is the eldest are forgotten and counted in State.Dropped. Their
	// tickets stay open. An event older than MaxAge is dropped, too. 0: no bound.
	MaxAlerts int
	MaxAge    time.Duration
	// MaxDetails is how many details of a problem are collected for one update;
	// beyond them the eldest are counted instead. 0: no bound.
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
	var faults []error
	fault := func(path, text string) {
		faults = append(faults, reconcile.InputFault{Path: "rules." + path, Text: text})
	}
	if r.Feed == "" {
		fault("feed", "is empty")
	}
	for _, d := range []struct {
		path  string
		value time.Duration
	}{{"consolidate", r.Consolidate}, {"newAfter", r.NewAfter}, {"lookBack", r.LookBack}, {"maxAge", r.MaxAge}} {
		if d.value < 0 {
			fault(d.path, fmt.Sprintf("%s is negative", d.value))
		}
	}
	if r.MaxAlerts < 0 {
		fault("maxAlerts", fmt.Sprintf("%d is negative", r.MaxAlerts))
	}
	if r.MaxDetails < 0 {
		fault("maxDetails", fmt.Sprintf("%d is negative", r.MaxDetails))
	}
	return errors.Join(faults...)
}
