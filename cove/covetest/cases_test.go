package covetest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/cove/covetest"
)

// same reports a difference.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", what, diff)
	}
}

func TestR5_SessionStatesAndTotalsInOrder(t *testing.T) {
	w := fleet(t, covetest.Config{})
	same(t, "F0 == Session.Completed", ids(w.rows(map[string]any{"Filter": "F0 == Session.Completed"})), ids(w.rows(map[string]any{"Filter": "F0 == 5"})))
	for status, name := range map[int]string{0: "Undefined", 1: "InProcess", 2: "Failed", 3: "Aborted", 5: "Completed", 6: "Interrupted", 7: "NotStarted",
		8: "CompletedWithErrors", 9: "InProcessWithFaults", 10: "OverQuota", 11: "NoSelection", 12: "Restarted", 13: "Blocked"} {
		if n, err := covetest.Evaluate(w.srv, "Session."+name); err != nil || int(n) != status {
			t.Errorf("Session.%s is %v, %v", name, n, err)
		}
	}
	for _, name := range []string{"Session.", "Session.Unknown", "Status.Failed"} {
		if _, err := covetest.Evaluate(w.srv, name); err == nil {
			t.Errorf("%s is known", name)
		}
	}
	a := w.call("EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": w.srv.RootID(), "SelectionMode": "Count",
		"Totals": []string{"SUM(US)", "COUNT(F0 == Session.Completed)", "COUNT(AT==1)"}}})
	var got struct {
		TotalStatistics []map[string]string `json:"totalStatistics"`
	}
	if err := json.Unmarshal(a.Result, &got); err != nil {
		t.Fatal(err)
	}
	same(t, "totals", got.TotalStatistics, []map[string]string{{"COUNT(1)": "3"}, {"COUNT(AT==1)": "2"}, {"COUNT(F0 == Session.Completed)": "1"}, {"SUM(US)": "5000"}})
}

func TestR8_VisaText(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	w.visa = "x"
	same(t, "error", w.refused("GetServerInfo", map[string]any{}), rpcError{-32603, 1701, "Visa is inconsistent/corrupted."})
}

func TestR10_UserInfoAndRootPartner(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	api := w.srv.Credentials()
	var user struct{ Name string }
	w.must("GetUserInfo", map[string]any{"partnerId": w.srv.RootID(), "nameOrEmail": api.Username, "password": api.Password}, &user)
	same(t, "user", user.Name, api.Username)
	if e := w.refused("GetUserInfo", map[string]any{"partnerId": w.srv.RootID(), "nameOrEmail": api.Username, "password": "x"}); e.Data != 2100 {
		t.Errorf("a wrong password: %+v", e)
	}
	var name string
	w.must("GetRootPartnerName", map[string]any{}, &name)
	same(t, "root", name, api.Partner)
}

func TestR11_EnumerateAccountsForbidden(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{Switches: covetest.Switches{EnumerateAccountsForbidden: true}}))
	id := w.srv.AddDevice(covetest.Device{})
	if e := w.refused("EnumerateAccounts", map[string]any{"partnerId": w.srv.RootID()}); e.Data != 13501 {
		t.Errorf("%+v", e)
	}
	w.must("GetAccountInfoById", map[string]any{"accountId": id}, nil)
}

func TestR20_BearerOnTheManagementService(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	visa := w.visa
	ask := func(header, member string) string {
		w.bearer, w.visa = header != "", header
		status, out := w.post(`{"jsonrpc":"2.0","id":"1",` + member + `"method":"GetServerInfo","params":{}}`)
		var a rpcAnswer
		if err := json.Unmarshal(out, &a); err != nil || status != http.StatusOK {
			t.Fatalf("HTTP %d: %s", status, out)
		}
		if a.Error != nil {
			return fmt.Sprint(a.Error.Data)
		}
		if a.Visa == "" || a.Visa == visa {
			return "no new visa"
		}
		return "ok"
	}
	for _, tt := range []struct{ header, member, want string }{
		{visa, "", "ok"}, {visa, `"visa":null,`, "ok"}, {"", `"visa":"` + visa + `",`, "ok"}, {"x", `"visa":"` + visa + `",`, "ok"},
		{visa, `"visa":"x",`, "1701"}, {"x", "", "1701"}, {"", "", "1701"},
	} {
		same(t, tt.header+" "+tt.member, ask(tt.header, tt.member), tt.want)
	}
}

func TestR21_CodesInAnyLetters(t *testing.T) {
	w := fleet(t, covetest.Config{})
	all := ids(w.rows(map[string]any{"Filter": "AT == 1", "OrderBy": "AN DESC"}))
	same(t, "filter and order", ids(w.rows(map[string]any{"Filter": "at == 1", "OrderBy": "an desc"})), all)
	same(t, "new spelling", ids(w.rows(map[string]any{"Filter": "i1 == 'srv-01' and d01f00 > 0"})), []int64{1001})
	same(t, "unpadded", ids(w.rows(map[string]any{"Filter": "d1f0 > 0 and an == 'srv-01'"})), []int64{1001})
	rows := w.rows(map[string]any{"Columns": []string{"an", "AN"}, "Filter": "AU == 1001"})
	same(t, "columns as documented", rows[0].cells(), map[string]string{"AN": "srv-01"})
	col := w.srv.AddCustomColumn(covetest.CustomColumn{Name: "note"})
	w.srv.EditDevice(1001, func(d *covetest.Device) { d.Custom = map[int64]string{col: "x"} })
	same(t, "custom", ids(w.rows(map[string]any{"Filter": fmt.Sprintf("aa%d == 'x'", col)})), []int64{1001})
}

// cloudTenant returns clients of a server with a Microsoft 365 device that has
// one session.
func cloudTenant(t *testing.T, switches covetest.Switches) (w *wire, m *wire, token string) {
	t.Helper()
	srv := covetest.NewServer(covetest.Config{Switches: switches})
	at := time.Unix(1763769600, 0)
	id := srv.AddDevice(covetest.Device{Name: "birch.onmicrosoft.example", AccountType: 2, Token: "tok",
		Sources: map[string]covetest.Source{"D19": {Status: 5, LastSuccess: at, ProtectedUsers: 3}, "D20": {Status: 5}}})
	srv.AddSession(id, covetest.Session{Source: "D05", Status: 5, Start: at, End: at.Add(90 * time.Second), Accounts: 4, SiteCollections: 9})
	w = dial(t, srv)
	return w, w.on("/reporting_api"), "tok"
}

func TestR22_CloudSessionMembers(t *testing.T) {
	for by, want := range map[bool]map[string]any{
		false: {"DataSourceType": "SharePoint", "Type": "Backup"},
		true:  {"DataSource": "SharePoint", "SessionType": "Backup"},
	} {
		_, m, token := cloudTenant(t, covetest.Switches{SessionsByDataSource: by})
		var rows []map[string]any
		m.must("EnumerateSessions", map[string]any{"accountToken": token}, &rows)
		for name, value := range map[string]any{"Id": 1.0, "Status": "Completed", "StartTime": 1763769600.0, "EndTime": 1763769690.0, "Duration": 90.0,
			"ErrorsCount": 0.0, "AccountsCount": 4.0, "SiteCollectionsCount": 9.0} {
			want[name] = value
		}
		same(t, fmt.Sprint(by), rows, []map[string]any{want})
	}
}

func TestR23_Audit(t *testing.T) {
	w, with := sessions(t, covetest.Switches{})
	id := with(nil)["accountId"].(int64)
	w.srv.AddAudit(id, covetest.Audit{Time: time.Unix(100, 0), User: "u", Operation: "Login", Details: "d"})
	w.srv.AddAudit(id, covetest.Audit{Time: time.Unix(200, 0), User: "u", Operation: "SaveFilterOptions", Details: "*.tmp"})
	var rows []map[string]any
	w.must("QueryAudit", with(map[string]any{"query": "Operation == 'SaveFilterOptions'", "orderBy": "Timestamp DESC"}), &rows)
	same(t, "rows", rows, []map[string]any{{"ActionId": 2.0, "Details": "*.tmp", "Operation": "SaveFilterOptions", "Timestamp": 200.0, "User": "u"}})
}

func TestR25_HistoryOfItsTime(t *testing.T) {
	c := newClock()
	start := c.t
	srv := covetest.NewServer(covetest.Config{Now: c.now})
	customer := srv.AddPartner(covetest.Partner{Name: "Birch"})
	kept := srv.AddDevice(covetest.Device{ID: 7, Name: "kept", Created: start.Add(-48 * time.Hour), PartnerID: customer, UsedStorage: 1})
	gone := srv.AddDevice(covetest.Device{ID: 5, Name: "gone", Created: start.Add(-24 * time.Hour), PartnerID: customer, UsedStorage: 50})
	w := dial(t, srv)
	for day := 1; day <= 3; day++ {
		c.step(24 * time.Hour)
		srv.EditDevice(kept, func(d *covetest.Device) { d.UsedStorage = int64(10 * day) })
		c.step(time.Hour)
		srv.EditDevice(kept, func(d *covetest.Device) { d.UsedStorage++ })
		if day == 2 {
			srv.RemoveDevice(gone)
			srv.AddDevice(covetest.Device{ID: 9, Name: "new", PartnerID: customer, UsedStorage: 900})
		}
		c.step(-time.Hour)
	}
	c.step(2 * time.Hour)
	w.login()
	at := func(t time.Time) string {
		var rows []statRow
		w.must("EnumerateAccountHistoryStatistics", map[string]any{"timeslice": t.Unix(),
			"query": map[string]any{"PartnerId": srv.RootID(), "RecordsCount": 10, "Columns": []string{"AN", "US"}, "OrderBy": "AU ASC"}}, &rows)
		var list []string
		for _, r := range rows {
			list = append(list, r.cells()["AN"]+" "+r.cells()["US"])
		}
		return strings.Join(list, ", ")
	}
	for hours, want := range map[int]string{-72: "", -36: "kept 1", -1: "gone 50, kept 1", 1: "gone 50, kept 1", 26: "gone 50, kept 11",
		48: "gone 50, kept 11", 50: "kept 21, new 900", 73: "kept 31, new 900", 200: "kept 31, new 900"} {
		same(t, fmt.Sprint(hours, " hours"), at(start.Add(time.Duration(hours)*time.Hour)), want)
	}
}

func TestR25_RemovedCustomers(t *testing.T) {
	c := newClock()
	srv := covetest.NewServer(covetest.Config{Now: c.now})
	customer := srv.AddPartner(covetest.Partner{Name: "Left"})
	site := srv.AddPartner(covetest.Partner{Name: "Left - West", ParentID: customer})
	id := srv.AddDevice(covetest.Device{PartnerID: site, Profile: "Old"})
	start := c.t
	c.step(24 * time.Hour)
	if !srv.RemoveDevice(id) || !srv.RemovePartner(site) || !srv.RemovePartner(customer) {
		t.Fatal("not removed")
	}
	w := dial(t, srv)
	for at, want := range map[time.Time]int{start: 1, c.t.Add(-time.Second): 1, c.t: 0} {
		var rows []statRow
		w.must("EnumerateAccountHistoryStatistics", map[string]any{"timeslice": at.Unix(),
			"query": map[string]any{"PartnerId": srv.RootID(), "RecordsCount": 10, "Filter": "AR == 'Left - West' and OP == 'Old'"}}, &rows)
		same(t, at.String(), len(rows), want)
	}
}

func TestR25_PastBeforeTheServer(t *testing.T) {
	c := newClock()
	srv := covetest.NewServer(covetest.Config{Now: c.now, Past: func(d covetest.Device, at time.Time) covetest.Device {
		d.UsedStorage = at.Unix()
		return d
	}})
	id := srv.AddDevice(covetest.Device{Name: "d", Created: c.t.Add(-time.Hour), UsedStorage: 4})
	c.step(30 * time.Second)
	srv.EditDevice(id, func(d *covetest.Device) { d.UsedStorage = 5 })
	c.step(-30 * time.Second)
	w := dial(t, srv)
	c.step(30 * time.Second)
	for ago, want := range map[time.Duration]string{2 * time.Hour: "", time.Minute: fmt.Sprint(c.t.Unix() - 60), 10 * time.Second: fmt.Sprint(c.t.Unix() - 10), 0: "5"} {
		var rows []statRow
		w.must("EnumerateAccountHistoryStatistics", map[string]any{"timeslice": c.t.Add(-ago).Unix(),
			"query": map[string]any{"PartnerId": srv.RootID(), "RecordsCount": 10, "Columns": []string{"US"}}}, &rows)
		got := ""
		if len(rows) > 0 {
			got = rows[0].cells()["US"]
		}
		same(t, ago.String(), got, want)
	}
}

func TestR26_StorageNodes(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	id := w.srv.AddDevice(covetest.Device{})
	var got struct {
		StorageNodes []struct{ CommonInfo struct{ Name string } }
	}
	w.must("EnumerateStorageNodesByAccountId", map[string]any{"accounts": []int64{id}}, &got)
	if len(got.StorageNodes) != 1 || got.StorageNodes[0].CommonInfo.Name == "" {
		t.Errorf("%+v", got)
	}
}

func TestR27_PatternsIgnoreCase(t *testing.T) {
	for exact, want := range map[bool]int{false: 1, true: 0} {
		srv := covetest.NewServer(covetest.Config{Switches: covetest.Switches{PatternMatchesCase: exact}})
		srv.AddPartner(covetest.Partner{Name: "The Acme Company"})
		srv.AddDevice(covetest.Device{Name: "mac", Manufacturer: "Apple Inc."})
		w := dial(t, srv)
		same(t, "MF", len(w.rows(map[string]any{"Filter": "MF =~ '*apple*'"})), want)
		same(t, "ANY", len(w.rows(map[string]any{"Filter": "ANY =~ '*apple*'"})), want)
		same(t, "whole text", len(w.rows(map[string]any{"Filter": "MF =~ 'Apple'"})), 0)
		for pattern, found := range map[string]int{"acme": want, "Acme": 1, "The*Comp": 1, "Acne": 0} {
			var tree struct{ ActualChildCount int }
			w.must("EnumerateChildPartners", map[string]any{"partnerId": srv.RootID(), "partnerFilter": map[string]any{"NamePattern": pattern}}, &tree)
			same(t, "NamePattern "+pattern, tree.ActualChildCount, found)
		}
	}
}

func TestR28_OneTableOfProfiles(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	id := w.srv.AddDevice(covetest.Device{Profile: "Servers", Product: "Long"})
	named := func() map[string]int64 {
		list := map[string]int64{}
		for _, method := range []string{"EnumerateAccountProfiles", "EnumerateProducts"} {
			var rows []struct {
				ID   int64 `json:"Id"`
				Name string
			}
			w.must(method, map[string]any{"partnerId": w.srv.RootID()}, &rows)
			for _, r := range rows {
				list[strings.TrimPrefix(method, "Enumerate")[:1]+" "+r.Name] = r.ID
			}
		}
		return list
	}
	is := func(profile, product string) {
		t.Helper()
		list := named()
		if list["A "+profile] == 0 || list["P "+product] == 0 {
			t.Fatalf("%s or %s is not listed: %v", profile, product, list)
		}
		same(t, "row", w.rows(map[string]any{"Columns": []string{"OI", "OP", "PD", "PN"}})[0].cells(),
			map[string]string{"OI": fmt.Sprint(list["A "+profile]), "OP": profile, "PD": fmt.Sprint(list["P "+product]), "PN": product})
		d, _ := w.srv.Device(id)
		same(t, "device", []string{d.Profile, d.Product}, []string{profile, product})
	}
	is("Servers", "Long")
	list := named()
	w.must("ModifyAccount", map[string]any{"accountInfo": map[string]any{"Id": id, "ProfileId": list["A Documents"], "ProductId": 21265}}, nil)
	is("Documents", "All-In")
	for _, member := range []string{"ProfileId", "ProductId"} {
		if e := w.refused("ModifyAccount", map[string]any{"accountInfo": map[string]any{"Id": id, member: 9}}); !strings.Contains(e.Message, "exist") {
			t.Errorf("unknown %s: %+v", member, e)
		}
	}
	w.srv.EditDevice(id, func(d *covetest.Device) { d.Profile, d.Product = "Servers", "Long" })
	is("Servers", "Long")
	w.srv.EditDevice(id, func(d *covetest.Device) { d.ProfileID, d.Profile = 77, "" })
	is("Profile 77", "Long")
	w.srv.EditDevice(id, func(d *covetest.Device) { d.Profile, d.Product = "", "" })
	same(t, "none", w.rows(map[string]any{"Columns": []string{"OI", "OP", "PD", "PN"}})[0].cells(), map[string]string{})
}

func TestR29_NonInteractive(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	w.must("AddUser", map[string]any{"userInfo": map[string]any{"PartnerId": w.srv.RootID(), "Name": "n", "Password": "p", "Flags": []string{"AllowApiAuthentication", "NonInteractiveUser"}}}, nil)
	var users []struct {
		Name  string
		Flags []string
	}
	w.must("EnumerateUsers", map[string]any{"partnerIds": []int64{w.srv.RootID()}}, &users)
	same(t, "flags", users[len(users)-1].Flags, []string{"AllowApiAuthentication", "NonInteractive"})
}

func TestR30_WithoutParams(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	for _, params := range []string{"", `,"params":null`, `,"params":{}`} {
		if _, out := w.post(`{"jsonrpc":"2.0","id":"1","visa":"` + w.visa + `","method":"EnumerateLocations"` + params + `}`); !strings.Contains(string(out), "United States") {
			t.Errorf("%s: %s", params, out)
		}
	}
	if _, out := w.post(`{"jsonrpc":"2.0","id":"1","visa":"` + w.visa + `","method":"GetAccountInfoById"}`); !strings.Contains(string(out), "accountId") {
		t.Errorf("where something is needed: %s", out)
	}
}

func TestR31_UsersOfATenant(t *testing.T) {
	w, _, token := cloudTenant(t, covetest.Switches{})
	m := w.on("/management_api")
	type users struct {
		Users []struct {
			EmailAddress string
			ExchangeInfo struct{ Selection, LastBackupStatus string }
		}
		ExchangeAutoInclusionType, OneDriveAutoInclusionType string
	}
	var got users
	m.must("EnumerateUsers", map[string]any{"accountToken": token}, &got)
	if len(got.Users) != 3 || got.Users[2].EmailAddress != "user3@birch.onmicrosoft.example" || got.Users[0].ExchangeInfo.LastBackupStatus != "Completed" ||
		got.ExchangeAutoInclusionType != "Manual" || got.OneDriveAutoInclusionType != "Manual" {
		t.Errorf("%+v", got)
	}
	m.must("UpdateDataSources", map[string]any{"accountToken": token, "dataSources": map[string]any{"DataSourceEntityAutoInclusions": []any{
		map[string]any{"DataSourceType": "OneDrive", "EntityAutoInclusionType": "All"}}}}, nil)
	w.srv.AddCloudUser(w.srv.DeviceIDs()[0], covetest.CloudUser{Name: "Jo", Email: "jo@birch.example"})
	got = users{}
	m.must("EnumerateUsers", map[string]any{"accountToken": token}, &got)
	if len(got.Users) != 1 || got.OneDriveAutoInclusionType != "All" || got.ExchangeAutoInclusionType != "Manual" {
		t.Errorf("%+v", got)
	}
}

func TestR32_Quotes(t *testing.T) {
	const name = `O'Brien "x" \ y`
	for literal, dialects := range map[string][]covetest.QuoteDialect{
		`'O''Brien "x" \ y'`:   {covetest.QuotesEither, covetest.QuotesDoubled},
		`'O\'Brien "x" \\ y'`:  {covetest.QuotesEither, covetest.QuotesBackslash},
		`"O'Brien ""x"" \ y"`:  {covetest.QuotesEither, covetest.QuotesDoubled},
		`"O'Brien \"x\" \\ y"`: {covetest.QuotesEither, covetest.QuotesBackslash},
	} {
		for _, quotes := range []covetest.QuoteDialect{covetest.QuotesEither, covetest.QuotesPlain, covetest.QuotesBackslash, covetest.QuotesDoubled} {
			srv := covetest.NewServer(covetest.Config{Switches: covetest.Switches{Quotes: quotes}})
			srv.AddDevice(covetest.Device{Name: name})
			w := dial(t, srv)
			a := w.call("EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": srv.RootID(), "RecordsCount": 5, "Filter": "AN == " + literal}})
			found := a.Error == nil && strings.Contains(string(a.Result), "AccountId")
			if want := slices.Contains(dialects, quotes); found != want {
				t.Errorf("dialect %d: %s found: %v, want %v", quotes, literal, found, want)
			}
		}
	}
}

func get(t *testing.T, w *wire, path, visa string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.srv.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+visa)
	resp, err := w.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(out)
}
