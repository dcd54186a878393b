package connectwisetest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

func TestRefusedWrites(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	a.do("POST", "service/tickets", minimal).want(201)
	long := strings.Repeat("x", 101)
	for name, tc := range map[string]struct {
		method, path, body string
		status             int
		want               string
	}{
		"unknown member": {"POST", "service/tickets", "{\n \"summary\": \"x\",\n    \"type2\":1}", 400,
			`{"code":"ConnectWiseApi","message":"Could not find member 'type2' on object of type 'Ticket'. Path 'type2', line 3, position 12.Check your accept header to make sure you are using the correct version.","errors":null}`},
		"unknown reference member": {"POST", "service/tickets", `{"summary":"x","company":{"code":"A"}}`, 400, "Could not find member 'code' on object of type 'CompanyReference'"},
		"scalar for reference":     {"POST", "service/tickets", `{"summary":"x","company":"250"}`, 400, `Error converting value \"250\" to type 'ConnectWise.Apis.v3_0.v2015_3.Common.Models.CompanyReference'. Path 'company', line 1, position 30.`},
		"missing": {"POST", "service/tickets", `{"board":{"id":1}}`, 400,
			`{"code":"InvalidObject","message":"ticket object is invalid","errors":[{"code":"MissingRequiredField","message":"The summary field is required.","resource":"ticket","field":"summary"},{"code":"MissingRequiredField","message":"The company field is required.","resource":"ticket","field":"company"}]}`},
		"too long":                  {"POST", "service/tickets", `{"summary":"` + long + `","company":{"id":250}}`, 400, "The field summary must be a string with a maximum length of 100."},
		"status of another board":   {"POST", "service/tickets", `{"summary":"x","company":{"id":250},"board":{"id":1},"status":{"id":20}}`, 400, `"message":"Service Status 20 not found for Service Board 1","resource":"ticket","field":"status/id"`},
		"status by foreign name":    {"POST", "service/tickets", `{"summary":"x","company":{"id":250},"board":{"id":2},"status":{"name":"Closed"}}`, 400, `"field":"status/name"`},
		"no such company":           {"POST", "service/tickets", `{"summary":"x","company":{"id":9}}`, 400, `"message":"company 9 not found","resource":"ticket","field":"company/id"`},
		"malformed":                 {"POST", "service/tickets", `{"summary":`, 400, `"code":"ConnectWiseApi"`},
		"bad enumeration":           {"POST", "service/tickets", `{"summary":"x","severity":"Urgent"}`, 400, `Error converting value \"Urgent\"`},
		"patch is not an array":     {"PATCH", "service/tickets/70001", `{"op":"replace"}`, 400, "array of operations"},
		"patch path of wrong case":  {"PATCH", "service/tickets/70001", `[{"op":"replace","path":"Summary","value":"x"}]`, 400, "path Summary is not valid"},
		"patch of a derived member": {"PATCH", "service/tickets/70001", `[{"op":"replace","path":"closedFlag","value":true}]`, 400, "path closedFlag is not valid"},
		"patch with JSON in text":   {"PATCH", "service/tickets/70001", `[{"op":"replace","path":"company","value":"{\"id\":250}"}]`, 400, "Could not cast or convert from System.String to ConnectWise.Apis.v3_0.v2015_3.Common.Models.CompanyReference."},
		"patch op Replace":          {"PATCH", "service/tickets/70001", `[{"op":"Replace","path":"summary","value":"x"}]`, 400, "op Replace is not valid"},
		"patch removes required":    {"PATCH", "service/tickets/70001", `[{"op":"remove","path":"summary"}]`, 400, "The summary field is required."},
		"patch is atomic":           {"PATCH", "service/tickets/70001", `[{"op":"replace","path":"summary","value":"changed"},{"op":"replace","path":"status","value":{"id":99}}]`, 400, "Service Status 99"},
		"patch of nothing":          {"PATCH", "service/tickets/9", `[]`, 404, `{"code":"NotFound","message":"Service Ticket 9 not found"}`},
		"note without a place":      {"POST", "service/tickets/70001/notes", `{"text":"x"}`, 400, "Please choose where to display the notes in order to save this record."},
		"note with mail flags":      {"POST", "service/tickets/70001/notes", `{"text":"x","detailDescriptionFlag":true,"emailContactFlag":false}`, 400, "Could not find member 'emailContactFlag' on object of type 'ServiceNote'"},
		"company without site":      {"POST", "company/companies", `{"identifier":"New","name":"New"}`, 400, "Company Site name is required."},
		"company twice":             {"POST", "company/companies", `{"identifier":"acme","name":"New","site":{"name":"Main"}}`, 400, `"code":"ObjectExists","message":"Company ID already in use.","resource":"company","field":"identifier"`},
		"company identifier of 31":  {"POST", "company/companies", `{"identifier":"` + long[:31] + `","name":"New","site":{"name":"Main"}}`, 400, "The field identifier must be a string with a maximum length of 30."},
		"types on replace":          {"PUT", "company/companies/250", `{"identifier":"ACME","name":"Acme","types":[{"id":1}]}`, 400, `"message":"typeIds can only be used when creating a new company.","resource":"company","field":"typeIds"`},
		"replace without severity":  {"PUT", "service/tickets/70001", `{"summary":"x","company":{"id":250},"board":{"id":1}}`, 400, "The severity field is required."},
		"wrong method":              {"DELETE", "service/severities/1", "", 405, "DELETE"},
	} {
		t.Run(name, func(t *testing.T) {
			before, _ := a.srv.Ticket(70001)
			r := a.do(tc.method, tc.path, tc.body)
			r.t = t
			if r.want(tc.status); !strings.Contains(r.body, tc.want) {
				t.Errorf("body %s\nlacks %s", r.body, tc.want)
			}
			if after, _ := a.srv.Ticket(70001); after.Summary != before.Summary || len(a.srv.Tickets()) != 1 || len(a.srv.Companies()) != 2 {
				t.Error("the refused write had an effect")
			}
		})
	}
}

func TestWrites(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	field := a.srv.AddCustomField(connectwisetest.CustomField{Entity: "Ticket", Caption: "Vendor Ticket"})
	a.do("POST", "service/tickets", fmt.Sprintf(`{"summary":"x","company":{"identifier":"acme"},"customFields":[{"id":%d,"value":"123"}],"processNotifications":false}`, field)).want(201)
	v, _ := a.srv.Ticket(70001)
	if v.Board.Name != "Help Desk" || v.CustomFields["Vendor Ticket"] != "123" || v.Company.Name != "Acme Ltd" {
		t.Errorf("created: %+v", v)
	}
	got := a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"/externalXRef","value":"abc"},{"op":"add","path":"owner","value":{"identifier":"admin"}},{"op":"replace","path":"processNotifications","value":false}]`).want(200).object()
	if got["externalXRef"] != "abc" || in(got, "owner.name") != "System Administrator" || got["processNotifications"] != nil {
		t.Errorf("patched: %v", got)
	}
	if mails := a.srv.Mails(); len(mails) != 0 {
		t.Errorf("mails although notifications were off: %v", mails)
	}
	got = a.do("PATCH", "service/tickets/70001", `[{"op":"remove","path":"owner"},{"op":"replace","path":"board","value":{"id":2}}]`).want(200).object()
	if got["owner"] != nil || in(got, "status.name") != "Inbox" {
		t.Errorf("moved: %v", got)
	}
	if mails := a.srv.Mails(); len(mails) != 1 || mails[0].To != "board" || mails[0].Cause != "ticket updated" {
		t.Errorf("mails: %v", mails)
	}
	made := a.do("POST", "company/companies?fields=id,types,site/name", `{"identifier":"AcmeLtd","name":"Acme Two","status":{"id":1},"site":{"name":"Main"},"country":{"id":1},"territory":{"id":2},"types":[{"id":1}]}`).want(201)
	if made.body != `{"id":252,"types":[{"id":1,"name":"Client","_info":{"type_href":"https://na.myconnectwise.net/v2025_1/apis/3.0//company/companies/types/1"}}],"site":{"name":"Main"}}` {
		t.Errorf("company: %s", made.body)
	}
	if l := made.header.Get("Location"); l != "http://cw.test/v4_6_release/apis/3.0/company/companies/252" {
		t.Errorf("Location %s", l)
	}
	a.do("DELETE", "company/companies/252", "").want(204)
	if got := a.get("company/companies/252").want(200).object(); got["deletedFlag"] != true {
		t.Errorf("deleted company: %v", got)
	}
	a.do("POST", "service/tickets", minimal).want(201)
	a.do("POST", "service/tickets/70001/merge", `{"mergeTicketIds":[70002],"status":{"name":"Closed"}}`).want(200)
	merged := a.get("service/tickets/70002").want(200).object()
	if in(merged, "mergedParentTicket.id") != 70001.0 || merged["closedFlag"] != true || a.get("service/tickets/70001").object()["hasMergedChildTicketFlag"] != true {
		t.Errorf("merged: %v", merged)
	}
}

func TestNoteMails(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	id := a.srv.AddTicket(connectwisetest.Ticket{Summary: "x", Company: connectwisetest.ByID(250), AutomaticEmailResource: true})
	path := fmt.Sprintf("service/tickets/%d/notes", id)
	a.do("POST", path, `{"text":"quiet","internalAnalysisFlag":true}`).want(201)
	if n := len(a.srv.Mails()); n != 0 {
		t.Errorf("%d mails for a note that did not ask for any", n)
	}
	a.do("POST", path, `{"text":"loud","detailDescriptionFlag":true,"processNotifications":true}`).want(201)
	if m := a.srv.Mails(); len(m) != 1 || m[0].To != "resources" || m[0].Cause != "note" || m[0].By != "apimember" {
		t.Errorf("mails: %v", m)
	}
}
