package covetest_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/cove/covetest"
)

// fleet is a small set of devices: a server with a source that stopped, a
// workstation that never ran, and a Microsoft 365 tenant in a site.
func fleet(t *testing.T, cfg covetest.Config) *wire {
	t.Helper()
	c := newClock()
	if cfg.Now == nil {
		cfg.Now = c.now
	}
	now := cfg.Now()
	srv := covetest.NewServer(cfg)
	birch := srv.AddPartner(covetest.Partner{ID: 400001, Name: "Birch Dental", ExternalCode: "CWM:250:BirchDental"})
	west := srv.AddPartner(covetest.Partner{ID: 400002, ParentID: birch, Name: "Birch Dental - West", Level: "Site"})
	srv.AddDevice(covetest.Device{
		ID: 1001, PartnerID: birch, Name: "srv-01", ComputerName: "SRV-01", OS: "Windows Server 2019", OSType: 2, ProductID: 21265,
		Created: now.Add(-1000 * time.Hour), Seen: now.Add(-5 * time.Minute), UsedStorage: 5000,
		Sources: map[string]covetest.Source{
			"D01": {Status: 5, LastSuccess: now.Add(-time.Hour), SelectedSize: 100, ProtectedSize: 70, ColorBar: "555"},
			"D02": {Status: 2, Errors: 3, LastSuccess: now.Add(-400 * time.Hour), LastCompleted: now.Add(-2 * time.Hour), SelectedSize: 11, ColorBar: "5252"},
		},
	})
	srv.AddDevice(covetest.Device{
		ID: 1002, PartnerID: west, Name: "lap-07", ComputerName: "LAP-07", OSType: 1, ProfileID: 5038, ProductID: 21266,
		Created: now.Add(-24 * time.Hour), Flags: []string{"AutoDeployed"}, Custom: map[int64]string{2048: "note"},
	})
	srv.AddDevice(covetest.Device{
		ID: 1003, PartnerID: west, Name: "birch-m365", AccountType: 2, ComputerName: "never sent", Seen: now.Add(-40 * 24 * time.Hour),
		Sources: map[string]covetest.Source{"D19": {Status: 1, Errors: 1, LastSuccess: now.Add(-13 * time.Hour), ProtectedUsers: 12}, "D23": {Status: 5, LastSuccess: now.Add(-12 * time.Hour)}},
	})
	return dial(t, srv)
}

func TestFilterLanguage(t *testing.T) {
	w := fleet(t, covetest.Config{})
	all := []int64{1001, 1002, 1003}
	for _, tt := range []struct {
		filter string
		want   []int64
	}{
		{"", all},
		{"  ", all},
		{"AT == 1", []int64{1001, 1002}},
		{"AT==1 OR AT==2", all},
		{"AT==1 AND TS > 30.day().ago()", []int64{1001}},
		{"TS < 30.days().ago()", []int64{1002, 1003}},
		{"TS < 30.days().ago() and TS != 0", []int64{1003}},
		{"(T7 >= 1) AND (TS > 7.days().ago())", []int64{1001}},
		{"AU in (1001,1003)", []int64{1001, 1003}},
		{"AN in ('lap-07', \"srv-01\")", []int64{1001, 1002}},
		{"I78 =~ '*D02*'", []int64{1001}},
		{"(I78 =~ '*D02*' AND S0 != 5)", []int64{1001}},
		{"S0 != 5", all},
		{"S0 == 0", []int64{1002, 1003}},
		{"ZL < 24.hour().ago()", all},
		{"(OT == 2 AND SL < 24.hour().ago())", []int64{1001}},
		{"(OT == 2 AND TL < 24.hour().ago())", []int64{}},
		{"OT == 1 AND OI != 5038", []int64{}},
		{`AN == "srv-01"`, []int64{1001}},
		{"AN =~ 'SRV*'", []int64{1001}},
		{"AN =~ 'srv*'", []int64{1001}},
		{"AN =~ '???-0?'", []int64{1001, 1002}},
		{"AN =~ 'srv'", []int64{}},
		{"ANY =~ 'LAP*'", []int64{1002}},
		{"ANY =~ 'not*'", []int64{1002}},
		{"ANY == 'Birch Dental'", []int64{1001}},
		{"PD != Product.Documents and PD != 0", []int64{1001}},
		{"!(AA2048 =='')", []int64{1002}},
		{"AA2048 == ''", []int64{1001, 1003}},
		{"PF == 'CWM:250:BirchDental'", []int64{1001}},
		{"PF", []int64{1001}},
		{"not PF", []int64{1002, 1003}},
		{"US > 4 * 1024 and US < 5 * 1024", []int64{1001}},
		{"US + 1 == 5001 && US - 1 == 4999 && US / 2 == 2500 && US % 3 == 2", []int64{1001}},
		{"1 + 2 * 3 == 7 and -US == -5000", []int64{1001}},
		{"AT == 1 or AT == 2 and AN == 'srv-01'", []int64{1001, 1002}},
		{"(AT == 1 or AT == 2) and AN == 'srv-01'", []int64{1001}},
		{"not AT == 0", all},
		{"!0 * 0", []int64{}},
		{"true and !false", all},
		{"AT <> 2 || false", []int64{1001, 1002}},
		{"AN > 'c' and AN < 'm'", []int64{1002}},
		{"AU == '1002'", []int64{1002}},
		{"D1F0 == 5", []int64{1001}},
		{"D02F06 == S7 and S7 >= 3", []int64{1001}},
		{"1.5 < 2 and US > 0.5", []int64{1001}},
		{"MN == ''", []int64{1003}},
		{"G7 + D23F06 == 1", []int64{1003}},
		{"1000 * 3.days().ago() > 0 and CD > 3.days().ago()", []int64{1002, 1003}},
	} {
		if got := ids(w.rows(map[string]any{"Filter": tt.filter})); !slices.Equal(got, tt.want) {
			t.Errorf("%s: rows %v, want %v", tt.filter, got, tt.want)
		}
	}
}

func TestFilterErrors(t *testing.T) {
	w := fleet(t, covetest.Config{})
	for _, filter := range []string{
		"AT = 1", "AT == ", "== 1", "(AT == 1", "AT == 1)", "AT == 'x", "AT in 1", "AT in ()", "AT in (1,)",
		"AT == 1 | AT == 2", "AT & 1", "XX == 1", "AN == 'a' 'b'", "30.weeks().ago() < TS", "30.days() .", "TS.ago() > 1",
		"1.5.days().ago() < TS", "5.ago() < TS", "ANY", "ANY < 3", "1 == ANY", "5x == 1", "PD == Product.Nothing", "not", "\x01",
		strings.Repeat("(", 5000) + "1" + strings.Repeat(")", 5000), strings.Repeat("!", 5000) + "1",
	} {
		e := w.refused("EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": w.srv.RootID(), "RecordsCount": 5, "Filter": filter}})
		if e.Code != -32603 || !strings.Contains(e.Message, "Filter is not valid") {
			t.Errorf("%.40q: error %+v", filter, e)
		}
	}
}

func TestQuoteDialects(t *testing.T) {
	for _, tt := range []struct {
		quotes covetest.QuoteDialect
		filter string
	}{
		{covetest.QuotesPlain, `AN == "it's"`},
		{covetest.QuotesBackslash, `AN == 'it\'s'`},
		{covetest.QuotesDoubled, `AN == 'it''s'`},
	} {
		srv := covetest.NewServer(covetest.Config{Switches: covetest.Switches{Quotes: tt.quotes}})
		id := srv.AddDevice(covetest.Device{Name: "it's"})
		srv.AddDevice(covetest.Device{Name: "its"})
		if got := ids(dial(t, srv).rows(map[string]any{"Filter": tt.filter})); !slices.Equal(got, []int64{id}) {
			t.Errorf("%s: %v", tt.filter, got)
		}
	}
}

func TestColumnsAreEchoedAndCross(t *testing.T) {
	w := fleet(t, covetest.Config{})
	rows := w.rows(map[string]any{"Filter": "AU == 1001", "Columns": []string{"AU", "I0", "S7", "D02F06", "F6", "D01F07", "D2F6", "D1F7", "T7", "D09F06", "T6", "XX", "F22"}})
	want := map[string]string{"AU": "1001", "I0": "1001", "S7": "3", "D02F06": "3", "F6": "70", "D01F07": "70", "D2F6": "3", "D1F7": "70", "T7": "3", "D09F06": "3", "T6": "70"}
	if diff := cmp.Diff(want, rows[0].cells()); diff != "" {
		t.Error(diff)
	}
	for i := 1; i < len(rows[0].Settings); i++ {
		for a := range rows[0].Settings[i-1] {
			for b := range rows[0].Settings[i] {
				if a > b {
					t.Errorf("%s stands before %s: Settings are in code order", a, b)
				}
			}
		}
	}
}

func TestQueryTolerates(t *testing.T) {
	w := fleet(t, covetest.Config{})
	// Unknown members, null members and codes that are asked for twice are not
	// errors.
	var rows []statRow
	w.must("EnumerateAccountStatistics", map[string]any{"totalStatistics": "*", "query": map[string]any{
		"PartnerId": fmt.Sprint(w.srv.RootID()), "Filter": nil, "ExcludedPartners": nil, "Labels": []string{}, "RecurseSubPartners": true,
		"RecordsCount": 1, "StartRecordNumber": nil, "OrderBy": nil, "Totals": nil, "Columns": []string{"F0", "AU", "F0", "D1F0", "D01F00"}}}, &rows)
	want := []map[string]string{{"AU": "1001"}, {"D01F00": "5"}, {"D1F0": "5"}, {"F0": "5"}, {"F0": "5"}}
	if diff := cmp.Diff(want, rows[0].Settings); diff != "" {
		t.Error(diff)
	}
}

func TestTextIsKept(t *testing.T) {
	const text = "quotes \" ' \\ pipe | entity &amp; <b> \u00e9\u4e16\U0001F600 tab\t\u2028 control\x01"
	w := dial(t, covetest.NewServer(covetest.Config{}))
	w.srv.AddDevice(covetest.Device{Name: "d", Alias: text, Custom: map[int64]string{7: text}})
	got := w.rows(map[string]any{"Columns": []string{"AL", "AA7"}})[0].cells()
	if got["AL"] != text || got["AA7"] != text {
		t.Errorf("%q and %q, want %q", got["AL"], got["AA7"], text)
	}
}

func TestDerivedColumns(t *testing.T) {
	w := fleet(t, covetest.Config{})
	columns := []string{"AU", "AR", "PF", "MN", "OT", "OI", "OP", "PN", "I78", "AP", "I83", "TS", "TL", "T0", "TB", "TG", "TO", "TJ", "TQ", "TM", "T3", "S0", "SL", "SQ", "SJ", "SO", "FG", "G0", "GG", "GL", "D23F00", "D23F18", "AA2048"}
	now := int64(1763769600)
	at := func(hours int64) string { return fmt.Sprint(now - hours*3600) }
	want := []map[string]string{
		{"AU": "1001", "AR": "Birch Dental", "PF": "CWM:250:BirchDental", "MN": "SRV-01", "OT": "2", "PN": "All-In", "I78": "D01D02", "AP": "FS", "I83": "400001",
			"TS": fmt.Sprint(now - 300), "TL": at(1), "T0": "5", "TB": "5252", "TG": at(1), "TO": at(1), "TJ": "5", "TQ": "5", "T3": "111",
			"S0": "2", "SL": at(400), "SQ": "5", "SJ": "2", "SO": at(2), "FG": at(1)},
		{"AU": "1002", "AR": "Birch Dental - West", "MN": "LAP-07", "OT": "1", "OI": "5038", "OP": "Documents", "PN": "Documents", "I78": "", "I83": "400002", "AA2048": "note"},
		{"AU": "1003", "AR": "Birch Dental - West", "OT": "0", "I78": "D19D23", "AP": "G", "I83": "400002", "TS": fmt.Sprint(now - 40*86400),
			"T0": "1", "TG": "", "TL": at(12), "TO": at(12), "TJ": "5", "TQ": "5", "TM": "12", "T3": "0", "G0": "1", "GG": "", "GL": at(13), "D23F00": "5", "D23F18": at(12)},
	}
	var got []map[string]string
	for _, r := range w.rows(map[string]any{"Columns": columns, "OrderBy": "AU ASC"}) {
		got = append(got, r.cells())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPagingAndOrder(t *testing.T) {
	srv := covetest.NewServer(covetest.Config{})
	for i := range 25 {
		srv.AddDevice(covetest.Device{ID: int64(100 + (i*7)%25), Name: fmt.Sprintf("d%02d", i), OSType: i % 3})
	}
	w := dial(t, srv)
	var all []int64
	for start := 0; ; start += 10 {
		page := w.rows(map[string]any{"OrderBy": "AU ASC", "StartRecordNumber": start, "RecordsCount": 10})
		all = append(all, ids(page)...)
		if len(page) < 10 {
			break
		}
	}
	if len(all) != 25 || !slices.IsSorted(all) {
		t.Errorf("pages hold %v", all)
	}
	rows := w.rows(map[string]any{"OrderBy": "OT desc, AN ASC", "Columns": []string{"OT", "AN"}})
	for i := 1; i < len(rows); i++ {
		a, b := rows[i-1].cells(), rows[i].cells()
		if a["OT"] < b["OT"] || a["OT"] == b["OT"] && a["AN"] >= b["AN"] {
			t.Errorf("row %v stands before %v", a, b)
		}
	}
	for _, order := range []string{"AU", "AU UP", "XX ASC", "AU ASC,", "AU ASC AN ASC"} {
		if e := w.refused("EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": srv.RootID(), "OrderBy": order}}); !strings.Contains(e.Message, "OrderBy") {
			t.Errorf("%q: %+v", order, e)
		}
	}
}

func TestTotalsAndSelectionMode(t *testing.T) {
	w := fleet(t, covetest.Config{})
	query := map[string]any{"PartnerId": w.srv.RootID(), "RecordsCount": 1, "Totals": []string{"COUNT(AT==1)", "SUM(US)", "COUNT(1)", "MAX(AU)", "MIN(AU)"}}
	a := w.call("EnumerateAccountStatistics", map[string]any{"query": query})
	var got struct {
		Result          []statRow           `json:"result"`
		TotalStatistics []map[string]string `json:"totalStatistics"`
	}
	if err := json.Unmarshal(a.Result, &got); err != nil {
		t.Fatal(err)
	}
	want := []map[string]string{{"COUNT(1)": "3"}, {"COUNT(AT==1)": "2"}, {"MAX(AU)": "1003"}, {"MIN(AU)": "1001"}, {"SUM(US)": "5000"}}
	if diff := cmp.Diff(want, got.TotalStatistics); diff != "" || len(got.Result) != 1 {
		t.Errorf("%d rows, totals %s", len(got.Result), diff)
	}
	a = w.call("EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": w.srv.RootID(), "RecordsCount": 1, "Columns": []string{"AU"}}})
	if !strings.HasSuffix(string(a.Result), `"totalStatistics":null}`) {
		t.Errorf("without Totals: %s", a.Result)
	}
	a = w.call("EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": w.srv.RootID(), "SelectionMode": "Count", "RecordsCount": 100}})
	if string(a.Result) != `{"result":[],"totalStatistics":[{"COUNT(1)":"3"}]}` {
		t.Errorf("Count: %s", a.Result)
	}
}

func TestScope(t *testing.T) {
	w := fleet(t, covetest.Config{})
	for _, tt := range []struct {
		query map[string]any
		want  []int64
	}{
		{map[string]any{"PartnerId": 400001}, []int64{1001, 1002, 1003}},
		{map[string]any{"PartnerId": 400002}, []int64{1002, 1003}},
		{map[string]any{"ExcludedPartners": []int{400002}}, []int64{1001}},
		{map[string]any{"ExcludedPartners": []int{400001}}, []int64{}},
	} {
		if got := ids(w.rows(tt.query)); !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.query, got, tt.want)
		}
	}
	w.srv.AddUser(covetest.User{Name: "west", Password: "p", PartnerID: 400002})
	a := w.call("Login", map[string]any{"partner": "Birch Dental - West", "username": "west", "password": "p"})
	w.visa = a.Visa
	if e := w.refused("EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": 400001}}); e.Data != 13501 {
		t.Errorf("outside the subtree: %+v", e)
	}
}

func TestStatisticsSwitches(t *testing.T) {
	sw := func(s covetest.Switches) *wire { return fleet(t, covetest.Config{Switches: s}) }
	cells := func(w *wire, codes ...string) map[string]string {
		t.Helper()
		return w.rows(map[string]any{"Filter": "AU == 1003", "Columns": codes})[0].cells()
	}
	check := func(name string, got, want any) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	type m = map[string]string
	check("U3 accepted", cells(sw(covetest.Switches{}), "D19F0", "D23F0", "D23F9"), m{"D19F0": "1", "D23F0": "5", "D23F9": fmt.Sprint(1763769600 - 12*3600)})
	check("U3 strict", cells(sw(covetest.Switches{PaddedCodesOnly: true}), "D19F0", "D23F00"), m{"D23F00": "5"})
	check("U4 commas", sw(covetest.Switches{ActiveSources: covetest.SourcesCommas}).rows(map[string]any{"Columns": []string{"I78"}})[0].cells(), m{"I78": "D1,D2"})
	check("U4 mixed odd", cells(sw(covetest.Switches{ActiveSources: covetest.SourcesMixed}), "I78"), m{"I78": "D19,D23"})
	w := sw(covetest.Switches{UnknownColumnForbidden: true})
	e := w.refused("EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": w.srv.RootID(), "Columns": []string{"AU", "XX"}}})
	check("U5", e.Data, 13501)
	for all, want := range map[bool]int{false: 1, true: 3} {
		var rows []statRow
		w := sw(covetest.Switches{AllRecordsByDefault: all})
		w.must("EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": w.srv.RootID(), "Columns": []string{"AU"}}}, &rows)
		check("U6", len(rows), want)
	}
	w = sw(covetest.Switches{ArrayValues: true})
	a := w.call("EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": w.srv.RootID(), "RecordsCount": 2, "Columns": []string{"AU"}}})
	check("U13", strings.Contains(string(a.Result), `{"AU":"1001"}`) && strings.Contains(string(a.Result), `{"AU":["1002"]}`), true)
	w = sw(covetest.Switches{})
	if e := w.refused("EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": -1}}); e.Code != -32603 {
		t.Errorf("U17: %+v", e)
	}
	check("U17", len(sw(covetest.Switches{EverythingPartner: true}).rows(map[string]any{"PartnerId": -1})), 3)
	w = sw(covetest.Switches{ForbiddenColumns: []string{"D02"}})
	check("forbidden", w.refused("EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": w.srv.RootID(), "Columns": []string{"D02F00"}}}).Data, 13501)
	check("page limit", len(sw(covetest.Switches{PageLimit: 2}).rows(map[string]any{})), 2)
	check("case", len(sw(covetest.Switches{PatternMatchesCase: true}).rows(map[string]any{"Filter": "AN =~ 'SRV*'"})), 0)
}

func FuzzFilter(f *testing.F) {
	for _, seed := range []string{"AT == 1", "TS > 30.days().ago()", "AN =~ '*x?'", "not (AU in (1,'2'))", "ANY == \"x\" || -US % 3 > 1.5", "((((", "'", "30.", "Product.Documents"} {
		f.Add(seed, uint8(0))
	}
	srv := covetest.NewServer(covetest.Config{})
	srv.AddDevice(covetest.Device{Name: "x", Sources: map[string]covetest.Source{"D01": {Status: 5}}})
	f.Fuzz(func(t *testing.T, filter string, quotes uint8) {
		if err := covetest.CheckFilter(srv, filter, covetest.QuoteDialect(quotes%4)); err == nil && strings.TrimSpace(filter) == "" {
			t.Errorf("an empty text parsed as an expression")
		}
	})
}

func TestWildcards(t *testing.T) {
	for _, tt := range []struct {
		text, pattern string
		want          bool
	}{
		{"", "", true}, {"", "*", true}, {"", "?", false}, {"abc", "abc", true}, {"abc", "a*", true}, {"abc", "*c", true},
		{"abc", "a?c", true}, {"abc", "a?", false}, {"aXbXc", "a*b*c", true}, {"aXbXd", "a*b*c", false}, {"é", "?", true},
		{"[2024-01-01] - gone", "[??????????]*", true}, {"2024", "[?]*", false}, {"aaa", "*aaaa", false}, {"ab", "**ab**", true}, {"a\\b", `a\b`, true},
	} {
		if got := covetest.Matches(tt.text, tt.pattern); got != tt.want {
			t.Errorf("%q =~ %q is %v", tt.text, tt.pattern, got)
		}
	}
}

func BenchmarkStatistics(b *testing.B) {
	srv := covetest.NewServer(covetest.Config{})
	for i := range 20000 {
		p := srv.RootID()
		srv.AddDevice(covetest.Device{PartnerID: p, Name: fmt.Sprintf("device-%05d", i), Seen: time.Now(), OSType: 1 + i%2, Sources: map[string]covetest.Source{
			"D01": {Status: 5, LastSuccess: time.Now(), ColorBar: strings.Repeat("5", 28)},
			"D02": {Status: 8, Errors: 4, LastSuccess: time.Now()}, "D10": {Status: 5},
		}})
	}
	columns := []string{"AU", "AN", "MN", "AL", "AR", "PF", "PD", "PN", "OI", "OP", "OS", "OT", "AT", "I78", "I81", "CD", "TS", "TL", "T0", "T7", "TJ", "TO", "LN", "EI", "IP", "TZ"}
	for _, source := range []string{"D01", "D02", "D04", "D05", "D06", "D08", "D10", "D11", "D12", "D14", "D15", "D19", "D20", "D23"} {
		for _, field := range []string{"F00", "F06", "F09", "F16", "F17", "F18", "F08"} {
			columns = append(columns, source+field)
		}
	}
	query := map[string]any{"PartnerId": srv.RootID(), "Filter": "AT == 1 AND TS > 30.days().ago()", "OrderBy": "AU ASC", "StartRecordNumber": 5000, "RecordsCount": 5000, "Columns": columns}
	for b.Loop() {
		if n := covetest.Answer(srv, query); n < 1<<20 {
			b.Fatalf("%d bytes", n)
		}
	}
}
