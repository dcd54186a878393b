package connectwisetest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// Tests of special behaviour of tenants and gateways. Tests are named after the
// cases.

func TestD1_XRefDropped(t *testing.T) {
	a := desk(t, connectwisetest.Config{Switches: connectwisetest.Switches{ExternalXRef: connectwisetest.XRefDropped}})
	if got := a.do("POST", "service/tickets", `{"summary":"x","company":{"id":250},"externalXRef":"cdk1:a"}`).want(201).object(); got["externalXRef"] != nil {
		t.Errorf("kept: %v", got["externalXRef"])
	}
	if got := a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"externalXRef","value":"cdk1:a"}]`).want(200).object(); got["externalXRef"] != "cdk1:a" {
		t.Errorf("a later write is dropped, too: %v", got["externalXRef"])
	}
}

func TestD2_XRefOverwritten(t *testing.T) {
	a := desk(t, connectwisetest.Config{Switches: connectwisetest.Switches{ExternalXRef: connectwisetest.XRefOverwritten}})
	if got := a.do("POST", "service/tickets", `{"summary":"x","company":{"id":250},"externalXRef":"cdk1:a"}`).want(201).object(); got["externalXRef"] != "cdk1:a" {
		t.Errorf("the create answers %v", got["externalXRef"])
	}
	got := a.get("service/tickets/70001").object()
	if got["externalXRef"] != "other-tool:70001" || in(got, "_info.updatedBy") != "othertool" {
		t.Errorf("later: %v", got)
	}
}

func TestD2_XRefHidden(t *testing.T) {
	a := desk(t, connectwisetest.Config{Switches: connectwisetest.Switches{ExternalXRef: connectwisetest.XRefHidden}})
	a.do("POST", "service/tickets", `{"summary":"x","company":{"id":250},"externalXRef":"cdk1:a"}`).want(201)
	for _, fields := range []string{"", "id,externalXRef"} {
		if got := a.get("service/tickets/70001", "fields", fields).object(); got["externalXRef"] != nil || got["id"] != 70001.0 {
			t.Errorf("fields %q show %v", fields, got["externalXRef"])
		}
	}
	if got := ids(a.get("service/tickets", "conditions", `externalXRef = "cdk1:a"`).want(200).list()); got != "70001" {
		t.Errorf("conditions find %q", got)
	}
}

// The client gave up, but minutes later the ticket exists.
func TestD4_CreateLandsLate(t *testing.T) {
	now := noon
	a := desk(t, connectwisetest.Config{Now: func() time.Time { return now }})
	a.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.Late, Status: 504, Delay: 5 * time.Minute})
	if r := a.do("POST", "service/tickets", minimal).want(504); r.header.Get("Content-Type") != "text/html" {
		t.Errorf("not a page: %v %s", r.header, r.body)
	}
	for minutes, want := range []string{"[]", "[]", "[]", "[]", "[]", `[{"id":70001}]`} {
		now = noon.Add(time.Duration(minutes) * time.Minute)
		if got := a.get("service/tickets", "fields", "id").want(200).body; got != want {
			t.Errorf("after %d minutes: %s", minutes, got)
		}
	}
}

func TestD6_CompanyOfAContact(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	ours := a.srv.AddContact(connectwisetest.Contact{FirstName: "Ann", Company: connectwisetest.ByID(250)})
	theirs := a.srv.AddContact(connectwisetest.Contact{FirstName: "Bob", Company: connectwisetest.ByID(251)})
	a.do("POST", "service/tickets", fmt.Sprintf(`{"summary":"x","company":{"id":250},"contact":{"id":%d}}`, ours)).want(201)
	move := `{"op":"replace","path":"company","value":{"id":251}}`
	if got := a.do("PATCH", "service/tickets/70001", `[`+move+`,{"op":"replace","path":"summary","value":"y"}]`).want(400).body; !strings.Contains(got, fmt.Sprintf("Contact %d not found for company 251", ours)) {
		t.Error(got)
	}
	if v, _ := a.srv.Ticket(70001); v.Summary != "x" || v.Company.ID != 250 {
		t.Errorf("half of it was written: %+v", v)
	}
	a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"summary","value":"y"}]`).want(200)
	a.do("PATCH", "service/tickets/70001", fmt.Sprintf(`[{"op":"replace","path":"contact","value":{"id":%d}}]`, theirs)).want(400)
	for _, way := range []string{fmt.Sprintf(`{"op":"replace","path":"contact","value":{"id":%d}}`, theirs), `{"op":"remove","path":"contact"}`} {
		got := a.do("PATCH", "service/tickets/70001", `[`+move+`,`+way+`]`).want(200).object()
		if in(got, "company.id") != 251.0 || in(got, "site.name") != "Main" || in(got, "site.id") == 1000.0 {
			t.Errorf("moved: %v, site %v", got["company"], got["site"])
		}
		a.do("PATCH", "service/tickets/70001", `[{"op":"remove","path":"contact"},{"op":"replace","path":"company","value":{"id":250}}]`).want(200)
	}
	// In the user interface the contact is cleared when the company changes.
	a.do("PATCH", "service/tickets/70001", fmt.Sprintf(`[{"op":"replace","path":"contact","value":{"id":%d}}]`, ours)).want(200)
	if err := a.srv.AsPerson("tech1").EditTicket(70001, func(t *connectwisetest.Ticket) { t.Company = connectwisetest.ByID(251) }); err != nil {
		t.Fatal(err)
	}
	if v, _ := a.srv.Ticket(70001); v.Company.ID != 251 || v.Contact.ID != 0 {
		t.Errorf("at the screen: %+v", v)
	}
}

// A ticket that moves gets the default team of its new board.
func TestD6_TeamOfABoard(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	a.srv.AddBoard(connectwisetest.Board{ID: 9, Name: "Network", Teams: []string{"Network Team"}})
	a.do("POST", "service/tickets", minimal).want(201)
	if got := in(a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"board","value":{"id":9}}]`).want(200).object(), "team.name"); got != "Network Team" {
		t.Errorf("team %v", got)
	}
	if got := a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"board","value":{"id":1}},{"op":"replace","path":"team","value":{"name":"Network Team"}}]`).want(400).body; !strings.Contains(got, "Service Team Network Team not found for Service Board 1") {
		t.Error(got)
	}
}

func TestD7_RewrittenTexts(t *testing.T) {
	for name, tc := range map[string]struct {
		switches connectwisetest.Switches
		want     string
	}{
		"kept":     {connectwisetest.Switches{}, `R&D <b> 🦷 "x"`},
		"entities": {connectwisetest.Switches{EncodeEntities: true}, `R&amp;D &lt;b&gt; 🦷 &#34;x&#34;`},
		"replaced": {connectwisetest.Switches{ReplaceUnsupported: true}, `R&D <b> ? "x"`},
	} {
		a := desk(t, connectwisetest.Config{Switches: tc.switches})
		made := a.do("POST", "service/tickets", `{"summary":"R&D <b> 🦷 \"x\"","company":{"id":250},"initialDescription":"R&D"}`).want(201).object()
		if made["summary"] != tc.want || a.get("service/tickets/70001").object()["summary"] != tc.want {
			t.Errorf("%s: %v", name, made["summary"])
		}
		if got := a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"severity","value":"High"}]`).want(200).object()["summary"]; got != tc.want {
			t.Errorf("%s: a write of something else makes it %v", name, got)
		}
		if got := a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"summary","value":"R&amp;D"}]`).want(200).object()["summary"]; got != "R&amp;D" {
			t.Errorf("%s: what was read and is written back becomes %v", name, got)
		}
		if v := a.srv.AddCompany(connectwisetest.Company{Identifier: "RD", Name: "R&D"}); a.get(fmt.Sprintf("company/companies/%d", v)).object()["name"] != "R&D" {
			t.Errorf("%s: a seed is rewritten", name)
		}
	}
}

// Actions that the real server declines answer 200 with success false and have
// no effect.
func TestD8_DeclinedActions(t *testing.T) {
	a := grown(t, connectwisetest.Config{})
	for range 4 {
		a.do("POST", "service/tickets", minimal).want(201)
	}
	closed := `"status":{"name":"Closed"}}`
	a.do("POST", "service/tickets/70002/merge", `{"mergeTicketIds":[70003],`+closed).want(200)
	a.do("POST", "service/tickets/70004/attachChildren", `{"childTicketIds":[70005]}`).want(200)
	for _, r := range []struct{ path, body, want string }{
		{"service/tickets/70001/merge", `{"mergeTicketIds":[70003],` + closed, "Ticket 70003 is already merged."},
		{"service/tickets/70003/merge", `{"mergeTicketIds":[70001],` + closed, "Ticket 70003 is merged itself."},
		{"service/tickets/70001/attachChildren", `{"childTicketIds":[70005]}`, "Ticket 70005 is already a child of ticket 70004."},
		{"service/tickets/70001/attachChildren", `{"childTicketIds":[70004]}`, "Ticket 70004 has children and cannot become a child."},
		{"service/tickets/70005/attachChildren", `{"childTicketIds":[70001]}`, "Ticket 70005 is a child and cannot have children."},
		{"service/tickets/70001/attachChildren", `{"childTicketIds":[70001]}`, "A ticket cannot be bundled with itself."},
		{"service/tickets/70001/attachChildren", `{"childTicketIds":[70002,70003]}`, "A merged ticket cannot be bundled."},
		{"service/tickets/70003/convert", intoProject, "A merged ticket cannot be converted."},
		{"service/tickets/70004/convert", intoProject, "A bundled ticket cannot be converted."},
		{"service/tickets/70005/convert", intoProject, "A bundled ticket cannot be converted."},
	} {
		if got := a.do("POST", r.path, r.body).want(200).body; got != `{"success":false,"message":"`+r.want+`"}` {
			t.Errorf("%s %s: %s", r.path, r.body, got)
		}
	}
	if v, _ := a.srv.Ticket(70002); v.ParentTicket != 0 {
		t.Error("half of a declined bundle was made")
	}
	a.do("POST", "service/tickets/70004/attachChildren", `{"childTicketIds":[70005]}`).want(200) // again: not declined
	a.srv.Inject(connectwisetest.Fault{Path: "merge", Kind: connectwisetest.StatusBefore, Status: 200, Body: `{"success":false,"message":"no"}`})
	if got := a.do("POST", "service/tickets/70001/merge", `{"mergeTicketIds":[70004],`+closed).want(200).body; got != `{"success":false,"message":"no"}` {
		t.Error(got)
	}
}

// Lengths are counted in UTF-16 units.
func TestD9_Lengths(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	for text, want := range map[string]int{strings.Repeat("x", 98) + "🦷": 201, strings.Repeat("x", 99) + "🦷": 400, strings.Repeat("é", 100): 201} {
		a.do("POST", "service/tickets", fmt.Sprintf(`{"summary":%q,"company":{"id":250}}`, text)).want(want)
	}
}

func TestD13_DateHeader(t *testing.T) {
	a := desk(t, connectwisetest.Config{DateOffset: 26 * time.Hour})
	for want, offset := range map[string]time.Duration{"Wed, 03 Jun 2026 12:00:00 GMT": 0, "Tue, 02 Jun 2026 12:00:00 GMT": -24 * time.Hour} {
		if got := a.get("system/info").header.Get("Date"); offset == 0 && got != "Thu, 04 Jun 2026 14:00:00 GMT" {
			t.Errorf("a clock 26 hours ahead says %s", got)
		}
		a.srv.SetDateOffset(offset)
		if got := a.get("system/info").header.Get("Date"); got != want {
			t.Errorf("Date %s, want %s", got, want)
		}
		a.srv.SetDateOffset(26 * time.Hour)
	}
}

// Switches can be changed while the server runs.
func TestEditSwitches(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	a.get("service/tickets", "fields", "nothing").want(200)
	a.srv.EditSwitches(func(s *connectwisetest.Switches) { s.StrictFields = true })
	a.get("service/tickets", "fields", "nothing").want(400)
}

func TestI10_CompaniesOfOthers(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	a.srv.EditMember("apimember", func(m *connectwisetest.Member) {
		m.Role = role(func(p map[string]*connectwisetest.Permission) { p["Company Maintenance"].Inquire = connectwisetest.My })
	})
	if got := a.get("company/companies").want(200).body; got != "[]" {
		t.Errorf("companies of others: %s", got)
	}
	a.get("company/companies/250").want(404)
	a.srv.Add("company/companies/250/teams", map[string]any{"teamRole": connectwisetest.ByID(2), "member": connectwisetest.ByIdentifier("apimember")})
	if got := ids(a.get("company/companies").want(200).list()); got != "250" {
		t.Errorf("own companies: %q", got)
	}
}

func TestI11_DependenciesRow(t *testing.T) {
	for on, want := range map[bool]string{false: "Service Tickets All", true: "Service Ticket - Dependencies None"} {
		a := desk(t, connectwisetest.Config{Switches: connectwisetest.Switches{DependenciesRow: on}})
		for _, path := range []string{"system/mySecurity", "system/securityroles/1/settings"} {
			rows := a.get(path, "conditions", `moduleFunctionName like "Service Ticket%"`).want(200).list()
			if got := fmt.Sprint(rows[0]["moduleFunctionName"], " ", rows[0]["addLevel"]); got != want || rows[len(rows)-1]["moduleFunctionName"] != "Service Tickets" {
				t.Errorf("%s: first row %s of %d, want %s", path, got, len(rows), want)
			}
		}
		a.get("service/tickets").want(200)
	}
}
