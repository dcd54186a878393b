package reconcile

import (
	"fmt"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// Severity is how bad a problem is. It is ordered; its text form (in JSON too)
// is "none", "low", "medium", "high" or "critical". It is defined beside the
// marker, which keeps it.
type Severity = mark.Severity

// The severities. None is the zero value.
const (
	SeverityNone     = mark.SeverityNone
	SeverityLow      = mark.SeverityLow
	SeverityMedium   = mark.SeverityMedium
	SeverityHigh     = mark.SeverityHigh
	SeverityCritical = mark.SeverityCritical
)

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
