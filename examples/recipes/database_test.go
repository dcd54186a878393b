package recipes

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/reconcile"
)

// dbState keeps memories in the table "memory (name TEXT PRIMARY KEY, data BLOB)".
// Whoever has a transaction open in the other database has the lock: it ends with
// the process in any case. In PostgreSQL it is pg_advisory_lock on a connection.
type dbState struct {
	db, lock *sql.DB // lock is opened with _txlock=exclusive
	name     string
}

// Lock implements desk.State.
func (s *dbState) Lock(ctx context.Context, wait bool) (unlock func(), ok bool, err error) {
	for {
		tx, err := s.lock.BeginTx(context.WithoutCancel(ctx), nil)
		var code *sqlite.Error
		switch {
		case err == nil:
			return func() { _ = tx.Rollback() }, true, nil
		case !errors.As(err, &code) || code.Code() != sqlite3.SQLITE_BUSY:
			return nil, false, err
		case !wait:
			return nil, false, nil
		}
		select {
		case <-ctx.Done():
			return nil, false, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// Load implements desk.State.
func (s *dbState) Load() (data []byte, err error) {
	err = s.db.QueryRowContext(context.Background(), "SELECT data FROM memory WHERE name = ?", s.name).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return data, err
}

// Save implements desk.State.
func (s *dbState) Save(data []byte) error {
	_, err := s.db.ExecContext(context.Background(), "INSERT INTO memory (name, data) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET data = excluded.data", s.name, data)
	return err
}

func openState(t *testing.T, folder string) *dbState {
	t.Helper()
	open := func(file, options string) *sql.DB {
		db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(folder, file))+options)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	s := &dbState{open("memory.db", "?_pragma=busy_timeout(5000)"), open("lock.db", "?_txlock=exclusive"), "acme"}
	if _, err := s.db.ExecContext(t.Context(), "CREATE TABLE IF NOT EXISTS memory (name TEXT PRIMARY KEY, data BLOB)"); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDatabase(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	mine, theirs := openState(t, folder), openState(t, folder)
	if data, err := mine.Load(); data != nil || err != nil {
		t.Errorf("%q, %v before the first save", data, err)
	}
	unlock, ok, err := mine.Lock(t.Context(), true)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	if _, ok, err := theirs.Lock(t.Context(), false); ok || err != nil {
		t.Errorf("two hold the lock: %t, %v", ok, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
	defer cancel()
	if _, ok, err := theirs.Lock(ctx, true); ok || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waited in vain: %t, %v", ok, err)
	}
	time.AfterFunc(150*time.Millisecond, unlock)
	unlock, ok, err = theirs.Lock(t.Context(), true)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	unlock()

	// Two processes: the second knows the ticket of the first.
	srv := tenantOf(t, "acme")
	bad := desk.Alert{Key: "db01", Company: "ACME", Summary: "db01 is down", Severity: reconcile.SeverityHigh}
	for i, list := range [][]desk.Alert{{bad}, {bad}} {
		client, err := connectwise.NewClient(connectwise.Credentials(srv.Credentials()))
		if err != nil {
			t.Fatal(err)
		}
		d, err := desk.New(t.Context(), client, desk.Config{State: openState(t, folder)})
		if err != nil {
			t.Fatal(err)
		}
		report, err := d.Sync(t.Context(), desk.ActiveAlerts("rmm", list))
		if err != nil || report.Health() != desk.HealthFine || len(srv.Tickets()) != 1 {
			t.Fatalf("run %d: %v, %s, %d tickets", i, err, report, len(srv.Tickets()))
		}
	}
	if data, err := mine.Load(); len(data) == 0 || err != nil {
		t.Errorf("%q, %v", data, err)
	}
}
