package connectwisetest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// respondWithin is the response time of every service level agreement.
const respondWithin = 4 * time.Hour

// boardScoped are the members of a ticket that must belong to its board.
var boardScoped = []string{"status", "type", "subType", "item", "team"}

func (s *Server) ticketTables() {
	t := s.tables["tickets"]
	s.scoped("Ticket", func(v *version) int64 { return v.ref("board") }, boardScoped...)
	s.scoped("Ticket", func(v *version) int64 { return v.ref("company") }, "site")
	s.derive("Ticket", "closedFlag", func(v *version) any { return !s.cfg.Bugs.ClosedFlagNotDerived && s.closed(v) })
	s.derive("Ticket", "hasChildTicket", func(v *version) any { return s.childCount[v.rec.id] > 0 })
	s.derive("Ticket", "escalationStartDateUTC", func(v *version) any { return v.entered })
	s.derive("Ticket", "slaStatus", func(v *version) any {
		if s.closed(v) {
			return "Resolved"
		}
		return "Respond by " + v.entered.Add(respondWithin).Format("Mon 01/02 3:04 PM") + " UTC"
	})
	t.prepare, t.finish, t.saved, t.removed = s.prepareTicket, s.finishTicket, s.savedTicket, s.removedTicket
	t.mine = func(v *version, a *actor) bool {
		return v.enteredBy == a.name || v.ref("owner") == a.member
	}
	// A caller who may see a ticket may see its notes.
	n := s.tables["notes"]
	s.derive("ServiceNote", "ticketId", func(v *version) any { return v.rec.parent })
	n.prepare, n.finish, n.saved = s.prepareNote, s.finishNote, s.savedNote
	s.derive("TicketTask", "ticketId", func(v *version) any { return v.rec.parent })
}

// closed reports whether the ticket's status is a closed one. It must be fast,
// because lists call it for every ticket.
func (s *Server) closed(v *version) bool {
	r, _ := v.vals[v.rec.t.status.index].(ref)
	status := s.statuses.get(r.id)
	if status == nil {
		return false
	}
	shut, _ := status.vals[s.closedStatusAt].(bool)
	return shut
}

// marked returns the default record of a table, or the first active record if
// none is the default.
func (s *Server) marked(table string, parent int64) *version {
	t := s.tables[table]
	list := t.order
	if t.parent != "" {
		list = t.kids[parent]
	}
	var first *version
	for _, r := range list {
		switch {
		case r.cur.gone:
		case r.cur.has("defaultFlag") && r.cur.flag("defaultFlag"), r.cur.has("overallDefaultFlag") && r.cur.flag("overallDefaultFlag"):
			return r.cur
		case first == nil && (!r.cur.has("inactive") || !r.cur.flag("inactive")):
			first = r.cur
		}
	}
	return first
}

func asRef(v *version) any {
	if v == nil {
		return nil
	}
	return ref{id: v.rec.id}
}

// prepareTicket sets the board, on which other references depend.
func (s *Server) prepareTicket(d *draft, a *actor) {
	if d.named("board") != nil {
		return
	}
	member, project := "serviceDefaultBoard", d.rec.t.name == "projectTickets"
	if project {
		member = "projectDefaultBoard"
	}
	if m := s.tables["members"].get(a.member); m != nil && s.tables["boards"].get(m.ref(member)) != nil {
		d.set("board", refInput{id: m.ref(member), hasID: true})
		return
	}
	for _, r := range s.tables["boards"].order {
		if b := r.cur; !b.gone && !b.flag("inactiveFlag") && b.flag("projectFlag") == project {
			d.set("board", ref{id: r.id})
			return
		}
	}
}

func (s *Server) finishTicket(d *draft, a *actor) {
	board := d.ref("board")
	if board == 0 {
		if !d.failed("board") {
			d.fail(required(d.entity(), "board"))
		}
		return
	}
	if d.before != nil && board != d.before.ref("board") {
		s.moveTicket(d, board)
	}
	if d.named("status") == nil && !d.failed("status") {
		// A board without statuses leaves the ticket without one.
		status := s.marked("statuses", board)
		d.set("status", asRef(status))
	}
	if d.before == nil {
		s.ticketDefaults(d, board)
	}
	if d.written["site"] || d.written["company"] || d.before == nil {
		s.ticketSite(d)
	}
	s.ticketContact(d, a)
	s.ticketDays(d)
	if d.before != nil && d.written["estimatedStartDate"] && d.named("predecessorId") != nil {
		d.fail(fieldProblem{"InvalidField", "The estimated start date follows from the predecessor and cannot be changed.", d.entity(), "estimatedStartDate"})
	}
	s.closeTicket(d, a)
	if !d.has("parentTicketId") {
		return
	}
	if id, ok := d.named("parentTicketId").(int64); ok && (id == d.rec.id || s.tables["tickets"].get(id) == nil) {
		d.fail(fieldProblem{"NotFound", "Ticket " + strconv.FormatInt(id, 10) + " not found", d.entity(), "parentTicketId"})
	}
}

// moveTicket resets the members that belonged to the old board and were not set
// in this write.
func (s *Server) moveTicket(d *draft, board int64) {
	for _, name := range boardScoped {
		if !d.has(name) || d.written[name] || d.named(name) == nil {
			continue
		}
		if name == "status" && s.sw().MoveNeedsStatus {
			d.fail(fieldProblem{"NotFound", "Service Status " + strconv.FormatInt(d.ref("status"), 10) + " not found for Service Board " + strconv.FormatInt(board, 10), d.entity(), "status/id"})
			continue
		}
		d.set(name, nil)
	}
	if d.has("team") && d.named("team") == nil {
		s.defaultTeam(d, board)
	}
}

// defaultTeam sets the default team of the ticket's board.
func (s *Server) defaultTeam(d *draft, board int64) {
	if team := s.marked("teams", board); team != nil && team.flag("defaultFlag") && !d.failed("team") {
		d.set("team", asRef(team))
	}
}

// ticketDays removes the time of day from members that hold a date, and ends
// the list of addresses as the real server does.
func (s *Server) ticketDays(d *draft) {
	for _, name := range []string{"requiredDate", "estimatedStartDate"} {
		if !d.has(name) {
			continue
		}
		if t, ok := d.named(name).(time.Time); ok {
			d.set(name, t.Truncate(24*time.Hour))
		}
	}
	if cc := d.str("automaticEmailCc"); cc != "" && d.written["automaticEmailCc"] && !strings.HasSuffix(cc, ";") {
		d.set("automaticEmailCc", cc+";")
	}
}

func (s *Server) ticketDefaults(d *draft, board int64) {
	fill := func(name string, v any) {
		if d.has(name) && d.named(name) == nil && !d.failed(name) {
			d.set(name, v)
		}
	}
	fill("priority", asRef(s.marked("priorities", 0)))
	fill("source", asRef(s.marked("sources", 0)))
	fill("serviceLocation", asRef(s.marked("serviceLocations", 0)))
	for _, name := range []string{"severity", "impact"} {
		table := map[string]string{"severity": "severities", "impact": "impacts"}[name]
		if v := s.marked(table, 0); v != nil {
			fill(name, v.str("name"))
		}
	}
	if d.has("team") && d.named("team") == nil {
		s.defaultTeam(d, board)
	}
	b := s.tables["boards"].get(board)
	fill("location", b.named("location"))
	fill("department", b.named("department"))
	fill("sla", asRef(s.marked("slas", 0)))
	fill("currency", asRef(s.marked("currencies", 0)))
	d.set("mobileGuid", guid("ticket", d.rec.id))
	if d.has("recordType") {
		d.set("recordType", "ServiceTicket")
	}
}

// ticketSite copies the address of the site, or of the company's primary site
// if none was given.
func (s *Server) ticketSite(d *draft) {
	company := d.ref("company")
	if company == 0 {
		return
	}
	if d.before != nil && !d.written["site"] && d.before.ref("company") != company {
		d.set("site", nil)
	}
	if d.named("site") == nil && !d.failed("site") {
		for _, r := range s.tables["sites"].children(company) {
			if !r.cur.gone && (d.named("site") == nil || r.cur.flag("primaryAddressFlag")) {
				d.set("site", ref{id: r.id})
			}
		}
	}
	site := s.tables["sites"].get(d.ref("site"))
	if site == nil {
		return
	}
	for from, to := range map[string]string{"name": "siteName", "addressLine1": "addressLine1", "addressLine2": "addressLine2", "city": "city", "zip": "zip"} {
		if !d.written[to] {
			d.set(to, site.named(from))
		}
	}
	if state := s.outRef(site, "stateReference"); state.Identifier != "" && !d.written["stateIdentifier"] {
		d.set("stateIdentifier", state.Identifier)
	}
}

// ticketContact copies name and addresses of the contact. The contact must
// belong to the ticket's company, so a change of company alone is refused. In
// the user interface it clears the contact instead.
func (s *Server) ticketContact(d *draft, a *actor) {
	contact := s.tables["contacts"].get(d.ref("contact"))
	if contact == nil {
		return
	}
	company := d.ref("company")
	moved := d.written["company"] && (d.before == nil || d.before.ref("company") != company)
	switch foreign := contact.ref("company") != company; {
	case foreign && a.login != nil && (moved || d.written["contact"]):
		d.fail(fieldProblem{"NotFound", fmt.Sprintf("Contact %d not found for company %d", contact.rec.id, company), d.entity(), "contact/id"})
		return
	case foreign && a.login == nil && moved && !d.written["contact"]:
		d.set("contact", nil)
		return
	case !d.written["contact"]:
		return
	}
	set := func(name string, v any) {
		if !d.written[name] && v != "" {
			d.set(name, v)
		}
	}
	set("contactName", rowName(contact))
	for _, r := range s.tables["communications"].children(contact.rec.id) {
		if r.cur.gone || !r.cur.flag("defaultFlag") {
			continue
		}
		switch r.cur.str("communicationType") {
		case "Email":
			set("contactEmailAddress", r.cur.str("value"))
		case "Phone":
			set("contactPhoneNumber", r.cur.str("value"))
		}
	}
}

// closeTicket derives closedDate and closedBy, and checks the permission to
// close.
func (s *Server) closeTicket(d *draft, a *actor) {
	was := d.before != nil && s.closed(d.before)
	is := s.closed(d.version)
	switch {
	case is && !was:
		l := s.level(a, closeServiceTickets, editing)
		if l == None || l == My && d.before != nil && !d.rec.t.mine(d.before, a) {
			d.refused = forbidden()
		}
		if d.named("closedDate") == nil {
			d.set("closedDate", s.now())
		}
		d.set("closedBy", a.name)
		if d.has("dateResolved") {
			d.set("dateResolved", d.named("closedDate"))
		}
	case was && !is:
		for _, name := range []string{"closedDate", "closedBy", "dateResolved"} {
			if d.has(name) {
				d.set(name, nil)
			}
		}
	}
}

func (s *Server) savedTicket(before, after *version, said *draft, a *actor) {
	id := after.rec.id
	s.countChildren(before, after)
	if before == nil {
		for _, first := range []struct{ member, flag string }{
			{"initialDescription", "detailDescriptionFlag"}, {"initialInternalAnalysis", "internalAnalysisFlag"}, {"initialResolution", "resolutionFlag"},
		} {
			if text, _ := said.vals[said.rec.t.schema.exact[first.member].index].(string); text != "" {
				n := newDraft(s.tables[notesOf[after.rec.t.name]].fresh(id), nil)
				n.set("text", text)
				n.set(first.flag, true)
				n.entered, n.enteredBy = after.entered, after.enteredBy
				n.updated, n.updatedBy = after.entered, after.enteredBy
				quiet := *a
				quiet.quiet = true
				_, _ = s.save(n, &quiet, false)
			}
		}
	}
	if a.quiet {
		return
	}
	if a.login == nil {
		return
	}
	if notify, ok := said.vals[said.rec.t.schema.exact["processNotifications"].index].(bool); !ok || notify {
		s.mailTicket(before, after, a)
	}
}

// countChildren records which tickets have children, and discards the cached
// JSON of records that depends on other tickets.
func (s *Server) countChildren(before, after *version) {
	parent := func(v *version) int64 {
		if v == nil || !v.has("parentTicketId") {
			return 0
		}
		id, _ := v.named("parentTicketId").(int64)
		return id
	}
	was, is := parent(before), parent(after)
	if was != is {
		if was != 0 {
			s.childCount[was]--
		}
		if is != 0 {
			s.childCount[is]++
		}
	}
	if was != is || before != nil && before.has("parentTicketId") && (before.flag("hasMergedChildTicketFlag") || s.childCount[before.rec.id] > 0) {
		s.generation.Add(1)
	}
}

func (s *Server) removedTicket(v *version, a *actor) {
	s.countChildren(v, nil)
	delete(s.attached, v.rec.id)
	delete(s.converted, v.rec.id)
	for _, name := range []string{"notes", "tasks", "projectNotes", "projectTasks"} {
		t := s.tables[name]
		for _, r := range append([]*record(nil), t.kids[v.rec.id]...) {
			if !r.cur.gone {
				t.remove(r)
			}
		}
	}
}

func (s *Server) ticketRoutes() {
	t := s.tables["tickets"]
	s.handleTickets(http.MethodPost, "search", s.searchTickets)
	s.handleTickets(http.MethodGet, "#/allNotes", func(c *call) *response { return c.allNotes(c.listAll) })
	s.handleTickets(http.MethodGet, "#/allNotes/count", func(c *call) *response { return c.allNotes(c.count) })
	s.handle(http.MethodPost, "service/tickets/#/merge", func(c *call) *response {
		into, p := c.find(t, c.ids[0], editing)
		if p != nil {
			return p.response()
		}
		n, p := c.parse()
		if p != nil {
			return p.response()
		}
		return c.merge(into, n)
	})
	s.handle(http.MethodPost, "service/tickets/#/attachChildren", s.attachChildren)
	s.handle(http.MethodPost, "service/tickets/#/copy", s.copyTicket)
}
