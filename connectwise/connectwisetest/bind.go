package connectwisetest

import (
	"strconv"
	"strings"
)

// draft is a record that is being written: the new version, and what the
// request contained.
type draft struct {
	*version
	before   *version // nil for a new one
	written  map[string]bool
	seed     bool // test data may name records that the server does not keep
	problems []fieldProblem
	site     string // name of the site of a new company
	items    []item // communication items of a contact
	itemsSet bool
	refused  *problem         // a reason that does not concern a single member
	children map[string]*node // nested lists, which the resource stores
}

func newDraft(v, before *version) *draft {
	return &draft{version: v, before: before, written: map[string]bool{}, children: map[string]*node{}}
}

func (d *draft) fail(p fieldProblem) { d.problems = append(d.problems, p) }

// entity returns the name of the record in errors.
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

// bind puts the members of a body into the draft. It ignores the case of their
// names.
func (s *Server) bind(d *draft, n *node) *problem {
	sc := d.rec.t.schema
	if n.kind != nodeObject {
		return conversion(n, modelType(sc.name))
	}
	for i, key := range n.keys {
		f := sc.folded[strings.ToLower(key)]
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

// assign converts a value and puts it into the draft.
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

// check records errors for missing and too long members.
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
		if def.Required && d.custom[def.ID] == nil && (d.before == nil || d.written["customFields"] || !s.sw().RequiredOnlyWhenGiven) {
			d.fail(required(d.entity(), "customFields"))
		}
	}
}

// failed reports whether an error is already recorded for a member, so that a
// wrong reference is not also reported as missing.
func (d *draft) failed(name string) bool {
	for _, p := range d.problems {
		if p.field == name || strings.HasPrefix(p.field, name+"/") {
			return true
		}
	}
	return false
}
