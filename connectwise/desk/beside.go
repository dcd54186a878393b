package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/covedesk/covedesk/connectwise"
)

// What packages beside this one need of a desk to write for the same tenant: its
// client, its clock, its lock and its log.

// Client is the client that the desk works with.
func (d *Desk) Client() *connectwise.Client { return d.client }

// Now is the desk's time (Config.Now).
func (d *Desk) Now() time.Time { return d.config.Now() }

// Lock takes the lock of the memory (Config.State), so that nobody else writes
// until unlock is called.
func (d *Desk) Lock(ctx context.Context) (unlock func(), err error) { return d.lock(ctx) }

// Logged sends one write between its two lines in the action log (Config.Log).
// What cannot be logged is not written. The write fills in what it has made.
func (d *Desk) Logged(ctx context.Context, e LogEntry, send func(context.Context, *LogEntry) error) error {
	return d.logged(ctx, e, send)
}

// Accept refuses what was planned for another owner, or at a time too far from
// now (Config.MaxPlanAge).
func (d *Desk) Accept(owner string, at time.Time) error {
	if owner != d.owner {
		return fmt.Errorf("desk: the plan is for owner %q, this desk is %q", owner, d.owner)
	}
	age := d.config.Now().Sub(at)
	if age > d.config.MaxPlanAge {
		return fmt.Errorf("desk: the plan is %s old, more than %s; make a new one", age.Round(1e9), d.config.MaxPlanAge)
	}
	if -age > d.config.MaxPlanAge {
		return fmt.Errorf("desk: the plan was made %s in the future; is Config.Now the clock it was made by?", (-age).Round(1e9))
	}
	return nil
}

// Sandbox reports whether the tenant is one of ConnectWise's own sandboxes or on
// its staging system, whose ids mean other records in production.
func (d *Desk) Sandbox() bool { return isTestHost(d.host) }
