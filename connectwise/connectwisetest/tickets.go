package connectwisetest

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// boardScoped are the members of a ticket that must belong to its board.
var boardScoped = []string{"status", "type", "subType", "item", "team"}

func (s *Server) ticketTables() {
	t := s.tables["tickets"]
	board := func(v *version) int64 { return v.ref("board") }
	s.scoped("Ticket", board, boardScoped...)
	s.scoped("Ticket", func(v *version) int64 { return v.ref("company") }, "site")
	s.derive("Ticket", "closedFlag", func(v *version) any { return !s.cfg.Bugs.ClosedFlagNotDerived && s.closed(v) })
	s.derive("Ticket", "hasChildTicket", func(v *version) any { return s.childCount[v.rec.id] > 0 })
	t.prepare, t.finish, t.saved, t.removed = s.prepareTicket, s.finishTicket, s.savedTicket, s.removedTicket
	t.mine = func(v *version, a *actor) bool {
		return v.enteredBy == a.name || v.ref("owner") == a.member
	}
	// Notes belong to their ticket: who may see that may see them.
	n := s.tables["notes"]
	s.derive("ServiceNote", "ticketId", func(v *version) any { return v.rec.parent })
	n.prepare, n.finish, n.saved = s.prepareNote, s.finishNote, s.savedNote
	s.derive("TicketTask", "ticketId", func(v *version) any { return v.rec.parent })
}

// closed reports whether the ticket's status is one its board calls closed.
func (s *Server) closed(v *version) bool {
	status := s.tables["statuses"].get(v.ref("status"))
	return status != nil && status.flag("closedStatus")
}

// row is the marked record of a table, the first one when none is marked.
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
		case r.cur.flag("defaultFlag"):
			return r.cur
		case first == nil:
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

// prepareTicket fills in the board, which the other references depend on.
func (s *Server) prepareTicket(d *draft, a *actor) {
	if d.named("board") != nil {
		return
	}
	if m := s.tables["members"].get(a.member); m != nil && m.ref("serviceDefaultBoard") != 0 {
		d.set("board", ref{id: m.ref("serviceDefaultBoard")})
	} else if boards := s.tables["boards"].order; len(boards) > 0 {
		d.set("board", ref{id: boards[0].id})
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
	if d.written["contact"] {
		s.ticketContact(d)
	}
	s.closeTicket(d, a)
	if id, ok := d.named("parentTicketId").(int64); ok && (id == d.rec.id || s.tables["tickets"].get(id) == nil) {
		d.fail(fieldProblem{"NotFound", "Ticket " + strconv.FormatInt(id, 10) + " not found", d.entity(), "parentTicketId"})
	}
}

// moveTicket settles what belonged to the old board and was not given anew.
func (s *Server) moveTicket(d *draft, board int64) {
	for _, name := range boardScoped {
		if d.written[name] || d.named(name) == nil {
			continue
		}
		if name == "status" && s.cfg.Switches.MoveNeedsStatus {
			d.fail(fieldProblem{"NotFound", "Service Status " + strconv.FormatInt(d.ref("status"), 10) + " not found for Service Board " + strconv.FormatInt(board, 10), d.entity(), "status/id"})
			continue
		}
		d.set(name, nil)
	}
}

func (s *Server) ticketDefaults(d *draft, board int64) {
	fill := func(name string, v any) {
		if d.named(name) == nil && !d.failed(name) {
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
	if team := s.marked("teams", board); team != nil && team.flag("defaultFlag") {
		fill("team", asRef(team))
	}
	b := s.tables["boards"].get(board)
	fill("location", b.named("location"))
	fill("department", b.named("department"))
	fill("sla", ref{id: 1, name: "Standard"})
	d.set("mobileGuid", guid("ticket", d.rec.id))
	d.set("recordType", "ServiceTicket")
}

// ticketSite copies the address of the site, the company's primary one when
// none was given.
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
	if state, ok := site.named("stateReference").(ref); ok && !d.written["stateIdentifier"] {
		d.set("stateIdentifier", state.identifier)
	}
}

func (s *Server) ticketContact(d *draft) {
	contact := s.tables["contacts"].get(d.ref("contact"))
	if contact == nil {
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

// closeTicket derives closedDate and closedBy, and asks for the right to close.
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
		d.set("dateResolved", d.named("closedDate"))
	case was && !is:
		for _, name := range []string{"closedDate", "closedBy", "dateResolved"} {
			d.set(name, nil)
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
				n := newDraft(s.tables["notes"].fresh(id), nil)
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

// countChildren keeps who has children, and has records drawn again whose
// text depends on other tickets.
func (s *Server) countChildren(before, after *version) {
	parent := func(v *version) int64 {
		if v == nil {
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
	if was != is || before != nil && (before.flag("hasMergedChildTicketFlag") || s.childCount[before.rec.id] > 0) {
		s.generation.Add(1)
	}
}

func (s *Server) removedTicket(v *version, a *actor) {
	s.countChildren(v, nil)
	delete(s.attached, v.rec.id)
	for _, name := range []string{"notes", "tasks"} {
		t := s.tables[name]
		for _, r := range append([]*record(nil), t.kids[v.rec.id]...) {
			if !r.cur.gone {
				t.remove(r)
			}
		}
	}
}

// mailTicket records the mails of a ticket write that asked for notifications
// or did not refuse them.
func (s *Server) mailTicket(before, after *version, a *actor) {
	cause := "ticket added"
	if before != nil {
		cause = "ticket updated"
	}
	m := Mail{Time: s.now(), Ticket: after.rec.id, Cause: cause, By: a.name}
	send := func(to string) {
		m.To = to
		s.mails = append(s.mails, m)
	}
	// Boards watch their tickets through notifications of their own.
	send("board")
	if after.flag("automaticEmailContactFlag") && after.named("contactEmailAddress") != nil {
		send("contact")
	}
	if after.flag("automaticEmailResourceFlag") {
		send("resources")
	}
	if after.flag("automaticEmailCcFlag") && after.named("automaticEmailCc") != nil {
		send("cc")
	}
	status := after.ref("status")
	if before == nil || before.ref("status") != status {
		for _, r := range s.tables["statusNotifications"].children(status) {
			if !r.cur.gone {
				m.Cause = "status " + s.tables["statuses"].get(status).str("name")
				send(strings.ToLower(s.outRef(r.cur, "notifyWho").Name))
			}
		}
	}
}

func (s *Server) prepareNote(d *draft, a *actor) {
	if d.before == nil && d.named("member") == nil && d.named("contact") == nil && a.member != 0 {
		d.set("member", ref{id: a.member})
	}
}

func (s *Server) finishNote(d *draft, a *actor) {
	if !d.flag("detailDescriptionFlag") && !d.flag("internalAnalysisFlag") && !d.flag("resolutionFlag") {
		d.fail(fieldProblem{"InvalidField", "Please choose where to display the notes in order to save this record.", d.entity(), "detailDescriptionFlag"})
	}
	if d.named("text") == nil {
		d.fail(required(d.entity(), "text"))
	}
	if d.before == nil {
		when, by := s.now(), a.name
		if !d.entered.IsZero() {
			when, by = d.entered, d.enteredBy
		}
		d.set("dateCreated", when)
		d.set("createdBy", by)
	}
}

func (s *Server) savedNote(_, after *version, said *draft, a *actor) {
	notify, _ := said.vals[said.rec.t.schema.exact["processNotifications"].index].(bool)
	ticket := s.tables["tickets"].get(after.rec.parent)
	if a.login == nil || !notify || ticket == nil {
		return
	}
	m := Mail{Time: s.now(), Ticket: ticket.rec.id, Cause: "note", By: a.name}
	internal := !after.flag("detailDescriptionFlag") && !after.flag("resolutionFlag")
	for _, to := range []struct {
		flag, name string
		skip       bool
	}{
		{"automaticEmailContactFlag", "contact", internal || ticket.named("contactEmailAddress") == nil},
		{"automaticEmailResourceFlag", "resources", false},
		{"automaticEmailCcFlag", "cc", internal || ticket.named("automaticEmailCc") == nil},
	} {
		if ticket.flag(to.flag) && !to.skip {
			m.To = to.name
			s.mails = append(s.mails, m)
		}
	}
}

func (s *Server) ticketRoutes() {
	t := s.tables["tickets"]
	s.handle(http.MethodPost, "service/tickets/search", s.searchTickets)
	s.handle(http.MethodGet, "service/tickets/#/allNotes", func(c *call) *response {
		return c.allNotes(func(src source) *response { return c.list(src, c.listing()) })
	})
	s.handle(http.MethodGet, "service/tickets/#/allNotes/count", func(c *call) *response { return c.allNotes(c.count) })
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

// searchTickets serves conditions too long for a URL from the body.
func (s *Server) searchTickets(c *call) *response {
	n, p := c.parse()
	if p != nil {
		return p.response()
	}
	if n.kind != nodeObject {
		return conversion(n, modelType("FilterValues")).response()
	}
	l := c.listing()
	for i, key := range n.keys {
		e := n.items[i]
		if e.kind != nodeString && e.kind != nodeNull {
			return conversion(e, "System.String").response()
		}
		switch strings.ToLower(key) {
		case "conditions":
			l.conditions = e.text
		case "orderby":
			l.orderBy = e.text
		case "childconditions":
			l.childConditions = e.text
		case "customfieldconditions":
			l.customFieldConditions = e.text
		default:
			return unknownMember(key, "FilterValues", e.path, n.keyEnds[i][0], n.keyEnds[i][1]).response()
		}
	}
	return c.collection(s.tables["tickets"], func(src source) *response {
		src.noPages = true
		return c.list(src, l)
	})
}

// allNotes serves the notes of a ticket, of its children and of the tickets
// merged into it, and the notes of time entries, as one discussion.
func (c *call) allNotes(serve func(source) *response) *response {
	s := c.s
	if _, p := c.find(s.tables["tickets"], c.ids[0], inquiring); p != nil {
		return p.response()
	}
	t := s.tables["allNotes"]
	src := source{t: t}
	add := func(owner int64, n *version, kind string, bundled, merged bool) {
		v := t.fresh(c.ids[0])
		v.history = n.history
		v.set("id", n.rec.id)
		v.set("noteType", kind)
		v.set("ticket", ref{id: owner})
		for _, name := range []string{"detailDescriptionFlag", "internalAnalysisFlag", "resolutionFlag"} {
			from := name
			if kind == "TimeEntryNote" {
				from = "addTo" + strings.ToUpper(name[:1]) + name[1:]
			}
			v.set(name, n.flag(from))
		}
		if kind == "TimeEntryNote" {
			v.set("text", n.named("notes"))
			v.set("timeStart", n.named("timeStart"))
			v.set("timeEnd", n.named("timeEnd"))
		} else {
			v.set("text", n.named("text"))
			v.set("issueFlag", n.flag("issueFlag"))
			v.set("contact", n.named("contact"))
		}
		v.set("member", n.named("member"))
		v.set("originalAuthor", n.enteredBy)
		v.set("bundledFlag", bundled)
		v.set("mergedFlag", merged)
		v.rec.id = n.rec.id
		v.rec.cur = v
		src.records = append(src.records, v.rec)
	}
	notesOf := func(ticket int64, bundled, merged bool) {
		for _, r := range s.tables["notes"].children(ticket) {
			if n := r.asListed(s.now()); n != nil {
				add(ticket, n, "TicketNote", bundled, merged)
			}
		}
	}
	notesOf(c.ids[0], false, false)
	for _, r := range s.tables["tickets"].order {
		if r.cur.gone || r.id == c.ids[0] {
			continue
		}
		if id, _ := r.cur.named("parentTicketId").(int64); id == c.ids[0] {
			notesOf(r.id, true, false)
		} else if r.cur.ref("mergedParentTicket") == c.ids[0] {
			notesOf(r.id, false, true)
		}
	}
	for _, r := range s.tables["timeEntries"].order {
		if e := r.asListed(s.now()); e != nil && e.named("notes") != nil && e.str("chargeToType") == "ServiceTicket" && e.named("chargeToId") == c.ids[0] {
			add(c.ids[0], e, "TimeEntryNote", false, false)
		}
	}
	return serve(src)
}

func success(message string) *response {
	b := append([]byte(`{"success":true,"message":`), appendString(nil, message)...)
	return jsonResponse(http.StatusOK, append(b, '}'))
}

// idList reads a list of ticket ids from a body.
func (c *call) idList(n *node, typ, member string) ([]int64, *problem) {
	list := n.member(member)
	if list == nil || list.kind != nodeArray || len(list.items) == 0 {
		return nil, invalidObject(typ, required(typ, member))
	}
	var ids []int64
	for _, e := range list.items {
		x, p := c.s.convert(nil, kindInt, e)
		if p != nil {
			return nil, p
		}
		id, _ := x.(int64)
		if c.s.tables["tickets"].get(id) == nil {
			return nil, invalidObject(typ, fieldProblem{"NotFound", "Ticket " + e.text + " not found", typ, member})
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func strictMembers(n *node, typ string, allowed ...string) *problem {
	if n.kind != nodeObject {
		return conversion(n, modelType(typ))
	}
	for i, key := range n.keys {
		known := false
		for _, a := range allowed {
			known = known || a == key
		}
		if !known {
			return unknownMember(key, typ, n.items[i].path, n.keyEnds[i][0], n.keyEnds[i][1])
		}
	}
	return nil
}

func (c *call) merge(into *version, n *node) *response {
	if p := strictMembers(n, "TicketMerge", "mergeTicketIds", "status"); p != nil {
		return p.response()
	}
	ids, p := c.idList(n, "ticketMerge", "mergeTicketIds")
	if p != nil {
		return p.response()
	}
	status := n.member("status")
	if status == nil || status.kind == nodeNull {
		return invalidObject("ticketMerge", required("ticketMerge", "status")).response()
	}
	in, p := c.s.convertRef(c.s.catalog.refs["ServiceStatusReference"], status)
	if p != nil {
		return p.response()
	}
	var drafts []*draft
	for _, id := range ids {
		if _, p := c.find(c.s.tables["tickets"], id, editing); p != nil {
			return p.response()
		}
		if id == into.rec.id {
			return invalidObject("ticketMerge", fieldProblem{"InvalidField", "A ticket cannot be merged into itself.", "ticketMerge", "mergeTicketIds"}).response()
		}
		d, p := c.s.mergeDraft(into.rec.id, id, in)
		if p != nil {
			return p.response()
		}
		drafts = append(drafts, d)
	}
	if p := c.s.mergeAll(into.rec.id, drafts, c.who); p != nil {
		return p.response()
	}
	return success("Tickets merged.")
}

// mergeDraft is the ticket as it will be when merged; looked up ahead, so that
// a merge changes all tickets or none.
func (s *Server) mergeDraft(into, id int64, status any) (*draft, *problem) {
	before := s.tables["tickets"].get(id)
	d := newDraft(before.edit(), before)
	d.set("status", status)
	d.written["status"] = true
	s.resolve(d)
	if len(d.problems) > 0 {
		return nil, invalidObject(d.entity(), d.problems...)
	}
	d.set("mergedParentTicket", ref{id: into})
	return d, nil
}

func (s *Server) mergeAll(into int64, drafts []*draft, a *actor) *problem {
	for _, d := range drafts {
		if _, p := s.save(d, a, false); p != nil {
			return p
		}
	}
	parent := s.tables["tickets"].get(into)
	d := newDraft(parent.edit(), parent)
	d.set("hasMergedChildTicketFlag", true)
	_, p := s.save(d, a, false)
	s.generation.Add(1)
	return p
}

func (s *Server) attachChildren(c *call) *response {
	parent, p := c.find(s.tables["tickets"], c.ids[0], editing)
	if p != nil {
		return p.response()
	}
	n, p := c.parse()
	if p != nil {
		return p.response()
	}
	if p := strictMembers(n, "TicketBundle", "childTicketIds"); p != nil {
		return p.response()
	}
	ids, p := c.idList(n, "ticketBundle", "childTicketIds")
	if p != nil {
		return p.response()
	}
	for _, id := range ids {
		child, p := c.find(s.tables["tickets"], id, editing)
		if p != nil {
			return p.response()
		}
		d := newDraft(child.edit(), child)
		d.set("parentTicketId", parent.rec.id)
		if _, p := s.save(d, c.who, false); p != nil {
			return p.response()
		}
	}
	return success("Tickets bundled.")
}

func (s *Server) copyTicket(c *call) *response {
	v, p := c.find(s.tables["tickets"], c.ids[0], inquiring)
	if p != nil {
		return p.response()
	}
	if s.level(c.who, serviceTickets, adding) == None {
		return forbidden().response()
	}
	made, p := s.duplicate(v, c.who)
	if p != nil {
		return p.response()
	}
	return c.show(http.StatusOK, made)
}

// duplicate makes a new open ticket with the members of another.
func (s *Server) duplicate(v *version, a *actor) (*version, *problem) {
	t := s.tables["tickets"]
	made := t.fresh(0)
	d := newDraft(made, nil)
	for i, f := range t.schema.fields {
		if !f.readOnly {
			d.vals[i] = v.vals[i]
		}
	}
	d.custom = v.edit().custom
	if s.closed(v) {
		d.set("status", nil)
	}
	d.entered = time.Time{}
	return s.save(d, a, false)
}
