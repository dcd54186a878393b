package desk

import (
	"context"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk/internal/load"
	"github.com/covedesk/covedesk/connectwise/desk/internal/place"
	"github.com/covedesk/covedesk/reconcile"
)

// Load reads the tickets that carry this owner's marker: all open ones and
// those closed since at-horizon (older closed ones are not read;
// [reconcile.Board].ClosedSince says from when). Each row is checked again by
// reading its marker. It writes nothing and costs one request a page of 1,000
// tickets, one for each board that is met for the first time, and one when
// tickets were merged. Tickets of ours that are missing although this process
// knows them as open are read by id, and the API member's rights are read again.
//
// A list that cannot be read to its end is an error, never a shorter board, and
// so is one that a right taken away since [New] keeps rows from: a
// [*ConfigError]. Tickets on a board that the API member may not read count as
// on another board, so that they are held.
// The board is Partial, which forbids new tickets, when a row hides the field
// that holds the marker, and when a ticket is missing from the list that is open
// and ours.
//
// Load keeps the promises of one process. [Desk.Sync] keeps them from run to
// run, and knows tickets of older tools.
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
