package mark

import "github.com/covedesk/covedesk/internal/strict"

// State is what we last did to a ticket. Its text form, in JSON too, is "open",
// "closed" or "storm"; the zero value is "" and stands in no marker.
type State uint8

// The states.
const (
	// Open: we created, reopened or took over the ticket.
	Open State = 1 + iota
	// Closed: we closed it.
	Closed
	// Storm: it stands for many problems at once.
	Storm
)

// stateLetters are what a marker holds for the states; "-" stands in none.
const stateLetters = "-ocs"

func (s State) letter() byte {
	if s > Storm {
		s = 0
	}
	return stateLetters[s]
}

var states = strict.Names{What: "state", Names: []string{"", "open", "closed", "storm"}}

// String is the text form; an unknown value gives "state(120)".
func (s State) String() string { return states.Text(uint8(s)) }

// MarshalText implements [encoding.TextMarshaler].
func (s State) MarshalText() ([]byte, error) { return states.Marshal(uint8(s)) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *State) UnmarshalText(text []byte) error { return states.Unmarshal(text, (*uint8)(s)) }

// Severity is how bad a problem is. It is ordered; its text form (in JSON too)
// is "none", "low", "medium", "high" or "critical". Package reconcile calls it
// by the same names; it stands here because the marker keeps it.
type Severity uint8

// The severities. None is the zero value.
const (
	SeverityNone Severity = iota
	SeverityLow
	SeverityMedium
	SeverityHigh
	SeverityCritical
)

var severities = strict.Names{What: "severity", Names: []string{"none", "low", "medium", "high", "critical"}}

// String is the text form; a value out of range gives "severity(9)".
func (s Severity) String() string { return severities.Text(uint8(s)) }

// MarshalText implements [encoding.TextMarshaler].
func (s Severity) MarshalText() ([]byte, error) { return severities.Marshal(uint8(s)) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Severity) UnmarshalText(text []byte) error { return severities.Unmarshal(text, (*uint8)(s)) }
