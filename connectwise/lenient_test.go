package connectwise

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOddRecordsAreRead(t *testing.T) {
	day := time.Date(2026, 8, 20, 0, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		body string
		want Ticket
	}{
		"null members":       {`{"id":1,"summary":null,"board":null,"customFields":null,"integratorTags":null,"closedDate":null,"budgetHours":null,"closedFlag":null,"_info":null}`, Ticket{ID: 1}},
		"numbers as strings": {`{"id":"1","budgetHours":"1.50","duration":" 7 ","company":{"id":"250"},"closedFlag":"True","lagDays":"","resolveMinutes":3.0}`, Ticket{ID: 1, BudgetHours: "1.50", Duration: 7, Company: ByID(250), ClosedFlag: true, ResolveMinutes: 3}},
		"strings as numbers": {`{"id":1,"summary":5,"zip":33601,"approved":1,"poNumber":true}`, Ticket{ID: 1, Summary: "5", Zip: "33601", Approved: true, PONumber: "true"}},
		"new values":         {`{"id":1,"recordType":"Somethingnew","severity":"Extreme","brandNew":{"a":[1,2]}}`, Ticket{ID: 1, RecordType: "Somethingnew", Severity: "Extreme"}},
		"dates": {`{"id":1,"closedDate":"2026-08-20","dateResolved":"","dateResponded":"2026-08-20T00:00:00","dateResplan":"1800-01-01T00:00:00Z","requiredDate":"2026-08-20T02:00:00+02:00","subDateAccepted":"0001-01-01T00:00:00"}`,
			Ticket{ID: 1, ClosedDate: Time{day, ""}, DateResponded: At(day), DateResplan: At(time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC)), RequiredDate: At(day)}},
		"long and padded text": {`{"id":1,"summary":"a\u0000 ","_info":{"updatedBy":"trigger   "}}`, Ticket{ID: 1, Summary: "a\x00 ", Info: Info{UpdatedBy: "trigger   "}}},
		"custom fields":        {`{"id":1,"customFields":[{"id":15,"value":null},{"id":16,"value":5},{"id":17,"value":true},{"id":18,"value":"x"}]}`, Ticket{ID: 1, CustomFields: []CustomField{{ID: 15}, {ID: 16, Value: 5.0}, {ID: 17, Value: true}, {ID: 18, Value: "x"}}}},
	} {
		s := newTestServer(t, answerWith(200, tc.body))
		got, err := s.client(t).Service.Tickets.Get(t.Context(), 1)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(tc.want, *got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestRecordsThatCannotBeMended(t *testing.T) {
	for _, body := range []string{`{"id":"one"}`, `{"id":{}}`, `{"id":1,"closedFlag":"perhaps"}`, `{"id":1,"closedFlag":2}`, `{"id":1,"company":5}`, `{"id":1,"customFields":{}}`, `{"id":1.5}`} {
		s := newTestServer(t, answerWith(200, body))
		if got, err := s.client(t).Service.Tickets.Get(t.Context(), 1); !errors.Is(err, ErrServer) {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
}

func TestTime(t *testing.T) {
	at := time.Date(2026, 6, 3, 23, 32, 20, 0, time.UTC)
	for text, want := range map[string]struct {
		at    time.Time
		text  string
		valid bool
		json  string
	}{
		`"2026-06-03T23:32:20Z"`:      {at, "2026-06-03T23:32:20Z", true, `"2026-06-03T23:32:20Z"`},
		`"2026-06-03T23:32:20"`:       {at, "2026-06-03T23:32:20", true, `"2026-06-03T23:32:20"`},
		`"2026-06-04T01:32:20+02:00"`: {at, "2026-06-04T01:32:20+02:00", true, `"2026-06-04T01:32:20+02:00"`},
		`"2026-06-03 23:32:20.000"`:   {at, "2026-06-03 23:32:20.000", true, `"2026-06-03 23:32:20.000"`},
		`"2026-06-03"`:                {at.Truncate(24 * time.Hour), "2026-06-03", true, `"2026-06-03"`},
		`""`:                          {time.Time{}, "", true, `null`},
		`null`:                        {time.Time{}, "", true, `null`},
		`"  "`:                        {time.Time{}, "", true, `null`},
		`"0001-01-01T00:00:00Z"`:      {time.Time{}, "", true, `null`},
		`"soon"`:                      {time.Time{}, "soon", false, `"soon"`},
		`17`:                          {time.Time{}, "17", false, `"17"`},
	} {
		var got Time
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		back, err := json.Marshal(got)
		if !got.Time.Equal(want.at) || got.Text() != want.text || got.String() != want.text || got.Valid() != want.valid || string(back) != want.json || err != nil {
			t.Errorf("%s: %v %q %v %s %v", text, got.Time, got.Text(), got.Valid(), back, err)
		}
		if got.IsZero() != (want.text == "") {
			t.Errorf("%s: IsZero %v", text, got.IsZero())
		}
	}
	// A moment that is assigned replaces the text that was read.
	for _, text := range []string{`"2026-06-03"`, `"soon"`, `"2026-06-03T23:32:20Z"`, `null`} {
		var got Time
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatal(err)
		}
		got.Time = at.Add(time.Hour)
		back, err := json.Marshal(got)
		if string(back) != `"2026-06-04T00:32:20Z"` || err != nil || !got.Valid() || got.IsZero() || !got.Equal(At(at.Add(time.Hour))) {
			t.Errorf("%s moved by an hour: %s, %v", text, back, err)
		}
		if got.Time = (time.Time{}); text != `"soon"` && (!got.IsZero() || !got.Valid() || got.Text() != "" || !got.Equal(Time{})) {
			t.Errorf("%s cleared: %q", text, got)
		}
	}
	for _, year := range []int{-1, 10_000} {
		if back, err := json.Marshal(At(time.Date(year, 2, 3, 0, 0, 0, 0, time.UTC))); err == nil {
			t.Errorf("year %d: %s", year, back)
		}
	}
	if !At(at).Equal(At(at.In(time.FixedZone("", 3600)).Add(5))) || At(at).Equal(At(at.Add(time.Second))) || !At(time.Time{}).IsZero() {
		t.Error("At")
	}
	if (Time{text: "a"}).Equal(Time{text: "b"}) || !(Time{text: "a"}).Equal(Time{text: "a"}) {
		t.Error("Equal of texts")
	}
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]struct {
		number Number
		json   string // "" for an error
	}{
		`1.10`:    {"1.10", "1.10"},
		`"1.10"`:  {"1.10", "1.10"},
		`" 5 "`:   {"5", "5"},
		`0`:       {"0", "0"},
		`null`:    {"", "null"},
		`""`:      {"", "null"},
		`-1e3`:    {"-1e3", "-1e3"},
		`"ten"`:   {"ten", ""},
		`"true"`:  {"true", ""},
		`{"a":1}`: {`{"a":1}`, ""},
	} {
		var got Number
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want.number {
			t.Errorf("%s: %q, %v", text, got, err)
		}
		back, err := json.Marshal(got)
		if string(back) != want.json || (err != nil) != (want.json == "") {
			t.Errorf("%s: %s, %v", text, back, err)
		}
		if _, err := got.Float64(); (err != nil) != (want.json == "") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, want := range map[Number]int64{"3": 3, "3.0": 3, "": 0, "-7": -7, "1e3": 1000, Int(5): 5, Float(2): 2} {
		if got, err := text.Int64(); got != want || err != nil {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for _, text := range []Number{"NaN", "inf", "-Infinity", "0x1p3", "1_000", "+5", ".5", "5.", "1,5", "-", Float(math.NaN()), Float(math.Inf(1))} {
		f, floatErr := text.Float64()
		i, intErr := text.Int64()
		back, jsonErr := text.MarshalJSON()
		if floatErr == nil || intErr == nil || jsonErr == nil {
			t.Errorf("%q: %v, %d, %s", text, f, i, back)
		}
	}
	for _, text := range []Number{"3.5", "x", "1e300", Float(0.5)} {
		if got, err := text.Int64(); err == nil {
			t.Errorf("%q: %d", text, got)
		}
	}
}

func TestSetCustomFields(t *testing.T) {
	fields := []CustomField{{ID: 7, Caption: "Vendor Ticket", Type: "Text", Value: "a"}, {ID: 8, Caption: "Level", Value: 5.0}, {ID: 9, Caption: "Do it", Type: "Button"}, {ID: 10, Caption: "Gone", Value: "x"}}
	op, err := SetCustomFields(fields, map[string]any{"vendor TICKET": "b", "10": nil})
	if err != nil {
		t.Fatal(err)
	}
	body, wrong := patchOf(reflect.TypeFor[Ticket](), []Op{op})
	if want := `[{"op":"replace","path":"customFields","value":[{"id":7,"value":"b"},{"id":8,"value":5},{"id":10,"value":null}]}]`; string(body) != want || wrong != nil {
		t.Errorf("%s %v", body, wrong)
	}
	twins := slices.Concat(fields, []CustomField{{ID: 11, Caption: " level"}})
	for _, tc := range []struct {
		fields []CustomField
		values map[string]any
		want   string
	}{
		{fields, map[string]any{"nothing": 1}, `no custom field "nothing"`},
		{fields, map[string]any{"Level": 1, "8": 2}, "given twice"},
		{twins, map[string]any{"Level": 1}, `2 custom fields have the caption "Level"; give the id, such as 8`},
	} {
		if _, err := SetCustomFields(tc.fields, tc.values); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%v: %v, want %q", tc.values, err, tc.want)
		}
	}
	if _, err := SetCustomFields(twins, map[string]any{"11": 1}); err != nil {
		t.Error(err)
	}
	for want, value := range map[string]any{"": nil, "4711000": 4711000.0, "0.25": 0.25, "true": true, "x": "x"} {
		if got := (CustomField{Value: value}).Text(); got != want {
			t.Errorf("text of %v is %q", value, got)
		}
	}
	if f, ok := FindCustomField(fields, "LEVEL"); !ok || f.Text() != "5" {
		t.Errorf("%+v", f)
	}
}

func TestRef(t *testing.T) {
	for _, tc := range []struct {
		a, b Ref
		want bool
	}{
		{ByID(1), Ref{1, "x", "y"}, true},
		{ByID(1), Ref{2, "x", "y"}, false},
		{Ref{1, "x", "y"}, Ref{2, "x", "y"}, false},
		{ByName("y"), Ref{2, "x", "y"}, true},
		{ByIdentifier("x"), Ref{2, "x", "y"}, true},
		{ByName("x"), Ref{2, "x", "y"}, false},
		{Ref{}, Ref{}, false},
		{Ref{}, ByID(1), false},
	} {
		if got := tc.a.Is(tc.b); got != tc.want {
			t.Errorf("%v is %v: %v", tc.a, tc.b, got)
		}
	}
}
