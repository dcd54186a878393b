package connectwisetest

import (
	"fmt"
	"slices"
	"strings"
)

// ProjectTicket is a snapshot of a project ticket.
type ProjectTicket struct {
	ID             int64
	Summary        string
	Project, Phase Ref
	WBSCode        string
	Issue          bool
	Board, Status  Ref
	Company, Owner Ref
	Closed         bool
	CustomFields   map[string]any // by caption
}

// notesOf maps tables of tickets to their tables of notes.
var notesOf = map[string]string{"tickets": "notes", "projectTickets": "projectNotes"}

// projectTables gives project tickets the rules of service tickets, as far as
// they have the members. Both kinds share one sequence of ids.
func (s *Server) projectTables() {
	for own, twin := range map[string]string{"projectTickets": "tickets", "projectNotes": "notes", "projectTasks": "tasks"} {
		a, b := s.tables[own], s.tables[twin]
		a.twin, b.twin = b, a
		a.hooks = b.hooks
	}
	s.scoped("ProjectTicket", func(v *version) int64 { return v.ref("board") }, "status", "type", "subType", "item")
	s.scoped("ProjectTicket", func(v *version) int64 { return v.ref("company") }, "site")
	s.derive("ProjectTicket", "closedFlag", func(v *version) any { return !s.cfg.Bugs.ClosedFlagNotDerived && s.closed(v) })
	for _, schema := range []string{"TicketNote", "ServiceTask"} {
		s.derive(schema, "ticketId", func(v *version) any { return v.rec.parent })
	}
}

// tickets returns the table of the tickets that the path names.
func (c *call) tickets() *table {
	if _, project := cutFold(c.path, "project/"); project {
		return c.s.tables["projectTickets"]
	}
	return c.s.tables["tickets"]
}

// ticket returns the ticket that the path names.
func (c *call) ticket(do action) (*version, *problem) { return c.find(c.tickets(), c.ids[0], do) }

// handleTickets registers a handler for service and project tickets.
func (s *Server) handleTickets(method, pattern string, h handler) {
	s.handle(method, "service/tickets/"+pattern, h)
	s.handle(method, "project/tickets/"+pattern, h)
}

// conversionTo is the target of a ticket's conversion.
type conversionTo struct {
	project, phase any // references
	wbsCode        any
	issue          bool
}

// convertTicket serves the conversion of a service ticket.
func (s *Server) convertTicket(c *call) *response {
	v, p := c.find(s.tables["tickets"], c.ids[0], editing)
	if p != nil {
		return p.response()
	}
	n, p := c.parse()
	if p != nil {
		return p.response()
	}
	to, p := s.readConversion(n)
	if p != nil {
		return p.response()
	}
	switch parent, child := v.named("parentTicketId").(int64); {
	case merged(v):
		return declined("A merged ticket cannot be converted.")
	case s.childCount[v.rec.id] > 0, child && parent != 0:
		return declined("A bundled ticket cannot be converted.")
	}
	if p := s.toProject(v, to, c.who); p != nil {
		return p.response()
	}
	return done("Ticket converted.")
}

// readConversion reads the target of a conversion.
func (s *Server) readConversion(n *node) (conversionTo, *problem) {
	const entity = "convertToProject"
	var to conversionTo
	if p := strictMembers(n, "ConvertToProject", "id", "recordType", "project", "phase", "wbsCode"); p != nil {
		return to, p
	}
	for _, r := range []struct {
		name, shape string
		into        *any
	}{{"project", "ProjectReference", &to.project}, {"phase", "ProjectPhaseReference", &to.phase}} {
		if m := n.member(r.name); m != nil && m.kind != nodeNull {
			var p *problem
			if *r.into, p = s.convertRef(s.catalog.refs[r.shape], m); p != nil {
				return to, p
			}
		}
	}
	if m := n.member("wbsCode"); m != nil {
		var p *problem
		if to.wbsCode, p = s.convert(nil, kindString, m); p != nil {
			return to, p
		}
	}
	var wrong []fieldProblem
	if to.phase == nil {
		wrong = append(wrong, required(entity, "phase"))
	}
	if to.wbsCode == nil {
		wrong = append(wrong, required(entity, "wbsCode"))
	}
	if m := n.member("recordType"); m != nil && m.kind != nodeNull {
		switch strings.ToLower(m.text) {
		case "projectticket":
		case "projectissue":
			to.issue = true
		case "serviceticket":
			wrong = append(wrong, fieldProblem{"InvalidField", "A service ticket can only become a project ticket or a project issue.", entity, "recordType"})
		default:
			return to, conversion(m, modelType("RecordType"))
		}
	}
	if wrong != nil {
		return to, invalidObject(entity, wrong...)
	}
	return to, nil
}

// toProject turns a service ticket into a project ticket with the same number.
// It keeps notes, tasks, attachments and time entries, and drops the members
// that project tickets do not have.
func (s *Server) toProject(v *version, to conversionTo, a *actor) *problem {
	d := newDraft(s.tables["projectTickets"].fresh(0), nil)
	d.rec.id = v.rec.id
	carry(v, d.version)
	s.carryCustom(v, d.version)
	d.set("project", to.project)
	d.set("phase", to.phase)
	d.set("wbsCode", to.wbsCode)
	d.set("isIssueFlag", to.issue)
	s.resolve(d)
	s.check(d, false)
	if len(d.problems) > 0 {
		return invalidObject(d.entity(), d.problems...)
	}
	d.updated, d.updatedBy = s.now(), a.name
	for from, into := range map[string]string{"notes": "projectNotes", "tasks": "projectTasks"} {
		for _, r := range slices.Clone(s.tables[from].children(v.rec.id)) {
			if r.cur.gone {
				continue
			}
			n := s.tables[into].fresh(v.rec.id)
			n.rec.id = r.id
			carry(r.cur, n)
			s.tables[from].remove(r)
			s.tables[into].store(n)
		}
	}
	for _, r := range s.tables["timeEntries"].order {
		if !r.cur.gone && s.charged(r.cur) == v {
			e := r.cur.edit()
			e.set("chargeToType", "ProjectTicket")
			r.t.store(e)
		}
	}
	s.countChildren(v, nil)
	s.tables["tickets"].remove(v.rec)
	s.tables["projectTickets"].store(d.version)
	s.converted[v.rec.id] = v
	s.auditEntry("Ticket", v.rec.id, "Record", "Ticket has been converted to a project ticket.", a)
	s.callBack("updated", d.version, a)
	return nil
}

// carry copies the members that both kinds of records have, and the history.
func carry(from, to *version) {
	for _, f := range to.rec.t.schema.fields {
		g := from.rec.t.schema.exact[f.name]
		if g != nil && f.compute == nil && g.compute == nil && f.kind == g.kind {
			to.vals[f.index] = from.vals[g.index]
		}
	}
	to.history = from.history
}

// carryCustom copies the custom fields that both kinds of records have, by
// caption.
func (s *Server) carryCustom(from, to *version) {
	for _, f := range s.custom[from.rec.t.schema.name] {
		for _, g := range s.custom[to.rec.t.schema.name] {
			if strings.EqualFold(f.Caption, g.Caption) && f.Type == g.Type && from.custom[f.ID] != nil {
				if to.custom == nil {
					to.custom = map[int64]any{}
				}
				to.custom[g.ID] = from.custom[f.ID]
			}
		}
	}
}

// withProjectTickets lists service tickets, and project tickets in the form of
// service tickets.
func (s *Server) withProjectTickets(t *table) []*record {
	out := slices.Clone(t.order)
	for _, r := range s.tables["projectTickets"].order {
		p := r.asListed(s.now())
		if p == nil {
			continue
		}
		v := t.fresh(0)
		if was := s.converted[r.id]; was != nil {
			v = was.edit()
		}
		v.rec = &record{t: t, id: r.id, cur: v}
		carry(p, v)
		v.set("recordType", "ProjectTicket")
		if p.flag("isIssueFlag") {
			v.set("recordType", "ProjectIssue")
		}
		out = insertByID(out, v.rec)
	}
	return out
}

// ProjectTicket returns a snapshot of the project ticket with this number.
func (s *Server) ProjectTicket(id int64) (ProjectTicket, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v := s.tables["projectTickets"].get(id)
	if v == nil {
		return ProjectTicket{}, false
	}
	return ProjectTicket{
		ID: id, Summary: v.str("summary"), Project: s.outRef(v, "project"), Phase: s.outRef(v, "phase"), WBSCode: v.str("wbsCode"), Issue: v.flag("isIssueFlag"),
		Board: s.outRef(v, "board"), Status: s.outRef(v, "status"), Company: s.outRef(v, "company"), Owner: s.outRef(v, "owner"),
		Closed: v.flag("closedFlag"), CustomFields: s.captions(v),
	}, true
}

// ConvertTicket turns the service ticket into a ticket of a project's phase. It
// creates a missing project or phase.
func (p *Person) ConvertTicket(id int64, project, phase Ref) error {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	v := p.s.tables["tickets"].get(id)
	if v == nil {
		return fmt.Errorf("connectwisetest: no ticket %d", id)
	}
	owner := p.s.orPlanted("projects", 0, project, func(d *draft) {
		p.s.assignExtra(d, map[string]any{
			"name": project.Name, "company": ByID(v.ref("company")), "board": ByID(v.ref("board")), "status": ByID(1),
			"estimatedStart": p.s.now(), "estimatedEnd": p.s.now().AddDate(0, 1, 0),
		})
	})
	within, _ := owner.(ref)
	part := p.s.orPlanted("phases", within.id, phase, func(d *draft) { d.set("description", phase.Name) })
	if pr := p.s.toProject(v, conversionTo{project: owner, phase: part}, p.actor()); pr != nil {
		return pr
	}
	return nil
}

// orPlanted returns the record that r refers to, and creates it if it is
// missing. It returns nil for a zero Ref.
func (s *Server) orPlanted(table string, parent int64, r Ref, fill func(*draft)) any {
	if r == (Ref{}) {
		return nil
	}
	if in, ok := input(r).(refInput); ok {
		if v := s.tables[table].find(in, parent); v != nil {
			return ref{id: v.rec.id}
		}
	}
	return ref{id: s.plant(table, parent, r.ID, seeder(), fill).rec.id}
}
