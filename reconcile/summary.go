package reconcile

import (
	"strings"

	"github.com/covedesk/covedesk/internal/text"
)

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
