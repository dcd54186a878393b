package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Case is a case of this system, with everything that is known about its
// ticket.
type Case struct {
	Number           int64
	Title            string
	Group, System    int64 // 0: of none
	Status, Priority string
	StatusAt         time.Time // when the status was set
	PriorityAt       time.Time
	Opened           time.Time
	By               string // who opened the case
	Comments         []Comment
	Attachments      []Attachment
	Documents        map[int64]string // known documents of the ticket: the hash of the content, "" for skipped ones
	Intents          []Intent
	Link             Link
	// Values from its group and system, and from their mapping; 0 for no
	// mapping.
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
	Note   NoteKey // the note on the ticket; zero: not there yet
	Seen   string  // the text that both sides last agreed on
}

// NoteKey identifies an entry of a ticket's discussion. Notes, time entries and
// meetings have separate ids.
type NoteKey struct {
	Kind string
	ID   int64
}

// Attachment is a file of a case. A case has no content twice.
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
	// StatusAgreed and PriorityAgreed are the last values that both sides had
	// in common. Only a side that differs from them was changed by somebody,
	// however many callbacks come.
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

// Intent is a write to the service desk. It is recorded before it is sent, and
// removed when its outcome is known.
type Intent struct {
	Kind  Kind
	Item  string // the number of a comment, the hash of an attachment
	Here  string // the value here
	There int64  // the value on the ticket
	At    time.Time
}

// settleIn is how long the program looks for the effect of a write with an
// unknown outcome before it sends the write again, because lists lag and a
// gateway may pass a request on late.
const settleIn = 2 * time.Minute

// Event is an entry of the log, which only grows.
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

// settle records that a write was executed. The argument id is the id of its
// result on the service desk, seen the text of a note there.
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

// sent tells whether the ticket has the content.
func (c *Case) sent(hash string) bool {
	return slices.Contains(slices.Collect(maps.Values(c.Documents)), hash)
}

// next is the number of the next comment.
func (c *Case) next() int { return c.Comments[len(c.Comments)-1].N + 1 }

// parked returns why the case is not synchronized: its mapping was removed.
func (c *Case) parked() string {
	if c.Company != 0 || c.Configuration != 0 {
		return ""
	}
	return fmt.Sprintf("neither its group %q nor its system %q is mapped: see twoway map", cmp.Or(c.GroupName, none), cmp.Or(c.SystemName, none))
}

// none is shown for a missing value.
const none = "none"

// plain returns a text without the details that servers change: line ends, and
// blanks at the ends of lines and of the text.
func plain(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t\u00a0\r")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
