package main

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// errStale: somebody changed the case meanwhile.
var errStale = errors.New("the case was changed meanwhile")

// load reads a case whole, but for the content of its attachments.
func (t *tx) load(number int64) (*Case, error) {
	c := &Case{Number: number, Documents: map[int64]string{}}
	var statusAt, priorityAt, opened int64
	var link, email string
	err := t.QueryRowContext(t, `SELECT rev, title, cases.grp, sys, status, status_at, priority, priority_at, opened, opened_by, link,
		coalesce(g.name, ''), coalesce(g.email, ''), coalesce(s.name, ''), coalesce(mg.theirs, 0), coalesce(ms.theirs, 0)
		FROM cases LEFT JOIN groups g ON g.id = cases.grp LEFT JOIN systems s ON s.id = sys
		LEFT JOIN mapping mg ON mg.kind = 'group' AND mg.ours = cases.grp LEFT JOIN mapping ms ON ms.kind = 'system' AND ms.ours = cases.sys
		WHERE number = ?`, number).Scan(&c.rev, &c.Title, &c.Group, &c.System, &c.Status, &statusAt, &c.Priority, &priorityAt, &opened, &c.By, &link,
		&c.GroupName, &email, &c.SystemName, &c.Company, &c.MappedCfg)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("there is no case %d", number)
	}
	if err == nil {
		err = json.Unmarshal([]byte(link), &c.Link)
	}
	if err != nil {
		return nil, err
	}
	_, c.Domain, _ = strings.Cut(strings.ToLower(email), "@")
	c.StatusAt, c.PriorityAt, c.Opened = time.UnixMilli(statusAt).UTC(), time.UnixMilli(priorityAt).UTC(), time.UnixMilli(opened).UTC()
	of := []any{number}
	t.each("SELECT n, author, body, at, note_kind, note, seen FROM comments WHERE number = ? ORDER BY n", of, func(scan func(...any)) {
		var at int64
		var m Comment
		scan(&m.N, &m.Author, &m.Text, &at, &m.Note.Kind, &m.Note.ID, &m.Seen)
		m.At = time.UnixMilli(at).UTC()
		c.Comments = append(c.Comments, m)
	})
	t.each("SELECT hash, name, size, author, at FROM attachments WHERE number = ? ORDER BY at, hash", of, func(scan func(...any)) {
		var at int64
		var a Attachment
		scan(&a.Hash, &a.Name, &a.Size, &a.By, &at)
		a.At = time.UnixMilli(at).UTC()
		c.Attachments = append(c.Attachments, a)
	})
	t.each("SELECT document, hash FROM documents WHERE number = ?", of, func(scan func(...any)) {
		var id int64
		var hash string
		scan(&id, &hash)
		c.Documents[id] = hash
	})
	t.each("SELECT kind, item, here, there, at FROM intents WHERE number = ? ORDER BY at, kind, item", of, func(scan func(...any)) {
		var at int64
		var i Intent
		scan(&i.Kind, &i.Item, &i.Here, &i.There, &at)
		i.At = time.UnixMilli(at).UTC()
		c.Intents = append(c.Intents, i)
	})
	return c, t.err
}

// save writes a case whose rev is still that of the database.
func (t *tx) save(c *Case) error {
	n := t.exec(`UPDATE cases SET rev = rev + 1, status = ?, status_at = ?, priority = ?, priority_at = ?, ticket = ?, link = ? WHERE number = ? AND rev = ?`,
		c.Status, c.StatusAt.UnixMilli(), c.Priority, c.PriorityAt.UnixMilli(), c.Link.Ticket, encode(c.Link), c.Number, c.rev)
	if t.err == nil && n == 0 {
		return errStale
	}
	for _, m := range c.Comments {
		t.exec(`INSERT INTO comments VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body, note_kind = excluded.note_kind, note = excluded.note, seen = excluded.seen`,
			c.Number, m.N, m.Author, m.Text, m.At.UnixMilli(), m.Note.Kind, m.Note.ID, m.Seen)
	}
	for _, a := range c.Attachments {
		if a.data != nil {
			t.exec("INSERT INTO attachments VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", c.Number, a.Hash, a.Name, a.Size, a.By, a.At.UnixMilli(), a.data)
		}
	}
	for id, hash := range c.Documents {
		t.exec("INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT DO NOTHING", c.Number, id, hash)
	}
	t.exec("DELETE FROM intents WHERE number = ?", c.Number)
	for _, i := range c.Intents {
		t.exec("INSERT INTO intents VALUES (?, ?, ?, ?, ?, ?)", c.Number, i.Kind, i.Item, i.Here, i.There, i.At.UnixMilli())
	}
	c.rev++
	return t.err
}

// add opens a case. Its text is its comment 0.
func (t *tx) add(c *Case) (err error) {
	if c.Number = t.insert(`INSERT INTO cases (rev, title, grp, sys, status, status_at, priority, priority_at, opened, opened_by, ticket, link, looked)
		VALUES (0, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '{}', 0)`, c.Title, c.Group, c.System, c.Status, t.now.UnixMilli(), c.Priority, t.now.UnixMilli(), t.now.UnixMilli(), c.By); t.err != nil {
		return t.err
	}
	t.exec("INSERT INTO comments VALUES (?, 0, ?, ?, ?, '', 0, '')", c.Number, c.By, c.Comments[0].Text, t.now.UnixMilli())
	return t.err
}

// edit changes a case on behalf of somebody at this side, and has the change carried over.
func (t *tx) edit(number int64, user string, change func(*Case) ([]Event, error)) (*Case, error) {
	c, err := t.load(number)
	if err != nil {
		return nil, err
	}
	events, err := change(c)
	if err != nil || len(events) == 0 {
		return c, err
	}
	for _, e := range events {
		e.User = user
		t.event(e, c)
	}
	t.enqueue(number)
	return c, t.save(c)
}

// content is that of an attachment.
func (t *tx) content(number int64, hash string) (data []byte, err error) {
	t.each("SELECT data FROM attachments WHERE number = ? AND hash = ?", []any{number, hash}, func(scan func(...any)) { scan(&data) })
	return data, t.err
}

// numbers gives the cases that a condition names.
func (t *tx) numbers(where string, args ...any) (numbers []int64) {
	t.each("SELECT number FROM cases WHERE "+where, args, func(scan func(...any)) {
		var n int64
		scan(&n)
		numbers = append(numbers, n)
	})
	return numbers
}

// attach adds a file to a case; false when the case has its content already.
func (c *Case) attach(a Attachment) bool {
	if slices.ContainsFunc(c.Attachments, func(b Attachment) bool { return b.Hash == a.Hash }) {
		return false
	}
	c.Attachments = append(c.Attachments, a)
	return true
}

// enqueue has a case looked at as soon as possible.
func (t *tx) enqueue(numbers ...int64) {
	for _, n := range numbers {
		t.exec("INSERT INTO queue VALUES (?, ?, 0, 1) ON CONFLICT DO UPDATE SET due = min(due, excluded.due), asked = asked + 1", n, t.now.UnixMilli())
	}
}
