package connectwisetest

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// refInput is a reference as a body gives it, not yet looked up.
type refInput struct {
	id               int64
	identifier, name string
	hasID            bool
}

// draft is a record being written: the version, and what the request said.
type draft struct {
	*version
	before   *version // nil for a new one
	written  map[string]bool
	problems []fieldProblem
	site     string // the site that comes with a new company
	items    []item // communication items of a contact
	itemsSet bool
	refused  *problem         // a reason beyond the record's own members
	children map[string]*node // nested lists, for the resource to store
}

func newDraft(v, before *version) *draft {
	return &draft{version: v, before: before, written: map[string]bool{}, children: map[string]*node{}}
}

func (d *draft) fail(p fieldProblem) { d.problems = append(d.problems, p) }

// entity is what errors call the record.
func (d *draft) entity() string { return d.rec.t.entity }

func unknownMember(name, typ, path string, line, pos int) *problem {
	return badRequest("ConnectWiseApi", "Could not find member '%s' on object of type '%s'. Path '%s', line %d, position %d.Check your accept header to make sure you are using the correct version.", name, typ, path, line, pos)
}

func conversion(n *node, typ string) *problem {
	text := n.text
	switch n.kind {
	case nodeString:
		text = strconv.Quote(text)
	case nodeBool:
		text = map[bool]string{true: "True", false: "False"}[n.truth]
	case nodeNull:
		text = "{null}"
	case nodeArray, nodeObject:
		return badRequest("ConnectWiseApi", "Cannot deserialize the current JSON value into type '%s'. Path '%s', line %d, position %d.", typ, n.path, n.line, n.pos)
	}
	return badRequest("ConnectWiseApi", "Error converting value %s to type '%s'. Path '%s', line %d, position %d.", text, typ, n.path, n.line, n.pos)
}

// bind puts the members of a body into the draft.
func (s *Server) bind(d *draft, n *node) *problem {
	sc := d.rec.t.schema
	if n.kind != nodeObject {
		return conversion(n, modelType(sc.name))
	}
	for i, key := range n.keys {
		f := sc.exact[key]
		if f == nil {
			if s.cfg.Bugs.UnknownMembersAccepted {
				continue
			}
			return unknownMember(key, sc.name, n.items[i].path, n.keyEnds[i][0], n.keyEnds[i][1])
		}
		if f.readOnly {
			continue
		}
		if p := s.assign(d, f, n.items[i]); p != nil {
			return p
		}
	}
	return nil
}

// assign converts one value and puts it into the draft.
func (s *Server) assign(d *draft, f *field, n *node) *problem {
	d.written[f.name] = true
	switch f.kind {
	case kindCustom:
		return s.assignCustom(d, n)
	case kindObject:
		if n.kind != nodeArray && n.kind != nodeNull {
			return conversion(n, modelType(f.of)+"[]")
		}
		d.children[f.name] = n
		return nil
	}
	x, p := s.convert(f, f.kind, n)
	if p != nil {
		return p
	}
	if t, ok := x.(string); ok && f.max == 100 && s.cfg.Bugs.LongFieldsCut {
		if r := []rune(t); len(r) > 50 {
			x = string(r[:50])
		}
	}
	if d.vals[f.index] = x; x == nil {
		d.vals[f.index] = f.def
		if n.kind != nodeNull && f.kind == kindString {
			d.vals[f.index] = nil
		}
	}
	return nil
}

// convert reads a JSON value as a field of this kind wants it. Null and empty
// strings give nil.
func (s *Server) convert(f *field, k kind, n *node) (any, *problem) {
	if n.kind == nodeNull {
		return nil, nil
	}
	switch k {
	case kindInt:
		if n.kind == nodeNumber || n.kind == nodeString {
			if i, err := strconv.ParseInt(strings.TrimSpace(n.text), 10, 64); err == nil {
				if i > math.MaxInt32 || i < math.MinInt32 {
					return nil, badRequest("ConnectWiseApi", "JSON integer %s is too large or small for an Int32. Path '%s', line %d, position %d.", n.text, n.path, n.line, n.pos)
				}
				return i, nil
			}
			if n.kind == nodeString && n.text == "" {
				return nil, nil
			}
		}
		return nil, conversion(n, "System.Nullable`1[System.Int32]")
	case kindNum:
		if n.kind == nodeNumber || n.kind == nodeString {
			if x, err := strconv.ParseFloat(strings.TrimSpace(n.text), 64); err == nil {
				return x, nil
			}
		}
		return nil, conversion(n, "System.Nullable`1[System.Decimal]")
	case kindBool:
		if n.kind == nodeBool {
			return n.truth, nil
		}
		if n.kind == nodeString && (strings.EqualFold(n.text, "true") || strings.EqualFold(n.text, "false")) {
			return strings.EqualFold(n.text, "true"), nil
		}
		return nil, conversion(n, "System.Nullable`1[System.Boolean]")
	case kindString:
		switch n.kind {
		case nodeString, nodeNumber:
			if n.text == "" {
				return nil, nil
			}
			return n.text, nil
		case nodeBool:
			return strconv.FormatBool(n.truth), nil
		}
		return nil, conversion(n, "System.String")
	case kindTime:
		if n.kind == nodeString {
			if n.text == "" {
				return nil, nil
			}
			if t, ok := readTime(n.text); ok {
				return t, nil
			}
			return nil, badRequest("ConnectWiseApi", "Could not convert string to DateTime: %s. Path '%s', line %d, position %d.", n.text, n.path, n.line, n.pos)
		}
		return nil, conversion(n, "System.Nullable`1[System.DateTime]")
	case kindEnum:
		if n.kind == nodeString {
			if n.text == "" {
				return nil, nil
			}
			for _, e := range f.enum {
				if strings.EqualFold(e, n.text) {
					return e, nil
				}
			}
		}
		return nil, conversion(n, modelType(strings.ToUpper(f.name[:1])+f.name[1:]))
	case kindRef:
		return s.convertRef(f.ref, n)
	case kindList:
		if n.kind != nodeArray {
			return nil, conversion(n, modelType(f.name)+"[]")
		}
		out := []any{}
		for _, e := range n.items {
			x, p := s.convert(f, f.item, e)
			if p != nil {
				return nil, p
			}
			out = append(out, x)
		}
		return out, nil
	case kindAny:
		return n.plain(), nil
	}
	return nil, nil
}

func (s *Server) convertRef(rt *refType, n *node) (any, *problem) {
	if n.kind != nodeObject {
		return nil, conversion(n, modelType(rt.name))
	}
	var in refInput
	for i, key := range n.keys {
		e := n.items[i]
		switch {
		case key == "id":
			x, p := s.convert(nil, kindInt, e)
			if p != nil {
				return nil, p
			}
			if id, ok := x.(int64); ok {
				in.id, in.hasID = id, true
			}
		case !rt.has(key) && key != "_info":
			if s.cfg.Bugs.UnknownMembersAccepted {
				continue
			}
			return nil, unknownMember(key, rt.name, e.path, n.keyEnds[i][0], n.keyEnds[i][1])
		case e.kind != nodeString:
		case key == "identifier" || key == "deviceIdentifier":
			in.identifier = e.text
		case key == "name" || key == "summary" || key == "description":
			in.name = e.text
		}
	}
	if !in.hasID && in.identifier == "" && in.name == "" {
		return nil, nil
	}
	return in, nil
}

// readTime reads a date as the server takes it: ISO with or without zone, time
// and fraction. Without a zone it means UTC.
func readTime(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC().Truncate(time.Second), true
		}
	}
	return time.Time{}, false
}

func (s *Server) assignCustom(d *draft, n *node) *problem {
	if n.kind == nodeNull {
		return nil
	}
	if n.kind != nodeArray {
		return conversion(n, modelType("CustomFieldValue")+"[]")
	}
	if s.cfg.Switches.CustomFieldsReplaced {
		d.custom = nil
	}
	for _, e := range n.items {
		if e.kind != nodeObject {
			return conversion(e, modelType("CustomFieldValue"))
		}
		for i, key := range e.keys {
			switch key {
			case "id", "caption", "type", "entryMethod", "numberOfDecimals", "value", "connectWiseId", "rowNum", "userDefinedFieldRecId", "podId":
			default:
				return unknownMember(key, "CustomFieldValue", e.items[i].path, e.keyEnds[i][0], e.keyEnds[i][1])
			}
		}
		def, ok := s.customField(d.rec.t.schema.name, e)
		if !ok && s.cfg.Switches.DropCustomFields {
			continue
		}
		if !ok {
			d.fail(fieldProblem{"NotFound", "Custom field not found", d.entity(), "customFields"})
			continue
		}
		x, ok := customValue(def, e.member("value"))
		if !ok {
			d.fail(fieldProblem{"InvalidField", "Invalid value for custom field " + def.Caption, d.entity(), "customFields"})
			continue
		}
		if d.custom == nil {
			d.custom = map[int64]any{}
		}
		d.custom[def.ID] = x
	}
	return nil
}

func (s *Server) customField(entity string, e *node) (CustomField, bool) {
	id, caption := e.member("id"), e.member("caption")
	for _, def := range s.custom[entity] {
		if id != nil && id.kind != nodeNull {
			if id.text == strconv.FormatInt(def.ID, 10) {
				return def, true
			}
		} else if !s.cfg.Switches.CustomFieldsByID && caption != nil && caption.kind == nodeString && strings.EqualFold(caption.text, def.Caption) {
			return def, true
		}
	}
	return CustomField{}, false
}

// customValue converts a value to what a custom field of this type holds.
func customValue(def CustomField, n *node) (any, bool) {
	if n == nil || n.kind == nodeNull {
		return nil, true
	}
	switch def.Type {
	case "Number", "Percent", "Currency":
		x, err := strconv.ParseFloat(n.text, 64)
		return x, err == nil && (n.kind == nodeNumber || n.kind == nodeString)
	case "Checkbox":
		if n.kind == nodeString {
			b, err := strconv.ParseBool(n.text)
			return b, err == nil
		}
		return n.truth, n.kind == nodeBool
	case "Date":
		t, ok := readTime(n.text)
		return t, ok && n.kind == nodeString
	}
	switch n.kind {
	case nodeString, nodeNumber:
		return n.text, true
	case nodeBool:
		return strconv.FormatBool(n.truth), true
	}
	return nil, false
}

// resolve looks up the references of the draft that came with the request.
func (s *Server) resolve(d *draft) {
	for _, f := range d.rec.t.schema.fields {
		switch x := d.vals[f.index].(type) {
		case refInput:
			d.vals[f.index] = s.lookUp(d, f, x)
		case []any:
			if f.item != kindRef {
				continue
			}
			for i, e := range x {
				if in, ok := e.(refInput); ok {
					x[i] = s.lookUp(d, f, in)
				}
			}
		}
	}
}

// lookUp finds the record a reference means. A failure is booked in the draft.
func (s *Server) lookUp(d *draft, f *field, in refInput) any {
	if f.ref.table == "" {
		r := ref(struct {
			id               int64
			identifier, name string
		}{in.id, in.identifier, in.name})
		if r.name == "" && r.identifier == "" {
			r.name = strings.TrimSuffix(f.ref.name, "Reference") + " " + strconv.FormatInt(r.id, 10)
		}
		return r
	}
	if in.hasID && in.id == 0 && in.identifier == "" && in.name == "" {
		return nil
	}
	t := s.tables[f.ref.table]
	var scope int64
	if f.scope != nil {
		scope = f.scope(d.version)
	}
	if v := t.find(in, scope); v != nil && !s.shut(d, f, v) {
		return ref{id: v.rec.id}
	}
	what, key := in.identifier, "identifier"
	switch {
	case in.hasID:
		what, key = strconv.FormatInt(in.id, 10), "id"
	case what == "":
		what, key = in.name, "name"
	}
	message := fmt.Sprintf("%s %s not found", t.title, what)
	if f.scope != nil {
		owner := s.tables[t.parent]
		message += fmt.Sprintf(" for %s %d", owner.title, scope)
	}
	d.fail(fieldProblem{"NotFound", message, d.entity(), f.name + "/" + key})
	return nil
}

// shut reports whether a record is inactive and must not be named anew.
func (s *Server) shut(d *draft, f *field, v *version) bool {
	if !s.cfg.Switches.RefuseInactive || d.before != nil && d.before.ref(f.name) == v.rec.id {
		return false
	}
	switch v.rec.t.name {
	case "boards", "types", "subtypes", "items":
		return v.flag("inactiveFlag")
	case "statuses":
		return v.flag("inactive")
	}
	return false
}

// find looks for a record by id, identifier or name, among the children of
// scope unless that is zero.
func (t *table) find(in refInput, scope int64) *version {
	within := func(v *version) bool { return scope == 0 || v.rec.parent == scope }
	if in.hasID && in.id != 0 {
		if v := t.get(in.id); v != nil && within(v) {
			return v
		}
		return nil
	}
	list := t.order
	if scope != 0 {
		list = t.kids[scope]
	}
	key := ""
	if in.identifier != "" {
		for _, k := range []string{"identifier", "deviceIdentifier"} {
			if t.schema.exact[k] != nil {
				key = k
				break
			}
		}
	}
	for _, r := range list {
		v := r.cur
		switch {
		case v.gone:
		case key != "":
			if strings.EqualFold(v.str(key), in.identifier) {
				return v
			}
		case in.name != "" && strings.EqualFold(rowName(v), in.name):
			return v
		}
	}
	return nil
}

// check books missing and over-long members.
func (s *Server) check(d *draft, replace bool) {
	for _, f := range d.rec.t.schema.fields {
		x := d.value(f)
		if x == nil && (f.required || replace && f.onReplace) && !d.failed(f.name) {
			d.fail(required(d.entity(), f.name))
		}
		if t, ok := x.(string); ok && f.max > 0 && textLen(t) > f.max {
			d.fail(tooLong(d.entity(), f.name, f.max))
		}
	}
	for _, def := range s.custom[d.rec.t.schema.name] {
		if def.Required && d.custom[def.ID] == nil && (d.before == nil || d.written["customFields"] || !s.cfg.Switches.RequiredOnlyWhenGiven) {
			d.fail(required(d.entity(), "customFields"))
		}
	}
}

// failed reports whether a member is already booked as wrong, so that a
// reference that leads nowhere is not called missing, too.
func (d *draft) failed(name string) bool {
	for _, p := range d.problems {
		if p.field == name || strings.HasPrefix(p.field, name+"/") {
			return true
		}
	}
	return false
}
