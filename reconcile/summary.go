package reconcile

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// SummaryLimit is how many characters (runes) a ticket's summary can hold.
const SummaryLimit = 100

// NormalizeSummary gives the form of a summary that is written to tickets and
// compared with them: valid UTF-8, one line, runs of white space and control
// characters folded into one blank, no blank at either end, at most
// [SummaryLimit] characters. Case and Unicode composition are left alone.
// Normalising twice changes nothing.
func NormalizeSummary(s string) string {
	if isNormal(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	n, blank := 0, false
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		if isBlank(r) {
			blank = n > 0
			continue
		}
		if blank {
			// A blank is only worth its place when a character follows it.
			if n+2 > SummaryLimit {
				break
			}
			b.WriteByte(' ')
			n++
			blank = false
		}
		if n == SummaryLimit {
			break
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// isNormal recognises the common case, a short summary of printable ASCII, so
// that normalising it copies nothing.
func isNormal(s string) bool {
	if len(s) > SummaryLimit {
		return false
	}
	before := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c >= utf8.RuneSelf || c == 0x7f || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return s == "" || before != ' '
}

func isBlank(r rune) bool {
	// U+FEFF and U+200B are invisible and are dropped by some forms and editors.
	return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\uFEFF' || r == '\u200B'
}

// oneLine makes a text safe to print in a line: no line breaks, no control
// characters, valid UTF-8.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), isBlank), " ")
}
