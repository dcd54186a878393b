package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// read reads a whole ticket. Only the service desk's answer, at both paths
// where a ticket can be, proves that there is none; any other failure is an
// error.
func (a *app) read(ctx context.Context, id int64) (*Ticket, error) {
	t := &Ticket{ID: id}
	got, err := a.client.Service.Tickets.Get(ctx, id)
	if errors.Is(err, connectwise.ErrNotFound) {
		got, err = connectwise.NewCollection[connectwise.Ticket](a.client, "project/tickets").Get(ctx, id)
		if t.Project = true; errors.Is(err, connectwise.ErrNotFound) {
			return t, nil
		}
	}
	if err != nil {
		return nil, err
	}
	t.Found, t.MergedInto = true, got.MergedParentTicket.ID
	t.Status, t.Priority = Named{got.Status.ID, got.Status.Name}, Named{got.Priority.ID, got.Priority.Name}
	t.Board, t.Company = Named{got.Board.ID, got.Board.Name}, Named{got.Company.ID, got.Company.Name}
	t.Closed, t.Updated, t.UpdatedBy = got.ClosedFlag, got.Info.LastUpdated.UTC(), strings.TrimSpace(got.Info.UpdatedBy)
	if t.MergedInto != 0 {
		return t, nil
	}
	if t.Notes, err = a.readNotes(ctx, t); err != nil {
		return nil, err
	}
	recordType := "Ticket"
	if t.Project {
		recordType = "ProjectTicket"
	}
	documents, err := a.client.System.Documents.Of(recordType, id).All(ctx, nil)
	if err != nil {
		return nil, err
	}
	for _, d := range documents {
		t.Documents = append(t.Documents, Document{ID: d.ID, Title: d.Title, Name: cmp.Or(d.FileName, d.Title), Size: d.Size, By: d.Owner, Link: d.LinkFlag || d.URLFlag})
	}
	if t.Project {
		return t, nil
	}
	attached, err := a.client.Service.Tickets.Configurations(id).All(ctx, nil)
	for _, c := range attached {
		t.Configurations = append(t.Configurations, Named{c.ID, cmp.Or(c.DeviceIdentifier, fmt.Sprintf("#%d", c.ID))})
	}
	return t, err
}

// readNotes reads the whole discussion; on servers without one, the typed notes.
func (a *app) readNotes(ctx context.Context, t *Ticket) (list []Note, err error) {
	root := "service"
	if t.Project {
		root = "project"
	}
	path := fmt.Sprintf("%s/tickets/%d/", root, t.ID)
	discussion, err := connectwise.NewCollection[connectwise.DiscussionNote](a.client, path+"allNotes").All(ctx, nil)
	var e *connectwise.Error
	if errors.As(err, &e) && (errors.Is(err, connectwise.ErrNoEndpoint) || e.Status == 405) {
		notes, err := connectwise.NewCollection[connectwise.TicketNote](a.client, path+"notes").All(ctx, nil)
		if err != nil {
			return nil, err
		}
		for _, n := range notes {
			discussion = append(discussion, &connectwise.DiscussionNote{ID: n.ID, Text: n.Text, DetailDescriptionFlag: n.DetailDescriptionFlag,
				InternalAnalysisFlag: n.InternalAnalysisFlag, ResolutionFlag: n.ResolutionFlag, Member: n.Member, Contact: n.Contact, OriginalAuthor: n.CreatedBy, Info: n.Info})
		}
	} else if err != nil {
		return nil, err
	}
	for _, n := range discussion {
		if n.BundledFlag { // a child ticket has a case of its own, or none
			continue
		}
		kind := cmp.Or(n.NoteType, kindNote)
		at := cmp.Or(n.TimeStart.Time, n.Info.DateEntered.Time, n.Info.LastUpdated.Time)
		list = append(list, Note{
			NoteKey: NoteKey{kind, n.ID}, Text: n.Text, At: at.UTC(), Merged: n.MergedFlag,
			Author: program.OneLine(cmp.Or(n.Member.Name, n.Contact.Name, n.Member.Identifier, n.OriginalAuthor, n.Info.EnteredBy, n.Info.UpdatedBy)),
			Ours:   strings.EqualFold(strings.TrimSpace(cmp.Or(n.Member.Identifier, n.OriginalAuthor, n.Info.EnteredBy)), a.me),
			Taken: kind != kindNote || n.InternalAnalysisFlag && slices.Contains(a.NotesFrom, noteInternal) ||
				n.DetailDescriptionFlag && slices.Contains(a.NotesFrom, noteDiscussion) || n.ResolutionFlag && slices.Contains(a.NotesFrom, noteResolution),
		})
	}
	slices.SortStableFunc(list, func(x, y Note) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.ID, y.ID)) })
	return list, nil
}

// download reads the content of a document. Of one that is larger than the settings
// allow it reads a byte more than that.
func (a *app) download(ctx context.Context, id int64) (data []byte, err error) {
	file, err := a.client.System.Documents.Download(ctx, id)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return io.ReadAll(io.LimitReader(file, a.MaxAttachment+1))
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
