package text

import (
	"regexp"
	"strings"
	"unicode"
)

// special matches the characters that a note might take for markup: emphasis,
// escapes, tags, links, character references, and the beginning of a heading, a
// list or a quotation.
var special = regexp.MustCompile("[*_`<>\\[\\]~|]|\\\\([[:punct:]]|$)|&[#A-Za-z]|://|(?i:www\\.)|^(#|[-+=]|\\d+[.)])")

// Markdown makes a text from outside one line ([Line]) that shows unchanged in
// a note with markdown. A text without special characters is returned as it is.
// Any other becomes code, between as many back ticks as it needs, and stays
// readable where notes are shown as plain text.
func Markdown(s string) string {
	s = Line(s)
	if !special.MatchString(s) {
		return s
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}

// CSV makes a text from outside one line ([Line]) that no spreadsheet takes for
// a formula. It puts an apostrophe before an =, +, - or @ (also in full width)
// at the beginning of the text, and after a semicolon, because some programs
// split cells there. Leave quoting to encoding/csv.
func CSV(s string) string {
	s = Line(s)
	var b strings.Builder
	begins := true
	for _, r := range s {
		switch {
		case begins && strings.ContainsRune("=+-@＝＋－＠", r):
			b.WriteByte('\'')
			begins = false
		case r == ';' || r == '\uFF1B':
			begins = true
		case r != '"' && !unicode.IsSpace(r):
			begins = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

var apostrophe = regexp.MustCompile(`(^|[;；])([\s"]*)'([=+\-@＝＋－＠])`)

// FromCSV removes the apostrophes that [CSV] adds.
func FromCSV(s string) string { return apostrophe.ReplaceAllString(s, "$1$2$3") }
