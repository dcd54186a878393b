package transport

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/covedesk/covedesk/internal/text"
)

// Pasted returns a credential without the characters that copying from a page
// or a mail adds at its ends: blanks, line ends, no-break and zero-width
// characters. Control and zero-width characters inside are an error: nobody
// sees them, and no server ignores them. The error contains name but not value.
func Pasted(name, value string) (string, error) {
	value = strings.TrimFunc(value, blank)
	if strings.ContainsFunc(value, func(r rune) bool { return blank(r) && (!unicode.IsSpace(r) || unicode.IsControl(r)) }) {
		return "", fmt.Errorf("%s holds a character that cannot be seen; type it, or copy it anew", name)
	}
	return value, nil
}

// blank reports whether a character is invisible.
func blank(r rune) bool { return text.Line(string(r)) == "" }
