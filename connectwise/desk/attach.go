package desk

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
)

// Attachment is a file for a ticket.
type Attachment struct {
	Name  string // the file's name, without a folder
	Title string // title that people see; Name when empty
	Data  []byte
	// Public shows the file to the customer in the portal. By default it is
	// hidden.
	Public bool
}

// configure attaches the configuration of the action's device to the new
// ticket. It tries once, because a missing configuration does not justify a
// second write.
func (s *step) configure(ctx context.Context) {
	id, ok := s.configurations[s.action.KeyID]
	if !ok {
		return
	}
	err := s.logged(ctx, "configuration", []LogField{{Name: "configuration", New: lookup.ID(id)}}, func(ctx context.Context) (int64, error) {
		_, err := s.desk.client.Service.Tickets.Configurations(s.result.Ticket).Create(ctx, &connectwise.TicketConfiguration{ID: id})
		return 0, err
	})
	if err != nil {
		s.degraded(fmt.Errorf("desk: configuration %d is not attached to ticket %d: %w", id, s.result.Ticket, err))
	}
}

// attach uploads the files of an action, each once, after the ticket and its
// note were written. Files that could not be attached are returned in the
// result.
func (s *step) attach(ctx context.Context, files []Attachment) {
	d := s.desk
	if d.config.Attach != nil {
		more, err := d.config.Attach(ctx, s.action)
		if err != nil {
			s.degraded(fmt.Errorf("desk: files for ticket %d: %w", s.result.Ticket, err))
		}
		files = append(files, more...)
	}
	for _, file := range files {
		fields := []LogField{{Name: "file", New: file.Name}, {Name: "size", New: lookup.ID(int64(len(file.Data)))}}
		err := s.logged(ctx, "attachment", fields, func(ctx context.Context) (int64, error) {
			_, err := d.client.System.Documents.Create(ctx, connectwise.Upload{
				RecordType: "Ticket", RecordID: s.result.Ticket, Title: file.Title, FileName: file.Name,
				File: bytes.NewReader(file.Data), Private: !file.Public,
			})
			return 0, err
		})
		if err != nil {
			s.result.Unattached = append(s.result.Unattached, file)
			s.degraded(fmt.Errorf("desk: file %q is not attached to ticket %d: %w", file.Name, s.result.Ticket, err))
		}
	}
}

// shorten cuts an internal text that is longer than Config.LongText at the end
// of a line, and returns the whole text as a file.
func (s *step) shorten(action string) []Attachment {
	whole := []rune(s.text.Internal)
	limit := s.desk.config.LongText
	if limit <= 0 || len(whole) <= limit {
		return nil
	}
	file := Attachment{Name: "text-" + action + ".txt", Data: []byte(s.text.Internal)}
	head := string(whole[:limit])
	if i := strings.LastIndexByte(head, '\n'); i > 0 {
		head = head[:i]
	}
	s.text.Internal = strings.TrimSpace(head) + "\n\nThe whole text is in the attached file " + file.Name + "."
	return []Attachment{file}
}
