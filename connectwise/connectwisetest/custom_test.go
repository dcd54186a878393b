package connectwisetest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

func TestCustomFieldTypes(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	for i, kind := range []string{"Number", "Checkbox", "Date", "Text"} {
		a.srv.AddCustomField(connectwisetest.CustomField{ID: int64(i + 1), Entity: "Ticket", Caption: kind, Type: kind})
	}
	id := a.srv.AddTicket(connectwisetest.Ticket{Summary: "x", Company: connectwisetest.ByID(250), CustomFields: map[string]any{"Number": 5}})
	path := fmt.Sprintf("service/tickets/%d", id)
	got := a.do("PATCH", path, `[{"op":"replace","path":"customFields","value":[{"id":2,"value":"true"},{"caption":"Date","value":"2026-01-02"},{"id":4,"value":7}]}]`).want(200).object()
	var values []any
	for _, f := range got["customFields"].([]any) {
		values = append(values, f.(map[string]any)["value"])
	}
	if diff := cmp.Diff([]any{5.0, true, "2026-01-02T00:00:00Z", "7"}, values); diff != "" {
		t.Error(diff)
	}
	for _, value := range []string{`[{"id":1,"value":"many"}]`, `[{"id":3,"value":"soon"}]`, `[{"id":9,"value":1}]`, `[{"id":1,"what":1}]`, `7`} {
		a.do("PATCH", path, `[{"op":"replace","path":"customFields","value":`+value+`}]`).want(400)
	}
	a.do("PATCH", path, `[{"op":"replace","path":"customFields","value":[]}]`).want(200)
	if v, _ := a.srv.Ticket(id); v.CustomFields["Number"] != 5.0 {
		t.Errorf("an empty list cleared %v", v.CustomFields)
	}
}

// tailored returns a tenant with ticket 70001, whose three custom fields hold
// "a", 5 and no value.
func tailored(t *testing.T, cfg connectwisetest.Config) *api {
	a := desk(t, cfg)
	a.srv.AddCustomField(connectwisetest.CustomField{ID: 1, Entity: "Ticket", Caption: "Device"})
	a.srv.AddCustomField(connectwisetest.CustomField{ID: 2, Entity: "Ticket", Caption: "Tries", Type: "Number"})
	a.srv.AddCustomField(connectwisetest.CustomField{ID: 3, Entity: "Ticket", Caption: "Site"})
	a.srv.AddCustomField(connectwisetest.CustomField{ID: 4, Entity: "Company", Caption: "Contract"})
	a.do("POST", "service/tickets", `{"summary":"x","company":{"id":250},"customFields":[{"id":1,"value":"a"},{"id":2,"value":5}]}`).want(201)
	return a
}

// values returns the values of the custom fields in an answer; none stands for
// a field without the member value.
func values(m map[string]any) []any {
	var out []any
	for _, f := range m["customFields"].([]any) {
		x, ok := f.(map[string]any)["value"]
		if !ok {
			x = "none"
		}
		out = append(out, x)
	}
	return out
}

func TestCustomFieldWrites(t *testing.T) {
	for name, tc := range map[string]struct {
		switches connectwisetest.Switches
		list     string
		want     []any // nil: refused
	}{
		"others keep their values": {connectwisetest.Switches{}, `[{"id":3,"value":"hq"}]`, []any{"a", 5.0, "hq"}},
		"an empty list":            {connectwisetest.Switches{}, `[]`, []any{"a", 5.0, nil}},
		"null clears":              {connectwisetest.Switches{}, `[{"id":1,"value":null}]`, []any{nil, 5.0, nil}},
		"no value clears":          {connectwisetest.Switches{}, `[{"id":1}]`, []any{nil, 5.0, nil}},
		"by caption":               {connectwisetest.Switches{}, `[{"caption":"device","value":"b"}]`, []any{"b", 5.0, nil}},
		"the id decides":           {connectwisetest.Switches{}, `[{"id":3,"caption":"Device","value":"b"}]`, []any{"a", 5.0, "b"}},
		"as it was read":           {connectwisetest.Switches{}, `[{"id":1,"caption":"Device","type":"Text","entryMethod":"EntryField","numberOfDecimals":0,"value":"b"}]`, []any{"b", 5.0, nil}},
		"numbers in text":          {connectwisetest.Switches{}, `[{"id":2,"value":"7"}]`, []any{"a", 7.0, nil}},
		"text for a number":        {connectwisetest.Switches{}, `[{"id":2,"value":"many"}]`, nil},
		"an unknown id":            {connectwisetest.Switches{}, `[{"id":9,"value":"b"}]`, nil},
		"an id of another kind":    {connectwisetest.Switches{}, `[{"id":4,"value":"b"}]`, nil},
		"an unknown caption":       {connectwisetest.Switches{}, `[{"caption":"Nothing","value":"b"}]`, nil},
		"neither":                  {connectwisetest.Switches{}, `[{"value":"b"}]`, nil},
		"an unknown member":        {connectwisetest.Switches{}, `[{"id":1,"values":"b"}]`, nil},
		"no list":                  {connectwisetest.Switches{}, `{"id":1,"value":"b"}`, nil},
		"all or nothing":           {connectwisetest.Switches{}, `[{"id":1,"value":"b"},{"id":9,"value":"b"}]`, nil},
		"replaced":                 {connectwisetest.Switches{CustomFieldsReplaced: true}, `[{"id":3,"value":"hq"}]`, []any{nil, nil, "hq"}},
		"replaced by nothing":      {connectwisetest.Switches{CustomFieldsReplaced: true}, `[]`, []any{nil, nil, nil}},
		"unknown ones dropped":     {connectwisetest.Switches{DropCustomFields: true}, `[{"id":9,"value":"b"},{"id":3,"value":"hq"}]`, []any{"a", 5.0, "hq"}},
		"captions need an id":      {connectwisetest.Switches{CustomFieldsByID: true}, `[{"caption":"Device","value":"b"}]`, nil},
		"captions dropped":         {connectwisetest.Switches{CustomFieldsByID: true, DropCustomFields: true}, `[{"caption":"Device","value":"b"}]`, []any{"a", 5.0, nil}},
		"without null":             {connectwisetest.Switches{BareCustomFields: true}, `[{"id":1,"value":null}]`, []any{"none", 5.0, "none"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := tailored(t, connectwisetest.Config{Switches: tc.switches})
			status, want := 200, tc.want
			if want == nil {
				status, want = 400, []any{"a", 5.0, nil}
			}
			a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"summary","value":"y"},{"op":"replace","path":"customFields","value":`+tc.list+`}]`).want(status)
			got := a.get("service/tickets/70001").object()
			if diff := cmp.Diff(want, values(got)); diff != "" {
				t.Error(diff)
			}
			if (got["summary"] == "y") != (status == 200) {
				t.Errorf("the summary is %v after %d", got["summary"], status)
			}
		})
	}
	a := tailored(t, connectwisetest.Config{})
	for _, ops := range []string{
		`[{"op":"remove","path":"customFields"}]`, `[{"op":"replace","path":"customFields/0/value","value":"b"}]`, `[{"op":"replace","path":"customFields","value":"[]"}]`,
		`[{"op":"replace","path":"Device","value":"b"}]`,
	} {
		a.do("PATCH", "service/tickets/70001", ops).want(400)
	}
	// A replacement that does not mention custom fields keeps them.
	got := a.do("PUT", "service/tickets/70001", `{"summary":"z","company":{"id":250},"board":{"id":1},"severity":"Low","impact":"Low"}`).want(200).object()
	if diff := cmp.Diff([]any{"a", 5.0, nil}, values(got)); diff != "" || got["summary"] != "z" {
		t.Errorf("%s %v", diff, got["summary"])
	}
}

// A single element of customFields must match all customFieldConditions.
func TestCustomFieldConditions(t *testing.T) {
	a := tailored(t, connectwisetest.Config{})
	a.do("POST", "service/tickets", `{"summary":"x","company":{"id":250},"customFields":[{"id":3,"value":"a"},{"id":2,"value":7}]}`).want(201)
	for cond, want := range map[string]string{
		`caption="Device" and value="A"`:                         "70001",
		`caption="Site" and value="a"`:                           "70002",
		`value="a"`:                                              "70001 70002",
		`caption="Site" AND value != null`:                       "70002",
		`caption="Site" and value = null`:                        "70001",
		`id=2 and value > 5`:                                     "70002",
		`id=2 and value in (5, 6)`:                               "70001",
		`id in (1, 3) and value like "a%"`:                       "70001 70002",
		`caption contains "vic" and value not contains "b"`:      "70001",
		`(caption="Device" and value="b") or (id=2 and value=7)`: "70002",
		`caption="Device" and value="a" and caption="Site"`:      "",
		`caption="Nothing" and value=null`:                       "",
		`caption = 5`:                                            "400",
		`type="Text"`:                                            "400",
		`customFields/value="a"`:                                 "400",
		`caption="Device" and`:                                   "400",
	} {
		status := 200
		if want == "400" {
			status = 400
		}
		list := a.get("service/tickets", "customFieldConditions", cond, "conditions", "id > 0").want(status)
		count := a.get("service/tickets/count", "customFieldConditions", cond).want(status)
		search := a.do("POST", "service/tickets/search", `{"customfieldconditions":`+quoteJSON(cond)+`}`).want(status)
		if status == 400 {
			continue
		}
		if got := ids(list.list()); got != want {
			t.Errorf("%s finds %q, want %q", cond, got, want)
		}
		if n := len(strings.Fields(want)); count.body != fmt.Sprintf(`{"count":%d}`, n) {
			t.Errorf("%s counts %s", cond, count.body)
		}
		if got := ids(search.list()); got != want {
			t.Errorf("search for %s finds %q, want %q", cond, got, want)
		}
	}
	if got := ids(a.get("service/tickets", "customFieldConditions", `value="a"`, "conditions", "id > 70001").want(200).list()); got != "70002" {
		t.Errorf("both kinds of conditions find %q", got)
	}
}

// An empty required custom field blocks every write, or only writes with custom
// fields.
func TestRequiredCustomFields(t *testing.T) {
	for lazy, status := range map[bool]int{false: 400, true: 200} {
		a := desk(t, connectwisetest.Config{Switches: connectwisetest.Switches{RequiredOnlyWhenGiven: lazy}})
		a.srv.AddContact(connectwisetest.Contact{FirstName: "Jorge", Company: connectwisetest.ByID(250)})
		a.srv.AddCustomField(connectwisetest.CustomField{ID: 1, Entity: "Contact", Caption: "Badge", Required: true})
		const path = "company/contacts/58001"
		rename := `{"op":"replace","path":"lastName","value":"Smith"}`
		a.do("PATCH", path, `[`+rename+`]`).want(status)
		a.do("PATCH", path, `[`+rename+`,{"op":"replace","path":"customFields","value":[]}]`).want(400)
		a.do("POST", "company/contacts", `{"firstName":"New"}`).want(400)
		a.do("PATCH", path, `[`+rename+`,{"op":"replace","path":"customFields","value":[{"id":1,"value":"7"}]}]`).want(200)
		a.do("PATCH", path, `[`+rename+`]`).want(200)
		a.do("PATCH", path, `[{"op":"replace","path":"customFields","value":[{"id":1,"value":null}]}]`).want(400)
	}
}
