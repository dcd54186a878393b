package place

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/boards"
	"github.com/covedesk/covedesk/connectwise/desk/internal/desktest"
	"github.com/covedesk/covedesk/reconcile/mark"
)

const field = "Backup marker"

// bench is a tenant with a custom field for markers and another one.
func bench(t *testing.T) (*connectwisetest.Server, *connectwise.Client, Place) {
	t.Helper()
	srv, client := desktest.Tenant(t, connectwisetest.Config{})
	srv.AddCustomField(connectwisetest.CustomField{ID: 4, Entity: "Ticket", Caption: field})
	srv.AddCustomField(connectwisetest.CustomField{ID: 5, Entity: "Ticket", Caption: "Room", Type: "Number"})
	return srv, client, Place{4, field}
}

// marker is that of a subject.
func marker(t *testing.T, owner, subject string) string {
	t.Helper()
	text, err := mark.Mark{Owner: owner, Source: mark.SourceID("rmm"), Customer: mark.CustomerID("7"), Key: mark.KeyIDOf("rmm", subject), State: mark.Open}.Format()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A marker is put, found, read and written in either place.
func TestBothPlaces(t *testing.T) {
	for _, inField := range []bool{false, true} {
		srv, client, p := bench(t)
		want := struct{ name, member string }{`the custom field "Backup marker"`, "customFields"}
		if !inField {
			p, want.name, want.member = Place{}, "externalXRef", "externalXRef"
		}
		if p.String() != want.name || p.Member() != want.member {
			t.Errorf("%s, member %s", p, p.Member())
		}
		company := srv.AddCompany(connectwisetest.Company{Identifier: "ACME", Name: "Acme"})
		made := map[string]int64{}
		for _, subject := range []string{"a", "b"} {
			ticket := connectwise.Ticket{Summary: subject, Board: connectwise.ByName("Service Desk"), Company: connectwise.ByID(company)}
			p.Put(&ticket, "replaced")
			p.Put(&ticket, marker(t, "test-1", subject)+" ")
			if inField != (len(ticket.CustomFields) == 1) {
				t.Errorf("put twice, it is there %d times", len(ticket.CustomFields))
			}
			got, err := client.Service.Tickets.Create(t.Context(), &ticket)
			if err != nil {
				t.Fatal(err)
			}
			made[subject] = got.ID
			if err := p.Kept(got, marker(t, "test-1", subject)); err != nil {
				t.Error(err)
			}
			if err, want := p.Kept(got, "else"), fmt.Sprintf("the server keeps %q in %s instead of the marker", p.Text(got), p); err == nil || err.Error() != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
		other := Place{Field: 4 - p.Field, caption: field}
		if got, err := client.Service.Tickets.Get(t.Context(), made["a"]); err != nil || other.Text(got) != "" {
			t.Errorf("the other place holds %q, %v", other.Text(got), err)
		}

		// Writing the marker leaves what people put into other fields.
		person := srv.AsPerson("jsmith")
		if err := person.EditTicket(made["a"], func(t *connectwisetest.Ticket) {
			if t.Summary = "mine"; inField {
				t.CustomFields["Room"], t.ExternalXRef = 12.0, "RMM-4711"
			}
		}); err != nil {
			t.Fatal(err)
		}
		stands, err := client.Service.Tickets.Get(t.Context(), made["a"])
		if err != nil {
			t.Fatal(err)
		}
		op, err := p.Op(stands, marker(t, "test-1", "c"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Service.Tickets.Patch(t.Context(), made["a"], op); err != nil {
			t.Fatal(err)
		}
		stands, err = client.Service.Tickets.Get(t.Context(), made["a"])
		if err != nil || p.Text(stands) != marker(t, "test-1", "c") {
			t.Errorf("it holds %q, %v", p.Text(stands), err)
		}
		if now, _ := srv.Ticket(made["a"]); inField && (now.CustomFields["Room"] != 12.0 || now.ExternalXRef != "RMM-4711") {
			t.Errorf("%+v", now)
		}

		// The list: what is ours, open, damaged too; not another owner's.
		for id, text := range map[int64]string{91: marker(t, "test-2", "a"), 92: "rmm-7", 93: strings.ToUpper(marker(t, "test-1", "d")), 94: marker(t, "test-1", "e")} {
			seed := connectwisetest.Ticket{ID: id, Summary: "x", Company: connectwisetest.ByID(company), ExternalXRef: text}
			if inField {
				seed.ExternalXRef, seed.CustomFields = "", map[string]any{field: text}
			}
			srv.AddTicket(seed)
		}
		if err := person.CloseTicket(94); err != nil {
			t.Fatal(err)
		}
		rows, hidden, err := p.List(t.Context(), client, "test-1", connectwise.Where("closedFlag = ?", false))
		if err != nil || hidden {
			t.Errorf("hidden %v, %v", hidden, err)
		}
		var ids []int64
		for _, r := range rows {
			ids = append(ids, r.ID)
		}
		slices.Sort(ids)
		wanted := []int64{93, made["a"], made["b"]}
		slices.Sort(wanted)
		if diff := cmp.Diff(wanted, ids); diff != "" {
			t.Errorf("%s: %s", p, diff)
		}
	}
}

// A row that comes twice is one; one that hides its marker is said.
func TestListRows(t *testing.T) {
	srv, _, _ := bench(t)
	row := func(id int, text string) string { return fmt.Sprintf(`{"id":%d,"externalXRef":%q}`, id, text) }
	ours, others := marker(t, "test-1", "a"), marker(t, "test-2", "a")
	for _, test := range []struct {
		name   string
		rows   []string
		ids    []int64
		hidden bool
	}{
		{"once each", []string{row(1, ours), row(2, ours), row(1, ours)}, []int64{1, 2}, false},
		{"another's", []string{row(1, others), row(2, ours), row(3, others)}, []int64{2}, false},
		{"hidden", []string{row(1, ""), row(2, ours)}, []int64{2}, true},
		{"none", nil, nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			client := desktest.Client(t, srv, desktest.Replying(srv, map[string]string{"service/tickets": "[" + strings.Join(test.rows, ",") + "]"}))
			rows, hidden, err := Place{}.List(t.Context(), client, "test-1", connectwise.Condition{})
			var ids []int64
			for _, r := range rows {
				ids = append(ids, r.ID)
			}
			if !cmp.Equal(ids, test.ids) || hidden != test.hidden || err != nil {
				t.Errorf("%v, hidden %v, %v", ids, hidden, err)
			}
		})
	}
}

// Tickets by their ids: what the list lacks is asked for alone, and what is not
// there may have become a project ticket.
func TestByID(t *testing.T) {
	srv, client, p := bench(t)
	company := srv.AddCompany(connectwisetest.Company{Identifier: "ACME", Name: "Acme"})
	var ids []int64
	for i := range 3 {
		ids = append(ids, srv.AddTicket(connectwisetest.Ticket{Summary: fmt.Sprint(i), Company: connectwisetest.ByID(company), CustomFields: map[string]any{field: "kept"}}))
	}
	person := srv.AsPerson("jsmith")
	if err := person.DeleteTicket(ids[1]); err != nil {
		t.Fatal(err)
	}
	if err := person.ConvertTicket(ids[2], connectwisetest.ByName("Renewal"), connectwisetest.ByName("Hardware")); err != nil {
		t.Fatal(err)
	}
	byID := func() map[int64]string {
		t.Helper()
		found, err := p.ByID(t.Context(), client, []int64{ids[2], ids[0], ids[1], ids[0]})
		if err != nil {
			t.Fatal(err)
		}
		got := map[int64]string{}
		for id, ticket := range found {
			got[id] = fmt.Sprintf("%v %v %s", ticket.ID == id, IsProject(ticket), p.Text(ticket))
		}
		return got
	}
	want := map[int64]string{ids[0]: "true false kept", ids[2]: "true true "}
	if diff := cmp.Diff(want, byID()); diff != "" {
		t.Error(diff)
	}
	srv.ResetRequests()
	byID()
	if n := srv.Count("GET", "service/tickets/"+fmt.Sprint(ids[0])); n != 0 {
		t.Errorf("a ticket of the list is asked for %d times more", n)
	}
	srv.ResetRequests()
	if found, err := p.ByID(t.Context(), client, nil); len(found) != 0 || err != nil || srv.Calls() != 0 {
		t.Errorf("no ids: %v, %v, %d requests", found, err, srv.Calls())
	}
	// Who may not see project tickets has none.
	srv.Inject(connectwisetest.Fault{Path: "project/tickets", Kind: connectwisetest.StatusBefore, Status: 403})
	if diff := cmp.Diff(map[int64]string{ids[0]: want[ids[0]]}, byID()); diff != "" {
		t.Error(diff)
	}
	// A list that lags, or an id that the server does not filter by.
	client = desktest.Client(t, srv, desktest.Replying(srv, map[string]string{"service/tickets": `[{"id":4711,"recordType":"ServiceTicket"}]`}))
	if found, err := p.ByID(t.Context(), client, ids[:1]); err != nil || len(found) != 1 || found[ids[0]] == nil || IsProject(found[ids[0]]) {
		t.Errorf("%v, %v", found, err)
	}
	for _, path := range []string{"service/tickets/" + fmt.Sprint(ids[0]), "project/tickets"} {
		srv.Inject(connectwisetest.Fault{Path: path, Kind: connectwisetest.HTML, Status: 403}) // a proxy's, not the API's word
		if found, err := p.ByID(t.Context(), client, ids); err == nil {
			t.Errorf("%s cannot be read: %v", path, found)
		}
		srv.ClearFaults()
	}
}

// Which custom fields can hold markers: that one is a field of tickets shows on a
// ticket, and where there is none on its screen.
func TestFindField(t *testing.T) {
	on := []*boards.Board{{Ref: connectwise.Ref{ID: 1, Name: "Service Desk"}}}
	defined := func(typ, entry, screen string, readOnly bool) string {
		return fmt.Sprintf(`[{"id":4,"caption":" Backup marker ","fieldTypeIdentifier":%q,"entryTypeIdentifier":%q,"screenId":%q,"readOnlyFlag":%v}]`, typ, entry, screen, readOnly)
	}
	const nowhere = `custom field " Backup marker " is not one of the tickets of board "Service Desk"`
	for _, test := range []struct{ name, defined, tickets, fault string }{
		{"text", defined("Text", "EntryField", "Ticket", false), "[]", ""},
		{"an area, and no word of its entry", defined("TextArea", "", "Ticket", false), "[]", ""},
		{"a number", defined("Number", "EntryField", "Ticket", false), "[]", `custom field " Backup marker " holds Number, and the marker is text`},
		{"from a list", defined("Text", "List", "Ticket", false), "[]", `custom field " Backup marker " is filled from a list, so it cannot hold a marker`},
		{"read only", defined("Text", "", "Ticket", true), "[]", `custom field " Backup marker " is read only`},
		{"missing", "[]", "[]", `there is no custom field "Backup marker"; there are none`},
		{"on another screen, and no ticket", defined("Text", "", "Company", false), "[]", nowhere},
		{"on another screen, but on a ticket", defined("Text", "", "V10", false), `[{"id":1,"customFields":[{"id":3},{"id":4}]}]`, ""},
		{"first on a ticket", defined("Text", "", "V10", false), `[{"id":1,"customFields":[{"id":4}]}]`, ""},
		{"not on a ticket", defined("Text", "", "Ticket", false), `[{"id":1,"customFields":[{"id":3}]}]`, nowhere},
	} {
		t.Run(test.name, func(t *testing.T) {
			srv, _, _ := bench(t)
			client := desktest.Client(t, srv, desktest.Replying(srv, map[string]string{"userDefinedFields": test.defined, "service/tickets": test.tickets}))
			p, faults, err := Find(t.Context(), client, field, on)
			if err != nil {
				t.Fatal(err)
			}
			if test.fault == "" && (len(faults) > 0 || p != (Place{4, field})) || test.fault != "" && !slices.Equal(faults, []string{test.fault}) {
				t.Errorf("%+v, %q", p, faults)
			}
		})
	}
}

// What cannot be read is an error, never a fault or a shorter list.
func TestUnreadable(t *testing.T) {
	on := []*boards.Board{{Ref: connectwise.Ref{ID: 1, Name: "Service Desk"}}}
	for name, test := range map[string]struct {
		path string
		read func(client *connectwise.Client, p Place) error
	}{
		"the fields": {"userDefinedFields", func(c *connectwise.Client, _ Place) error { _, _, err := Find(t.Context(), c, field, on); return err }},
		"a ticket":   {"service/tickets", func(c *connectwise.Client, _ Place) error { _, _, err := Find(t.Context(), c, field, on); return err }},
		"the list": {"service/tickets", func(c *connectwise.Client, p Place) error {
			_, _, err := p.List(t.Context(), c, "test-1", connectwise.Condition{})
			return err
		}},
		"by ids": {"service/tickets", func(c *connectwise.Client, p Place) error { _, err := p.ByID(t.Context(), c, []int64{1}); return err }},
	} {
		srv, client, p := bench(t)
		srv.Inject(connectwisetest.Fault{Path: test.path, Kind: connectwisetest.Truncate})
		if err := test.read(client, p); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
