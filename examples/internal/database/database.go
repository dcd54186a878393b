// Package database opens a SQLite file for a program's data.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Wait is how long a statement waits for another process that writes.
const Wait = 5 * time.Second

// Schema describes a program's file.
type Schema struct {
	// Program is the name of the program, for errors.
	Program string
	// ID is a number that is different for each program, so that no file of
	// another program is opened by mistake.
	ID int32
	// Versions are the statements that upgrade each version to the next; the
	// first makes version 1 from an empty file. Never change statements that
	// were released.
	Versions []string
}

// Open opens the file at path, creates it if it is missing, and upgrades it to
// the newest version. Only its owner may read a new file. A file of another
// program, or of a newer version of this program, is refused and not changed.
//
// The DB has one connection, so the goroutines of the program take turns. Keep
// transactions short, and never use the DB itself inside a transaction.
func Open(ctx context.Context, path string, s Schema) (*DB, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	query := url.Values{"_txlock": {"immediate"}, "_pragma": {
		fmt.Sprintf("busy_timeout(%d)", Wait.Milliseconds()), "journal_mode(wal)", "synchronous(full)", "foreign_keys(on)",
	}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: query.Encode()}).String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if err := s.migrate(ctx, db); err != nil {
		return nil, fmt.Errorf("%s: %w", path, errors.Join(Explain(err), db.Close()))
	}
	return &DB{db, path}, nil
}

func (s Schema) migrate(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var id int32
	var version, tables int
	for pragma, into := range map[string]any{"PRAGMA application_id": &id, "PRAGMA user_version": &version, "SELECT count(*) FROM sqlite_schema": &tables} {
		if err := tx.QueryRowContext(ctx, pragma).Scan(into); err != nil {
			return err
		}
	}
	switch {
	case id != s.ID && (id != 0 || version != 0 || tables != 0):
		return fmt.Errorf("this is not a database of %s", s.Program)
	case version > len(s.Versions):
		return fmt.Errorf("version %d was written by a newer %s, which is needed to open it: this one knows %d", version, s.Program, len(s.Versions))
	case version == len(s.Versions):
		return nil
	}
	for _, statements := range s.Versions[version:] {
		if _, err := tx.ExecContext(ctx, statements); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", s.ID, len(s.Versions))); err != nil {
		return err
	}
	return tx.Commit()
}

// Explain adds to an error of the database what to do about it. It returns
// other errors unchanged.
func Explain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	const primary = 0xff // mask for the primary part of an extended code
	switch e.Code() & primary {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("another program has been writing to the database for %v; nothing was changed, try again: %w", Wait, err)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("the disk is full; nothing was changed, make room: %w", err)
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("the file is damaged or no database: put back a copy: %w", err)
	}
	return err
}
