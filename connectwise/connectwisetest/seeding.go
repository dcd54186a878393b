package connectwisetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// administrator is the member who enters test data.
const administrator = "admin"

func seeder() *actor { return &actor{name: administrator, member: 1, source: "UI", quiet: true} }

// input returns a Ref as a reference to look up.
func input(r Ref) any {
	if r == (Ref{}) {
		return nil
	}
	return refInput{id: r.ID, identifier: r.Identifier, name: r.Name, hasID: r.ID != 0}
}

// plant stores a record of test data. It panics on errors of the test.
func (s *Server) plant(table string, parent, id int64, a *actor, fill func(*draft)) *version {
	t := s.tables[table]
	d := newDraft(t.fresh(parent), nil)
	if id != 0 {
		if t.rows[id] != nil || t.twin != nil && t.twin.rows[id] != nil {
			panic(fmt.Sprintf("connectwisetest: %s %d exists already", t.title, id))
		}
		d.rec.id = id
	}
	d.seed = true
	fill(d)
	for _, f := range t.schema.fields {
		if !f.required || d.vals[f.index] != nil || f.compute != nil {
			continue
		}
		switch f.kind { // defaults for what test data may leave out
		case kindEnum:
			d.vals[f.index] = f.enum[0]
		case kindNum:
			d.vals[f.index] = 0.0
		}
	}
	v, p := s.save(d, a, false)
	if p != nil {
		panic(fmt.Sprintf("connectwisetest: seed of %s: %s %+v", t.title, p.message, p.fields))
	}
	return v
}

// assignPlain puts a Go value into the draft under its JSON name.
func (s *Server) assignPlain(d *draft, name string, x any) {
	f := d.rec.t.schema.exact[name]
	if f == nil || f.kind == kindInfo || f.kind == kindCustom || f.kind == kindObject {
		panic(fmt.Sprintf("connectwisetest: %s has no member %q to seed", d.rec.t.title, name))
	}
	switch v := x.(type) {
	case Ref:
		x = input(v)
	case int:
		x = int64(v)
		if f.kind == kindNum {
			x = float64(v)
		}
	case []Ref:
		list := []any{}
		for _, r := range v {
			list = append(list, input(r))
		}
		x = list
	case time.Time:
		x = v.UTC().Truncate(time.Second)
	}
	d.vals[f.index] = x
	d.written[name] = true
}

func (s *Server) assignExtra(d *draft, extra map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		s.assignPlain(d, name, extra[name])
	}
}

// assignCaptions sets custom fields by caption.
func (s *Server) assignCaptions(d *draft, fields map[string]any) {
	for _, caption := range slices.Sorted(maps.Keys(fields)) {
		i := slices.IndexFunc(s.custom[d.rec.t.schema.name], func(f CustomField) bool { return strings.EqualFold(f.Caption, caption) })
		if i < 0 {
			panic(fmt.Sprintf("connectwisetest: %s has no custom field %q", d.rec.t.title, caption))
		}
		if d.custom == nil {
			d.custom = map[int64]any{}
		}
		x := fields[caption]
		if n, ok := x.(int); ok {
			x = float64(n)
		}
		d.custom[s.custom[d.rec.t.schema.name][i].ID] = x
	}
}

func (s *Server) captions(v *version) map[string]any {
	if len(v.custom) == 0 {
		return nil
	}
	out := map[string]any{}
	for _, f := range s.custom[v.rec.t.schema.name] {
		if x := v.custom[f.ID]; x != nil {
			out[f.Caption] = x
		}
	}
	return out
}

// outRef returns a reference for a snapshot.
func (s *Server) outRef(v *version, name string) Ref {
	f := v.rec.t.schema.exact[name]
	r, ok := v.value(f).(ref)
	if !ok {
		return Ref{}
	}
	out := Ref{ID: r.id}
	if f.ref.has("identifier") {
		out.Identifier, _ = s.refMember(r, f.ref, "identifier").(string)
	}
	out.Name, _ = s.refMember(r, f.ref, "name").(string)
	return out
}
