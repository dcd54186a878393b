package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
// The ticket and its note are written by then. An upload is never repeated;
// [Result].Unattached hands the files back.
type AttachPolicy uint8

// The policies.
const (
	// AttachIgnore leaves the action done; Result.Degraded names the file.
	AttachIgnore AttachPolicy = iota
	// AttachFail makes the action failed, or its outcome unknown.
	AttachFail
)

// attachFaults says what cannot work about attachments.
func (c Config) attachFaults() (faults []string) {
	if c.LongText < 0 {
		faults = append(faults, "LongText must not be negative")
	}
	switch c.AttachFailed {
	case AttachIgnore, AttachFail:
	default:
		faults = append(faults, fmt.Sprintf("AttachFailed %d is none of the policies", c.AttachFailed))
	}
	return faults
}

// configure attaches the configuration of the device that the action is about to
// its new ticket. It is tried once: a ticket without its configuration is no
// reason to write twice.
func (r *run) configure(ctx context.Context, result Result) Result {
	id, ok := r.configurations[result.Action.KeyID]
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
		result.Unattached = append(result.Unattached, file)
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
