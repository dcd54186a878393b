package connectwisetest

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// refInput is a reference from a body that has not been looked up yet.
type refInput struct {
	id               int64
	identifier, name string
	hasID            bool
}

func (s *Server) convertRef(rt *refType, n *node) (any, *problem) {
	if n.kind != nodeObject {
		return nil, conversion(n, modelType(rt.name))
	}
	var in refInput
	for i, key := range n.keys {
		member, known := rt.member(key)
		e := n.items[i]
		switch {
		case !known:
			if strings.EqualFold(key, "_info") || s.cfg.Bugs.UnknownMembersAccepted {
				continue
			}
			return nil, unknownMember(key, rt.name, e.path, n.keyEnds[i][0], n.keyEnds[i][1])
		case member == "id":
			x, p := s.convert(nil, kindInt, e)
			if p != nil {
				return nil, p
			}
			in.id, in.hasID = x.(int64)
		case e.kind != nodeString:
		case member == "identifier" || member == "deviceIdentifier":
			in.identifier = e.text
		case member == "name" || member == "summary" || member == "description":
			in.name = e.text
		}
	}
	if !in.hasID && in.identifier == "" && in.name == "" {
		return nil, nil
	}
	return in, nil
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

// words splits a name at its capital letters: ServiceSignoff becomes "Service
// Signoff".
func words(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// lookUp finds the record that a reference names. If there is none, it records
// NotFound in the draft, also for kinds of records that the server does not
// keep.
func (s *Server) lookUp(d *draft, f *field, in refInput) any {
	if in.hasID && in.id == 0 && in.identifier == "" && in.name == "" {
		return nil
	}
	what, key := in.identifier, "identifier"
	switch {
	case in.hasID:
		what, key = strconv.FormatInt(in.id, 10), "id"
	case what == "":
		what, key = in.name, "name"
	}
	if f.ref.table == "" {
		if d.seed {
			return ref{id: max(in.id, 1), identifier: in.identifier, name: in.name}
		}
		d.fail(fieldProblem{"NotFound", words(strings.TrimSuffix(f.ref.name, "Reference")) + " " + what + " not found", d.entity(), f.name + "/" + key})
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
	message := fmt.Sprintf("%s %s not found", t.title, what)
	if f.scope != nil {
		owner := s.tables[t.parent]
		message += fmt.Sprintf(" for %s %d", owner.title, scope)
	}
	d.fail(fieldProblem{"NotFound", message, d.entity(), f.name + "/" + key})
	return nil
}

// shut reports whether a record is inactive and must not be newly chosen.
func (s *Server) shut(d *draft, f *field, v *version) bool {
	if !s.sw().RefuseInactive || d.before != nil && d.before.ref(f.name) == v.rec.id {
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

// find finds a record by id, identifier or name. If scope is not zero it
// searches only the children of scope.
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
