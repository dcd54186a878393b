package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/covedesk/covedesk/examples/internal/database"
)

// schema is the database. Times are milliseconds since 1970. Events can only be
// added.
var schema = database.Schema{Program: "twoway", ID: 0x74776f77, Versions: []string{`
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE groups (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, email TEXT NOT NULL);
CREATE TABLE systems (id INTEGER PRIMARY KEY, grp INTEGER NOT NULL REFERENCES groups, name TEXT NOT NULL, mac TEXT NOT NULL, UNIQUE (grp, name));
CREATE TABLE mapping (kind TEXT NOT NULL, ours INTEGER NOT NULL, theirs INTEGER NOT NULL, name TEXT NOT NULL, rule TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (kind, ours));
CREATE TABLE cases (
	number INTEGER PRIMARY KEY AUTOINCREMENT, rev INTEGER NOT NULL, title TEXT NOT NULL, grp INTEGER NOT NULL, sys INTEGER NOT NULL,
	status TEXT NOT NULL, status_at INTEGER NOT NULL, priority TEXT NOT NULL, priority_at INTEGER NOT NULL,
	opened INTEGER NOT NULL, opened_by TEXT NOT NULL, ticket INTEGER NOT NULL, link TEXT NOT NULL, looked INTEGER NOT NULL
);
CREATE INDEX cases_ticket ON cases (ticket);
CREATE TABLE comments (
	number INTEGER NOT NULL REFERENCES cases, n INTEGER NOT NULL, author TEXT NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL,
	note_kind TEXT NOT NULL, note INTEGER NOT NULL, seen TEXT NOT NULL, PRIMARY KEY (number, n)
);
CREATE TABLE attachments (
	number INTEGER NOT NULL REFERENCES cases, hash TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL,
	author TEXT NOT NULL, at INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (number, hash)
);
CREATE TABLE documents (number INTEGER NOT NULL REFERENCES cases, document INTEGER NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (number, document));
CREATE TABLE intents (
	number INTEGER NOT NULL REFERENCES cases, kind TEXT NOT NULL, item TEXT NOT NULL, here TEXT NOT NULL, there INTEGER NOT NULL, at INTEGER NOT NULL,
	PRIMARY KEY (number, kind, item)
);
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
	db   *sql.DB
	path string
	name string // of the database, which no other has
	now  func() time.Time
}

func openStore(ctx context.Context, path string, now func() time.Time) (*store, error) {
	db, err := database.Open(ctx, path, schema)
	if err != nil {
		return nil, err
	}
	s := &store{db: db, path: path, now: now}
	err = s.change(ctx, func(tx *tx) error {
		tx.exec("INSERT INTO meta VALUES ('name', ?) ON CONFLICT DO NOTHING", strings.ToLower(rand.Text()[:10]))
		s.name = tx.meta("name")
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// tx is a transaction. The first error stays, and ends it without a trace.
type tx struct {
	context.Context
	*sql.Tx
	now time.Time
	err error
}

// change does something as a whole or not at all.
func (s *store) change(ctx context.Context, do func(*tx) error) error {
	t, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", s.path, database.Explain(err))
	}
	tx := &tx{ctx, t, s.now(), nil}
	if err := do(tx); err != nil || tx.err != nil {
		_ = t.Rollback()
		if err == nil || errors.Is(err, tx.err) {
			err = tx.err
		}
		return database.Explain(err)
	}
	if err := t.Commit(); err != nil {
		return fmt.Errorf("%s: %w", s.path, database.Explain(err))
	}
	return nil
}

func (t *tx) exec(statement string, args ...any) int64 {
	if t.err != nil {
		return 0
	}
	result, err := t.ExecContext(t, statement, args...)
	if err != nil {
		t.err = err
		return 0
	}
	n, err := result.RowsAffected()
	t.err = err
	return n
}

// insert gives the id of a new row.
func (t *tx) insert(statement string, args ...any) (id int64) {
	t.each(statement+" RETURNING rowid", args, func(scan func(...any)) { scan(&id) })
	return id
}

// each calls a function for every row. It must ask for nothing else.
func (t *tx) each(query string, args []any, do func(scan func(...any))) {
	if t.err != nil {
		return
	}
	rows, err := t.QueryContext(t, query, args...)
	if err != nil {
		t.err = err
		return
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() && t.err == nil {
		do(func(into ...any) {
			if err := rows.Scan(into...); err != nil {
				t.err = err
			}
		})
	}
	if err := rows.Err(); err != nil {
		t.err = err
	}
}

func (t *tx) meta(name string) (value string) {
	t.each("SELECT value FROM meta WHERE name = ?", []any{name}, func(scan func(...any)) { scan(&value) })
	return value
}

func (t *tx) setMeta(name, value string) {
	t.exec("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", name, value)
}

// event adds to the log. Case and group fill in what the event does not say.
func (t *tx) event(e Event, c *Case) {
	if e.At.IsZero() {
		e.At = t.now
	}
	if c != nil {
		e.Case, e.Ticket, e.Customer, e.Domain = c.Number, c.Link.Ticket, c.GroupName, c.Domain
	}
	t.exec("INSERT INTO events (at, kind, number, ticket, user, customer, domain, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		e.At.UnixMilli(), e.Kind, e.Case, e.Ticket, oneLine(e.User), e.Customer, e.Domain, printable(e.Text))
}

// events gives a part of the log, in its order.
func (t *tx) events(where string, args ...any) (list []Event) {
	t.each("SELECT at, kind, number, ticket, user, customer, domain, text FROM events WHERE "+where+" ORDER BY id", args, func(scan func(...any)) {
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
