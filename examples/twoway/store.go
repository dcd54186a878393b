package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/covedesk/covedesk/examples/internal/database"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// schema is the database. A case is one JSON document, replaced as a whole by who
// has read its newest rev. Times are milliseconds since 1970. Events can only be
// added.
var schema = database.Schema{Program: "twoway", ID: 0x74776f77, Versions: []string{`
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE groups (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, email TEXT NOT NULL);
CREATE TABLE systems (id INTEGER PRIMARY KEY, grp INTEGER NOT NULL REFERENCES groups, name TEXT NOT NULL, mac TEXT NOT NULL, UNIQUE (grp, name));
CREATE TABLE mapping (kind TEXT NOT NULL, ours INTEGER NOT NULL, theirs INTEGER NOT NULL, name TEXT NOT NULL, rule TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (kind, ours));
CREATE TABLE cases (number INTEGER PRIMARY KEY AUTOINCREMENT, rev INTEGER NOT NULL, grp INTEGER NOT NULL, sys INTEGER NOT NULL, ticket INTEGER NOT NULL, looked INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE INDEX cases_ticket ON cases (ticket);
CREATE TABLE contents (number INTEGER NOT NULL REFERENCES cases, hash TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (number, hash));
CREATE TABLE queue (number INTEGER PRIMARY KEY REFERENCES cases, due INTEGER NOT NULL, tries INTEGER NOT NULL, asked INTEGER NOT NULL);
CREATE TABLE events (
	id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL, number INTEGER NOT NULL, ticket INTEGER NOT NULL,
	user TEXT NOT NULL, customer TEXT NOT NULL, domain TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX events_at ON events (at);
CREATE INDEX events_case ON events (number);
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT raise(ABORT, 'events are never changed'); END;
CREATE TRIGGER events_keep BEFORE DELETE ON events BEGIN SELECT raise(ABORT, 'events are never deleted'); END;
`}}

// store is the database of the program.
type store struct {
	db   *database.DB
	name string // of the database, which no other has
	now  func() time.Time
}

func openStore(ctx context.Context, path string, now func() time.Time) (*store, error) {
	db, err := database.Open(ctx, path, schema)
	if err != nil {
		return nil, err
	}
	s := &store{db: db, now: now}
	err = s.change(ctx, func(tx *tx) error {
		tx.Exec("INSERT INTO meta VALUES ('name', ?) ON CONFLICT DO NOTHING", strings.ToLower(rand.Text()[:10]))
		s.name = tx.meta("name")
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// tx is a change of the database.
type tx struct {
	*database.Tx
	now time.Time
}

// change does something as a whole or not at all.
func (s *store) change(ctx context.Context, do func(*tx) error) error {
	return s.db.Change(ctx, func(t *database.Tx) error { return do(&tx{t, s.now()}) })
}

// read is change for what cannot fail by itself.
func (s *store) read(ctx context.Context, do func(*tx)) error {
	return s.change(ctx, func(tx *tx) error { do(tx); return nil })
}

func (t *tx) meta(name string) (value string) {
	t.One("SELECT value FROM meta WHERE name = ?", []any{name}, &value)
	return value
}

func (t *tx) setMeta(name, value string) {
	t.Exec("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", name, value)
}

// event adds to the log. The case fills in what the event does not say.
func (t *tx) event(e Event, c *Case) {
	if e.At.IsZero() {
		e.At = t.now
	}
	if c != nil {
		e.Case, e.Ticket, e.Customer, e.Domain = c.Number, c.Link.Ticket, c.GroupName, c.Domain
	}
	t.Exec("INSERT INTO events (at, kind, number, ticket, user, customer, domain, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		e.At.UnixMilli(), e.Kind, e.Case, e.Ticket, program.OneLine(e.User), e.Customer, e.Domain, program.Printable(e.Text))
}

// events gives a part of the log, in its order.
func (t *tx) events(where string, args ...any) (list []Event) {
	t.Each("SELECT at, kind, number, ticket, user, customer, domain, text FROM events WHERE "+where+" ORDER BY id", args, func(scan func(...any)) {
		var e Event
		var at int64
		scan(&at, &e.Kind, &e.Case, &e.Ticket, &e.User, &e.Customer, &e.Domain, &e.Text)
		e.At = time.UnixMilli(at).UTC()
		list = append(list, e)
	})
	return list
}

func encode(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain structs
	}
	return string(data)
}
