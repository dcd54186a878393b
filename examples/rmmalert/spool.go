package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/covedesk/covedesk/examples/internal/program"
)

// spool is the folder in which alerts wait. A file <stamp>-<n>.json holds n
// alerts, one JSON object on each line. The stamp is a time in nanoseconds that
// always grows, so the order of names is the order of alerts, even if the clock
// is changed. Other tools may put files that end in .json there, by renaming
// them into the folder.
type spool struct {
	dir string
	// write writes a file completely or not at all.
	write func(path string, write func(io.Writer) error) error
}

// The folders in a spool.
const (
	badFolder     = "bad"     // lines that cannot be read, each with the reason beside it
	filesFolder   = "files"   // attachments of alerts that wait or are collected
	sendingFolder = "sending" // attachments that are being sent
	keptFolder    = "kept"    // attachments that a person must deal with
)

func openSpool(dir string) (*spool, error) {
	for _, folder := range []string{"", badFolder, filesFolder, sendingFolder, keptFolder} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			return nil, program.End(program.Wrong, fmt.Errorf("spool: %w", err))
		}
	}
	return &spool{dir, program.WriteFile}, nil
}

func (s *spool) path(parts ...string) string {
	return filepath.Join(append([]string{s.dir}, parts...)...)
}

// stamp returns a unique stamp that is later than all earlier ones.
func (s *spool) stamp(now time.Time) (int64, error) {
	lock := flock.New(s.path("stamp.lock"))
	if err := lock.Lock(); err != nil {
		return 0, err
	}
	defer func() { _ = lock.Close() }()
	last, err := os.ReadFile(s.path("stamp"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	n, _ := strconv.ParseInt(string(last), 10, 64) // a stamp that was cut off counts as 0
	n = max(n+1, now.UnixNano())
	return n, os.WriteFile(s.path("stamp"), strconv.AppendInt(nil, n, 10), 0o600)
}

// put puts lines into the spool, all or none.
func (s *spool) put(stamp int64, lines [][]byte) error {
	return s.write(s.path(fmt.Sprintf("%019d-%d.json", stamp, len(lines))), func(w io.Writer) error {
		_, err := w.Write(append(bytes.Join(lines, []byte("\n")), '\n'))
		return err
	})
}

// setAside keeps data that cannot be read, with the reason beside it.
func (s *spool) setAside(name string, data []byte, reason error) error {
	path := s.path(badFolder, name)
	return errors.Join(
		s.write(path, func(w io.Writer) error { _, err := w.Write(data); return err }),
		s.write(path+".reason", func(w io.Writer) error { _, err := fmt.Fprintln(w, reason); return err }),
	)
}

// queued is a file that waits.
type queued struct {
	name   string
	at     time.Time // zero: unknown
	alerts int
}

// queue lists the waiting files, oldest first.
func (s *spool) queue() (list []queued, err error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".json")
		if !ok || e.IsDir() {
			continue
		}
		q := queued{name: e.Name(), alerts: 1}
		stamp, count, _ := strings.Cut(name, "-")
		if n, err := strconv.ParseInt(stamp, 10, 64); err == nil {
			q.at = time.Unix(0, n)
			if c, err := strconv.Atoi(count); err == nil && c > 0 {
				q.alerts = c
			}
		} else if info, err := e.Info(); err == nil {
			q.at = info.ModTime()
		}
		list = append(list, q)
	}
	slices.SortStableFunc(list, func(a, b queued) int { return a.at.Compare(b.at) })
	return list, nil
}

// bound removes files that exceed the limits from a queue, oldest first, and
// counts their alerts.
func (s *spool) bound(list []queued, now time.Time, most int, age time.Duration) (left []queued, dropped int, err error) {
	total := 0
	for _, q := range list {
		total += q.alerts
	}
	for len(list) > 0 && (most > 0 && total > most || age > 0 && now.Sub(list[0].at) > age) {
		if err := os.Remove(s.path(list[0].name)); err != nil {
			return list, dropped, err
		}
		total -= list[0].alerts
		dropped += list[0].alerts
		list = list[1:]
	}
	return list, dropped, nil
}

// read reads the lines of a file.
func (s *spool) read(q queued) (lines [][]byte, err error) {
	data, err := os.ReadFile(s.path(q.name))
	for line := range bytes.Lines(data) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			lines = append(lines, line)
		}
	}
	return lines, err
}

// done removes files from the spool.
func (s *spool) done(list []queued) error {
	var errs []error
	for _, q := range list {
		if err := os.Remove(s.path(q.name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// clearSending deletes the attachments that were sent.
func (s *spool) clearSending() error {
	return s.eachSending(func(_, path string) error { return os.Remove(path) })
}

// keepSending keeps the attachments that were being sent when a run ended. It
// is not known whether they arrived, and none is sent twice.
func (s *spool) keepSending(p *program.Program) error {
	return s.eachSending(func(name, path string) error {
		kept := s.path(keptFolder, name)
		p.Say("a run ended while the file %s was being attached; look whether it is on its ticket, it is kept in %s", plainName(name), kept)
		return os.Rename(path, kept)
	})
}

func (s *spool) eachSending(do func(name, path string) error) error {
	entries, err := os.ReadDir(s.path(sendingFolder))
	for _, e := range entries {
		err = errors.Join(err, do(e.Name(), s.path(sendingFolder, e.Name())))
	}
	return err
}

// lock keeps other drains out; ok is false if another drain is running.
func (s *spool) lock() (unlock func(), ok bool, err error) {
	lock := flock.New(s.path("drain.lock"))
	ok, err = lock.TryLock()
	return func() { _ = lock.Close() }, ok, err
}
