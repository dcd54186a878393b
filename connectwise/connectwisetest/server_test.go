package connectwisetest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// api calls a server with plain HTTP.
type api struct {
	t     *testing.T
	srv   *connectwisetest.Server
	creds connectwisetest.Credentials
	http  *http.Client
}

func newAPI(t *testing.T, cfg connectwisetest.Config) *api {
	t.Helper()
	srv := connectwisetest.NewServer(cfg)
	return &api{t: t, srv: srv, creds: srv.Credentials(), http: srv.Client()}
}

type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

func (a *api) do(method, path, body string, header ...string) answer {
	a.t.Helper()
	if !strings.HasPrefix(path, "/") {
		path = "/v4_6_release/apis/3.0/" + path
	}
	r, err := http.NewRequestWithContext(a.t.Context(), method, "http://cw.test"+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.SetBasicAuth(a.creds.Company+"+"+a.creds.PublicKey, a.creds.PrivateKey)
	r.Header.Set("clientId", a.creds.ClientID)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := a.http.Do(r)
	if err != nil {
		a.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		a.t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer{a.t, resp.StatusCode, resp.Header, string(b)}
}

func (a *api) get(path string, params ...string) answer {
	a.t.Helper()
	q := url.Values{}
	for i := 0; i+1 < len(params); i += 2 {
		q.Set(params[i], params[i+1])
	}
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return a.do(http.MethodGet, path, "")
}

func (r answer) want(status int) answer {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status %d, want %d; body %s", r.status, status, r.body)
	}
	return r
}

func (r answer) object() map[string]any {
	r.t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(r.body), &m); err != nil {
		r.t.Fatalf("body %s: %v", r.body, err)
	}
	return m
}

func (r answer) list() []map[string]any {
	r.t.Helper()
	var m []map[string]any
	if err := json.Unmarshal([]byte(r.body), &m); err != nil {
		r.t.Fatalf("body %s: %v", r.body, err)
	}
	return m
}

// in reads a path like "status.name" from an answer.
func in(m map[string]any, path string) any {
	var x any = m
	for p := range strings.SplitSeq(path, ".") {
		o, ok := x.(map[string]any)
		if !ok {
			return nil
		}
		x = o[p]
	}
	return x
}

var noon = time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC)

// desk returns a server with a board and a company, its clock at noon.
func desk(t *testing.T, cfg connectwisetest.Config) *api {
	t.Helper()
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return noon }
	}
	a := newAPI(t, cfg)
	a.srv.AddBoard(connectwisetest.Board{ID: 1, Name: "Help Desk", Types: []string{"Backup"}, SubTypes: []string{"Failed job"}, Items: []string{"Server"}, Teams: []string{"Service Team"}})
	a.srv.AddBoard(connectwisetest.Board{ID: 2, Name: "Projects", Statuses: []connectwisetest.Status{{Name: "Inbox"}, {Name: "Done", Closed: true}}})
	a.srv.AddCompany(connectwisetest.Company{ID: 250, Identifier: "ACME", Name: "Acme Ltd", City: "Tampa", State: "FL", Address: "1 High St"})
	a.srv.AddCompany(connectwisetest.Company{ID: 251, Identifier: "BOLT", Name: "Bolt & Sons"})
	return a
}

const minimal = `{"summary":"Printer down","company":{"id":250},"board":{"name":"Help Desk"},"initialDescription":"Text"}`

func TestTicketLife(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	made := a.do("POST", "service/tickets", minimal).want(201).object()
	for path, want := range map[string]any{
		"status.name": "New", "priority.name": "Priority 3 - Normal", "severity": "Medium", "closedFlag": false, "company.identifier": "ACME",
		"site.name": "Main", "city": "Tampa", "_info.enteredBy": "apimember", "_info.lastUpdated": "2026-06-03T12:00:00Z", "board.name": "Help Desk",
	} {
		if got := in(made, path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	notes := a.get("service/tickets/70001/notes").want(200).list()
	if len(notes) != 1 || notes[0]["text"] != "Text" || notes[0]["detailDescriptionFlag"] != true {
		t.Errorf("first note: %v", notes)
	}
	closed := a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"status","value":{"name":"Closed"}}]`).want(200).object()
	if closed["closedFlag"] != true || closed["closedDate"] != "2026-06-03T12:00:00Z" || closed["closedBy"] != "apimember" {
		t.Errorf("closed: %v", closed)
	}
	open := a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"status/name","value":"In Progress"}]`).want(200).object()
	if open["closedFlag"] != false || open["closedDate"] != nil {
		t.Errorf("open again: %v", open)
	}
	a.do("DELETE", "service/tickets/70001", "").want(204)
	a.get("service/tickets/70001").want(404)
	if got := a.get("service/tickets").want(200).body; got != "[]" {
		t.Errorf("list after delete: %s", got)
	}
}
