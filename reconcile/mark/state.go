package mark

import (
	"fmt"
	"slices"
)

// State is what we last did to a ticket. Its text form, in JSON too, is "open",
// "closed" or "storm"; the zero value is "" and stands in no marker.
type State byte

// The states; the values are the characters that a marker holds.
const (
	// Open: we created, reopened or took over the ticket.
	Open State = 'o'
	// Closed: we closed it.
	Closed State = 'c'
	// Storm: it stands for many problems at once.
	Storm State = 's'
)

var stateNames = map[State]string{0: "", Open: "open", Closed: "closed", Storm: "storm"}

// Valid reports whether s is one of the states or zero.
func (s State) Valid() bool { _, ok := stateNames[s]; return ok }

// String is the text form; an unknown value gives "state(120)".
func (s State) String() string {
	if name, ok := stateNames[s]; ok {
		return name
	}
	return fmt.Sprintf("state(%d)", byte(s))
}

// MarshalText implements [encoding.TextMarshaler].
func (s State) MarshalText() ([]byte, error) {
	if !s.Valid() {
		return nil, fmt.Errorf("mark: no such state: %d", byte(s))
	}
	return []byte(s.String()), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *State) UnmarshalText(text []byte) error {
	for state, name := range stateNames {
		if name == string(text) {
			*s = state
			return nil
		}
	}
	return fmt.Errorf("mark: no such state: %q", text)
}

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

var severityNames = []string{"none", "low", "medium", "high", "critical"}

// String is the text form; a value out of range gives "severity(9)".
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// MarshalText implements [encoding.TextMarshaler].
func (s Severity) MarshalText() ([]byte, error) {
	if s > SeverityCritical {
		return nil, fmt.Errorf("mark: no such severity: %d", uint8(s))
	}
	return []byte(s.String()), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Severity) UnmarshalText(text []byte) error {
	i := slices.Index(severityNames, string(text))
	if i < 0 {
		return fmt.Errorf("mark: no such severity: %q (one of %q)", text, severityNames)
	}
	*s = Severity(i)
	return nil
}
