package connectwisetest

import (
	"net/http"
	"strconv"
	"strings"
)

// hooks are the rules of a table. prepare sets defaults before references are
// looked up, finish applies rules afterwards, saved reacts to a write, removing
// may refuse a deletion, and removed reacts to a deletion.
type hooks struct {
	prepare  func(*draft, *actor)
	finish   func(*draft, *actor)
	saved    func(before, after *version, d *draft, a *actor)
	removing func(*version, *actor) *problem
	removed  func(*version, *actor)
	mine     func(*version, *actor) bool // own records, for the level My
}

func (s *Server) makeTables() {
	for _, sp := range specs {
		sc := s.catalog.schemas[sp.schema]
		t := &table{
			s: s, name: sp.name, schema: sc, rows: map[int64]*record{}, kids: map[int64][]*record{}, next: sp.first,
			entity: sp.entity, title: sp.title, parent: sp.parent, hrefName: sp.link, guard: sp.guard,
			depth: strings.Count(sp.path, "#"), status: sc.exact["status"],
		}
		if sp.link != "" && sp.path != "" {
			t.href = sp.path + "/#"
		}
		s.tables[sp.name] = t
		if sp.path != "" {
			s.entities[strings.ToLower(sp.entity)] = t
		}
		if id := sc.exact["id"]; id != nil && sp.name != "allNotes" && sp.name != "projectAllNotes" {
			id.compute = func(v *version) any { return v.rec.id }
		}
	}
	s.statuses = s.tables["statuses"]
	s.closedStatusAt = s.statuses.schema.exact["closedStatus"].index
	s.scheduleTables()
	s.agreementTables()
	s.ticketTables()
	s.projectTables()
	s.boardTables()
	s.companyTables()
	s.memberTables()
	s.callbackTables()
	s.contactTables()
	s.configurationTables()
	s.timeTables()
}

func (s *Server) derive(schema, name string, f func(*version) any) {
	s.catalog.schemas[schema].exact[name].compute = f
}

func (s *Server) scoped(schema string, f func(*version) int64, names ...string) {
	for _, name := range names {
		s.catalog.schemas[schema].exact[name].scope = f
	}
}

func (s *Server) makeRoutes() {
	for _, sp := range specs {
		if sp.path == "" {
			continue
		}
		t := s.tables[sp.name]
		s.handle(http.MethodGet, sp.path, func(c *call) *response {
			return c.collection(t, func(src source) *response { return c.list(src, c.listing()) })
		})
		s.handle(http.MethodGet, sp.path+"/count", func(c *call) *response { return c.collection(t, c.count) })
		one := sp.path + "/#"
		for _, m := range sp.methods {
			switch m {
			case 'G':
				s.handle(http.MethodGet, one, func(c *call) *response { return c.read(t) })
			case 'C':
				s.handle(http.MethodPost, sp.path, func(c *call) *response { return c.create(t) })
			case 'P':
				s.handle(http.MethodPut, one, func(c *call) *response { return c.update(t, true) })
			case 'A':
				s.handle(http.MethodPatch, one, func(c *call) *response { return c.update(t, false) })
			case 'D':
				s.handle(http.MethodDelete, one, func(c *call) *response { return c.remove(t) })
			}
		}
		if sp.methods == "G" { // the real server can also write these
			for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
				path := one
				if method == http.MethodPost {
					path = sp.path
				}
				s.handle(method, path, func(c *call) *response { return notServed(method + " " + c.path) })
			}
		}
	}
	s.ticketRoutes()
	s.systemRoutes()
	s.eventRoutes()
	s.configurationRoutes()
	s.attachmentRoutes()
	s.documentRoutes()
	s.setupRoutes()
	s.bundleRoutes()
	s.reportRoutes()
}

// parent returns the id of the parent that the path names. It returns a problem
// if the parent does not exist or the caller may not see it.
func (c *call) parent(t *table) (int64, *problem) {
	if t.parent == "" {
		return 0, nil
	}
	p, id := c.s.tables[t.parent], c.ids[t.depth-1]
	v, problem := c.find(p, id, inquiring)
	if problem == nil && p.parent != "" && v.rec.parent != c.ids[p.depth-1] {
		problem = notFound(p.title, id)
	}
	return id, problem
}

// find returns a record that the caller may apply the action to.
func (c *call) find(t *table, id int64, do action) (*version, *problem) {
	see := c.s.level(c.who, t.guard, inquiring)
	if see == None {
		return nil, forbidden()
	}
	v := t.get(id)
	if v == nil && t.absent != nil {
		return nil, t.absent(id)
	}
	if v == nil && do != inquiring && c.s.sw().MissingAsRoute {
		return nil, noEndpoint()
	}
	if v == nil || see == My && t.mine != nil && !t.mine(v, c.who) {
		return nil, notFound(t.title, id)
	}
	switch l := c.s.level(c.who, t.guard, do); {
	case l == None, l == My && t.mine != nil && !t.mine(v, c.who):
		return nil, forbidden()
	}
	return v, nil
}

// collection serves all records of a table, or of one parent.
func (c *call) collection(t *table, serve func(source) *response) *response {
	see := c.s.level(c.who, t.guard, inquiring)
	if see == None {
		return forbidden().response()
	}
	src := source{t: t, records: t.order}
	if t.name == "tickets" && c.s.sw().ListProjectTickets {
		src.records = c.s.withProjectTickets(t)
	}
	if t.parent != "" {
		id, p := c.parent(t)
		if p != nil {
			return p.response()
		}
		src.records = t.kids[id]
	}
	if see == My && t.mine != nil {
		src.keep = func(v *version) bool { return t.mine(v, c.who) }
	}
	return serve(src)
}

// one returns the record that the path names.
func (c *call) one(t *table, do action) (*version, *problem) {
	parent, p := c.parent(t)
	if p != nil {
		return nil, p
	}
	id := c.ids[len(c.ids)-1]
	v, p := c.find(t, id, do)
	if p == nil && t.parent != "" && v.rec.parent != parent {
		return nil, notFound(t.title, id)
	}
	return v, p
}

func (c *call) read(t *table) *response {
	v, p := c.one(t, inquiring)
	if p != nil {
		return p.response()
	}
	return c.show(http.StatusOK, v)
}

// show answers with one record, with only the fields that were asked for.
func (c *call) show(status int, v *version) *response {
	sel, p := c.selections(v.rec.t, c.param("fields"))
	if p != nil {
		return p.response()
	}
	return jsonResponse(status, c.s.draw(nil, v, sel))
}

func (c *call) parse() (*node, *problem) {
	n, err := parseJSON(c.body)
	if err != nil {
		return nil, badRequest("ConnectWiseApi", "%s", err.Error())
	}
	return n, nil
}

func (c *call) create(t *table) *response {
	parent, p := c.parent(t)
	if p != nil {
		return p.response()
	}
	if c.s.level(c.who, t.guard, adding) == None {
		return forbidden().response()
	}
	n, p := c.parse()
	if p != nil {
		return p.response()
	}
	v, p := c.s.insert(t, parent, n, c.who)
	if p != nil {
		return p.response()
	}
	resp := c.show(http.StatusCreated, v)
	// The real server writes http here, even if the request used https.
	resp.header.Set("Location", "http://"+c.r.Host+c.r.URL.EscapedPath()+"/"+strconv.FormatInt(v.rec.id, 10))
	return resp
}

// insert creates a record from a body.
func (s *Server) insert(t *table, parent int64, n *node, a *actor) (*version, *problem) {
	d := newDraft(t.fresh(parent), nil)
	if p := s.bind(d, n); p != nil {
		return nil, p
	}
	return s.save(d, a, false)
}

// save looks references up, applies the rules and stores the draft.
func (s *Server) save(d *draft, a *actor, replace bool) (*version, *problem) {
	t := d.rec.t
	if t.prepare != nil {
		t.prepare(d, a)
	}
	s.resolve(d)
	if t.finish != nil {
		t.finish(d, a)
	}
	if d.refused != nil {
		return nil, d.refused
	}
	s.check(d, replace)
	if len(d.problems) > 0 {
		return nil, invalidObject(d.entity(), d.problems...)
	}
	s.rewrite(d, a)
	s.stamp(d, a)
	said := d.forget()
	s.behind = a.login != nil
	t.store(d.version)
	if t.saved != nil {
		t.saved(d.before, d.version, said, a)
	}
	action := "updated"
	if d.before == nil {
		action = "added"
	}
	s.happened(action, d.before, d.version, said, a)
	return d.version, nil
}

// forget removes write-only members from the draft. It returns the draft as it
// was before, for hooks that need them.
func (d *draft) forget() *draft {
	said := d
	for _, f := range d.rec.t.schema.fields {
		if !f.writeOnly || d.vals[f.index] == nil {
			continue
		}
		if said == d {
			whole := *d
			whole.version = d.edit()
			said = &whole
		}
		d.vals[f.index] = nil
	}
	return said
}

// stamp records who entered and changed a record, and when.
func (s *Server) stamp(d *draft, a *actor) {
	now := s.now()
	if d.before == nil && d.entered.IsZero() {
		d.entered, d.enteredBy = now, a.name
	}
	if d.updated.IsZero() || !a.quiet {
		d.updated, d.updatedBy = now, a.name
	}
}

// emptied returns a draft of a record that has only the members that the server
// sets.
func emptied(before *version) *draft {
	d := newDraft(before.edit(), before)
	fresh := before.rec.t.fresh(before.rec.parent)
	for i, f := range before.rec.t.schema.fields {
		if !f.readOnly {
			d.vals[i] = fresh.vals[i]
		}
	}
	return d
}

func (c *call) update(t *table, replace bool) *response {
	before, p := c.one(t, editing)
	if p != nil {
		return p.response()
	}
	n, p := c.parse()
	if p != nil {
		return p.response()
	}
	d := newDraft(before.edit(), before)
	if replace {
		d = emptied(before)
		p = c.s.bind(d, n)
		if p == nil {
			p = c.createOnly(d, n)
		}
	} else {
		p = c.s.patch(d, n)
	}
	if p != nil {
		return p.response()
	}
	v, p := c.s.save(d, c.who, replace)
	if p != nil {
		return p.response()
	}
	return c.show(http.StatusOK, v)
}

// createOnly refuses members that a replacement must not have.
func (c *call) createOnly(d *draft, n *node) *problem {
	for _, f := range d.rec.t.schema.fields {
		if f.createOnly && n.member(f.name) != nil {
			return invalidObject(d.entity(), fieldProblem{"InvalidField", f.internal + " can only be used when creating a new " + d.entity() + ".", d.entity(), f.internal})
		}
	}
	return nil
}

func (c *call) remove(t *table) *response {
	v, p := c.one(t, deleting)
	if p != nil {
		return p.response()
	}
	if p := c.s.discard(v, c.who); p != nil && p.status != http.StatusNoContent {
		return p.response()
	}
	return &response{status: http.StatusNoContent, header: http.Header{}}
}

// discard deletes a record unless a rule forbids it.
func (s *Server) discard(v *version, a *actor) *problem {
	t := v.rec.t
	if t.removing != nil {
		if p := t.removing(v, a); p != nil {
			return p
		}
	}
	s.behind = a.login != nil
	t.remove(v.rec)
	if t.removed != nil {
		t.removed(v, a)
	}
	s.happened("deleted", v, nil, nil, a)
	return nil
}
