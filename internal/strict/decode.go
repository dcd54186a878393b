package strict

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

// Decode reads JSON that a person wrote into the value that into points to. It
// uses the names and rules of encoding/json, but strictly. The error is of type
// [Faults], and then into is unchanged.
//
// A member must have the exact name of a field and occur once. A value must be
// of the field's kind; null is allowed for lists, maps and pointers only, and
// empties them. Fields that are absent keep their values; lists and maps are
// replaced as a whole. Decode also reads [time.Duration] ([ParseDuration]),
// [time.Weekday] ([Weekday]) and *[time.Location] ([Zone]) from text. If an
// UnmarshalJSON returns [Faults], they get the path of its value.
func Decode(data []byte, into any) error {
	data, err := inUTF8(data)
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return Faults{{"", "is empty"}}
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(data, new(json.RawMessage)); errors.As(err, &syntax) {
		return Faults{{"", position(data, syntax)}}
	} else if err != nil {
		return Faults{{"", err.Error()}}
	}
	target := reflect.ValueOf(into).Elem()
	next := reflect.New(target.Type()).Elem()
	next.Set(target)
	var d decoder
	if d.value("", data, next); len(d.faults) > 0 {
		return d.faults
	}
	target.Set(next)
	return nil
}

// position returns the place where the text stops being JSON.
func position(data []byte, err *json.SyntaxError) string {
	before := data[:min(int64(len(data)), max(0, err.Offset-1))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len([]rune(string(before[bytes.LastIndexByte(before, '\n')+1:]))) + 1
	said := err.Error()
	switch last := data[len(data)-1]; {
	case strings.HasSuffix(said, "after top-level value"):
		said = "there is more text after the end"
	case int(err.Offset) >= len(data) && (strings.HasPrefix(said, "unexpected end") || strings.HasPrefix(said, "invalid character ' '") && last != ' '):
		said = "it breaks off"
	}
	return fmt.Sprintf("is no JSON: line %d, column %d: %s", line, column, said)
}

type decoder struct{ faults Faults }

func (d *decoder) value(path string, raw json.RawMessage, v reflect.Value) {
	raw = bytes.TrimSpace(raw)
	if string(raw) == "null" {
		switch v.Kind() {
		case reflect.Slice, reflect.Map, reflect.Pointer, reflect.Interface:
			v.SetZero()
		default:
			d.faults.Add(path, "is null; leave it out to keep its value")
		}
		return
	}
	if d.known(path, raw, v) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		next := reflect.New(v.Type().Elem())
		if !v.IsNil() {
			next.Elem().Set(v.Elem())
		}
		d.value(path, raw, next.Elem())
		v.Set(next)
	case reflect.Struct:
		d.object(path, raw, v)
	case reflect.Map:
		d.table(path, raw, v)
	case reflect.Slice:
		d.list(path, raw, v)
	default:
		d.plain(path, raw, v)
	}
}

// known reads the types that have a text form of their own.
func (d *decoder) known(path string, raw json.RawMessage, v reflect.Value) bool {
	var read func(string) error
	switch into := v.Addr().Interface().(type) {
	case *time.Duration:
		read = func(s string) (err error) { *into, err = ParseDuration(s); return err }
	case *time.Weekday:
		read = func(s string) (err error) { *into, err = Weekday(s); return err }
	case **time.Location:
		read = func(s string) (err error) { *into, err = Zone(s); return err }
	case json.Unmarshaler:
		d.fault(path, into.UnmarshalJSON(raw))
		return true
	case encoding.TextUnmarshaler:
		read = func(s string) error { return into.UnmarshalText([]byte(s)) }
	default:
		return false
	}
	if raw[0] != '"' {
		d.wrong(path, raw, "text")
		return true
	}
	var s string
	_ = json.Unmarshal(raw, &s) // it is JSON and begins like a string
	d.fault(path, read(s))
	return true
}

func (d *decoder) fault(path string, err error) {
	var inner Faults
	switch {
	case err == nil:
	case errors.As(err, &inner):
		d.faults = append(d.faults, inner.Under(path)...)
	default:
		d.faults.Add(path, "%s", err)
	}
}

func (d *decoder) wrong(path string, raw json.RawMessage, want string) {
	d.faults.Add(path, "is %s where %s is needed", kindOf(raw), want)
}

// kindOf names the kind of a JSON value.
func kindOf(raw json.RawMessage) string {
	switch raw[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "the text " + shown(string(raw[1:len(raw)-1]))
	}
	return text.Cut(string(raw), 60)
}

// members calls each with every member of an object, in order. A repeated
// member is a fault.
func (d *decoder) members(path string, raw json.RawMessage, each func(name, path string, raw json.RawMessage)) {
	if raw[0] != '{' {
		d.wrong(path, raw, "an object")
		return
	}
	in := json.NewDecoder(bytes.NewReader(raw))
	_, _ = in.Token() // raw is valid JSON: nothing here can fail
	seen := map[string]bool{}
	for in.More() {
		token, _ := in.Token()
		name, _ := token.(string)
		var value json.RawMessage
		_ = in.Decode(&value)
		at := join(path, step(name))
		if seen[name] {
			d.faults.Add(at, "stands there twice")
			continue
		}
		seen[name] = true
		each(name, at, value)
	}
}

var plainName = regexp.MustCompile(`^[\pL\pN_-]{1,60}$`)

// step returns a member's name for a path, quoted if it would be ambiguous.
func step(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return shown(name)
}

func (d *decoder) object(path string, raw json.RawMessage, v reflect.Value) {
	fields, names := fieldsOf(v.Type())
	d.members(path, raw, func(name, path string, raw json.RawMessage) {
		index, ok := fields[name]
		if !ok {
			d.faults.Add(path, "is not known; the nearest are %s", quoted(Nearest(name, names, 3)))
			return
		}
		d.value(path, raw, fieldAt(v, index))
	})
}

// fieldAt is [reflect.Value.FieldByIndex], but allocates embedded pointers.
func fieldAt(v reflect.Value, index []int) reflect.Value {
	for i, n := range index {
		if i > 0 && v.Kind() == reflect.Pointer {
			next := reflect.New(v.Type().Elem())
			if !v.IsNil() {
				next.Elem().Set(v.Elem())
			}
			v.Set(next)
			v = next.Elem()
		}
		v = v.Field(n)
	}
	return v
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = strconv.Quote(name)
	}
	return strings.Join(out, ", ")
}

// fieldsOf returns the fields of a struct by their names in JSON, and the names
// in the order of the fields.
func fieldsOf(t reflect.Type) (fields map[string][]int, names []string) {
	fields = map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		embedded := f.Anonymous && name == "" && (f.Type.Kind() == reflect.Struct || f.Type.Kind() == reflect.Pointer)
		if f.Tag.Get("json") == "-" || !f.IsExported() || embedded {
			continue
		}
		if name == "" {
			name = f.Name
		}
		if old, taken := fields[name]; taken && len(old) <= len(f.Index) {
			continue
		}
		fields[name] = f.Index
		names = append(names, name)
	}
	return fields, names
}

func (d *decoder) table(path string, raw json.RawMessage, v reflect.Value) {
	next := reflect.MakeMap(v.Type())
	d.members(path, raw, func(name, path string, raw json.RawMessage) {
		key := reflect.New(v.Type().Key()).Elem()
		if named, ok := key.Addr().Interface().(encoding.TextUnmarshaler); ok {
			if err := named.UnmarshalText([]byte(name)); err != nil {
				d.fault(path, err)
				return
			}
		} else if key.Kind() == reflect.String {
			key.SetString(name)
		} else if err := json.Unmarshal([]byte(name), key.Addr().Interface()); err != nil {
			d.faults.Add(path, "has a name that is not a whole number")
			return
		}
		value := reflect.New(v.Type().Elem()).Elem()
		d.value(path, raw, value)
		next.SetMapIndex(key, value)
	})
	v.Set(next)
}

func (d *decoder) list(path string, raw json.RawMessage, v reflect.Value) {
	if raw[0] != '[' {
		d.wrong(path, raw, "a list")
		return
	}
	var items []json.RawMessage
	_ = json.Unmarshal(raw, &items) // it is JSON and begins like a list
	next := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		d.value(fmt.Sprintf("%s[%d]", path, i), item, next.Index(i))
	}
	v.Set(next)
}

// plain reads text, numbers, booleans, and values of any kind.
func (d *decoder) plain(path string, raw json.RawMessage, v reflect.Value) {
	err := json.Unmarshal(raw, v.Addr().Interface())
	if err == nil {
		return
	}
	switch v.Kind() {
	case reflect.String:
		d.wrong(path, raw, "text")
	case reflect.Bool:
		d.wrong(path, raw, "true or false")
	case reflect.Float32, reflect.Float64:
		d.wrong(path, raw, "a number")
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		d.wrong(path, raw, fmt.Sprintf("a whole number from 0 to %d", ^uint64(0)>>(64-v.Type().Bits())))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		d.wrong(path, raw, fmt.Sprintf("a whole number up to %d", int64(^uint64(0)>>(65-v.Type().Bits()))))
	default:
		d.faults.Add(path, "%s", err)
	}
}
