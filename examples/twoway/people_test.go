package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// opened is a world with one case whose ticket is made.
func opened(t *testing.T) (*world, int64) {
	t.Parallel()
	w := newWorld(t)
	number := w.open("printer")
	w.must(w.drain(t.Context()))
	w.quiet()
	return w, number
}

// one reports unless there is exactly one event of the kind.
func (w *world) one(kind string) {
	w.Helper()
	if list := w.events(kind); len(list) != 1 {
		w.Errorf("events %q: %q", kind, list)
	}
}

func TestANewTicketShowsTheCase(t *testing.T) {
	w, number := opened(t)
	ticket, c := w.ticketOf(number), w.caseOf(number)
	if ticket.Summary != "Case #1: printer" || ticket.Company.ID != w.company || ticket.ExternalXRef != xref(w.store.name, number) || ticket.Status.Name != "New" {
		t.Errorf("%+v", ticket)
	}
	if c.Link.Company != "Birch Dental" || c.Link.Configuration != "SRV-1" || c.Link.TicketStatus != "New" || c.Link.Board != "Help Desk" {
		t.Errorf("%+v", c.Link)
	}
	if len(w.srv.Mails()) != 0 {
		t.Errorf("people were mailed: %+v", w.srv.Mails())
	}
	notes := w.srv.Notes(ticket.ID)
	if len(notes) != 1 || !notes[0].Internal || notes[0].Discussion || notes[0].Text != "Case 1, by alice:\ntext of printer" {
		t.Errorf("%+v", notes)
	}
	w.one(eventCreated)
}

func TestEchoIsKnownByRecord(t *testing.T) {
	w, number := opened(t)
	w.status(number, "In Progress")
	w.comment(number, "one")
	w.must(w.drain(t.Context()))
	w.status(number, "New") // before the callback of our own write is worked on
	w.settle()
	w.must(w.drain(t.Context()))
	w.quiet()
	if s := w.ticketOf(number).Status.Name; s != "New" || w.caseOf(number).Status != "New" {
		t.Errorf("ticket %q, case %q", s, w.caseOf(number).Status)
	}
	if n := w.srv.Count(http.MethodPatch, "service/tickets"); n != 2 {
		t.Errorf("%d writes of two changes", n)
	}
	if list := w.events(eventConflict); len(list) > 0 {
		t.Errorf("our own write was taken for somebody's: %q", list)
	}
	w.agree(number, []string{"text of printer", "one"}, nil)
}

func TestPeopleCloseAndReopen(t *testing.T) {
	w, number := opened(t)
	ticket := w.ticketOf(number).ID
	for _, c := range []struct {
		do     func(int64) error
		status string
		event  string
	}{{w.person().CloseTicket, "Closed", eventClosed}, {w.person().ReopenTicket, "New", eventReopened}} {
		w.clock.Advance(time.Minute)
		w.must(c.do(ticket))
		w.settle()
		w.must(w.drain(t.Context()))
		if got := w.caseOf(number).Status; got != c.status {
			t.Errorf("%q, want %q", got, c.status)
		}
		w.one(c.event)
	}
}

func TestTheCaseFollowsAMergedTicket(t *testing.T) {
	w, number := opened(t)
	survivor := w.srv.AddTicket(connectwisetest.Ticket{Summary: "all printers", Company: connectwisetest.ByID(w.company), Status: connectwisetest.ByName("Waiting"), Board: connectwisetest.ByName("Help Desk")})
	w.comment(number, "before")
	w.must(w.drain(t.Context()))
	_, err := w.person().AddNote(w.ticketOf(number).ID, connectwisetest.Note{Text: "theirs", Internal: true})
	w.must(err)
	w.settle()
	w.must(w.drain(t.Context()))
	w.clock.Advance(time.Minute)
	w.must(w.person().MergeTickets(survivor, w.ticketOf(number).ID))
	w.quiet()
	c := w.caseOf(number)
	if c.Link.Ticket != survivor || c.Status != "Waiting" {
		t.Errorf("ticket %d, want %d; status %q", c.Link.Ticket, survivor, c.Status)
	}
	w.comment(number, "after")
	w.quiet()
	w.one(eventMerged)
	var texts []string
	for _, m := range w.caseOf(number).Comments {
		texts = append(texts, m.Text)
	}
	if slices.Sort(texts); !slices.Equal(texts, []string{"after", "before", "text of printer", "theirs"}) {
		t.Errorf("%q", texts)
	}
	if notes := w.srv.Notes(survivor); !slices.ContainsFunc(notes, func(n connectwisetest.Note) bool { return strings.HasSuffix(n.Text, "\nafter") }) {
		t.Errorf("%+v", notes)
	}
}

func TestADeletedTicketIsNotMadeAgain(t *testing.T) {
	w, number := opened(t)
	w.comment(number, "kept")
	w.quiet()
	first := w.ticketOf(number).ID
	w.must(w.person().DeleteTicket(first))
	w.comment(number, "later")
	w.quiet()
	w.quiet()
	if c := w.caseOf(number); c.Link.State != stateDeleted || len(w.srv.Tickets()) != 0 {
		t.Errorf("%+v, %d tickets", c.Link, len(w.srv.Tickets()))
	}
	w.one(eventDeleted)
	w.change(number, func(c *Case) {
		_, err := c.request()
		w.must(err)
	})
	w.quiet()
	w.quiet()
	if w.ticketOf(number).ID == first {
		t.Error("the deleted ticket")
	}
	w.agree(number, []string{"text of printer", "kept", "later"}, nil)
}

func TestAProjectTicketKeepsItsComments(t *testing.T) {
	w, number := opened(t)
	ticket := w.ticketOf(number).ID
	w.must(w.person().ConvertTicket(ticket, connectwisetest.ByName("Migration"), connectwisetest.ByName("One")))
	w.quiet()
	w.comment(number, "for the project")
	w.status(number, "In Progress")
	w.quiet()
	if c := w.caseOf(number); c.Link.State != stateProject {
		t.Errorf("%+v", c.Link)
	}
	w.one(eventProject)
	if n := w.events(eventNotCarried); len(n) == 0 {
		t.Error("the status went nowhere and nobody was told")
	}
	found := 0
	for _, n := range w.srv.Notes(ticket) {
		if strings.HasSuffix(n.Text, "\nfor the project") {
			found++
		}
	}
	if found != 1 {
		t.Errorf("%d notes on the project ticket: %+v", found, w.srv.Notes(ticket))
	}
}

func TestMovedAndAnotherCompany(t *testing.T) {
	w, number := opened(t)
	ticket := w.ticketOf(number).ID
	w.must(w.person().MoveTicket(ticket, connectwisetest.ByName("Projects")))
	w.must(w.person().EditTicket(ticket, func(t *connectwisetest.Ticket) { t.Company = connectwisetest.ByID(w.other) }))
	w.quiet()
	c := w.caseOf(number)
	if c.Link.Board != "Projects" || c.Link.Company != "Oak Group" || c.Status != "New" {
		t.Errorf("%+v", c)
	}
	w.one(eventMoved)
	w.one(eventCompany)
	w.clock.Advance(time.Minute)
	w.must(w.person().CloseTicket(ticket))
	w.quiet()
	if got := w.caseOf(number).Status; got != "Closed" {
		t.Errorf("closed on a board without a map: %q", got)
	}
}

func TestTimeEntriesBecomeComments(t *testing.T) {
	w, number := opened(t)
	_, err := connectwise.NewCollection[connectwise.TimeEntry](w.client(http.DefaultClient), "time/entries").Create(t.Context(), &connectwise.TimeEntry{
		ChargeToID: w.ticketOf(number).ID, ChargeToType: "ServiceTicket", TimeStart: connectwise.At(w.clock.Now().Add(-time.Hour)), ActualHours: connectwise.Number("1"),
		Notes: "changed the drum", AddToDetailDescriptionFlag: true})
	w.must(err)
	w.quiet()
	w.quiet()
	found := 0
	for _, m := range w.caseOf(number).Comments {
		if m.Text == "changed the drum" {
			found++
		}
	}
	if found != 1 {
		t.Errorf("%d comments: %+v", found, w.caseOf(number).Comments)
	}
}

func TestAttachments(t *testing.T) {
	w, number := opened(t)
	w.MaxAttachment, w.maps.MaxAttachment = 100, 100
	w.attach(number, "ours.txt", "ours")
	w.attach(number, "empty.txt", "")
	w.upload(w.ticketOf(number).ID, "theirs.txt", "theirs")
	w.quiet()
	w.quiet()
	w.files(number, []string{"ours", "theirs", ""})
	w.upload(w.ticketOf(number).ID, "the same.txt", "ours") // again, by hand
	w.upload(w.ticketOf(number).ID, "large.txt", strings.Repeat("x", 101))
	w.quiet()
	if n := len(w.caseOf(number).Attachments); n != 3 {
		t.Errorf("%d attachments", n)
	}
	w.one(eventNotCarried)
	var data []byte
	w.must(w.store.change(t.Context(), func(tx *tx) error { data = tx.content(number, hashOf([]byte("theirs"))); return nil }))
	if string(data) != "theirs" {
		t.Errorf("%q", data)
	}
}

func TestADocumentThatCannotBeReadKeepsBackNothing(t *testing.T) {
	w, number := opened(t)
	w.upload(w.ticketOf(number).ID, "theirs.txt", "theirs")
	w.srv.Inject(connectwisetest.Fault{Path: "download", Kind: connectwisetest.StatusBefore, Status: http.StatusInternalServerError, Times: -1})
	w.status(number, "Waiting")
	if err := w.drain(t.Context()); err == nil {
		t.Error("nobody was told")
	}
	if s := w.ticketOf(number).Status.Name; s != "Waiting" || len(w.caseOf(number).Attachments) != 0 {
		t.Errorf("%q", s)
	}
	w.srv.ClearFaults()
	w.quiet()
	w.files(number, []string{"theirs"})
}

func TestAParkedCase(t *testing.T) {
	w, number := opened(t)
	w.must(w.store.change(t.Context(), func(tx *tx) error {
		for _, m := range tx.mappings() {
			tx.setMapping(m, 0, "", ruleOff, "", "alice")
		}
		return nil
	}))
	w.comment(number, "parked")
	w.quiet()
	if n := len(w.srv.Notes(w.ticketOf(number).ID)); n != 1 || w.caseOf(number).parked() == "" {
		t.Errorf("%d notes, parked: %q", n, w.caseOf(number).parked())
	}
	for range 2 { // what was removed by hand stays so
		w.must(w.mapAuto(t.Context()))
	}
	w.must(w.store.change(t.Context(), func(tx *tx) error {
		group, err := tx.named(mapGroup, "Birch")
		if err != nil || group.Theirs != 0 {
			t.Errorf("%+v %v", group, err)
		}
		tx.setMapping(group, w.company, "Birch Dental", ruleHand, "", "alice")
		return nil
	}))
	w.must(w.drain(t.Context()))
	w.quiet()
	w.agree(number, []string{"text of printer", "parked"}, nil)
}

// The ticket is found although the database is an older copy, and by its mark
// alone: what people copied from it is not taken for it.
func TestAnOlderDatabaseFindsItsTickets(t *testing.T) {
	w, number := opened(t)
	ticket := w.ticketOf(number).ID
	_, err := w.person().CopyTicket(ticket)
	w.must(err)
	w.must(w.store.change(t.Context(), func(tx *tx) error {
		c, err := tx.load(number)
		if err != nil {
			return err
		}
		c.Link, c.Comments[0].Note, c.Comments[0].Seen = Link{Wanted: true}, NoteKey{}, ""
		tx.enqueue(number)
		return tx.save(c)
	}))
	w.quiet()
	if got := w.caseOf(number).Link.Ticket; got != ticket || len(w.srv.Tickets()) != 2 {
		t.Errorf("ticket %d, want %d", got, ticket)
	}
	w.agree(number, []string{"text of printer"}, nil)
}
