package covetest_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/cove/covetest"
)

// sessions returns a client of a server that has one device with three
// sessions.
func sessions(t *testing.T, sw covetest.Switches) (*wire, func(extra map[string]any) map[string]any) {
	t.Helper()
	c := newClock()
	srv := covetest.NewServer(covetest.Config{Now: c.now, Switches: sw})
	id := srv.AddDevice(covetest.Device{Name: "srv-01"})
	start := func(hours int) time.Time { return c.t.Add(-time.Duration(hours) * time.Hour) }
	srv.AddSession(id, covetest.Session{ID: 10, Source: "D01", Status: 2, Start: start(30), End: start(29), SelectedSize: 300, SelectedCount: 3, ErrorsCount: -1,
		Errors: []covetest.SessionError{
			{ID: 1, Code: 5, Text: "Access is denied", Filename: `C:\a`, Count: 2, Time: start(29)},
			{ID: 2, Code: 32, Text: "File is in use", Filename: `C:\b`, Files: []string{`C:\b1`, `C:\b2`}, NodeID: 7},
		}})
	srv.AddSession(id, covetest.Session{ID: 11, Source: "D02", Status: 5, Start: start(20), End: start(19), Flags: []string{"Accelerated"}})
	srv.AddSession(id, covetest.Session{ID: 12, Source: "D01", Status: 1, Start: start(1), Flags: []string{"Synchronized", "Accelerated"}})
	srv.AddSession(id, covetest.Session{ID: 13, Source: "D01", Type: "Restore", Status: 8, Start: start(2), End: start(2),
		Errors: []covetest.SessionError{{ID: 3, Text: "x", Filename: "y"}}})
	d, _ := srv.Device(id)
	with := func(extra map[string]any) map[string]any {
		p := map[string]any{"accountId": id, "account": d.Name, "token": d.Token}
		maps.Copy(p, extra)
		return p
	}
	return dial(t, srv).on("/repserv_json"), with
}

func rowIDs(rows []map[string]any) []int {
	list := []int{}
	for _, r := range rows {
		list = append(list, int(r["Id"].(float64)))
	}
	return list
}

func TestQuerySessions(t *testing.T) {
	w, with := sessions(t, covetest.Switches{})
	w.visa = "" // account and token are what is checked
	for _, tt := range []struct {
		query, order string
		window       map[string]any
		want         []int
	}{
		{"", "", nil, []int{10, 11, 12, 13}},
		{"0 != 1", "BackupStartTime DESC", nil, []int{12, 13, 11, 10}},
		{"0 != 1 and Plugin == 1 and Status in (1,2)", "Id DESC", nil, []int{12, 10}},
		{"Plugin == 7", "", nil, []int{11}},
		{"(Type & 1) == 1", "", nil, []int{10, 11, 12}},
		{"Type & 2 and Status != 5", "", nil, []int{13}},
		{"Flags & 1", "", nil, []int{12}},
		{"(Flags & 2) == 2 and Status == 5", "", nil, []int{11}},
		{"SelectedSize >= 234 and SelectedCount >= 2", "", nil, []int{10}},
		{"ErrorsCount > 0", "", nil, []int{13}},
		{"BackupStartTime > 1.day().ago()", "Id ASC", nil, []int{11, 12, 13}},
		{"EndTime == 0", "", nil, []int{12}},
		{"", "BackupStartTime DESC", map[string]any{"Offset": 1, "Size": 2}, []int{13, 11}},
		{"", "Id ASC", map[string]any{"Offset": 3, "Size": 5}, []int{13}},
		{"", "Id ASC", map[string]any{"Offset": 30, "Size": 5}, []int{}},
		{"", "Id ASC", map[string]any{"Offset": 0, "Size": 0}, []int{}},
	} {
		params := with(map[string]any{"query": tt.query, "orderBy": tt.order})
		if tt.window != nil {
			params["range"] = tt.window
		}
		var rows []map[string]any
		w.must("QuerySessions", params, &rows)
		if got := rowIDs(rows); !slices.Equal(got, tt.want) {
			t.Errorf("%q %q %v: %v, want %v", tt.query, tt.order, tt.window, got, tt.want)
		}
	}
	var rows []map[string]any
	w.must("QuerySessions", with(map[string]any{"query": "Status in (1,2)"}), &rows)
	if rows[0]["Status"] != "Failed" || rows[0]["PluginId"] != "FileSystem" || rows[0]["ErrorsCount"] != 0.0 || rows[1]["Status"] != "InProcess" || rows[1]["EndTime"] != 0.0 {
		t.Errorf("rows %v", rows)
	}
	if a := w.call("QuerySessions", with(nil)); a.Visa != "" {
		t.Errorf("the node hands out a visa: %q", a.Visa)
	}
	for _, params := range []map[string]any{{"query": "XX == 1"}, {"query": "Status =="}, {"orderBy": "Id"}, {"range": map[string]any{"Offset": -1, "Size": 1}}} {
		if e := w.refused("QuerySessions", with(params)); e.Code != -32603 {
			t.Errorf("%v: %+v", params, e)
		}
	}
}

func TestNodeAdmits(t *testing.T) {
	w, with := sessions(t, covetest.Switches{})
	other := w.srv.AddDevice(covetest.Device{Name: "elsewhere", NodeHost: "other.example:443", Token: "tok"})
	for name, params := range map[string]map[string]any{
		"wrong token":   with(map[string]any{"token": "x"}),
		"wrong account": with(map[string]any{"account": "SRV-01"}),
		"wrong id":      with(map[string]any{"accountId": 1}),
		"other node":    {"accountId": other, "account": "elsewhere", "token": "tok"},
	} {
		if e := w.refused("QuerySessions", params); e.Data != 0 || !strings.Contains(e.Message, "doesn&apos;t exist") {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if e := w.refused("QuerySessions", map[string]any{"accountId": 1}); !strings.Contains(e.Message, "missing") {
		t.Errorf("without account and token: %+v", e)
	}
	if e := w.refused("Nothing", with(nil)); e.Code != -32601 {
		t.Errorf("unknown method: %+v", e)
	}
}

func TestNodeNeedsVisa(t *testing.T) {
	w, with := sessions(t, covetest.Switches{NodeNeedsVisa: true})
	w.must("QuerySessions", with(nil), nil)
	visa := w.visa
	w.visa = ""
	w.must("QuerySessions", with(map[string]any{"visa": visa}), nil)
	if e := w.refused("QuerySessions", with(nil)); e.Data != 1701 {
		t.Errorf("without a visa: %+v", e)
	}
}

func TestQueryErrors(t *testing.T) {
	w, with := sessions(t, covetest.Switches{})
	for _, tt := range []struct {
		params map[string]any
		want   []int
	}{
		{map[string]any{"sessionId": 10, "query": "SessionId == 10", "orderBy": "Id ASC", "groupId": 0}, []int{1, 2}},
		{map[string]any{"sessionId": 0, "orderBy": "Id DESC"}, []int{3, 2, 1}},
		{map[string]any{"sessionId": 0, "query": "Count >= 2"}, []int{1}},
		{map[string]any{"sessionId": 0, "query": `Text =~ "*use" or Filename == "y"`}, []int{2, 3}},
		{map[string]any{"sessionId": 0, "query": "Code == 5"}, []int{1}},
		{map[string]any{"sessionId": 0, "range": map[string]any{"Offset": 1, "Size": 1}}, []int{2}},
		{map[string]any{"sessionId": 99}, []int{}},
	} {
		var rows []map[string]any
		w.must("QueryErrors", with(tt.params), &rows)
		if got := rowIDs(rows); !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.params, got, tt.want)
		}
	}
	if e := w.refused("QueryErrors", with(nil)); !strings.Contains(e.Message, "sessionId") {
		t.Errorf("without a session: %+v", e)
	}
}

func TestGroupDetails(t *testing.T) {
	for field, names := range map[covetest.GroupDetailsField][]string{covetest.DetailsPath: {"Path"}, covetest.DetailsFilename: {"Filename"}, covetest.DetailsBoth: {"Path", "Filename"}} {
		w, with := sessions(t, covetest.Switches{GroupDetails: field})
		var want []map[string]any
		for _, file := range []string{`C:\b1`, `C:\b2`} {
			row := map[string]any{"ErrorText": "File is in use", "Plugin": 1.0, "GroupId": 2.0, "NodeId": 7.0, "Time": 1763769600.0 - 29*3600}
			for _, name := range names {
				row[name] = file
			}
			want = append(want, row)
		}
		var rows []map[string]any
		w.must("EnumerateSessionErrorsGroupDetails", with(map[string]any{"sessionId": 10, "groupId": 2}), &rows)
		if diff := cmp.Diff(want, rows); diff != "" {
			t.Errorf("%v: %s", names, diff)
		}
	}
}

func TestQueryAudit(t *testing.T) {
	w, with := sessions(t, covetest.Switches{InProgressText: true})
	id := with(nil)["accountId"].(int64)
	for i := range 3 {
		w.srv.AddAudit(id, covetest.Audit{Time: time.Unix(int64(100+i), 0), User: "u", Operation: fmt.Sprint("a", i), Details: "t"})
	}
	var rows []map[string]any
	w.must("QueryAudit", with(map[string]any{"query": "Timestamp > 100", "orderBy": "Timestamp DESC", "range": map[string]any{"Offset": 0, "Size": 1}}), &rows)
	if len(rows) != 1 || rows[0]["Operation"] != "a2" || rows[0]["ActionId"] != 3.0 {
		t.Errorf("rows %v", rows)
	}
	w.must("QuerySessions", with(map[string]any{"query": "Status == 1"}), &rows)
	if rows[0]["Status"] != "InProgress" {
		t.Errorf("status 1 is %v", rows[0]["Status"])
	}
}
