package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// DB is an open file.
type DB struct {
	*sql.DB
	path string
}

// Path returns the path of the file.
func (d *DB) Path() string { return d.path }

// Change runs do in a transaction. If do returns an error, or one of its
// statements failed, all changes are undone.
func (d *DB) Change(ctx context.Context, do func(*Tx) error) error {
	tx, err := d.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", d.path, Explain(err))
	}
	defer func() { _ = tx.Rollback() }() // no effect after the commit
	t := &Tx{
		query: func(statement string, args ...any) (*sql.Rows, error) {
			return tx.QueryContext(ctx, statement, args...)
		},
		exec: func(statement string, args ...any) (sql.Result, error) {
			return tx.ExecContext(ctx, statement, args...)
		},
	}
	if err := do(t); t.err == nil && err != nil {
		return err
	}
	if t.err == nil {
		t.err = tx.Commit()
	}
	if t.err != nil {
		return fmt.Errorf("%s: %w", d.path, Explain(t.err))
	}
	return nil
}

// Tx is a transaction. After a statement that failed, later statements do
// nothing, so errors need to be checked only at the end.
type Tx struct {
	query func(string, ...any) (*sql.Rows, error)
	exec  func(string, ...any) (sql.Result, error)
	err   error
}

// Err is the error of the first statement that failed.
func (t *Tx) Err() error { return t.err }

// Exec runs a statement and returns the number of rows that it changed.
func (t *Tx) Exec(statement string, args ...any) (rows int64) {
	if t.err != nil {
		return 0
	}
	result, err := t.exec(statement, args...)
	if err == nil {
		rows, err = result.RowsAffected()
	}
	t.err = err
	return rows
}

// Each calls do for every row of a query; scan reads the row. The function do
// must not run other statements.
func (t *Tx) Each(query string, args []any, do func(scan func(...any))) {
	if t.err != nil {
		return
	}
	rows, err := t.query(query, args...)
	if err != nil {
		t.err = err
		return
	}
	for t.err == nil && rows.Next() {
		do(func(into ...any) { t.err = errors.Join(t.err, rows.Scan(into...)) })
	}
	t.err = errors.Join(t.err, rows.Err(), rows.Close())
}

// One reads the only row of a query, and returns false if there is none.
func (t *Tx) One(query string, args []any, into ...any) (found bool) {
	t.Each(query, args, func(scan func(...any)) { scan(into...); found = true })
	return found && t.err == nil
}
