package connectwisetest

import (
	"net/http"
	"strings"
)

func (s *Server) prepareNote(d *draft, a *actor) {
	if d.before == nil && d.named("member") == nil && d.named("contact") == nil && a.member != 0 {
		d.set("member", ref{id: a.member})
	}
}

func (s *Server) finishNote(d *draft, a *actor) {
	if !d.flag("detailDescriptionFlag") && !d.flag("internalAnalysisFlag") && !d.flag("resolutionFlag") {
		d.fail(fieldProblem{"InvalidField", "Please choose where to display the notes in order to save this record.", "ServiceNote", "detailDescriptionFlag, internalAnalysisFlag, resolutionFlag"})
	}
	if d.named("text") == nil {
		d.fail(required(d.entity(), "text"))
	}
	if d.before == nil {
		when, by := s.now(), a.name
		if !d.entered.IsZero() {
			when, by = d.entered, d.enteredBy
		}
		if d.has("dateCreated") {
			d.set("dateCreated", when)
			d.set("createdBy", by)
		}
	}
}

func (s *Server) savedNote(_, after *version, said *draft, a *actor) {
	notify, _ := said.vals[said.rec.t.schema.exact["processNotifications"].index].(bool)
	ticket := s.tables[after.rec.t.parent].get(after.rec.parent)
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
		{"automaticEmailCcFlag", "cc", internal || ticket.str("automaticEmailCc") == ""},
	} {
		if ticket.flag(to.flag) && !to.skip {
			m.To = to.name
			s.mails = append(s.mails, m)
		}
	}
}

// allNotes serves the notes of a ticket, of its children and of the tickets
// merged into it, and the notes of time entries, as one discussion.
func (c *call) allNotes(serve func(source) *response) *response {
	s := c.s
	switch c.s.cfg.Switches.AllNotesStatus {
	case http.StatusNotFound:
		return noEndpoint().response()
	case http.StatusMethodNotAllowed:
		return c.notAllowed()
	}
	ticket, p := c.ticket(inquiring)
	if p != nil {
		return p.response()
	}
	notes, t := s.tables[notesOf[ticket.rec.t.name]], s.tables["allNotes"]
	if notes.name == "projectNotes" {
		t = s.tables["projectAllNotes"]
	}
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
	from := func(ticket int64, bundled, merged bool) {
		for _, r := range notes.children(ticket) {
			if n := r.asListed(s.now()); n != nil {
				add(ticket, n, "TicketNote", bundled, merged)
			}
		}
	}
	from(c.ids[0], false, false)
	for _, r := range s.tables["tickets"].order {
		if r.cur.gone || r.id == c.ids[0] {
			continue
		}
		if id, _ := r.cur.named("parentTicketId").(int64); id == c.ids[0] {
			from(r.id, true, false)
		} else if r.cur.ref("mergedParentTicket") == c.ids[0] {
			from(r.id, false, true)
		}
	}
	for _, r := range s.tables["timeEntries"].order {
		if e := r.asListed(s.now()); e != nil && e.named("notes") != nil && chargedTicket(e) == c.ids[0] {
			add(c.ids[0], e, "TimeEntryNote", false, false)
		}
	}
	return serve(src)
}
