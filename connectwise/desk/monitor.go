package desk

import (
	"context"

	"github.com/covedesk/covedesk/reconcile"
)

// Monitor is something that knows of problems. [ActiveAlerts], [Events] and
// [MonitorFunc] make one in a line; cove/monitor has one for backups. One whose
// look is lost for good if the run ends at once, because another holds the lock, has
// a method Waits() bool too: where it gives true, the run waits. One that wraps
// another, to change what it saw, has a method Unwrap() Monitor: what the inner one
// can do beyond looking then still counts.
type Monitor interface {
	// Name is the key of its memory; it also names a look that failed.
	Name() string
	// Look says what is seen now. An error, and a panic, mean that nothing was
	// seen: its tickets are left alone and the run is blind.
	Look(ctx context.Context, r reconcile.Request) (*reconcile.Snapshot, error)
}

// MonitorFunc makes a monitor of a function that fetches what it needs by
// itself. A fetch that failed is an error, never an empty list.
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

// ability finds what a monitor, or one that it wraps, can do beyond looking.
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
