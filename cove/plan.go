package cove

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
)

// A plan says which columns a struct type asks for and which fields they fill.
// It is made once for each type, by reflection.
type plan struct {
	name    string // of the struct type, for messages
	columns []planned
	special map[string][]int  // index paths of the fields that hold no column, by tag
	asked   map[string]string // fields by column
}

// planned is one column of a plan.
type planned struct {
	code  string
	index []int         // path of the field
	unit  time.Duration // what a duration counts
}

// Tags of fields that are filled from the row itself. They are lower-case
// words; column codes are upper case.
const (
	tagAccount   = "account"
	tagPartner   = "partner"
	tagFlags     = "flags"
	tagRest      = "rest"
	tagMalformed = "malformed"
	tagRefused   = "refused"
)

var specialTypes = map[string]reflect.Type{
	tagAccount:   reflect.TypeFor[int64](),
	tagPartner:   reflect.TypeFor[int64](),
	tagFlags:     reflect.TypeFor[[]string](),
	tagRest:      reflect.TypeFor[map[string]string](),
	tagMalformed: reflect.TypeFor[[]ColumnError](),
	tagRefused:   reflect.TypeFor[[]string](),
}

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
	p := &plan{name: t.String(), special: make(map[string][]int), asked: make(map[string]string)}
	if err := p.walk(t, nil, "", ""); err != nil {
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

// walk adds the fields of a struct. For the struct of a data source, prefix is
// the code of the source and the tags are codes of its fields.
func (p *plan) walk(t reflect.Type, path []int, name, prefix string) error {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("cove")
		index := append(slices.Clone(path), i)
		var err error
		switch {
		case tag == "-":
		case tagged:
			err = p.add(f, tag, index, name+f.Name, prefix)
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			if err := p.walk(f.Type, index, name+f.Name+".", prefix); err != nil {
				return err
			}
		case f.Anonymous && f.Type.Kind() == reflect.Pointer && hasTags(f.Type.Elem()):
			err = errors.New("embed the struct, not a pointer to it")
		}
		if err != nil {
			if inner := (*tagError)(nil); errors.As(err, &inner) {
				return err
			}
			return &tagError{fmt.Errorf("cove: %s, field %s, tag %q: %w", p.name, name+f.Name, tag, err)}
		}
	}
	return nil
}

// A tagError is an error that names the field with the wrong tag.
type tagError struct{ error }

// add adds a tagged field.
func (p *plan) add(f reflect.StructField, tag string, index []int, name, prefix string) error {
	if !f.IsExported() {
		return errors.New("the field is not exported")
	}
	if want, ok := specialTypes[tag]; ok && prefix == "" {
		if f.Type != want {
			return fmt.Errorf("the field must be of type %v", want)
		}
		if p.special[tag] != nil {
			return errors.New("the tag stands on a second field")
		}
		p.special[tag] = index
		return nil
	}
	if assignTo(reflect.New(f.Type).Elem(), 1) == nil {
		if f.Type.Kind() != reflect.Struct {
			return fmt.Errorf("columns cannot be read into %v", f.Type)
		}
		if prefix != "" {
			return errors.New("a data source within a data source")
		}
		if _, err := sourceColumn(tag, "F00"); err != nil {
			return err
		}
		return p.walk(f.Type, index, name+".", tag)
	}
	code, err := tag, checkCode(tag)
	if prefix != "" {
		code, err = sourceColumn(prefix, tag)
	}
	if err != nil {
		return err
	}
	if other, twice := p.asked[code]; twice {
		return fmt.Errorf("column %s is asked for by field %s too", code, other)
	}
	p.asked[code] = name
	column := planned{code: code, index: index, unit: time.Second}
	if c, _ := LookupColumn(code); c.Type == TypeHours {
		column.unit = time.Hour
	}
	p.columns = append(p.columns, column)
	return nil
}

// checkCode refuses a text that cannot be a column code. Codes outside the
// catalogue are accepted, because tenants have custom columns.
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

// codes returns the column codes of the plan, then those of extra that are not
// in the plan.
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

// checkExtra refuses additional columns that the struct has no place for.
func (p *plan) checkExtra(extra []string) error {
	for _, code := range extra {
		if err := checkCode(code); err != nil {
			return fmt.Errorf("cove: column %q: %w", code, err)
		}
	}
	if len(extra) > 0 && p.special[tagRest] == nil {
		return fmt.Errorf("cove: %s has no field tagged \"rest\" for the columns %s", p.name, strings.Join(extra, ", "))
	}
	return nil
}
