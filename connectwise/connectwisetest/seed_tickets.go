package connectwisetest

import (
	"fmt"
	"slices"
	"time"
)

// AddTicket adds a ticket.
func (s *Server) AddTicket(t Ticket) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.plant("tickets", 0, t.ID, seeder(), func(d *draft) {
		s.fillTicket(d, t)
		for name, text := range map[string]string{"initialDescription": t.InitialDescription, "initialInternalAnalysis": t.InitialInternalAnalysis, "initialResolution": t.InitialResolution} {
			if text != "" {
				d.set(name, text)
			}
		}
		d.entered, d.enteredBy, d.updated, d.updatedBy = t.Entered.UTC().Truncate(time.Second), t.EnteredBy, t.Updated.UTC().Truncate(time.Second), t.UpdatedBy
		if t.Entered.IsZero() {
			d.entered = s.now()
		}
		if t.EnteredBy == "" {
			d.enteredBy = administrator
		}
		if t.Updated.IsZero() {
			d.updated = d.entered
		}
		if t.UpdatedBy == "" {
			d.updatedBy = d.enteredBy
		}
		if !t.ClosedDate.IsZero() {
			d.set("closedDate", t.ClosedDate.UTC().Truncate(time.Second))
		}
	}).rec.id
}

var ticketRefs = map[string]func(*Ticket) *Ref{
	"board": func(t *Ticket) *Ref { return &t.Board }, "status": func(t *Ticket) *Ref { return &t.Status }, "company": func(t *Ticket) *Ref { return &t.Company },
	"site": func(t *Ticket) *Ref { return &t.Site }, "contact": func(t *Ticket) *Ref { return &t.Contact }, "priority": func(t *Ticket) *Ref { return &t.Priority },
	"source": func(t *Ticket) *Ref { return &t.Source }, "owner": func(t *Ticket) *Ref { return &t.Owner }, "type": func(t *Ticket) *Ref { return &t.Type },
	"subType": func(t *Ticket) *Ref { return &t.SubType }, "item": func(t *Ticket) *Ref { return &t.Item }, "team": func(t *Ticket) *Ref { return &t.Team },
}

func (s *Server) fillTicket(d *draft, t Ticket) {
	for name, get := range ticketRefs {
		d.set(name, input(*get(&t)))
		if *get(&t) != (Ref{}) {
			d.written[name] = true
		}
	}
	s.fillPlain(d, t)
}

// fillPlain sets the members of a ticket that are not references.
func (s *Server) fillPlain(d *draft, t Ticket) {
	for name, x := range map[string]string{"summary": t.Summary, "severity": t.Severity, "impact": t.Impact, "externalXRef": t.ExternalXRef, "automaticEmailCc": t.EmailCC} {
		d.set(name, d.rec.t.schema.exact[name].def)
		if x != "" {
			d.set(name, x)
		}
	}
	d.set("automaticEmailContactFlag", t.AutomaticEmailContact)
	d.set("automaticEmailResourceFlag", t.AutomaticEmailResource)
	d.set("automaticEmailCcFlag", t.AutomaticEmailCC)
	d.set("customerUpdatedFlag", t.CustomerUpdated)
	d.set("parentTicketId", nil)
	if t.ParentTicket != 0 {
		d.set("parentTicketId", t.ParentTicket)
	}
	s.assignCaptions(d, t.CustomFields)
	s.assignExtra(d, t.Extra)
}

func (s *Server) ticket(v *version) Ticket {
	t := Ticket{
		ID: v.rec.id, Summary: v.str("summary"), Severity: v.str("severity"), Impact: v.str("impact"), ExternalXRef: v.str("externalXRef"), EmailCC: v.str("automaticEmailCc"),
		AutomaticEmailContact: v.flag("automaticEmailContactFlag"), AutomaticEmailResource: v.flag("automaticEmailResourceFlag"), AutomaticEmailCC: v.flag("automaticEmailCcFlag"),
		CustomerUpdated: v.flag("customerUpdatedFlag"), CustomFields: s.captions(v),
		Entered: v.entered, EnteredBy: v.enteredBy, Updated: v.updated, UpdatedBy: v.updatedBy,
		Closed: v.flag("closedFlag"), ClosedBy: v.str("closedBy"), MergedInto: v.ref("mergedParentTicket"),
	}
	for name, get := range ticketRefs {
		*get(&t) = s.outRef(v, name)
	}
	t.ParentTicket, _ = v.named("parentTicketId").(int64)
	t.ClosedDate, _ = v.named("closedDate").(time.Time)
	return t
}

// Ticket returns a snapshot of a ticket.
func (s *Server) Ticket(id int64) (Ticket, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v := s.tables["tickets"].get(id)
	if v == nil {
		return Ticket{}, false
	}
	return s.ticket(v), true
}

// Tickets returns snapshots of all tickets, ordered by id.
func (s *Server) Tickets() []Ticket {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []Ticket
	for _, r := range s.tables["tickets"].order {
		if !r.cur.gone {
			out = append(out, s.ticket(r.cur))
		}
	}
	return out
}

// AddNote adds a note to a ticket.
func (s *Server) AddNote(ticket int64, n Note) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tables["tickets"].get(ticket) == nil {
		panic(fmt.Sprintf("connectwisetest: no ticket %d", ticket))
	}
	return s.plant("notes", ticket, n.ID, seeder(), func(d *draft) {
		s.fillNote(d, n)
		d.entered, d.enteredBy = s.now(), administrator
		if !n.Created.IsZero() {
			d.entered = n.Created.UTC().Truncate(time.Second)
		}
		if n.CreatedBy != "" {
			d.enteredBy = n.CreatedBy
			d.set("member", asRef(s.tables["members"].find(refInput{identifier: n.CreatedBy}, 0)))
		}
		d.updated, d.updatedBy = d.entered, d.enteredBy
	}).rec.id
}

func (s *Server) fillNote(d *draft, n Note) {
	d.set("text", n.Text)
	d.set("detailDescriptionFlag", n.Discussion || !n.Internal && !n.Resolution)
	d.set("internalAnalysisFlag", n.Internal)
	d.set("resolutionFlag", n.Resolution)
	d.set("processNotifications", n.ProcessNotifications)
}

// Notes returns snapshots of the notes of a service or project ticket, ordered
// by id.
func (s *Server) Notes(ticket int64) []Note {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []Note
	for _, r := range slices.Concat(s.tables["notes"].children(ticket), s.tables["projectNotes"].children(ticket)) {
		v := r.cur
		if v.gone {
			continue
		}
		out = append(out, Note{
			ID: r.id, TicketID: ticket, Text: v.str("text"), Created: v.entered, CreatedBy: v.enteredBy,
			Discussion: v.flag("detailDescriptionFlag"), Internal: v.flag("internalAnalysisFlag"), Resolution: v.flag("resolutionFlag"),
		})
	}
	return out
}
