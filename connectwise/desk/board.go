package desk

import (
	"fmt"
	"slices"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
)

// board is a service board with what its statuses mean to the desk.
type board struct {
	ref      connectwise.Ref
	statuses []*connectwise.BoardStatus
	// The statuses the desk writes, by id; 0 where the board has none.
	fresh, closed, verify int64
	begins                []int64 // statuses that routes give to new tickets
	names                 BoardNames
	unread                bool // could not be read since the last Load
}

// known reports whether tickets of the board can be closed and reopened.
func (b *board) known() bool { return b.fresh != 0 && b.closed != 0 }

// find gives the first status that fits.
func (b *board) find(fits func(*connectwise.BoardStatus) bool) (found connectwise.BoardStatus, ok bool) {
	if i := slices.IndexFunc(b.statuses, fits); i >= 0 {
		return *b.statuses[i], true
	}
	return found, false
}

func (b *board) status(id int64) (connectwise.BoardStatus, bool) {
	return b.find(func(s *connectwise.BoardStatus) bool { return s.ID == id })
}

// nameOf is the name of a status, for logs and people.
func (b *board) nameOf(id int64) string {
	s, _ := b.status(id)
	return s.Name
}

// statusRef names a status for a new ticket. Where the tenant chooses the board,
// its name is all that is known of it.
func (b *board) statusRef(id int64) connectwise.Ref {
	if b.ref.ID == 0 && b.names.NewStatus != "" {
		return connectwise.ByName(b.names.NewStatus)
	}
	return connectwise.ByID(id)
}

// named finds an active status by name or id.
func (b *board) named(name string) (connectwise.BoardStatus, bool) {
	return b.find(func(s *connectwise.BoardStatus) bool { return !s.Inactive && lookup.Means(name, s.Name, s.ID) })
}

// suggest ends a fault with the active statuses that fit.
func (b *board) suggest(wrong string, fits func(*connectwise.BoardStatus) bool) string {
	var names []string
	for _, s := range b.statuses {
		if !s.Inactive && fits(s) {
			names = append(names, s.Name)
		}
	}
	return lookup.Suggest(wrong, names)
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
	case s.ClosedStatus, inStage(stages.Done, s):
		return reconcile.StageDone
	case inStage(stages.Waiting, s):
		return reconcile.StageWaiting
	case inStage(stages.Working, s):
		return reconcile.StageWorking
	case inStage(stages.New, s), s.DefaultFlag, s.ID == b.fresh, slices.Contains(b.begins, s.ID):
		return reconcile.StageNew
	}
	return reconcile.StageWorking
}

func (b *board) silenced(id int64) bool {
	s, ok := b.status(id)
	return ok && inStage(b.names.StatusStages.Silenced, s)
}

// inStage reports whether a status is one of those that the configuration names.
func inStage(names []string, s connectwise.BoardStatus) bool {
	return slices.ContainsFunc(names, func(name string) bool { return lookup.Means(name, s.Name, s.ID) })
}

// resolve chooses the statuses the desk writes: those that are named, else the
// board's own that mean the same. The faults say what of the configuration cannot
// work on this board.
func (b *board) resolve() (faults []string) {
	c := b.names
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	for _, choice := range []struct {
		setting, name, kind string
		fits                func(*connectwise.BoardStatus) bool
		status              *int64
		own                 int64
		lacks, usual        string // "" where there need not be one
	}{
		{"NewStatus", c.NewStatus, "an open", isOpen, &b.fresh, b.defaultStatus(), "open default", "New"},
		{"ClosedStatus", c.ClosedStatus, "a closed", isClosed, &b.closed, b.onlyClosed(), "single closed", "Closed"},
		{"VerifyStatus", c.VerifyStatus, "an open", isOpen, &b.verify, 0, "", ""},
	} {
		s, ok := b.named(choice.name)
		switch *choice.status = choice.own; {
		case ok && choice.fits(&s):
			*choice.status = s.ID
		case ok:
			fault("%s %q is not %s status of board %q; %s", choice.setting, s.Name, choice.kind, b.ref.Name, b.suggest(choice.name, choice.fits))
		case choice.name != "":
			fault("%s %q is not a status of board %q; %s", choice.setting, choice.name, b.ref.Name, b.suggest(choice.name, choice.fits))
		case choice.own == 0 && choice.lacks != "":
			fault("board %q has no %s status, so %s must be set; %s", b.ref.Name, choice.lacks, choice.setting, b.suggest(choice.usual, choice.fits))
		}
	}
	for _, list := range []struct {
		setting string
		names   []string
	}{
		{"New", c.StatusStages.New},
		{"Working", c.StatusStages.Working},
		{"Waiting", c.StatusStages.Waiting},
		{"Done", c.StatusStages.Done},
		{"Silenced", c.StatusStages.Silenced},
	} {
		for _, name := range list.names {
			if _, ok := b.named(name); !ok {
				fault("StatusStages.%s: %q is not a status of board %q; %s", list.setting, name, b.ref.Name, b.suggest(name, func(*connectwise.BoardStatus) bool { return true }))
			}
		}
	}
	return faults
}

func isOpen(s *connectwise.BoardStatus) bool   { return !s.ClosedStatus }
func isClosed(s *connectwise.BoardStatus) bool { return s.ClosedStatus }

// defaultStatus is the status of a ticket made without one, when it is open.
func (b *board) defaultStatus() int64 {
	s, _ := b.find(func(s *connectwise.BoardStatus) bool { return s.DefaultFlag && !s.Inactive && !s.ClosedStatus })
	return s.ID
}

// onlyClosed is the closed status that can be meant when none is named.
func (b *board) onlyClosed() int64 {
	var found []*connectwise.BoardStatus
	for _, s := range b.statuses {
		if s.ClosedStatus && !s.Inactive {
			found = append(found, s)
		}
	}
	if i := slices.IndexFunc(found, func(s *connectwise.BoardStatus) bool { return len(found) == 1 || lookup.Same(s.Name, "Closed") }); i >= 0 {
		return found[i].ID
	}
	return 0
}
