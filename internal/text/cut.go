package text

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

// Len returns the length of a text in UTF-16 units, as servers with UTF-16
// texts count it: 1 for most characters, 2 for those beyond U+FFFF, such as
// emoji. Each byte that is not valid UTF-8 counts 1.
func Len(s string) int {
	n := 0
	for _, r := range s {
		n += units(r)
	}
	return n
}

func units(r rune) int { return max(1, utf16.RuneLen(r)) }

const ellipsis = "…"

// Cut shortens a text to at most limit UTF-16 units. A cut text ends with "…",
// which counts. It is never cut inside a character as people see it: between a
// letter and its accents, in an emoji, in a flag. Blanks before the cut are
// removed. A limit below 1 gives "".
func Cut(s string, limit int) string {
	if len(s) <= limit {
		return s // a text never has more units than bytes
	}
	if limit < 1 {
		return ""
	}
	n, end, flags := 0, 0, 0
	var before rune
	for i, r := range s {
		joined := i > 0 && (joins(r) || before == '\u200d')
		if isFlag(r) {
			joined = joined || flags%2 == 1
			flags++
		} else {
			flags = 0
		}
		// The text up to here may stay if it leaves room for the ellipsis.
		if !joined && n < limit {
			end = i
		}
		if n += units(r); n > limit {
			return strings.TrimRightFunc(s[:end], unicode.IsSpace) + ellipsis
		}
		before = r
	}
	return s
}

// joins reports whether a character belongs to the one before it.
func joins(r rune) bool {
	return unicode.Is(unicode.M, r) || r == '\u200d' || r >= 0x1F3FB && r <= 0x1F3FF || r >= 0xE0020 && r <= 0xE007F
}

func isFlag(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
