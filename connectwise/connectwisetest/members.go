package connectwisetest

import (
	"net/http"
	"slices"
	"strings"
)

func (s *Server) memberTables() {
	t := s.tables["members"]
	t.finish = func(d *draft, _ *actor) {
		identifier := d.str("identifier")
		for _, r := range t.order {
			if !r.cur.gone && r.id != d.rec.id && identifier != "" && strings.EqualFold(r.cur.str("identifier"), identifier) {
				d.fail(fieldProblem{"ObjectExists", "Member ID already in use.", d.entity(), "identifier"})
			}
		}
	}
}

func (s *Server) systemRoutes() {
	s.handle(http.MethodGet, "system/info", func(c *call) *response {
		return jsonResponse(http.StatusOK, s.drawValue(nil, object{
			{"version", s.cfg.Version}, {"isCloud", !s.cfg.OnPremise}, {"serverTimeZone", "Eastern Standard Time"},
			{"licenseBits", []any{object{{"name", "Service"}, {"activeFlag", true}}}}, {"cloudRegion", "NA"}, {"maxWorkFlowRecordsAllowed", int64(1000)},
		}, nil, nil))
	})
	s.handle(http.MethodGet, "system/mySecurity", func(c *call) *response { return c.list(c.security(), c.listing()) })
	s.handle(http.MethodGet, "system/mySecurity/count", func(c *call) *response { return c.count(c.security()) })
	s.handle(http.MethodGet, "system/myMembers", func(c *call) *response {
		return c.show(http.StatusOK, s.tables["members"].get(c.who.member))
	})
	s.handle(http.MethodGet, "system/myMembers/info", func(c *call) *response {
		return c.show(http.StatusOK, s.memberInfo(s.tables["members"].get(c.who.member)))
	})
	s.handle(http.MethodGet, "system/info/members", func(c *call) *response { return c.list(s.memberInfos(), c.listing()) })
	s.handle(http.MethodGet, "system/info/members/count", func(c *call) *response { return c.count(s.memberInfos()) })
	s.handle(http.MethodGet, "system/info/members/#", func(c *call) *response {
		m := s.tables["members"].get(c.ids[0])
		if m == nil {
			return notFound("Member", c.ids[0]).response()
		}
		return c.show(http.StatusOK, s.memberInfo(m))
	})
	s.handle(http.MethodGet, "system/info/members/*", func(c *call) *response {
		m := s.tables["members"].find(refInput{identifier: c.names[0]}, 0)
		if m == nil {
			return (&problem{status: http.StatusNotFound, code: "NotFound", message: "Member " + c.names[0] + " not found", noErrors: true}).response()
		}
		return c.show(http.StatusOK, s.memberInfo(m))
	})
	s.handle(http.MethodGet, "system/members/*", func(c *call) *response {
		m := s.tables["members"].find(refInput{identifier: c.names[0]}, 0)
		switch {
		case s.sw().NoMemberByIdentifier:
			return noEndpoint().response()
		case m == nil:
			return (&problem{status: http.StatusNotFound, code: "NotFound", message: "Member " + c.names[0] + " not found", noErrors: true}).response()
		}
		c.ids = []int64{m.rec.id}
		return c.read(s.tables["members"])
	})
	s.handle(http.MethodGet, "system/apiMembers", func(c *call) *response { return c.collection(s.tables["members"], c.apiMembers(c.listAll)) })
	s.handle(http.MethodGet, "system/apiMembers/count", func(c *call) *response { return c.collection(s.tables["members"], c.apiMembers(c.count)) })
	s.handle(http.MethodGet, "system/apiMembers/#", func(c *call) *response { return c.read(s.tables["members"]) })
}

func (c *call) listAll(src source) *response { return c.list(src, c.listing()) }

// apiMembers limits a list of members to those of licence class A.
func (c *call) apiMembers(serve func(source) *response) func(source) *response {
	return func(src source) *response {
		src.keep = func(v *version) bool { return v.str("licenseClass") == "A" }
		return serve(src)
	}
}

// memberInfo returns the part of a member that every caller may read.
func (s *Server) memberInfo(m *version) *version {
	v := s.tables["memberInfo"].fresh(0)
	v.rec.id, v.rec.cur, v.history = m.rec.id, v, m.history
	for _, name := range []string{"identifier", "firstName", "middleInitial", "lastName", "photo", "licenseClass", "inactiveFlag"} {
		v.set(name, m.named(name))
	}
	v.set("fullName", rowName(m))
	v.set("defaultEmail", m.named("officeEmail"))
	return v
}

func (s *Server) memberInfos() source {
	src := source{t: s.tables["memberInfo"]}
	for _, r := range s.tables["members"].order {
		if !r.cur.gone {
			src.records = append(src.records, s.memberInfo(r.cur).rec)
		}
	}
	return src
}

// security lists the rows of the caller's own role.
func (c *call) security() source {
	role, restricted := c.s.roles[c.who.member]
	if !restricted {
		role = FullRole()
	}
	src := c.rows(c.s.tables["security"], role)
	for _, r := range src.records {
		r.cur.set("member", ref{id: c.who.member})
	}
	return src
}

// rows shows a role as records.
func (c *call) rows(t *table, role []Permission) source {
	src := source{t: t}
	if i := slices.IndexFunc(role, func(p Permission) bool { return p.Function == serviceTickets }); i >= 0 && c.s.sw().DependenciesRow {
		role = slices.Insert(slices.Clone(role), i, Permission{Module: role[i].Module, Function: "Service Ticket - Dependencies"})
	}
	for i, p := range role {
		v := t.made(int64(i + 1))
		for name, l := range map[string]Level{"addLevel": p.Add, "editLevel": p.Edit, "deleteLevel": p.Delete, "inquireLevel": p.Inquire} {
			if l == "" {
				l = None
			}
			v.set(name, string(l))
		}
		for name, x := range map[string]any{
			"moduleFunctionName": p.Function, "moduleFunctionDescription": p.Function,
			"moduleFunctionIdentifier": strings.ToLower(strings.ReplaceAll(p.Function, " ", "_")),
			"moduleName":               p.Module, "moduleDescription": p.Module, "moduleIdentifier": p.Module, "myAllFlag": true, "sortOrder": int64(i + 1),
		} {
			v.set(name, x)
		}
		src.records = append(src.records, v.rec)
	}
	return src
}
