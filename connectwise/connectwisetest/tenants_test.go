package connectwisetest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// What tenants and what stands in front of them do to a desk: the names of the
// tests are those of the cases they rebuild.

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

// The client gave up; minutes later the ticket is there.
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
	// At the screen the contact goes with its company.
	a.do("PATCH", "service/tickets/70001", fmt.Sprintf(`[{"op":"replace","path":"contact","value":{"id":%d}}]`, ours)).want(200)
	if err := a.srv.AsPerson("tech1").EditTicket(70001, func(t *connectwisetest.Ticket) { t.Company = connectwisetest.ByID(251) }); err != nil {
		t.Fatal(err)
	}
	if v, _ := a.srv.Ticket(70001); v.Company.ID != 251 || v.Contact.ID != 0 {
		t.Errorf("at the screen: %+v", v)
	}
}

// A ticket that moves takes the default team of its new board.
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
		if v := a.srv.AddCompany(connectwisetest.Company{Identifier: "RD", Name: "R&D"}); a.get(fmt.Sprintf("company/companies/%d", v)).object()["name"] != "R&D" {
			t.Errorf("%s: a seed is rewritten", name)
		}
	}
}

// Actions that the real server declines answer 200 with success false, and do
// nothing.
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
	a.do("POST", "service/tickets/70004/attachChildren", `{"childTicketIds":[70005]}`).want(200) // again: nothing to decline
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

func TestD18_NoEndpoint(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	a.do("POST", "service/tickets", minimal).want(201)
	a.srv.Inject(connectwisetest.Fault{Path: "service/tickets/70001", Kind: connectwisetest.StatusBefore, Status: 404, Body: `{"code":"ConnectWiseApi","message":"The endpoint does not exist."}`})
	if got := a.get("service/tickets/70001").want(404).body; !strings.Contains(got, "endpoint") {
		t.Error(got)
	}
	a.get("service/tickets/70001").want(200)
}

// An upgrade: what was discovered before leads nowhere, and discovery lags.
func TestD18_Upgrade(t *testing.T) {
	now := noon
	a := desk(t, connectwisetest.Config{Now: func() time.Time { return now }})
	told := func() string {
		resp, err := a.http.Get("http://cw.test/login/companyinfo/training")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		var info struct{ Codebase, VersionCode string }
		if err := json.NewDecoder(resp.Body).Decode(&info); err != nil {
			t.Fatal(err)
		}
		return info.Codebase + info.VersionCode
	}
	path := "/v2025_1/apis/3.0/system/info"
	a.get(path).want(200)
	a.srv.Upgrade("v2026_1/", time.Minute)
	if got := a.get(path).want(404).body; got != `{"code":"ConnectWiseApi","message":"The endpoint does not exist."}` {
		t.Error(got)
	}
	a.get("/v2026_1/apis/3.0/system/info").want(200)
	a.get("system/info").want(200)
	if got := told(); got != "v2025_1/v2025.1" {
		t.Errorf("at once companyinfo says %s", got)
	}
	now = noon.Add(time.Minute)
	if got := told(); got != "v2026_1/v2026.1" {
		t.Errorf("a minute later companyinfo says %s", got)
	}
}

// Switches can be turned while the server runs.
func TestSetSwitches(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	a.get("service/tickets", "fields", "nothing").want(200)
	a.srv.SetSwitches(func(s *connectwisetest.Switches) { s.StrictFields = true })
	a.get("service/tickets", "fields", "nothing").want(400)
}

// A gateway's page instead of the answer, although the create was carried out.
func TestD19_GatewayPages(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	for i, status := range []int{408, 403, 413, 502} {
		a.srv.Inject(connectwisetest.Fault{Method: "POST", Kind: connectwisetest.HTMLAfter, Status: status})
		r := a.do("POST", "service/tickets", minimal).want(status)
		if json.Valid([]byte(r.body)) || r.header.Get("Content-Type") != "text/html" || len(a.srv.Tickets()) != i+1 {
			t.Errorf("%d: %s, %d tickets", status, r.body, len(a.srv.Tickets()))
		}
	}
}

// Answers that are well formed and wrong.
func TestD21_MangledAnswers(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	a.srv.Inject(
		connectwisetest.Fault{Method: "GET", Path: "service/tickets", Kind: connectwisetest.StatusBefore, Status: 200, Body: "[]"},
		connectwisetest.Fault{Method: "POST", Path: "notes", Kind: connectwisetest.StatusAfter, Status: 201, Body: `{"id":7,"text":"another"}`},
		connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.Garbage, Body: `{"id":`},
	)
	if got := a.get("service/tickets").want(200).body; got != "[]" {
		t.Error(got)
	}
	a.do("POST", "service/tickets/1/notes", `{"text":"mine","internalAnalysisFlag":true}`).want(201)
	if got := a.do("POST", "service/tickets", minimal).want(200).body; got != `{"id":` {
		t.Error(got)
	}
	if len(a.srv.Notes(1)) != 1 || len(a.srv.Tickets()) != 5 {
		t.Errorf("%d notes, %d tickets", len(a.srv.Notes(1)), len(a.srv.Tickets()))
	}
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

func many(t *testing.T, n int, sw connectwisetest.Switches) *api {
	a := desk(t, connectwisetest.Config{Switches: sw})
	for i := range n {
		a.srv.AddTicket(connectwisetest.Ticket{Summary: fmt.Sprint(i), Company: connectwisetest.ByID(250)})
	}
	return a
}

// Pages are capped, and the Link header is missing, of something else or
// unreadable, in both modes.
func TestW1_CappedPages(t *testing.T) {
	for links, want := range map[connectwisetest.Links]func(string, bool) bool{
		connectwisetest.LinksPlain:   func(link string, _ bool) bool { return strings.Contains(link, `rel="next"`) },
		connectwisetest.LinksMissing: func(_ string, ok bool) bool { return !ok },
		connectwisetest.LinksPreload: func(link string, _ bool) bool {
			return strings.Contains(link, "rel=preload") && !strings.Contains(link, "next")
		},
		connectwisetest.LinksUnreadable: func(link string, _ bool) bool {
			return strings.Contains(link, `<%zz:`) && strings.Contains(link, `rel="next"`)
		},
	} {
		a := many(t, 7, connectwisetest.Switches{PageCap: 3, Links: links})
		for _, mode := range []string{"", "forward-only"} {
			var seen []string
			query := "service/tickets?pageSize=1000&fields=id&orderBy=id"
			for page := 1; len(seen) < 7 && page < 9; page++ {
				r := a.do("GET", query, "", "pagination-type", mode).want(200)
				if link, ok := r.header["Link"]; page == 1 && !want(strings.Join(link, ""), ok) {
					t.Errorf("%d %q: Link %q", links, mode, link)
				}
				if len(r.list()) > 3 {
					t.Fatalf("a page of %d", len(r.list()))
				}
				seen = append(seen, strings.Fields(ids(r.list()))...)
				query = fmt.Sprintf("service/tickets?pageSize=1000&fields=id&orderBy=id&page=%d&pageId=%s", page+1, seen[len(seen)-1])
			}
			if len(seen) != 7 {
				t.Errorf("%d %q: %v", links, mode, seen)
			}
		}
	}
	a := many(t, 7, connectwisetest.Switches{PageCap: 3, LinkHost: "evil.example"})
	if got := a.get("service/tickets").header.Get("Link"); !strings.HasPrefix(got, "<http://evil.example/") {
		t.Errorf("Link %s", got)
	}
}

// Pages without end: each names a next one and brings nothing new.
func TestW3_EndlessPages(t *testing.T) {
	for pages, want := range map[connectwisetest.Pages]string{connectwisetest.PagesRepeat: `[{"id":70001},{"id":70002}]`, connectwisetest.PagesEmpty: `[]`} {
		for _, mode := range []string{"", "forward-only"} {
			a := many(t, 5, connectwisetest.Switches{Pages: pages})
			path, cursors := "service/tickets?pageSize=2&fields=id", map[string]bool{}
			for page := range 6 {
				r := a.do("GET", path, "", "pagination-type", mode).want(200)
				if page > 0 && r.body != want {
					t.Errorf("page %d: %s, want %s", page, r.body, want)
				}
				target, _, _ := strings.Cut(strings.TrimPrefix(r.header.Get("Link"), "<"), ">")
				u, err := url.Parse(target)
				if err != nil || u.Path == "" || cursors[u.RawQuery] {
					t.Fatalf("page %d names the next %q", page, target)
				}
				cursors[u.RawQuery] = true
				path = "service/tickets?" + u.RawQuery
			}
		}
	}
}

// A delivery of a server that listens nowhere verifies as documented: the key
// comes from the address the body names, over the server's own transport.
func TestW11_CallbacksInMemory(t *testing.T) {
	var body, signature atomic.Value
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body.Store(b)
		signature.Store(r.Header.Get("x-content-signature"))
	}))
	defer hook.Close()
	a := desk(t, quick())
	a.subscribe(hook.URL+"/?recordId=", "ticket", "owner", 0, "").want(201)
	a.do("POST", "service/tickets", minimal).want(201)
	a.settle()
	var sent struct {
		FromURL  string `json:"FromUrl"`
		Metadata struct {
			KeyURL string `json:"key_url"`
		}
	}
	raw, _ := body.Load().([]byte)
	if err := json.Unmarshal(raw, &sent); err != nil {
		t.Fatal(err)
	}
	if u, err := url.Parse(sent.Metadata.KeyURL); err != nil || u.Scheme != "https" || u.Host != sent.FromURL || !strings.HasSuffix(u.Host, ".myconnectwise.net") {
		t.Errorf("key URL %s, from %s", sent.Metadata.KeyURL, sent.FromURL)
	}
	resp, err := a.srv.Client().Get(sent.Metadata.KeyURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var key struct {
		SigningKey string `json:"signing_key"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&key); err != nil {
		t.Fatal(err)
	}
	secret := sha256.Sum256([]byte(key.SigningKey))
	mac := hmac.New(sha256.New, secret[:])
	mac.Write(raw)
	if diff := cmp.Diff(base64.StdEncoding.EncodeToString(mac.Sum(nil)), signature.Load()); diff != "" {
		t.Error(diff)
	}
}

func TestW12_ForeignSite(t *testing.T) {
	a := desk(t, connectwisetest.Config{Switches: connectwisetest.Switches{ForeignSite: "evil.example"}})
	resp, err := a.http.Get("http://cw.test/login/companyinfo/training")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var info map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&info); err != nil || info["SiteUrl"] != "evil.example" {
		t.Errorf("%v %v", info, err)
	}
	if got := in(a.do("POST", "service/tickets", minimal).want(201).object(), "board._info.board_href"); got != "https://na.myconnectwise.net/v2025_1/apis/3.0//service/boards/1" {
		t.Errorf("links lead to %v", got)
	}
}

// A file keeps the name it was sent with: cleaning it is the client's part.
func TestW14_HostileFileNames(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	for _, name := range []string{"../../etc/cron.d/x", `..\..\boot.ini`, "a\u202egnp.exe"} {
		body, kind := form(map[string]string{"recordType": "Ticket", "recordId": "1"}, "FILE", "x")
		body = strings.Replace(body, `filename="FILE"`, `filename="`+strings.ReplaceAll(name, `\`, `\\`)+`"`, 1)
		made := a.do("POST", "system/documents", body, "Content-Type", kind).want(201).object()
		if made["fileName"] != name || made["title"] != name {
			t.Errorf("%q became %q, titled %q", name, made["fileName"], made["title"])
		}
		a.get(fmt.Sprintf("system/documents/%v/download", made["id"])).want(200)
	}
}
