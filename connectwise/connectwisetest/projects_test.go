package connectwisetest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

const intoProject = `{"recordType":"ProjectTicket","project":{"id":4,"name":"Migration"},"phase":{"id":5,"name":"Cut-over"},"wbsCode":"1.2"}`

// addProject adds the project and the phase that intoProject names.
func addProject(srv *connectwisetest.Server) {
	srv.Add("project/projects", map[string]any{
		"id": 4, "name": "Migration", "company": connectwisetest.ByID(250), "board": connectwisetest.ByID(1),
		"estimatedStart": time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), "estimatedEnd": time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
	})
	srv.Add("project/projects/4/phases", map[string]any{"id": 5, "description": "Cut-over"})
	srv.Add("project/projects/4/phases", map[string]any{"id": 6, "description": "Clean-up"})
}

// grown returns a tenant with service ticket 70001, which has every sort of
// attachment and the reference "mine".
func grown(t *testing.T, cfg connectwisetest.Config) *api {
	a := desk(t, cfg)
	addProject(a.srv)
	a.srv.AddCustomField(connectwisetest.CustomField{ID: 7, Entity: "Ticket", Caption: "Device"})
	a.srv.AddCustomField(connectwisetest.CustomField{ID: 8, Entity: "ProjectTicket", Caption: "device"})
	a.srv.AddConfiguration(connectwisetest.Configuration{Name: "SRV01", Company: connectwisetest.ByID(250), DeviceIdentifier: "x"})
	a.do("POST", "service/tickets", `{"summary":"Printer down","company":{"id":250},"owner":{"id":1},"externalXRef":"mine","initialDescription":"Text","customFields":[{"id":7,"value":"SRV01"}],"processNotifications":false}`).want(201)
	a.do("POST", "service/tickets/70001/notes", `{"text":"inside","internalAnalysisFlag":true}`).want(201)
	a.do("POST", "service/tickets/70001/tasks", `{"notes":"do it"}`).want(201)
	a.do("POST", "service/tickets/70001/configurations", `{"id":501}`).want(201)
	a.do("POST", "time/entries", `{"chargeToId":70001,"chargeToType":"ServiceTicket","timeStart":"2026-06-03T13:00:00Z","actualHours":2,"notes":"worked"}`).want(201)
	body, kind := form(map[string]string{"recordType": "Ticket", "recordId": "70001"}, "a.txt", "x")
	a.do("POST", "system/documents", body, "Content-Type", kind).want(201)
	return a
}

// No request finds a converted ticket by id among the service tickets. It has
// the same number among the project tickets.
func TestConvertedTicket(t *testing.T) {
	for who, convert := range map[string]func(*api) error{
		"API": func(a *api) error {
			if got := a.do("POST", "service/tickets/70001/convert", intoProject).want(200).object(); got["success"] != true {
				return fmt.Errorf("answer %v", got)
			}
			return nil
		},
		"person": func(a *api) error {
			return a.srv.AsPerson("tech1").ConvertTicket(70001, connectwisetest.Ref{ID: 4, Name: "Migration"}, connectwisetest.Ref{ID: 5, Name: "Cut-over"})
		},
	} {
		t.Run(who, func(t *testing.T) {
			a := grown(t, connectwisetest.Config{})
			a.t = t
			if err := convert(a); err != nil {
				t.Fatal(err)
			}
			for _, r := range []struct{ method, path, body string }{
				{"GET", "service/tickets/70001", ""},
				{"PATCH", "service/tickets/70001", `[{"op":"replace","path":"summary","value":"x"}]`},
				{"DELETE", "service/tickets/70001", ""},
				{"GET", "service/tickets/70001/notes", ""},
				{"GET", "service/tickets/70001/allNotes", ""},
				{"POST", "service/tickets/70001/notes", `{"text":"x","internalAnalysisFlag":true}`},
				{"POST", "service/tickets/70001/convert", intoProject},
				{"GET", "service/tickets/70001/info", ""},
			} {
				if got := a.do(r.method, r.path, r.body).want(404).body; got != `{"code":"NotFound","message":"Service Ticket 70001 not found"}` {
					t.Errorf("%s %s: %s", r.method, r.path, got)
				}
			}
			if got := a.get("service/tickets").want(200).body; got != "[]" {
				t.Errorf("still listed: %s", got)
			}
			if _, ok := a.srv.Ticket(70001); ok {
				t.Error("the snapshot shows a service ticket")
			}
			p := a.get("project/tickets/70001").want(200).object()
			by := map[string]string{"API": "apimember", "person": "tech1"}[who]
			for path, want := range map[string]any{
				"id": 70001.0, "summary": "Printer down", "project.name": "Migration", "phase.id": 5.0, "phase.name": "Cut-over", "isIssueFlag": false, "company.identifier": "ACME",
				"owner.identifier": "admin", "status.name": "New", "closedFlag": false, "actualHours": 2.0, "externalXRef": nil, "recordType": nil,
				"_info.enteredBy": "apimember", "_info.updatedBy": by,
			} {
				if got := in(p, path); got != want {
					t.Errorf("%s is %v, want %v", path, got, want)
				}
			}
			if f := p["customFields"].([]any); len(f) != 1 || f[0].(map[string]any)["value"] != "SRV01" {
				t.Errorf("custom fields: %v", f)
			}
			for path, want := range map[string]int{"notes": 2, "allNotes": 3, "tasks": 1, "configurations": 1, "documents": 1, "timeentries": 1, "activities": 0} {
				if rows := a.get("project/tickets/70001/" + path).want(200).list(); len(rows) != want {
					t.Errorf("%s: %v, want %d", path, rows, want)
				}
				if got := a.get("project/tickets/70001/" + path + "/count").want(200).body; got != fmt.Sprintf(`{"count":%d}`, want) {
					t.Errorf("%s/count: %s", path, got)
				}
			}
			if got := a.get("system/documents", "recordType", "ProjectTicket", "recordId", "70001").want(200).list(); len(got) != 1 {
				t.Errorf("documents: %v", got)
			}
			entry := a.get("time/entries/1").object()
			if entry["chargeToType"] != "ProjectTicket" || in(entry, "ticket.summary") != "Printer down" {
				t.Errorf("time entry: %v", entry)
			}
			if got := a.srv.Notes(70001); len(got) != 2 || got[0].Text != "Text" || !got[1].Internal {
				t.Errorf("notes: %+v", got)
			}
			got, _ := a.srv.ProjectTicket(70001)
			if got.Summary != "Printer down" || got.Phase.Name != "Cut-over" || got.CustomFields["device"] != "SRV01" || got.Closed {
				t.Errorf("snapshot: %+v", got)
			}
			if next := a.do("POST", "service/tickets", minimal).want(201).object()["id"]; next != 70002.0 {
				t.Errorf("the next ticket is %v", next)
			}
		})
	}
}

func TestRefusedConversions(t *testing.T) {
	a := grown(t, connectwisetest.Config{})
	for body, want := range map[string]string{
		`{}`:                        `"errors":[{"code":"MissingRequiredField","message":"The phase field is required.","resource":"convertToProject","field":"phase"},{"code":"MissingRequiredField","message":"The wbsCode field is required.","resource":"convertToProject","field":"wbsCode"}]`,
		`{"phase":5,"wbsCode":"1"}`: "Error converting value 5 to type 'ConnectWise.Apis.v3_0.v2015_3.Common.Models.ProjectPhaseReference'",
		`{"phase":{"id":5},"wbsCode":"1","recordType":"ServiceTicket"}`:  `"field":"recordType"`,
		`{"phase":{"id":5},"wbsCode":"1","recordType":"Nothing"}`:        "Error converting value",
		`{"phase":{"id":5},"wbsCode":"1","board":{"id":2}}`:              "Could not find member 'board' on object of type 'ConvertToProject'",
		`{"phase":{"id":5},"wbsCode":"` + strings.Repeat("x", 51) + `"}`: "maximum length of 50",
	} {
		if got := a.do("POST", "service/tickets/70001/convert", body).want(400).body; !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
	a.get("service/tickets/70001").want(200)
	a.get("project/tickets/70001").want(404)
	a.srv.EditMember("apimember", func(m *connectwisetest.Member) {
		m.Role = role(func(p map[string]*connectwisetest.Permission) { p["Service Tickets"].Edit = connectwisetest.None })
	})
	a.do("POST", "service/tickets/70001/convert", intoProject).want(403)
	if err := a.srv.AsPerson("tech1").ConvertTicket(9, connectwisetest.ByID(4), connectwisetest.ByID(5)); err == nil {
		t.Error("a ticket that is not there was converted")
	}
	if err := a.srv.AsPerson("tech1").ConvertTicket(70001, connectwisetest.ByID(4), connectwisetest.Ref{}); err == nil {
		t.Error("a ticket was converted without a phase")
	}
}

// Project tickets are read and changed at their own path, under the same rules.
func TestProjectTickets(t *testing.T) {
	a := grown(t, connectwisetest.Config{})
	a.do("POST", "service/tickets/70001/convert", strings.Replace(intoProject, "ProjectTicket", "ProjectIssue", 1)).want(200)
	const path = "project/tickets/70001"
	if got := a.get(path).object(); got["isIssueFlag"] != true {
		t.Errorf("a project issue: %v", got)
	}
	got := a.do("PATCH", path, `[{"op":"replace","path":"status","value":{"name":"Closed"}},{"op":"replace","path":"phase","value":{"id":6,"name":"Clean-up"}}]`).want(200).object()
	if got["closedFlag"] != true || got["closedDate"] != "2026-06-03T12:00:00Z" || in(got, "phase.name") != "Clean-up" {
		t.Errorf("closed: %v", got)
	}
	for _, body := range []string{
		`[{"op":"replace","path":"status","value":{"id":20}}]`, `[{"op":"replace","path":"externalXRef","value":"x"}]`, `[{"op":"remove","path":"phase"}]`,
	} {
		a.do("PATCH", path, body).want(400)
	}
	for cond, want := range map[string]string{`phase/id = 6`: "70001", `project/name = "Migration" and closedFlag = true`: "70001", `configuration/id = 501`: "70001", `closedFlag = false`: ""} {
		if got := ids(a.get("project/tickets", "conditions", cond).want(200).list()); got != want {
			t.Errorf("%s finds %q, want %q", cond, got, want)
		}
		if got := ids(a.do("POST", "project/tickets/search", `{"conditions":`+quoteJSON(cond)+`}`).want(200).list()); got != want {
			t.Errorf("search for %s finds %q, want %q", cond, got, want)
		}
	}
	a.get("project/tickets", "conditions", `externalXRef = "mine"`).want(400)
	a.do("POST", path+"/notes", `{"text":"x","resolutionFlag":true}`).want(201)
	a.do("POST", path+"/notes", `{"text":"nowhere"}`).want(400)
	a.do("POST", path+"/notes", `{"text":"x","resolutionFlag":true,"sentimentScore":1}`).want(400)
	if n := len(a.srv.Notes(70001)); n != 3 {
		t.Errorf("%d notes", n)
	}
	// A new project ticket goes to a project board, where service tickets may
	// not be.
	a.do("POST", "project/tickets", `{"summary":"x","phase":{"id":5}}`).want(400)
	a.srv.AddBoard(connectwisetest.Board{ID: 9, Name: "Delivery", Project: true})
	a.do("POST", "project/tickets", `{"summary":"x"}`).want(400)
	if got := a.do("POST", "project/tickets", `{"summary":"x","phase":{"id":5},"initialInternalAnalysis":"why"}`).want(201).object(); in(got, "board.name") != "Delivery" || got["id"] != 70002.0 {
		t.Errorf("new: %v", got)
	}
	if got := a.do("POST", "service/tickets", `{"summary":"x","company":{"id":250}}`).want(201).object(); in(got, "board.name") != "Help Desk" || got["id"] != 70003.0 {
		t.Errorf("service ticket: %v", got)
	}
	if n := a.srv.Notes(70002); len(n) != 1 || n[0].Text != "why" {
		t.Errorf("notes of the new one: %v", n)
	}
	if got := a.get("project/tickets/count").body; got != `{"count":2}` {
		t.Error(got)
	}
	a.do("DELETE", path, "").want(204)
	a.get(path).want(404)
	a.get(path + "/notes").want(404)
}

// Lists of service tickets may still show a converted ticket with its
// reference, although reading it by id fails.
func TestListProjectTickets(t *testing.T) {
	a := grown(t, connectwisetest.Config{Switches: connectwisetest.Switches{ListProjectTickets: true}})
	a.do("POST", "service/tickets", minimal).want(201)
	a.do("POST", "service/tickets/70001/convert", intoProject).want(200)
	a.do("PATCH", "project/tickets/70001", `[{"op":"replace","path":"summary","value":"Now a project"}]`).want(200)
	rows := a.get("service/tickets", "conditions", `externalXRef = "mine"`).want(200).list()
	if len(rows) != 1 || rows[0]["recordType"] != "ProjectTicket" || rows[0]["summary"] != "Now a project" || rows[0]["externalXRef"] != "mine" {
		t.Errorf("listed: %v", rows)
	}
	if got := ids(a.get("service/tickets").want(200).list()); got != "70001 70002" {
		t.Errorf("all: %s", got)
	}
	if got := ids(a.get("service/tickets", "conditions", `recordType = "ServiceTicket"`).want(200).list()); got != "70002" {
		t.Errorf("service tickets: %s", got)
	}
	if got := a.get("service/tickets/count").body; got != `{"count":2}` {
		t.Error(got)
	}
	if got := ids(a.do("POST", "service/tickets/search", `{"conditions":"id = 70001"}`).want(200).list()); got != "70001" {
		t.Errorf("search: %s", got)
	}
	a.get("service/tickets/70001").want(404)
}

// While lists lag, a converted ticket appears once: first as a service ticket,
// then as a project ticket.
func TestConversionBehindLists(t *testing.T) {
	now := noon
	for _, listed := range []bool{false, true} {
		a := grown(t, connectwisetest.Config{Now: func() time.Time { return now }, Switches: connectwisetest.Switches{ListProjectTickets: listed}})
		a.srv.SetListLag(time.Minute)
		a.do("POST", "service/tickets/70001/convert", intoProject).want(200)
		a.get("service/tickets/70001").want(404)
		if rows := a.get("service/tickets").list(); len(rows) != 1 || rows[0]["recordType"] != "ServiceTicket" {
			t.Errorf("behind: %v", rows)
		}
		if got := a.get("project/tickets").body; got != "[]" {
			t.Errorf("behind: %s", got)
		}
		now = now.Add(time.Minute)
		rows := a.get("service/tickets").list()
		if want := map[bool]int{true: 1}[listed]; len(rows) != want || want == 1 && rows[0]["recordType"] != "ProjectTicket" {
			t.Errorf("caught up: %v", rows)
		}
		if got := ids(a.get("project/tickets").list()); got != "70001" {
			t.Errorf("caught up: %s", got)
		}
	}
}

// Callbacks of type ticket also report project tickets, at level phase too.
func TestProjectCallbacks(t *testing.T) {
	var got []string
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = append(got, r.URL.RawQuery) }))
	defer hook.Close()
	a := grown(t, connectwisetest.Config{})
	a.do("POST", "system/callbacks", `{"url":"`+hook.URL+`/?recordId=","objectId":5,"type":"ticket","level":"phase"}`).want(201)
	a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"summary","value":"x"}]`).want(200)
	a.do("POST", "service/tickets/70001/convert", intoProject).want(200)
	a.do("PATCH", "project/tickets/70001", `[{"op":"replace","path":"summary","value":"y"}]`).want(200)
	a.do("PATCH", "project/tickets/70001", `[{"op":"replace","path":"summary","value":"z"},{"op":"replace","path":"skipCallback","value":true}]`).want(200)
	a.do("DELETE", "project/tickets/70001", "").want(204)
	if err := a.srv.WaitCallbacks(context.Background()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"recordId=70001&action=updated", "recordId=70001&action=updated", "recordId=70001&action=deleted"}, got); diff != "" {
		t.Error(diff)
	}
}
