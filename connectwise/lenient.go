package connectwise

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
)

// unmarshal is json.Unmarshal that forgives what servers were seen to do:
// numbers and truth values written as strings, and strings as numbers. Only a
// record that json.Unmarshal refuses is looked at twice.
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

// mend turns the scalars of a tree into the kinds that the type wants.
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
		text := strings.Trim(v, " \x00")
		switch {
		case t.Implements(marshalerType):
		case t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64:
			if text == "" {
				return nil
			}
			if isNumber(text) {
				return json.Number(strings.TrimSuffix(text, ".0"))
			}
		case t.Kind() == reflect.Bool:
			switch strings.ToLower(text) {
			case "":
				return nil
			case "true", "1":
				return true
			case "false", "0":
				return false
			}
		}
	case json.Number:
		switch {
		case t.Implements(marshalerType):
		case t.Kind() == reflect.String:
			return v.String()
		case t.Kind() == reflect.Bool:
			switch v {
			case "0":
				return false
			case "1":
				return true
			}
		case isInteger(t):
			return json.Number(strings.TrimSuffix(v.String(), ".0"))
		}
	case bool:
		if t.Kind() == reflect.String && !t.Implements(marshalerType) {
			if v {
				return "true"
			}
			return "false"
		}
	}
	return tree
}
