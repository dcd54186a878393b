package fields

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/boards"
	"github.com/covedesk/covedesk/connectwise/desk/internal/desktest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
)

// tenant has two boards that tickets go to, of which all that comes to the second
// gives a "team" itself.
func tenant(t *testing.T) (*connectwisetest.Server, Finder) {
	t.Helper()
	srv, client := desktest.Tenant(t, connectwisetest.Config{})
	first := srv.AddBoard(connectwisetest.Board{Name: "Managed", Types: []string{"Backup"}, SubTypes: []string{"Failure"}, Items: []string{"Files"}, Teams: []string{"Night"}})
	second := srv.AddBoard(connectwisetest.Board{Name: "Second", Types: []string{"Other"}, Teams: []string{"Day"}})
	for _, f := range []connectwisetest.CustomField{
		{ID: 1, Entity: "Company", Caption: "Device"}, {ID: 2, Entity: "Ticket", Caption: "Device"}, {ID: 3, Entity: "Ticket", Caption: "Tier", Type: "Number"},
		{ID: 4, Entity: "Ticket", Caption: "Marker"}, {ID: 5, Entity: "Company", Caption: "Twice"}, {ID: 6, Entity: "Contact", Caption: "Twice"}, {ID: 7, Entity: "Company", Caption: "Alone"},
	} {
		srv.AddCustomField(f)
	}
	return srv, Finder{
		Client: client, Marker: 4,
		Targets:    []*boards.Board{{Ref: connectwise.Ref{ID: first, Name: "Managed"}}, {Ref: connectwise.Ref{ID: second, Name: "Second"}}},
		Overridden: func(b *boards.Board, path string) bool { return b.Ref.ID == second && path == "team" },
	}
}

// the action that tickets are made for.
var action = reconcile.Action{
	Kind: reconcile.Create, Key: reconcile.Key{Feed: "rmm", Subject: "srv1"},
	Issue: &reconcile.Issue{Customer: "7", Since: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)},
}

// What a field of the configuration sets on a ticket of a board, or why it cannot
// be used.
func TestFind(t *testing.T) {
	_, finder := tenant(t)
	zone := time.FixedZone("UTC-5", -5*3600)
	// record is a reference to a record of a list.
	record := func(list, name string) connectwise.Ref {
		t.Helper()
		all, err := connectwise.NewCollection[connectwise.Ref](finder.Client, list).All(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(all, func(r *connectwise.Ref) bool { return r.Name+r.Identifier == name })
		return connectwise.ByID(all[i].ID)
	}
	managed := "service/boards/" + lookup.ID(finder.Targets[0].Ref.ID)
	day := connectwise.Time{Time: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)}
	for _, test := range []struct {
		spec        Spec
		board       int // of Targets
		zone        *time.Location
		xref        bool // the marker is in externalXRef
		set         any
		log, faults string
	}{
		{spec: Spec{Path: "poNumber", Value: "PO-7"}, set: "PO-7", log: "PO-7"},
		{spec: Spec{Path: "poNumber", Value: "PO-{{.Key.Subject}}"}, set: "PO-srv1", log: "PO-srv1"},
		{spec: Spec{Path: "poNumber", Value: "{{.Issue.Detail}}"}}, // empty: nothing is set
		{spec: Spec{Path: "estimatedStartDate", Value: "{{day .Issue.Since}}"}, zone: zone, set: day, log: "2026-11-21"},
		{spec: Spec{Path: "estimatedStartDate", Value: "{{day .Issue.Since}}"}, set: connectwise.Time{Time: day.AddDate(0, 0, 1)}, log: "2026-11-22"},
		{spec: Spec{Path: "poNumber", Value: "{{day .At}}"}, faults: "can't evaluate field At"},
		{spec: Spec{Path: "poNumber", Value: "{{day .Since}}"}}, // no time
		{spec: Spec{Path: "impact", Value: "High"}, set: "High", log: "High"},
		{spec: Spec{Path: "impact", Value: "Hihg"}, faults: `"Hihg" is not a value of impact; there is "High", "Low", "Medium"`},
		{spec: Spec{Path: "severity", Value: "high"}, faults: `"high" is not a value of severity; there is "High"`},

		{spec: Spec{Path: "type", Value: "backup", Board: "managed"}, set: record(managed+"/types", "Backup"), log: "backup"},
		{spec: Spec{Path: "type", Value: "backup", Board: "Managed"}, board: 1}, // of another board
		{spec: Spec{Path: "type", Value: "Backup"}, faults: `there is no "Backup" on board "Second"; there is "Other"`},
		{spec: Spec{Path: "team", Value: "Night"}, set: record(managed+"/teams", "Night"), log: "Night"}, // the second gives one itself
		{spec: Spec{Path: "team", ID: 4711}, faults: `there is no id 4711 on board "Managed"`},
		{spec: Spec{Path: "subType", Value: "x", Board: "Managd"}, faults: `no new ticket goes to board "Managd"; there is "Managed", "Second"`},
		{spec: Spec{Path: "source", ID: 1}, set: connectwise.ByID(1), log: "1"},
		{spec: Spec{Path: "source", ID: 4711}, faults: "there is no id 4711 in the tenant"},
		{spec: Spec{Path: "owner", Value: "APIMEMBER"}, set: record("system/members", "apimember"), log: "APIMEMBER"},
		{spec: Spec{Path: "owner", Value: "apimembr"}, faults: `there is no "apimembr" in the tenant; there is "apimember"`},
		{spec: Spec{Path: "contact", ID: 4711}, faults: "there is no id 4711 in the tenant"},
		{spec: Spec{Path: "contact", Value: "Jane"}, set: connectwise.ByName("Jane"), log: "Jane"},
		{spec: Spec{Path: "country", Value: "US"}, set: connectwise.ByIdentifier("US"), log: "US"},
		{spec: Spec{Path: "sla", ID: 4711}, set: connectwise.ByID(4711), log: "4711"},

		{spec: Spec{Path: "customFields/device", Value: "{{.Key.Subject}}"}, set: connectwise.CustomField{ID: 2, Value: "srv1"}, log: "srv1"},
		{spec: Spec{Path: "customFields/3", Value: "2"}, set: connectwise.CustomField{ID: 3, Value: 2.0}, log: "2"},
		{spec: Spec{Path: "customFields/Tier", Value: "two"}, faults: `"two" is not a number`},
		{spec: Spec{Path: "customFields/Alone", Value: "x"}, set: connectwise.CustomField{ID: 7, Value: "x"}, log: "x"}, // the server judges
		{spec: Spec{Path: "customFields/Devise", Value: "x"}, faults: `there is no custom field "Devise"; there is "Device", "Device", "Twice"`},
		{spec: Spec{Path: "customFields/Devise", Value: "x"}, xref: true, faults: `there is no custom field "Devise"`},
		{spec: Spec{Path: "customFields/Twice", Value: "x"}, faults: `several custom fields are called "Twice"; give the id in its place`},
		{spec: Spec{Path: "customFields/Marker", Value: "x"}, faults: "it holds the marker"},

		{spec: Spec{Path: "summary", Value: "x"}, faults: "the desk writes it itself; it comes with the problem"},
		{spec: Spec{Path: "externalXRef", Value: "x"}, set: "x", log: "x"},
		{spec: Spec{Path: "externalXRef", Value: "x"}, xref: true, faults: "the desk writes it itself; it holds the marker"},
		{spec: Spec{Path: "typ", Value: "x"}, faults: `Ticket has no member "typ"`},
		{spec: Spec{Path: "typ", Value: "{{.Key}}"}, faults: `Ticket has no member "typ"`},
		{spec: Spec{Path: "zip", ID: 7}, faults: "it is not a reference, so it needs a Value and no ID"},
		{spec: Spec{Path: "source"}, faults: "it needs an ID or a Value, one of the two"},
		{spec: Spec{Path: "source", ID: 1, Value: "x"}, faults: "it needs an ID or a Value, one of the two"},
		{spec: Spec{Path: "city", Value: "{{"}, faults: "unclosed action"},
		{spec: Spec{Path: "city", Value: "{{index .Related 7}}"}, faults: "index out of range"},
	} {
		t.Run(fmt.Sprintf("%s %s%d", test.spec.Path, test.spec.Value, test.spec.ID), func(t *testing.T) {
			finder := finder
			if finder.Zone = test.zone; test.xref {
				finder.Marker = 0
			}
			found, faults, err := finder.Find(t.Context(), "At: ", []Spec{test.spec})
			if err != nil {
				t.Fatal(err)
			}
			if test.faults != "" {
				if want := fmt.Sprintf("At: Fields[0] (%s): ", test.spec.Path); len(faults) != 1 || !strings.HasPrefix(faults[0], want) || !strings.Contains(faults[0], test.faults) {
					t.Errorf("faults %q, want %s%s", faults, want, test.faults)
				}
				return
			}
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			var ticket connectwise.Ticket
			ops, log, err := Set(finder.Client, &ticket, action, finder.Targets[test.board], found)
			if err != nil {
				t.Fatal(err)
			}
			var got any
			switch {
			case len(ops) == 1 && len(ticket.CustomFields) == 0:
				got = ops[0].Value()
			case len(ops) == 0 && len(ticket.CustomFields) == 1:
				got = ticket.CustomFields[0]
			case len(ops)+len(ticket.CustomFields) > 1:
				t.Errorf("%v %v", ops, ticket.CustomFields)
			}
			if diff := cmp.Diff(test.set, got); diff != "" {
				t.Error(diff)
			}
			var wrote []Write
			if test.log != "" {
				wrote = []Write{{Path: test.spec.Path, New: test.log}}
			}
			if diff := cmp.Diff(wrote, log); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Faults come all at once; what is given twice for a board is one.
func TestFindAll(t *testing.T) {
	_, finder := tenant(t)
	found, faults, err := finder.Find(t.Context(), "", []Spec{
		{Path: "customFields/Device", Value: "a"}, {Path: "customFields/device", Value: "b"}, {Path: "type", Value: "Backup", Board: "Managed"},
		{Path: "type", Value: "Other", Board: "Second"}, {Path: "type", Value: "Other", Board: "second"}, {Path: "zip", Value: "{{"},
	})
	if err != nil || len(found) != 6 {
		t.Fatal(found, err)
	}
	for i := range faults {
		faults[i], _, _ = strings.Cut(faults[i], ": template")
	}
	want := []string{"Fields[1] (customFields/device): it is given twice", "Fields[4] (type): it is given twice", "Fields[5] (zip)"}
	if diff := cmp.Diff(want, faults); diff != "" {
		t.Error(diff)
	}
}

// Where the tenant chooses the board, nothing that each board has of its own can
// be set.
func TestFindWithoutABoard(t *testing.T) {
	_, finder := tenant(t)
	finder.Targets = append(finder.Targets, &boards.Board{})
	for path, want := range map[string][]string{"team": {"Fields[0] (team): each board has its own, so Config.Board must be set"}, "source": nil} {
		_, faults, err := finder.Find(t.Context(), "", []Spec{{Path: path, ID: 1}})
		if diff := cmp.Diff(want, faults); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
}

// What the API member may not read is left to the server; an answer that cannot
// be read is an error.
func TestFindUnreadable(t *testing.T) {
	for _, test := range []struct {
		path, list, value string
		id                int64
	}{{"source", "service/sources", "Whoever", 0}, {"contact", "company/contacts", "", 4711}, {"team", "/teams", "Whoever", 0}, {"customFields/Device", "system/userDefinedFields", "x", 0}} {
		srv, finder := tenant(t)
		srv.Inject(connectwisetest.Fault{Path: test.list, Kind: connectwisetest.HTML, Times: -1})
		if _, _, err := finder.Find(t.Context(), "", []Spec{{Path: test.path, Value: test.value, ID: test.id}}); err == nil {
			t.Errorf("%s: an unreadable list is no error", test.path)
		}
		srv.ClearFaults()
		srv.Inject(connectwisetest.Fault{Path: test.list, Kind: connectwisetest.StatusBefore, Status: 403, Times: -1})
		_, faults, err := finder.Find(t.Context(), "", []Spec{{Path: test.path, Value: test.value, ID: test.id}})
		if (err != nil) != strings.HasPrefix(test.path, customPrefix) || len(faults) > 0 {
			t.Errorf("%s, which may not be read: %q, %v", test.path, faults, err)
		}
	}
}

// What only the ticket shows leaves its field out, by name, and no other.
func TestSetLeavesOut(t *testing.T) {
	_, finder := tenant(t)
	found, faults, err := finder.Find(t.Context(), "", []Spec{
		{Path: "city", Value: `{{if eq .Key.Subject "srv1"}}{{index .Related 7}}{{end}}`},
		{Path: "team", Value: "{{.Key.Subject}}", Board: "Managed"}, {Path: "zip", Value: "{{.Issue.Customer}}"},
	})
	if err != nil || len(faults) > 0 {
		t.Fatal(faults, err)
	}
	ops, log, err := Set(finder.Client, &connectwise.Ticket{}, action, finder.Targets[0], found)
	if len(ops) != 1 || ops[0].Path() != "zip" || len(log) != 1 {
		t.Errorf("%v", ops)
	}
	for _, want := range []string{"desk: field city is left out: ", `desk: field team is left out: there is no "srv1" on board "Managed"; there is "Night"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}
