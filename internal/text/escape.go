package text

import (
	"regexp"
	"strings"
	"unicode"
)

// special are the characters that a note might take for markup: emphasis,
// escapes, tags, links, character references, and what begins a heading, a
// list or a quotation.
var special = regexp.MustCompile("[*_`<>\\[\\]~|]|\\\\([[:punct:]]|$)|&[#A-Za-z]|://|(?i:www\\.)|^(#|[-+=]|\\d+[.)])")

// Markdown makes a text from outside one line ([Line]) that stands as it is in
// a note shown as markdown. A text without anything special is unchanged;
// another becomes code, between as many back ticks as it needs, which can still
// be read where notes are shown as plain text.
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
// a formula: an apostrophe goes before an =, +, - or @ (also in full width) that
// begins the text, or that would begin a cell where the file is opened by a
// program that splits at semicolons. Quoting is left to encoding/csv.
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

// FromCSV takes back the apostrophes of [CSV].
func FromCSV(s string) string { return apostrophe.ReplaceAllString(s, "$1$2$3") }
