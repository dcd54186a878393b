package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/covedesk/covedesk/examples/internal/program"
)

const (
	maxLine  = 1 << 20  // of an alert
	maxFile  = 25 << 20 // of an attachment
	maxLines = 1000     // of a file in the spool
)

// putOne puts the alert of the command line into the spool.
func putOne(p *program.Program, s *spool, a alert) error {
	if err := a.check(); err != nil {
		return program.End(program.Wrong, err)
	}
	line, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return (&putter{Program: p, spool: s}).put([][]byte{line})
}

// putLines puts the alerts of standard input into the spool, each as soon as it
// was read. A line that cannot be read is set aside; the others are processed.
func putLines(p *program.Program, s *spool) error {
	put := &putter{Program: p, spool: s}
	in := bufio.NewReaderSize(p.Stdin, maxLine)
	var lines [][]byte
	for {
		line, err := in.ReadSlice('\n')
		if full := errors.Is(err, bufio.ErrBufferFull); full {
			line = append(bytes.Clone(line), " …"...) // so that the line is not valid JSON
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = in.ReadSlice('\n')
			}
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			lines = append(lines, bytes.Clone(line))
		}
		waiting, _ := in.Peek(in.Buffered())
		if len(lines) > 0 && (err != nil || len(lines) == maxLines || !bytes.ContainsRune(waiting, '\n')) {
			if err := put.put(lines); err != nil {
				return err
			}
			lines = nil
		}
		switch {
		case err == nil:
		case !errors.Is(err, io.EOF):
			return fmt.Errorf("standard input: %w", err)
		case put.wrong > 0:
			return program.End(program.Wrong, fmt.Errorf("%d lines cannot be read; they are in %s, the others were taken", put.wrong, s.path(badFolder)))
		default:
			return nil
		}
	}
}

// putter puts alerts into a spool.
type putter struct {
	*program.Program
	*spool
	wrong int // lines that were set aside
}

// put puts the lines that can be read into the spool, with copies of their
// attachments. After an error the alerts were not accepted.
func (p *putter) put(lines [][]byte) error {
	stamp, err := p.stamp(p.Now())
	if err != nil {
		return fmt.Errorf("the alert was not taken: %w", err)
	}
	var good [][]byte
	for i, line := range lines {
		a, err := parseAlert(line)
		if err == nil {
			p.attach(&a, fmt.Sprintf("%d-%d", stamp, i))
			a.Labels["Computer"] = cmp.Or(a.Labels["Computer"], hostname())
			line, err = json.Marshal(a)
		}
		if err == nil {
			good = append(good, line)
			continue
		}
		p.wrong++
		p.Say("a line cannot be read: %v", err)
		if err := p.setAside(fmt.Sprintf("%d-%d.json", stamp, i), line, err); err != nil {
			return fmt.Errorf("the alert was not taken: %w", err)
		}
	}
	if len(good) == 0 {
		return nil
	}
	if err := p.spool.put(stamp, good); err != nil {
		return fmt.Errorf("the alert was not taken: %w", err)
	}
	return nil
}

// attach copies the attachments of an alert, so that the tool may delete them.
// An attachment that cannot be copied is named in the text, because the alert
// is more important.
func (p *putter) attach(a *alert, id string) {
	var names []string
	for i, path := range a.Attach {
		name := fmt.Sprintf("%s-%d-%s", id, i, filepath.Base(path))
		if err := p.copyFile(path, p.path(filesFolder, name)); err != nil {
			why := fmt.Sprintf("The file %s is missing: %v", filepath.Base(path), err)
			p.Say("%s", why)
			a.Text += "\n" + why
			continue
		}
		names = append(names, name)
	}
	a.Attach = names
}

func (p *putter) copyFile(from, to string) error {
	file, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("it is not a file")
	case info.Size() > maxFile:
		return fmt.Errorf("it has %d bytes, more than %d", info.Size(), maxFile)
	}
	return p.write(to, func(w io.Writer) error { _, err := io.CopyN(w, file, info.Size()); return err })
}

// hostname returns the name of this computer, for alerts that name none.
func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}
