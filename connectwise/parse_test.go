package connectwise_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise"
)

// A value written as text becomes a value of the member's type, or an error
// that says what is wrong, before anything is sent.
func TestParse(t *testing.T) {
	tickets := connectwise.NewCollection[connectwise.Ticket](nil, "service/tickets")
	for _, tt := range []struct {
		path, text string
		value      any
		fault      string
	}{
		{"team", "Night", connectwise.ByName("Night"), ""},
		{"team", "", connectwise.Ref{}, ""},
		{"poNumber", "4711", "4711", ""},
		{"poNumber", strings.Repeat("x", 51), nil, "51 characters, at most 50"},
		{"budgetHours", "1.5", 1.5, ""},
		{"budgetHours", "some", nil, `"some" is not a number`},
		{"duration", "3", int64(3), ""},
		{"duration", "1.5", nil, `"1.5" is not a whole number`},
		{"approved", "true", true, ""},
		{"approved", "perhaps", nil, `"perhaps" is neither true nor false`},
		{"requiredDate", "tomorrow", nil, `"tomorrow" is not a time; want 2006-01-02 or RFC 3339`},
		{"closedDate", "2026-01-01", nil, "set by the server"},
		{"customFields", "x", nil, "it cannot be written as text"},
		{"typ", "x", nil, `no member "typ"; there is "type", "subType", "workType"`},
		{"Summary", "x", nil, `did you mean "summary"?`},
	} {
		op, err := tickets.Parse(tt.path, tt.text)
		if tt.fault != "" {
			if err == nil || !strings.Contains(err.Error(), tt.fault) {
				t.Errorf("%s %q: error %v, want %q", tt.path, tt.text, err, tt.fault)
			}
			continue
		}
		if diff := cmp.Diff(tt.value, op.Value()); err != nil || op.Path() != tt.path || diff != "" {
			t.Errorf("%s %q: %v, %v\n%s", tt.path, tt.text, op, err, diff)
		}
	}
	for text, want := range map[string]string{"2026-11-21": "2026-11-21T00:00:00Z", "2026-11-21T06:00:00-05:00": "2026-11-21T11:00:00Z"} {
		op, err := tickets.Parse("requiredDate", text)
		if at, ok := op.Value().(connectwise.Time); err != nil || !ok || at.Text() != want {
			t.Errorf("%s: %v, %v", text, op.Value(), err)
		}
	}
}

func TestParseCustomField(t *testing.T) {
	for _, tt := range []struct {
		kind, text string
		value      any
		fault      string
	}{
		{"Text", "4711", "4711", ""},
		{"Number", "2", 2.0, ""},
		{"Percent", "two", nil, "not a number"},
		{"Checkbox", "true", true, ""},
		{"Checkbox", "on", nil, "neither true nor false"},
		{"Date", "soon", nil, "not a time"},
		{"Button", "x", nil, "a button holds no value"},
	} {
		value, err := connectwise.UserDefinedField{FieldTypeIdentifier: tt.kind}.Parse(tt.text)
		if diff := cmp.Diff(tt.value, value); diff != "" || (err == nil) != (tt.fault == "") || err != nil && !strings.Contains(err.Error(), tt.fault) {
			t.Errorf("%s %q: %v, %v", tt.kind, tt.text, value, err)
		}
	}
}
