package connectwise

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path"
	"strings"
	"testing"
	"time"
)

// echo answers a write with its own body, if that is an object, with the id in
// the path, or with id 5.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var record map[string]json.RawMessage
	if json.Unmarshal(body, &record) != nil {
		record = map[string]json.RawMessage{}
	}
	record["id"] = json.RawMessage("5")
	if id := path.Base(r.URL.Path); id[0] >= '0' && id[0] <= '9' {
		record["id"] = json.RawMessage(id)
	}
	_ = json.NewEncoder(w).Encode(record)
}

func TestCreate(t *testing.T) {
	s := newTestServer(t, echo)
	tickets := s.client(t).Service.Tickets
	for name, tc := range map[string]struct {
		ticket *Ticket
		ops    []Op
		want   string
	}{
		"plain": {
			&Ticket{Summary: "a <b> & c", Company: ByID(250), Board: ByName("Help Desk"), Owner: ByIdentifier("tech1")}, nil,
			`{"board":{"name":"Help Desk"},"company":{"id":250},"owner":{"identifier":"tech1"},"summary":"a <b> & c"}`,
		},
		"false, zero, null and nothing": {
			&Ticket{Summary: "x", City: "y"},
			[]Op{Set("processNotifications", false), Set("budgetHours", 0), Set("contact", nil), Remove("city"), Set("duration", Number("0"))},
			`{"budgetHours":0,"contact":null,"duration":0,"processNotifications":false,"summary":"x"}`,
		},
		"server's own members are left out": {
			&Ticket{ID: 4, Summary: "x", ClosedFlag: true, ClosedDate: At(time.Unix(1, 0)), Info: Info{UpdatedBy: "me"}}, nil,
			`{"summary":"x"}`,
		},
		"times and numbers": {
			&Ticket{RequiredDate: At(time.Date(2026, 1, 2, 5, 4, 5, 999, time.FixedZone("", 7200))), BudgetHours: "1.50", InitialDescription: "text"}, nil,
			`{"budgetHours":1.50,"initialDescription":"text","requiredDate":"2026-01-02T03:04:05Z"}`,
		},
		"custom fields": {
			&Ticket{CustomFields: []CustomField{{ID: 7, Value: "v", RowNum: 3}}},
			[]Op{Add("customFields/1", CustomField{ID: 8, Value: false}), Set("customFields/0/value", "w")},
			`{"customFields":[{"id":7,"value":"w"},{"id":8,"value":false}]}`,
		},
		"only ops": {nil, []Op{Set("/summary", "x")}, `{"summary":"x"}`},
	} {
		if _, err := tickets.Create(t.Context(), tc.ticket, tc.ops...); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		seen := s.seen()
		got := seen[len(seen)-1]
		if got.Method != http.MethodPost || got.Path != testBase+"service/tickets" || got.Body != tc.want {
			t.Errorf("%s: %s %s\n got %s\nwant %s", name, got.Method, got.Path, got.Body, tc.want)
		}
		if got.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: content type %q", name, got.Header.Get("Content-Type"))
		}
	}
}

func TestReplace(t *testing.T) {
	s := newTestServer(t, echo)
	if _, err := s.client(t).Company.Companies.Replace(t.Context(), 9, &Company{ID: 9, Identifier: "A", Name: "B", Types: []Ref{{ID: 1}}, DeletedFlag: true}, Set("leadFlag", false)); err != nil {
		t.Fatal(err)
	}
	got := s.seen()[0]
	if want := `{"identifier":"A","leadFlag":false,"name":"B"}`; got.Method != http.MethodPut || got.Path != testBase+"company/companies/9" || got.Body != want {
		t.Errorf("%s %s %s, want %s", got.Method, got.Path, got.Body, want)
	}
}

func TestPatch(t *testing.T) {
	s := newTestServer(t, echo)
	ticket, err := s.client(t).Service.Tickets.Patch(t.Context(), 5,
		Set("status", ByName("Closed")), Set("customerUpdatedFlag", false), Set("contact", nil), Remove("owner"),
		Set("customFields", []CustomField{{ID: 7, Value: nil}}), Set("customFields/0/value", 3), Add("integratorTags/0", "x"), Set("requiredDate", At(time.Unix(0, 0))))
	if err != nil || ticket.ID != 5 {
		t.Fatal(ticket, err)
	}
	got := s.seen()[0]
	want := `[{"op":"replace","path":"status","value":{"name":"Closed"}},{"op":"replace","path":"customerUpdatedFlag","value":false},` +
		`{"op":"replace","path":"contact","value":null},{"op":"remove","path":"owner"},{"op":"replace","path":"customFields","value":[{"id":7}]},` +
		`{"op":"replace","path":"/customFields/0/value","value":3},{"op":"add","path":"/integratorTags/0","value":"x"},{"op":"replace","path":"requiredDate","value":"1970-01-01T00:00:00Z"}]`
	if got.Method != http.MethodPatch || got.Path != testBase+"service/tickets/5" || got.Body != want {
		t.Errorf("%s %s\n got %s\nwant %s", got.Method, got.Path, got.Body, want)
	}
}

func TestWritesRefusedBeforeSending(t *testing.T) {
	s := newTestServer(t, echo)
	tickets := s.client(t).Service.Tickets
	patch := func(op ...Op) func() error {
		return func() error { _, err := tickets.Patch(t.Context(), 5, op...); return err }
	}
	create := func(ticket Ticket, op ...Op) func() error {
		return func() error { _, err := tickets.Create(t.Context(), &ticket, op...); return err }
	}
	for want, call := range map[string]func() error{
		"no ops":                    patch(),
		"zero Op":                   patch(Op{}),
		`did you mean "summary"`:    patch(Set("Summary", "x")),
		`has no member "titel"`:     patch(Set("titel", "x")),
		`has no member ""`:          patch(Set("", "x")),
		"closedFlag: set by":        patch(Set("closedFlag", true)),
		"id: set by":                patch(Set("id", 4)),
		"_info: set by":             patch(Remove("_info")),
		"Create only":               patch(Set("initialDescription", "x")),
		`Set("status", ByID(...))`:  patch(Set("status/id", 4)),
		"company: want a reference": patch(Set("company", 250)),
		"want true or false":        patch(Set("customerUpdatedFlag", "false")),
		"want a text":               patch(Set("summary", 5)),
		"want a number":             patch(Set("duration", true)),
		"want a list":               patch(Set("customFields", CustomField{})),
		"want a time":               patch(Set("requiredDate", 5)),
		"requiredDate: want a time": patch(Set("requiredDate", false)),
		`"x" is not an index`:       patch(Set("customFields/x", CustomField{})),
		`"01" is not an index`:      patch(Remove("integratorTags/01")),
		"customFields/0/valu":       patch(Set("customFields/0/valu", 1)),
		"customFields/0":            patch(Add("customFields", CustomField{})),
		`"summary" has no members`:  patch(Set("summary/x", 1)),
		"unsupported type":          patch(Set("summary", make(chan int))),
		"summary: 101 characters":   patch(Set("summary", strings.Repeat("é", 101))),
		"externalXRef: 101":         create(Ticket{Summary: "x", ExternalXRef: strings.Repeat("x", 101)}),
		"summary: 102 characters":   create(Ticket{}, Set("summary", strings.Repeat("x", 102))),
		"index 3 of a list of 1":    create(Ticket{CustomFields: []CustomField{{ID: 1}}}, Remove("customFields/3")),
		"nothing there to change":   create(Ticket{}, Set("customFields/0/value", 1)),
		`"ten" is not a number`:     create(Ticket{BudgetHours: "ten"}),
		"0 is not a record id":      func() error { _, err := tickets.Get(t.Context(), 0); return err },
		"-1 is not a record id":     func() error { return tickets.Delete(t.Context(), -1) },
		"at least one of":           func() error { _, err := tickets.Notes(5).Create(t.Context(), &TicketNote{Text: "x"}); return err },
		"resolutionFlag must": func() error {
			_, err := tickets.Notes(5).Create(t.Context(), nil, Set("resolutionFlag", false))
			return err
		},
		"of detailDescriptionFlag, internalAnalysisFlag and": func() error {
			_, err := tickets.Notes(5).Replace(t.Context(), 6, &TicketNote{InternalAnalysisFlag: true}, Remove("internalAnalysisFlag"))
			return err
		},
		"site: required": func() error {
			_, err := tickets.c.Company.Companies.Create(t.Context(), &Company{Identifier: "A", Name: "B", Site: ByName("Main")}, Remove("/site"))
			return err
		},
		"name: required": func() error {
			_, err := tickets.c.Company.Companies.Create(t.Context(), &Company{Identifier: "A", Site: ByName("Main")}, Set("name", ""))
			return err
		},
		"url: want an absolute": func() error { _, err := tickets.c.System.Callbacks.Create(t.Context(), nil); return err },
		"objectId: 0 is not a record id": func() error {
			_, err := tickets.c.System.Callbacks.Create(t.Context(), &Callback{URL: "https://h.example/", Type: "ticket", Level: "board", ObjectID: 1}, Set("objectId", 0))
			return err
		},
		"mergeTicketIds: no tickets": func() error { return tickets.Merge(t.Context(), 5, ByName("Closed")) },
		"mergeTicketIds: 0 is no":    func() error { return tickets.Merge(t.Context(), 5, ByName("Closed"), 6, 0) },
		"status: the status of":      func() error { return tickets.Merge(t.Context(), 5, Ref{}, 6) },
		"childTicketIds: no tickets": func() error { return tickets.AttachChildren(t.Context(), 5) },
		"childTicketIds: -3 is no":   func() error { return tickets.AttachChildren(t.Context(), 5, -3) },
		`path "service/../x"`:        func() error { return tickets.c.Do(t.Context(), "GET", "service/../x", nil, nil, nil) },
		`path "a//b"`:                func() error { return tickets.c.Do(t.Context(), "GET", "a//b", nil, nil, nil) },
		"characters no path has":     func() error { return tickets.c.Do(t.Context(), "GET", "a?b=c", nil, nil, nil) },
		"json: unsupported":          func() error { return tickets.c.Do(t.Context(), "POST", "a", nil, func() {}, nil) },
	} {
		err := call()
		if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, ErrInvalid) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	if len(s.seen()) != 0 {
		t.Errorf("requests %v", s.seen())
	}
}

// A required member may be set by an op.
func TestOpsCountForWhatIsRequired(t *testing.T) {
	s := newTestServer(t, echo)
	c := s.client(t)
	_, note := c.Service.Tickets.Notes(5).Create(t.Context(), &TicketNote{Text: "x"}, Set("/internalAnalysisFlag", true))
	_, company := c.Company.Companies.Create(t.Context(), nil, Set("identifier", "A"), Set("name", "B"), Set("site", ByName("Main")))
	_, callback := c.System.Callbacks.Create(t.Context(), &Callback{URL: "https://h.example/", Type: "ticket"}, Set("level", "board"), Set("objectId", "7"))
	if err := errors.Join(note, company, callback); err != nil || len(s.seen()) != 3 {
		t.Errorf("%d requests, %v", len(s.seen()), err)
	}
}

func TestCreateReportsAllFaultsAtOnce(t *testing.T) {
	s := newTestServer(t, echo)
	_, err := s.client(t).Service.Tickets.Create(t.Context(), &Ticket{Summary: strings.Repeat("x", 101), Zip: strings.Repeat("1", 13)}, Set("bogus", 1))
	var e *Error
	if !errors.As(err, &e) || len(e.Errors) != 3 || e.Errors[0].Field != "summary" || e.Errors[0].Code != "MaxLengthField" || e.Errors[1].Field != "zip" || e.Errors[2].Field != "bogus" {
		t.Errorf("%+v", e)
	}
}

func TestWriteWithUnreadableAnswerHasUnknownOutcome(t *testing.T) {
	for _, body := range []string{"", "null", "[]", "<html>", `{"id":`, "{}", `{"id":null}`, `{"id":0,"summary":"x"}`, `{"summary":"x"}`, `{"id":7}`} {
		s := newTestServer(t, answerWith(200, body))
		tickets := s.client(t).Service.Tickets
		if _, err := tickets.Patch(t.Context(), 1, Set("summary", "x")); !errors.Is(err, ErrOutcomeUnknown) {
			t.Errorf("patch, body %q: %v", body, err)
		}
		if _, err := tickets.Replace(t.Context(), 1, &Ticket{Summary: "x"}); !errors.Is(err, ErrOutcomeUnknown) {
			t.Errorf("replace, body %q: %v", body, err)
		}
		// A new record may have any id.
		if made, err := tickets.Create(t.Context(), &Ticket{Summary: "x"}); body != `{"id":7}` && !errors.Is(err, ErrOutcomeUnknown) || body == `{"id":7}` && err != nil {
			t.Errorf("create, body %q: %+v, %v", body, made, err)
		}
		if _, err := tickets.Get(t.Context(), 1); errors.Is(err, ErrOutcomeUnknown) || !errors.Is(err, ErrServer) {
			t.Errorf("get, body %q: %v", body, err)
		}
	}
}

func TestActionsSucceedOnlyWhenTheServerSaysSo(t *testing.T) {
	for body, want := range map[string]error{
		`{"success":true,"message":"done"}`: nil, `{"success":"True"}`: nil,
		`{"success":false,"message":"not on this board"}`: ErrInvalid,
		`{}`: ErrOutcomeUnknown, `{"success":null}`: ErrOutcomeUnknown, `{"message":"x"}`: ErrOutcomeUnknown,
		"": ErrOutcomeUnknown, "null": ErrOutcomeUnknown, "true": ErrOutcomeUnknown, "[]": ErrOutcomeUnknown, "<html>": ErrOutcomeUnknown,
	} {
		tickets := newTestServer(t, answerWith(200, body)).client(t).Service.Tickets
		for name, err := range map[string]error{
			"merge":   tickets.Merge(t.Context(), 1, ByName("Closed"), 2),
			"attach":  tickets.AttachChildren(t.Context(), 1, 2),
			"convert": tickets.Convert(t.Context(), 1, Conversion{RecordType: "ProjectTicket", Project: ByID(3), Phase: ByID(4), WBSCode: "1"}),
		} {
			if !errors.Is(err, want) || (errors.Is(err, ErrInvalid) && !strings.Contains(err.Error(), "not on this board")) {
				t.Errorf("%s, body %s: %v, want %v", name, body, err, want)
			}
		}
	}
}

func TestRecordsWithoutNumbersForIDsAreRead(t *testing.T) {
	type named struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	type plain struct {
		Name string `json:"name"`
	}
	s := newTestServer(t, answerWith(200, `{"id":"a-b","name":"x"}`))
	c := s.client(t)
	if got, err := NewCollection[named](c, "x/things").Get(t.Context(), 1); err != nil || got.ID != "a-b" {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := NewCollection[plain](c, "x/things").Get(t.Context(), 1); err != nil || got.Name != "x" {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := NewCollection[map[string]any](c, "x/things").Get(t.Context(), 1); err != nil || (*got)["name"] != "x" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestDelete(t *testing.T) {
	s := newTestServer(t, answerWith(204, ""))
	if err := s.client(t).Service.Tickets.Notes(5).Delete(t.Context(), 6); err != nil {
		t.Fatal(err)
	}
	if r := s.seen()[0]; r.Method != http.MethodDelete || r.Path != testBase+"service/tickets/5/notes/6" {
		t.Errorf("%s %s", r.Method, r.Path)
	}
}

func TestEmbeddingExtendsAResource(t *testing.T) {
	type extended struct {
		Ticket
		Extra string `json:"extra,omitzero" cw:"max=3"`
	}
	s := newTestServer(t, echo)
	tickets := NewCollection[extended](s.client(t), "service/tickets")
	got, err := tickets.Create(t.Context(), &extended{Ticket: Ticket{ID: 1, Summary: "s"}, Extra: "abc"}, Set("city", "x"))
	if err != nil || got.Summary != "s" || got.Extra != "abc" || s.seen()[0].Body != `{"city":"x","extra":"abc","summary":"s"}` {
		t.Errorf("%+v %v %s", got, err, s.seen()[0].Body)
	}
	if _, err := tickets.Patch(t.Context(), 1, Set("extra", "abcd")); !errors.Is(err, ErrInvalid) {
		t.Error(err)
	}
}

func TestMapsAreNotChecked(t *testing.T) {
	s := newTestServer(t, echo)
	things := NewCollection[map[string]any](s.client(t), "x/things")
	got, err := things.Create(t.Context(), &map[string]any{"a": 1}, Set("b/c", 5), Set("a", nil))
	if err == nil {
		t.Errorf("set below a member that is not there: %v", got)
	}
	if _, err := things.Patch(t.Context(), 5, Set("b/c", 5), Remove("d")); err != nil {
		t.Error(err)
	}
}
