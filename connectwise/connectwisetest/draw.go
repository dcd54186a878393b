package connectwisetest

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// object is a nested record with its members in order.
type object []property

// raw is JSON that is written unchanged.
type raw string

type property struct {
	name  string
	value any
}

func (o object) get(name string) any {
	for _, p := range o {
		if strings.EqualFold(p.name, name) {
			return p.value
		}
	}
	return nil
}

// selection is one name of the parameter fields: a member and, for a reference,
// the members of it.
type selection struct {
	f   *field
	sub []string
}

// draw appends a record as JSON, with all members or only the selected ones.
func (s *Server) draw(b []byte, v *version, sel []selection) []byte {
	if sel != nil {
		b = append(b, '{')
		first := len(b)
		for _, x := range sel {
			b = s.drawMember(b, first, v, x.f, x.sub)
		}
		return append(b, '}')
	}
	generation := s.generation.Load()
	if d := v.drawn.Load(); d != nil && d.generation == generation {
		return append(b, d.json...)
	}
	start := len(b)
	b = append(b, '{')
	first := len(b)
	for _, f := range v.rec.t.schema.fields {
		b = s.drawMember(b, first, v, f, nil)
	}
	b = append(b, '}')
	v.drawn.Store(&drawing{generation: generation, json: slices.Clone(b[start:])})
	return b
}

func (s *Server) drawMember(b []byte, first int, v *version, f *field, sub []string) []byte {
	if f.writeOnly || s.hidden(f) {
		return b
	}
	var x any
	switch f.kind {
	case kindInfo, kindCustom:
		x = f
	default:
		x = v.value(f)
	}
	if x == nil && !s.sw().NullMembers {
		return b
	}
	if len(b) > first {
		b = append(b, ',')
	}
	b = append(b, '"')
	b = append(b, f.name...)
	b = append(b, '"', ':')
	switch f.kind {
	case kindInfo:
		return s.drawInfo(b, v, sub)
	case kindCustom:
		return s.drawCustom(b, v)
	}
	return s.drawValue(b, x, f.ref, sub)
}

func (s *Server) drawValue(b []byte, x any, rt *refType, sub []string) []byte {
	switch x := x.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, x)
	case int64:
		return strconv.AppendInt(b, x, 10)
	case float64:
		return appendNum(b, x)
	case string:
		return appendString(b, x)
	case raw:
		return append(b, x...)
	case time.Time:
		return appendTime(b, x)
	case ref:
		return s.drawRef(b, x, rt, sub)
	case []any:
		b = append(b, '[')
		for i, e := range x {
			if i > 0 {
				b = append(b, ',')
			}
			b = s.drawValue(b, e, rt, sub)
		}
		return append(b, ']')
	case object:
		b = append(b, '{')
		n := 0
		for _, p := range x {
			if p.value == nil && !s.sw().NullMembers || len(sub) > 0 && !slices.Contains(sub, p.name) {
				continue
			}
			if n++; n > 1 {
				b = append(b, ',')
			}
			b = appendString(b, p.name)
			b = append(b, ':')
			b = s.drawValue(b, p.value, s.catalog.refs[communicationTypeRef], nil)
		}
		return append(b, '}')
	}
	return appendPlain(b, x)
}

// communicationTypeRef is the only reference inside nested records.
const communicationTypeRef = "CommunicationTypeReference"

func (s *Server) drawRef(b []byte, r ref, rt *refType, sub []string) []byte {
	b = append(b, '{')
	first := len(b)
	for _, m := range rt.members {
		if len(sub) > 0 && !slices.Contains(sub, m) {
			continue
		}
		x := s.refMember(r, rt, m)
		if x == nil {
			continue
		}
		if len(b) > first {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, m...)
		b = append(b, '"', ':')
		b = s.drawValue(b, x, nil, nil)
	}
	if len(sub) == 0 {
		if len(b) > first {
			b = append(b, ',')
		}
		b = append(b, `"_info":{`...)
		if rt.table != "" {
			b = s.drawHref(b, s.tables[rt.table], r.id)
		}
		b = append(b, '}')
	}
	return append(b, '}')
}

func (s *Server) drawHref(b []byte, t *table, id int64) []byte {
	row := t.get(id)
	if row == nil || t.href == "" {
		return b
	}
	b = append(b, '"')
	b = append(b, t.hrefName...)
	b = append(b, `_href":"`...)
	b = append(b, s.base...)
	parent := row.rec.parent
	for _, part := range strings.Split(t.href, "#") {
		b = append(b, part...)
		if parent != 0 {
			b = strconv.AppendInt(b, parent, 10)
			parent = 0
			continue
		}
		if id != 0 {
			b = strconv.AppendInt(b, id, 10)
			id = 0
		}
	}
	b = append(b, '"')
	if t.name == "configurations" {
		b = append(b, `,"name":`...)
		b = appendString(b, row.str("name"))
	}
	return b
}

// refMember returns the current value of a member of a reference.
func (s *Server) refMember(r ref, rt *refType, member string) any {
	if member == "id" {
		return r.id
	}
	if rt.table == "" {
		switch {
		case member == "identifier" && r.identifier != "":
			return r.identifier
		case member == "name" && r.name != "":
			return r.name
		}
		return nil
	}
	t := s.tables[rt.table]
	row := t.get(r.id)
	if row == nil && t.twin != nil {
		row = t.twin.get(r.id)
	}
	if row == nil {
		return nil
	}
	if member == "name" {
		return rowName(row)
	}
	if alias := refAliases[member]; alias != "" && !row.has(member) {
		member = alias
	}
	if !row.has(member) {
		return nil
	}
	x := row.named(member)
	if r, ok := x.(ref); ok { // a reference inside a reference is shown as its name
		f := row.rec.t.schema.exact[member]
		return s.refMember(r, f.ref, "name")
	}
	return x
}

// refAliases are the members that have another name in references.
var refAliases = map[string]string{"sort": "sortOrder", "chargeFirmFlag": "chargeToFirm", "isClosed": "closedFlag", "description": "name"}

// rowName returns the name of a record in references.
func rowName(v *version) string {
	switch v.rec.t.name {
	case "members", "contacts":
		return strings.TrimSpace(v.str("firstName") + " " + v.str("lastName"))
	case "timeEntries":
		return ""
	case "timeSheets":
		from, _ := v.named("dateStart").(time.Time)
		to, _ := v.named("dateEnd").(time.Time)
		return from.Format(time.DateOnly) + " to " + to.Format(time.DateOnly)
	}
	for _, name := range []string{"name", "description", "question", "title", "summary", "identifier"} {
		if v.has(name) {
			return v.str(name)
		}
	}
	return ""
}

func (s *Server) drawCustom(b []byte, v *version) []byte {
	b = append(b, '[')
	for i, d := range s.custom[v.rec.t.schema.name] {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"id":`...)
		b = strconv.AppendInt(b, d.ID, 10)
		b = append(b, `,"caption":`...)
		b = appendString(b, d.Caption)
		b = append(b, `,"type":`...)
		b = appendString(b, d.Type)
		b = append(b, `,"entryMethod":`...)
		b = appendString(b, d.Entry)
		b = append(b, `,"numberOfDecimals":0`...)
		if x := v.custom[d.ID]; x != nil || !s.sw().BareCustomFields {
			b = append(b, `,"value":`...)
			b = appendPlain(b, x)
		}
		b = append(b, '}')
	}
	return append(b, ']')
}
