package connectwise

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

func (o Op) segments() []string {
	return strings.Split(strings.TrimPrefix(o.path, "/"), "/")
}

// place is what an op's path refers to.
type place struct {
	typ     reflect.Type
	member  *member // nil for an element, and for a member that is not known
	element bool    // an element of a list
	open    bool    // the members at this place are not known
}

// checkOp checks an op's path against the type, and its value's form and
// length.
func checkOp(w writing, t reflect.Type, op Op) *FieldError {
	fail := func(format string, args ...any) *FieldError {
		return &FieldError{Field: op.path, Message: fmt.Sprintf(format, args...)}
	}
	if op.kind == "" {
		return fail("the zero Op; use Set, Add or Remove")
	}
	at := place{typ: t}
	for i, segment := range op.segments() {
		if fault := at.descend(w, segment, i == 0, strings.Join(op.segments()[:i], "/")); fault != "" {
			return fail("%s", fault)
		}
		if at.open {
			return nil
		}
	}
	switch {
	case op.kind == "add" && w == patching && !at.element && at.typ.Kind() == reflect.Slice:
		return fail("name the index to add at: %s/0", op.path)
	case op.kind == "remove":
		return nil
	}
	value, err := toTree(op.value)
	if err != nil {
		return fail("%v", err)
	}
	if want := mismatch(at.typ, value); want != "" {
		return fail("want %s, not %T", want, op.value)
	}
	if at.member != nil {
		if long := tooLong(op.path, at.member, value); long != nil {
			return &long[0]
		}
	}
	if wrong := trim(w, op.path+"/", at.typ, value); wrong != nil {
		return &wrong[0]
	}
	return nil
}

// descend follows one segment of a path and returns what is wrong with it, or
// "". The argument above is the path so far.
func (p *place) descend(w writing, segment string, first bool, above string) string {
	t := deref(p.typ)
	if t == refType && w == patching {
		return fmt.Sprintf("part of a reference; servers answer 200 and change nothing. Set the whole reference: Set(%q, ByID(...))", above)
	}
	s := schemaOf(t)
	switch {
	case s != nil:
		m := s.members[segment]
		*p = place{member: m}
		if m == nil {
			return fmt.Sprintf("%s has no member %q%s", t.Name(), segment, s.near(segment))
		}
		p.typ = m.typ
		switch {
		case m.readonly && first:
			return "set by the server"
		case m.create && first && w != creating:
			return "can be given to Create only"
		}
	case t.Kind() == reflect.Slice:
		if n, err := strconv.Atoi(segment); err != nil || n < 0 || strconv.Itoa(n) != segment {
			return fmt.Sprintf("%q is not an index", segment)
		}
		*p = place{typ: t.Elem(), element: true}
	case t.Kind() != reflect.Map && t.Kind() != reflect.Interface && (!first || !t.Implements(marshalerType)):
		return fmt.Sprintf("%q has no members", above)
	case segment == "":
		return "an empty name"
	case t.Kind() == reflect.Map: // of members not known beforehand
		*p = place{typ: t.Elem(), element: p.element}
	default:
		p.open = true
	}
	return ""
}

// mismatch names the form of value that a type needs, if the given value has
// another form. For example, servers refuse a bare id in place of a reference.
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
