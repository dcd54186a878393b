package connectwisetest

import (
	"slices"
	"strings"
)

// recordNames resolves the names in conditions, orderBy and fields for a table.
func (s *Server) recordNames(t *table) names {
	return func(name string) (operand, *problem) {
		if o, ok := infoOperand(t, name); ok {
			return o, nil
		}
		parts := strings.Split(name, "/")
		f := t.schema.folded[strings.ToLower(parts[0])]
		if f == nil && strings.EqualFold(name, "configuration/id") && notesOf[t.name] != "" {
			// Singular, and only the id: this is the only way to filter tickets
			// by device.
			return operand{kind: kindInt, many: func(v *version) []int64 { return s.attached[v.rec.id] }}, nil
		}
		if f == nil || f.writeOnly {
			return operand{}, unknownName(name)
		}
		switch f.kind {
		case kindObject, kindList:
			if len(parts) == 2 && s.sw().EmptyArrayConditions {
				return operand{kind: kindAny, read: func(row) any { return nil }}, nil
			}
			return operand{}, unknownName(name)
		case kindInfo, kindCustom, kindAny:
			return operand{}, unknownName(name)
		case kindRef:
			return s.refOperand(f, name, parts[1:])
		}
		if len(parts) != 1 {
			return operand{}, unknownName(name)
		}
		return operand{kind: f.kind, enum: f.enum, read: func(r row) any { return r.v.value(f) }}, nil
	}
}

// infoOperand resolves members of _info. According to the documentation they
// cannot be filtered by, but public clients filter and sort by them. The two
// times also work without "_info/".
func infoOperand(t *table, name string) (operand, bool) {
	bare, inside := cutFold(name, "_info/")
	if !inside {
		bare = name
	}
	bare = strings.ToLower(bare)
	entered := bare == "dateentered" || bare == "enteredby"
	switch {
	case t.schema.folded[bare] != nil && !inside, entered && !tellsEntry[t.name], bare == "sortbydate" && !t.discussion():
		return operand{}, false
	case bare == "lastupdated":
		return operand{kind: kindTime, read: func(r row) any { return r.v.updated }}, true
	case bare == "dateentered", inside && bare == "sortbydate":
		return operand{kind: kindTime, read: func(r row) any { return r.v.entered }}, true
	case inside && bare == "updatedby":
		return operand{kind: kindString, read: func(r row) any { return r.v.updatedBy }}, true
	case inside && bare == "enteredby":
		return operand{kind: kindString, read: func(r row) any { return r.v.enteredBy }}, true
	}
	return operand{}, false
}

// refOperand resolves a member of a reference. A reference itself can only be
// compared with null.
func (s *Server) refOperand(f *field, name string, rest []string) (operand, *problem) {
	if len(rest) == 0 {
		return operand{kind: kindRef, read: func(r row) any {
			if x, ok := r.v.value(f).(ref); ok {
				return x
			}
			return nil
		}}, nil
	}
	member, ok := f.ref.member(rest[0])
	if !ok || len(rest) > 1 {
		return operand{}, unknownName(name)
	}
	o := operand{kind: kindString}
	switch {
	case member == "id" || member == "sort":
		o.kind = kindInt
	case strings.HasSuffix(member, "Flag"):
		o.kind = kindBool
	case member == "dailyCapacity":
		o.kind = kindNum
	}
	o.read = func(r row) any {
		if x, ok := r.v.value(f).(ref); ok {
			return s.refMember(x, f.ref, member)
		}
		return nil
	}
	if f.ref.table != "" && f.compute == nil {
		o.id = func(v *version) int64 {
			x, _ := v.vals[f.index].(ref)
			return x.id
		}
	}
	return o, nil
}

// childNames resolves names of child conditions: list/member.
func (s *Server) childNames(t *table, list **field) names {
	return func(name string) (operand, *problem) {
		parts := strings.Split(name, "/")
		f := t.schema.folded[strings.ToLower(parts[0])]
		if f == nil || len(parts) < 2 || f.kind != kindObject && (f.kind != kindList || f.item != kindRef) || *list != nil && *list != f {
			return operand{}, unknownName(name)
		}
		*list = f
		if f.kind == kindList {
			o, p := s.refOperand(f, name, parts[1:])
			o.id = nil
			o.read = func(r row) any { return s.refMember(r.element.(ref), f.ref, strings.ToLower(parts[1])) }
			return o, p
		}
		kinds := map[string]kind{
			"id": kindInt, "value": kindString, "extension": kindString, "defaultflag": kindBool, "domain": kindString,
			"communicationtype": kindString, "type": kindRef, "questionid": kindInt, "answerid": kindInt, "question": kindString, "answer": kindAny, "fieldtype": kindString,
		}
		k, ok := kinds[strings.ToLower(parts[1])]
		if !ok || (k == kindRef) != (len(parts) == 3) {
			return operand{}, unknownName(name)
		}
		if k == kindRef {
			k = kindString
			if strings.EqualFold(parts[2], "id") {
				k = kindInt
			}
		}
		return operand{kind: k, read: func(r row) any {
			o, _ := r.element.(object)
			x := o.get(parts[1])
			if rf, ok := x.(ref); ok {
				return s.refMember(rf, s.catalog.refs[communicationTypeRef], strings.ToLower(parts[2]))
			}
			return x
		}}, nil
	}
}

// customNames resolves names of custom field conditions.
func customNames(name string) (operand, *problem) {
	switch strings.ToLower(name) {
	case "id":
		return operand{kind: kindInt, read: func(r row) any { return r.element.(object).get("id") }}, nil
	case "caption":
		return operand{kind: kindString, read: func(r row) any { return r.element.(object).get("caption") }}, nil
	case "value":
		return operand{kind: kindAny, read: func(r row) any { return r.element.(object).get("value") }}, nil
	}
	return operand{}, unknownName(name)
}

// ofElements marks operands as members of the elements of a list.
func ofElements(n names) names {
	return func(name string) (operand, *problem) {
		o, p := n(name)
		o.part = true
		return o, p
	}
}

// filter compiles the three kinds of conditions into one.
func (s *Server) filter(t *table, l listing) (func(*version) bool, *problem) {
	cond, p := s.compile(l.conditions, s.recordNames(t))
	if p != nil {
		return nil, p
	}
	var list *field
	child, p := s.compile(l.childConditions, ofElements(s.childNames(t, &list)))
	if p != nil {
		return nil, p
	}
	custom, p := s.compile(l.customFieldConditions, ofElements(customNames))
	if p != nil {
		return nil, p
	}
	return func(v *version) bool {
		if cond != nil && !cond(row{v: v}) {
			return false
		}
		if child != nil {
			elements, _ := v.value(list).([]any)
			if !slices.ContainsFunc(elements, func(e any) bool { return child(row{v: v, element: e}) }) {
				return false
			}
		}
		return custom == nil || slices.ContainsFunc(s.custom[t.schema.name], func(def CustomField) bool {
			return custom(row{v: v, element: object{{"id", def.ID}, {"caption", def.Caption}, {"value", v.custom[def.ID]}}})
		})
	}, nil
}
