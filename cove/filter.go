package cove

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/transport"
)

// ErrUnquotable says that a value cannot be written safely in the filter
// language, which documents no escapes. Refused are a text with both kinds of
// quotes, a backslash, a control character or invalid UTF-8, and a text with
// wildcards after =~ that is not a [Pattern].
var ErrUnquotable = transport.ErrUnquotable

// A Filter selects devices on the server. The zero value matches all. An error
// of [Where] is kept in the filter and returned when the filter is used; Err
// returns it earlier.
type Filter struct {
	text string
	none bool // an empty in list: matches nothing, without a request
	err  error
}

// Pattern is an argument of [Where] for the operator =~: * stands for any run
// of characters and ? for one. The whole text must match; whether case counts
// is not documented. Other arguments never act as wildcards: after =~ they are
// refused if they hold one.
type Pattern string

// Where makes a filter from an expression of the API's filter language and the
// values for its placeholders, as database/sql does:
//
//	cove.Where("AT == ? and TS > ?", cove.AccountBackupManager, time.Now().AddDate(0, 0, -30))
//	cove.Where("AU in (?)", []int64{3785154, 3790001})
//	cove.Where("AN =~ ?", cove.Pattern("srv-*"))
//
// Values are written by their type: strings in quotes, booleans, integers and
// floats as they are, a time.Time in Unix seconds (the zero time as 0, which is
// what columns hold for never), a time.Duration in whole seconds, a slice as the
// list after in, with or without parentheses around its placeholder. Values
// without a notation are refused: nil, NaN, pointers, a []byte, a [DataSource],
// [DataSourceSet] or [ColorBar]. A time by the server's clock is written in the
// expression: "TS > 30.days().ago()".
//
// A question mark inside quotes is literal. A wrong number of values is an
// error. With an empty slice the filter matches nothing and sends no request. The
// API publishes no limit to the length of a list.
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
	wrong := func(format string, args ...any) (string, bool, error) {
		return "", false, fmt.Errorf("cove: filter %q: %w", expression, fmt.Errorf(format, args...))
	}
	var b strings.Builder
	var quote byte
	next := 0
	for i := 0; i < len(expression); i++ {
		c := expression[i]
		switch {
		case quote != 0 && c == '\\':
			return wrong("a backslash between quotes: %w", ErrUnquotable)
		case quote != 0:
			if c == quote {
				quote = 0
				if i+1 < len(expression) && (expression[i+1] == '"' || expression[i+1] == '\'') {
					return wrong("a quote behind a quote: %w", ErrUnquotable)
				}
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '?':
			if next == len(args) {
				return wrong("more placeholders than the %d values", len(args))
			}
			if touches(expression, i) {
				return wrong("a placeholder beside a quote or a word: %w", ErrUnquotable)
			}
			lit, err := placeholder(b.String(), expression[i+1:], args[next])
			if err != nil {
				return wrong("value %d: %w", next+1, err)
			}
			none = none || lit == emptyList
			next++
			b.WriteString(lit)
			continue
		}
		b.WriteByte(c)
	}
	if quote != 0 {
		return wrong("an open quote")
	}
	if next != len(args) {
		return wrong("%d placeholders for %d values", next, len(args))
	}
	return b.String(), none, nil
}

// touches tells whether there is a quote, a letter or a digit next to the byte
// at i. A value put there could merge with its neighbour: "T?" could become T0.
func touches(s string, i int) bool {
	joins := func(c byte) bool { return c == '"' || c == '\'' || c == '?' || c >= 0x80 || isNameByte(c) }
	return i > 0 && joins(s[i-1]) || i+1 < len(s) && joins(s[i+1])
}

// emptyList stands for an empty list until the filter is used.
const emptyList = "()"

// placeholder writes the value that goes between the given texts.
func placeholder(before, behind string, arg any) (string, error) {
	_, pattern := arg.(Pattern)
	matching := matches(before)
	if pattern && !matching {
		return "", errors.New("a Pattern goes behind =~ only")
	}
	if s := reflect.ValueOf(arg); matching && !pattern && s.Kind() == reflect.String && strings.ContainsAny(s.String(), "*?[]") {
		return "", fmt.Errorf("%q would act as a pattern behind =~; say so with Pattern, or use ==: %w", s.String(), ErrUnquotable)
	}
	rv := reflect.ValueOf(arg)
	if k := rv.Kind(); k != reflect.Slice && k != reflect.Array || isOpaque(arg) {
		return literal(arg)
	}
	opened := openIn.MatchString(before)
	if !opened && !bareIn.MatchString(before) || opened && !strings.HasPrefix(strings.TrimSpace(behind), ")") {
		return "", errors.New("a list goes behind in, alone between its parentheses")
	}
	parts := make([]string, rv.Len())
	for i := range parts {
		var err error
		if parts[i], err = literal(rv.Index(i).Interface()); err != nil {
			return "", err
		}
	}
	if len(parts) == 0 {
		return emptyList, nil
	}
	if opened {
		return strings.Join(parts, ","), nil
	}
	return "(" + strings.Join(parts, ",") + ")", nil
}

var (
	quoted = regexp.MustCompile(`'[^']*'|"[^"]*"`)
	openIn = regexp.MustCompile(`(?i)\bin\s*\(\s*$`)
	bareIn = regexp.MustCompile(`(?i)\bin\s*$`)
	logic  = regexp.MustCompile(`(?i)\b(and|or)\b|&&|\|\|`)
)

// matches tells whether a value after the given text is, or may become, part of
// a pattern: the last condition of the text has an =~.
func matches(before string) bool {
	parts := logic.Split(quoted.ReplaceAllString(before, "0"), -1)
	return strings.Contains(parts[len(parts)-1], "=~")
}

// isOpaque tells whether a value has a type that would be written as a number,
// although its column does not hold that number.
func isOpaque(arg any) bool {
	switch arg.(type) {
	case []byte, DataSource, DataSourceSet, ColorBar:
		return true
	}
	return false
}

// literal writes one value.
func literal(arg any) (string, error) {
	switch v := arg.(type) {
	case nil:
		return "", errors.New("nil has no notation in the filter language")
	case time.Time:
		if v.IsZero() {
			return "0", nil
		}
		return strconv.FormatInt(v.Unix(), 10), nil
	case time.Duration:
		return strconv.FormatInt(int64(v/time.Second), 10), nil
	}
	rv := reflect.ValueOf(arg)
	switch literal, ok := transport.Literal(rv); {
	case isOpaque(arg):
	case rv.Kind() == reflect.String:
		return transport.Quote(rv.String(), [2]string{`'`, `"`})
	case ok:
		return literal, nil
	case rv.CanFloat():
		return "", fmt.Errorf("%v has no notation in the filter language", arg)
	}
	return "", fmt.Errorf("type %T has no notation in the filter language", arg)
}
