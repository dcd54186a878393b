package connectwisetest

import (
	"net/http"
	"slices"
	"strconv"
)

func (s *Server) configurationTables() {
	t := s.tables["configurations"]
	questions := s.catalog.schemas["Configuration"].exact["questions"]
	s.derive("Configuration", "questions", func(v *version) any {
		answers, _ := v.vals[questions.index].(map[int64]any)
		out := []any{}
		for _, r := range s.tables["configurationQuestions"].children(v.ref("type")) {
			q := r.cur
			if q.gone || q.flag("inactiveFlag") {
				continue
			}
			o := object{
				{"answerId", v.rec.id*100 + r.id}, {"questionId", r.id}, {"question", q.named("question")}, {"answer", answers[r.id]},
				{"sequenceNumber", q.named("sequenceNumber")}, {"numberOfDecimals", int64(0)}, {"fieldType", q.named("fieldType")}, {"requiredFlag", q.named("requiredFlag")},
			}
			out = append(out, o)
		}
		return out
	})
	s.scoped("Configuration", func(v *version) int64 { return v.ref("company") }, "site")
	t.finish = s.finishConfiguration
	s.derive("ConfigurationTypeQuestion", "configurationType", func(v *version) any { return ref{id: v.rec.parent} })
	s.derive("ConfigurationTypeQuestionValue", "question", func(v *version) any { return ref{id: v.rec.parent} })
	s.derive("ConfigurationTypeQuestionValue", "configurationType", func(v *version) any {
		if q := s.tables["configurationQuestions"].get(v.rec.parent); q != nil {
			return ref{id: q.rec.parent}
		}
		return nil
	})
}

func (s *Server) finishConfiguration(d *draft, _ *actor) {
	if d.before == nil {
		if d.named("status") == nil && !d.failed("status") {
			d.set("status", asRef(s.marked("configurationStatuses", 0)))
		}
		d.set("mobileGuid", guid("configuration", d.rec.id))
	}
	n := d.children["questions"]
	if n == nil {
		return
	}
	f := d.rec.t.schema.exact["questions"]
	answers := map[int64]any{}
	old, _ := d.vals[f.index].(map[int64]any)
	for id, x := range old {
		answers[id] = x
	}
	for _, e := range n.items {
		if p := strictMembers(e, "ConfigurationQuestion", "answerId", "questionId", "question", "answer", "sequenceNumber", "numberOfDecimals", "fieldType", "requiredFlag"); p != nil {
			d.refused = p
			return
		}
		var id int64
		if q := e.member("questionId"); q != nil {
			x, p := s.convert(nil, kindInt, q)
			if p != nil {
				d.refused = p
				return
			}
			id, _ = x.(int64)
		}
		if q := s.tables["configurationQuestions"].get(id); q == nil || q.rec.parent != d.ref("type") {
			d.fail(fieldProblem{"NotFound", "Question " + strconv.FormatInt(id, 10) + " not found", d.entity(), "questions/questionId"})
			continue
		}
		if a := e.member("answer"); a != nil {
			answers[id] = a.plain()
		}
	}
	d.vals[f.index] = answers
}

func (s *Server) configurationRoutes() {
	t := s.tables["configurations"]
	s.handle(http.MethodPost, "company/configurations/bulk", func(c *call) *response {
		return c.bulk(func(n *node) (*version, int, *problem) {
			if s.level(c.who, t.guard, adding) == None {
				return nil, 0, forbidden()
			}
			v, p := s.insert(t, 0, n, c.who)
			return v, http.StatusCreated, p
		})
	})
	s.handle(http.MethodPut, "company/configurations/bulk", func(c *call) *response {
		return c.bulk(func(n *node) (*version, int, *problem) {
			id := idOf(n)
			before, p := c.find(t, id, editing)
			if p != nil {
				return nil, 0, p
			}
			d := emptied(before)
			if p := s.bind(d, n); p != nil {
				return nil, 0, p
			}
			v, p := s.save(d, c.who, true)
			return v, http.StatusOK, p
		})
	})
	s.handle(http.MethodDelete, "company/configurations/bulk", func(c *call) *response {
		return c.bulk(func(n *node) (*version, int, *problem) {
			v, p := c.find(t, idOf(n), deleting)
			if p == nil {
				p = s.discard(v, c.who)
			}
			return nil, http.StatusNoContent, p
		})
	})
	s.handle(http.MethodPatch, "company/configurations/#/changeType", func(c *call) *response { return c.update(t, false) })
}

// attachmentRoutes serve the configurations of tickets.
func (s *Server) attachmentRoutes() {
	t := s.tables["configurations"]
	attached := func(c *call, serve func(source) *response) *response {
		v, p := c.ticket(inquiring)
		if p != nil {
			return p.response()
		}
		src := source{t: t}
		for _, id := range s.attached[v.rec.id] {
			if r := t.rows[id]; r != nil {
				src.records = append(src.records, r)
			}
		}
		return serve(src)
	}
	s.handleTickets(http.MethodGet, "#/configurations", func(c *call) *response {
		return attached(c, func(src source) *response { return c.references(src, "ConfigurationReference") })
	})
	s.handleTickets(http.MethodGet, "#/configurations/count", func(c *call) *response { return attached(c, c.count) })
	s.handleTickets(http.MethodPost, "#/configurations", s.attachConfiguration)
	s.handleTickets(http.MethodGet, "#/configurations/#", func(c *call) *response {
		return c.attachment(inquiring, func(_, v *version) *response {
			return jsonResponse(http.StatusOK, s.drawRef(nil, ref{id: v.rec.id}, s.catalog.refs["ConfigurationReference"], nil))
		})
	})
	s.handleTickets(http.MethodDelete, "#/configurations/#", func(c *call) *response {
		return c.attachment(editing, func(ticket, v *version) *response {
			s.attached[ticket.rec.id] = slices.DeleteFunc(s.attached[ticket.rec.id], func(id int64) bool { return id == v.rec.id })
			return &response{status: http.StatusNoContent, header: http.Header{}}
		})
	})
}

func idOf(n *node) int64 {
	if n.kind == nodeObject {
		if n = n.member("id"); n == nil {
			return 0
		}
	}
	id, _ := strconv.ParseInt(n.text, 10, 64)
	return id
}

// bulk applies an action to every element of a list, and answers 207 with the
// result of each.
func (c *call) bulk(do func(*node) (*version, int, *problem)) *response {
	n, p := c.parse()
	if p != nil {
		return p.response()
	}
	if n.kind != nodeArray {
		return conversion(n, modelType("Configuration")+"[]").response()
	}
	b := []byte(`{"payload":[`)
	for i, e := range n.items {
		if i > 0 {
			b = append(b, ',')
		}
		v, status, p := do(e)
		if p != nil {
			status = p.status
		}
		b = append(b, `{"success":`...)
		b = strconv.AppendBool(b, p == nil)
		b = append(b, `,"originalIndex":`...)
		b = strconv.AppendInt(b, int64(i), 10)
		b = append(b, `,"statusCode":`...)
		b = strconv.AppendInt(b, int64(status), 10)
		switch {
		case p != nil:
			b = append(b, `,"error":`...)
			b = append(b, p.response().body...)
		case v != nil:
			b = append(b, `,"data":`...)
			b = c.s.draw(b, v, nil)
		}
		b = append(b, '}')
	}
	return jsonResponse(http.StatusMultiStatus, append(b, ']', '}'))
}

// references answers with a list of references instead of records.
func (c *call) references(src source, shape string) *response {
	rows, p := c.matching(src, c.listing(), 0, 0)
	if p != nil {
		return p.response()
	}
	b := []byte{'['}
	for i, v := range rows {
		if i > 0 {
			b = append(b, ',')
		}
		b = c.s.drawRef(b, ref{id: v.rec.id}, c.s.catalog.refs[shape], nil)
	}
	return jsonResponse(http.StatusOK, append(b, ']'))
}

func (s *Server) attachConfiguration(c *call) *response {
	ticket, p := c.ticket(editing)
	if p != nil {
		return p.response()
	}
	n, p := c.parse()
	if p != nil {
		return p.response()
	}
	x, p := s.convertRef(s.catalog.refs["ConfigurationReference"], n)
	if p != nil {
		return p.response()
	}
	in, ok := x.(refInput)
	if !ok {
		return invalidObject("configuration", fieldProblem{"MissingRequiredField", "id or deviceIdentifier is required.", "configuration", "id"}).response()
	}
	v := s.tables["configurations"].find(in, 0)
	if v == nil {
		return invalidObject("configuration", fieldProblem{"NotFound", "Configuration not found", "configuration", "id"}).response()
	}
	if !slices.Contains(s.attached[ticket.rec.id], v.rec.id) {
		s.attached[ticket.rec.id] = append(s.attached[ticket.rec.id], v.rec.id)
	}
	return jsonResponse(http.StatusCreated, s.drawRef(nil, ref{id: v.rec.id}, s.catalog.refs["ConfigurationReference"], nil))
}

// attachment answers requests about a configuration that is attached to a
// ticket.
func (c *call) attachment(do action, then func(ticket, configuration *version) *response) *response {
	ticket, p := c.ticket(do)
	if p != nil {
		return p.response()
	}
	v := c.s.tables["configurations"].get(c.ids[1])
	if v == nil || !slices.Contains(c.s.attached[ticket.rec.id], v.rec.id) {
		return notFound("Configuration", c.ids[1]).response()
	}
	return then(ticket, v)
}
