package setup

import (
	"context"
	"fmt"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
)

const testSummary = "covedesk test ticket, please ignore"

// testMarker stands where a marker will, is as long as the longest and is none.
var testMarker = testPrefix + strings.Repeat("x", 92)

const testPrefix = "test:"

// TestStep is one thing that [TestTicket] did.
type TestStep struct {
	Name string // "create", "note", "attachment", "status Waiting", "close", "reopen", ...
	Err  error
}

// TestChange is a field of the test ticket that is not as we left it: a
// workflow rule of the tenant, or a default of the board, changed it.
type TestChange struct {
	Field, Wrote, Found string
}

// TestReport is what became of a test ticket.
type TestReport struct {
	Ticket  int64
	Steps   []TestStep
	Changes []TestChange
}

// TestTicket tries on a ticket of a company, which should be the provider's
// own, everything the desk will do: create it with as long a text where the
// marker belongs, write a note, attach a file, enter each status that the
// configuration names on the board, close, reopen and close it again. Then it
// calls wait, in which workflow rules have their time (a minute is usual), lists
// the fields that are not as they were written, and looks whether the ticket is
// found by what stands where the marker belongs. It mails nobody unless
// [desk.Config].Mail is set. The ticket stays, closed; it carries no marker, so no run
// will ever touch it. Steps after a failed one are still tried, except that
// nothing is without a ticket; the error is the first one.
func TestTicket(ctx context.Context, d *desk.Desk, company int64, wait func(context.Context) error) (*TestReport, error) {
	report := &TestReport{}
	tickets, home, marker := d.Client().Service.Tickets, d.Home(), d.Marker()
	silent, creation := d.Silence()
	ticket := &connectwise.Ticket{
		Summary:                 testSummary,
		Board:                   connectwise.ByID(home.Board.ID),
		Status:                  connectwise.ByID(home.New.ID),
		Company:                 connectwise.ByID(company),
		InitialInternalAnalysis: "A test of what covedesk may do on this board. It closes the ticket itself.",
	}
	marker.Put(ticket, testMarker)
	made, err := tickets.Create(ctx, ticket, creation...)
	report.Steps = append(report.Steps, TestStep{"create", err})
	if err != nil {
		return report, fmt.Errorf("setup: test ticket: create: %w", err)
	}
	report.Ticket = made.ID
	last, first := made, error(nil)
	step := func(name string, do func() (*connectwise.Ticket, error)) {
		t, err := do()
		report.Steps = append(report.Steps, TestStep{name, err})
		if err != nil && first == nil {
			first = fmt.Errorf("setup: test ticket %d: %s: %w", made.ID, name, err)
		}
		if t != nil {
			last = t
		}
	}
	step("note", func() (*connectwise.Ticket, error) {
		_, err := tickets.Notes(made.ID).Create(ctx, &connectwise.TicketNote{Text: "A test note.", InternalAnalysisFlag: true}, silent)
		return nil, err
	})
	step("attachment", func() (*connectwise.Ticket, error) {
		_, err := d.Client().System.Documents.Create(ctx, connectwise.Upload{
			RecordType: "Ticket", RecordID: made.ID, FileName: "covedesk-test.txt", File: strings.NewReader("A test file.\n"), Private: true,
		})
		return nil, err
	})
	enter := func(name string, status int64) {
		step(name, func() (*connectwise.Ticket, error) {
			t, err := tickets.Patch(ctx, made.ID, connectwise.Set("status", connectwise.ByID(status)), silent)
			if err == nil && t.Status.ID != status {
				err = fmt.Errorf("the status is %q afterwards", t.Status.Name)
			}
			return t, err
		})
	}
	for _, s := range home.Others {
		enter("status "+s.Name, s.ID)
	}
	enter("close", home.Closed.ID)
	enter("reopen", home.New.ID)
	enter("close again", home.Closed.ID)

	if err := wait(ctx); err != nil {
		return report, fmt.Errorf("setup: test ticket %d: %w", made.ID, err)
	}
	now, err := tickets.Get(ctx, made.ID)
	if err != nil {
		return report, fmt.Errorf("setup: test ticket %d: %w", made.ID, err)
	}
	report.Changes = changed(d, made, last, now)
	if marker.Text(now) == testMarker {
		step("find", func() (*connectwise.Ticket, error) { return nil, findTest(ctx, d, made.ID) })
	}
	return report, first
}

// findTest looks whether the server finds the test ticket the way Load finds
// ours: one that answers such a list with nothing would have every ticket made
// again.
func findTest(ctx context.Context, d *desk.Desk, id int64) error {
	opts := d.Marker().Query(testPrefix, connectwise.Where("id = ?", id), "id")
	for t, err := range d.Client().Service.Tickets.List(ctx, opts) {
		if err != nil {
			return err
		}
		if t.ID == id {
			return nil
		}
	}
	return fmt.Errorf("the list of tickets by what %s begins with does not show it", d.Marker())
}

// changed compares what stands now with what was written: summary and board as
// sent, the status as last entered, and what was left to the board as the
// create answered it.
func changed(d *desk.Desk, made, last, now *connectwise.Ticket) []TestChange {
	marker := d.Marker()
	var changes []TestChange
	for _, f := range []struct {
		name string
		of   func(*connectwise.Ticket) string
	}{
		{"summary", func(t *connectwise.Ticket) string { return t.Summary }},
		{"board", func(t *connectwise.Ticket) string { return t.Board.Name }},
		{"status", func(t *connectwise.Ticket) string { return t.Status.Name }},
		{"company", func(t *connectwise.Ticket) string { return t.Company.Name }},
		{"contact", func(t *connectwise.Ticket) string { return t.Contact.Name }},
		{"priority", func(t *connectwise.Ticket) string { return t.Priority.Name }},
		{"severity", func(t *connectwise.Ticket) string { return t.Severity }},
		{"impact", func(t *connectwise.Ticket) string { return t.Impact }},
		{"type", func(t *connectwise.Ticket) string { return t.Type.Name }},
		{"subType", func(t *connectwise.Ticket) string { return t.SubType.Name }},
		{"item", func(t *connectwise.Ticket) string { return t.Item.Name }},
		{"team", func(t *connectwise.Ticket) string { return t.Team.Name }},
		{"owner", func(t *connectwise.Ticket) string { return t.Owner.Identifier }},
		{"resources", func(t *connectwise.Ticket) string { return t.Resources }},
		{"source", func(t *connectwise.Ticket) string { return t.Source.Name }},
		{marker.String(), marker.Text},
	} {
		wrote := f.of(made)
		switch f.name {
		case marker.String():
			wrote = testMarker
		case "summary":
			wrote = testSummary
		case "board":
			wrote = d.Home().Board.Name
		case "status":
			wrote = f.of(last)
		}
		if found := f.of(now); strings.TrimSpace(found) != strings.TrimSpace(wrote) {
			changes = append(changes, TestChange{f.name, wrote, found})
		}
	}
	return changes
}
