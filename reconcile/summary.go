package reconcile

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

// SummaryLimit is how many UTF-16 units a ticket's summary can hold.
const SummaryLimit = 100

// normalSummary gives the form of a summary that is written to tickets and
// compared with them: valid UTF-8, one line, runs of white space and control
// characters folded into one blank, no blank at either end, at most
// SummaryLimit units. Case and Unicode composition are left alone.
func normalSummary(s string) string {
	s = oneLine(s)
	units := 0
	for i, r := range s {
		if units += utf16.RuneLen(r); units > SummaryLimit {
			return strings.TrimRight(s[:i], " ")
		}
	}
	return s
}

func isBlank(r rune) bool {
	// U+FEFF and U+200B are invisible and are dropped by some forms and editors.
	return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\uFEFF' || r == '\u200B'
}

// oneLine makes a text safe to print in a line: no line breaks, no control
// characters, valid UTF-8.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(cleanText(s), isBlank), " ")
}
