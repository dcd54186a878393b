package connectwisetest_test

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

type member struct {
	typ, format string
	max         int
}

// fieldTable returns the vendor's description of records: the shape of each
// member of each schema.
func fieldTable(t *testing.T) map[string]map[string]member {
	t.Helper()
	b, err := os.ReadFile("testdata/fields.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]member{}
	for line := range strings.Lines(string(b)) {
		c := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if out[c[0]] == nil {
			out[c[0]] = map[string]member{}
		}
		max, _ := strconv.Atoi(c[4])
		out[c[0]][c[1]] = member{c[2], c[3], max}
	}
	return out
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// conforms lists the errors in a record of an answer.
func conforms(table map[string]map[string]member, schema, path string, x any) []string {
	o, ok := x.(map[string]any)
	if !ok {
		return []string{fmt.Sprintf("%s: %v is not an object", path, x)}
	}
	if table[schema] == nil {
		return []string{path + ": no description of " + schema}
	}
	var out []string
	for name, v := range o {
		m, known := table[schema][name]
		where := path + "." + name
		if !known {
			out = append(out, where+": unknown member of "+schema)
			continue
		}
		out = append(out, m.check(table, where, v)...)
	}
	return out
}

func (m member) check(table map[string]map[string]member, where string, v any) []string {
	bad := func() []string { return []string{fmt.Sprintf("%s: %v is not %s", where, v, m.typ)} }
	if list, ok := strings.CutPrefix(m.typ, "[]"); ok {
		items, ok := v.([]any)
		if !ok {
			return bad()
		}
		var out []string
		for i, e := range items {
			out = append(out, (member{typ: list}).check(table, fmt.Sprintf("%s[%d]", where, i), e)...)
		}
		return out
	}
	if shape, ok := strings.CutPrefix(m.typ, "->"); ok {
		return conforms(table, shape, where, v)
	}
	switch m.typ {
	case "integer":
		if n, ok := v.(float64); !ok || n != float64(int64(n)) {
			return bad()
		}
	case "number":
		if _, ok := v.(float64); !ok {
			return bad()
		}
	case "boolean":
		if _, ok := v.(bool); !ok {
			return bad()
		}
	case "string":
		s, ok := v.(string)
		if !ok || m.max > 0 && len(utf16.Encode([]rune(s))) > m.max || m.format == "uuid" && !uuid.MatchString(s) {
			return bad()
		}
		if m.format == "date-time" {
			if _, err := time.Parse("2006-01-02T15:04:05Z", s); err != nil {
				return bad()
			}
		}
	case "object":
	default:
		s, ok := v.(string)
		values := strings.Fields(strings.TrimSuffix(strings.TrimPrefix(m.typ, "enum("), ")"))
		for _, e := range values {
			ok = ok && s != e
			if s == e {
				return nil
			}
		}
		return bad()
	}
	return nil
}

// busy returns a tenant with at least one record of every kind.
func busy(t *testing.T) *api {
	a := desk(t, connectwisetest.Config{})
	for _, entity := range []string{"Ticket", "Company", "Contact", "Configuration"} {
		a.srv.AddCustomField(connectwisetest.CustomField{Entity: entity, Caption: "Vendor " + entity})
	}
	a.srv.AddContact(connectwisetest.Contact{FirstName: "Jorge", LastName: "Smith", Company: connectwisetest.ByID(250), Email: "j@acme.test", Phone: "555"})
	a.srv.AddConfiguration(connectwisetest.Configuration{Name: "SRV01", Company: connectwisetest.ByID(250), DeviceIdentifier: "x"})
	addBusiness(a.srv)
	for _, w := range []struct{ path, body string }{
		{"service/tickets", `{"summary":"Printer down","company":{"id":250},"contact":{"id":58001},"type":{"name":"Backup"},"subType":{"name":"Failed job"},"item":{"name":"Server"},"team":{"name":"Service Team"},"owner":{"id":1},"budgetHours":1.5,"requiredDate":"2026-07-01","agreement":{"id":301},"initialDescription":"Text","customFields":[{"id":7,"value":"x"}]}`},
		{"service/tickets", `{"summary":"child","company":{"id":250},"parentTicketId":70001}`},
		{"service/tickets", `{"summary":"grows","company":{"id":250},"initialDescription":"Text"}`},
		{"service/tickets/70003/tasks", `{"notes":"do it"}`},
		{"service/tickets/70001/notes", `{"text":"x","internalAnalysisFlag":true}`},
		{"service/tickets/70001/tasks", `{"notes":"do it"}`},
		{"service/tickets/70001/configurations", `{"id":501}`},
		{"service/tickets/70003/configurations", `{"id":501}`},
		{"service/boards/1/notifications", `{"notifyWho":{"id":1,"name":"Contact"}}`},
		{"service/boards/1/statuses/16/notifications", `{"notifyWho":{"id":1,"name":"Contact"}}`},
		{"company/companies/250/notes", `{"text":"x"}`},
		{"company/companies/250/teams", `{"teamRole":{"id":2},"member":{"identifier":"admin"}}`},
		{"schedule/entries", `{"type":{"id":4},"objectId":70001,"member":{"identifier":"admin"},"dateStart":"2026-06-03T13:00:00Z","hours":1}`},
		{"time/chargeCodes", `{"name":"Internal","company":{"id":250},"timeEntryFlag":true}`},
		{"finance/agreements/301/additions", `{"product":{"identifier":"COVE-SRV"},"quantity":3,"billCustomer":"Billable"}`},
		{"finance/agreements/301/adjustments", `{"amount":-5,"description":"credit","effectiveDate":"2026-06-01T00:00:00Z"}`},
		{"sales/activities", `{"name":"Call","assignTo":{"identifier":"admin"},"company":{"id":250}}`},
		{"system/links", `{"name":"Cove","url":"https://backup.test"}`},
		{"company/companies/250/typeAssociations", `{"type":{"id":1},"company":{"id":250}}`},
		{"company/contacts/58001/notes", `{"text":"x"}`},
		{"company/contacts/types", `{"description":"Owner"}`},
		{"company/contacts/departments", `{"name":"Sales"}`},
		{"company/contacts/relationships", `{"name":"Spouse"}`},
		{"company/configurations/types/1/questions", `{"fieldType":"Text","entryType":"EntryField","sequenceNumber":1,"question":"RAM"}`},
		{"company/configurations/types/1/questions/1/values", `{"value":"16GB"}`},
		{"system/callbacks", `{"url":"http://127.0.0.1:9/?recordId=","objectId":9,"type":"ticket","level":"ticket"}`},
		{"time/entries", `{"chargeToId":70001,"chargeToType":"ServiceTicket","timeStart":"2026-06-03T13:00:00Z","timeEnd":"2026-06-03T13:30:00Z","notes":"x","addToResolutionFlag":true}`},
		{"time/entries", `{"chargeToId":70003,"chargeToType":"ServiceTicket","timeStart":"2026-06-03T13:00:00Z","actualHours":1,"notes":"y"}`},
	} {
		a.do("POST", w.path, w.body).want(201)
	}
	for _, ticket := range []string{"70001", "70003"} {
		body, kind := form(map[string]string{"recordType": "Ticket", "recordId": ticket}, "a.txt", "x")
		a.do("POST", "system/documents", body, "Content-Type", kind).want(201)
	}
	a.do("POST", "service/tickets/70003/convert", `{"project":{"id":4,"name":"Migration"},"phase":{"id":5,"name":"Cut-over"},"wbsCode":"1.2"}`).want(200)
	return a
}

// addBusiness adds records that the API can only read, and records that others
// refer to.
func addBusiness(srv *connectwisetest.Server) {
	addProject(srv)
	srv.Add("procurement/catalog", map[string]any{
		"identifier": "COVE-SRV", "description": "Server backup", "price": 25, "cost": 10,
		"subcategory": connectwisetest.ByName("Backup"), "type": connectwisetest.ByName("Service"), "customerDescription": "Server backup",
	})
	contact := srv.AddContact(connectwisetest.Contact{FirstName: "Ann", Company: connectwisetest.ByID(250)})
	for _, row := range []struct {
		collection string
		members    map[string]any
	}{
		{"finance/agreements", map[string]any{"name": "Backup", "type": connectwisetest.ByName("Backup"), "company": connectwisetest.ByID(250), "contact": connectwisetest.ByID(contact), "startDate": noon}},
		{"finance/invoices", map[string]any{"invoiceNumber": "17", "company": connectwisetest.ByID(250)}},
		{"procurement/products", map[string]any{"catalogItem": connectwisetest.ByIdentifier("COVE-SRV"), "quantity": 1, "company": connectwisetest.ByID(250)}},
		{"project/projects/4/notes", map[string]any{"text": "begun"}},
		{"company/companies/250/groups", map[string]any{"group": connectwisetest.ByName("Newsletter")}},
		{"time/accruals", map[string]any{"location": connectwisetest.ByID(2)}},
		{"sales/opportunities", map[string]any{"name": "More backup", "company": connectwisetest.ByID(250), "contact": connectwisetest.ByID(contact), "primarySalesRep": connectwisetest.ByIdentifier("admin")}},
		{"sales/orders", map[string]any{"company": connectwisetest.ByID(250), "status": connectwisetest.ByName("Open"), "salesRep": connectwisetest.ByIdentifier("admin")}},
		{"sales/salesTeams", map[string]any{"salesTeamIdentifier": "East", "salesTeamDescription": "East", "salesTeamLocation": connectwisetest.ByID(2)}},
	} {
		srv.Add(row.collection, row.members)
	}
}

// listOnly are the lists whose rows cannot be read one by one or counted.
var listOnly = map[string]bool{
	"service/tickets/info": true, "service/tickets/changelogs": true, "service/tickets/calculateSla": true, "service/tickets/70001/allNotes": true,
	"project/tickets/70003/allNotes": true, "project/tickets/70003/documents": true, "project/tickets/70003/timeentries": true, "service/tickets/70001/documents": true, "service/tickets/70001/timeentries": true,
	"service/tickets/70001/scheduleentries": true, "service/boards/1/usages": true, "system/mySecurity": true, "system/reports": true,
	"system/audittrail?type=Ticket&id=70001": true, "system/documents?recordType=Ticket&recordId=70001": true,
}

// derivedLists are the lists that are derived from other collections.
var derivedLists = map[string]string{
	"service/tickets/info": "TicketInfo", "service/tickets/changelogs": "TicketChangeLog", "service/tickets/calculateSla": "Ticket",
	"service/tickets/70001/allNotes": "ServiceTicketNote", "project/tickets/70003/allNotes": "ProjectTicketNote",
	"service/tickets/70001/configurations": "ConfigurationReference", "service/tickets/70001/documents": "DocumentReference", "service/tickets/70001/timeentries": "TimeEntryReference",
	"service/tickets/70001/scheduleentries": "ScheduleEntryReference",
	"project/tickets/70003/configurations":  "ConfigurationReference", "project/tickets/70003/documents": "DocumentReference", "project/tickets/70003/timeentries": "TimeEntryReference",
	"service/teams": "ServiceTeam", "service/info/boards": "BoardInfo", "service/boards/1/usages": "Usage",
	"service/boards/1/typeSubTypeItemAssociations": "BoardTypeSubTypeItemAssociation", "system/apiMembers": "Member", "system/info/members": "MemberInfo",
	"system/mySecurity": "MySecurity", "system/securityroles": "SecurityRole", "system/securityroles/1/settings": "SecurityRoleSetting", "system/userDefinedFields": "UserDefinedField",
	"system/audittrail?type=Ticket&id=70001": "AuditTrailEntry", "system/documents?recordType=Ticket&recordId=70001": "DocumentInfo",
}

// owners are the records of busy to which nested collections belong.
var owners = strings.NewReplacer(
	"service/tickets/#", "service/tickets/70001", "project/tickets/#", "project/tickets/70003", "service/boards/#/statuses/#", "service/boards/1/statuses/16",
	"service/boards/#", "service/boards/1", "company/companies/#", "company/companies/250", "company/contacts/#", "company/contacts/58001",
	"types/#/questions/#", "types/1/questions/1", "types/#", "types/1", "agreements/#", "agreements/301", "projects/#", "projects/4",
)

// Every answer has the members, types and lengths of the vendor's description.
func TestAnswersAgainstDescription(t *testing.T) {
	table := fieldTable(t)
	a := busy(t)
	lists := maps.Clone(derivedLists)
	for path, schema := range connectwisetest.Collections() {
		lists[owners.Replace(path)] = schema
	}
	for path, schema := range lists {
		t.Run(path, func(t *testing.T) {
			sep := "?"
			if strings.Contains(path, "?") {
				sep = "&"
			}
			r := a.do("GET", path+sep+"pageSize=1000", "")
			r.t = t
			rows := r.want(200).list()
			if len(rows) == 0 {
				t.Error("no rows to check")
			}
			for i, row := range rows {
				for _, problem := range conforms(table, schema, fmt.Sprintf("[%d]", i), row) {
					t.Error(problem)
				}
			}
			if listOnly[path] {
				return
			}
			if len(rows) > 0 {
				one := a.do("GET", path+fmt.Sprintf("/%v", rows[0]["id"]), "")
				one.t = t
				for _, problem := range conforms(table, schema, "one", one.want(200).object()) {
					t.Error(problem)
				}
			}
			count := a.do("GET", path+"/count", "")
			count.t = t
			if got := count.want(200).body; got != fmt.Sprintf(`{"count":%d}`, len(rows)) {
				t.Errorf("count %s for %d rows", got, len(rows))
			}
		})
	}
}
