package connectwisetest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
)

// tokenLife is how long the keys of an impersonation work.
const tokenLife = 4 * time.Hour

func (s *Server) setupRoutes() {
	s.contactRoutes()
	s.timeRoutes()
	s.scheduleRoutes()
	s.roleRoutes()
	s.handle(http.MethodPost, "system/members/*/tokens", s.issueToken)
	s.handle(http.MethodPost, "system/members/#/tokens", func(c *call) *response {
		m, p := c.find(s.tables["members"], c.ids[0], inquiring)
		if p != nil {
			return p.response()
		}
		c.names = []string{m.str("identifier")}
		return s.issueToken(c)
	})
	s.handle(http.MethodGet, "system/userDefinedFields", func(c *call) *response { return c.setup(s.definitions(), c.listAll) })
	s.handle(http.MethodGet, "system/userDefinedFields/count", func(c *call) *response { return c.setup(s.definitions(), c.count) })
	s.handle(http.MethodGet, "system/userDefinedFields/#", func(c *call) *response { return c.pick(s.definitions(), c.ids[0]) })
	for path, member := range map[string]string{
		"service/boards/#": "board", "service/boards/#/statuses/#": "status", "service/boards/#/types/#": "type",
		"service/boards/#/subtypes/#": "subType", "service/boards/#/items/#": "item", "service/boards/#/teams/#": "team",
		"service/priorities/#": "priority", "service/sources/#": "source", "company/companies/#": "company",
	} {
		s.handle(http.MethodGet, path+"/usages", func(c *call) *response { return c.setup(c.usages(member), c.listAll) })
	}
	s.handle(http.MethodGet, "service/tickets/info", func(c *call) *response { return c.collection(s.tables["tickets"], c.infos(c.listAll)) })
	s.handle(http.MethodGet, "service/tickets/info/count", func(c *call) *response { return c.collection(s.tables["tickets"], c.infos(c.count)) })
	s.handle(http.MethodGet, "service/tickets/#/info", func(c *call) *response {
		v, p := c.find(s.tables["tickets"], c.ids[0], inquiring)
		if p != nil {
			return p.response()
		}
		return c.show(http.StatusOK, s.ticketInfo(v))
	})
	s.handle(http.MethodGet, "service/tickets/calculateSla", func(c *call) *response { return c.collection(s.tables["tickets"], c.listAll) })
	s.handle(http.MethodPost, "service/tickets/#/convert", s.convertTicket)
	for _, name := range []string{"activities", "products"} {
		s.handleTickets(http.MethodGet, "#/"+name, func(c *call) *response { return c.none("[]") })
		s.handleTickets(http.MethodGet, "#/"+name+"/count", func(c *call) *response { return c.none(`{"count":0}`) })
	}
	const associations = "service/boards/#/typeSubTypeItemAssociations"
	s.handle(http.MethodGet, associations, func(c *call) *response { return c.associations(0, c.listAll) })
	s.handle(http.MethodGet, associations+"/count", func(c *call) *response { return c.associations(0, c.count) })
	s.handle(http.MethodGet, associations+"/#", func(c *call) *response {
		return c.associations(0, func(src source) *response { return c.pick(src, c.ids[1]) })
	})
	s.handle(http.MethodGet, "service/boards/#/items/#/associations", func(c *call) *response { return c.associations(c.ids[1], c.listAll) })
	s.handle(http.MethodGet, "service/teams", func(c *call) *response { return c.setup(s.serviceTeams(), c.listAll) })
	s.handle(http.MethodGet, "service/teams/count", func(c *call) *response { return c.setup(s.serviceTeams(), c.count) })
	s.handle(http.MethodGet, "service/teams/#", func(c *call) *response { return c.pick(s.serviceTeams(), c.ids[0]) })
	boards := func() source { return s.boardInfos(func(*version) bool { return true }) }
	s.handle(http.MethodGet, "service/info/boards", func(c *call) *response { return c.setup(boards(), c.listAll) })
	s.handle(http.MethodGet, "service/info/boards/count", func(c *call) *response { return c.setup(boards(), c.count) })
	s.handle(http.MethodGet, "service/info/boards/#", func(c *call) *response { return c.pick(boards(), c.ids[0]) })
	s.handle(http.MethodGet, "service/info/boards/active", func(c *call) *response {
		return c.setup(s.boardInfos(func(v *version) bool { return !v.flag("inactiveFlag") }), c.listAll)
	})
	s.handle(http.MethodGet, "service/statuses", func(c *call) *response { return jsonResponse(http.StatusOK, []byte("[]")) })
}

// setup serves a list to callers who may see set-up tables.
func (c *call) setup(src source, serve func(source) *response) *response {
	if c.s.level(c.who, tableSetup, inquiring) == None {
		return forbidden().response()
	}
	return serve(src)
}

// pick answers with one record of a list that is computed on request.
func (c *call) pick(src source, id int64) *response {
	for _, r := range src.records {
		if r.id == id {
			return c.show(http.StatusOK, r.cur)
		}
	}
	return notFound(src.t.title, id).response()
}

// none answers lists of a ticket that the server does not keep.
func (c *call) none(body string) *response {
	if _, p := c.ticket(inquiring); p != nil {
		return p.response()
	}
	return jsonResponse(http.StatusOK, []byte(body))
}

// made returns a record that exists only for an answer.
func (t *table) made(id int64) *version {
	v := t.fresh(0)
	v.rec.id, v.rec.cur = id, v
	v.updated, v.updatedBy = t.s.now(), administrator
	return v
}

// boardInfos returns the short forms of the selected boards.
func (s *Server) boardInfos(want func(*version) bool) source {
	src := source{t: s.tables["boardInfo"]}
	for _, r := range s.tables["boards"].order {
		if !r.cur.gone && want(r.cur) {
			v := src.t.made(r.id)
			carry(r.cur, v)
			src.records = append(src.records, v.rec)
		}
	}
	return src
}

// serviceTeams returns the teams of all boards, without naming the board.
func (s *Server) serviceTeams() source {
	src := source{t: s.tables["serviceTeams"]}
	for _, r := range s.tables["teams"].order {
		if r.cur.gone {
			continue
		}
		v := src.t.made(r.id)
		carry(r.cur, v)
		v.set("leader", r.cur.named("teamLeader"))
		v.set("deleteNotifyFlag", r.cur.flag("notifyOnTicketDelete"))
		for from, to := range map[string]string{"locationId": "location", "businessUnitId": "department"} {
			if id, ok := r.cur.named(from).(int64); ok {
				v.set(to, ref{id: id})
			}
		}
		src.records = append(src.records, v.rec)
	}
	return src
}

// ticketInfo returns the short form of a ticket.
func (s *Server) ticketInfo(v *version) *version {
	i := s.tables["ticketInfo"].made(v.rec.id)
	i.history = v.history
	i.set("summary", v.named("summary"))
	i.set("company", v.named("company"))
	return i
}

func (c *call) infos(serve func(source) *response) func(source) *response {
	return func(src source) *response {
		out := source{t: c.s.tables["ticketInfo"]}
		for _, r := range src.records {
			if v := r.asListed(c.s.now()); v != nil && (src.keep == nil || src.keep(v)) {
				out.records = append(out.records, c.s.ticketInfo(v).rec)
			}
		}
		return serve(out)
	}
}

// issueToken issues keys with which an integrator acts as another member.
func (s *Server) issueToken(c *call) *response {
	n, p := c.parse()
	if p != nil {
		return p.response()
	}
	if p := strictMembers(n, "TokenRequest", "memberIdentifier"); p != nil {
		return p.response()
	}
	if !s.impersonal[c.who.member] {
		p := forbidden()
		p.code = "Unauthorized"
		return p.response()
	}
	name := c.names[0]
	if m := n.member("memberIdentifier"); m != nil && m.kind == nodeString && !strings.EqualFold(m.text, name) {
		return invalidObject("token", fieldProblem{"InvalidField", "memberIdentifier does not match the path.", "token", "memberIdentifier"}).response()
	}
	m := s.tables["members"].find(refInput{identifier: name}, 0)
	if m == nil {
		return (&problem{status: http.StatusNotFound, code: "NotFound", message: "Member " + name + " not found", noErrors: true}).response()
	}
	s.tokens++
	l := &login{member: m.rec.id, identifier: m.str("identifier"), private: guid("private", s.tokens)[:16], expires: s.now().Add(tokenLife)}
	public := guid("public", s.tokens)[:16]
	s.logins[public] = l
	return jsonResponse(http.StatusOK, s.drawValue(nil, object{{"publicKey", public}, {"privateKey", l.private}, {"expiration", l.expires}}, nil, nil))
}

// definitions returns the custom fields as set-up records.
func (s *Server) definitions() source {
	src := source{t: s.tables["customFields"]}
	pods := map[string]string{"Ticket": "service_ticket", "Company": "company_overview", "Contact": "contact_overview", "Configuration": "configuration", "TimeEntry": "time_entry", "CompanySite": "company_site"}
	for entity, list := range s.custom {
		for i, f := range list {
			v := src.t.made(f.ID)
			for name, x := range map[string]any{
				"podId": int64(1), "caption": f.Caption, "sequenceNumber": int64(i + 1), "screenId": pods[entity], "fieldTypeIdentifier": f.Type,
				"entryTypeIdentifier": f.Entry, "requiredFlag": f.Required, "displayOnScreenFlag": true, "connectWiseID": guid("field", f.ID), "dateCreated": v.updated,
			} {
				v.set(name, x)
			}
			src.records = append(src.records, v.rec)
		}
	}
	slices.SortFunc(src.records, func(a, b *record) int { return cmp.Compare(a.id, b.id) })
	return src
}

// usages returns how many tickets use a set-up record.
func (c *call) usages(member string) source {
	src := source{t: c.s.tables["usages"]}
	id := c.ids[len(c.ids)-1]
	n := 0
	for _, r := range slices.Concat(c.s.tables["tickets"].order, c.s.tables["projectTickets"].order) {
		if !r.cur.gone && r.cur.has(member) && r.cur.ref(member) == id {
			n++
		}
	}
	if n > 0 {
		v := src.t.made(id)
		for name, x := range map[string]any{"type": "Ticket", "count": int64(n), "id": id, "description": "Service Tickets", "typeKey": "ticket"} {
			v.set(name, x)
		}
		src.records = append(src.records, v.rec)
	}
	return src
}

// roleRoutes serve security roles: one with all permissions, and one for each
// member with its own role.
func (s *Server) roleRoutes() {
	roles := func() source {
		src := source{t: s.tables["securityRoles"]}
		admin := src.t.made(1)
		admin.set("name", "Admin")
		admin.set("roleType", "Admin")
		admin.set("adminFlag", true)
		src.records = append(src.records, admin.rec)
		for _, r := range s.tables["members"].order {
			if _, own := s.roles[r.id]; own && !r.cur.gone {
				v := src.t.made(r.id + 1)
				v.set("name", "Role of "+r.cur.str("identifier"))
				v.set("roleType", "Custom")
				src.records = append(src.records, v.rec)
			}
		}
		return src
	}
	s.handle(http.MethodGet, "system/securityroles", func(c *call) *response { return c.setup(roles(), c.listAll) })
	s.handle(http.MethodGet, "system/securityroles/count", func(c *call) *response { return c.setup(roles(), c.count) })
	s.handle(http.MethodGet, "system/securityroles/#", func(c *call) *response { return c.pick(roles(), c.ids[0]) })
	settings := func(c *call) source {
		role, own := s.roles[c.ids[0]-1]
		if !own {
			role = FullRole()
		}
		return c.rows(s.tables["roleSettings"], role)
	}
	s.handle(http.MethodGet, "system/securityroles/#/settings", func(c *call) *response { return c.setup(settings(c), c.listAll) })
	s.handle(http.MethodGet, "system/securityroles/#/settings/count", func(c *call) *response { return c.setup(settings(c), c.count) })
	s.handle(http.MethodGet, "system/securityroles/#/settings/#", func(c *call) *response { return c.pick(settings(c), c.ids[1]) })
}

// associations returns which types, subtypes and items of a board go together:
// a subtype with the types that it names, an item with all of these.
func (c *call) associations(item int64, serve func(source) *response) *response {
	if _, p := c.find(c.s.tables["boards"], c.ids[0], inquiring); p != nil {
		return p.response()
	}
	src := source{t: c.s.tables["associations"]}
	add := func(kind, sub, item any) {
		v := src.t.made(int64(len(src.records) + 1))
		v.rec.parent = c.ids[0]
		v.set("type", kind)
		v.set("subType", sub)
		v.set("item", item)
		src.records = append(src.records, v.rec)
	}
	for _, sub := range c.s.tables["subtypes"].children(c.ids[0]) {
		kinds, _ := sub.cur.named("typeAssociationIds").([]any)
		for _, kind := range kinds {
			id, _ := kind.(int64)
			if sub.cur.gone || c.s.tables["types"].get(id) == nil {
				continue
			}
			if item == 0 {
				add(ref{id: id}, ref{id: sub.id}, nil)
			}
			for _, r := range c.s.tables["items"].children(c.ids[0]) {
				if !r.cur.gone && (item == 0 || item == r.id) {
					add(ref{id: id}, ref{id: sub.id}, ref{id: r.id})
				}
			}
		}
	}
	return serve(src)
}
