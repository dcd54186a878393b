package reconcile

import (
	"cmp"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

// cleanTime gives the time in UTC, without a monotonic reading; a year that
// RFC 3339 cannot write counts as not known.
func cleanTime(t time.Time) time.Time {
	if y := t.UTC().Year(); y < 1 || y > 9999 {
		return time.Time{}
	}
	return t.UTC().Round(0)
}

// cleanIssue gives the issue as it is written: itself when nothing has to be
// cleaned, which is nearly always, else a copy. No desk takes a ticket without a
// summary, and no issue is dropped.
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

// normalSummary gives the form of a summary that is written to tickets and
// compared with them: one printable line of at most SummaryLimit units. It ends
// where the limit is, without a mark: what an earlier run wrote must stay equal.
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
