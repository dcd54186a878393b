package transport

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/covedesk/covedesk/internal/text"
)

// Pasted returns a credential without what copying from a page or a mail puts
// around it: blanks, line ends, no-break and zero-width characters. Inside it
// control and zero-width characters are refused: nobody sees them, and no
// server takes them for what they look like. The error names what it is about
// and not the value.
func Pasted(name, value string) (string, error) {
	value = strings.TrimFunc(value, blank)
	if strings.ContainsFunc(value, func(r rune) bool { return blank(r) && (!unicode.IsSpace(r) || unicode.IsControl(r)) }) {
		return "", fmt.Errorf("%s holds a character that cannot be seen; type it, or copy it anew", name)
	}
	return value, nil
}

// blank says whether nothing is to be seen of a character.
func blank(r rune) bool { return text.Line(string(r)) == "" }
