package covetest_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/cove/covetest"
)

type accountInfo struct {
	ID        int64 `json:"Id"`
	PartnerID int64 `json:"PartnerId"`
	ProductID int64 `json:"ProductId"`

	Name, NameAlias, Password, Token, Type string
	RemovalTime                            int64
}

func TestAccountInfo(t *testing.T) {
	c := newClock()
	srv := covetest.NewServer(covetest.Config{Now: c.now})
	p := srv.AddPartner(covetest.Partner{Name: "B"})
	id := srv.AddDevice(covetest.Device{Name: "d", PartnerID: p, Password: "pw", Token: "tok"})
	cloud := srv.AddDevice(covetest.Device{Name: "m", PartnerID: p, AccountType: 2, NodeHost: "eu.example:443"})
	w := dial(t, srv)
	for method, params := range map[string]map[string]any{
		"GetAccountInfoById":            {"accountId": id},
		"GetAccountInfoByIdWithRemoved": {"accountId": id},
		"GetAccountInfo":                {"name": "d", "password": "pw"},
		"GetAccountInfoByToken":         {"token": "tok"},
	} {
		var info accountInfo
		w.must(method, params, &info)
		if info.ID != id || info.Token != "tok" || info.Type != "BackupManager" || info.Password != "pw" {
			t.Errorf("%s: %+v", method, info)
		}
	}
	var n int64
	w.must("GetAccountId", map[string]any{"accountName": "d", "accountPassword": "pw"}, &n)
	if n != id {
		t.Errorf("GetAccountId: %d", n)
	}
	w.refused("GetAccountId", map[string]any{"accountName": "d", "accountPassword": "x"})
	a := w.call("GetAccountInfoByToken", map[string]any{"token": "tok"})
	if !strings.Contains(string(a.Result), `{"accountStorageInfo":{`) {
		t.Errorf("OUT of GetAccountInfoByToken: %s", a.Result)
	}
	a = w.call("GetAccountInfoById", map[string]any{"accountId": cloud})
	var out struct {
		HomeNodeInfo struct{ CommonInfo struct{ Host string } } `json:"homeNodeInfo"`
		Result       accountInfo                                `json:"result"`
	}
	if err := json.Unmarshal(a.Result, &out); err != nil || out.HomeNodeInfo.CommonInfo.Host != "eu.example:443" || out.Result.Type != "Office365" {
		t.Errorf("%v: %+v", err, out)
	}
	var list []accountInfo
	w.must("EnumerateAccounts", map[string]any{"partnerId": p}, &list)
	if len(list) != 2 || list[0].Token != "tok" {
		t.Errorf("EnumerateAccounts: %+v", list)
	}
	for method, params := range map[string]map[string]any{
		"GetAccountInfoById":    {"accountId": 1},
		"GetAccountInfoByToken": {"token": "x"},
	} {
		if e := w.refused(method, params); e.Data != 0 || !strings.Contains(e.Message, "exist") {
			t.Errorf("%s: %+v", method, e)
		}
	}
	partner := srv.Credentials().Partner
	srv.AddUser(covetest.User{Name: "r", Password: "p", Restricted: true})
	w.visa = w.call("Login", map[string]any{"partner": partner, "username": "r", "password": "p"}).Visa
	if e := w.refused("EnumerateAccounts", map[string]any{"partnerId": p}); e.Data != 13501 {
		t.Errorf("restricted: %+v", e)
	}
	var info accountInfo
	w.must("GetAccountInfoById", map[string]any{"accountId": id}, &info)
	if info.Password != "" {
		t.Errorf("restricted users see the password %q", info.Password)
	}
	if got := w.rows(map[string]any{"Columns": []string{"QW"}})[0].cells(); got["QW"] != "" {
		t.Errorf("restricted users see the column %q", got["QW"])
	}
}

func TestAccountWrites(t *testing.T) {
	c := newClock()
	w := dial(t, covetest.NewServer(covetest.Config{Now: c.now}))
	var added accountInfo
	w.must("AddAccount", map[string]any{"accountInfo": map[string]any{"PartnerId": w.srv.RootID(), "Name": "new", "ProductId": 21266, "Type": "BackupManager"}}, &added)
	if added.Name != "new" || added.Token == "" || added.Password == "" {
		t.Errorf("AddAccount: %+v", added)
	}
	w.must("ModifyAccount", map[string]any{"accountInfo": map[string]any{"Name": "new", "NameAlias": "alias"}}, nil)
	w.must("ModifyAccountsBatch", map[string]any{"accountIds": []int64{added.ID}, "accountInfo": map[string]any{"ProductId": 21265}}, nil)
	var info accountInfo
	w.must("GetAccountInfoById", map[string]any{"accountId": added.ID}, &info)
	if info.NameAlias != "alias" || info.ProductID != 21265 {
		t.Errorf("after the changes: %+v", info)
	}
	w.refused("ModifyAccount", map[string]any{"accountInfo": map[string]any{"Id": added.ID, "Name": ""}})
	w.refused("AddAccount", map[string]any{"accountInfo": map[string]any{"PartnerId": w.srv.RootID(), "Name": "new"}})

	var features any
	w.must("GetAccountFeatures", map[string]any{"accountId": added.ID}, &features)
	w.must("SetAccountFeatures", map[string]any{"accountId": added.ID, "features": map[string]any{"a": true}}, nil)
	w.must("GetAccountFeatures", map[string]any{"accountId": added.ID}, &features)
	if diff := cmp.Diff(any(map[string]any{"a": true}), features); diff != "" {
		t.Error(diff)
	}
	var phrase string
	w.must("GenerateReinstallationPassphrase", map[string]any{"accountId": added.ID}, &phrase)
	if len(phrase) != 36 {
		t.Errorf("passphrase %q", phrase)
	}
	w.refused("GenerateReinstallationPassphrase", map[string]any{"accountId": "3785154"})

	w.must("RemoveAccount", map[string]any{"accountId": added.ID}, nil)
	w.refused("GetAccountInfoById", map[string]any{"accountId": added.ID})
	w.must("GetAccountInfoByIdWithRemoved", map[string]any{"accountId": added.ID}, &info)
	var list []accountInfo
	w.must("EnumerateRemovedAccountsByIds", map[string]any{"accountIds": []int64{added.ID, 5}}, &list)
	if info.RemovalTime != c.t.Unix() || len(list) != 1 || list[0].RemovalTime != c.t.Unix() {
		t.Errorf("removed: %+v, %+v", info, list)
	}
}

func TestRemoteAccess(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	id := w.srv.AddDevice(covetest.Device{Name: "d"})
	off := w.srv.AddDevice(covetest.Device{Name: "off", Offline: true})
	var a, b []struct{ WebRcgUrl, InternalInfoPageUrl string }
	w.must("EnumerateAccountRemoteAccessEndpoints", map[string]any{"accountId": id}, &a)
	w.must("EnumerateAccountRemoteAccessEndpoints", map[string]any{"accountId": id}, &b)
	if len(a) != 1 || !strings.HasPrefix(a[0].WebRcgUrl, "https://"+w.srv.NodeHost+"/rcg/") || a[0].WebRcgUrl == b[0].WebRcgUrl {
		t.Errorf("endpoints %v, %v", a, b)
	}
	w.must("EnumerateAccountRemoteAccessEndpoints", map[string]any{"accountId": off}, &a)
	if len(a) != 0 {
		t.Errorf("offline: %v", a)
	}
}

func TestCustomColumns(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	root := w.srv.RootID()
	p := w.srv.AddPartner(covetest.Partner{Name: "B"})
	known := w.srv.AddCustomColumn(covetest.CustomColumn{ID: 843, Name: "Notes"})
	w.srv.AddCustomColumn(covetest.CustomColumn{Name: "Only B", PartnerID: p})
	id := w.srv.AddDevice(covetest.Device{Name: "d"})
	var added int64
	w.must("AddCustomColumn", map[string]any{"customColumn": map[string]any{"Name": "Info", "PartnerId": root}}, &added)
	var list []map[string]any
	w.must("EnumerateCustomColumns", map[string]any{"partnerId": root}, &list)
	if got := rowIDs(list); !slices.Equal(got, []int{843, int(added)}) {
		t.Errorf("columns of the root: %v", list)
	}
	w.must("EnumerateCustomColumns", map[string]any{"partnerId": p}, &list)
	if len(list) != 3 {
		t.Errorf("columns of B: %v", list)
	}
	w.must("UpdateAccountCustomColumnValues", map[string]any{"accountId": id, "values": []any{[]any{added, "true"}, []any{known, "note"}}}, nil)
	var pairs [][]any
	w.must("GetAccountCustomColumnValues", map[string]any{"accountId": id}, &pairs)
	if diff := cmp.Diff([][]any{{843.0, "note"}, {float64(added), "true"}}, pairs); diff != "" {
		t.Error(diff)
	}
	if got := w.rows(map[string]any{"Filter": "AA843 == 'note'", "Columns": []string{"AA843", "AA1"}})[0].cells(); !cmp.Equal(got, map[string]string{"AA843": "note"}) {
		t.Errorf("statistics: %v", got)
	}
	for _, values := range []any{nil, map[string]any{"843": "x"}, []any{[]any{"AA843", "x"}}, []any{[]any{999, "x"}}, []any{[]any{843}}, []any{[]any{843, 5}}} {
		w.refused("UpdateAccountCustomColumnValues", map[string]any{"accountId": id, "values": values})
	}
	w.must("RemoveCustomColumn", map[string]any{"customColumnId": added}, nil)
	w.refused("GetCustomColumnInfoById", map[string]any{"customColumnId": added})

	m := dial(t, covetest.NewServer(covetest.Config{Switches: covetest.Switches{CustomValuesMap: true}}))
	id = m.srv.AddDevice(covetest.Device{Name: "d", Custom: map[int64]string{5: "x"}})
	var values map[string]string
	m.must("GetAccountCustomColumnValues", map[string]any{"accountId": id}, &values)
	if values["5"] != "x" {
		t.Errorf("as a map: %v", values)
	}
}

func TestEnumerateColumns(t *testing.T) {
	for flat := range map[bool]bool{false: true, true: true} {
		w := dial(t, covetest.NewServer(covetest.Config{Switches: covetest.Switches{FlatEnumerateColumns: flat}}))
		w.srv.AddCustomColumn(covetest.CustomColumn{ID: 843, Name: "Notes"})
		a := w.call("EnumerateColumns", map[string]any{"partnerId": w.srv.RootID()})
		var list []struct{ Code, Description string }
		if flat {
			if err := json.Unmarshal(a.Result, &list); err != nil {
				t.Fatal(err)
			}
		} else {
			var outer struct {
				Result *[]struct{ Code, Description string }
			}
			outer.Result = &list
			if err := json.Unmarshal(a.Result, &outer); err != nil {
				t.Fatal(err)
			}
		}
		codes := map[string]string{}
		for _, c := range list {
			codes[c.Code] = c.Description
		}
		if codes["D02F06"] == "" || codes["I78"] == "" || codes["AA843"] != "Notes" || codes["R0"] == "" || len(codes) != len(list) {
			t.Errorf("%d columns", len(list))
		}
	}
}

func TestHistoryStatistics(t *testing.T) {
	c := newClock()
	srv := covetest.NewServer(covetest.Config{Now: c.now})
	id := srv.AddDevice(covetest.Device{Name: "d", Created: c.t.Add(-100 * time.Hour), Sources: map[string]covetest.Source{"D01": {Status: 5}}})
	other := srv.AddDevice(covetest.Device{Name: "e", Created: c.t.Add(-10 * time.Hour)})
	srv.AddHistory(id, c.t.Add(-20*time.Hour), covetest.Device{Sources: map[string]covetest.Source{"D01": {Status: 2}}})
	srv.AddHistory(id, c.t.Add(-90*time.Hour), covetest.Device{Sources: map[string]covetest.Source{"D01": {Status: 8}}})
	w := dial(t, srv)
	ask := func(hours int) []statRow {
		var rows []statRow
		w.must("EnumerateAccountHistoryStatistics", map[string]any{"timeslice": c.t.Add(-time.Duration(hours) * time.Hour).Unix(), "totalStatistics": "*",
			"query": map[string]any{"PartnerId": srv.RootID(), "RecordsCount": 10, "Columns": []string{"F0"}}}, &rows)
		return rows
	}
	for hours, want := range map[int]string{95: "", 50: "8", 15: "2", 5: "2"} {
		rows := ask(hours)
		got := ""
		if len(rows) > 0 && rows[0].AccountID == id {
			got = rows[0].cells()["F0"]
		}
		if got != want || slices.Contains(ids(rows), other) != (hours < 10) {
			t.Errorf("%d hours ago: %v", hours, rows)
		}
	}
	if e := w.refused("EnumerateAccountHistoryStatistics", map[string]any{"timeslice": 1, "query": map[string]any{"PartnerId": srv.RootID(), "Columns": []string{"Z0"}}}); !strings.Contains(e.Message, "Z0") {
		t.Errorf("a newer letter: %+v", e)
	}
}
