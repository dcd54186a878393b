package strict

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

// Encode returns a value as JSON that [Decode] reads. It is encoding/json with
// a [time.Duration], a [time.Weekday] and a *[time.Location] as text. A field
// with a nil pointer or a zero [time.Time] is left out, and so is a zero field
// with the tag omitzero.
func Encode(v any) ([]byte, error) { return json.Marshal(encoded(reflect.ValueOf(v))) }

// encoded returns a value that encoding/json writes in the form of this
// package.
func encoded(v reflect.Value) any {
	if !v.IsValid() {
		return nil
	}
	switch x := v.Interface().(type) {
	case time.Duration:
		return FormatDuration(x)
	case time.Weekday:
		return strings.ToLower(x.String())
	case *time.Location:
		return x.String()
	case json.Marshaler:
		return x
	}
	switch v.Kind() {
	case reflect.Struct:
		fields, names := fieldsOf(v.Type())
		var out object
		for _, name := range names {
			f := v.FieldByIndex(fields[name])
			_, at := f.Interface().(time.Time)
			optional := at || f.Kind() == reflect.Pointer || strings.HasSuffix(v.Type().FieldByIndex(fields[name]).Tag.Get("json"), ",omitzero")
			if optional && f.IsZero() {
				continue
			}
			out = append(out, member{name, encoded(f)})
		}
		return out
	case reflect.Map:
		if v.IsNil() {
			return nil
		}
		// encoding/json writes the names, by the type of the keys.
		out := reflect.MakeMap(reflect.MapOf(v.Type().Key(), reflect.TypeFor[any]()))
		for key, value := range v.Seq2() {
			written := encoded(value)
			out.SetMapIndex(key, reflect.ValueOf(&written).Elem())
		}
		return out.Interface()
	case reflect.Slice:
		if v.IsNil() {
			return nil
		}
		out := make([]any, v.Len())
		for i := range out {
			out[i] = encoded(v.Index(i))
		}
		return out
	}
	return v.Interface()
}

// object is a JSON object that keeps the order of its members.
type object []member

type member struct {
	name  string
	value any
}

func (o object) MarshalJSON() ([]byte, error) {
	var b strings.Builder
	for i, m := range o {
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		name, _ := json.Marshal(m.name) // text
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	if len(o) == 0 {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return []byte(b.String()), nil
}
