package connectwisetest_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

func TestContacts(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	a.do("POST", "company/contacts", `{"lastName":"x"}`).want(400)
	made := a.do("POST", "company/contacts", `{"firstName":"Estella","lastName":"Mcdowell","company":{"id":250},"communicationItems":[{"type":{"id":"1"},"value":"e@acme.test","defaultFlag":true,"communicationType":"Email"}]}`).want(201).object()
	items := made["communicationItems"].([]any)
	if first := items[0].(map[string]any); len(items) != 1 || first["domain"] != "@acme.test" || first["id"] != 99001.0 || in(first, "type.name") != "Email" {
		t.Errorf("items: %v", items)
	}
	if made["portalSecurityLevel"] != 1.0 || made["disablePortalLoginFlag"] != true || fmt.Sprint(made["types"]) != "[]" || made["ignoreDuplicates"] != nil {
		t.Errorf("defaults: %v", made)
	}
	a.do("POST", "company/contacts", `{"firstName":"estella","lastName":"Mcdowell","company":{"id":250}}`).want(400)
	a.do("POST", "company/contacts", `{"firstName":"estella","lastName":"Mcdowell","company":{"id":250},"ignoreDuplicates":true}`).want(201)
	path := "company/contacts/58001"
	patched := a.do("PATCH", path, `[{"op":"add","path":"/communicationItems/1","value":{"type":{"id":1},"value":"new@acme.test","defaultFlag":true}},{"op":"add","path":"/communicationItems/2","value":{"type":{"name":"Direct"},"value":"555"}},{"op":"replace","path":"communicationItems/0/value","value":"old@acme.test"}]`).want(200).object()
	var got []string
	for _, x := range patched["communicationItems"].([]any) {
		m := x.(map[string]any)
		got = append(got, fmt.Sprint(m["value"], m["defaultFlag"], m["communicationType"]))
	}
	if diff := cmp.Diff([]string{"old@acme.testfalseEmail", "new@acme.testtrueEmail", "555falsePhone"}, got); diff != "" {
		t.Error(diff)
	}
	a.do("PATCH", path, `[{"op":"remove","path":"communicationItems/2"}]`).want(200)
	if rows := a.get(path + "/communications").want(200).list(); len(rows) != 2 || rows[0]["contactId"] != 58001.0 {
		t.Errorf("communications: %v", rows)
	}
	for _, body := range []string{
		`[{"op":"replace","path":"types","value":[{"id":1}]}]`, `[{"op":"replace","path":"communicationItems/9/value","value":"x"}]`,
		`[{"op":"replace","path":"communicationItems","value":"[{\"value\":\"x\"}]"}]`,
	} {
		a.do("PATCH", path, body).want(400)
	}
	if got := ids(a.get("company/contacts", "childConditions", `communicationItems/value like "%@acme.test" and communicationItems/communicationType="Email"`).want(200).list()); got != "58001" {
		t.Errorf("child conditions find %q", got)
	}
	if got := ids(a.get("company/contacts", "childConditions", `communicationItems/type/name="Fax"`).want(200).list()); got != "" {
		t.Errorf("child conditions find %q", got)
	}
	if got := a.do("DELETE", "company/contacts/57919", "").want(404).body; got != `{"code":"NotFound","message":"Contact 57919 not found"}` {
		t.Error(got)
	}
	a.do("DELETE", path, "").want(204)
	a.get(path + "/communications").want(404)
}

func TestConfigurations(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	id := a.srv.AddConfiguration(connectwisetest.Configuration{Name: "SRV01", Type: "Managed Server", Company: connectwisetest.ByID(250), DeviceIdentifier: "cove-778"})
	a.do("POST", "company/configurations/types/1/questions", `{"fieldType":"Text","entryType":"EntryField","sequenceNumber":1,"question":"RAM"}`).want(201)
	path := fmt.Sprintf("company/configurations/%d", id)
	got := a.do("PATCH", path, `[{"op":"replace","path":"questions","value":[{"questionId":1,"answer":"16GB"}]}]`).want(200).object()
	q := got["questions"].([]any)[0].(map[string]any)
	if q["answer"] != "16GB" || q["question"] != "RAM" || q["sequenceNumber"] != 1.0 {
		t.Errorf("question: %v", q)
	}
	a.do("PATCH", path, `[{"op":"replace","path":"questions/questionId=1","value":"x"}]`).want(400)
	a.do("PATCH", path, `[{"op":"replace","path":"questions","value":[{"questionId":99,"answer":1}]}]`).want(400)

	bulk := a.do("POST", "company/configurations/bulk", `[{"name":"A","type":{"id":1},"company":{"id":250}},{"name":"B"}]`).want(207).object()["payload"].([]any)
	first, second := bulk[0].(map[string]any), bulk[1].(map[string]any)
	if first["success"] != true || first["statusCode"] != 201.0 || second["success"] != false || second["statusCode"] != 400.0 || second["originalIndex"] != 1.0 || in(second, "error.code") != "InvalidObject" {
		t.Errorf("bulk: %v", bulk)
	}
	a.do("DELETE", "company/configurations/bulk", `[502]`).want(207)
	if got := a.get("company/configurations/count").body; got != `{"count":1}` {
		t.Errorf("after bulk delete: %s", got)
	}

	ticket := a.srv.AddTicket(connectwisetest.Ticket{Summary: "x", Company: connectwisetest.ByID(250)})
	link := fmt.Sprintf("service/tickets/%d/configurations", ticket)
	if got := a.do("POST", link, `{}`).want(400).body; !strings.Contains(got, "id or deviceIdentifier is required.") {
		t.Error(got)
	}
	a.do("POST", link, `{"deviceIdentifier":"cove-778"}`).want(201)
	if got := a.get(link).want(200).list(); len(got) != 1 || got[0]["deviceIdentifier"] != "cove-778" {
		t.Errorf("attached: %v", got)
	}
	if got := ids(a.get("service/tickets", "conditions", fmt.Sprintf("configuration/id=%d", id)).want(200).list()); got != fmt.Sprint(float64(ticket)) {
		t.Errorf("tickets of the configuration: %q", got)
	}
	a.get("service/tickets", "conditions", fmt.Sprintf("configurations/id=%d", id)).want(400)
	a.do("DELETE", fmt.Sprintf("%s/%d", link, id), "").want(204)
	if got := a.get(link + "/count").body; got != `{"count":0}` {
		t.Error(got)
	}
}

func form(parts map[string]string, file, content string) (body, contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range parts {
		_ = w.WriteField(k, v)
	}
	if file != "" {
		f, _ := w.CreateFormFile("file", file)
		_, _ = f.Write([]byte(content))
	}
	_ = w.Close()
	return b.String(), w.FormDataContentType()
}

func TestDocuments(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	ticket := a.srv.AddTicket(connectwisetest.Ticket{Summary: "x", Company: connectwisetest.ByID(250)})
	a.do("POST", "system/documents", `{"title":"x"}`).want(415)
	owner := map[string]string{"recordType": "Ticket", "RecordId": fmt.Sprint(ticket), "Title": "the log", "privateFlag": "true"}
	body, kind := form(owner, "log.txt", "hello")
	made := a.do("POST", "system/documents", body, "Content-Type", kind).want(201).object()
	if made["title"] != "the log" || made["fileName"] != "log.txt" || made["size"] != 5.0 || made["publicFlag"] != false || made["owner"] != "apimember" {
		t.Errorf("document: %v", made)
	}
	got := a.get("system/documents/3001/download").want(200)
	if got.body != "hello" || got.header.Get("Content-Type") != "application/octet-stream" || got.header.Get("Content-Disposition") != "attachment; filename=log.txt" {
		t.Errorf("download: %q %v", got.body, got.header)
	}
	if rows := a.get("system/documents", "recordType", "Ticket", "recordId", fmt.Sprint(ticket)).want(200).list(); len(rows) != 1 {
		t.Errorf("documents: %v", rows)
	}
	if rows := a.get(fmt.Sprintf("service/tickets/%d/documents", ticket)).want(200).list(); len(rows) != 1 || rows[0]["name"] != "the log" {
		t.Errorf("documents of the ticket: %v", rows)
	}
	a.get("system/documents").want(400)
	owner["url"] = "https://x.test/doc"
	body, kind = form(owner, "", "")
	if link := a.do("POST", "system/documents", body, "Content-Type", kind).want(201).object(); link["linkFlag"] != true {
		t.Errorf("link: %v", link)
	}
	owner["RecordId"] = "9"
	body, kind = form(owner, "log.txt", "hello")
	a.do("POST", "system/documents", body, "Content-Type", kind).want(400)
	a.do("DELETE", "system/documents/3001", "").want(204)
	a.get("system/documents/3001/download").want(404)
}

func TestTimeEntries(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	ticket := a.srv.AddTicket(connectwisetest.Ticket{Summary: "x", Company: connectwisetest.ByID(250)})
	entry := fmt.Sprintf(`{"chargeToId":%d,"chargeToType":"ServiceTicket","member":{"identifier":"admin"},"timeStart":"2026-06-03T13:00:00Z","timeEnd":"2026-06-03T13:30:00Z","workType":{"name":"Remote"},"billableOption":"Billable","notes":"Fixed","addToDetailDescriptionFlag":true,"emailContactFlag":true}`, ticket)
	made := a.do("POST", "time/entries", entry).want(201).object()
	if made["actualHours"] != 0.5 || in(made, "company.identifier") != "ACME" || in(made, "ticket.summary") != "x" || made["status"] != "Open" || made["emailContactFlag"] != nil {
		t.Errorf("entry: %v", made)
	}
	a.do("POST", "time/entries", `{"chargeToType":"Company","timeStart":"2026-06-03T13:00:00Z"}`).want(400)
	a.do("POST", "time/entries", `{"chargeToType":"Company","timeEnd":"2026-06-03T13:00:00Z"}`).want(400)
	path := fmt.Sprintf("service/tickets/%d", ticket)
	if got := a.get(path).object()["actualHours"]; got != 0.5 {
		t.Errorf("hours of the ticket: %v", got)
	}
	if rows := a.get(path + "/notes").list(); len(rows) != 0 {
		t.Errorf("time notes among the typed notes: %v", rows)
	}
	if rows := a.get(path + "/allNotes").list(); len(rows) != 1 || rows[0]["noteType"] != "TimeEntryNote" || rows[0]["text"] != "Fixed" || rows[0]["detailDescriptionFlag"] != true {
		t.Errorf("discussion: %v", rows)
	}
	if m := a.srv.Mails(); len(m) != 1 || m[0].To != "contact" || m[0].Cause != "time entry" {
		t.Errorf("mails: %v", m)
	}
	a.do("PATCH", "time/entries/1", `[{"op":"replace","path":"timeEnd","value":"2026-06-03T15:00:00Z"}]`).want(200)
	if got := a.get(path).object()["actualHours"]; got != 2.0 {
		t.Errorf("hours after the change: %v", got)
	}
	a.do("PATCH", "time/entries/1", `[{"op":"replace","path":"status","value":"Billed"}]`).want(200)
	a.do("DELETE", "time/entries/1", "").want(400)
}

func TestAuditTrailAndChangeLogs(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	a.do("POST", "service/tickets", minimal).want(201)
	if err := a.srv.AsPerson("tech1").CloseTicket(70001); err != nil {
		t.Fatal(err)
	}
	var got []string
	r := a.do("GET", "system/audittrail?type=Ticket&id=70001", "", "pagination-type", "forward-only").want(200)
	for _, e := range r.list() {
		if e["auditSubType"] == "Status" {
			got = append(got, fmt.Sprint(e["text"], e["enteredBy"], e["auditSource"]))
		}
	}
	if diff := cmp.Diff([]string{`Status has been updated from "New" to "Closed".tech1UI`}, got); diff != "" {
		t.Error(diff)
	}
	if _, ok := r.header["Link"]; ok {
		t.Error("the audit trail answered forward-only")
	}
	a.get("system/audittrail").want(400)
	logs := a.get("service/tickets/changelogs").want(200).list()
	if len(logs) != 2 || logs[0]["action"] != "added" || logs[1]["closedFlag"] != true {
		t.Errorf("change logs: %v", logs)
	}
	a.do("DELETE", "service/tickets/changelogs", "").want(204)
	if got := a.get("service/tickets/changelogs").body; got != "[]" {
		t.Error(got)
	}
}

func TestImpersonation(t *testing.T) {
	now := noon
	a := desk(t, connectwisetest.Config{Now: func() time.Time { return now }})
	a.srv.AddMember(connectwisetest.Member{Identifier: "tech1"})
	ask := func() answer {
		return a.do("POST", "system/members/tech1/tokens", `{"memberIdentifier":"tech1"}`, "x-cw-usertype", "integrator")
	}
	if got := ask().want(403).object(); got["code"] != "Unauthorized" {
		t.Errorf("without the right: %v", got)
	}
	a.srv.EditMember("apimember", func(m *connectwisetest.Member) { m.Impersonate = true })
	token := ask().want(200).object()
	if token["expiration"] != "2026-06-03T16:00:00Z" {
		t.Errorf("token: %v", token)
	}
	a.creds.PublicKey, a.creds.PrivateKey = token["publicKey"].(string), token["privateKey"].(string)
	if got := in(a.do("POST", "service/tickets", minimal).want(201).object(), "_info.enteredBy"); got != "tech1" {
		t.Errorf("entered by %v", got)
	}
	now = now.Add(4 * time.Hour)
	a.get("system/info").want(401)
}

func TestWorkflowRules(t *testing.T) {
	a := desk(t, connectwisetest.Config{Rules: []connectwisetest.WorkflowRule{{Name: "trigger", Change: func(event string, v *connectwisetest.Ticket) bool {
		if event != "added" {
			return false
		}
		v.Priority = connectwisetest.ByName("Priority 1 - Critical")
		return true
	}}}})
	made := a.do("POST", "service/tickets", minimal).want(201).object()
	if in(made, "priority.level") != "Medium" {
		t.Errorf("the answer shows the rule's work: %v", made["priority"])
	}
	got := a.get("service/tickets/70001").object()
	if in(got, "priority.level") != "Critical" || in(got, "_info.updatedBy") != "trigger" {
		t.Errorf("after the rule: %v", got)
	}
	if n := len(a.srv.Notes(70001)); n != 1 {
		t.Errorf("%d notes", n)
	}
}

func TestBoardsAndNotifications(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	board := a.srv.AddBoard(connectwisetest.Board{Name: "Loud", Statuses: []connectwisetest.Status{{Name: "New"}, {Name: "Gone", Closed: true, NotifyContact: true}}})
	rows := a.get(fmt.Sprintf("service/boards/%d/statuses", board), "orderBy", "sortOrder").want(200).list()
	if len(rows) != 2 || rows[0]["defaultFlag"] != true || rows[1]["closedStatus"] != true || in(rows[0], "board.name") != "Loud" {
		t.Fatalf("statuses: %v", rows)
	}
	path := fmt.Sprintf("service/boards/%d/statuses/%v/notifications", board, rows[1]["id"])
	if got := a.get(path).want(200).list(); len(got) != 1 || in(got[0], "notifyWho.name") != "Contact" || in(got[0], "status.name") != "Gone" {
		t.Errorf("notifications: %v", got)
	}
	a.get(fmt.Sprintf("service/boards/1/statuses/%v/notifications", rows[1]["id"])).want(404)
	a.do("POST", fmt.Sprintf("service/boards/%d/notifications", board), `{"notifyWho":{"name":"Dispatch"}}`).want(201)
	id := a.srv.AddTicket(connectwisetest.Ticket{Summary: "x", Company: connectwisetest.ByID(250), Board: connectwisetest.ByID(board)})
	a.do("PATCH", fmt.Sprintf("service/tickets/%d", id), `[{"op":"replace","path":"status","value":{"name":"Gone"}}]`).want(200)
	var got []string
	for _, m := range a.srv.Mails() {
		got = append(got, m.To+": "+m.Cause)
	}
	if diff := cmp.Diff([]string{"board: ticket updated", "contact: status Gone"}, got); diff != "" {
		t.Error(diff)
	}
	a.do("POST", fmt.Sprintf("service/boards/%d/statuses", board), `{"name":"new"}`).want(400)
	made := a.do("POST", fmt.Sprintf("service/boards/%d/statuses", board), `{"name":"Later","defaultFlag":true}`).want(201).object()
	if b, _ := a.srv.Board("Loud"); b.Statuses[0].Default || !b.Statuses[2].Default || made["escalationStatus"] != "NoEscalation" {
		t.Errorf("default moved: %+v", b)
	}
	a.do("DELETE", fmt.Sprintf("service/boards/%d/statuses/%v", board, rows[1]["id"]), "").want(409)
	if got := a.get(fmt.Sprintf("service/boards/%d/usages", board)).want(200).list(); len(got) != 1 || got[0]["count"] != 1.0 {
		t.Errorf("usages: %v", got)
	}
}

func TestLimitsByRelease(t *testing.T) {
	for limits, max := range map[connectwisetest.Limits]int{connectwisetest.Limits2022: 25, connectwisetest.Limits2025: 30, connectwisetest.Limits2026: 156} {
		a := newAPI(t, connectwisetest.Config{Limits: limits})
		body := `{"identifier":"` + strings.Repeat("x", max) + `","name":"n","site":{"name":"Main"}}`
		a.do("POST", "company/companies", body).want(201)
		a.do("POST", "company/companies", strings.Replace(body, "xx", "xxx", 1)).want(400)
	}
}

func TestSwitches(t *testing.T) {
	a := desk(t, connectwisetest.Config{Switches: connectwisetest.Switches{
		NullMembers: true, IgnoreSubPaths: true, NoForwardOnly: true, StringIsCloud: true, MoveNeedsStatus: true, PaddedStrings: true, Links: connectwisetest.LinksMissing, KeyNeedsAuth: true,
	}})
	got := a.do("POST", "service/tickets", minimal).want(201)
	if !strings.Contains(got.body, `"owner":null`) || !strings.Contains(got.body, `"updatedBy":"apimember        "`) {
		t.Error(got.body)
	}
	a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"status/name","value":"Closed"}]`).want(200)
	if v, _ := a.srv.Ticket(70001); v.Closed {
		t.Error("the sub-path had an effect")
	}
	a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"board","value":{"id":2}}]`).want(400)
	a.do("POST", "service/tickets", minimal).want(201)
	r := a.do("GET", "service/tickets?pageSize=1&page=2", "", "pagination-type", "forward-only").want(200)
	if _, ok := r.header["Link"]; ok || r.list()[0]["id"] != 70002.0 {
		t.Errorf("forward-only: %v %s", r.header, r.body)
	}
	if r := a.get("service/tickets", "pageSize", "1"); r.header.Get("Link") != "" {
		t.Error("Link although switched off")
	}
}

func TestSetupRecords(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	a.srv.AddCustomField(connectwisetest.CustomField{Entity: "Company", Caption: "Cove Customer"})
	if rows := a.get("system/userDefinedFields", "conditions", `caption="Cove Customer"`).want(200).list(); len(rows) != 1 || rows[0]["id"] != 7.0 {
		t.Errorf("definitions: %v", rows)
	}
	a.srv.EditMember("apimember", func(m *connectwisetest.Member) { m.Role = connectwisetest.FullRole() })
	if rows := a.get("system/securityRoles/21/settings", "pageSize", "1000").want(200).list(); len(rows) != len(connectwisetest.FullRole()) {
		t.Errorf("settings: %v", rows)
	}
	if rows := a.get("system/info/members", "conditions", `identifier="apimember"`).want(200).list(); len(rows) != 1 || rows[0]["fullName"] != "API Member" || rows[0]["licenseClass"] != "A" {
		t.Errorf("member info: %v", rows)
	}
	if got := a.get("system/info/members/apimember").want(200).object(); got["id"] != 20.0 {
		t.Errorf("by identifier: %v", got)
	}
	if rows := a.get("service/tickets/info").want(200).list(); len(rows) != 0 {
		t.Errorf("infos: %v", rows)
	}
	a.srv.AddTicket(connectwisetest.Ticket{Summary: "x", Company: connectwisetest.ByID(250)})
	if got := a.do("POST", "service/tickets/70001/convert", `{"recordType":"ProjectTicket","project":{"id":1}}`).want(400).body; !strings.Contains(got, "The phase field is required.") {
		t.Error(got)
	}
	copied := a.do("POST", "service/tickets/70001/copy", "").want(200).object()
	if copied["id"] != 70002.0 || copied["summary"] != "x" {
		t.Errorf("copy: %v", copied)
	}
	a.do("POST", "service/tickets/70001/attachChildren", `{"childTicketIds":[70002]}`).want(200)
	if a.get("service/tickets/70001").object()["hasChildTicket"] != true || a.get("service/tickets/70002").object()["parentTicketId"] != 70001.0 {
		t.Error("the child was not attached")
	}
	a.do("POST", "service/tickets/70002/notes", `{"text":"of the child","detailDescriptionFlag":true}`).want(201)
	if rows := a.get("service/tickets/70001/allNotes").list(); len(rows) != 1 || rows[0]["bundledFlag"] != true || in(rows[0], "ticket.id") != 70002.0 {
		t.Errorf("discussion with children: %v", rows)
	}
}
