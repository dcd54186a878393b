package cove

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// ErrUnquotable: a value cannot be written in the filter language without the
// risk of meaning something else. The language documents no escapes, so none
// are used: a text that holds both kinds of quotes, a control character, or,
// in some positions, a backslash is refused.
var ErrUnquotable = errors.New("cove: value cannot be quoted safely")

// A Filter chooses devices on the server. The zero value chooses all. Errors
// of [Where] travel with it and surface when it is used.
type Filter struct {
	text string
	none bool // an empty in list: matches nothing, without a request
	err  error
}

// Ago is an argument of [Where]: the moment that lies the duration in the past
// by the server's clock, in whole hours, rounded down to at least one hour.
//
//	cove.Where("TS > ?", cove.Ago(30*24*time.Hour)) // TS > 30.days().ago()
type Ago time.Duration

// Pattern is an argument of [Where] for the operator =~: * stands for any run
// of characters and ? for one. Other arguments never act as wildcards, except
// that the right side of =~ always is a pattern.
type Pattern string

// Where makes a filter from an expression of the API's filter language and the
// values for its placeholders, as database/sql does:
//
//	cove.Where("AT == ? and TS > ?", cove.AccountBackupManager, cove.Ago(30*24*time.Hour))
//	cove.Where("AU in (?)", []int64{3785154, 3790001})
//	cove.Where("AN =~ ?", cove.Pattern("srv-*"))
//
// Values are written by their type: strings in quotes, booleans, integers and
// floats as they are, a time.Time in Unix seconds, [Ago] by the server's clock,
// a slice as the list of an in. A question mark inside quotes is literal. A
// wrong number of values is an error; an empty slice makes a filter that
// matches nothing.
func Where(expression string, args ...any) Filter {
	f := Filter{}
	f.text, f.none, f.err = expand(expression, args)
	return f
}

// String returns the filter as it is sent, "" for the zero value.
func (f Filter) String() string { return f.text }

// Err returns why the filter cannot be used: a wrong number of values, a value
// of a type without a notation, or [ErrUnquotable].
func (f Filter) Err() error { return f.err }

func expand(expression string, args []any) (text string, none bool, err error) {
	var b strings.Builder
	var quote byte
	next := 0
	for i := 0; i < len(expression); i++ {
		c := expression[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
			b.WriteByte(c)
		case c == '"' || c == '\'':
			quote = c
			b.WriteByte(c)
		case c == '?':
			if next == len(args) {
				return "", false, fmt.Errorf("cove: filter %q has more placeholders than its %d values", expression, len(args))
			}
			lit, empty, err := literal(args[next])
			if err != nil {
				return "", false, fmt.Errorf("cove: filter %q, value %d: %w", expression, next+1, err)
			}
			none = none || empty
			next++
			b.WriteString(lit)
		default:
			b.WriteByte(c)
		}
	}
	if quote != 0 {
		return "", false, fmt.Errorf("cove: filter %q has an open quote", expression)
	}
	if next != len(args) {
		return "", false, fmt.Errorf("cove: filter %q has %d placeholders for %d values", expression, next, len(args))
	}
	return b.String(), none, nil
}

func literal(arg any) (text string, empty bool, err error) {
	switch v := arg.(type) {
	case nil:
		return "", false, errors.New("nil has no notation in the filter language")
	case Ago:
		return v.literal()
	case Pattern:
		text, err = quote(string(v))
		return text, false, err
	case time.Time:
		if v.IsZero() {
			return "0", false, nil
		}
		return strconv.FormatInt(v.Unix(), 10), false, nil
	case time.Duration:
		return strconv.FormatInt(int64(v/time.Second), 10), false, nil
	}
	rv := reflect.ValueOf(arg)
	switch rv.Kind() {
	case reflect.String:
		text, err = quote(rv.String())
	case reflect.Bool:
		text = strconv.FormatBool(rv.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		text = strconv.FormatInt(rv.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		text = strconv.FormatUint(rv.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		f := rv.Float()
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return "", false, fmt.Errorf("%v has no notation in the filter language", f)
		}
		text = strconv.FormatFloat(f, 'f', -1, 64)
	case reflect.Slice, reflect.Array:
		parts := make([]string, rv.Len())
		for i := range parts {
			item := rv.Index(i).Interface()
			if k := reflect.ValueOf(item).Kind(); k == reflect.Slice || k == reflect.Array {
				return "", false, errors.New("a list within a list")
			}
			if parts[i], _, err = literal(item); err != nil {
				return "", false, err
			}
		}
		return strings.Join(parts, ","), len(parts) == 0, nil
	default:
		return "", false, fmt.Errorf("type %T has no notation in the filter language", arg)
	}
	return text, false, err
}

func (a Ago) literal() (string, bool, error) {
	hours := int64(time.Duration(a) / time.Hour)
	if hours < 1 {
		return "", false, fmt.Errorf("%v ago is less than an hour", time.Duration(a))
	}
	if hours%24 == 0 {
		return strconv.FormatInt(hours/24, 10) + ".days().ago()", false, nil
	}
	return strconv.FormatInt(hours, 10) + ".hours().ago()", false, nil
}

// quote puts a text between quotes that it does not hold.
func quote(s string) (string, error) {
	for _, r := range s {
		if r < ' ' || r == 0x7f || r == '\\' {
			return "", fmt.Errorf("%w: %q", ErrUnquotable, s)
		}
	}
	if !strings.Contains(s, `'`) {
		return `'` + s + `'`, nil
	}
	if !strings.Contains(s, `"`) {
		return `"` + s + `"`, nil
	}
	return "", fmt.Errorf("%w: %q", ErrUnquotable, s)
}
