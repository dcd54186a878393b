package connectwise

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"time"
)

// Parse returns the op that sets a member of a new record to a value written as
// text. Numbers are decimal, flags are true or false, times are RFC 3339 or a
// date, which means midnight UTC, and references are names. The text "" means
// the zero value. Parse checks path and value as Create does, and sends
// nothing.
func (s *Collection[T]) Parse(path, text string) (Op, error) {
	if fault := checkOp(creating, s.typ, Set(path, nil)); fault != nil {
		return Op{}, errors.New(fault.Message)
	}
	op := Set(path, text)
	if member := s.member(path); member != nil {
		value, err := parseAs(deref(member.typ), text)
		if err != nil {
			return Op{}, err
		}
		op.value = value
	}
	if fault := checkOp(creating, s.typ, op); fault != nil {
		return Op{}, errors.New(fault.Message)
	}
	return op, nil
}

// Parse returns the value of a custom field of this type from a text, in the
// forms of [Collection.Parse].
func (f UserDefinedField) Parse(text string) (any, error) {
	switch f.FieldTypeIdentifier {
	case "Number", "Percent", "Currency":
		return parseAs(reflect.TypeFor[float64](), text)
	case "Checkbox":
		return parseAs(reflect.TypeFor[bool](), text)
	case "Date":
		return parseAs(reflect.TypeFor[Time](), text)
	case "Button":
		return nil, errors.New("a button holds no value")
	}
	return text, nil
}

func parseAs(t reflect.Type, text string) (value any, err error) {
	switch {
	case text == "":
		return reflect.Zero(t).Interface(), nil
	case t == refType:
		return ByName(text), nil
	case t == reflect.TypeFor[Time]():
		for _, layout := range []string{time.RFC3339, time.DateOnly} {
			if at, err := time.Parse(layout, text); err == nil {
				return At(at), nil
			}
		}
		return nil, fmt.Errorf("%q is not a time; want 2006-01-02 or RFC 3339", text)
	case t == reflect.TypeFor[Number](), t.Kind() == reflect.Float64:
		if value, err = strconv.ParseFloat(text, 64); err != nil {
			return nil, fmt.Errorf("%q is not a number", text)
		}
	case isInteger(t):
		if value, err = strconv.ParseInt(text, 10, 64); err != nil {
			return nil, fmt.Errorf("%q is not a whole number", text)
		}
	case t.Kind() == reflect.Bool:
		if value, err = strconv.ParseBool(text); err != nil {
			return nil, fmt.Errorf("%q is neither true nor false", text)
		}
	case t.Kind() == reflect.String:
		return text, nil
	default:
		return nil, errors.New("it cannot be written as text")
	}
	return value, nil
}
