package reconcile

import "fmt"

// Severity is how bad a problem is. It is ordered; its text form (in JSON too)
// is "none", "low", "medium", "high" or "critical".
type Severity uint8

// The severities. None is the zero value.
const (
	SeverityNone Severity = iota
	SeverityLow
	SeverityMedium
	SeverityHigh
	SeverityCritical
)

var severityNames = [...]string{"none", "low", "medium", "high", "critical"}

// String is the text form; a value out of range gives "severity(9)".
func (s Severity) String() string { return nameOf(severityNames[:], "severity", s) }

// MarshalText implements [encoding.TextMarshaler].
func (s Severity) MarshalText() ([]byte, error) { return marshalName(severityNames[:], "severity", s) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Severity) UnmarshalText(text []byte) error {
	return unmarshalName(severityNames[:], "severity", s, text)
}

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
	for i, name := range names {
		if name == string(text) {
			*v = T(i)
			return nil
		}
	}
	return fmt.Errorf("reconcile: no such %s: %q (one of %q)", what, text, names)
}
