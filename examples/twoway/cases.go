package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/examples/internal/program"
)

// errStale: somebody changed the case meanwhile.
var errStale = errors.New("the case was changed meanwhile")

// load reads a case, but for the content of its attachments.
func (t *tx) load(number int64) (*Case, error) {
	c := &Case{}
	var doc []byte
	var email string
	found := t.One(`SELECT c.number, c.rev, c.doc, coalesce(g.name, ''), coalesce(g.email, ''), coalesce(s.name, ''), coalesce(mg.theirs, 0), coalesce(ms.theirs, 0), coalesce(ms.name, '')
		FROM cases c LEFT JOIN groups g ON g.id = c.grp LEFT JOIN systems s ON s.id = c.sys
		LEFT JOIN mapping mg ON mg.kind = 'group' AND mg.ours = c.grp LEFT JOIN mapping ms ON ms.kind = 'system' AND ms.ours = c.sys
		WHERE c.number = ?`, []any{number}, &c.Number, &c.rev, &doc, &c.GroupName, &email, &c.SystemName, &c.Company, &c.Configuration, &c.ConfigurationName)
	if !found {
		return nil, wrong("there is no case %d", number)
	}
	_, c.Domain, _ = strings.Cut(strings.ToLower(email), "@")
	c.Documents = map[int64]string{}
	return c, json.Unmarshal(doc, c)
}

// save writes a case whose rev is still that of the database.
func (t *tx) save(c *Case) error {
	n := t.Exec("UPDATE cases SET rev = rev + 1, ticket = ?, doc = ? WHERE number = ? AND rev = ?", c.Link.Ticket, encode(c), c.Number, c.rev)
	if t.Err() == nil && n == 0 {
		return errStale
	}
	for _, a := range c.Attachments {
		if a.data != nil {
			t.Exec("INSERT INTO contents VALUES (?, ?, ?) ON CONFLICT DO NOTHING", c.Number, a.Hash, a.data)
		}
	}
	c.rev++
	return nil
}

// add opens a case.
func (t *tx) add(c *Case) error {
	c.Opened, c.StatusAt, c.PriorityAt, c.Comments[0].Author, c.Comments[0].At = t.now, t.now, t.now, c.By, t.now
	t.One("INSERT INTO cases (rev, grp, sys, ticket, looked, doc) VALUES (0, ?, ?, 0, 0, '') RETURNING number", []any{c.Group, c.System}, &c.Number)
	return t.save(c)
}

// edit changes a case for a user of this side, and queues the change for the
// ticket.
func (t *tx) edit(number int64, user string, change func(*Case) ([]Event, error)) error {
	c, err := t.load(number)
	if err != nil {
		return err
	}
	events, err := change(c)
	if err != nil || len(events) == 0 {
		return err
	}
	for _, e := range events {
		e.User = user
		t.event(e, c)
	}
	t.enqueue(number)
	return t.save(c)
}

// request requests a ticket for the case. If its ticket was deleted, it
// requests another one, which gets everything of the case.
func (c *Case) request() (Event, error) {
	if why := c.parked(); why != "" {
		return Event{}, wrong("case %d gets no ticket: %s", c.Number, why)
	}
	if c.Link.Ticket != 0 && c.Link.State != stateDeleted {
		return Event{}, wrong("case %d has ticket #%d", c.Number, c.Link.Ticket)
	}
	for i := range c.Comments {
		c.Comments[i].Note, c.Comments[i].Seen = NoteKey{}, ""
	}
	c.Link, c.Documents, c.Intents = Link{Wanted: true}, map[int64]string{}, nil
	return Event{Kind: eventTicketRequest, Text: fmt.Sprintf("for case %d", c.Number)}, nil
}

// content is that of an attachment.
func (t *tx) content(number int64, hash string) (data []byte) {
	t.One("SELECT data FROM contents WHERE number = ? AND hash = ?", []any{number, hash}, &data)
	return data
}

// numbers gives the cases that a condition names.
func (t *tx) numbers(where string, args ...any) (numbers []int64) {
	t.Each("SELECT number FROM cases WHERE "+where, args, func(scan func(...any)) {
		var n int64
		scan(&n)
		numbers = append(numbers, n)
	})
	return numbers
}

// attach adds a file to a case; false when the case has its content already.
func (c *Case) attach(name string, data []byte, by string) bool {
	hash := hashOf(data)
	if slices.ContainsFunc(c.Attachments, func(b Attachment) bool { return b.Hash == hash }) {
		return false
	}
	c.Attachments = append(c.Attachments, Attachment{Hash: hash, Name: fileName(name), Size: int64(len(data)), By: program.OneLine(by), data: data})
	return true
}

// enqueue queues cases to be synchronized as soon as possible.
func (t *tx) enqueue(numbers ...int64) {
	for _, n := range numbers {
		t.Exec("INSERT INTO queue VALUES (?, ?, 0, 1) ON CONFLICT DO UPDATE SET due = min(due, excluded.due), asked = asked + 1", n, t.now.UnixMilli())
	}
}
