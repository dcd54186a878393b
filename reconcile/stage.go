package reconcile

import (
	"fmt"
	"slices"
)

// Stage is where a ticket stands in the work of people, whatever its board
// calls the status. Its text form is "new", "working", "waiting" or "done".
type Stage uint8

// The stages. New is the zero value: nobody has taken the ticket up.
const (
	StageNew Stage = iota
	StageWorking
	StageWaiting
	// StageDone means that people consider the work done (a status such as
	// Completed) although the ticket need not be closed.
	StageDone
)

var stageNames = []string{"new", "working", "waiting", "done"}

// String is the text form; a value out of range gives "stage(9)".
func (s Stage) String() string { return nameOf(stageNames, "stage", s) }

// MarshalText implements [encoding.TextMarshaler].
func (s Stage) MarshalText() ([]byte, error) { return marshalName(stageNames, "stage", s) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Stage) UnmarshalText(text []byte) error { return unmarshalName(stageNames, "stage", s, text) }

// Recovery is what is done to an open ticket whose problem is over. Its text
// form is "none", "close", "verify" or "note".
type Recovery uint8

// The recoveries.
const (
	// RecoveryNone leaves the ticket as it is.
	RecoveryNone Recovery = iota
	// RecoveryClose closes the ticket.
	RecoveryClose
	// RecoveryVerify moves the ticket to the status in which people check and
	// close it themselves.
	RecoveryVerify
	// RecoveryNote writes a note, once, and leaves the status alone.
	RecoveryNote
)

var recoveryNames = []string{"none", "close", "verify", "note"}

// String is the text form; a value out of range gives "recovery(9)".
func (r Recovery) String() string { return nameOf(recoveryNames, "recovery", r) }

// MarshalText implements [encoding.TextMarshaler].
func (r Recovery) MarshalText() ([]byte, error) { return marshalName(recoveryNames, "recovery", r) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (r *Recovery) UnmarshalText(text []byte) error {
	return unmarshalName(recoveryNames, "recovery", r, text)
}

var feedKindNames = []string{"events", "active alerts", "inventory"}

// String names the kind: "events", "active alerts" or "inventory".
func (k FeedKind) String() string { return nameOf(feedKindNames, "feed kind", k) }

func nameOf[T ~uint8](names []string, what string, v T) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("%s(%d)", what, v)
}

func marshalName[T ~uint8](names []string, what string, v T) ([]byte, error) {
	if int(v) >= len(names) {
		return nil, fmt.Errorf("reconcile: no such %s: %d", what, v)
	}
	return []byte(names[v]), nil
}

func unmarshalName[T ~uint8](names []string, what string, v *T, text []byte) error {
	i := slices.Index(names, string(text))
	if i < 0 {
		return fmt.Errorf("reconcile: no such %s: %q (one of %q)", what, text, names)
	}
	*v = T(i)
	return nil
}
