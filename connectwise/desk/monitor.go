package desk

import (
	"context"

	"github.com/covedesk/covedesk/reconcile"
)

// Monitor is a source of problems. [ActiveAlerts], [Events] and [MonitorFunc]
// make a monitor in one line; package cove/monitor has one for backups.
//
// A monitor may have two more methods. Waits() bool: if it returns true and
// another process holds the lock, the run waits, because what this monitor saw
// would otherwise be lost. Unwrap() Monitor returns the inner monitor, if this
// one only changes what another has seen, so that the inner monitor's further
// methods still count.
type Monitor interface {
	// Name is the key of the monitor's memory. It also names the monitor in a
	// report about a look that failed.
	Name() string
	// Look returns what the monitor sees now. An error or a panic means that it
	// saw nothing: its tickets are not changed, and the run is blind.
	Look(ctx context.Context, r reconcile.Request) (*reconcile.Snapshot, error)
}

// MonitorFunc returns a monitor that calls a function for each look. If the
// function cannot read its data, it must return an error, never an empty list.
func MonitorFunc(name string, look func(context.Context, reconcile.Request) (*reconcile.Snapshot, error)) Monitor {
	return monitorFunc{name, look}
}

type monitorFunc struct {
	name string
	look func(context.Context, reconcile.Request) (*reconcile.Snapshot, error)
}

func (m monitorFunc) Name() string { return m.name }

func (m monitorFunc) Look(ctx context.Context, r reconcile.Request) (*reconcile.Snapshot, error) {
	return m.look(ctx, r)
}

// ability finds a further method of a monitor, or of one that it wraps.
func ability[T any](m Monitor) (can T, ok bool) {
	for {
		if can, ok = m.(T); ok {
			return can, true
		}
		wrapper, wraps := m.(interface{ Unwrap() Monitor })
		if !wraps {
			return can, false
		}
		m = wrapper.Unwrap()
	}
}
