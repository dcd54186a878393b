package database

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

var schema = Schema{Program: "tried", ID: 77, Versions: []string{"CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y"}}

func open(t *testing.T, path string, s Schema) *DB {
	t.Helper()
	db, err := Open(t.Context(), path, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func run(t *testing.T, db *DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// Odd characters of a folder do not become parameters of the connection.
func place(t *testing.T) string {
	name := "50% of ?a=b#c"
	if runtime.GOOS == "windows" { // which allows no question mark
		name = "50% of a=b#c"
	}
	folder := filepath.Join(t.TempDir(), name)
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, "x.db")
}

func TestAnOlderFileIsBroughtUpToDate(t *testing.T) {
	path := place(t)
	old := schema
	old.Versions = schema.Versions[:1]
	db := open(t, path, old)
	run(t, db, "INSERT INTO a VALUES (1)")
	_ = db.Close()
	db = open(t, path, schema)
	run(t, db, "UPDATE a SET y = 2 WHERE x = 1")
	_ = db.Close()
	open(t, path, schema)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
}

func TestForeignFilesAreRefusedAndLeftAlone(t *testing.T) {
	for name, c := range map[string]struct {
		prepare Schema
		want    string
	}{
		"newer":   {Schema{"tried", 77, append(schema.Versions, "CREATE TABLE b (x)")}, "newer tried"},
		"foreign": {Schema{"other", 78, schema.Versions}, "not a database of tried"},
	} {
		t.Run(name, func(t *testing.T) {
			path := place(t)
			_ = open(t, path, c.prepare).Close()
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Open(t.Context(), path, schema); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
	path := place(t)
	if err := os.WriteFile(path, []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, schema); err == nil || !strings.Contains(err.Error(), "damaged or no database") {
		t.Errorf("%v", err)
	}
}

func TestExplain(t *testing.T) {
	path := place(t)
	db := open(t, path, schema)
	run(t, db, "PRAGMA max_page_count = 1")
	_, err := db.ExecContext(t.Context(), "INSERT INTO a VALUES (zeroblob(1000000), 1)")
	if err = Explain(err); err == nil || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("%v", err)
	}
	other := open(t, path, schema)
	run(t, other, "PRAGMA busy_timeout = 1")
	tx, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	_, err = other.ExecContext(t.Context(), "INSERT INTO a VALUES (1, 1)")
	if err = Explain(err); err == nil || !strings.Contains(err.Error(), "another program") {
		t.Errorf("%v", err)
	}
	if Explain(os.ErrNotExist) != os.ErrNotExist { //nolint:errorlint // it is the same one
		t.Error("an error of another kind was changed")
	}
}

func TestAChangeIsWholeOrNothing(t *testing.T) {
	db := open(t, place(t), schema)
	count := func() (n int) {
		if err := db.Change(t.Context(), func(tx *Tx) error { tx.One("SELECT count(*) FROM a", nil, &n); return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	refused := errors.New("refused")
	for name, do := range map[string]func(*Tx) error{
		"an error":           func(*Tx) error { return refused },
		"a failed statement": func(tx *Tx) error { tx.Exec("INSERT INTO nowhere VALUES (1)"); return nil },
		"a failed query":     func(tx *Tx) error { tx.Each("SELECT nothing", nil, func(func(...any)) {}); return nil },
		"a failed scan":      func(tx *Tx) error { var n int; tx.One("SELECT 'x'", nil, &n); return nil },
	} {
		err := db.Change(t.Context(), func(tx *Tx) error {
			tx.Exec("INSERT INTO a VALUES (1, 2)")
			return do(tx)
		})
		if err == nil || name == "an error" && err != refused || count() != 0 { //nolint:errorlint // it is the same one
			t.Errorf("%s: %v, %d rows", name, err, count())
		}
	}
	err := db.Change(t.Context(), func(tx *Tx) error {
		if n := tx.Exec("INSERT INTO a VALUES (1, 2), (3, 4)"); n != 2 || tx.Err() != nil {
			t.Errorf("%d rows, %v", n, tx.Err())
		}
		if tx.One("SELECT x FROM a WHERE x = 9", nil) {
			t.Error("a row that is not there")
		}
		return nil
	})
	if err != nil || count() != 2 {
		t.Errorf("%v, %d rows", err, count())
	}
}
