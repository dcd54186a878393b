package reconcile

import (
	"cmp"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

// cleanTime returns the time in UTC, without a monotonic reading. A year that
// RFC 3339 cannot write counts as unknown.
func cleanTime(t time.Time) time.Time {
	if y := t.UTC().Year(); y < 1 || y > 9999 {
		return time.Time{}
	}
	return t.UTC().Round(0)
}

// cleanIssue returns the issue as it is written: the issue itself when nothing
// has to be cleaned, else a copy. A desk needs a summary, and no issue is
// dropped: an issue without a summary gets its key as one.
func cleanIssue(is *Issue) *Issue {
	summary, since := cmp.Or(normalSummary(is.Summary), normalSummary(is.Key.String())), cleanTime(is.Since)
	if summary == is.Summary && since.Equal(is.Since) && is.Since.Location() == time.UTC {
		return is
	}
	c := *is
	c.Summary, c.Since = summary, since
	return &c
}

// SummaryLimit is how many UTF-16 units a ticket's summary can hold.
const SummaryLimit = 100

// normalSummary returns the form of a summary that is written to tickets and
// compared with them: one printable line of at most SummaryLimit units. A
// longer one is cut without an ellipsis, so that it stays equal to what earlier
// runs wrote.
func normalSummary(s string) string {
	s = text.Line(s)
	if len(s) <= SummaryLimit {
		return s
	}
	units := 0
	for i, r := range s {
		if units += text.Len(string(r)); units > SummaryLimit {
			return strings.TrimRight(s[:i], " ")
		}
	}
	return s
}
