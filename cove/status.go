package cove

import (
	"fmt"
	"slices"
	"strconv"
)

// A SessionStatus says how a backup session ended, or that it is running.
// Columns F00, F16 and F17, each digit of a colour bar and the status of a
// [Session] hold one. Codes that the API may add later are kept as they are.
type SessionStatus uint8

// The session statuses of the API.
const (
	StatusNone                 SessionStatus = 0  // no session, never ran
	StatusInProcess            SessionStatus = 1  // running
	StatusFailed               SessionStatus = 2  // ended without a backup
	StatusAborted              SessionStatus = 3  // stopped by somebody
	StatusUnknown              SessionStatus = 4  // no meaning is published
	StatusCompleted            SessionStatus = 5  // all well
	StatusInterrupted          SessionStatus = 6  // resumes by itself
	StatusNotStarted           SessionStatus = 7  // machine off at the scheduled time
	StatusCompletedWithErrors  SessionStatus = 8  // a backup, but with errors
	StatusInProgressWithFaults SessionStatus = 9  // running, with errors so far
	StatusOverQuota            SessionStatus = 10 // stopped by a quota
	StatusNoSelection          SessionStatus = 11 // nothing is selected for backup
	StatusRestarted            SessionStatus = 12 // started again
	StatusBlocked              SessionStatus = 13 // from the console's filters; the number is inferred from its position there
)

var statusNames = [...]string{
	"None", "InProcess", "Failed", "Aborted", "Unknown", "Completed", "Interrupted", "NotStarted",
	"CompletedWithErrors", "InProgressWithFaults", "OverQuota", "NoSelection", "Restarted", "Blocked",
}

// String returns the name that the API itself uses ("CompletedWithErrors"),
// "None" for zero, and "Status14" for a number without a name.
func (s SessionStatus) String() string { return enumName("Status", uint8(s), statusNames[:]...) }

// Running tells whether the session is running: StatusInProcess,
// StatusInProgressWithFaults or StatusRestarted.
func (s SessionStatus) Running() bool {
	return s == StatusInProcess || s == StatusInProgressWithFaults || s == StatusRestarted
}

// otherStatusNames are further names of statuses, found in the console's
// filters and in a client's recordings.
var otherStatusNames = map[string]SessionStatus{
	"": StatusNone, "Undefined": StatusNone, "InProgress": StatusInProcess, "InProcessWithFaults": StatusInProgressWithFaults,
}

// UnmarshalText reads a number ("8") or a name ("CompletedWithErrors");
// storage nodes answer with names, columns with numbers.
func (s *SessionStatus) UnmarshalText(text []byte) error {
	if len(text) == 1 && text[0]-'0' <= 9 { // the usual case
		*s = SessionStatus(text[0] - '0')
		return nil
	}
	if n, err := strconv.ParseUint(string(text), 10, 8); err == nil {
		*s = SessionStatus(n)
		return nil
	}
	other, known := otherStatusNames[string(text)]
	if !known {
		n := slices.Index(statusNames[:], string(text))
		if n < 0 {
			return fmt.Errorf("no session status: %s", quoteShort(text))
		}
		other = SessionStatus(n)
	}
	*s = other
	return nil
}
