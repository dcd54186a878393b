// Package secrettest finds secrets that show when a value is printed, logged or
// encoded. It is for tests only.
package secrettest

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
)

// Value is the secret that the tested values hold.
const Value = "s3cretValue4711"

// Check prints and encodes values that hold [Value] in all the ways in which
// programs do so by accident: with every verb of fmt and its flags, as JSON,
// XML and gob, and through slog. Each value stands by itself, behind pointers,
// in slices, maps and interfaces, and in exported and unexported fields. Check
// fails if Value shows, in any spelling, and for a value that does not hold it.
func Check(t testing.TB, values ...any) {
	t.Helper()
	for _, v := range values {
		check(t, v, true)
	}
}

// CheckPlain is [Check] for types whose fields are plain strings, so that
// people can write them down. It leaves out what no method can prevent: fmt
// printing the unexported fields of other structs, and %w and %p.
func CheckPlain(t testing.TB, values ...any) {
	t.Helper()
	for _, v := range values {
		check(t, v, false)
	}
}

// hidden holds its value in a field on which fmt calls no methods.
type hidden struct{ value any }

func check(t testing.TB, v any, strict bool) {
	t.Helper()
	if !holds(reflect.ValueOf(v), 0) {
		t.Errorf("%T does not hold the secret; there is nothing to find", v)
	}
	whole := reflect.ValueOf(v)
	if whole.Kind() == reflect.Pointer && !whole.IsNil() {
		whole = whole.Elem()
	}
	forms := shapes(whole)
	for _, form := range forms {
		encoded(t, form)
		printed(t, form, strict)
	}
	if strict {
		printed(t, hidden{v}, true)
		printed(t, &hidden{whole.Interface()}, true)
		printed(t, []hidden{{whole.Interface()}}, true)
	}
}

// shapes returns the value inside other values, in every usual way.
func shapes(v reflect.Value) []any {
	typ := v.Type()
	pointer := reflect.New(typ)
	pointer.Elem().Set(v)
	slice := reflect.Append(reflect.MakeSlice(reflect.SliceOf(typ), 0, 1), v)
	table := reflect.MakeMap(reflect.MapOf(reflect.TypeFor[string](), typ))
	table.SetMapIndex(reflect.ValueOf("key"), v)
	field := reflect.New(reflect.StructOf([]reflect.StructField{{Name: "Field", Type: typ}})).Elem()
	field.Field(0).Set(v)
	return []any{
		v.Interface(), pointer.Interface(), slice.Interface(), table.Interface(), field.Interface(), field.Addr().Interface(),
		struct{ Field any }{v.Interface()}, struct{ Field any }{pointer.Interface()}, []any{pointer.Interface()},
	}
}

func printed(t testing.TB, v any, strict bool) {
	t.Helper()
	for verb := 'A'; verb <= 'z'; verb++ {
		if verb > 'Z' && verb < 'a' || !strict && (verb == 'w' || verb == 'p') {
			continue
		}
		for _, flags := range []string{"", "+", "#", " ", "0", "80"} {
			format := "%" + flags + string(verb)
			shows(t, format, v, fmt.Sprintf(format, v))
		}
	}
	shows(t, "Sprint", v, fmt.Sprint(v))
	for _, kind := range []string{"text", "JSON"} {
		var log bytes.Buffer
		var handler slog.Handler = slog.NewTextHandler(&log, nil)
		if kind == "JSON" {
			handler = slog.NewJSONHandler(&log, nil)
		}
		slog.New(handler).Info("x", "v", v)
		shows(t, "slog as "+kind, v, log.String())
	}
}

// encoded tries the encoders. One that refuses the type shows nothing.
func encoded(t testing.TB, v any) {
	t.Helper()
	if out, err := json.Marshal(v); err == nil {
		shows(t, "JSON", v, string(out))
	}
	if out, err := xml.Marshal(v); err == nil {
		shows(t, "XML", v, string(out))
	}
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).Encode(v); err == nil {
		shows(t, "gob", v, out.String())
	}
}

// spellings are the forms that encoders may give the secret.
var spellings = []string{
	Value, fmt.Sprintf("%x", Value), fmt.Sprintf("%X", Value), fmt.Sprintf("% x", Value), fmt.Sprintf("% X", Value),
	strings.Trim(fmt.Sprintf("%d", []byte(Value)), "[]"), base64.StdEncoding.EncodeToString([]byte(Value)),
	strings.ToLower(Value), strings.ToUpper(Value),
}

func shows(t testing.TB, how string, v any, text string) {
	t.Helper()
	for _, s := range spellings {
		if strings.Contains(text, s) {
			t.Errorf("%T shows its secret with %s: %s", v, how, text)
			return
		}
	}
}

// holds looks for the secret, even where no method and no printing reaches. The
// variables of a function cannot be seen, so a function counts as holding it.
func holds(v reflect.Value, depth int) bool {
	if !v.IsValid() || depth > 8 {
		return false
	}
	switch v.Kind() {
	case reflect.String:
		return strings.Contains(v.String(), Value)
	case reflect.Func:
		return !v.IsNil()
	case reflect.Pointer, reflect.Interface:
		return holds(v.Elem(), depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			if holds(v.Field(i), depth+1) {
				return true
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
			return strings.Contains(string(v.Bytes()), Value)
		}
		for i := range v.Len() {
			if holds(v.Index(i), depth+1) {
				return true
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if holds(v.MapIndex(key), depth+1) {
				return true
			}
		}
	}
	return false
}
