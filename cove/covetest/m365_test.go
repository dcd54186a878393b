package covetest_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/cove/covetest"
)

func cloud(t *testing.T) (*wire, int64) {
	t.Helper()
	c := newClock()
	srv := covetest.NewServer(covetest.Config{Now: c.now})
	id := srv.AddDevice(covetest.Device{Name: "m365", AccountType: 2, Token: "tok", Sources: map[string]covetest.Source{"D19": {Status: 8}, "D20": {Status: 5}, "D23": {}}})
	srv.AddDevice(covetest.Device{Name: "server", Token: "srv"})
	start := func(minutes int) time.Time { return c.t.Add(-time.Duration(minutes) * time.Minute) }
	srv.AddSession(id, covetest.Session{ID: 1, Source: "D19", Status: 5, Start: start(300), End: start(290)})
	srv.AddSession(id, covetest.Session{ID: 2, Source: "D19", Status: 8, Start: start(200), End: start(190), Errors: []covetest.SessionError{
		{ID: 5, Text: "mailbox is gone", Filename: "jo@birch.example"}, {ID: 6, Description: "plain text", Filename: "al@birch.example", Count: 4}}})
	srv.AddSession(id, covetest.Session{ID: 3, Source: "D20", Status: 5, Start: start(100), End: start(99)})
	srv.AddSession(id, covetest.Session{ID: 4, Source: "D20", Type: "Restore", Status: 2, Start: start(50), End: start(49), Errors: []covetest.SessionError{{ID: 7, Text: "t"}}})
	return dial(t, srv), id
}

func TestCloudSessions(t *testing.T) {
	w, _ := cloud(t)
	w = w.on("/reporting_api")
	now := 1763769600
	for _, tt := range []struct {
		filter map[string]any
		want   []int
	}{
		{map[string]any{}, []int{4, 3, 2, 1}},
		{map[string]any{"SessionTypes": []string{"Backup"}}, []int{3, 2, 1}},
		{map[string]any{"SessionTypes": []string{"Restore"}}, []int{4}},
		{map[string]any{"DataSources": []string{"Exchange"}}, []int{2, 1}},
		{map[string]any{"DataSources": []string{"Teams"}}, []int{}},
		{map[string]any{"CreatedAfter": now - 210*60, "CreatedBefore": now - 60*60}, []int{3, 2}},
		{map[string]any{"OnlyLastSessions": true}, []int{4, 2}},
		{map[string]any{"OnlyLastSessions": true, "SessionTypes": []string{"Backup"}}, []int{3, 2}},
	} {
		var rows []map[string]any
		w.must("EnumerateSessions", map[string]any{"accountToken": "tok", "filter": tt.filter, "range": map[string]any{"Offset": 0, "Size": 200}}, &rows)
		if got := rowIDs(rows); !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.filter, got, tt.want)
		}
	}
	var rows []map[string]any
	w.must("EnumerateSessions", map[string]any{"accountToken": "tok", "range": map[string]any{"Offset": 1, "Size": 2}}, &rows)
	if got := rowIDs(rows); !slices.Equal(got, []int{3, 2}) || rows[1]["Status"] != "CompletedWithErrors" || rows[1]["ErrorsCount"] != 5.0 {
		t.Errorf("second page: %v", rows)
	}
}

func TestCloudErrors(t *testing.T) {
	w, _ := cloud(t)
	w = w.on("/reporting_api")
	var rows []map[string]any
	w.must("EnumerateSessionErrors", map[string]any{"accountToken": "tok", "dataSourceType": "Exchange", "filter": map[string]any{"SessionId": 2, "SessionType": "Backup"}}, &rows)
	when := 1763769600.0 - 190*60
	want := []map[string]any{
		{"Id": 5.0, "SessionId": 2.0, "Timestamp": when, "Count": 1.0, "Item": "jo@birch.example", "Description": `{"description":"mailbox is gone","entity":"jo@birch.example","path":"/"}`},
		{"Id": 6.0, "SessionId": 2.0, "Timestamp": when, "Count": 4.0, "Item": "al@birch.example", "Description": "plain text"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	for _, tt := range []struct {
		source string
		filter map[string]any
		want   int
	}{
		{"Exchange", map[string]any{"SessionId": 1}, 0},
		{"OneDrive", map[string]any{"SessionType": "Backup"}, 0},
		{"OneDrive", map[string]any{"SessionType": "Restore"}, 1},
		{"Exchange", map[string]any{"TimestampFrom": when + 1}, 0},
		{"Exchange", map[string]any{"TimestampFrom": when}, 2},
	} {
		w.must("EnumerateSessionErrors", map[string]any{"accountToken": "tok", "dataSourceType": tt.source, "filter": tt.filter}, &rows)
		if len(rows) != tt.want {
			t.Errorf("%v: %d rows, want %d", tt, len(rows), tt.want)
		}
	}
	if e := w.refused("EnumerateSessionErrors", map[string]any{"accountToken": "tok"}); !strings.Contains(e.Message, "dataSourceType") {
		t.Errorf("without a source: %+v", e)
	}
}

func TestCloudAdmits(t *testing.T) {
	w, _ := cloud(t)
	w = w.on("/reporting_api")
	for name, tt := range map[string]struct {
		params map[string]any
		data   int
		text   string
	}{
		"unknown token":  {map[string]any{"accountToken": "x"}, 0, "exist"},
		"no token":       {map[string]any{}, 0, "accountToken"},
		"not cloud":      {map[string]any{"accountToken": "srv"}, 0, "Microsoft 365"},
		"unknown source": {map[string]any{"accountToken": "tok", "filter": map[string]any{"DataSources": []string{"D19"}}}, 0, "D19"},
	} {
		if e := w.refused("EnumerateSessions", tt.params); e.Data != tt.data || !strings.Contains(e.Message, tt.text) {
			t.Errorf("%s: %+v", name, e)
		}
	}
	w.bearer = false // the visa in the body is ignored
	if e := w.refused("EnumerateSessions", map[string]any{"accountToken": "tok"}); e.Data != 1701 {
		t.Errorf("without a bearer token: %+v", e)
	}
	body := `{"jsonrpc":"2.0","id":1,"method":"EnumerateSessions","params":{"accountToken":"tok"}}`
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.srv.URL+"/reporting_api", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.AddCookie(&http.Cookie{Name: "visa", Value: w.visa})
	resp, err := w.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var a rpcAnswer
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil || a.Error != nil || a.Visa != "" {
		t.Errorf("with a cookie: %+v, %v", a, err)
	}
	srv := w.srv
	p := srv.AddPartner(covetest.Partner{Name: "other"})
	srv.AddUser(covetest.User{Name: "o", Password: "p", PartnerID: p})
	api := w.on("/jsonapi")
	w.visa = api.call("Login", map[string]any{"partner": "other", "username": "o", "password": "p"}).Visa
	w.bearer = true
	if e := w.refused("EnumerateSessions", map[string]any{"accountToken": "tok"}); e.Data != 13501 {
		t.Errorf("outside the subtree: %+v", e)
	}
}

func TestCloudManagement(t *testing.T) {
	w, id := cloud(t)
	w.srv.AddCloudUser(id, covetest.CloudUser{Name: "Jo", Email: "jo@birch.example", Selected: true, LastBackupStatus: 5, LastBackup: 1763760000})
	m, r := w.on("/management_api"), w.on("/reporting_api")
	m.must("UpdateDataSources", map[string]any{"accountToken": "tok", "dataSources": map[string]any{
		"DataSourceEntityAutoInclusions": []any{map[string]any{"DataSourceType": "Exchange", "EntityAutoInclusionType": "All"}}}}, nil)
	var sources []map[string]any
	r.must("EnumerateDataSources", map[string]any{"accountToken": "tok"}, &sources)
	want := []map[string]any{{"DataSourceType": "Exchange", "EntityAutoInclusionType": "All"}, {"DataSourceType": "OneDrive", "EntityAutoInclusionType": "Manual"}, {"DataSourceType": "Teams", "EntityAutoInclusionType": "Manual"}}
	if diff := cmp.Diff(want, sources); diff != "" {
		t.Error(diff)
	}
	type users struct {
		Users []struct {
			DisplayName  string
			ExchangeInfo struct {
				Selection, MailboxType, LastBackupStatus string
				LastBackupTimestamp                      int64
			}
		}
		ExchangeAutoInclusionType string
	}
	var got users
	m.must("EnumerateUsers", map[string]any{"accountToken": "tok"}, &got)
	if got.ExchangeAutoInclusionType != "All" || len(got.Users) != 1 || got.Users[0].ExchangeInfo.LastBackupStatus != "Completed" || got.Users[0].ExchangeInfo.LastBackupTimestamp == 0 {
		t.Errorf("users %+v", got)
	}
	m.must("RemoveBackup", map[string]any{"accountToken": "tok", "dataSourceType": "Exchange", "entityId": "jo@birch.example"}, nil)
	m.must("EnumerateUsers", map[string]any{"accountToken": "tok"}, &got)
	if got.Users[0].ExchangeInfo.LastBackupTimestamp != 0 {
		t.Errorf("after RemoveBackup: %+v", got)
	}
	m.refused("RemoveBackup", map[string]any{"accountToken": "tok", "dataSourceType": "SharePoint", "entityId": "jo@birch.example"})
	partner := w.srv.Credentials().Partner
	w.srv.AddUser(covetest.User{Name: "plain", Password: "p", Flags: []string{}})
	m.visa = w.call("Login", map[string]any{"partner": partner, "username": "plain", "password": "p"}).Visa
	if e := m.refused("RemoveBackup", map[string]any{"accountToken": "tok", "dataSourceType": "Exchange", "entityId": "jo@birch.example"}); e.Data != 13501 {
		t.Errorf("no security officer: %+v", e)
	}
}
