package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
)

// Attachment is a file for a ticket.
type Attachment struct {
	Name  string // the file's name, without a folder
	Title string // what people see; Name when empty
	Data  []byte
	// Public shows the file to the customer in the portal. By default it is
	// hidden.
	Public bool
}

// AttachPolicy says what becomes of an action whose file could not be attached.
// The ticket and its note are written by then. An upload is never repeated.
type AttachPolicy uint8

// The policies.
const (
	// AttachIgnore leaves the action done; Result.Degraded names the file.
	AttachIgnore AttachPolicy = iota
	// AttachFail makes the action failed, or its outcome unknown.
	AttachFail
	// AttachKeep writes the file into Config.AttachFolder, notes that in the
	// action log and leaves the action done; Result.Degraded says where the file
	// is.
	AttachKeep
)

// attachFaults says what cannot work about attachments.
func (c Config) attachFaults() (faults []string) {
	if c.LongText < 0 {
		faults = append(faults, "LongText must not be negative")
	}
	switch c.AttachFailed {
	case AttachIgnore, AttachFail:
	case AttachKeep:
		if info, err := os.Stat(c.AttachFolder); err != nil || !info.IsDir() {
			faults = append(faults, fmt.Sprintf("AttachFolder %q is not a folder, and AttachKeep needs one", c.AttachFolder))
		}
	default:
		faults = append(faults, fmt.Sprintf("AttachFailed %d is none of the policies", c.AttachFailed))
	}
	return faults
}

// configure attaches the configuration that the action is about to its new
// ticket. It is tried once: a ticket without its configuration is no reason to
// write twice.
func (r *run) configure(ctx context.Context, result Result) Result {
	if r.desk.config.Configuration == nil {
		return result
	}
	id, ok := r.desk.config.Configuration(result.Action)
	if !ok {
		return result
	}
	fields := []LogField{{Name: "configuration", New: decimal(id)}}
	err := r.logged(ctx, result.Action, "configuration", result.Ticket, fields, func(ctx context.Context) (int64, error) {
		_, err := r.desk.client.Service.Tickets.Configurations(result.Ticket).Create(ctx, &connectwise.TicketConfiguration{ID: id})
		return result.Ticket, err
	})
	if err != nil {
		result.Degraded = errors.Join(result.Degraded, fmt.Errorf("desk: configuration %d is not attached to ticket %d: %w", id, result.Ticket, err))
	}
	return result
}

// attach uploads the files of an action that is done, each once.
func (r *run) attach(ctx context.Context, result Result, files []Attachment) Result {
	d := r.desk
	if d.config.Attach != nil {
		more, err := d.config.Attach(ctx, result.Action)
		if err != nil {
			result = d.attachFailed(result, fmt.Errorf("desk: files for ticket %d: %w", result.Ticket, err))
		}
		files = append(files, more...)
	}
	for _, file := range files {
		fields := []LogField{{Name: "file", New: file.Name}, {Name: "size", New: decimal(int64(len(file.Data)))}}
		err := r.logged(ctx, result.Action, "attachment", result.Ticket, fields, func(ctx context.Context) (int64, error) {
			_, err := d.client.System.Documents.Create(ctx, connectwise.Upload{
				RecordType: "Ticket", RecordID: result.Ticket, Title: file.Title, FileName: file.Name,
				File: bytes.NewReader(file.Data), Private: !file.Public,
			})
			return result.Ticket, err
		})
		if err == nil {
			continue
		}
		err = fmt.Errorf("desk: file %q is not attached to ticket %d: %w", file.Name, result.Ticket, err)
		if d.config.AttachFailed == AttachKeep {
			kept, lost := r.keep(ctx, result, file)
			if lost != nil {
				err = errors.Join(err, lost)
			} else {
				err = fmt.Errorf("%w; it is kept as %s", err, kept)
			}
		}
		result = d.attachFailed(result, err)
	}
	return result
}

func (d *Desk) attachFailed(result Result, err error) Result {
	if d.config.AttachFailed != AttachFail {
		result.Degraded = errors.Join(result.Degraded, err)
		return result
	}
	result.Outcome, result.Err = Failed, errors.Join(result.Err, err)
	if errors.Is(result.Err, connectwise.ErrOutcomeUnknown) {
		result.Outcome = Unknown
	}
	return result
}

// keep writes a file that could not be attached into the folder, under the
// ticket's number. A file that is there already is not overwritten.
func (r *run) keep(ctx context.Context, result Result, file Attachment) (path string, err error) {
	// Only the last part of the name counts: names may come from outside.
	name := filepath.Base(strings.ReplaceAll(file.Name, `\`, "/"))
	for n := 1; ; n++ {
		path = filepath.Join(r.desk.config.AttachFolder, decimal(result.Ticket)+"-"+decimal(int64(n))+"-"+name)
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
			break
		} else if err != nil {
			return "", fmt.Errorf("desk: keep file: %w", err)
		}
	}
	err = r.logged(ctx, result.Action, "file", result.Ticket, []LogField{{Name: "file", New: path}}, func(context.Context) (int64, error) {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return result.Ticket, err
		}
		_, err = f.Write(file.Data)
		return result.Ticket, errors.Join(err, f.Close())
	})
	if err != nil {
		return "", fmt.Errorf("desk: keep file: %w", err)
	}
	return path, nil
}

// shorten cuts an internal text that is longer than Config.LongText at the end
// of a line, and gives the whole of it as a file.
func (d *Desk) shorten(text reconcile.Text, action string) (reconcile.Text, []Attachment) {
	limit := d.config.LongText
	if limit == 0 || utf8.RuneCountInString(text.Internal) <= limit {
		return text, nil
	}
	file := Attachment{Name: "text-" + action + ".txt", Data: []byte(text.Internal)}
	head := string([]rune(text.Internal)[:limit])
	if i := strings.LastIndexByte(head, '\n'); i > 0 {
		head = head[:i]
	}
	text.Internal = strings.TrimSpace(head) + "\n\nThe whole text is in the attached file " + file.Name + "."
	return text, []Attachment{file}
}
