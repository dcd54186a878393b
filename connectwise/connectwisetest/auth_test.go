package connectwisetest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

func TestRoutingAndAuth(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	raw := func(url string, change func(*http.Request)) answer {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(a.creds.Company+"+"+a.creds.PublicKey, a.creds.PrivateKey)
		r.Header.Set("clientId", a.creds.ClientID)
		change(r)
		resp, err := a.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer{t, resp.StatusCode, resp.Header, string(b)}
	}
	const base = "http://cw.test/v4_6_release/apis/3.0/"
	keep := func(*http.Request) {}
	for name, tc := range map[string]struct {
		url    string
		change func(*http.Request)
		status int
		body   string
	}{
		"companyinfo needs no key":        {"http://cw.test/login/companyinfo/training", func(r *http.Request) { r.Header = http.Header{} }, 200, `"Codebase":"v2025_1/"`},
		"unknown company is null":         {"http://cw.test/login/companyinfo/nobody", keep, 200, "null"},
		"the tenant's codebase":           {"http://cw.test/v2025_1/apis/3.0/system/info", keep, 200, `"version":"v2025.1.10451"`},
		"paths count without case":        {base + "System/MYSECURITY", keep, 200, "Service Tickets"},
		"wrong codebase":                  {"http://cw.test/v2019_5/apis/3.0/system/info", keep, 400, "Cannot route. Codebase/company is invalid"},
		"doubled path":                    {base + "v4_6_release/apis/3.0/system/info", keep, 400, "Cannot route. Codebase/company is invalid"},
		"host of the screens":             {"https://na.myconnectwise.net/v4_6_release/apis/3.0/system/info", keep, 403, `{"code":"Security","message":"SSL is required.","errors":null}`},
		"companyinfo there":               {"https://eu.myconnectwise.net/login/companyinfo/training", keep, 200, `"Codebase":"v2025_1/"`},
		"host of the API":                 {"https://api-na.myconnectwise.net/v4_6_release/apis/3.0/system/info", keep, 200, "v2025.1"},
		"wrong route":                     {base + "service/ticket", keep, 404, `{"code":"ConnectWiseApi","message":"The endpoint does not exist."}`},
		"wrong company":                   {base + "system/info", func(r *http.Request) { r.SetBasicAuth("other+"+a.creds.PublicKey, a.creds.PrivateKey) }, 400, "Cannot route"},
		"wrong key":                       {base + "system/info", func(r *http.Request) { r.SetBasicAuth("training+"+a.creds.PublicKey, "x") }, 401, `"code":"Unauthorized"`},
		"no plus":                         {base + "system/info", func(r *http.Request) { r.SetBasicAuth("training", a.creds.PrivateKey) }, 401, "UserNotAuthenticated"},
		"no clientId":                     {base + "system/info", func(r *http.Request) { r.Header.Del("clientId") }, 403, "clientId"},
		"pinned to a version that is not": {base + "system/info", func(r *http.Request) { r.Header.Set("Accept", "application/vnd.connectwise.com+json; version=0.0") }, 400, "does not support the API version '0.0'"},
	} {
		t.Run(name, func(t *testing.T) {
			got := raw(tc.url, tc.change)
			if got.status != tc.status || !strings.Contains(got.body, tc.body) {
				t.Errorf("%d %s, want %d with %s", got.status, got.body, tc.status, tc.body)
			}
		})
	}
}

func TestClientIDRules(t *testing.T) {
	a := desk(t, connectwisetest.Config{ClientIDs: []string{"ABCD"}, Switches: connectwisetest.Switches{MissingClientIDStatus: 401}})
	a.get("system/info").want(200)
	a.creds.ClientID = "abcd"
	a.get("system/info").want(200)
	a.creds.ClientID = "other"
	a.get("system/info").want(401)
}

func role(change func(map[string]*connectwisetest.Permission)) []connectwisetest.Permission {
	full := connectwisetest.FullRole()
	by := map[string]*connectwisetest.Permission{}
	for i := range full {
		by[full[i].Function] = &full[i]
	}
	change(by)
	return full
}

func TestPermissions(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	foreign := a.srv.AddTicket(connectwisetest.Ticket{Summary: "not ours", Board: connectwisetest.ByID(1), Company: connectwisetest.ByID(250)})
	own := a.do("POST", "service/tickets", minimal).want(201).object()["id"]
	if own != float64(foreign+1) {
		t.Fatalf("second ticket is %v", own)
	}
	as := func(change func(map[string]*connectwisetest.Permission)) {
		a.srv.EditMember("apimember", func(m *connectwisetest.Member) { m.Role = role(change) })
	}
	as(func(p map[string]*connectwisetest.Permission) { p["Service Tickets"].Inquire = connectwisetest.My })
	if got := a.get("service/tickets").want(200).list(); len(got) != 1 || got[0]["id"] != own {
		t.Errorf("with inquire My the list is %v", got)
	}
	a.get("service/tickets/70001").want(404)
	a.get("service/tickets/70001/notes").want(404)

	as(func(p map[string]*connectwisetest.Permission) { p["Close Service Tickets"].Edit = connectwisetest.None })
	a.do("PATCH", "service/tickets/70002", `[{"op":"replace","path":"summary","value":"still allowed"}]`).want(200)
	got := a.do("PATCH", "service/tickets/70002", `[{"op":"replace","path":"status","value":{"name":"Closed"}}]`).want(403).object()
	if got["code"] != "Security" || got["message"] != "You do not have security permission to perform this action." {
		t.Errorf("closing without the right: %v", got)
	}
	if v, _ := a.srv.Ticket(70002); v.Closed {
		t.Error("the ticket was closed all the same")
	}

	as(func(p map[string]*connectwisetest.Permission) { p["Service Tickets"].Add = connectwisetest.None })
	a.do("POST", "service/tickets", minimal).want(403)
	as(func(p map[string]*connectwisetest.Permission) { p["Table Setup"].Inquire = connectwisetest.None })
	a.get("service/boards").want(403)
	a.get("service/tickets").want(200)
	rows := a.get("system/mySecurity", "conditions", `moduleFunctionName="Table Setup"`).want(200).list()
	if len(rows) != 1 || rows[0]["inquireLevel"] != "None" {
		t.Errorf("mySecurity: %v", rows)
	}

	a.srv.AddContact(connectwisetest.Contact{FirstName: "Jorge", Company: connectwisetest.ByID(250)})
	if got := a.get("company/contacts/58001").want(200).object(); in(got, "company.id") != 250.0 {
		t.Errorf("contact: %v", got)
	}
	as(func(p map[string]*connectwisetest.Permission) {
		p["Company Maintenance"].Inquire = connectwisetest.None
	})
	a.get("company/companies").want(403)
	for _, got := range append(a.get("company/contacts").want(200).list(), a.get("company/contacts/58001").want(200).object()) {
		if got["company"] != nil || got["site"] != nil || got["firstName"] != "Jorge" {
			t.Errorf("contact without a right to companies: %v", got)
		}
	}
}
