package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
)

// board is a service board with what its statuses mean to the desk.
type board struct {
	ref      connectwise.Ref
	statuses []connectwise.BoardStatus
	// The statuses the desk writes, by id; 0 where the board has none.
	fresh, closed, verify int64
	begins                []int64 // statuses that routes give to new tickets
	names                 BoardNames
}

// known reports whether tickets of the board can be closed and reopened.
func (b *board) known() bool { return b.fresh != 0 && b.closed != 0 }

func (b *board) status(id int64) (connectwise.BoardStatus, bool) {
	for _, s := range b.statuses {
		if s.ID == id {
			return s, true
		}
	}
	return connectwise.BoardStatus{}, false
}

// nameOf is the name of a status, for logs and people.
func (b *board) nameOf(id int64) string {
	s, _ := b.status(id)
	return s.Name
}

// named finds an active status by name.
func (b *board) named(name string) (connectwise.BoardStatus, bool) {
	for _, s := range b.statuses {
		if !s.Inactive && sameName(s.Name, name) {
			return s, true
		}
	}
	return connectwise.BoardStatus{}, false
}

// active lists the active statuses that fit, for a fault to offer.
func (b *board) active(fits func(connectwise.BoardStatus) bool) []string {
	var names []string
	for _, s := range b.statuses {
		if !s.Inactive && fits(s) {
			names = append(names, s.Name)
		}
	}
	return names
}

// stage says where a ticket in the status stands in the work of people.
func (b *board) stage(id int64) reconcile.Stage {
	s, ok := b.status(id)
	if !ok {
		// Nobody may lose work because a status is new to us.
		return reconcile.StageWorking
	}
	stages := b.names.StatusStages
	switch {
	case s.ClosedStatus, contains(stages.Done, s.Name):
		return reconcile.StageDone
	case contains(stages.Waiting, s.Name):
		return reconcile.StageWaiting
	case contains(stages.Working, s.Name):
		return reconcile.StageWorking
	case contains(stages.New, s.Name), s.DefaultFlag, s.ID == b.fresh, slices.Contains(b.begins, s.ID):
		return reconcile.StageNew
	}
	return reconcile.StageWorking
}

func (b *board) silenced(id int64) bool {
	s, ok := b.status(id)
	return ok && contains(b.names.StatusStages.Silenced, s.Name)
}

// resolve chooses the statuses the desk writes. The faults say what of the
// configuration cannot work on this board; a board that tickets were moved to
// is used as far as it goes, without complaint.
func (b *board) resolve() (faults []string) {
	c := b.names
	open := func(s connectwise.BoardStatus) bool { return !s.ClosedStatus }
	closed := func(s connectwise.BoardStatus) bool { return s.ClosedStatus }

	pick := func(setting, name string, fits func(connectwise.BoardStatus) bool, kind string) int64 {
		s, ok := b.named(name)
		switch {
		case !ok:
			faults = append(faults, fmt.Sprintf("%s %q is not a status of board %q; %s", setting, name, b.ref.Name, suggest(name, b.active(fits))))
		case !fits(s):
			faults = append(faults, fmt.Sprintf("%s %q is not %s status of board %q; %s", setting, s.Name, kind, b.ref.Name, suggest(name, b.active(fits))))
		default:
			return s.ID
		}
		return 0
	}

	if c.NewStatus != "" {
		b.fresh = pick("NewStatus", c.NewStatus, open, "an open")
	} else {
		b.fresh = b.defaultStatus()
		if b.fresh == 0 {
			faults = append(faults, fmt.Sprintf("board %q has no open default status, so NewStatus must be set; %s", b.ref.Name, suggest("New", b.active(open))))
		}
	}
	if c.ClosedStatus != "" {
		b.closed = pick("ClosedStatus", c.ClosedStatus, closed, "a closed")
	} else {
		b.closed = b.onlyClosed()
		if b.closed == 0 {
			faults = append(faults, fmt.Sprintf("board %q has no single closed status, so ClosedStatus must be set; %s", b.ref.Name, suggest("Closed", b.active(closed))))
		}
	}
	if c.VerifyStatus != "" {
		b.verify = pick("VerifyStatus", c.VerifyStatus, open, "an open")
	}
	for _, list := range []struct {
		setting string
		names   []string
	}{
		{"StatusStages.New", c.StatusStages.New},
		{"StatusStages.Working", c.StatusStages.Working},
		{"StatusStages.Waiting", c.StatusStages.Waiting},
		{"StatusStages.Done", c.StatusStages.Done},
		{"StatusStages.Silenced", c.StatusStages.Silenced},
	} {
		for _, name := range list.names {
			if _, ok := b.named(name); !ok {
				faults = append(faults, fmt.Sprintf("%s: %q is not a status of board %q; %s", list.setting, name, b.ref.Name, suggest(name, b.active(func(connectwise.BoardStatus) bool { return true }))))
			}
		}
	}
	return faults
}

// adapt chooses, on a board that tickets were moved to, the statuses that mean
// the same as on the home board.
func (b *board) adapt() {
	if s, ok := b.named(b.names.NewStatus); ok && !s.ClosedStatus {
		b.fresh = s.ID
	} else {
		b.fresh = b.defaultStatus()
	}
	if s, ok := b.named(b.names.ClosedStatus); ok && s.ClosedStatus {
		b.closed = s.ID
	} else {
		b.closed = b.onlyClosed()
	}
	if s, ok := b.named(b.names.VerifyStatus); ok && !s.ClosedStatus {
		b.verify = s.ID
	}
}

// defaultStatus is the status of a ticket made without one, when it is open.
func (b *board) defaultStatus() int64 {
	for _, s := range b.statuses {
		if s.DefaultFlag && !s.Inactive && !s.ClosedStatus {
			return s.ID
		}
	}
	return 0
}

// onlyClosed is the closed status that can be meant when none is named.
func (b *board) onlyClosed() int64 {
	var found []connectwise.BoardStatus
	for _, s := range b.statuses {
		if s.ClosedStatus && !s.Inactive {
			found = append(found, s)
		}
	}
	if len(found) == 1 {
		return found[0].ID
	}
	for _, s := range found {
		if sameName(s.Name, "Closed") {
			return s.ID
		}
	}
	return 0
}

func readStatuses(ctx context.Context, client *connectwise.Client, boardID int64) ([]connectwise.BoardStatus, error) {
	var statuses []connectwise.BoardStatus
	for s, err := range client.Service.Boards.Statuses(boardID).List(ctx, nil) {
		if err != nil {
			return nil, fmt.Errorf("desk: statuses of board %d: %w", boardID, err)
		}
		statuses = append(statuses, *s)
	}
	return statuses, nil
}

func sameName(a, b string) bool {
	return b != "" && strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}

func contains(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return sameName(n, name) })
}
