package connectwise

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
)

// writing says what a body is for.
type writing uint8

const (
	creating writing = iota
	replacing
	patching
)

func (w writing) method() string {
	return [...]string{"POST", "PUT", "PATCH"}[w]
}

// bodyOf encodes a record for Create or Replace and applies the ops to it.
// All that is wrong with it is reported at once; check, unless nil, looks at
// what would be sent.
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

// patchOf encodes ops as the array a PATCH wants.
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
			o.Path = "/" + o.Path // the form seen to work for elements
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

// trim takes out of a tree what the kind of write must not send and reports
// texts that are too long.
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
				// An id inside an element says which element is meant.
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

func (o Op) segments() []string {
	return strings.Split(strings.TrimPrefix(o.path, "/"), "/")
}

// checkOp looks an op's path up in the type, and its value's form and length.
func checkOp(w writing, t reflect.Type, op Op) *FieldError {
	fail := func(format string, args ...any) *FieldError {
		return &FieldError{Field: op.path, Message: fmt.Sprintf(format, args...)}
	}
	if op.kind == "" {
		return fail("the zero Op; use Set, Add or Remove")
	}
	var last *member
	var element bool
	for i, segment := range op.segments() {
		t = deref(t)
		if t == refType && w == patching {
			return fail("part of a reference; servers answer 200 and change nothing. Set the whole reference: Set(%q, ByID(...))", strings.Join(op.segments()[:i], "/"))
		}
		switch s := schemaOf(t); {
		case s != nil:
			m := s.members[segment]
			if m == nil {
				if near := s.near(segment); near != "" {
					return fail("%s has no member %q; did you mean %q?", t.Name(), segment, near)
				}
				return fail("%s has no member %q", t.Name(), segment)
			}
			switch {
			case m.readonly && i == 0:
				return fail("set by the server")
			case m.create && i == 0 && w != creating:
				return fail("can be given to Create only")
			}
			last, element, t = m, false, m.typ
		case t.Kind() == reflect.Slice:
			if n, err := strconv.Atoi(segment); err != nil || n < 0 || strconv.Itoa(n) != segment {
				return fail("%q is no index", segment)
			}
			last, element, t = nil, true, t.Elem()
		case t.Kind() == reflect.Map || t.Kind() == reflect.Interface || t.Implements(marshalerType) && i == 0:
			// Members not known beforehand.
			if segment == "" {
				return fail("an empty name")
			}
			if t.Kind() != reflect.Map {
				return nil
			}
			last, t = nil, t.Elem()
		default:
			return fail("%q has no members", strings.Join(op.segments()[:i], "/"))
		}
	}
	if op.kind == "add" && w == patching && !element && t.Kind() == reflect.Slice {
		return fail("name the index to add at: %s/0", op.path)
	}
	if op.kind == "remove" {
		return nil
	}
	value, err := toTree(op.value)
	if err != nil {
		return fail("%v", err)
	}
	if want := mismatch(t, value); want != "" {
		return fail("want %s, not %T", want, op.value)
	}
	if last != nil {
		if long := tooLong(op.path, last, value); long != nil {
			return &long[0]
		}
	}
	if wrong := trim(w, op.path+"/", t, value); wrong != nil {
		return &wrong[0]
	}
	return nil
}

// mismatch names the form of value a type wants when the given one cannot be
// right: servers refuse a bare id where a reference belongs.
func mismatch(t reflect.Type, value any) string {
	t = deref(t)
	if value == nil {
		return ""
	}
	_, isObject := value.(map[string]any)
	_, isArray := value.([]any)
	_, isBool := value.(bool)
	_, isString := value.(string)
	switch {
	case t == refType && !isObject:
		return "a reference such as ByID(250) or ByName(...)"
	case t == reflect.TypeFor[Time]() && !isString:
		return "a time"
	case t == reflect.TypeFor[Number](), t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64:
		if isObject || isArray || isBool {
			return "a number"
		}
	case t.Kind() == reflect.Bool && !isBool:
		return "true or false"
	case t.Kind() == reflect.String && !isString:
		return "a text"
	case t.Kind() == reflect.Slice && !isArray:
		return "a list"
	case schemaOf(t) != nil && !isObject:
		return "an object"
	}
	return ""
}

// apply changes the tree at the path, as JSON Patch does, except that adding
// to a list that is absent makes it.
func apply(tree any, path []string, kind string, value any) (any, error) {
	switch v := tree.(type) {
	case map[string]any:
		if len(path) > 1 {
			child, present := v[path[0]]
			if !present && kind == "add" {
				if _, err := strconv.Atoi(path[1]); err == nil {
					child = []any{}
				} else {
					child = map[string]any{}
				}
			}
			child, err := apply(child, path[1:], kind, value)
			if err == nil {
				v[path[0]] = child
			}
			return v, err
		}
		if kind == "remove" {
			delete(v, path[0])
		} else {
			v[path[0]] = value
		}
		return v, nil
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil {
			return nil, err
		}
		limit := len(v)
		if kind == "add" && len(path) == 1 {
			limit++
		}
		if i >= limit {
			return nil, fmt.Errorf("index %d of a list of %d", i, len(v))
		}
		switch {
		case len(path) > 1:
			child, err := apply(v[i], path[1:], kind, value)
			if err == nil {
				v[i] = child
			}
			return v, err
		case kind == "add":
			return slices.Insert(v, i, value), nil
		case kind == "remove":
			return slices.Delete(v, i, i+1), nil
		}
		v[i] = value
		return v, nil
	}
	return nil, fmt.Errorf("nothing there to change %q of", path[0])
}

// toTree turns a value into the maps, slices and scalars of the JSON that is
// sent, in which a [Secret] is what it stands for.
func toTree(value any) (any, error) {
	if secret, ok := value.(Secret); ok {
		return secret.Reveal(), nil
	}
	data, err := encode(value)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return nil, err
	}
	reveal(tree, reflect.ValueOf(value))
	return tree, nil
}

// reveal puts the secrets of a value into its tree.
func reveal(tree any, v reflect.Value) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	switch node := tree.(type) {
	case map[string]any:
		if !v.IsValid() {
			return
		}
		s := schemaOf(v.Type())
		if s == nil {
			return
		}
		for name, child := range node {
			m := s.members[name]
			if m == nil {
				continue
			}
			f, err := v.FieldByIndexErr(m.index)
			switch {
			case err != nil:
			case f.Type() == secretType:
				node[name] = f.Interface().(Secret).Reveal()
			default:
				reveal(child, f)
			}
		}
	case []any:
		if v.Kind() == reflect.Slice && v.Len() == len(node) {
			for i := range node {
				reveal(node[i], v.Index(i))
			}
		}
	}
}

// encode writes JSON the way people read it in logs: < > & as themselves.
func encode(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
