package connectwisetest

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
)

// happened does what follows a write: audit trail, change logs, callbacks and
// the tenant's workflow rules. It is not called for test data.
func (s *Server) happened(action string, before, after *version, said *draft, a *actor) {
	if a.quiet {
		return
	}
	v := after
	if v == nil {
		v = before
	}
	s.audit(before, after, a)
	if v.rec.t.name == "tickets" {
		s.logChange(action, v)
	}
	skip := false
	if said != nil {
		if f := v.rec.t.schema.exact["skipCallback"]; f != nil {
			skip, _ = said.vals[f.index].(bool)
		}
	}
	if !skip {
		s.callBack(action, v, a)
	}
	if v.rec.t.name == "tickets" && after != nil && a.login != nil {
		s.runRules(action, after.rec)
		if before == nil && s.sw().ExternalXRef == XRefOverwritten {
			s.overwriteXRef(after.rec)
		}
	}
}

// runRules runs the tenant's workflow rules on a ticket.
func (s *Server) runRules(event string, r *record) {
	for _, rule := range s.cfg.Rules {
		before := r.cur
		d := newDraft(before.edit(), before)
		changed := false
		s.applyTicket(d, func(t *Ticket) { changed = rule.Change(event, t) })
		if !changed {
			continue
		}
		if _, p := s.save(d, &actor{name: rule.Name, source: "Workflow"}, false); p != nil {
			panic(fmt.Sprintf("connectwisetest: workflow rule %s: %s %+v", rule.Name, p.message, p.fields))
		}
	}
}

// auditTypes are the record types of the audit trail by table.
var auditTypes = map[string]string{
	"tickets": "Ticket", "projectTickets": "ProjectTicket", "companies": "Company", "contacts": "Contact", "configurations": "Configuration", "timeEntries": "Time",
}

type auditKey struct {
	kind string
	id   int64
}

func (s *Server) audit(before, after *version, a *actor) {
	v := after
	if v == nil {
		v = before
	}
	kind, ok := auditTypes[v.rec.t.name]
	if !ok {
		return
	}
	add := func(sub, text string) { s.auditEntry(kind, v.rec.id, sub, text, a) }
	switch {
	case before == nil:
		add("Record", kind+" has been added.")
	case after == nil:
		add("Record", kind+" has been deleted.")
	default:
		for _, f := range v.rec.t.schema.fields {
			if f.kind == kindInfo || f.kind == kindCustom || f.kind == kindObject || f.compute != nil {
				continue
			}
			was, is := before.vals[f.index], after.vals[f.index]
			if reflect.DeepEqual(was, is) {
				continue
			}
			title := strings.ToUpper(f.name[:1]) + f.name[1:]
			add(title, fmt.Sprintf("%s has been updated from %q to %q.", title, s.shown(f, was), s.shown(f, is)))
		}
	}
}

func (s *Server) auditEntry(kind string, id int64, sub, text string, a *actor) {
	e := s.tables["audit"].fresh(0)
	for name, x := range map[string]any{"text": text, "enteredDate": s.now(), "enteredBy": a.name, "auditType": kind, "auditSubType": sub, "auditSource": a.source} {
		e.set(name, x)
	}
	key := auditKey{kind, id}
	e.rec.id, e.rec.cur = int64(len(s.trail[key])+1), e
	s.trail[key] = append(s.trail[key], e.rec)
}

// shown returns a value as the audit trail shows it.
func (s *Server) shown(f *field, x any) string {
	if r, ok := x.(ref); ok {
		for _, m := range []string{"name", "summary", "deviceIdentifier", "id"} {
			if f.ref.has(m) {
				return textOf(s.refMember(r, f.ref, m))
			}
		}
	}
	return textOf(x)
}

func (s *Server) auditTrail(serve func(*call, source) *response) handler {
	return func(c *call) *response {
		kind := c.param("type")
		if kind == "" {
			return invalidObject("auditTrail", required("auditTrail", "type")).response()
		}
		id, p := c.number("id", 0)
		if p != nil {
			return p.response()
		}
		if device := c.param("deviceIdentifier"); id == 0 && device != "" {
			if v := s.tables["configurations"].find(refInput{identifier: device}, 0); v != nil {
				id = int(v.rec.id)
			}
		}
		for _, known := range auditTypes {
			if strings.EqualFold(known, kind) {
				kind = known
			}
		}
		return serve(c, source{t: s.tables["audit"], records: s.trail[auditKey{kind, int64(id)}], noPages: true})
	}
}

// logChange appends to the tenant's list of ticket changes.
func (s *Server) logChange(action string, v *version) {
	t := s.tables["changeLogs"]
	e := t.fresh(0)
	id := func(name string) any {
		if n := v.ref(name); n != 0 {
			return n
		}
		return nil
	}
	name := func(of string) any {
		if x := s.outRef(v, of).Name; x != "" {
			return x
		}
		return nil
	}
	for member, x := range map[string]any{
		"action": action, "partnerId": partnerID, "productInstanceId": productID, "boardId": id("board"), "boardName": name("board"),
		"companyIdentifier": id("company"), "companyName": name("company"), "contactId": id("contact"), "contactName": name("contact"),
		"impact": v.named("impact"), "severity": v.named("severity"), "ownerIdentifier": id("owner"), "priorityId": id("priority"), "priorityName": name("priority"),
		"slaName": name("sla"), "status": name("status"), "summary": v.named("summary"), "teamName": name("team"), "ticketNumber": v.rec.id,
		"recordType": v.named("recordType"), "ticketOwner": name("owner"), "closedFlag": v.named("closedFlag"), "customerUpdatedFlag": v.named("customerUpdatedFlag"),
		"parentTicketId": v.named("parentTicketId"), "mergedParentTicketId": id("mergedParentTicket"),
	} {
		e.set(member, x)
	}
	if p := s.tables["priorities"].get(v.ref("priority")); p != nil {
		e.set("priorityLevel", p.named("level"))
		e.set("prioritySort", p.named("sortOrder"))
	}
	e.updated, e.updatedBy = v.updated, v.updatedBy
	t.next++
	e.rec.cur = e
	t.rows[e.rec.id] = e.rec
	t.order = append(t.order, e.rec)
}

func (s *Server) eventRoutes() {
	s.handle(http.MethodGet, "system/audittrail", s.auditTrail(func(c *call, src source) *response { return c.list(src, c.listing()) }))
	s.handle(http.MethodGet, "system/audittrail/count", s.auditTrail(func(c *call, src source) *response { return c.count(src) }))
	logs := s.tables["changeLogs"]
	logs.guard = serviceTickets
	s.handle(http.MethodGet, "service/tickets/changelogs", func(c *call) *response { return c.collection(logs, c.listAll) })
	s.handle(http.MethodDelete, "service/tickets/changelogs", func(c *call) *response {
		if c.s.level(c.who, serviceTickets, deleting) != All {
			return forbidden().response()
		}
		clear(logs.rows)
		logs.order = nil
		return &response{status: http.StatusNoContent, header: http.Header{}}
	})
}
