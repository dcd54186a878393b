package cove

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"
)

// A plan says which columns a struct type wants and where they go. It is made
// once for each type, with reflection; no reflection happens after a decoder
// has been bound to it.
type plan struct {
	name    string // of the struct type, for messages
	columns []planned
	account []int // index paths of the fields for row members; nil: none
	partner []int
	flags   []int
	rest    []int
	bad     []int
}

// planned is one column of a plan.
type planned struct {
	code  string
	index []int // path of the field
	field string
	kind  kind
	hours bool // a duration that counts hours, not seconds
}

// kind says how a value is read.
type kind uint8

const (
	kindString kind = iota
	kindBool
	kindInt
	kindInt8
	kindInt16
	kindInt32
	kindInt64
	kindUint
	kindUint8
	kindUint16
	kindUint32
	kindUint64
	kindFloat32
	kindFloat64
	kindTime
	kindDuration
	kindStatus
	kindColorBar
	kindSources
	kindText    // encoding.TextUnmarshaler
	kindPointer // to any of the above that is listed in pointerTo
	kindRest    // into the map
)

var plans sync.Map // reflect.Type → *plan or error

// planOf returns the plan of a struct type.
func planOf(t reflect.Type) (*plan, error) {
	if have, ok := plans.Load(t); ok {
		if err, bad := have.(error); bad {
			return nil, err
		}
		return have.(*plan), nil
	}
	p, err := newPlan(t)
	if err != nil {
		plans.Store(t, err)
		return nil, err
	}
	plans.Store(t, p)
	return p, nil
}

func newPlan(t reflect.Type) (*plan, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("cove: devices are decoded into structs, not into %v", t)
	}
	p := &plan{name: t.String()}
	asked := make(map[string]string)
	if err := p.walk(t, nil, "", "", asked); err != nil {
		return nil, err
	}
	if !hasTags(t) {
		return nil, fmt.Errorf("cove: %s has no field with a tag such as `cove:\"AN\"`", p.name)
	}
	return p, nil
}

// hasTags tells whether a struct asks for anything.
func hasTags(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("cove")
		if tagged && tag != "-" || !tagged && f.Anonymous && hasTags(f.Type) {
			return true
		}
	}
	return false
}

// walk adds the fields of a struct. Within a data source prefix is its code,
// and the tags are those of its fields.
func (p *plan) walk(t reflect.Type, path []int, name, prefix string, asked map[string]string) error {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("cove")
		index := append(append([]int(nil), path...), i)
		full := name + f.Name
		wrong := func(format string, args ...any) error {
			return fmt.Errorf("cove: %s, field %s, tag %q: %s", p.name, full, tag, fmt.Sprintf(format, args...))
		}
		switch {
		case tag == "-":
			continue
		case !tagged && f.Anonymous && f.Type.Kind() == reflect.Struct:
			if err := p.walk(f.Type, index, full+".", prefix, asked); err != nil {
				return err
			}
			continue
		case !tagged && f.Anonymous && f.Type.Kind() == reflect.Pointer && hasTags(f.Type.Elem()):
			return wrong("embed the struct, not a pointer to it")
		case !tagged:
			continue
		case !f.IsExported():
			return wrong("the field is not exported")
		}

		k, ok := kindOf(f.Type)
		if f.Type.Kind() == reflect.Struct && !ok {
			if prefix != "" {
				return wrong("a data source within a data source")
			}
			if _, err := sourceColumn(tag, "F00"); err != nil {
				return wrong("%v", err)
			}
			if err := p.walk(f.Type, index, full+".", tag, asked); err != nil {
				return err
			}
			continue
		}
		if prefix == "" {
			special, err := p.special(tag, f.Type, index)
			if err != nil {
				return wrong("%v", err)
			}
			if special {
				continue
			}
		}
		if !ok {
			return wrong("columns cannot be read into %v", f.Type)
		}
		code := tag
		if prefix != "" {
			var err error
			if code, err = sourceColumn(prefix, tag); err != nil {
				return wrong("%v", err)
			}
		} else if err := checkCode(code); err != nil {
			return wrong("%v", err)
		}
		if other, twice := asked[code]; twice {
			return wrong("column %s is asked for by field %s too", code, other)
		}
		asked[code] = full
		column, _ := LookupColumn(code)
		p.columns = append(p.columns, planned{code: code, index: index, field: full, kind: k, hours: column.Type == TypeHours})
	}
	return nil
}

// special notes the fields that are filled from the row itself. Their tags are
// lower-case words; column codes are upper case.
func (p *plan) special(tag string, t reflect.Type, index []int) (bool, error) {
	var at *[]int
	var want reflect.Type
	switch tag {
	case "account":
		at, want = &p.account, reflect.TypeFor[int64]()
	case "partner":
		at, want = &p.partner, reflect.TypeFor[int64]()
	case "flags":
		at, want = &p.flags, reflect.TypeFor[[]string]()
	case "rest":
		at, want = &p.rest, reflect.TypeFor[map[string]string]()
	case "malformed":
		at, want = &p.bad, reflect.TypeFor[[]ColumnError]()
	default:
		return false, nil
	}
	if t != want {
		return false, fmt.Errorf("the field must be of type %v", want)
	}
	if *at != nil {
		return false, fmt.Errorf("the tag stands on a second field")
	}
	*at = index
	return true, nil
}

// checkCode refuses what cannot be a column code. Codes the catalogue does not
// hold are fine: tenants have columns of their own.
func checkCode(code string) error {
	if code == "" {
		return fmt.Errorf("a column code is missing")
	}
	for _, c := range []byte(code) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '@' {
			return fmt.Errorf("no column code; those are upper-case letters and digits")
		}
	}
	if _, ok := twoDigits(code, 'F'); ok {
		return fmt.Errorf("a field of a data source outside of a data source; write D01%s", code)
	}
	if _, ok := twoDigits(code, 'D'); ok {
		return fmt.Errorf("a data source is a struct; for one of its columns write %sF00", code)
	}
	return nil
}

var textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()

// kindOf says how a field of type t is read, and whether it can be.
func kindOf(t reflect.Type) (kind, bool) {
	switch t {
	case reflect.TypeFor[time.Time]():
		return kindTime, true
	case reflect.TypeFor[time.Duration]():
		return kindDuration, true
	case reflect.TypeFor[SessionStatus]():
		return kindStatus, true
	case reflect.TypeFor[ColorBar]():
		return kindColorBar, true
	case reflect.TypeFor[DataSourceSet]():
		return kindSources, true
	}
	if t.Kind() == reflect.Pointer {
		_, ok := pointerTo(reflect.New(t).Interface())
		return kindPointer, ok
	}
	if reflect.PointerTo(t).Implements(textUnmarshaler) {
		return kindText, true
	}
	k, ok := map[reflect.Kind]kind{
		reflect.String: kindString, reflect.Bool: kindBool,
		reflect.Int: kindInt, reflect.Int8: kindInt8, reflect.Int16: kindInt16, reflect.Int32: kindInt32, reflect.Int64: kindInt64,
		reflect.Uint: kindUint, reflect.Uint8: kindUint8, reflect.Uint16: kindUint16, reflect.Uint32: kindUint32, reflect.Uint64: kindUint64,
		reflect.Float32: kindFloat32, reflect.Float64: kindFloat64,
	}[t.Kind()]
	return k, ok
}

// basic is the type that a field of a kind is reached through, whatever its
// own name is.
var basic = map[kind]reflect.Type{
	kindString: reflect.TypeFor[*string](), kindBool: reflect.TypeFor[*bool](),
	kindInt: reflect.TypeFor[*int](), kindInt8: reflect.TypeFor[*int8](), kindInt16: reflect.TypeFor[*int16](),
	kindInt32: reflect.TypeFor[*int32](), kindInt64: reflect.TypeFor[*int64](),
	kindUint: reflect.TypeFor[*uint](), kindUint8: reflect.TypeFor[*uint8](), kindUint16: reflect.TypeFor[*uint16](),
	kindUint32: reflect.TypeFor[*uint32](), kindUint64: reflect.TypeFor[*uint64](),
	kindFloat32: reflect.TypeFor[*float32](), kindFloat64: reflect.TypeFor[*float64](),
}

// codes returns the column codes of the plan and then those of extra that it
// does not hold.
func (p *plan) codes(extra []string) []string {
	list := make([]string, 0, len(p.columns)+len(extra))
	have := make(map[string]bool)
	for _, c := range p.columns {
		list = append(list, c.code)
		have[c.code] = true
	}
	for _, code := range extra {
		if !have[code] {
			list = append(list, code)
			have[code] = true
		}
	}
	return list
}

// checkExtra refuses columns beyond the struct that could not arrive.
func (p *plan) checkExtra(extra []string) error {
	for _, code := range extra {
		if err := checkCode(code); err != nil {
			return fmt.Errorf("cove: column %q: %w", code, err)
		}
	}
	if len(extra) > 0 && p.rest == nil {
		return fmt.Errorf("cove: %s has no field tagged \"rest\" for the columns %s", p.name, strings.Join(extra, ", "))
	}
	return nil
}
