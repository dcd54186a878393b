package monitor

import "github.com/covedesk/covedesk/cove"

// A Condition is what is wrong with a source or a device. Conditions are
// ordered: where several hold, the greater names the kind of the problem.
type Condition uint8

// The conditions. The zero value is good.
const (
	Good        Condition = iota
	Untested              // the last recovery test failed, or is too old
	OutOfSync             // a storage failed to synchronize
	Errors                // a backup was made, but with errors
	Interrupted           // the last session was interrupted
	Missed                // the last session did not start: the machine was off
	Stale                 // the last good backup is older than the rule allows
	NoSelection           // nothing is selected for backup
	OverQuota             // a quota stopped the last session
	Failed                // the last session failed or was aborted
	Never                 // no good backup was ever made
	Offline               // the device has lost contact
)

var conditionNames = [...]string{"good", "untested", "outofsync", "errors", "interrupted", "missed", "stale", "noselection", "quota", "failed", "never", "offline"}

// String returns one lower-case word; it is the condition's form in
// [Verdict.State] and [reconcile.Issue.Kind].
func (c Condition) String() string {
	if int(c) < len(conditionNames) {
		return conditionNames[c]
	}
	return "condition"
}

// conditionWords are the words of a summary.
var conditionWords = [...]string{
	"good", "no good recovery test", "storage out of sync", "completed with errors", "interrupted", "missed", "stale",
	"has nothing selected", "over quota", "failed", "never backed up", "offline",
}

func (c Condition) words() string {
	if int(c) < len(conditionWords) {
		return conditionWords[c]
	}
	return c.String()
}

// conditionOf reads a completed session's status. It reports false for a
// status that proves nothing: none, unknown, running, or without a name.
func conditionOf(s cove.SessionStatus) (Condition, bool) {
	switch s {
	case cove.StatusCompleted:
		return Good, true
	case cove.StatusCompletedWithErrors:
		return Errors, true
	case cove.StatusFailed, cove.StatusAborted:
		return Failed, true
	case cove.StatusOverQuota:
		return OverQuota, true
	case cove.StatusNoSelection:
		return NoSelection, true
	case cove.StatusInterrupted:
		return Interrupted, true
	case cove.StatusNotStarted:
		return Missed, true
	}
	return Good, false
}
