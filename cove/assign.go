package cove

import (
	"bytes"
	"encoding"
	"errors"
	"math"
	"reflect"
	"strconv"
	"time"
)

// An assign reads the text of a column into the field it was made for. The text
// is never empty. It is valid only until the function returns.
type assign func(text []byte) error

var (
	errNotInteger = errors.New("not a whole number")
	errNotNumber  = errors.New("not a number")
	errNotTime    = errors.New("not a time in Unix seconds")
	errNotBool    = errors.New("neither yes nor no")
	errRange      = errors.New("out of range")
)

// assignTo returns the function that fills a field, or nil when no column can
// be read into the field's type. It inspects the type once, so that no value
// needs reflection. For a duration, unit is what one on the wire stands for.
func assignTo(field reflect.Value, unit time.Duration) assign {
	switch to := field.Addr().Interface().(type) {
	case *time.Time:
		return func(text []byte) error { return assignTime(to, text) }
	case *time.Duration:
		return func(text []byte) error { return assignDuration(to, text, unit) }
	case *SessionStatus:
		return to.UnmarshalText
	case *ColorBar:
		return to.UnmarshalText
	case *DataSourceSet:
		return to.UnmarshalText
	case encoding.TextUnmarshaler:
		// A copy: the type may keep the text, whose memory is used again.
		return func(text []byte) error { return to.UnmarshalText(bytes.Clone(text)) }
	}
	switch field.Kind() {
	case reflect.Pointer:
		return assignPointer(field, unit)
	case reflect.String:
		to, last := pointerTo[string](field), ""
		return func(text []byte) error {
			if string(text) != last { // rows often repeat the one before: no need for a copy
				last = string(text)
			}
			*to = last
			return nil
		}
	case reflect.Bool:
		to := pointerTo[bool](field)
		return func(text []byte) error { return assignBool(to, text) }
	case reflect.Int64: // most columns; the others take a step more
		to := pointerTo[int64](field)
		return func(text []byte) (err error) { *to, err = parseInt(text, 64); return err }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32:
		return func(text []byte) error {
			n, err := parseInt(text, field.Type().Bits())
			field.SetInt(n)
			return err
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return func(text []byte) error {
			n, err := strconv.ParseUint(trim(text), 10, field.Type().Bits())
			if err != nil {
				return numberError(err)
			}
			field.SetUint(n)
			return nil
		}
	case reflect.Float32, reflect.Float64:
		return func(text []byte) error {
			f, err := parseFloat(text)
			if err == nil {
				field.SetFloat(f)
			}
			return err
		}
	}
	return nil
}

// pointerTo returns the address of a field as a pointer to the basic type that
// underlies the field's type.
func pointerTo[T any](field reflect.Value) *T {
	return field.Addr().Convert(reflect.TypeFor[*T]()).Interface().(*T)
}

// assignPointer fills a pointer field; each row gets a new value.
func assignPointer(field reflect.Value, unit time.Duration) assign {
	value := reflect.New(field.Type().Elem()).Elem()
	read := assignTo(value, unit)
	if read == nil {
		return nil
	}
	return func(text []byte) error {
		value.SetZero()
		if err := read(text); err != nil {
			return err
		}
		field.Set(reflect.New(value.Type()))
		field.Elem().Set(value)
		return nil
	}
}

func assignTime(to *time.Time, text []byte) error {
	n, err := parseInt(text, 64)
	if err != nil || n < 0 || n > maxUnix {
		return errNotTime
	}
	*to = fromUnix(n)
	return nil
}

func assignDuration(to *time.Duration, text []byte, unit time.Duration) error {
	if n, err := parseInt(text, 64); err == nil && n == int64(int32(n)) {
		*to = time.Duration(n) * unit
		return nil
	}
	f, err := parseFloat(text)
	if err != nil {
		return err
	}
	if f = math.Round(f * float64(unit)); math.Abs(f) >= math.MaxInt64 {
		return errRange
	}
	*to = time.Duration(f)
	return nil
}

func assignBool(to *bool, text []byte) error {
	switch trim(text) {
	case "1", "true", "True", "TRUE", "yes", "Yes", "YES":
		*to = true
	case "0", "false", "False", "FALSE", "no", "No", "NO":
		*to = false
	default:
		return errNotBool
	}
	return nil
}

// parseInt reads a whole number that fits the given number of bits. Blanks
// around it are ignored. With an error the number is zero.
func parseInt(text []byte, bits int) (int64, error) {
	if bits == 64 && len(text) <= 18 { // the usual case: too short to overflow
		n := int64(0)
		for _, c := range text {
			if c -= '0'; c > 9 {
				return parseAnyInt(text, bits)
			}
			n = n*10 + int64(c)
		}
		return n, nil
	}
	return parseAnyInt(text, bits)
}

func parseAnyInt(text []byte, bits int) (int64, error) {
	n, err := strconv.ParseInt(trim(text), 10, bits)
	if err != nil {
		return 0, numberError(err)
	}
	return n, nil
}

func parseFloat(text []byte) (float64, error) {
	f, err := strconv.ParseFloat(trim(text), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, errNotNumber
	}
	return f, nil
}

func numberError(err error) error {
	if errors.Is(err, strconv.ErrRange) {
		return errRange
	}
	return errNotInteger
}
