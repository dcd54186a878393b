package connectwisetest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// Tests of requests by public clients and answers of live servers (R), and of
// what the original scripts do (O). Tests are named after the cases.

func TestR1_ParameterNames(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	if got := a.get("service/tickets", "pagesize", "1", "orderby", "id desc", "Conditions", "closedFlag = false", "FIELDS", "id").want(200).body; got != `[{"id":4}]` {
		t.Error(got)
	}
	if got := a.get("company/companies", "childconditions", `types/name = "Vendor"`).want(200).body; got != "[]" {
		t.Errorf("child conditions in other letters do not count: %s", got)
	}
}

func TestR2_InfoInConditions(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	if got := ids(a.get("service/tickets", "conditions", "_info/dateEntered < [2026-06-03T12:00:00Z]").want(200).list()); got != "4" {
		t.Errorf("found %q", got)
	}
	if got := ids(a.get("service/tickets", "orderBy", "_info/dateEntered desc").want(200).list()); got != "3 2 1 4" {
		t.Errorf("sorted %q", got)
	}
	a.do("POST", "service/tickets/1/notes", `{"text":"one","internalAnalysisFlag":true}`).want(201)
	a.do("POST", "service/tickets/1/notes", `{"text":"two","internalAnalysisFlag":true}`).want(201)
	notes := a.get("service/tickets/1/allNotes", "orderBy", "_info/sortByDate desc").want(200).list()
	if len(notes) != 2 || notes[0]["text"] != "two" || in(notes[0], "_info.sortByDate") != "2026-06-03T12:00:00Z" {
		t.Errorf("discussion: %v", notes)
	}
}

func TestR3_MemberNames(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	made := a.do("POST", "service/tickets", `{"Summary":"x","COMPANY":{"ID":250},"subtype":null,"Board":{"NAME":"Help Desk"},"CustomFields":[]}`).want(201).object()
	if made["summary"] != "x" || in(made, "company.id") != 250.0 {
		t.Errorf("made: %v", made)
	}
	a.do("PATCH", "service/tickets/70001", `[{"Op":"replace","PATH":"summary","Value":"y"}]`).want(200)
	a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"Summary","value":"z"}]`).want(400) // paths are case-sensitive
	a.do("POST", "service/tickets/70001/notes", `{"Text":"x","InternalAnalysisFlag":true}`).want(201)
	a.do("POST", "company/contacts", `{"FirstName":"Ann","company":{"id":250},"CommunicationItems":[{"Type":{"id":1},"Value":"a@acme.test","DefaultFlag":true}]}`).want(201)
	if got := a.do("POST", "service/tickets", `{"nosuchmember":"x"}`).want(400).body; !strings.Contains(got, "Could not find member 'nosuchmember'") {
		t.Error(got)
	}
}

func TestR4_EmptyStrings(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	made := a.do("POST", "service/tickets", `{"summary":"x","company":{"id":250},"owner":"","board":"","priority":"","budgetHours":"","duration":"","approved":"","requiredDate":"","severity":"","customFields":""}`).want(201).object()
	if made["owner"] != nil || made["approved"] != true || in(made, "priority.name") != "Priority 3 - Normal" {
		t.Errorf("made: %v", made)
	}
	a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"owner","value":{"id":1}},{"op":"replace","path":"owner","value":""}]`).want(200)
	if v, _ := a.srv.Ticket(70001); v.Owner.ID != 0 {
		t.Errorf("owner %+v", v.Owner)
	}
}

func TestR6_MemberByIdentifier(t *testing.T) {
	for off, want := range map[bool]int{false: 200, true: 404} {
		a := desk(t, connectwisetest.Config{Switches: connectwisetest.Switches{NoMemberByIdentifier: off}})
		if got := a.get("system/members/APImember").want(want).object(); !off && got["id"] != 20.0 {
			t.Errorf("%v", got)
		}
		a.get("system/members/nobody").want(404)
		a.get("system/members/count").want(200)
	}
}

func TestR7_DaysAndAddresses(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	made := a.do("POST", "service/tickets", `{"summary":"x","company":{"id":250},"requiredDate":"2026-07-01T17:30:00Z","estimatedStartDate":"2026-07-02T00:30:00Z","automaticEmailCc":"a@b.test"}`).want(201).object()
	for name, want := range map[string]string{"requiredDate": "2026-07-01T00:00:00Z", "estimatedStartDate": "2026-07-02T00:00:00Z", "automaticEmailCc": "a@b.test;"} {
		if made[name] != want {
			t.Errorf("%s is %v, want %s", name, made[name], want)
		}
	}
	if got := a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"automaticEmailCc","value":"a@b.test;c@d.test;"}]`).want(200).object()["automaticEmailCc"]; got != "a@b.test;c@d.test;" {
		t.Errorf("%v", got)
	}
}

func TestR8_ErrorTexts(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	for path, want := range map[string]string{
		"service/tickets/404": "Service Ticket 404 not found", "service/tickets/1/notes/404": "Service Note 404 not found", "company/companies/19299": "company 19299 not found",
	} {
		if got := a.get(path).want(404).body; got != `{"code":"NotFound","message":"`+want+`"}` {
			t.Errorf("%s: %s", path, got)
		}
	}
	got := a.do("POST", "service/tickets/1/notes", `{"text":"nowhere"}`).want(400).body
	if !strings.Contains(got, `"resource":"ServiceNote","field":"detailDescriptionFlag, internalAnalysisFlag, resolutionFlag"`) || !strings.Contains(got, `"message":"serviceNote object is invalid"`) {
		t.Error(got)
	}
}

func TestR9_Shapes(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	contact := a.srv.AddContact(connectwisetest.Contact{FirstName: "Ann", Company: connectwisetest.ByID(250)})
	ticket := a.do("POST", "service/tickets", minimal).want(201).object()
	for _, name := range []string{
		"billingMethod", "currency", "escalationLevel", "minutesBeforeWaiting", "respondedSkippedMinutes", "resplanSkippedMinutes", "respondedHours", "resplanHours", "resolutionHours",
		"minutesWaiting", "slaStatus", "escalationStartDateUTC", "automaticEmailCc",
	} {
		if ticket[name] == nil {
			t.Errorf("a ticket has no %s", name)
		}
	}
	for path, want := range map[string]any{
		"location._info.location_href": "https://na.myconnectwise.net/v2025_1/apis/3.0//system/locations/2", "sla._info.sla_href": "https://na.myconnectwise.net/v2025_1/apis/3.0//service/SLAs/1",
		"currency.symbol": "$", "currency.numberOfDecimals": 2.0, "billingMethod": "ActualRates",
	} {
		if got := in(ticket, path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	for path, want := range map[string]int{"company/companies/250": 13, fmt.Sprintf("company/contacts/%d", contact): 11, "service/tickets/70001": 8} {
		links := 0
		for name := range in(a.get(path).want(200).object(), "_info").(map[string]any) {
			if strings.HasSuffix(name, "_href") {
				links++
			}
		}
		if links != want {
			t.Errorf("%s has %d links, want %d", path, links, want)
		}
	}
	member := a.get("system/members/20").want(200).object()
	for _, name := range []string{"defaultEmail", "defaultPhone", "invoiceScreenDefaultTabFormat", "invoicingDisplayOptions", "agreementInvoicingDisplayOptions"} {
		if member[name] == nil {
			t.Errorf("a member has no %s", name)
		}
	}
	if got := in(a.get("system/locations/2").want(200).object(), "structureLevel.name"); got != "Location" {
		t.Errorf("structure level %v", got)
	}
	if got := in(a.do("POST", "company/companies/250/notes", `{"text":"x"}`).want(201).object(), "type.name"); got != "General" {
		t.Errorf("a company note of type %v", got)
	}
}

func TestR10_MoreOfTheProduct(t *testing.T) {
	a := busy(t)
	if got := a.get("service/tickets/70001").object()["resources"]; got != "admin" {
		t.Errorf("resources %v", got)
	}
	if got := a.get("schedule/entries", "conditions", "type/id=4 AND objectId=70001").want(200).list(); len(got) != 1 || got[0]["name"] != "Printer down" || in(got[0], "type.identifier") != "S" {
		t.Errorf("schedule entries: %v", got)
	}
	addition := a.get("finance/agreements/301/additions").want(200).list()[0]
	for name, want := range map[string]any{"agreementId": 301.0, "unitPrice": 25.0, "extPrice": 75.0, "extCost": 30.0, "description": "Server backup"} {
		if addition[name] != want {
			t.Errorf("addition: %s is %v, want %v", name, addition[name], want)
		}
	}
	if got := in(a.get("service/tickets/70001").object(), "agreementType"); got != "Backup" {
		t.Errorf("agreementType %v", got)
	}
	a.do("DELETE", "schedule/entries/401", "").want(204)
	if got := a.get("service/tickets/70001").object()["resources"]; got != nil {
		t.Errorf("resources %v without an entry", got)
	}
	for body, want := range map[string]string{
		`{"objectId":70001}`:                  `"field":"type"`,
		`{"type":{"id":4}}`:                   `"field":"objectId"`,
		`{"type":{"id":4},"objectId":4711}`:   "Service Ticket 4711 not found",
		`{"type":{"identifier":"Z"}}`:         "Schedule Type Z not found",
		`{"type":{"id":4},"objectId":"many"}`: "Error converting value",
	} {
		if got := a.do("POST", "schedule/entries", body).want(400).body; !strings.Contains(got, want) {
			t.Errorf("%s: %s", body, got)
		}
	}
	report := a.get("system/reports/Service", "columns", "id,summary", "conditions", "id = 70001").want(200).body
	if report != `{"column_definitions":[{"id":{"type":"Numeric"}},{"summary":{"type":"Text"}}],"row_values":[[70001,"Printer down"]]}` {
		t.Error(report)
	}
	if got := a.get("system/reports").want(200).list(); len(got) != 7 || got[5]["name"] != "Service" {
		t.Errorf("reports: %v", got)
	}
	a.get("system/reports/Nothing").want(404)
	a.srv.Edit("finance/agreements/301", map[string]any{"name": "Backup and more", "agreementStatus": "Cancelled"})
	if got := a.get("finance/agreements/301/additions").list()[0]["agreementStatus"]; got != "Cancelled" {
		t.Errorf("agreementStatus %v", got)
	}
}

// A request that is not served gets an error that says so, and that cannot be
// taken for a missing record.
func TestR10_NotServed(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	for _, r := range [][2]string{
		{"GET", "expense/entries"}, {"GET", "company/companies/250/groups"}, {"GET", "system/members/withSso"}, {"GET", "service/priorities/5/image"}, {"POST", "company/companies/250/merge"},
		{"POST", "project/projects"}, {"PATCH", "sales/orders/1"}, {"GET", "service/boards/1/usages/list"},
	} {
		got := a.do(r[0], r[1], "{}")
		if r[1] == "company/companies/250/groups" {
			got.want(200)
			continue
		}
		if o := got.want(501).object(); o["code"] != "NotServedHere" || !strings.Contains(o["message"].(string), r[0]+" "+r[1]) {
			t.Errorf("%v: %v", r, o)
		}
	}
	a.get("service/nothing").want(404)
	a.do("DELETE", "service/severities/1", "").want(405)
}

func TestR12_Dates(t *testing.T) {
	for _, tc := range []struct {
		date     string
		switches connectwisetest.Switches
		want     int
	}{
		{"[2026-6-3T11:00:00Z]", connectwisetest.Switches{}, 200},
		{"[2026-06-03 11:00:00]", connectwisetest.Switches{}, 200},
		{"[2026-6-3]", connectwisetest.Switches{}, 200},
		{"[2026-6-3T11:00:00Z]", connectwisetest.Switches{StrictDates: true}, 400},
		{"[2026-06-03 11:00:00]", connectwisetest.Switches{StrictDates: true}, 400},
		{"[2026-06-03T11:00:00Z]", connectwisetest.Switches{StrictDates: true}, 200},
		{"[6/3/2026 11:00:00]", connectwisetest.Switches{}, 400},
		{"[6/3/2026 11:00:00]", connectwisetest.Switches{AmericanDates: true}, 200},
		{"[06/03/2026 11:00:00 AM]", connectwisetest.Switches{AmericanDates: true, StrictDates: true}, 200},
		{"[2026-13-3]", connectwisetest.Switches{AmericanDates: true}, 400},
	} {
		a := sample(t, connectwisetest.Config{Switches: tc.switches})
		r := a.get("service/tickets", "conditions", "id < 4 and dateEntered > "+tc.date)
		if r.status != tc.want || r.status == 200 && ids(r.list()) != "1 2 3" {
			t.Errorf("%s %+v: %d %.200s", tc.date, tc.switches, r.status, r.body)
		}
	}
}

func TestR13_UnknownFields(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	for fields, want := range map[string]string{"id,dateEntered": `[{"id":1}]`, "nothing": `[{}]`, "id,status/nothing": `[{"id":1}]`} {
		if got := a.get("service/tickets", "fields", fields, "pageSize", "1").want(200).body; got != want {
			t.Errorf("%s: %s", fields, got)
		}
	}
	strict := sample(t, connectwisetest.Config{Switches: connectwisetest.Switches{StrictFields: true}})
	if got := strict.get("service/tickets", "fields", "id,dateEntered").want(400).body; !strings.Contains(got, "dateEntered is not a recognized name.") {
		t.Error(got)
	}
}

func TestR14_OrderWithForwardOnly(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	r := a.do("GET", "service/tickets?orderBy=id%20desc&fields=id&pageSize=2", "", "pagination-type", "forward-only").want(200)
	if r.body != `[{"id":1},{"id":2}]` || !strings.Contains(r.header.Get("Link"), "pageId=2") {
		t.Errorf("%s %v", r.body, r.header["Link"])
	}
	strict := sample(t, connectwisetest.Config{Switches: connectwisetest.Switches{RefuseForwardOrder: true}})
	strict.do("GET", "service/tickets?orderBy=id", "", "pagination-type", "forward-only").want(400)
}

func TestR15_ReferencesToNothing(t *testing.T) {
	a := busy(t)
	made := a.do("POST", "service/tickets", `{"summary":"x","company":{"id":250},"agreement":{"id":301},"workType":{"name":"remote"},"sla":{"id":2}}`).want(201).object()
	for path, want := range map[string]any{"agreement.name": "Backup", "workType.name": "Remote", "sla.name": "Around the clock", "agreement.type": "Backup"} {
		if got := in(made, path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	for member, want := range map[string]string{
		`"agreement":{"id":1}`: "Agreement 1 not found", `"workType":{"name":"Nights"}`: "Work Type Nights not found", `"sla":{"id":9}`: "SLA 9 not found",
		`"opportunity":{"id":99}`: "Opportunity 99 not found",
	} {
		if got := a.do("POST", "service/tickets", `{"summary":"x","company":{"id":250},`+member+`}`).want(400).body; !strings.Contains(got, `"code":"NotFound","message":"`+want) {
			t.Errorf("%s: %s", member, got)
		}
	}
	// A reference to records that the server does not keep is not found.
	if got := a.do("PATCH", "company/companies/250", `[{"op":"replace","path":"taxCode","value":{"id":7}}]`).want(400).body; !strings.Contains(got, "Tax Code 7 not found") {
		t.Error(got)
	}
}

func TestR16_TightConditions(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	for cond, want := range map[string]string{
		"id in(1,2)": "1 2", "(id > 1)AND(id < 4)": "2 3", "(id=1)or(id=4)and(closedFlag=false)": "1 4", "owner = null": "1 2 3 4", "owner != null": "", "dateEntered > [2026-6-3 11:00:00]": "1 2 3",
	} {
		if got := ids(a.get("service/tickets", "conditions", cond).want(200).list()); got != want {
			t.Errorf("%s finds %q, want %q", cond, got, want)
		}
	}
	if got := a.get("service/tickets/1", "fields", "ID,Board/Name,Status/_info").want(200).body; !strings.HasPrefix(got, `{"id":1,"board":{"name":"Help Desk"},"status":{`) {
		t.Error(got)
	}
}

func TestR17_TimeDefaults(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	const body = `{"chargeToId":1,"chargeToType":"ServiceTicket","timeStart":"2026-06-03T13:00:00Z","timeEnd":"2026-06-03T13:30:00Z"`
	made := a.do("POST", "time/entries", body+`}`).want(201).object()
	for path, want := range map[string]any{
		"workType.name": "Regular", "workRole.name": "Engineer", "location.name": "HQ", "department.name": "Professional Services", "hoursBilled": 0.5,
		"timeSheet.name": "2026-05-30 to 2026-06-05", "status": "Open", "member.identifier": "apimember",
	} {
		if got := in(made, path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	a.srv.Edit("system/members/20", map[string]any{"workType": connectwisetest.ByName("Remote"), "workRole": connectwisetest.ByName("Administrative")})
	if got := a.do("POST", "time/entries", body+`}`).want(201).object(); in(got, "workType.name") != "Remote" || in(got, "workRole.name") != "Administrative" {
		t.Errorf("defaults of the member: %v", got)
	}
	a.srv.Edit("service/boards/1", map[string]any{"workType": connectwisetest.ByName("After Hours")})
	if got := a.do("POST", "time/entries", body+`}`).want(201).object(); in(got, "workType.name") != "After Hours" {
		t.Errorf("defaults of the board: %v", got)
	}
	if got := a.do("POST", "time/entries", body+`,"workType":{"name":"Regular"}}`).want(201).object(); in(got, "workType.name") != "Regular" {
		t.Errorf("given: %v", got)
	}
	if got := a.get("time/sheets").want(200).list(); len(got) != 1 {
		t.Errorf("sheets: %v", got)
	}
}

func TestR18_Tokens(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	a.srv.AsPerson("tech1")
	a.do("POST", "system/members/tech1/tokens", `{"memberIdentifier":"tech1"}`).want(403)
	a.srv.EditMember("apimember", func(m *connectwisetest.Member) { m.Impersonate = true })
	for _, path := range []string{"system/members/tech1/tokens", "system/members/21/tokens"} {
		got := a.do("POST", path, `{"memberIdentifier":"tech1"}`).want(200).object()
		b := *a
		b.creds.PublicKey, b.creds.PrivateKey = got["publicKey"].(string), got["privateKey"].(string)
		if me := b.get("system/myMembers").want(200).object()["identifier"]; me != "tech1" {
			t.Errorf("%s lets in %v", path, me)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://cw.test/v4_6_release/login/login.aspx?response=json", strings.NewReader("CompanyName=training"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := a.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusNotImplemented {
		t.Errorf("the old log-in answers %s", resp.Status)
	}
}

func TestR19_TheLaterFirst(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	for text, order := range map[string]string{"[{\"id\":3}]": "dateEntered desc", "[{\"id\":1}]": "closedFlag asc"} {
		if got := a.get("service/tickets", "orderBy", order, "pageSize", "1", "fields", "id").want(200).body; got != text {
			t.Errorf("%s: %s", order, got)
		}
	}
}

func TestO1_ForwardOnlySearch(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	r := a.do("POST", "service/tickets/search?pageSize=3&fields=id", `{"conditions":"id > 0"}`, "pagination-type", "forward-only").want(200)
	if len(r.list()) != 3 || !strings.Contains(r.header.Get("Link"), `pageId=3>; rel="next"`) {
		t.Errorf("%s %v", r.body, r.header["Link"])
	}
	end := a.do("POST", "service/tickets/search?pageSize=3&pageId=3&fields=id", `{"conditions":"id > 0"}`, "pagination-type", "forward-only").want(200)
	if link, ok := end.header["Link"]; end.body != `[{"id":4}]` || !ok || link[0] != "" {
		t.Errorf("%s %v", end.body, end.header["Link"])
	}
}

func TestO3_SeedsAtOnce(t *testing.T) {
	a := desk(t, connectwisetest.Config{ListLag: 60_000_000_000})
	if got := a.get("service/boards/count").body; got != `{"count":2}` {
		t.Errorf("boards: %s", got)
	}
	a.do("POST", "service/tickets", minimal).want(201)
	if got := a.get("service/tickets").body; got != "[]" {
		t.Errorf("a write of the API is listed at once: %s", got)
	}
	if err := a.srv.AsPerson("tech1").EditTicket(a.srv.AddTicket(connectwisetest.Ticket{Summary: "seed", Company: connectwisetest.ByID(250)}), func(t *connectwisetest.Ticket) { t.Summary = "edited" }); err != nil {
		t.Fatal(err)
	}
	if got := a.get("service/tickets", "fields", "summary").body; got != `[{"summary":"edited"}]` {
		t.Errorf("seeds and people: %s", got)
	}
}
