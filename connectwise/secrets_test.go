package connectwise

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/internal/secrettest"
)

// W9: a value that holds a secret does not show it, however it is printed or
// encoded.
func TestW9_SecretsDoNotShow(t *testing.T) {
	credentials := testCredentials
	credentials.PrivateKey, credentials.ClientID = secrettest.Value, secrettest.Value
	keys := Keys{"acme", "public", NewSecret(secrettest.Value)}
	secret := NewSecret(secrettest.Value)
	secrettest.CheckPlain(t, credentials, &credentials)
	secrettest.Check(t, secret, keys, Member{Password: secret}, &Member{Token: secret}, Contact{PortalPassword: secret})
	client, err := NewClient(credentials, WithAuth(keys))
	if err != nil {
		t.Fatal(err)
	}
	services := []any{
		client.Service, client.Company, client.System, client.Time, client.Service.Tickets, client.Service.Boards, client.Service.Sources,
		client.Company.Companies, client.Company.Contacts, client.System.Documents, client.System.Callbacks, client.Finance.Agreements,
	}
	secrettest.Check(t, client, Impersonate(client, "tech1"))
	secrettest.Check(t, services...)
	secrettest.Covers(t, ".", append(services, credentials, secret, keys, Member{}, Contact{}, client), "FinanceModule") // its only field is checked
}

// A secret is sent and read unchanged.
func TestSecretsAreSent(t *testing.T) {
	s := newTestServer(t, answerWith(200, `{"id":5,"password":"from the server"}`))
	members := s.client(t).System.Members
	if _, err := members.Create(t.Context(), &Member{Identifier: "a", Password: NewSecret("pass<word>")}); err != nil {
		t.Fatal(err)
	}
	member, err := members.Patch(t.Context(), 5, Set("password", NewSecret("new")))
	if err != nil || member.Password.Reveal() != "from the server" {
		t.Errorf("%v, %v", member, err)
	}
	type nested struct {
		ID   int64    `json:"id,omitzero"`
		List []Member `json:"list,omitzero"`
		More *Member  `json:"more,omitzero"`
	}
	if _, err := NewCollection[nested](members.c, "x").Create(t.Context(), &nested{List: []Member{{Password: NewSecret("one")}}, More: &Member{Token: NewSecret("two")}}); err != nil {
		t.Fatal(err)
	}
	want := []string{`{"identifier":"a","password":"pass<word>"}`, `[{"op":"replace","path":"password","value":"new"}]`, `{"list":[{"password":"one"}],"more":{"token":"two"}}`}
	for i, r := range s.seen() {
		if r.Body != want[i] {
			t.Errorf("sent %s, want %s", r.Body, want[i])
		}
	}
	var read Credentials
	if err := json.Unmarshal([]byte(`{"Company":"acme","PrivateKey":"k"}`), &read); err != nil || read.PrivateKey != "k" {
		t.Errorf("read %v, %v", read, err)
	}
}

// W10: when a server repeats the request's keys, they do not appear in an
// error, not even cut off or in another case.
func TestW10_AnswersThatRepeatTheKey(t *testing.T) {
	key := testCredentials.PrivateKey
	shows := func(text string) bool {
		for i := 0; i+8 <= len(key); i++ {
			if strings.Contains(strings.ToLower(text), strings.ToLower(key[i:i+8])) {
				return true
			}
		}
		return false
	}
	for name, body := range map[string]string{
		"long text":          strings.Repeat("x", 390) + " " + key + " " + strings.Repeat("y", 500),
		"message":            `{"code":"x","message":"` + strings.Repeat("x", 392) + key + `"}`,
		"other letters":      `{"code":"x","message":"` + strings.ToUpper(key) + `"}`,
		"title":              `<html><title>` + strings.Repeat("t", 385) + " " + key + `</title></html>`,
		"field":              `{"code":"x","message":"m","errors":[{"code":"` + key + `","message":"` + key + `","field":"` + key + `"}]}`,
		"in the HTML":        "<html>" + key,
		"a string":           `"` + key + `"`,
		"announced password": `{"code":"x","message":"password=` + key + `"}`,
	} {
		s := newTestServer(t, answerWith(400, body))
		c := s.client(t)
		_, get := c.Service.Tickets.Get(t.Context(), 1)
		_, post := c.Service.Tickets.Create(t.Context(), &Ticket{})
		for _, err := range []error{get, post} {
			if err == nil || shows(err.Error()) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// W18: a server's text is one printable line in errors and reports.
func TestW18_TextsOfTheServerArePrintable(t *testing.T) {
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "mySecurity"):
			w.Header()["Link"] = []string{""}
			_, _ = io.WriteString(w, `[{"id":1,"moduleFunctionName":"Service Tickets","addLevel":"\u001b[31mAll\n\u202e"}]`)
		case strings.HasSuffix(r.URL.Path, "system/info"):
			_, _ = io.WriteString(w, `{"version":"v1\u001b[2J\nFAIL","cloudRegion":"\u0007","isCloud":true}`)
		default:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"code":"\u001b[31mRed","message":"two\nlines \u001b]0;title\u0007 \u202eback"}`)
		}
	})
	c := s.client(t)
	report, err := c.System.Check(t.Context(), Requirement{Module: "Service Desk", Function: "Service Tickets", Add: LevelAll})
	if err != nil {
		t.Fatal(err)
	}
	_, refused := c.Service.Tickets.Get(t.Context(), 1)
	for _, text := range append(strings.Split(report.String(), "\n"), refused.Error()) {
		if strings.ContainsAny(text, "\x1b\x07\n\u202e") {
			t.Errorf("%q", text)
		}
	}
	if n := strings.Count(report.String(), "\n"); n > 6 {
		t.Errorf("%d lines: %s", n, report)
	}
}

// D19: a gateway's page as the answer to a write proves nothing, whatever its
// status. A refusal by the API or its router proves that the write was not
// executed.
func TestD19_GatewayPagesLeaveTheOutcomeUnknown(t *testing.T) {
	for body, known := range map[string]bool{
		"<html><title>Request Timeout</title></html>": false, "": false, "Forbidden": false, `{"error_code":1}`: false, "[]": false,
		`{"code":"InvalidObject","message":"ticket object is invalid"}`:      true,
		`{"message":"The requested resource does not support http method."}`: true,
		"Cannot route. Codebase/company is invalid":                          true,
	} {
		for _, status := range []int{400, 403, 404, 408, 413} {
			s := newTestServer(t, answerWith(status, body))
			tickets := s.client(t).Service.Tickets
			_, create := tickets.Create(t.Context(), &Ticket{Summary: "x"})
			_, patch := tickets.Patch(t.Context(), 1, Set("summary", "x"))
			routed := known && (status == 400 || !strings.HasPrefix(body, "Cannot"))
			for _, err := range []error{create, patch, tickets.Delete(t.Context(), 1)} {
				if err == nil || errors.Is(err, ErrOutcomeUnknown) == routed {
					t.Errorf("%d %q: %v", status, body, err)
				}
			}
			if _, err := tickets.Get(t.Context(), 1); errors.Is(err, ErrOutcomeUnknown) {
				t.Errorf("%d %q: a read: %v", status, body, err)
			}
			if n := len(s.seen()); n != 4 {
				t.Errorf("%d %q: %d requests", status, body, n)
			}
		}
	}
	s := newTestServer(t, answerWith(200, "<html><title>Maintenance</title></html>"))
	c := s.client(t)
	for _, err := range []error{c.Service.Tickets.Delete(t.Context(), 1), c.Do(t.Context(), "POST", "x", nil, nil, nil)} {
		if !errors.Is(err, ErrOutcomeUnknown) || !strings.Contains(err.Error(), "Maintenance") {
			t.Errorf("a page instead of a success: %v", err)
		}
	}
}

// D8: after 200 {"success": false} the call is an error.
func TestD8_SuccessFalseIsAnError(t *testing.T) {
	s := newTestServer(t, answerWith(200, `{"success": false, "message": "the tickets are of two boards"}`))
	c := s.client(t)
	for name, err := range map[string]error{
		"merge":  c.Service.Tickets.Merge(t.Context(), 1, ByID(2), 3),
		"do":     c.Do(t.Context(), "POST", "service/tickets/1/merge", nil, map[string]any{}, nil),
		"delete": c.Service.Tickets.Delete(t.Context(), 1),
	} {
		if !errors.Is(err, ErrInvalid) || errors.Is(err, ErrOutcomeUnknown) || !strings.Contains(err.Error(), "two boards") {
			t.Errorf("%s: %v", name, err)
		}
	}
	done := newTestServer(t, answerWith(200, `{"success": true}`))
	if err := done.client(t).Do(t.Context(), "POST", "x", nil, nil, nil); err != nil {
		t.Error(err)
	}
}

// D18: a path that the server does not know says nothing about the record.
func TestD18_NoSuchEndpointIsNotAMissingRecord(t *testing.T) {
	s := newTestServer(t, answerWith(404, `{"code":"ConnectWiseApi","message":"The endpoint does not exist."}`))
	tickets := s.client(t).Service.Tickets
	_, get := tickets.Get(t.Context(), 1)
	_, patch := tickets.Patch(t.Context(), 1, Set("summary", "x"))
	_, list := tickets.All(t.Context(), nil)
	// When the path is not known, the callback counts neither as deleted nor as
	// missing.
	apply := tickets.c.System.Callbacks.Apply(t.Context(), &CallbackPlan{Delete: []*Callback{{ID: 1}}})
	for _, err := range []error{get, patch, tickets.Delete(t.Context(), 1), list, apply} {
		if errors.Is(err, ErrNotFound) || !errors.Is(err, ErrNoEndpoint) || !errors.Is(err, ErrServer) || !strings.Contains(err.Error(), "nothing about the record") {
			t.Errorf("%v", err)
		}
	}
	if s.infos != 1 {
		t.Errorf("asked %d times for the codebase within a minute", s.infos)
	}
}
