package reconcile

import "github.com/covedesk/covedesk/internal/strict"

// Stage says how far people's work on a ticket is, whatever the board calls the
// status. Its text form is "new", "working", "waiting" or "done".
type Stage uint8

// The stages. StageNew is the zero value: nobody has taken the ticket up.
const (
	StageNew Stage = iota
	StageWorking
	StageWaiting
	// StageDone means that people consider the work done (a status such as
	// Completed), although the ticket need not be closed.
	StageDone
)

var stages = strict.Names{What: "stage", Names: []string{"new", "working", "waiting", "done"}}

// String returns the text form; a value out of range gives "stage(9)".
func (s Stage) String() string { return stages.Text(uint8(s)) }

// MarshalText implements [encoding.TextMarshaler].
func (s Stage) MarshalText() ([]byte, error) { return stages.Marshal(uint8(s)) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Stage) UnmarshalText(text []byte) error { return stages.Unmarshal(text, (*uint8)(s)) }

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

var recoveries = strict.Names{What: "recovery", Names: []string{"none", "close", "verify", "note"}}

// String returns the text form; a value out of range gives "recovery(9)".
func (r Recovery) String() string { return recoveries.Text(uint8(r)) }

// MarshalText implements [encoding.TextMarshaler].
func (r Recovery) MarshalText() ([]byte, error) { return recoveries.Marshal(uint8(r)) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (r *Recovery) UnmarshalText(text []byte) error { return recoveries.Unmarshal(text, (*uint8)(r)) }
