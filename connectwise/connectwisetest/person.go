package connectwisetest

import (
	"fmt"
	"slices"
	"time"
)

// Person edits tickets and boards as a person does in the user interface:
// outside the API, under the person's name, without permission checks, faults,
// e-mails or entries in the journal.
type Person struct {
	s    *Server
	name string
}

// AsPerson returns the member with this identifier. A missing member is added.
func (s *Server) AsPerson(identifier string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tables["members"].find(refInput{identifier: identifier}, 0) == nil {
		s.addMember(Member{Identifier: identifier})
	}
	return &Person{s: s, name: identifier}
}

func (p *Person) actor() *actor {
	m := p.s.tables["members"].find(refInput{identifier: p.name}, 0)
	return &actor{name: p.name, member: m.rec.id, source: "UI"}
}

// change edits a ticket under the lock.
func (p *Person) change(id int64, edit func(*draft) error) error {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	before := p.s.tables["tickets"].get(id)
	if before == nil {
		return fmt.Errorf("connectwisetest: no ticket %d", id)
	}
	d := newDraft(before.edit(), before)
	if err := edit(d); err != nil {
		return err
	}
	if _, pr := p.s.save(d, p.actor(), false); pr != nil {
		return fmt.Errorf("connectwisetest: ticket %d: %s %+v", id, pr.message, pr.fields)
	}
	return nil
}

// EditTicket calls change with a copy of the ticket and saves it. The rules of
// the server apply: on a move to another board without a new status the ticket
// gets that board's default status.
func (p *Person) EditTicket(id int64, change func(*Ticket)) error {
	return p.change(id, func(d *draft) error {
		p.s.applyTicket(d, change)
		return nil
	})
}

// applyTicket lets change edit a draft as a [Ticket]. Only references that it
// changes count as written.
func (s *Server) applyTicket(d *draft, change func(*Ticket)) {
	d.seed = true
	was := s.ticket(d.before)
	is := s.ticket(d.before)
	change(&is)
	for name, get := range ticketRefs {
		from, to := *get(&was), *get(&is)
		if to == from {
			continue
		}
		switch {
		case to.ID != from.ID || to == (Ref{}):
		case to.Identifier != from.Identifier:
			to = Ref{Identifier: to.Identifier}
		default:
			to = Ref{Name: to.Name}
		}
		d.set(name, input(to))
		d.written[name] = true
	}
	s.fillPlain(d, is)
}

// CloseTicket sets the ticket to the first closed status of its board.
func (p *Person) CloseTicket(id int64) error {
	return p.change(id, func(d *draft) error { return p.s.setStatus(d, true) })
}

// ReopenTicket sets the ticket to the default status of its board.
func (p *Person) ReopenTicket(id int64) error {
	return p.change(id, func(d *draft) error { return p.s.setStatus(d, false) })
}

// setStatus sets the first closed, or the default open, status of the board.
func (s *Server) setStatus(d *draft, closed bool) error {
	board := d.ref("board")
	status := s.marked("statuses", board)
	if closed {
		status = s.closedStatus(board)
	}
	if status == nil {
		return fmt.Errorf("connectwisetest: board %d has no such status", board)
	}
	d.set("status", ref{id: status.rec.id})
	d.written["status"] = true
	return nil
}

func (s *Server) closedStatus(board int64) *version {
	for _, r := range s.tables["statuses"].children(board) {
		if !r.cur.gone && r.cur.flag("closedStatus") {
			return r.cur
		}
	}
	return nil
}

// MoveTicket moves the ticket to another board and sets it to that board's
// default status.
func (p *Person) MoveTicket(id int64, board Ref) error {
	return p.change(id, func(d *draft) error {
		v := p.s.tables["boards"].find(input(board).(refInput), 0)
		if v == nil {
			return fmt.Errorf("connectwisetest: no board %+v", board)
		}
		d.set("board", ref{id: v.rec.id})
		d.set("status", asRef(p.s.marked("statuses", v.rec.id)))
		d.written["board"], d.written["status"] = true, true
		return nil
	})
}

// MergeTickets merges the tickets into parent. They get the first closed status
// of their board.
func (p *Person) MergeTickets(parent int64, ids ...int64) error {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tables["tickets"].get(parent) == nil {
		return fmt.Errorf("connectwisetest: no ticket %d", parent)
	}
	var drafts []*draft
	for _, id := range ids {
		v := s.tables["tickets"].get(id)
		if v == nil || id == parent {
			return fmt.Errorf("connectwisetest: ticket %d cannot be merged into %d", id, parent)
		}
		status := s.closedStatus(v.ref("board"))
		if status == nil {
			return fmt.Errorf("connectwisetest: board of ticket %d has no closed status", id)
		}
		d, pr := s.mergeDraft(parent, id, ref{id: status.rec.id})
		if pr != nil {
			return pr
		}
		drafts = append(drafts, d)
	}
	if pr := s.mergeAll(parent, drafts, p.actor()); pr != nil {
		return pr
	}
	return nil
}

// CopyTicket copies the ticket, including externalXRef, and returns the id of
// the copy.
func (p *Person) CopyTicket(id int64) (int64, error) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	v := p.s.tables["tickets"].get(id)
	if v == nil {
		return 0, fmt.Errorf("connectwisetest: no ticket %d", id)
	}
	made, pr := p.s.duplicate(v, p.actor())
	if pr != nil {
		return 0, pr
	}
	return made.rec.id, nil
}

// DeleteTicket deletes the ticket and its notes.
func (p *Person) DeleteTicket(id int64) error {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	v := p.s.tables["tickets"].get(id)
	if v == nil {
		return fmt.Errorf("connectwisetest: no ticket %d", id)
	}
	if pr := p.s.discard(v, p.actor()); pr != nil {
		return pr
	}
	return nil
}

// AddNote adds a note to the ticket and returns its id.
func (p *Person) AddNote(ticket int64, note Note) (int64, error) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.s.tables["tickets"].get(ticket) == nil {
		return 0, fmt.Errorf("connectwisetest: no ticket %d", ticket)
	}
	d := newDraft(p.s.tables["notes"].fresh(ticket), nil)
	p.s.fillNote(d, note)
	if !note.Created.IsZero() {
		d.entered, d.enteredBy = note.Created.UTC().Truncate(time.Second), p.name
	}
	v, pr := p.s.save(d, p.actor(), false)
	if pr != nil {
		return 0, pr
	}
	return v.rec.id, nil
}

// EditBoard calls change with a board and saves its name, flags and statuses. A
// status that change removes is deleted, which fails while a ticket is in it; a
// status without an id is added. Changes before a failure stay. Types,
// subtypes, items and teams are not changed.
func (p *Person) EditBoard(name string, change func(*Board)) error {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	a := p.actor()
	v := s.tables["boards"].find(refInput{name: name}, 0)
	if v == nil {
		return fmt.Errorf("connectwisetest: no board %q", name)
	}
	was, is := s.board(v), s.board(v)
	change(&is)
	save := func(d *draft) error {
		if _, pr := s.save(d, a, false); pr != nil {
			return fmt.Errorf("connectwisetest: board %q: %s %+v", name, pr.message, pr.fields)
		}
		return nil
	}
	t := s.tables["statuses"]
	for _, old := range was.Statuses {
		if !slices.ContainsFunc(is.Statuses, func(st Status) bool { return st.ID == old.ID }) {
			if pr := s.discard(t.get(old.ID), a); pr != nil {
				return pr
			}
		}
	}
	d := newDraft(v.edit(), v)
	d.set("name", is.Name)
	d.set("inactiveFlag", is.Inactive)
	d.set("projectFlag", is.Project)
	if err := save(d); err != nil {
		return err
	}
	for i, st := range is.Statuses {
		if slices.Contains(was.Statuses, st) {
			continue
		}
		d := newDraft(t.fresh(v.rec.id), nil)
		if before := t.get(st.ID); before != nil && before.rec.parent == v.rec.id {
			d = newDraft(before.edit(), before)
		}
		fillStatus(d, st, i)
		if err := save(d); err != nil {
			return err
		}
		s.setNotify(d.rec.id, st.NotifyContact)
	}
	return nil
}
