package setup

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
)

const testSummary = "covedesk test ticket, please ignore"

// testMarker is a text for the marker field that is as long as the longest
// marker but is not a marker.
var testMarker = testPrefix + strings.Repeat("x", 92)

const testPrefix = "test:"

// TestStep is one step of [TestTicket].
type TestStep struct {
	Name string // "create", "note", "attachment", "status Waiting", "close", "reopen", ...
	Err  error
}

// TestChange is a field of the test ticket that a workflow rule of the tenant,
// or a default of the board, has changed.
type TestChange struct {
	Field, Wrote, Found string
}

// TestReport is the result of [TestTicket].
type TestReport struct {
	Ticket  int64
	Steps   []TestStep
	Changes []TestChange
}

// TestTicket tries everything that the desk does on a ticket of a company,
// which should be the provider's own. It creates the ticket with a text as long
// as a marker in the marker field, writes a note, attaches a file, sets each
// status that the configuration names on the board, closes the ticket, reopens
// it and closes it again. Then it calls wait, which should give workflow rules
// time to run (usually a minute). It lists the fields that have changed since,
// and checks that the ticket is found by the marker field. It sends no e-mail
// unless [desk.Config].Mail is set. The ticket remains, closed. It has no
// marker, so no run will touch it. After a failed step TestTicket tries the
// others, unless the ticket could not be created. The error is that of the
// first failed step.
func TestTicket(ctx context.Context, d *desk.Desk, company int64, wait func(context.Context) error) (*TestReport, error) {
	tickets, home, marker := d.Client().Service.Tickets, d.Home(), d.Marker()
	silent, creation := d.Silence()
	ticket := &connectwise.Ticket{
		Summary: testSummary, Board: connectwise.ByID(home.Board.ID), Status: connectwise.ByID(home.New.ID), Company: connectwise.ByID(company),
		InitialInternalAnalysis: "A test of what covedesk may do on this board. It closes the ticket itself.",
	}
	marker.Put(ticket, testMarker)
	made, err := tickets.Create(ctx, ticket, creation...)
	report := &TestReport{Steps: []TestStep{{"create", err}}}
	if err != nil {
		return report, fmt.Errorf("setup: test ticket: create: %w", err)
	}
	report.Ticket = made.ID
	last, first := made, error(nil)
	step := func(name string, err error) {
		report.Steps = append(report.Steps, TestStep{name, err})
		if err != nil && first == nil {
			first = fmt.Errorf("setup: test ticket %d: %s: %w", made.ID, name, err)
		}
	}
	_, err = tickets.Notes(made.ID).Create(ctx, &connectwise.TicketNote{Text: "A test note.", InternalAnalysisFlag: true}, silent)
	step("note", err)
	_, err = d.Client().System.Documents.Create(ctx, connectwise.Upload{
		RecordType: "Ticket", RecordID: made.ID, FileName: "covedesk-test.txt", File: strings.NewReader("A test file.\n"), Private: true,
	})
	step("attachment", err)
	enter := func(name string, status int64) {
		t, err := tickets.Patch(ctx, made.ID, connectwise.Set("status", connectwise.ByID(status)), silent)
		if err == nil {
			last = t
			if t.Status.ID != status {
				err = fmt.Errorf("the status is %q afterwards", t.Status.Name)
			}
		}
		step(name, err)
	}
	for _, s := range home.Others {
		enter("status "+s.Name, s.ID)
	}
	enter("close", home.Closed.ID)
	enter("reopen", home.New.ID)
	enter("close again", home.Closed.ID)

	err = wait(ctx)
	var now *connectwise.Ticket
	if err == nil {
		now, err = tickets.Get(ctx, made.ID)
	}
	if err != nil {
		return report, fmt.Errorf("setup: test ticket %d: %w", made.ID, err)
	}
	report.Changes = changed(d, made, last, now)
	if marker.Text(now) == testMarker {
		step("find", findTest(ctx, d, made.ID))
	}
	return report, first
}

// findTest checks that the server finds the test ticket in the way that Load
// finds tickets. If it did not, every run would create every ticket again.
func findTest(ctx context.Context, d *desk.Desk, id int64) error {
	opts := d.Marker().Query(testPrefix, connectwise.Where("id = ?", id), "id")
	found, err := d.Client().Service.Tickets.All(ctx, opts)
	if err == nil && !slices.ContainsFunc(found, func(t *connectwise.Ticket) bool { return t.ID == id }) {
		err = fmt.Errorf("the list of tickets by what %s begins with does not show it", d.Marker())
	}
	return err
}

// changed compares the ticket now with what was written: summary and board as
// sent, the status as last set, and the fields that the board set as in the
// answer to the create.
func changed(d *desk.Desk, made, last, now *connectwise.Ticket) (changes []TestChange) {
	compare := func(field, wrote, found string) {
		if strings.TrimSpace(found) != strings.TrimSpace(wrote) {
			changes = append(changes, TestChange{field, wrote, found})
		}
	}
	compare("summary", testSummary, now.Summary)
	compare("board", d.Home().Board.Name, now.Board.Name)
	compare("status", last.Status.Name, now.Status.Name)
	for _, field := range []string{"Company", "Contact", "Priority", "Severity", "Impact", "Type", "SubType", "Item", "Team", "Owner", "Resources", "Source"} {
		value := func(t *connectwise.Ticket) string {
			v := reflect.ValueOf(t).Elem().FieldByName(field).Interface()
			if ref, ok := v.(connectwise.Ref); ok {
				return cmp.Or(ref.Name, ref.Identifier)
			}
			return fmt.Sprint(v)
		}
		compare(strings.ToLower(field[:1])+field[1:], value(made), value(now))
	}
	compare(d.Marker().String(), testMarker, d.Marker().Text(now))
	return changes
}
