package reconcile

import "github.com/covedesk/covedesk/reconcile/mark"

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
