package transport

import (
	"fmt"
	"strings"
	"unicode"
)

// Pasted returns a credential without what copying from a page or a mail puts
// around it: blanks, line ends, no-break and zero-width characters. Inside it
// control and zero-width characters are refused: nobody sees them, and no
// server takes them for what they look like. The error names what it is about
// and not the value.
func Pasted(name, value string) (string, error) {
	value = strings.TrimFunc(value, func(r rune) bool { return unicode.IsSpace(r) || invisible(r) })
	if strings.ContainsFunc(value, invisible) {
		return "", fmt.Errorf("%s holds a character that cannot be seen; type it, or copy it anew", name)
	}
	return value, nil
}

// invisible says whether a character is a control or format character, such as
// the zero-width space, the byte-order mark and the marks for the direction of
// writing, or a blank that shows as nothing.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf) || r == '\u115f' || r == '\u1160' || r == '\u2800' || r == '\u3164' || r == '\uffa0'
}
