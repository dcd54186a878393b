package connectwise

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/covedesk/covedesk/internal/strict"
)

// schema describes the members of a struct type, from its JSON and cw tags. It
// is built once for each type.
//
// [NewCollection] describes the cw tag.
type schema struct {
	members map[string]*member
}

type member struct {
	name     string
	index    []int
	typ      reflect.Type
	max      int
	readonly bool
	create   bool
}

var schemas sync.Map // reflect.Type to *schema

var (
	marshalerType = reflect.TypeFor[json.Marshaler]()
	refType       = reflect.TypeFor[Ref]()
	secretType    = reflect.TypeFor[Secret]()
)

// schemaOf returns the members of a struct type, or nil for a type whose
// members are not known: maps, interfaces and types that write their own JSON.
func schemaOf(t reflect.Type) *schema {
	t = deref(t)
	if t.Kind() != reflect.Struct || t.Implements(marshalerType) || reflect.PointerTo(t).Implements(marshalerType) {
		return nil
	}
	if s, ok := schemas.Load(t); ok {
		return s.(*schema)
	}
	s := &schema{members: map[string]*member{}}
	s.collect(t, nil)
	actual, _ := schemas.LoadOrStore(t, s)
	return actual.(*schema)
}

// collect follows the rules of encoding/json: the members of an embedded struct
// without a JSON name belong to the outer struct, and of members with the same
// name the less deeply nested one counts.
func (s *schema) collect(t reflect.Type, index []int) {
	var embedded []reflect.StructField
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" && options == "" {
			continue
		}
		if f.Anonymous && name == "" && deref(f.Type).Kind() == reflect.Struct {
			embedded = append(embedded, f)
			continue
		}
		if !f.IsExported() {
			continue
		}
		if name == "" {
			name = f.Name
		}
		if _, taken := s.members[name]; taken {
			continue
		}
		m := &member{name: name, typ: f.Type, index: append(append([]int(nil), index...), i)}
		for option := range strings.SplitSeq(f.Tag.Get("cw"), ",") {
			switch key, value, _ := strings.Cut(option, "="); key {
			case "max":
				m.max, _ = strconv.Atoi(value)
			case "readonly":
				m.readonly = true
			case "create":
				m.create = true
			}
		}
		s.members[name] = m
	}
	for _, f := range embedded {
		s.collect(deref(f.Type), append(append([]int(nil), index...), f.Index...))
	}
}

// near returns the writable members with the most similar names, for error
// texts.
func (s *schema) near(name string) string {
	var writable []string
	for known, m := range s.members {
		if !m.readonly {
			writable = append(writable, known)
		}
	}
	slices.Sort(writable)
	nearest := strict.Nearest(name, writable, 3)
	if len(nearest) > 0 && strings.EqualFold(nearest[0], name) {
		return fmt.Sprintf("; did you mean %q?", nearest[0])
	}
	return `; there is "` + strings.Join(nearest, `", "`) + `"`
}

func isInteger(t reflect.Type) bool {
	k := deref(t).Kind()
	return k >= reflect.Int && k <= reflect.Uint64
}

func deref(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}
