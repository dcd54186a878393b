package covetest_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/cove/covetest"
)

func TestO2_LoginWithoutPartner(t *testing.T) {
	for needs, want := range map[bool]int{false: 0, true: 2100} {
		srv := covetest.NewServer(covetest.Config{Switches: covetest.Switches{LoginNeedsPartner: needs}})
		w := dial(t, srv)
		api := srv.Credentials()
		got := 0
		if a := w.call("Login", map[string]any{"username": api.Username, "password": api.Password}); a.Error != nil {
			got = a.Error.Data
		}
		same(t, fmt.Sprint(needs), got, want)
	}
}

func TestO3_ListLag(t *testing.T) {
	c := newClock()
	srv := covetest.NewServer(covetest.Config{Now: c.now, Switches: covetest.Switches{ListLag: time.Minute}})
	seeded := srv.AddPartner(covetest.Partner{Name: "Seeded"})
	device := srv.AddDevice(covetest.Device{Name: "d", PartnerID: seeded})
	w := dial(t, srv)
	shown := func() string {
		var list []struct{ Name, ExternalCode string }
		w.must("EnumeratePartners", map[string]any{"parentPartnerId": srv.RootID(), "fetchRecursively": true, "fields": []int{0, 18}}, &list)
		var tree struct{ ActualChildCount int }
		w.must("EnumerateChildPartners", map[string]any{"partnerId": srv.RootID(), "partnerFilter": map[string]any{}}, &tree)
		text := fmt.Sprint(tree.ActualChildCount)
		for _, p := range list {
			text += " " + p.Name + "=" + p.ExternalCode
		}
		for _, r := range w.rows(map[string]any{"Columns": []string{"AL", "AN", "PF"}}) {
			text += " " + r.cells()["AN"] + "=" + r.cells()["AL"] + r.cells()["PF"]
		}
		return text
	}
	same(t, "seeds while the clock stands", shown(), "1 Seeded= d=")
	w.must("ModifyPartner", map[string]any{"partnerInfo": map[string]any{"Id": seeded, "ExternalCode": "a"}}, nil)
	var added int64
	w.must("AddPartner", map[string]any{"partnerInfo": map[string]any{"ParentId": srv.RootID(), "Name": "Added", "Level": "EndCustomer", "ServiceType": "AllInclusive"}}, &added)
	w.must("ModifyAccount", map[string]any{"accountInfo": map[string]any{"Id": device, "NameAlias": "x"}}, nil)
	w.must("AddAccount", map[string]any{"accountInfo": map[string]any{"PartnerId": added, "Name": "e"}}, nil)
	var one struct{ Name, ExternalCode string }
	w.must("GetPartnerInfoById", map[string]any{"partnerId": seeded}, &one)
	same(t, "by id", one.ExternalCode, "a")
	w.must("GetPartnerInfoById", map[string]any{"partnerId": added}, &one)
	same(t, "after the writes", shown(), "1 Seeded= d=")
	c.step(40 * time.Second)
	w.must("ModifyPartner", map[string]any{"partnerInfo": map[string]any{"Id": seeded, "ExternalCode": "b"}}, nil)
	c.step(19 * time.Second)
	same(t, "a second before", shown(), "1 Seeded= d=")
	c.step(time.Second)
	same(t, "a minute later", shown(), "2 Seeded=a Added= d=xa e=")
	c.step(40 * time.Second)
	same(t, "the second write", shown(), "2 Seeded=b Added= d=xb e=")
}

func TestO11_UnavailableThroughout(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	w.srv.Inject(covetest.Fault{Kind: covetest.StatusBefore, Times: -1})
	for range 3 {
		if status, _ := w.post(`{"jsonrpc":"2.0","id":"1","method":"GetServerInfo"}`); status != http.StatusServiceUnavailable {
			t.Errorf("HTTP %d", status)
		}
	}
}

func TestGatewayInFront(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	customer := w.srv.AddPartner(covetest.Partner{Name: "c"})
	const login = "<html><title>Guest network: sign in</title></html>"
	w.srv.Inject(covetest.Fault{Kind: covetest.HTMLAfter, Method: "ModifyPartner", Status: 413, Body: login},
		covetest.Fault{Kind: covetest.HTML, Path: "/JSONAPI", Body: login, Times: -1})
	for _, status := range []int{413, 200, 200} {
		got, out := w.post(fmt.Sprintf(`{"jsonrpc":"2.0","id":"1","visa":%q,"method":"ModifyPartner","params":{"partnerInfo":{"Id":%d,"ExternalCode":"x%d"}}}`, w.visa, customer, status))
		if got != status || string(out) != login {
			t.Errorf("HTTP %d: %s", got, out)
		}
	}
	if p, _ := w.srv.Partner(customer); p.ExternalCode != "x413" {
		t.Errorf("the reference is %q: the first page came after the effect, the others before", p.ExternalCode)
	}
}

func TestD4_LateWrite(t *testing.T) {
	c := newClock()
	w := dial(t, covetest.NewServer(covetest.Config{Now: c.now}))
	w.srv.Inject(covetest.Fault{Kind: covetest.Late, Method: "AddPartner", Delay: 5 * time.Minute, Status: 504})
	if status, _ := w.post(fmt.Sprintf(`{"jsonrpc":"2.0","id":"1","visa":%q,"method":"AddPartner","params":{"partnerInfo":{"ParentId":%d,"Name":"late","Level":"EndCustomer","ServiceType":"AllInclusive"}}}`,
		w.visa, w.srv.RootID())); status != http.StatusGatewayTimeout {
		t.Errorf("HTTP %d", status)
	}
	for _, want := range []int{1, 1, 2} {
		w.must("GetServerInfo", map[string]any{}, nil)
		if n := len(w.srv.Partners()); n != want {
			t.Errorf("at %v: %d partners, want %d", c.t, n, want)
		}
		c.step(3 * time.Minute)
	}
}

func TestS11_ForbiddenColumns(t *testing.T) {
	w := fleet(t, covetest.Config{Switches: covetest.Switches{ForbiddenColumns: []string{"AR", "D02"}}})
	for name, query := range map[string]map[string]any{
		"Columns": {"Columns": []string{"AU", "AR"}}, "a source": {"Columns": []string{"AU", "D02F00"}}, "Filter": {"Filter": "ar == 'x'"},
		"OrderBy": {"OrderBy": "AR ASC"}, "Totals": {"Totals": []string{"SUM(D02F03)"}},
	} {
		query["PartnerId"] = w.srv.RootID()
		if e := w.refused("EnumerateAccountStatistics", map[string]any{"query": query}); e.Data != 13501 || strings.Contains(e.Message, "AR") || strings.Contains(e.Message, "D02") {
			t.Errorf("%s: %+v names the column, or is another error", name, e)
		}
	}
	same(t, "the others", len(w.rows(map[string]any{"Columns": []string{"AU", "S0", "D01F00"}})), 3)
}

func TestW2_StartIgnored(t *testing.T) {
	w := fleet(t, covetest.Config{Switches: covetest.Switches{IgnoreStart: true, PageLimit: 2}})
	for _, start := range []int{0, 2, 400} {
		same(t, fmt.Sprint(start), ids(w.rows(map[string]any{"StartRecordNumber": start, "OrderBy": "AU ASC"})), []int64{1001, 1002})
	}
}

func TestW21_Latin1(t *testing.T) {
	srv := covetest.NewServer(covetest.Config{Switches: covetest.Switches{Latin1: true}})
	const name = "Müller €😀"
	srv.AddPartner(covetest.Partner{Name: name})
	w := dial(t, srv)
	_, out := w.post(fmt.Sprintf(`{"jsonrpc":"2.0","id":"1","visa":%q,"method":"EnumeratePartners","params":{"parentPartnerId":%d,"fields":[0]}}`, w.visa, srv.RootID()))
	if !bytes.Contains(out, []byte("M\xfcller \\u20ac\\ud83d\\ude00")) {
		t.Errorf("%q", out)
	}
}

func TestW6_ByteOrderMark(t *testing.T) {
	srv := covetest.NewServer(covetest.Config{})
	w := dial(t, srv)
	srv.EditSwitches(func(s *covetest.Switches) { s.ByteOrderMark = true })
	_, out := w.post(`{"jsonrpc":"2.0","id":"1","visa":"` + w.visa + `","method":"GetServerInfo"}`)
	if rest, ok := bytes.CutPrefix(out, []byte("\ufeff")); !ok || !json.Valid(rest) {
		t.Errorf("%q", out)
	}
}

func TestD13_DateHeader(t *testing.T) {
	c := newClock()
	srv := covetest.NewServer(covetest.Config{Now: c.now})
	dates := func(client *http.Client) (list []string) {
		for _, s := range []covetest.Switches{{}, {DateOffset: 26 * time.Hour}, {NoDate: true}} {
			srv.EditSwitches(func(old *covetest.Switches) { *old = s })
			resp, err := client.Post(srv.URL+"/jsonapi", "application/json", strings.NewReader("{}")) //nolint:noctx // a test
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			list = append(list, resp.Header.Get("Date"))
		}
		return list
	}
	want := []string{"Sat, 22 Nov 2025 00:00:00 GMT", "Sun, 23 Nov 2025 02:00:00 GMT", ""}
	same(t, "in memory", dates(srv.Client()), want)
	if err := srv.Listen(":0", ":0", true); err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	same(t, "over sockets", dates(srv.Client()), want)
}

func TestD25_NoOSType(t *testing.T) {
	w := fleet(t, covetest.Config{Switches: covetest.Switches{NoOSType: true}})
	for _, r := range w.rows(map[string]any{"Columns": []string{"AU", "OT", "I32"}}) {
		if len(r.Settings) != 1 {
			t.Errorf("%v", r.Settings)
		}
	}
	same(t, "filter", len(w.rows(map[string]any{"Filter": "OT == 2"})), 0)
}

func TestR33_ServedToRead(t *testing.T) {
	c := newClock()
	srv := covetest.NewServer(covetest.Config{Now: c.now})
	customer := srv.AddPartner(covetest.Partner{Name: "Birch <1>"})
	id := srv.AddDevice(covetest.Device{Name: "kept", PartnerID: customer, UsedStorage: 7777, Created: c.t.Add(-time.Hour),
		Recovery: &covetest.Recovery{Plan: "weekly", Status: 8, Last: c.t.Add(-time.Minute), Errors: 2, Boot: "Success"}})
	srv.AddDevice(covetest.Device{Name: "later", PartnerID: customer, Recovery: &covetest.Recovery{Status: 5, Last: c.t}})
	srv.AddDevice(covetest.Device{Name: "without"})
	w := dial(t, srv)
	c.step(24 * time.Hour)
	srv.EditDevice(id, func(d *covetest.Device) { d.UsedStorage = 1 })
	c.step(48 * time.Hour)
	w.login()

	api := srv.Credentials()
	var user struct{ Name string }
	w.must("AuthenticateWithContext", map[string]any{"authenticationContext": map[string]any{}, "partner": api.Partner, "username": api.Username, "password": api.Password}, &user)
	same(t, "user", user.Name, api.Username)
	if a := w.call("GetPartnerWebBranding", map[string]any{"partnerId": customer}); a.Error != nil || !strings.Contains(string(a.Result), `"webBrandingArchive":null`) {
		t.Errorf("branding: %s", a.Result)
	}

	report := fmt.Sprintf("/statistics-reporting/high-watermark-usage-report?dateFrom=2025-11-21&dateTo=2025-11-24&exportOutput=OneXlsxFile&partnerId=%d", customer)
	status, header, body := get(t, w, report, w.visa)
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if status != http.StatusOK || err != nil || !strings.Contains(header.Get("Content-Disposition"), ".xlsx") {
		t.Fatalf("usage report: HTTP %d, %v", status, err)
	}
	f, err := z.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	sheet, _ := io.ReadAll(f)
	for _, want := range []string{"<t>7777</t>", "<t>Birch &lt;1&gt;</t>", "<t>later</t>"} {
		if !bytes.Contains(sheet, []byte(want)) || bytes.Contains(sheet, []byte("without")) {
			t.Errorf("usage report lacks %s: %s", want, sheet)
		}
	}
	for path, want := range map[string]int{report[:60]: 400, strings.Replace(report, "2025-11-24", "2027-11-24", 1): 400, strings.Replace(report, fmt.Sprint(customer), "4", 1): 403} {
		if status, _, body := get(t, w, path, w.visa); status != want {
			t.Errorf("%s: HTTP %d: %s", path, status, body)
		}
	}

	board := func(query string) string {
		status, header, body := get(t, w, "/draas/actual-statistics/v1/dashboard/?"+query, w.visa)
		var out struct {
			Data []struct {
				Attributes struct {
					Name   string `json:"backup_cloud_device_name"`
					Status string `json:"last_recovery_status"`
				}
			}
		}
		if err := json.Unmarshal([]byte(body), &out); err != nil || status != http.StatusOK || header.Get("Content-Type") != "application/vnd.api+json" {
			t.Fatalf("HTTP %d: %s", status, body)
		}
		var list []string
		for _, d := range out.Data {
			list = append(list, d.Attributes.Name+" "+d.Attributes.Status)
		}
		return strings.Join(list, ", ")
	}
	for query, want := range map[string]string{
		"": "kept CompletedWithErrors, later Completed", "sort=-last_recovery_timestamp&limit=1": "later Completed", "offset=1": "later Completed",
		"search=KEPT": "kept CompletedWithErrors", "filter[type.in]=AZURE": "", "filter[type.in]=AZURE,RECOVERY_TESTING&search=later": "later Completed",
		fmt.Sprintf("filter[partner_materialized_path.contains]=/%d/&filter[backup_cloud_device_id.eq]=%d", customer, id): "kept CompletedWithErrors",
		"filter[partner_materialized_path.contains]=/4/":                                                                  "",
	} {
		same(t, query, board(query), want)
	}
	if status, _, _ := get(t, w, report, "x"); status != http.StatusUnauthorized {
		t.Errorf("without a visa: HTTP %d", status)
	}
}

func TestR33_NotServed(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	for _, method := range []string{"SendRemoteCommands", "SendAccountCommand", "EnumerateReports", "EnumerateUserSettings", "AddAccountProfile", "AddProduct"} {
		if e := w.refused(method, map[string]any{}); !strings.Contains(e.Message, "does not serve") {
			t.Errorf("%s: %+v", method, e)
		}
	}
	if e := w.refused("NoSuchMethod", map[string]any{}); !strings.Contains(e.Message, "not found") {
		t.Errorf("unknown: %+v", e)
	}
	for _, path := range []string{"/c2c/statistics/devices/id/5", "/web/accounts/properties/api/audit", "/draas/actual-statistics/v1/sessions/", "/report-manager/x"} {
		if status, _, body := get(t, w, path, w.visa); status != http.StatusNotImplemented || !strings.Contains(body, "does not serve") {
			t.Errorf("%s: HTTP %d: %s", path, status, body)
		}
	}
	if status, out := w.on("/jsonrpcv1").post("{}"); status != http.StatusNotImplemented || !bytes.Contains(out, []byte("does not serve")) {
		t.Errorf("the old way of commands: HTTP %d: %s", status, out)
	}
	if status, _, _ := get(t, w, "/elsewhere", w.visa); status != http.StatusNotFound {
		t.Errorf("elsewhere: HTTP %d", status)
	}
}

func TestRegistration(t *testing.T) {
	if err := covetest.CheckTables("", "", ""); err != nil {
		t.Error(err)
	}
	for want, bad := range map[string][3]string{
		"has 3 words":              {"/jsonapi Extra read", "", ""},
		"stands twice in":          {"/jsonapi Login open Again", "", ""},
		`access "some"`:            {"/jsonapi Extra some Text", "", ""},
		"access read, served: f":   {"/jsonapi Extra read Text", "", ""},
		"not in the table":         {"", "/jsonapi Extra", ""},
		"access none, served: t":   {"/jsonapi Extra none Text", "/jsonapi Extra", ""},
		`"I99 ZZ n" has 3 words`:   {"", "", "I99 ZZ n"},
		"code I0 stands twice":     {"", "", "I0 ZZ n Text"},
		"code F0 stands twice":     {"", "", "I99 F0 n Text"},
		"access open, served: tru": {"/jsonapi Extra open Text", "/jsonapi Extra", ""},
	} {
		if err := covetest.CheckTables(bad[0], bad[1], bad[2]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", bad, err, want)
		}
	}
}

// Every method of the table is answered.
func TestTableIsServed(t *testing.T) {
	w, m, token := cloudTenant(t, covetest.Switches{})
	for _, name := range covetest.Served("read", "write") {
		service, method, _ := strings.Cut(name, " ")
		switch service {
		case "/jsonapi":
			if a := w.call(method, map[string]any{}); a.Error != nil && (a.Error.Code == -32601 || strings.Contains(a.Error.Message, "does not serve")) {
				t.Errorf("%s: %+v", name, *a.Error)
			}
		case "/reporting_api", "/management_api":
			m.visa = w.visa
			if a := m.on(service).call(method, map[string]any{"accountToken": token}); a.Error != nil && a.Error.Code == -32601 {
				t.Errorf("%s: %+v", name, *a.Error)
			}
		case "HTTP":
			if status, _, _ := get(t, w, method, w.visa); status == http.StatusNotImplemented || status == http.StatusNotFound {
				t.Errorf("%s: HTTP %d", name, status)
			}
		}
	}
	if list := covetest.Served("open"); !slices.Contains(list, "/jsonapi Login") {
		t.Errorf("open: %v", list)
	}
}
