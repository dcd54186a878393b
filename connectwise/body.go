package connectwise

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
)

// writing says which kind of write a body is for.
type writing uint8

const (
	creating writing = iota
	replacing
	patching
)

func (w writing) method() string {
	return [...]string{"POST", "PUT", "PATCH"}[w]
}

// bodyOf encodes a record for Create or Replace and applies the ops to it. It
// returns all errors at once. If check is not nil, it checks the body that
// would be sent.
func bodyOf(w writing, typ reflect.Type, record any, ops []Op, check func(writing, map[string]any) []FieldError) ([]byte, []FieldError) {
	tree := any(map[string]any{})
	if record != nil {
		var err error
		if tree, err = toTree(record); err != nil {
			return nil, []FieldError{{Message: err.Error()}}
		}
	}
	wrong := trim(w, "", typ, tree)
	for _, op := range ops {
		if bad := checkOp(w, typ, op); bad != nil {
			wrong = append(wrong, *bad)
			continue
		}
		value, err := toTree(op.value)
		if err == nil {
			tree, err = apply(tree, op.segments(), op.kind, value)
		}
		if err != nil {
			wrong = append(wrong, FieldError{Field: op.path, Message: err.Error()})
		}
	}
	if object, ok := tree.(map[string]any); ok && check != nil {
		wrong = append(wrong, check(w, object)...)
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	data, err := encode(tree)
	if err != nil {
		return nil, []FieldError{{Message: err.Error()}}
	}
	return data, nil
}

// patchOf encodes ops as the array that a PATCH needs.
func patchOf(typ reflect.Type, ops []Op) ([]byte, []FieldError) {
	type operation struct {
		Op    string          `json:"op"`
		Path  string          `json:"path"`
		Value json.RawMessage `json:"value,omitempty"`
	}
	var wrong []FieldError
	if len(ops) == 0 {
		wrong = append(wrong, FieldError{Message: "no ops"})
	}
	list := make([]operation, 0, len(ops))
	for _, op := range ops {
		if bad := checkOp(patching, typ, op); bad != nil {
			wrong = append(wrong, *bad)
			continue
		}
		o := operation{Op: op.kind, Path: strings.Join(op.segments(), "/")}
		if len(op.segments()) > 1 {
			o.Path = "/" + o.Path // the only form of path that is known to work for elements
		}
		if op.kind != "remove" {
			value, err := toTree(op.value)
			if err == nil {
				o.Value, err = encode(value)
			}
			if err != nil {
				wrong = append(wrong, FieldError{Field: op.path, Message: err.Error()})
				continue
			}
		}
		list = append(list, o)
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	data, err := encode(list)
	if err != nil {
		return nil, []FieldError{{Message: err.Error()}}
	}
	return data, nil
}

// trim removes from a tree the members that this kind of write must not send,
// and reports texts that are too long.
func trim(w writing, path string, t reflect.Type, tree any) []FieldError {
	t = deref(t)
	var wrong []FieldError
	switch v := tree.(type) {
	case map[string]any:
		s := schemaOf(t)
		if s == nil {
			return nil
		}
		for name, value := range v {
			m := s.members[name]
			switch {
			case m == nil:
			case path == "" && (m.readonly || (m.create && w != creating)),
				path != "" && m.readonly && name != "id":
				// Keep ids inside elements: they say which element is meant.
				delete(v, name)
			default:
				wrong = append(wrong, trim(w, path+name+"/", m.typ, value)...)
				wrong = append(wrong, tooLong(path+name, m, value)...)
			}
		}
		slices.SortFunc(wrong, func(a, b FieldError) int { return strings.Compare(a.Field, b.Field) })
	case []any:
		if t.Kind() == reflect.Slice {
			for i, value := range v {
				wrong = append(wrong, trim(w, path+strconv.Itoa(i)+"/", t.Elem(), value)...)
			}
		}
	}
	return wrong
}

func tooLong(path string, m *member, value any) []FieldError {
	written, ok := value.(string)
	if n := text.Len(written); ok && m.max > 0 && n > m.max {
		return []FieldError{{Code: "MaxLengthField", Field: path, Message: fmt.Sprintf("%d characters, at most %d", n, m.max)}}
	}
	return nil
}
