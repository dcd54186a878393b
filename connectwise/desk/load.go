package desk

import (
	"context"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk/internal/load"
	"github.com/covedesk/covedesk/connectwise/desk/internal/place"
	"github.com/covedesk/covedesk/reconcile"
)

// Load reads the tickets with this owner's marker: all open ones, and those
// closed since at minus horizon ([reconcile.Board].ClosedSince). It writes
// nothing. It takes one request for every 1,000 tickets, one for each board
// that it meets for the first time, and one if tickets were merged. Tickets of
// ours that this process knows as open but that are missing from the list are
// read by id, and the API member's permissions are read again.
//
// If a list cannot be read to its end, Load returns an error and never a part
// of the board. If a permission was removed since [New], so that rows are
// missing, the error is a [*ConfigError]. Tickets on a board that the API
// member may not read are held. The board is Partial, which forbids new
// tickets, when a row lacks the field that holds the marker, and when an open
// ticket of ours is missing from the list.
//
// Load remembers only what happened in this process. [Desk.Sync] remembers it
// from run to run, and finds tickets of older tools.
func (d *Desk) Load(ctx context.Context, at time.Time, horizon time.Duration) (reconcile.Board, error) {
	d.using.Lock()
	defer d.using.Unlock()
	l, err := d.load(ctx, load.Request{At: at, Horizon: horizon, Memory: d.own})
	if err != nil {
		return reconcile.Board{}, err
	}
	d.own.Remember(nil)
	return l.Board, nil
}

func (d *Desk) load(ctx context.Context, q load.Request) (*load.Loaded, error) {
	return load.Reader{
		Client: d.client, Owner: d.owner, Place: d.place, Writers: d.writers, Boards: d.boards, Priorities: &d.priorities,
		Settle: d.config.Settle, Like: d.config.Adopt.Summary, StillSees: d.stillSees,
	}.Load(ctx, q)
}

// findPlace finds Config.MarkerField.
func (d *Desk) findPlace(ctx context.Context) (faults []string, err error) {
	caption := strings.TrimSpace(d.config.MarkerField)
	if caption == "" {
		return nil, nil
	}
	d.place, faults, err = place.Find(ctx, d.client, caption, d.targets())
	for i := range faults {
		faults[i] = "MarkerField: " + faults[i]
	}
	return faults, err
}
