package connectwisetest

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

func (s *Server) timeTables() {
	t := s.tables["timeEntries"]
	for _, schema := range []string{"Ticket", "ProjectTicket"} {
		s.derive(schema, "actualHours", func(v *version) any {
			if h := s.hours[v.rec.id]; h != 0 {
				return h
			}
			return nil
		})
	}
	s.derive("TimeEntry", "enteredBy", func(v *version) any { return v.enteredBy })
	s.derive("TimeEntry", "dateEntered", func(v *version) any { return v.entered })
	s.derive("TimeEntry", "ticket", func(v *version) any {
		if id := chargedTicket(v); id != 0 {
			return ref{id: id}
		}
		return nil
	})
	of := func(name string) func(*version) any {
		return func(v *version) any {
			if ticket := s.charged(v); ticket != nil {
				if x := s.outRef(ticket, name).Name; x != "" {
					return x
				}
			}
			return nil
		}
	}
	for member, name := range map[string]string{"ticketBoard": "board", "ticketStatus": "status", "ticketType": "type", "ticketSubType": "subType"} {
		s.derive("TimeEntry", member, of(name))
	}
	t.finish, t.saved = s.finishTime, s.savedTime
	t.mine = func(v *version, a *actor) bool { return v.ref("member") == a.member }
	t.removing = func(v *version, _ *actor) *problem {
		if v.str("status") == "Billed" {
			return badRequest("InvalidObject", "Time Entry %d is billed and cannot be deleted.", v.rec.id)
		}
		return nil
	}
	t.removed = func(v *version, _ *actor) { s.bookHours(v, nil) }
}

// chargedTicket returns the id of the ticket that a time entry is charged to, 0
// for none. Service and project tickets share one sequence of ids.
func chargedTicket(v *version) int64 {
	switch v.str("chargeToType") {
	case "ServiceTicket", "ProjectTicket":
		id, _ := v.named("chargeToId").(int64)
		return id
	}
	return 0
}

func (s *Server) charged(v *version) *version {
	if v.str("chargeToType") == "ProjectTicket" {
		return s.tables["projectTickets"].get(chargedTicket(v))
	}
	return s.tables["tickets"].get(chargedTicket(v))
}

func (s *Server) finishTime(d *draft, a *actor) {
	if d.before != nil && d.before.str("status") == "Billed" {
		d.refused = badRequest("InvalidObject", "Time Entry %d is billed and cannot be changed.", d.rec.id)
		return
	}
	if d.named("member") == nil && a.member != 0 {
		d.set("member", ref{id: a.member})
	}
	if d.named("chargeToType") == nil && d.named("chargeToId") == nil {
		d.set("chargeToType", "Company")
	}
	if id := chargedTicket(d.version); id != 0 {
		ticket := s.charged(d.version)
		if ticket == nil {
			d.fail(fieldProblem{"NotFound", "Ticket " + strconv.FormatInt(id, 10) + " not found", d.entity(), "chargeToId"})
			return
		}
		d.set("company", ticket.named("company"))
		if status := s.tables["statuses"].get(ticket.ref("status")); d.before == nil && status != nil && status.flag("timeEntryNotAllowed") {
			d.fail(fieldProblem{"InvalidField", "Time entry is not allowed for the status of the ticket.", d.entity(), "chargeToId"})
		}
	}
	start, _ := d.named("timeStart").(time.Time)
	end, ended := d.named("timeEnd").(time.Time)
	switch {
	case ended && end.Before(start):
		d.fail(fieldProblem{"InvalidField", "The end time must be after the start time.", d.entity(), "timeEnd"})
	case ended && (!d.written["actualHours"] || d.named("actualHours") == nil):
		deduct, _ := d.named("hoursDeduct").(float64)
		d.set("actualHours", math.Round((end.Sub(start).Hours()-deduct)*100)/100)
	case !ended && d.named("actualHours") == nil:
		d.fail(required(d.entity(), "timeEnd"))
	}
	s.timeDefaults(d, start)
}

// timeDefaults sets the defaults of a time entry from the ticket's board and
// the member: work type and role, location and department, the time sheet of
// the week and the hours to bill.
func (s *Server) timeDefaults(d *draft, start time.Time) {
	var from []*version
	if ticket := s.charged(d.version); ticket != nil {
		from = append(from, s.tables["boards"].get(ticket.ref("board")))
	}
	from = append(from, s.tables["members"].get(d.ref("member")))
	for name, of := range map[string][]string{
		"workType": {"workType"}, "workRole": {"workRole"}, "location": {"location", "defaultLocation"}, "department": {"department", "defaultDepartment"},
	} {
		for _, v := range from {
			for _, member := range of {
				if v != nil && v.has(member) && d.named(name) == nil && !d.failed(name) {
					d.set(name, v.named(member))
				}
			}
		}
		if tables := map[string]string{"workType": "workTypes", "workRole": "workRoles"}; d.named(name) == nil && !d.failed(name) && tables[name] != "" {
			d.set(name, asRef(s.marked(tables[name], 0)))
		}
	}
	d.set("hoursBilled", d.named("actualHours"))
	d.set("timeSheet", s.sheet(d.ref("member"), start))
	if d.named("status") == nil {
		d.set("status", "Open")
	}
	if d.before == nil {
		d.set("mobileGuid", guid("time", d.rec.id))
	}
}

// sheet returns the member's time sheet of the week, which begins on a
// Saturday. It creates a missing one.
func (s *Server) sheet(member int64, day time.Time) any {
	first := day.UTC().Truncate(24 * time.Hour)
	first = first.AddDate(0, 0, -(int(first.Weekday())+1)%7)
	for _, r := range s.tables["timeSheets"].order {
		if from, _ := r.cur.named("dateStart").(time.Time); r.cur.ref("member") == member && from.Equal(first) {
			return ref{id: r.id}
		}
	}
	return asRef(s.plant("timeSheets", 0, 0, seeder(), func(d *draft) {
		d.set("member", ref{id: member})
		d.set("year", int64(first.Year()))
		d.set("period", int64(first.YearDay()/7+1))
		d.set("dateStart", first)
		d.set("dateEnd", first.AddDate(0, 0, 6))
		d.set("status", "Open")
	}))
}

func (s *Server) savedTime(before, after *version, said *draft, a *actor) {
	s.bookHours(before, after)
	ticket := s.charged(after)
	if a.login == nil || ticket == nil {
		return
	}
	m := Mail{Time: s.now(), Ticket: ticket.rec.id, Cause: "time entry", By: a.name}
	for _, to := range []struct{ flag, name string }{{"emailContactFlag", "contact"}, {"emailResourceFlag", "resources"}, {"emailCcFlag", "cc"}} {
		if on, _ := said.vals[said.rec.t.schema.exact[to.flag].index].(bool); on {
			m.To = to.name
			s.mails = append(s.mails, m)
		}
	}
}

// bookHours updates the hours worked on tickets.
func (s *Server) bookHours(before, after *version) {
	for i, v := range []*version{before, after} {
		if v == nil {
			continue
		}
		h, _ := v.named("actualHours").(float64)
		s.hours[chargedTicket(v)] += h * float64(2*i-1)
	}
}

func (s *Server) timeRoutes() {
	t := s.tables["timeEntries"]
	s.handleTickets(http.MethodGet, "#/timeentries", func(c *call) *response {
		return c.charged(func(src source) *response { return c.references(src, "TimeEntryReference") })
	})
	s.handleTickets(http.MethodGet, "#/timeentries/count", func(c *call) *response { return c.charged(c.count) })
	s.handle(http.MethodGet, "time/entries/#/audits", func(c *call) *response {
		v, p := c.find(t, c.ids[0], inquiring)
		if p != nil {
			return p.response()
		}
		return c.list(source{t: s.tables["audit"], records: s.trail[auditKey{"Time", v.rec.id}], noPages: true}, c.listing())
	})
}

// charged serves the time entries of a ticket.
func (c *call) charged(serve func(source) *response) *response {
	ticket, p := c.ticket(inquiring)
	if p != nil {
		return p.response()
	}
	t := c.s.tables["timeEntries"]
	return serve(source{t: t, records: t.order, keep: func(v *version) bool { return chargedTicket(v) == ticket.rec.id }})
}
