package main

import (
	"fmt"
	"strings"

	"github.com/covedesk/covedesk/examples/internal/program"
)

// notes synchronizes comments and notes. A comment is written once; an edited
// note changes its comment.
func (s *stepper) notes(t *Ticket) {
	for _, n := range t.Notes {
		s.note(t, n)
	}
	for _, c := range s.Case.Comments {
		if item := fmt.Sprint(c.N); c.Note.ID == 0 && !s.open(writeNote, item) {
			s.write(Intent{Kind: writeNote, Item: item})
		}
	}
}

func (s *stepper) note(t *Ticket, n Note) {
	comments := s.Case.Comments
	number, mark, body, marked := readNote(n.Text)
	if c := first(comments, func(c Comment) bool { return c.Note == n.NoteKey }); c != nil {
		s.edited(t, c, n, body)
		return
	}
	if marked && number == s.Case.Number {
		if c := s.Case.comment(fmt.Sprint(mark)); c != nil {
			if c.Note.ID == 0 { // else it stands there twice, and is known
				s.Case.settle(Intent{Kind: writeNote, Item: fmt.Sprint(mark)}, n.ID, plain(c.Text))
				s.edited(t, c, n, body)
			}
			return
		}
	}
	if marked && n.Ours {
		return // of another case on the same ticket
	}
	if n.Merged {
		if c := first(comments, func(c Comment) bool { return c.Seen == body && c.Author == n.Author && c.Note.ID != 0 }); c != nil {
			return // known from the ticket that was merged into this one
		}
	}
	if !n.Taken || body == "" {
		return
	}
	s.Case.Comments = append(s.Case.Comments, Comment{N: s.Case.next(), Author: n.Author, Text: body, At: n.At, Note: n.NoteKey, Seen: body})
	s.event(eventModified, n.Author, "comment from ticket #%d", t.ID)
}

// edited takes over what somebody made of a note.
func (s *stepper) edited(t *Ticket, c *Comment, n Note, body string) {
	if body == c.Seen || body == "" {
		return
	}
	s.event(eventModified, n.Author, "comment %d was edited on ticket #%d; before: %s", c.N, t.ID, c.Text)
	c.Text, c.Seen = body, body
}

// documents exchanges attachments by their content, so that none comes twice.
func (s *stepper) documents(t *Ticket) {
	for _, d := range t.Documents {
		if _, known := s.Case.Documents[d.ID]; !known {
			s.document(t, d)
		}
	}
	for _, a := range s.Case.Attachments {
		if !t.Project && !s.Case.sent(a.Hash) && !s.open(writeDocument, a.Hash) {
			s.write(Intent{Kind: writeDocument, Item: a.Hash})
		}
	}
}

func (s *stepper) document(t *Ticket, d Document) {
	c := &s.Case
	if number, mark := readTitle(d.Title); mark != "" && number == c.Number {
		if a := first(c.Attachments, func(a Attachment) bool { return strings.HasPrefix(a.Hash, mark) }); a != nil {
			c.settle(Intent{Kind: writeDocument, Item: a.Hash}, d.ID, "")
			return
		}
	}
	switch {
	case d.Link:
		c.Documents[d.ID] = ""
		s.event(eventNotCarried, d.By, "document %q of ticket #%d is a link", program.OneLine(d.Title), t.ID)
	case d.Size > s.maps.MaxAttachment:
		c.Documents[d.ID] = ""
		s.event(eventNotCarried, d.By, "document %q of ticket #%d has %d bytes, more than %d", program.OneLine(d.Title), t.ID, d.Size, s.maps.MaxAttachment)
	case d.data == nil:
		s.Fetch = append(s.Fetch, d.ID)
	default:
		if c.attach(d.Name, d.data, d.By) {
			s.event(eventModified, d.By, "attachment %q from ticket #%d", fileName(d.Name), t.ID)
		}
		c.settle(Intent{Kind: writeDocument, Item: hashOf(d.data)}, d.ID, "")
	}
}
