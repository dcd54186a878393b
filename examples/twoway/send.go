package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/covedesk/covedesk/connectwise"
)

// silent are the options of a write to a ticket.
func (a *app) silent() []connectwise.Op {
	if a.Mail {
		return nil
	}
	return []connectwise.Op{connectwise.Silent()}
}

// send carries one write out. id is that of what was made, seen the text of a note
// as the service desk has it.
func (a *app) send(ctx context.Context, c *Case, w Intent) (id int64, seen string, err error) {
	tickets := a.client.Service.Tickets
	switch w.Kind {
	case writeTicket:
		ticket, err := a.newTicket(ctx, c)
		if err != nil {
			return 0, "", err
		}
		made, err := tickets.Create(ctx, ticket, a.silent()...)
		if err != nil {
			return 0, "", err
		}
		return made.ID, "", nil
	case writeStatus, writePriority:
		_, err := tickets.Patch(ctx, c.Link.Ticket, append(a.silent(), connectwise.Set(string(w.Kind), connectwise.ByID(w.There)))...)
		return 0, "", err
	case writeConfiguration:
		_, err := tickets.Configurations(c.Link.Ticket).Create(ctx, &connectwise.TicketConfiguration{ID: w.There})
		return w.There, "", err
	case writeNote:
		return a.sendNote(ctx, c, w)
	case writeDocument:
		return a.sendDocument(ctx, c, w)
	}
	return 0, "", fmt.Errorf("no such write: %s", w.Kind)
}

// newTicket is a case as a ticket, of the company that its group or its system's
// configuration belongs to.
func (a *app) newTicket(ctx context.Context, c *Case) (*connectwise.Ticket, error) {
	company := c.Company
	if company == 0 {
		configuration, err := a.client.Company.Configurations.Get(ctx, c.Configuration)
		if err != nil {
			return nil, err
		}
		company = configuration.Company.ID
	}
	return &connectwise.Ticket{
		Summary: summary(*c), ExternalXRef: xref(a.store.name, c.Number), Board: connectwise.ByID(a.maps.Board),
		Company:  connectwise.ByID(company),
		Status:   connectwise.ByID(c.Link.StatusAgreed.There),
		Priority: connectwise.ByID(c.Link.PriorityAgreed.There),
	}, nil
}

func (a *app) sendNote(ctx context.Context, c *Case, w Intent) (int64, string, error) {
	note := &connectwise.TicketNote{
		Text:                  noteText(c.Number, *c.comment(w.Item)),
		InternalAnalysisFlag:  a.NotesAs == noteInternal,
		DetailDescriptionFlag: a.NotesAs == noteDiscussion,
		ResolutionFlag:        a.NotesAs == noteResolution,
		ProcessNotifications:  a.Mail,
	}
	root := "service"
	if c.Link.State == stateProject {
		root = "project"
	}
	made, err := connectwise.NewCollection[connectwise.TicketNote](a.client, fmt.Sprintf("%s/tickets/%d/notes", root, c.Link.Ticket)).Create(ctx, note)
	if err != nil {
		return 0, "", err
	}
	_, _, seen, _ := readNote(made.Text)
	return made.ID, seen, nil
}

func (a *app) sendDocument(ctx context.Context, c *Case, w Intent) (int64, string, error) {
	file := first(c.Attachments, func(b Attachment) bool { return b.Hash == w.Item })
	var data []byte
	if err := a.store.read(ctx, func(tx *tx) { data = tx.content(c.Number, w.Item) }); err != nil {
		return 0, "", err
	}
	made, err := a.client.System.Documents.Create(ctx, connectwise.Upload{
		RecordType: "Ticket", RecordID: c.Link.Ticket, Title: documentTitle(c.Number, *file), FileName: fileName(file.Name),
		File: bytes.NewReader(data), Private: a.NotesAs == noteInternal,
	})
	if err != nil {
		return 0, "", err
	}
	return made.ID, "", nil
}
