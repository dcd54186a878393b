package program

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
)

// StateFile returns the path of a program's memory: path if it is given, or
// else a file for the company and owner in the program's folder, which it
// creates. Action log and health are beside it.
func (p *Program) StateFile(path, company, owner string) (string, error) {
	if path == "" {
		if p.Folder == "" {
			return "", End(Wrong, errors.New("this machine has no folder for a user's configuration: give -state"))
		}
		path = filepath.Join(p.Folder, plainName(company)+"-"+plainName(owner)+".json")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", End(Wrong, err)
	}
	return path, nil
}

// Memory returns a desk's memory in a file. It prints a message while it waits
// for another process that holds the lock.
func (p *Program) Memory(path string) desk.State { return memory{filestate.Open(path), p} }

type memory struct {
	*filestate.State
	program *Program
}

func (m memory) Lock(ctx context.Context, wait bool) (unlock func(), ok bool, err error) {
	unlock, ok, err = m.State.Lock(ctx, false)
	if ok || err != nil || !wait {
		return unlock, ok, err
	}
	m.program.Say("another process has %v: waiting until it has ended", m.State)
	return m.State.Lock(ctx, true)
}

// plainName returns a name that can be part of a file name.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(s))
}

// Beside returns the path of another file next to a memory:
// Beside("acme-desk.json", "log") is "acme-desk.log".
func Beside(state, what string) string {
	return strings.TrimSuffix(state, ".json") + "." + what
}

// ActionLog opens the log beside a memory, to which every write is appended
// before it is sent and after it was answered. Only its owner may read it.
func ActionLog(state string) (*os.File, error) {
	file, err := os.OpenFile(Beside(state, "log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, End(Wrong, fmt.Errorf("action log: %w", err))
	}
	return file, nil
}

// WriteFile writes a file completely or not at all. Only its owner may read it.
func WriteFile(path string, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	if err := errors.Join(write(file), file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("%s was not written: %w", path, err)
	}
	return os.Rename(file.Name(), path)
}

// Dated puts a time before a name, so that the files of many runs are sorted by
// time: "2026-11-29_07-00-00_devices.csv".
func Dated(at time.Time, name string) string {
	return at.Format("2006-01-02_15-04-05_") + name
}

// Cell returns a text as a cell of a table. It puts an apostrophe before a text
// that a spreadsheet would take for a formula.
func Cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// WriteCSV writes lines of cells to a file, each through [Cell].
func WriteCSV(path string, lines [][]string) error {
	return WriteFile(path, func(w io.Writer) error {
		out := csv.NewWriter(w)
		for _, line := range lines {
			cells := make([]string, len(line))
			for i, cell := range line {
				cells[i] = Cell(cell)
			}
			_ = out.Write(cells) // out.Error returns the error
		}
		out.Flush()
		return out.Error()
	})
}
