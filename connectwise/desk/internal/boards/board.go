package boards

import (
	"fmt"
	"slices"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
)

// Names are the status names of a board in the configuration.
type Names struct {
	NewStatus, ClosedStatus, VerifyStatus string
	Stages                                Stages
}

// Stages are status names by their meaning to the people who work on the board.
type Stages struct{ New, Working, Waiting, Done, Silenced []string }

// Board is a service board with the meaning of its statuses for the desk.
type Board struct {
	Ref connectwise.Ref
	// The statuses that the desk writes, by id; 0 if the board has none.
	Fresh, Closed, Verify int64
	Begins                []int64 // statuses that routes give to new tickets

	names    Names
	statuses []*connectwise.BoardStatus
	unread   bool // the board could not be read since the last load
}

// Known reports whether tickets of the board can be closed and reopened.
func (b *Board) Known() bool { return b.Fresh != 0 && b.Closed != 0 }

// find returns the first status that fits.
func (b *Board) find(fits func(*connectwise.BoardStatus) bool) (found connectwise.BoardStatus, ok bool) {
	if i := slices.IndexFunc(b.statuses, fits); i >= 0 {
		return *b.statuses[i], true
	}
	return found, false
}

// Status returns the board's status with this id.
func (b *Board) Status(id int64) (connectwise.BoardStatus, bool) {
	return b.find(func(s *connectwise.BoardStatus) bool { return s.ID == id })
}

// NameOf returns the name of a status, for logs and people.
func (b *Board) NameOf(id int64) string {
	s, _ := b.Status(id)
	return s.Name
}

// StatusRef returns a reference to a status for a new ticket. If the tenant
// chooses the board, only the name of the status is known.
func (b *Board) StatusRef(id int64) connectwise.Ref {
	if b.Ref.ID == 0 && b.names.NewStatus != "" {
		return connectwise.ByName(b.names.NewStatus)
	}
	return connectwise.ByID(id)
}

// Named finds an active status by name or id.
func (b *Board) Named(name string) (connectwise.BoardStatus, bool) {
	return b.find(func(s *connectwise.BoardStatus) bool { return !s.Inactive && lookup.Means(name, s.Name, s.ID) })
}

// Fault returns a fault: a name is not an open status of the board.
func (b *Board) Fault(name string) string {
	return fmt.Sprintf("%q is not an open status of board %q; %s", name, b.Ref.Name, b.suggest(name, isOpen))
}

// Others returns the active statuses that the configuration names, without
// those of new and closed tickets.
func (b *Board) Others() (others []connectwise.BoardStatus) {
	stages := b.names.Stages
	staged := slices.Concat(stages.New, stages.Working, stages.Waiting, stages.Done, stages.Silenced)
	for _, s := range b.statuses {
		if s.ID != b.Fresh && s.ID != b.Closed && !s.Inactive &&
			(s.ID == b.Verify || slices.Contains(b.Begins, s.ID) || inStage(staged, *s)) {
			others = append(others, *s)
		}
	}
	return others
}

// suggest returns the end of a fault: the active statuses that fit.
func (b *Board) suggest(wrong string, fits func(*connectwise.BoardStatus) bool) string {
	var names []string
	for _, s := range b.statuses {
		if !s.Inactive && fits(s) {
			names = append(names, s.Name)
		}
	}
	return lookup.Suggest(wrong, names)
}

// Stage returns the stage of a ticket in this status.
func (b *Board) Stage(id int64) reconcile.Stage {
	s, ok := b.Status(id)
	if !ok {
		// An unknown status may mean that somebody works on the ticket.
		return reconcile.StageWorking
	}
	stages := b.names.Stages
	switch {
	case s.ClosedStatus, inStage(stages.Done, s):
		return reconcile.StageDone
	case inStage(stages.Waiting, s):
		return reconcile.StageWaiting
	case inStage(stages.Working, s):
		return reconcile.StageWorking
	case inStage(stages.New, s), s.DefaultFlag, s.ID == b.Fresh, slices.Contains(b.Begins, s.ID):
		return reconcile.StageNew
	}
	return reconcile.StageWorking
}

// Silenced reports whether people use this status to silence a problem.
func (b *Board) Silenced(id int64) bool {
	s, ok := b.Status(id)
	return ok && inStage(b.names.Stages.Silenced, s)
}

// inStage reports whether a status is one of those that the configuration names.
func inStage(names []string, s connectwise.BoardStatus) bool {
	return slices.ContainsFunc(names, func(name string) bool { return lookup.Means(name, s.Name, s.ID) })
}

// resolve chooses the statuses that the desk writes: those that the
// configuration names, or else the board's own with the same meaning. The
// faults say what cannot work on this board.
func (b *Board) resolve() (faults []string) {
	c := b.names
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	for _, choice := range []struct {
		setting, name, kind string
		fits                func(*connectwise.BoardStatus) bool
		status              *int64
		own                 int64
		lacks, usual        string // "" if the status is optional
	}{
		{"NewStatus", c.NewStatus, "an open", isOpen, &b.Fresh, b.defaultStatus(), "open default", "New"},
		{"ClosedStatus", c.ClosedStatus, "a closed", isClosed, &b.Closed, b.onlyClosed(), "single closed", "Closed"},
		{"VerifyStatus", c.VerifyStatus, "an open", isOpen, &b.Verify, 0, "", ""},
	} {
		s, ok := b.Named(choice.name)
		switch *choice.status = choice.own; {
		case ok && choice.fits(&s):
			*choice.status = s.ID
		case ok:
			fault("%s %q is not %s status of board %q; %s", choice.setting, s.Name, choice.kind, b.Ref.Name, b.suggest(choice.name, choice.fits))
		case choice.name != "":
			fault("%s %q is not a status of board %q; %s", choice.setting, choice.name, b.Ref.Name, b.suggest(choice.name, choice.fits))
		case choice.own == 0 && choice.lacks != "":
			fault("board %q has no %s status, so %s must be set; %s", b.Ref.Name, choice.lacks, choice.setting, b.suggest(choice.usual, choice.fits))
		}
	}
	for _, list := range []struct {
		setting string
		names   []string
	}{
		{"New", c.Stages.New},
		{"Working", c.Stages.Working},
		{"Waiting", c.Stages.Waiting},
		{"Done", c.Stages.Done},
		{"Silenced", c.Stages.Silenced},
	} {
		for _, name := range list.names {
			if _, ok := b.Named(name); !ok {
				fault("StatusStages.%s: %q is not a status of board %q; %s", list.setting, name, b.Ref.Name, b.suggest(name, func(*connectwise.BoardStatus) bool { return true }))
			}
		}
	}
	return faults
}

func isOpen(s *connectwise.BoardStatus) bool   { return !s.ClosedStatus }
func isClosed(s *connectwise.BoardStatus) bool { return s.ClosedStatus }

// defaultStatus returns the status of tickets that are created without one, if
// it is open.
func (b *Board) defaultStatus() int64 {
	s, _ := b.find(func(s *connectwise.BoardStatus) bool { return s.DefaultFlag && !s.Inactive && !s.ClosedStatus })
	return s.ID
}

// onlyClosed returns the closed status to use when none is named.
func (b *Board) onlyClosed() int64 {
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
