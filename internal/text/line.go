package text

import (
	"regexp"
	"strings"
	"unicode"
)

// Line makes a text one printable line of valid UTF-8. White space, line breaks
// and control characters are folded into one blank, none is left at either end.
// Colour sequences of terminals, marks that turn the direction of writing, and
// characters of no width are left out; what is not UTF-8 becomes U+FFFD. Case
// and composition stay as they are. Doing it twice changes nothing.
func Line(s string) string {
	if isLine(s) {
		return s
	}
	s = strings.ToValidUTF8(colour.ReplaceAllString(s, " "), "\uFFFD")
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			blank = b.Len() > 0
		case invisible(r):
		default:
			if blank {
				b.WriteByte(' ')
				blank = false
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Lines is [Line] for a text of several lines: every kind of line break becomes
// "\n", each line is made printable by itself, of several empty lines in a row
// one is left, and none at the ends.
func Lines(s string) string {
	var out []string
	for line := range strings.SplitSeq(lineBreaks.Replace(s), "\n") {
		if line = Line(line); line != "" || len(out) > 0 && out[len(out)-1] != "" {
			out = append(out, line)
		}
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n")
}

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// colour is a control sequence of a terminal: colours, movements.
var colour = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]")

// isLine recognises the common case, one line of printable ASCII.
func isLine(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c >= 0x7f || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return s == "" || before != ' '
}

// invisible characters have no width: they hide text, split words and turn the
// direction of what stands around them. The selectors that make an emoji of a
// sign are not among them.
func invisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || r == '\u2800'
}
