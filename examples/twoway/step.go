package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Ticket is a ticket as it was read, whole.
type Ticket struct {
	ID             int64
	Found          bool // false: the service desk says that there is none
	Project        bool // it was made a ticket of a project
	MergedInto     int64
	Status         Named
	Priority       Named
	Board, Company Named
	Closed         bool
	Updated        time.Time
	UpdatedBy      string
	Notes          []Note
	Documents      []Document
	Configurations []Named
}

// Named is a value of the service desk.
type Named struct {
	ID   int64
	Name string
}

// Note is an entry of a ticket's discussion.
type Note struct {
	NoteKey
	Text   string
	Author string
	At     time.Time
	Merged bool // it came from a ticket that was merged into this one
	Ours   bool // it was written with our keys
	Taken  bool // the settings want notes of this sort as comments
}

// kindNote is the kind of entry that is typed, as opposed to time entries.
const kindNote = "TicketNote"

// Document is a document of a ticket.
type Document struct {
	ID          int64
	Title, Name string
	Size        int64
	By          string
	Link        bool   // an address instead of a file
	data        []byte // its content, once that was read
}

// Outcome is what one step makes of a case and its ticket.
type Outcome struct {
	Case   Case     // as it is from now on
	Writes []Intent // to be sent once the case was saved; they stand among its intents
	Fetch  []int64  // documents whose content has to be read first: then step again
	Events []Event
	Again  time.Time // when to look again; zero: not before something changes
}

// stepper is one step on its way.
type stepper struct {
	Outcome
	maps *Maps
	now  time.Time
}

// step compares a case with its ticket and with the last common values, and
// returns what to do. It is pure: it neither reads nor writes, and the same
// input gives the same outcome. The argument t is nil while there is no ticket.
func step(c Case, t *Ticket, maps *Maps, now time.Time) Outcome {
	c.Comments, c.Attachments, c.Intents = slices.Clone(c.Comments), slices.Clone(c.Attachments), slices.Clone(c.Intents)
	documents := make(map[int64]string, len(c.Documents))
	for id, hash := range c.Documents {
		documents[id] = hash
	}
	c.Documents = documents
	s := &stepper{Outcome{Case: c}, maps, now}
	switch {
	case t == nil:
		s.create()
	case !t.Found:
		if s.Case.Link.State != stateDeleted {
			s.Case.Link.State = stateDeleted
			s.event(eventDeleted, "", "ticket #%d was deleted; no other is made unless somebody asks for it", t.ID)
		}
	case t.MergedInto != 0:
		s.follow(t)
	default:
		s.state(t)
		s.status(t)
		s.priority(t)
		s.configuration(t)
		s.notes(t)
		s.documents(t)
	}
	return s.Outcome
}

func (s *stepper) event(kind, user, format string, args ...any) {
	s.Events = append(s.Events, Event{At: s.now, Kind: kind, User: strings.TrimSpace(user), Text: fmt.Sprintf(format, args...)})
}

// open tells whether a write has an unknown outcome that is still being looked
// for. It drops a write that was looked for long enough.
func (s *stepper) open(kind Kind, item string) bool {
	i := s.Case.intent(kind, item)
	if i == nil {
		return false
	}
	if until := i.At.Add(settleIn); s.now.Before(until) {
		if s.Again.IsZero() || until.Before(s.Again) {
			s.Again = until
		}
		return true
	}
	s.Case.forget(kind, item)
	return false
}

func (s *stepper) write(i Intent) {
	i.At = s.now
	s.Case.Intents = append(s.Case.Intents, i)
	s.Writes = append(s.Writes, i)
}

// create asks for the ticket of a case. Its text follows as a note, like any other
// comment.
func (s *stepper) create() {
	if !s.Case.Link.Wanted || s.open(writeTicket, "") {
		return
	}
	l := &s.Case.Link
	status, _ := s.maps.StatusTo(s.maps.Board, s.Case.Status)
	priority := s.maps.PriorityTo(s.Case.Priority)
	l.StatusAgreed, l.PriorityAgreed = Agreed{s.Case.Status, status}, Agreed{s.Case.Priority, priority}
	l.Attached = 0
	s.write(Intent{Kind: writeTicket})
}

// follow goes on with the ticket that this one was merged into. The case takes its
// values.
func (s *stepper) follow(t *Ticket) {
	s.event(eventMerged, t.UpdatedBy, "ticket #%d was merged into #%d, which the case follows", t.ID, t.MergedInto)
	l := &s.Case.Link
	l.Ticket, l.StatusAgreed.There, l.PriorityAgreed.There = t.MergedInto, 0, 0
	s.Case.forget(writeStatus, "")
	s.Case.forget(writePriority, "")
	s.Again = s.now
}

// state takes over what the ticket shows.
func (s *stepper) state(t *Ticket) {
	l := &s.Case.Link
	state := ""
	if t.Project {
		state = stateProject
	}
	if state == stateProject && l.State != stateProject {
		s.event(eventProject, t.UpdatedBy, "ticket #%d became a project ticket: comments and notes are still exchanged, its status and attachments are only read", t.ID)
	}
	if l.Company != "" && l.Company != t.Company.Name {
		s.event(eventCompany, t.UpdatedBy, "company of ticket #%d: %s → %s", t.ID, l.Company, t.Company.Name)
	}
	if l.Board != "" && l.Board != t.Board.Name {
		s.event(eventMoved, t.UpdatedBy, "board of ticket #%d: %s → %s", t.ID, l.Board, t.Board.Name)
	}
	var names []string
	for _, c := range t.Configurations {
		if c.ID == s.Case.Configuration {
			c.Name = s.Case.ConfigurationName
		}
		names = append(names, c.Name)
	}
	l.State, l.Company, l.Board, l.TicketStatus, l.Configuration = state, t.Company.Name, t.Board.Name, t.Status.Name, strings.Join(names, ", ")
}

// field is a value that both sides have.
type field struct {
	kind   Kind
	here   *string
	at     *time.Time
	agreed *Agreed
	there  Named
	theirs string                     // there, in the words of this side; "" where it has no word for it
	to     func(string) (int64, bool) // false: the ticket cannot have it
}

// exchange copies one value to the other side, in the direction of the change.
// If both sides changed it, the newer change counts and the event names the
// other.
func (s *stepper) exchange(t *Ticket, f field) {
	if i := s.Case.intent(f.kind, ""); i != nil && f.there.ID == i.There {
		s.Case.settle(*i, 0, "")
	}
	if s.open(f.kind, "") {
		return
	}
	if f.agreed.There == 0 { // a ticket that is new to us: it decides
		f.agreed.Here = *f.here
	}
	if f.theirs == "" {
		f.agreed.There = f.there.ID
	}
	ourChange, theirChange := *f.here != f.agreed.Here, f.there.ID != f.agreed.There
	switch {
	case !ourChange && !theirChange:
	case f.theirs == *f.here:
		*f.agreed = Agreed{*f.here, f.there.ID}
	case ourChange && (!theirChange || f.at.After(t.Updated)):
		want, ok := f.to(*f.here)
		if !ok {
			s.event(eventNotCarried, "", "%s %q: the board %q of ticket #%d has no map for it", f.kind, *f.here, t.Board.Name, t.ID)
		}
		if theirChange {
			s.event(eventConflict, t.UpdatedBy, "%s: the case's %q is newer than the ticket's %q, which was dropped", f.kind, *f.here, f.there.Name)
		}
		if !ok || want == f.there.ID {
			*f.agreed = Agreed{*f.here, f.there.ID}
			return
		}
		s.write(Intent{Kind: f.kind, Here: *f.here, There: want})
	default:
		if ourChange {
			s.event(eventConflict, t.UpdatedBy, "%s: the ticket's %q is newer than the case's %q, which was dropped", f.kind, f.there.Name, *f.here)
		}
		s.event(s.maps.eventOf(f.kind, *f.here, f.theirs), t.UpdatedBy, "%s: %s → %s (%s on ticket #%d)", f.kind, *f.here, f.theirs, f.there.Name, t.ID)
		*f.here, *f.at, *f.agreed = f.theirs, t.Updated, Agreed{f.theirs, f.there.ID}
	}
}

// status synchronizes the status. On a board without a map only open and closed
// are distinguished.
func (s *stepper) status(t *Ticket) {
	c := &s.Case
	theirs, ok := s.maps.StatusFrom(t.Board.ID, t.Status.ID)
	if !ok || t.Project {
		theirs = ""
		if closed := s.maps.closed(c.Status); t.Closed && !closed {
			theirs = s.maps.Closed[0]
		} else if !t.Closed && closed {
			theirs = s.maps.Reopened
		}
	}
	s.exchange(t, field{writeStatus, &c.Status, &c.StatusAt, &c.Link.StatusAgreed, t.Status, theirs, func(status string) (int64, bool) {
		if t.Project {
			return 0, false
		}
		return s.maps.StatusTo(t.Board.ID, status)
	}})
}

func (s *stepper) priority(t *Ticket) {
	c := &s.Case
	theirs := s.maps.PriorityFrom(t.Priority.ID)
	if t.Project {
		theirs = ""
	}
	s.exchange(t, field{writePriority, &c.Priority, &c.PriorityAt, &c.Link.PriorityAgreed, t.Priority, theirs, func(priority string) (int64, bool) {
		return s.maps.PriorityTo(priority), !t.Project
	}})
}

// configuration attaches the system's configuration once. If a person removes
// it from the ticket, it stays removed.
func (s *stepper) configuration(t *Ticket) {
	want := s.Case.Configuration
	if want == 0 || want == s.Case.Link.Attached || t.Project {
		return
	}
	i := Intent{Kind: writeConfiguration, There: want}
	if slices.ContainsFunc(t.Configurations, func(n Named) bool { return n.ID == want }) {
		s.Case.settle(i, 0, "")
	} else if !s.open(writeConfiguration, "") {
		s.write(i)
	}
}
