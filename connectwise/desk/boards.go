package desk

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
)

// findBoards finds the home board and every board that the configuration names.
func (d *Desk) findBoards(ctx context.Context, me *connectwise.Member) (faults []string, err error) {
	all, err := d.client.Service.Boards.All(ctx, &connectwise.ListOptions{Fields: []string{"id", "name", "inactiveFlag", "projectFlag"}})
	if err != nil {
		return nil, fmt.Errorf("desk: service boards: %w", err)
	}
	c := d.config
	named := func(name string, statuses BoardNames) *board {
		ref, more := d.findBoard(me, all, name)
		b := &board{names: statuses, ref: ref}
		if b.ref.ID != 0 && err == nil {
			b.statuses, err = readStatuses(ctx, d.client, b.ref.ID)
			more = append(more, b.resolve()...)
			d.boards[b.ref.ID] = b
		}
		for _, fault := range more {
			if !slices.Contains(faults, fault) {
				faults = append(faults, fault)
			}
		}
		if b.ref.ID == 0 && len(more) == 0 {
			// The tenant chooses the board of each new ticket, and the statuses
			// are those of the same names there.
			return b
		}
		return d.boards[b.ref.ID]
	}
	d.home = named(c.Board, BoardNames{c.NewStatus, c.ClosedStatus, c.VerifyStatus, c.StatusStages})
	for _, name := range slices.Sorted(maps.Keys(c.Boards)) {
		named(name, c.Boards[name])
	}
	for _, r := range c.Routes {
		to := d.home
		if r.Board != "" && !lookup.Same(r.Board, c.Board) {
			to = nil
			for _, b := range d.boards {
				if lookup.Means(r.Board, b.ref.Name, b.ref.ID) {
					to = b
				}
			}
			if to == nil {
				to = named(r.Board, BoardNames{})
			}
		}
		d.routes = append(d.routes, route{Route: r, board: to})
	}
	return faults, err
}

// findBoard finds a board that tickets can be made on by name or id; without one
// it is the API member's own, and none where the member has none.
func (d *Desk) findBoard(me *connectwise.Member, all []*connectwise.Board, name string) (found connectwise.Ref, faults []string) {
	if name == "" && me.ServiceDefaultBoard.ID == 0 {
		return found, nil
	}
	var names []string
	why := fmt.Sprintf("board %q does not exist", cmp.Or(name, me.ServiceDefaultBoard.Name))
	for _, b := range all {
		wanted := lookup.Means(name, b.Name, b.ID) || name == "" && b.ID == me.ServiceDefaultBoard.ID
		switch {
		case b.InactiveFlag && wanted:
			why = fmt.Sprintf("board %q is inactive", b.Name)
		case b.ProjectFlag && wanted:
			why = fmt.Sprintf("board %q is a project board", b.Name)
		case b.InactiveFlag || b.ProjectFlag:
		default:
			names = append(names, b.Name)
			if wanted {
				found = connectwise.Ref{ID: b.ID, Name: b.Name}
			}
		}
	}
	switch {
	case found.ID == 0:
		faults = append(faults, why+"; "+lookup.Suggest(name, names))
	case slices.Contains(me.ExcludedServiceBoardIDs, found.ID):
		faults = append(faults, d.excludedFault(&board{ref: found}))
	}
	return found, faults
}

// boardOf is the board of a ticket with its statuses, read once for each board
// and again when a status turns up that was not there before. A board that the
// API member may not read has no statuses; it is asked once a Load.
func (d *Desk) boardOf(ctx context.Context, ref connectwise.Ref, status int64) (*board, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	fresh := board{ref: ref, names: d.home.names}
	if b := d.boards[ref.ID]; b != nil {
		if _, known := b.status(status); known || b.unread {
			return b, nil
		}
		fresh = *b
	}
	switch statuses, err := readStatuses(ctx, d.client, ref.ID); {
	case isUnreadable(err):
		// One board that is closed to us is no reason to leave all others: its
		// tickets are held, because it has no status that we could write.
		fresh.unread = true
	case err != nil:
		return nil, err
	default:
		known := fresh.statuses != nil
		if fresh.statuses = statuses; !known {
			fresh.resolve() // as far as it goes: tickets were moved there
		}
	}
	d.boards[ref.ID] = &fresh
	return &fresh, nil
}

// readAgain has boards that could not be read asked again.
func (d *Desk) readAgain() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, b := range d.boards {
		b.unread = false
	}
}

func readStatuses(ctx context.Context, client *connectwise.Client, boardID int64) ([]*connectwise.BoardStatus, error) {
	statuses, err := client.Service.Boards.Statuses(boardID).All(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("desk: statuses of board %d: %w", boardID, err)
	}
	return statuses, nil
}
