package connectwise

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/transport"
)

// quote writes an argument as a literal of the conditions language, to follow
// the given operator.
func quote(operator string, arg any) (string, error) {
	switch a := arg.(type) {
	case nil:
		if operator == "in" {
			return "", errors.New("null in a list; compare with = null instead")
		}
		return "null", nil
	case time.Time:
		return quoteTime(operator, a)
	case Time:
		if !a.Valid() {
			return "", fmt.Errorf("%q is not a date", a.Text())
		}
		return quoteTime(operator, a.Time)
	case Number:
		if !isNumber(string(a)) {
			return "", fmt.Errorf("%q is not a number", string(a))
		}
		return string(a), nil
	case Pattern:
		if operator != "like" && operator != "contains" {
			return "", fmt.Errorf("a Pattern after %s; it belongs to like and contains", operator)
		}
		return quoteString(string(a))
	}
	return quoteKind(operator, reflect.ValueOf(arg))
}

// quoteKind writes an argument by its Go kind.
func quoteKind(operator string, v reflect.Value) (string, error) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return quote(operator, nil)
		}
		return quote(operator, v.Elem().Interface())
	case reflect.String:
		if (operator == "like" || operator == "contains") && strings.ContainsAny(v.String(), "%*_[]") {
			return "", fmt.Errorf("%q holds wildcards; a Pattern says that they are meant: %w", v.String(), ErrUnquotable)
		}
		return quoteString(v.String())
	case reflect.Slice, reflect.Array:
		return "", fmt.Errorf("a list after %s; it belongs to in", operator)
	}
	switch literal, ok := transport.Literal(v); {
	case ok:
		return literal, nil
	case v.CanFloat():
		return "", fmt.Errorf("%v is not a number", v)
	}
	return "", fmt.Errorf("a %s cannot be written in a condition", v.Type())
}

func quoteString(s string) (string, error) { return transport.Quote(s, [2]string{`"`, `'`}) }

// quoteTime rounds a time to whole seconds, which is what the API stores, in
// the direction that keeps the meaning of the comparison: x < 0.7 s becomes x <
// 1 s, and x > 0.7 s becomes x > 0 s.
func quoteTime(operator string, t time.Time) (string, error) {
	if t.IsZero() {
		return "", errors.New("the zero time; compare with = null instead")
	}
	t = t.UTC()
	whole := t.Truncate(time.Second)
	if !whole.Equal(t) {
		switch operator {
		case "<", ">=":
			whole = whole.Add(time.Second)
		case "<=", ">":
		default:
			return "", fmt.Errorf("%s has parts of a second; no record equals it", t.Format(time.RFC3339Nano))
		}
	}
	if whole.Year() > 9999 || whole.Year() < 1 {
		return "", fmt.Errorf("year %d cannot be written", whole.Year())
	}
	return "[" + whole.Format(time.RFC3339) + "]", nil
}

func isNumber(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	whole, fraction, hasPoint := strings.Cut(digits, ".")
	return allDigits(whole) && (!hasPoint || allDigits(fraction))
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
