package connectwisetest

import (
	"net/http"
	"strconv"
	"strings"
)

// item is a communication item of a contact that is being written.
type item struct {
	id                         int64 // zero: a new one
	kind                       int64 // the communication type
	value, extension, category string
	def                        bool
}

func (s *Server) contactTables() {
	t := s.tables["contacts"]
	for name, internal := range map[string]string{"types": "typeIds", "typeIds": "typeIds"} {
		f := s.catalog.schemas["Contact"].exact[name]
		f.createOnly, f.internal = true, internal
	}
	s.derive("Contact", "communicationItems", func(v *version) any {
		out := []any{}
		for _, r := range s.tables["communications"].children(v.rec.id) {
			if c := r.cur; !c.gone {
				out = append(out, object{
					{"id", r.id}, {"type", c.named("type")}, {"value", c.named("value")}, {"extension", c.named("extension")},
					{"defaultFlag", c.named("defaultFlag")}, {"domain", c.named("domain")}, {"communicationType", c.named("communicationType")},
				})
			}
		}
		return out
	})
	types := s.catalog.schemas["Contact"].exact["types"]
	s.derive("Contact", "types", func(v *version) any {
		if list, ok := v.vals[types.index].([]any); ok {
			return list
		}
		return []any{}
	})
	first := func(category, member string) func(*version) any {
		return func(v *version) any {
			for _, r := range s.tables["communications"].children(v.rec.id) {
				if c := r.cur; !c.gone && c.flag("defaultFlag") && c.str("communicationType") == category {
					return c.named(member)
				}
			}
			return nil
		}
	}
	s.derive("Contact", "defaultPhoneNbr", first("Phone", "value"))
	s.derive("Contact", "defaultPhoneExtension", first("Phone", "extension"))
	s.scoped("Contact", func(v *version) int64 { return v.ref("company") }, "site")
	t.finish, t.saved, t.patchItem = s.finishContact, s.savedContact, s.patchItems
	t.removed = func(v *version, _ *actor) {
		for _, name := range []string{"communications", "contactNotes"} {
			for _, r := range append([]*record(nil), s.tables[name].kids[v.rec.id]...) {
				if !r.cur.gone {
					s.tables[name].remove(r)
				}
			}
		}
	}
	c := s.tables["communications"]
	s.derive("ContactCommunication", "contactId", func(v *version) any { return v.rec.parent })
	c.finish, c.saved = s.finishCommunication, s.savedCommunication
	s.derive("ContactNote", "contactId", func(v *version) any { return v.rec.parent })
	for _, schema := range []string{"ContactNote", "CompanyNote"} {
		s.derive(schema, "enteredBy", func(v *version) any { return v.enteredBy })
	}
}

func (s *Server) finishContact(d *draft, a *actor) {
	if d.before == nil {
		d.set("mobileGuid", guid("contact", d.rec.id))
		if ignore, _ := d.vals[d.rec.t.schema.exact["ignoreDuplicates"].index].(bool); !ignore && !a.quiet {
			for _, r := range d.rec.t.order {
				if o := r.cur; !o.gone && o.ref("company") == d.ref("company") && strings.EqualFold(rowName(o), rowName(d.version)) {
					d.fail(fieldProblem{"ObjectExists", "A matching contact already exists", d.entity(), "firstName"})
					break
				}
			}
		}
		ids, _ := d.vals[d.rec.t.schema.exact["typeIds"].index].([]any)
		var list []any
		for _, id := range ids {
			if n, _ := id.(int64); s.tables["contactTypes"].get(n) != nil {
				list = append(list, ref{id: n})
			} else {
				d.fail(fieldProblem{"NotFound", "Contact Type " + textOf(id) + " not found", d.entity(), "typeIds"})
			}
		}
		if list != nil {
			d.set("types", list)
		}
	}
	if n := d.children["communicationItems"]; n != nil {
		d.items = nil
		for _, e := range n.items {
			it, p := s.readItem(e, item{})
			if p != nil {
				d.refused = p
				return
			}
			d.items = append(d.items, it)
		}
		d.itemsSet = true
	}
	for _, it := range d.items {
		switch {
		case s.tables["communicationTypes"].get(it.kind) == nil:
			d.fail(fieldProblem{"NotFound", "Communication Type " + strconv.FormatInt(it.kind, 10) + " not found", d.entity(), "communicationItems/type"})
		case it.value == "":
			d.fail(required(d.entity(), "communicationItems/value"))
		}
	}
}

// readItem reads a communication item from a body and applies it to an existing
// one.
func (s *Server) readItem(n *node, it item) (item, *problem) {
	if p := strictMembers(n, "ContactCommunicationItem", "id", "type", "value", "extension", "defaultFlag", "domain", "communicationType"); p != nil {
		return it, p
	}
	for i, key := range n.keys {
		if p := s.setItem(&it, key, n.items[i]); p != nil {
			return it, p
		}
	}
	return it, nil
}

func (s *Server) setItem(it *item, member string, n *node) *problem {
	switch member = strings.ToLower(member); member {
	case "type":
		x, p := s.convertRef(s.catalog.refs[communicationTypeRef], n)
		if p != nil {
			return p
		}
		if in, ok := x.(refInput); ok {
			it.kind = in.id
			if v := s.tables["communicationTypes"].find(in, 0); v != nil {
				it.kind = v.rec.id
			}
		}
	case "value", "extension", "communicationtype":
		x, p := s.convert(nil, kindString, n)
		if p != nil {
			return p
		}
		text, _ := x.(string)
		switch member {
		case "value":
			it.value = text
		case "extension":
			it.extension = text
		default:
			it.category = text
		}
	case "defaultflag":
		x, p := s.convert(nil, kindBool, n)
		if p != nil {
			return p
		}
		it.def, _ = x.(bool)
	}
	return nil
}

// stage puts the contact's items into the draft, to be changed one by one.
func (s *Server) stage(d *draft) {
	if d.itemsSet {
		return
	}
	d.itemsSet = true
	for _, r := range s.tables["communications"].children(d.rec.id) {
		if c := r.cur; !c.gone {
			d.items = append(d.items, item{id: r.id, kind: c.ref("type"), value: c.str("value"), extension: c.str("extension"), category: c.str("communicationType"), def: c.flag("defaultFlag")})
		}
	}
}

// patchItems applies a PATCH path like communicationItems/1/value.
func (s *Server) patchItems(d *draft, f *field, verb string, rest []string, value *node, path string) *problem {
	if f.name != "communicationItems" {
		return badPath(path)
	}
	s.stage(d)
	i, err := strconv.Atoi(rest[0])
	if err != nil || i < 0 || i > len(d.items) || i == len(d.items) && (verb != "add" || len(rest) > 1) || len(rest) > 2 {
		return badPath(path)
	}
	if len(rest) == 2 {
		switch rest[1] {
		case "type", "value", "extension", "defaultFlag", "communicationType":
			return s.setItem(&d.items[i], rest[1], value)
		}
		return badPath(path)
	}
	switch verb {
	case "remove":
		d.items = append(d.items[:i], d.items[i+1:]...)
		return nil
	case "add":
		it, p := s.readItem(value, item{})
		if p == nil {
			d.items = append(d.items[:i], append([]item{it}, d.items[i:]...)...)
		}
		return p
	}
	it, p := s.readItem(value, d.items[i])
	if p == nil {
		d.items[i] = it
	}
	return p
}

// savedContact stores the items that were written with the contact.
func (s *Server) savedContact(_, after *version, said *draft, a *actor) {
	if !said.itemsSet {
		return
	}
	t := s.tables["communications"]
	kept := map[int64]bool{}
	for _, it := range said.items {
		kept[it.id] = true
	}
	for _, r := range append([]*record(nil), t.children(after.rec.id)...) {
		if !r.cur.gone && !kept[r.id] {
			t.remove(r)
		}
	}
	for _, it := range said.items {
		d := newDraft(t.fresh(after.rec.id), nil)
		if r := t.rows[it.id]; r != nil && r.parent == after.rec.id {
			d = newDraft(r.cur.edit(), r.cur)
		}
		d.set("type", ref{id: it.kind})
		d.set("value", it.value)
		d.set("extension", nil)
		if it.extension != "" {
			d.set("extension", it.extension)
		}
		d.set("defaultFlag", it.def)
		d.set("communicationType", nil)
		if it.category != "" {
			d.set("communicationType", it.category)
		}
		_, _ = s.save(d, a, false)
	}
}

func (s *Server) finishCommunication(d *draft, _ *actor) {
	kind := s.tables["communicationTypes"].get(d.ref("type"))
	if kind == nil {
		return
	}
	if d.named("communicationType") == nil {
		for flag, category := range map[string]string{"emailFlag": "Email", "phoneFlag": "Phone", "faxFlag": "Fax"} {
			if kind.flag(flag) {
				d.set("communicationType", category)
			}
		}
	}
	d.set("domain", nil)
	if _, host, ok := strings.Cut(d.str("value"), "@"); ok && d.str("communicationType") == "Email" {
		d.set("domain", "@"+host)
	}
	if d.before == nil {
		d.set("mobileGuid", guid("communication", d.rec.id))
	}
}

// savedCommunication makes sure that each category has only one default item.
func (s *Server) savedCommunication(_, after *version, _ *draft, _ *actor) {
	if !after.flag("defaultFlag") {
		return
	}
	for _, r := range after.rec.t.kids[after.rec.parent] {
		if c := r.cur; r.id != after.rec.id && !c.gone && c.flag("defaultFlag") && c.str("communicationType") == after.str("communicationType") {
			other := c.edit()
			other.set("defaultFlag", false)
			after.rec.t.store(other)
		}
	}
}

func (s *Server) contactRoutes() {
	s.handle(http.MethodPost, "company/contacts/requestPassword", func(c *call) *response {
		n, p := c.parse()
		if p == nil {
			p = strictMembers(n, "RequestPasswordRequest", "email")
		}
		if p != nil {
			return p.response()
		}
		return &response{status: http.StatusNoContent, header: http.Header{}}
	})
}
