package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/desk/setup"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func at(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

// stepMaps has a board with two statuses that are open for a case.
func stepMaps() *Maps {
	return &Maps{
		Board: 1, Closed: []string{"Closed"}, Reopened: "New", MaxAttachment: 10,
		Boards: map[int64]*setup.Translation{1: {
			ToTicket:   map[string]setup.Option{"New": {ID: 11}, "Open": {ID: 12}, "Closed": {ID: 14}},
			FromTicket: map[int64]string{11: "New", 12: "Open", 13: "Open", 14: "Closed"},
		}},
		Priorities: &setup.Translation{ToTicket: map[string]setup.Option{"Low": {ID: 21}, "High": {ID: 22}}, FromTicket: map[int64]string{21: "Low", 22: "High"}},
	}
}

// pair is a case and a ticket that agree.
func pair() (Case, *Ticket) {
	return Case{
			Number: 7, Title: "Printer", Status: "New", Priority: "Low", StatusAt: at(-60), PriorityAt: at(-60), Company: 5,
			Comments:  []Comment{{Author: "alice", Text: "it broke", Note: NoteKey{kindNote, 100}, Seen: "it broke"}},
			Documents: map[int64]string{},
			Link:      Link{Wanted: true, Ticket: 70, StatusAgreed: Agreed{"New", 11}, PriorityAgreed: Agreed{"Low", 21}, Board: "Help Desk", Company: "Birch", TicketStatus: "New"},
		}, &Ticket{
			ID: 70, Found: true, Status: Named{11, "New"}, Priority: Named{21, "Low"}, Board: Named{1, "Help Desk"}, Company: Named{5, "Birch"},
			Updated: at(-60), UpdatedBy: "tech1", Notes: []Note{{NoteKey: NoteKey{kindNote, 100}, Text: "Case 7, by alice:\nit broke", Ours: true, Taken: true}},
		}
}

func TestStep(t *testing.T) {
	hash := hashOf([]byte("x"))
	for name, c := range map[string]struct {
		change func(*Case, *Ticket)
		now    time.Time
		writes string // "status 12", "note 1", …
		status string // of the case afterwards
		events string // kinds
		again  time.Time
	}{
		"nothing changed":          {change: func(*Case, *Ticket) {}},
		"the case changed":         {change: func(c *Case, _ *Ticket) { c.Status, c.StatusAt = "Open", at(-1) }, writes: "status 12", status: "Open"},
		"the ticket changed":       {change: func(_ *Case, t *Ticket) { t.Status, t.Updated = Named{12, "Open"}, at(-1) }, status: "Open", events: eventModified},
		"closed":                   {change: func(_ *Case, t *Ticket) { t.Status = Named{14, "Closed"} }, status: "Closed", events: eventClosed},
		"both changed to the same": {change: func(c *Case, t *Ticket) { c.Status, t.Status = "Open", Named{13, "Assigned"} }, status: "Open"},
		"both changed, the case later": {change: func(c *Case, t *Ticket) {
			c.Status, c.StatusAt, t.Status, t.Updated = "Open", at(-1), Named{14, "Closed"}, at(-2)
		}, writes: "status 12", status: "Open", events: eventConflict},
		"both changed, the ticket later": {change: func(c *Case, t *Ticket) {
			c.Status, c.StatusAt, t.Status, t.Updated = "Open", at(-2), Named{14, "Closed"}, at(-1)
		}, status: "Closed", events: eventConflict + " " + eventClosed},
		"another status of the same meaning": {change: func(c *Case, t *Ticket) {
			c.Status, c.Link.StatusAgreed, t.Status = "Open", Agreed{"Open", 12}, Named{13, "Assigned"}
		}, status: "Open"},
		"written, the answer was lost": {change: func(c *Case, t *Ticket) {
			c.Status, c.StatusAt = "Open", at(-2)
			t.Status = Named{12, "Open"}
			c.Intents = []Intent{{Kind: writeStatus, Here: "Open", There: 12, At: at(-1)}}
		}, status: "Open"},
		"written, then changed here": {change: func(c *Case, t *Ticket) {
			c.Status, c.StatusAt = "New", at(-2)
			t.Status, t.Updated = Named{12, "Open"}, at(-1)
			c.Intents = []Intent{{Kind: writeStatus, Here: "Open", There: 12, At: at(-3)}}
		}, writes: "status 11", status: "New"},
		"not known whether written": {change: func(c *Case, _ *Ticket) {
			c.Status = "Open"
			c.Intents = []Intent{{Kind: writeStatus, Here: "Open", There: 12, At: at(-1)}}
		}, status: "Open", again: at(1)},
		"not written": {change: func(c *Case, _ *Ticket) {
			c.Status, c.StatusAt = "Open", at(-3)
			c.Intents = []Intent{{Kind: writeStatus, Here: "Open", There: 12, At: at(-2)}}
		}, writes: "status 12", status: "Open"},
		"moved to a board without a map": {change: func(_ *Case, t *Ticket) { t.Board, t.Status = Named{2, "Field"}, Named{31, "New"} }, events: eventMoved},
		"closed there":                   {change: func(_ *Case, t *Ticket) { t.Board, t.Status, t.Closed = Named{2, "Field"}, Named{34, "Done"}, true }, status: "Closed", events: eventMoved + " " + eventClosed},
		"the case changed, the board has none": {change: func(c *Case, t *Ticket) {
			c.Status, t.Board, t.Status, c.Link.StatusAgreed.There = "Open", Named{2, "Field"}, Named{31, "New"}, 31
		}, status: "Open", events: eventMoved + " " + eventNotCarried},
		"deleted":                  {change: func(_ *Case, t *Ticket) { *t = Ticket{ID: 70} }, events: eventDeleted},
		"still deleted":            {change: func(c *Case, t *Ticket) { *t = Ticket{ID: 70}; c.Link.State, c.Status = stateDeleted, "Open" }, status: "Open"},
		"found again":              {change: func(c *Case, _ *Ticket) { c.Link.State = stateDeleted }},
		"merged":                   {change: func(_ *Case, t *Ticket) { t.MergedInto = 71 }, events: eventMerged, again: noon},
		"another company":          {change: func(_ *Case, t *Ticket) { t.Company = Named{6, "Oak"} }, events: eventCompany},
		"a project's":              {change: func(_ *Case, t *Ticket) { t.Project = true }, events: eventProject},
		"priority":                 {change: func(c *Case, _ *Ticket) { c.Priority, c.PriorityAt = "High", at(-1) }, writes: "priority 22"},
		"a priority nobody mapped": {change: func(_ *Case, t *Ticket) { t.Priority = Named{29, "Odd"} }},
		"a comment":                {change: func(c *Case, _ *Ticket) { c.Comments = append(c.Comments, Comment{N: 1, Text: "x"}) }, writes: "note 1"},
		"a comment on its way": {change: func(c *Case, _ *Ticket) {
			c.Comments = append(c.Comments, Comment{N: 1, Text: "x"})
			c.Intents = []Intent{{Kind: writeNote, Item: "1", At: noon}}
		}, again: at(2)},
		"a note": {change: func(_ *Case, t *Ticket) {
			t.Notes = append(t.Notes, Note{NoteKey: NoteKey{kindNote, 101}, Text: "look", Taken: true})
		}, events: eventModified},
		"a time entry with the note's number": {change: func(_ *Case, t *Ticket) {
			t.Notes = append(t.Notes, Note{NoteKey: NoteKey{"TimeEntryNote", 100}, Text: "1 h", Taken: true})
		}, events: eventModified},
		"a note of a sort that nobody wants": {change: func(_ *Case, t *Ticket) {
			t.Notes = append(t.Notes, Note{NoteKey: NoteKey{kindNote, 101}, Text: "look"})
		}},
		"another case's on the same ticket": {change: func(_ *Case, t *Ticket) {
			t.Notes = append(t.Notes, Note{NoteKey: NoteKey{kindNote, 101}, Text: "Case 8, comment 1, by bob:\nhi", Ours: true, Taken: true})
		}},
		"what a person pasted": {change: func(_ *Case, t *Ticket) {
			t.Notes = append(t.Notes, Note{NoteKey: NoteKey{kindNote, 101}, Text: "Case 8, comment 1, by bob:\nhi", Taken: true})
		}, events: eventModified},
		"ours twice, the second came late": {change: func(_ *Case, t *Ticket) {
			t.Notes = append(t.Notes, Note{NoteKey: NoteKey{kindNote, 101}, Text: "Case 7, by alice:\nit broke", Ours: true, Taken: true})
		}},
		"an edited note":          {change: func(_ *Case, t *Ticket) { t.Notes[0].Text = "Case 7, by alice:\nit burst" }, events: eventModified},
		"line ends of the server": {change: func(_ *Case, t *Ticket) { t.Notes[0].Text = "Case 7, by alice:\r\nit broke \r\n" }},
		"an attachment":           {change: func(c *Case, _ *Ticket) { c.Attachments = []Attachment{{Hash: hash, Name: "x"}} }, writes: "document " + hash},
		"an attachment that is there": {change: func(c *Case, t *Ticket) {
			c.Attachments = []Attachment{{Hash: hash, Name: "x"}}
			t.Documents = []Document{{ID: 1, Name: "y", data: []byte("x")}}
		}},
		"a document": {change: func(_ *Case, t *Ticket) { t.Documents = []Document{{ID: 1, Name: "y", data: []byte("x")}} }, events: eventModified},
		"a document twice": {change: func(_ *Case, t *Ticket) {
			t.Documents = []Document{{ID: 1, Name: "y", data: []byte("x")}, {ID: 2, Name: "z", data: []byte("x")}}
		}, events: eventModified},
		"a document too large":               {change: func(_ *Case, t *Ticket) { t.Documents = []Document{{ID: 1, Name: "y", Size: 11}} }, events: eventNotCarried},
		"a link":                             {change: func(_ *Case, t *Ticket) { t.Documents = []Document{{ID: 1, Name: "y", Link: true}} }, events: eventNotCarried},
		"a configuration":                    {change: func(c *Case, _ *Ticket) { c.Configuration = 9 }, writes: "configuration "},
		"a configuration that was taken off": {change: func(c *Case, _ *Ticket) { c.Configuration, c.Link.Attached = 9, 9 }},
	} {
		t.Run(name, func(t *testing.T) {
			one, ticket := pair()
			c.change(&one, ticket)
			out := step(one, ticket, stepMaps(), noon)
			var writes, events []string
			for _, w := range out.Writes {
				item := w.Item
				if w.Kind == writeStatus || w.Kind == writePriority {
					item = itoa(w.There)
				}
				writes = append(writes, string(w.Kind)+" "+item)
			}
			for _, e := range out.Events {
				events = append(events, e.Kind)
			}
			if c.status == "" {
				c.status = one.Status
			}
			got := []any{strings.Join(writes, ", "), out.Case.Status, strings.Join(events, " "), out.Again}
			if diff := cmp.Diff([]any{c.writes, c.status, c.events, c.again}, got); diff != "" {
				t.Errorf("%s\n%+v", diff, out)
			}
			// What was done is done: once it is written, nothing is left to do.
			for _, w := range out.Writes {
				out.Case.settle(w, 900, "x")
				carryOut(ticket, &out.Case, w)
			}
			again := step(out.Case, ticket, stepMaps(), noon)
			if ticket.MergedInto == 0 && len(again.Writes)+len(again.Events) > 0 {
				t.Errorf("a second step does more: %+v %+v", again.Writes, again.Events)
			}
		})
	}
}

// carryOut is what the service desk does with a write.
func carryOut(t *Ticket, c *Case, w Intent) {
	switch w.Kind {
	case writeStatus:
		t.Status.ID = w.There
	case writePriority:
		t.Priority.ID = w.There
	case writeNote:
		t.Notes = append(t.Notes, Note{NoteKey: NoteKey{kindNote, 900}, Text: noteText(c.Number, c.Comments[len(c.Comments)-1]), Ours: true, Taken: true})
	case writeDocument:
		t.Documents = append(t.Documents, Document{ID: 900, Title: documentTitle(c.Number, c.Attachments[0])})
	}
}

func TestMarks(t *testing.T) {
	c := Comment{N: 3, Author: "a\nb: c:", Text: "x\ny"}
	if number, n, body, ok := readNote(noteText(12, c)); number != 12 || n != 3 || body != "x\ny" || !ok {
		t.Error(number, n, body, ok)
	}
	for _, text := range []string{"", "Case 1", "Case x, by y:\nz", "see Case 1, by x:\ny", "Case 99999999999999999999, by x:\ny"} {
		if _, _, body, ok := readNote(text); ok || body != text {
			t.Errorf("%q was taken for ours: %q", text, body)
		}
	}
	a := Attachment{Name: "C:\\x\\" + strings.Repeat("ü", 100), Hash: hashOf(nil)}
	if number, hash := readTitle(documentTitle(4, a)); number != 4 || !strings.HasPrefix(a.Hash, hash) {
		t.Error(number, hash)
	}
	for title, want := range map[string]string{
		"short":                  "Case #5: short",
		strings.Repeat("a", 200): "Case #5: " + strings.Repeat("a", 90) + "…",
		strings.Repeat("😀", 60):  "Case #5: " + strings.Repeat("😀", 45) + "…",
	} {
		if got := summary(Case{Number: 5, Title: title}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for name, want := range map[string]string{"../../etc/passwd": "passwd", `C:\a\b.txt`: "b.txt", "..": "file", "": "file", "a\x1b[31m.txt": "a[31m.txt"} {
		if got := fileName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
