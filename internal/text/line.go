package text

import (
	"regexp"
	"strings"
	"unicode"
)

// Line makes a text one printable line of valid UTF-8. White space, line breaks
// and control characters become single blanks, with none at either end. Colour
// sequences of terminals, marks that change the direction of writing, and
// characters without width are removed; bytes that are not UTF-8 become U+FFFD.
// Case and composition stay as they are. Doing it twice changes nothing.
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

// Lines is [Line] for a text of several lines. Every kind of line break becomes
// "\n", and each line is made printable by itself. Of several empty lines in a
// row one is left; at the ends there is none.
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

// colour matches a control sequence of a terminal: a colour or a movement.
var colour = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]")

// isLine reports whether the text is already one line of printable ASCII.
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

// invisible reports whether a character has no width: such characters hide
// text, split words and change the direction of the text around them. The
// selectors that make a sign an emoji are not among them.
func invisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || r == '\u2800'
}
