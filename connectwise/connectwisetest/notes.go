package connectwisetest

import "net/http"

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
	switch c.s.sw().AllNotesStatus {
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
	d := discussion{s: s, src: source{t: t}}
	d.addNotes(notes, c.ids[0], false, false)
	for _, r := range s.tables["tickets"].order {
		if r.cur.gone || r.id == c.ids[0] {
			continue
		}
		if id, _ := r.cur.named("parentTicketId").(int64); id == c.ids[0] {
			d.addNotes(notes, r.id, true, false)
		} else if r.cur.ref("mergedParentTicket") == c.ids[0] {
			d.addNotes(notes, r.id, false, true)
		}
	}
	for _, r := range s.tables["timeEntries"].order {
		if e := r.asListed(s.now()); e != nil && e.named("notes") != nil && chargedTicket(e) == c.ids[0] {
			d.addTime(e)
		}
	}
	return serve(d.src)
}

// discussion collects the list of all notes of a ticket.
type discussion struct {
	s   *Server
	src source
}

// addNotes adds the notes of a ticket: of the ticket itself, of a child, or of
// a ticket that was merged into it.
func (d *discussion) addNotes(notes *table, ticket int64, bundled, merged bool) {
	for _, r := range notes.children(ticket) {
		n := r.asListed(d.s.now())
		if n == nil {
			continue
		}
		d.add(n, "TicketNote", ticket, map[string]any{
			"text": n.named("text"), "issueFlag": n.flag("issueFlag"), "contact": n.named("contact"), "bundledFlag": bundled, "mergedFlag": merged,
			"detailDescriptionFlag": n.flag("detailDescriptionFlag"), "internalAnalysisFlag": n.flag("internalAnalysisFlag"), "resolutionFlag": n.flag("resolutionFlag"),
		})
	}
}

// addTime adds the notes of a time entry.
func (d *discussion) addTime(e *version) {
	d.add(e, "TimeEntryNote", chargedTicket(e), map[string]any{
		"text": e.named("notes"), "timeStart": e.named("timeStart"), "timeEnd": e.named("timeEnd"),
		"detailDescriptionFlag": e.flag("addToDetailDescriptionFlag"), "internalAnalysisFlag": e.flag("addToInternalAnalysisFlag"), "resolutionFlag": e.flag("addToResolutionFlag"),
	})
}

func (d *discussion) add(from *version, kind string, ticket int64, members map[string]any) {
	v := d.src.t.fresh(ticket)
	v.history = from.history
	v.rec.id, v.rec.cur = from.rec.id, v
	for name, x := range members {
		v.set(name, x)
	}
	v.set("id", from.rec.id)
	v.set("noteType", kind)
	v.set("ticket", ref{id: ticket})
	v.set("member", from.named("member"))
	v.set("originalAuthor", from.enteredBy)
	d.src.records = append(d.src.records, v.rec)
}
