package companies_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/companies"
	"github.com/covedesk/covedesk/connectwise/desk/internal/desktest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile/match"
)

// A record of the tenant is a company to match with, deleted ones too.
func TestRead(t *testing.T) {
	srv, client := desktest.Tenant(t, connectwisetest.Config{})
	birch := srv.AddCompany(connectwisetest.Company{Identifier: "BIRCH", Name: "Birch Dental", Website: "birch.example", Types: []string{"Client", "Vendor"}})
	gone := srv.AddCompany(connectwisetest.Company{Identifier: "GONE", Name: "Gone", Status: connectwisetest.ByName("Inactive"), Deleted: true})
	got, err := companies.Read(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]match.Company{}
	for _, c := range got {
		byID[c.ID] = c
	}
	for _, want := range []match.Company{
		{ID: lookup.ID(birch), Identifier: "BIRCH", Name: "Birch Dental", Website: "birch.example", Status: "Active", Types: []string{"Client", "Vendor"}},
		{ID: lookup.ID(gone), Identifier: "GONE", Name: "Gone", Status: "Inactive", Types: []string{}, Deleted: true},
	} {
		if diff := cmp.Diff(want, byID[want.ID]); diff != "" {
			t.Error(diff)
		}
	}
	srv.Inject(connectwisetest.Fault{Path: "company/companies", Kind: connectwisetest.Truncate})
	if got, err := companies.Read(t.Context(), client); err == nil || got != nil {
		t.Errorf("half a list gives %d companies, %v", len(got), err)
	}
}

// An id is surer than an identifier, and that than a name; several or none are a
// fault.
func TestFind(t *testing.T) {
	srv, client := desktest.Tenant(t, connectwisetest.Config{})
	for _, c := range []connectwisetest.Company{
		{ID: 250, Identifier: "OAK", Name: "Oak"},
		{ID: 251, Identifier: "250", Name: "Numbers"},
		{ID: 252, Identifier: "ELM", Name: "OAK"},
		{ID: 253, Identifier: "TWIN1", Name: "Twin"}, {ID: 254, Identifier: "TWIN2", Name: "Twin"},
		{ID: 255, Identifier: "GONE", Name: "Gone", Deleted: true},
		{ID: 256, Identifier: "QUOTED", Name: `Both "Best"`},
	} {
		srv.AddCompany(c)
	}
	for _, test := range []struct{ name, id, fault string }{
		{name: "250", id: "250"},
		{name: "oak", id: "250"},
		{name: "Elm", id: "252"},
		{name: "numbers", id: "251"},
		{name: `Both "Best"`, id: "256"},
		{name: "TWIN2", id: "254"},
		{name: "Twin", fault: `2 companies have the id, identifier or name "Twin"; name one by its id`},
		{name: "Gone", fault: `0 companies have the id, identifier or name "Gone"; name one by its id`},
		{name: "255", fault: `0 companies have the id, identifier or name "255"; name one by its id`},
	} {
		id, fault, err := companies.Find(t.Context(), client, test.name)
		if err != nil || id != test.id || fault != test.fault {
			t.Errorf("%s: id %q, fault %q, %v", test.name, id, fault, err)
		}
	}
	srv.Inject(connectwisetest.Fault{Path: "company/companies", Kind: connectwisetest.HTML})
	if id, fault, err := companies.Find(t.Context(), client, "oak"); err == nil || !strings.Contains(err.Error(), "own company") {
		t.Errorf("an unreadable answer gives %q, %q, %v", id, fault, err)
	}
}
