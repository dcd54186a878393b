package mark

import "github.com/covedesk/covedesk/internal/strict"

// State is what we last did to a ticket. Its text form, in JSON too, is "open",
// "closed" or "storm". The zero value is ""; no marker holds it.
type State uint8

// The states.
const (
	// Open: we created, reopened or adopted the ticket.
	Open State = 1 + iota
	// Closed: we closed it.
	Closed
	// Storm: the ticket is open and stands for many problems.
	Storm
)

// stateLetters holds the letter of each state in a marker; no marker holds "-".
const stateLetters = "-ocs"

func (s State) letter() byte {
	if s > Storm {
		s = 0
	}
	return stateLetters[s]
}

var states = strict.Names{What: "state", Names: []string{"", "open", "closed", "storm"}}

// String returns the text form; an unknown value gives "state(120)".
func (s State) String() string { return states.Text(uint8(s)) }

// MarshalText implements [encoding.TextMarshaler].
func (s State) MarshalText() ([]byte, error) { return states.Marshal(uint8(s)) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *State) UnmarshalText(text []byte) error { return states.Unmarshal(text, (*uint8)(s)) }

// Severity says how bad a problem is. Its values are ordered; its text form (in
// JSON too) is "none", "low", "medium", "high" or "critical". Package reconcile
// has the same names; the type is defined here because the marker holds it.
type Severity uint8

// The severities. SeverityNone is the zero value.
const (
	SeverityNone Severity = iota
	SeverityLow
	SeverityMedium
	SeverityHigh
	SeverityCritical
)

var severities = strict.Names{What: "severity", Names: []string{"none", "low", "medium", "high", "critical"}}

// String returns the text form; a value out of range gives "severity(9)".
func (s Severity) String() string { return severities.Text(uint8(s)) }

// MarshalText implements [encoding.TextMarshaler].
func (s Severity) MarshalText() ([]byte, error) { return severities.Marshal(uint8(s)) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Severity) UnmarshalText(text []byte) error { return severities.Unmarshal(text, (*uint8)(s)) }
