package transport

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrUnquotable means that a value cannot be written in a filter so that it
// means exactly itself.
var ErrUnquotable = errors.New("cannot be quoted safely")

// Literal returns a boolean or a number in the form that the filter languages
// of both APIs take. It returns false for a value of any other kind, and for
// NaN and infinity.
func Literal(v reflect.Value) (literal string, ok bool) {
	switch {
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool()), true
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10), true
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10), true
	case v.CanFloat():
		f := v.Float()
		return strconv.FormatFloat(f, 'f', -1, v.Type().Bits()), !math.IsNaN(f) && !math.IsInf(f, 0)
	}
	return "", false
}

// Quote puts a text between the first of the two quotation marks that it does
// not contain. Neither language documents how to escape a mark inside a text.
func Quote(s string, marks [2]string) (string, error) {
	if err := Plain(s); err != nil {
		return "", err
	}
	for _, mark := range marks {
		if !strings.Contains(s, mark) {
			return mark + s + mark, nil
		}
	}
	return "", fmt.Errorf("%q holds both kinds of quotes: %w", s, ErrUnquotable)
}

// Plain refuses a text that a server may misread inside quotes: an escape, or
// the end of a line, of which Unicode has several. It also refuses a text that
// is not UTF-8, because it would be changed on its way.
func Plain(s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("%q is not valid UTF-8: %w", s, ErrUnquotable)
	}
	for _, r := range s {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\\' {
			return fmt.Errorf("%q holds %q: %w", s, r, ErrUnquotable)
		}
	}
	return nil
}
