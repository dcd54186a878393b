package connectwise

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
)

// unmarshal is json.Unmarshal that also accepts forms that servers are known to
// send: numbers and booleans as strings, and strings as numbers. Only a record
// that json.Unmarshal refuses is decoded a second time.
func unmarshal(data []byte, result any) error {
	err := json.Unmarshal(data, result)
	var mistyped *json.UnmarshalTypeError
	if !errors.As(err, &mistyped) {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var tree any
	if d.Decode(&tree) != nil {
		return err
	}
	v := reflect.ValueOf(result).Elem()
	mended, encodeErr := json.Marshal(mend(v.Type(), tree))
	if encodeErr != nil {
		return err
	}
	v.SetZero()
	if json.Unmarshal(mended, result) != nil {
		return err
	}
	return nil
}

// mend converts the scalars of a tree to the kinds that the type needs.
func mend(t reflect.Type, tree any) any {
	t = deref(t)
	switch v := tree.(type) {
	case map[string]any:
		if s := schemaOf(t); s != nil {
			for name, value := range v {
				if m := s.members[name]; m != nil {
					v[name] = mend(m.typ, value)
				}
			}
		}
	case []any:
		if t.Kind() == reflect.Slice {
			for i := range v {
				v[i] = mend(t.Elem(), v[i])
			}
		}
	case string:
		if !t.Implements(marshalerType) {
			return mendText(t, v)
		}
	case json.Number:
		if !t.Implements(marshalerType) {
			return mendNumber(t, v)
		}
	case bool:
		if t.Kind() == reflect.String && !t.Implements(marshalerType) {
			return strconv.FormatBool(v)
		}
	}
	return tree
}

// mendText converts a string to the number or boolean that the type needs.
func mendText(t reflect.Type, v string) any {
	text := strings.ToLower(strings.Trim(v, " \x00"))
	isNumeric, isBool := t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64, t.Kind() == reflect.Bool
	switch {
	case text == "" && (isNumeric || isBool):
		return nil
	case isNumeric && isNumber(text):
		return json.Number(strings.TrimSuffix(text, ".0"))
	case isBool && (text == "true" || text == "1"):
		return true
	case isBool && (text == "false" || text == "0"):
		return false
	}
	return v
}

// mendNumber converts a number to the string or boolean that the type needs.
func mendNumber(t reflect.Type, v json.Number) any {
	switch {
	case t.Kind() == reflect.String:
		return v.String()
	case t.Kind() == reflect.Bool && (v == "0" || v == "1"):
		return v == "1"
	case isInteger(t):
		return json.Number(strings.TrimSuffix(v.String(), ".0"))
	}
	return v
}
