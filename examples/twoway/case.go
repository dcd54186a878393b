package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Case is a case of this system, with all that is known of its ticket.
type Case struct {
	Number           int64
	Title            string
	Group, System    int64 // 0: of none
	Status, Priority string
	StatusAt         time.Time // when it became what it is
	PriorityAt       time.Time
	Opened           time.Time
	By               string // who opened it
	Comments         []Comment
	Attachments      []Attachment
	Documents        map[int64]string // of the ticket that are known: the hash of the content, "" for those passed over
	Intents          []Intent
	Link             Link
	// What is said elsewhere: by its group and system, and by what they are mapped
	// to, 0 for nothing.
	GroupName         string `json:"-"`
	Domain            string `json:"-"`
	SystemName        string `json:"-"`
	Company           int64  `json:"-"`
	Configuration     int64  `json:"-"`
	ConfigurationName string `json:"-"`
	rev               int64
}

// Comment is a comment of a case. Number 0 is the text the case was opened with.
type Comment struct {
	N      int
	Author string
	Text   string
	At     time.Time
	Note   NoteKey // what it is on the ticket; zero: not there yet
	Seen   string  // the text that both sides last agreed on
}

// NoteKey names an entry of a ticket's discussion. Notes, time entries and
// meetings count by themselves.
type NoteKey struct {
	Kind string
	ID   int64
}

// Attachment is a file of a case. No case has a content twice.
type Attachment struct {
	Hash string // SHA-256 of the content, hex
	Name string
	Size int64
	By   string
	data []byte // only while it is being added
}

// Link is a case's ticket.
type Link struct {
	Wanted bool  // somebody asked for a ticket
	Ticket int64 // 0: there is none yet
	State  string
	// Status and Priority are the values that both sides last agreed on. A side
	// that differs from them was changed by somebody; a side that does not was not,
	// however often a callback says so.
	StatusAgreed, PriorityAgreed Agreed
	Attached                     int64 // the configuration that was attached
	// What the ticket shows.
	Company, Configuration, TicketStatus, Board string
}

// The states of a ticket besides "", which is a service ticket.
const (
	stateDeleted = "deleted"
	stateProject = "project ticket"
)

// Agreed is one value as both sides have it.
type Agreed struct {
	Here  string
	There int64 // id of the ticket's status or priority; 0: never agreed
}

// Kind is what a write is about.
type Kind string

// The kinds of writes.
const (
	writeTicket        Kind = "ticket"
	writeConfiguration Kind = "configuration"
	writeStatus        Kind = "status"
	writePriority      Kind = "priority"
	writeNote          Kind = "note"
	writeDocument      Kind = "document"
)

// Intent is a write to the service desk. It is recorded before it is sent and
// forgotten when its outcome is known.
type Intent struct {
	Kind  Kind
	Item  string // the number of a comment, the hash of an attachment
	Here  string // the value here
	There int64  // the value on the ticket
	At    time.Time
}

// settleIn is how long a write whose outcome is unknown is looked for before it is
// sent again: lists run behind, and a gateway may pass a request on late.
const settleIn = 2 * time.Minute

// Event is what happened, for the log that only grows.
type Event struct {
	At       time.Time `json:"at"`
	Kind     string    `json:"kind"`
	Case     int64     `json:"case,omitzero"`
	Ticket   int64     `json:"ticket,omitzero"`
	User     string    `json:"user,omitzero"`
	Customer string    `json:"customer,omitzero"`
	Domain   string    `json:"domain,omitzero"`
	Text     string    `json:"text,omitzero"`
}

// The kinds of events.
const (
	eventCreated       = "created"
	eventReopened      = "reopened"
	eventModified      = "modified"
	eventClosed        = "closed"
	eventConflict      = "conflict"
	eventMerged        = "merged"
	eventMoved         = "moved"
	eventCompany       = "company changed"
	eventDeleted       = "deleted"
	eventProject       = "made a project ticket"
	eventNotCarried    = "not carried over"
	eventRefused       = "refused"
	eventMapped        = "mapped"
	eventUnmapped      = "mapping removed"
	eventMappingFailed = " mapping failed" // after "group" or "system"
	eventTicketRequest = "ticket requested"
)

// first is the element that matches, nil for none.
func first[T any](list []T, match func(T) bool) *T {
	if i := slices.IndexFunc(list, match); i >= 0 {
		return &list[i]
	}
	return nil
}

// intent finds the intent of a kind and item.
func (c *Case) intent(kind Kind, item string) *Intent {
	return first(c.Intents, func(i Intent) bool { return i.Kind == kind && i.Item == item })
}

// comment finds the comment of an intent.
func (c *Case) comment(item string) *Comment {
	return first(c.Comments, func(m Comment) bool { return fmt.Sprint(m.N) == item })
}

// forget drops an intent.
func (c *Case) forget(kind Kind, item string) {
	c.Intents = slices.DeleteFunc(c.Intents, func(i Intent) bool { return i.Kind == kind && i.Item == item })
}

// settle notes that a write was carried out. id is what the service desk calls its
// result, seen the text of a note as it has it.
func (c *Case) settle(i Intent, id int64, seen string) {
	c.forget(i.Kind, i.Item)
	switch i.Kind {
	case writeTicket:
		c.Link.Ticket = id
	case writeConfiguration:
		c.Link.Attached = i.There
	case writeStatus:
		c.Link.StatusAgreed = Agreed{i.Here, i.There}
	case writePriority:
		c.Link.PriorityAgreed = Agreed{i.Here, i.There}
	case writeNote:
		if m := c.comment(i.Item); m.Note.ID == 0 {
			m.Note, m.Seen = NoteKey{kindNote, id}, seen
		}
	case writeDocument:
		c.Documents[id] = i.Item
	}
}

// sent says whether the ticket has the content.
func (c *Case) sent(hash string) bool {
	return slices.Contains(slices.Collect(maps.Values(c.Documents)), hash)
}

// next is the number of the next comment.
func (c *Case) next() int { return c.Comments[len(c.Comments)-1].N + 1 }

// parked says why nothing is exchanged for the case: its mapping was removed.
func (c *Case) parked() string {
	if c.Company != 0 || c.Configuration != 0 {
		return ""
	}
	return fmt.Sprintf("neither its group %q nor its system %q is mapped: see twoway map", cmp.Or(c.GroupName, none), cmp.Or(c.SystemName, none))
}

// none stands where there is nothing.
const none = "none"

// plain is a text without what servers change on its way: line ends, blanks at the
// ends of lines and of the text.
func plain(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t\u00a0\r")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
