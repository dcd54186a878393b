package connectwisetest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// serviceSchedule is the schedule type of service tickets.
const serviceSchedule = 4

// scheduleTables sets the rules for schedule entries, which assign members to
// tickets: a ticket's resources are the members of its entries.
func (s *Server) scheduleTables() {
	t := s.tables["scheduleEntries"]
	t.finish, t.saved = s.finishSchedule, s.savedSchedule
	t.mine = func(v *version, a *actor) bool { return v.ref("member") == a.member }
	t.removed = func(v *version, _ *actor) {
		id, _ := v.named("objectId").(int64)
		s.scheduled[id] = slices.DeleteFunc(s.scheduled[id], func(entry int64) bool { return entry == v.rec.id })
	}
	s.derive("Ticket", "resources", func(v *version) any {
		var names []string
		for _, id := range s.scheduled[v.rec.id] {
			if m := s.tables["members"].get(t.get(id).ref("member")); m != nil && !slices.Contains(names, m.str("identifier")) {
				names = append(names, m.str("identifier"))
			}
		}
		if names == nil {
			return nil
		}
		return strings.Join(names, ", ")
	})
}

func (s *Server) finishSchedule(d *draft, a *actor) {
	if d.named("member") == nil && !d.failed("member") {
		d.set("member", asRef(s.tables["members"].get(a.member)))
	}
	if d.named("status") == nil && !d.failed("status") {
		d.set("status", asRef(s.marked("scheduleStatuses", 0)))
	}
	id, _ := d.named("objectId").(int64)
	if d.ref("type") != serviceSchedule {
		return
	}
	ticket := s.tables["tickets"].get(id)
	switch {
	case id == 0:
		d.fail(required(d.entity(), "objectId"))
	case ticket == nil:
		d.fail(fieldProblem{"NotFound", "Service Ticket " + strconv.FormatInt(id, 10) + " not found", d.entity(), "objectId"})
	case d.named("name") == nil:
		d.set("name", ticket.named("summary"))
	}
}

func (s *Server) savedSchedule(before, after *version, _ *draft, a *actor) {
	if before != nil {
		after.rec.t.removed(before, a)
	}
	if id, _ := after.named("objectId").(int64); after.ref("type") == serviceSchedule {
		s.scheduled[id] = append(s.scheduled[id], after.rec.id)
	}
}

func (s *Server) scheduleRoutes() {
	t := s.tables["scheduleEntries"]
	of := func(c *call, serve func(source) *response) *response {
		ticket, p := c.ticket(inquiring)
		if p != nil {
			return p.response()
		}
		src := source{t: t}
		for _, id := range s.scheduled[ticket.rec.id] {
			src.records = append(src.records, t.rows[id])
		}
		return serve(src)
	}
	s.handleTickets(http.MethodGet, "#/scheduleentries", func(c *call) *response {
		return of(c, func(src source) *response { return c.references(src, "ScheduleEntryReference") })
	})
	s.handleTickets(http.MethodGet, "#/scheduleentries/count", func(c *call) *response { return of(c, c.count) })
}
