package connectwisetest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// done and declined are the two answers of an action. Both have status 200.
func done(message string) *response     { return outcome(true, message) }
func declined(message string) *response { return outcome(false, message) }

func outcome(success bool, message string) *response {
	b := strconv.AppendBool([]byte(`{"success":`), success)
	b = appendString(append(b, `,"message":`...), message)
	return jsonResponse(http.StatusOK, append(b, '}'))
}

// merged reports whether a ticket was merged into another one.
func merged(v *version) bool { return v.named("mergedParentTicket") != nil }

// bundleFault returns why a ticket cannot become the child of another, "" if it
// can.
func (s *Server) bundleFault(child, parent *version) string {
	id := strconv.FormatInt(child.rec.id, 10)
	of, _ := child.named("parentTicketId").(int64)
	_, below := parent.named("parentTicketId").(int64)
	switch {
	case child.rec.id == parent.rec.id:
		return "A ticket cannot be bundled with itself."
	case merged(child) || merged(parent):
		return "A merged ticket cannot be bundled."
	case below:
		return "Ticket " + strconv.FormatInt(parent.rec.id, 10) + " is a child and cannot have children."
	case s.childCount[child.rec.id] > 0:
		return "Ticket " + id + " has children and cannot become a child."
	case of != 0 && of != parent.rec.id:
		return "Ticket " + id + " is already a child of ticket " + strconv.FormatInt(of, 10) + "."
	}
	return ""
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
		if !slices.ContainsFunc(allowed, func(a string) bool { return strings.EqualFold(a, key) }) {
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
	if merged(into) {
		return declined("Ticket " + strconv.FormatInt(into.rec.id, 10) + " is merged itself.")
	}
	var drafts []*draft
	for _, id := range ids {
		v, p := c.find(c.s.tables["tickets"], id, editing)
		if p != nil {
			return p.response()
		}
		if id == into.rec.id {
			return invalidObject("ticketMerge", fieldProblem{"InvalidField", "A ticket cannot be merged into itself.", "ticketMerge", "mergeTicketIds"}).response()
		}
		if merged(v) {
			return declined("Ticket " + strconv.FormatInt(id, 10) + " is already merged.")
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
	return done("Tickets merged.")
}

// mergeDraft returns the draft of a merged ticket. All drafts are made before
// the first write, so that a merge changes all tickets or none.
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
	var children []*version
	for _, id := range ids {
		child, p := c.find(s.tables["tickets"], id, editing)
		if p != nil {
			return p.response()
		}
		if why := s.bundleFault(child, parent); why != "" {
			return declined(why)
		}
		children = append(children, child)
	}
	for _, child := range children {
		d := newDraft(child.edit(), child)
		d.set("parentTicketId", parent.rec.id)
		if _, p := s.save(d, c.who, false); p != nil {
			return p.response()
		}
	}
	return done("Tickets bundled.")
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

// duplicate creates a new open ticket with the members of another.
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
