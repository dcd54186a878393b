package connectwisetest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// Each disputed point, with the switch off and on.
func TestDisputedPoints(t *testing.T) {
	const vendors = `types/name in ("Vendor")`
	for name, tc := range map[string]struct {
		switches connectwisetest.Switches
		ask      func(*api) answer
		status   int
		want     string
	}{
		"in of list elements":         {connectwisetest.Switches{}, func(a *api) answer { return a.get("company/companies", "childConditions", vendors, "fields", "id") }, 200, `[{"id":300}]`},
		"no in of list elements":      {connectwisetest.Switches{NoChildIn: true}, func(a *api) answer { return a.get("company/companies", "childConditions", vendors) }, 400, "Unrecognized value: in\\n"},
		"in of records stays":         {connectwisetest.Switches{NoChildIn: true}, func(a *api) answer { return a.get("company/companies", "conditions", "id in (300)", "fields", "id") }, 200, `[{"id":300}]`},
		"in of custom fields":         {connectwisetest.Switches{}, func(a *api) answer { return a.get("service/tickets", "customFieldConditions", `id in (46)`) }, 200, `[]`},
		"no in of custom fields":      {connectwisetest.Switches{NoChildIn: true}, func(a *api) answer { return a.get("service/tickets", "customFieldConditions", `id in (45)`) }, 400, "ApiFindCondition"},
		"lists in conditions":         {connectwisetest.Switches{}, func(a *api) answer { return a.get("company/companies", "conditions", `types/name="Vendor"`) }, 400, "types/name is not a recognized name."},
		"lists in conditions, silent": {connectwisetest.Switches{EmptyArrayConditions: true}, func(a *api) answer { return a.get("company/companies", "conditions", `types/name="Vendor"`) }, 200, `[]`},
		"silent only of lists":        {connectwisetest.Switches{EmptyArrayConditions: true}, func(a *api) answer { return a.get("company/companies", "conditions", `nothing/name="Vendor"`) }, 400, "nothing/name is not a recognized name."},
		"one configuration":           {connectwisetest.Switches{}, func(a *api) answer { return a.get("service/tickets", "conditions", `configuration/id=1 and id > 0`) }, 200, `[]`},
		"a row of configurations": {connectwisetest.Switches{}, func(a *api) answer {
			return a.get("service/tickets", "conditions", `configuration/id=1 or configuration/id=2`)
		}, 400, "Unrecognized value: configuration/id"},
		"allNotes":                     {connectwisetest.Switches{}, func(a *api) answer { return a.get("service/tickets/1/allNotes") }, 200, `[]`},
		"allNotes of old":              {connectwisetest.Switches{AllNotesStatus: 404}, func(a *api) answer { return a.get("service/tickets/1/allNotes") }, 404, "The endpoint does not exist."},
		"allNotes refused":             {connectwisetest.Switches{AllNotesStatus: 405}, func(a *api) answer { return a.get("service/tickets/1/allNotes/count") }, 405, "does not support http method 'GET'"},
		"change of nothing":            {connectwisetest.Switches{}, func(a *api) answer { return a.do("PATCH", "service/tickets/99", `[]`) }, 404, "Service Ticket 99 not found"},
		"change of nothing, no route":  {connectwisetest.Switches{MissingAsRoute: true}, func(a *api) answer { return a.do("PATCH", "service/tickets/99", `[]`) }, 404, "The endpoint does not exist."},
		"removal of nothing, no route": {connectwisetest.Switches{MissingAsRoute: true}, func(a *api) answer { return a.do("DELETE", "company/contacts/99", "") }, 404, "The endpoint does not exist."},
		"reading of nothing":           {connectwisetest.Switches{MissingAsRoute: true}, func(a *api) answer { return a.get("service/tickets/99") }, 404, "Service Ticket 99 not found"},
		"upload":                       {connectwisetest.Switches{}, upload, 201, `"title":"a.txt"`},
		"upload answered 200":          {connectwisetest.Switches{UploadStatus: 200}, upload, 200, `"title":"a.txt"`},
		"another company":              {connectwisetest.Switches{}, foreigner, 400, "Cannot route. Codebase/company is invalid"},
		"another company, not found":   {connectwisetest.Switches{CannotRouteStatus: 404}, foreigner, 404, "Cannot route. Codebase/company is invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			a := sample(t, connectwisetest.Config{Switches: tc.switches})
			a.srv.AddCompany(connectwisetest.Company{ID: 300, Identifier: "C", Name: "C", Types: []string{"Vendor"}})
			if got := tc.ask(a).want(tc.status).body; !strings.Contains(got, tc.want) || len(tc.want) < 3 && got != tc.want {
				t.Errorf("%s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestVendorTypes(t *testing.T) {
	for on, want := range map[bool]string{false: "application/json; charset=utf-8", true: "application/vnd.connectwise.com+json; version=2025.1"} {
		a := sample(t, connectwisetest.Config{Switches: connectwisetest.Switches{VendorTypes: on}})
		for _, r := range []answer{a.get("service/tickets"), a.get("service/nothing")} {
			if got := r.header.Get("Content-Type"); got != want {
				t.Errorf("%v: %s", on, got)
			}
		}
		if got := foreigner(a).header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
			t.Errorf("text as %s", got)
		}
	}
}

func upload(a *api) answer {
	body, kind := form(map[string]string{"recordType": "Ticket", "recordId": "1"}, "a.txt", "x")
	return a.do(http.MethodPost, "system/documents", body, "Content-Type", kind)
}

func foreigner(a *api) answer {
	a.creds.Company = "other"
	return a.get("system/info")
}

// A ticket with a predecessor begins when the predecessor allows it.
func TestPredecessor(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	start := `{"op":"replace","path":"estimatedStartDate","value":"2026-07-01"}`
	a.do("PATCH", "service/tickets/1", `[`+start+`]`).want(200)
	a.do("PATCH", "service/tickets/1", `[{"op":"replace","path":"predecessorType","value":"Ticket"},{"op":"replace","path":"predecessorId","value":2}]`).want(200)
	if got := a.do("PATCH", "service/tickets/1", `[`+start+`]`).want(400).body; !strings.Contains(got, `"field":"estimatedStartDate"`) {
		t.Error(got)
	}
	a.do("PATCH", "service/tickets/1", `[{"op":"replace","path":"summary","value":"x"}]`).want(200)
	a.do("PATCH", "service/tickets/1", `[{"op":"remove","path":"predecessorId"},{"op":"remove","path":"predecessorType"},`+start+`]`).want(200)
}
