package covetest_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/covedesk/covedesk/cove/covetest"
)

func TestCellsThatFollow(t *testing.T) {
	at, before := time.Unix(1763769600, 0), time.Unix(1763760000, 0)
	for name, tt := range map[string]struct {
		source covetest.Source
		want   map[string]string
	}{
		"good":               {covetest.Source{Status: 5, LastSuccess: at}, map[string]string{"F0": "5", "FL": "1763769600", "FQ": "5", "FJ": "5", "FO": "1763769600", "FG": "1763769600"}},
		"never":              {covetest.Source{Status: 2}, map[string]string{"F0": "2", "FJ": "2"}},
		"failed since":       {covetest.Source{Status: 2, LastSuccess: before, LastCompleted: at}, map[string]string{"F0": "2", "FL": "1763760000", "FQ": "5", "FJ": "2", "FO": "1763769600", "FG": "1763769600"}},
		"with errors":        {covetest.Source{Status: 8, LastSuccess: at, LastSuccessStatus: 8}, map[string]string{"F0": "8", "FL": "1763769600", "FQ": "8", "FJ": "8", "FO": "1763769600", "FG": "1763769600"}},
		"running":            {covetest.Source{Status: 1, LastSuccess: at, LastCompletedStatus: 5}, map[string]string{"F0": "1", "FL": "1763769600", "FQ": "5", "FJ": "5", "FO": "1763769600", "FG": ""}},
		"a field of its own": {covetest.Source{Status: 5, LastSuccess: at, Fields: map[string]string{"F16": "6", "F25": "9"}}, map[string]string{"F0": "5", "FL": "1763769600", "FQ": "6", "FJ": "5", "FO": "1763769600", "FG": "1763769600", "D01F25": "9"}},
	} {
		srv := covetest.NewServer(covetest.Config{})
		srv.AddDevice(covetest.Device{Sources: map[string]covetest.Source{"D01": tt.source}})
		w := dial(t, srv)
		same(t, name, w.rows(map[string]any{"Columns": []string{"F0", "FL", "FQ", "FJ", "FO", "FG", "D01F25"}})[0].cells(), tt.want)
	}
}

func TestTotalFollows(t *testing.T) {
	at, before := time.Unix(1763769600, 0), time.Unix(1763760000, 0)
	srv := covetest.NewServer(covetest.Config{})
	id := srv.AddDevice(covetest.Device{Sources: map[string]covetest.Source{
		"D01": {Status: 5, LastSuccess: at, Errors: 1, ColorBar: "55", Duration: time.Minute},
		"D02": {Status: 2, LastSuccess: before, LastCompleted: before.Add(time.Hour), Errors: 2, ColorBar: "5255", Duration: time.Hour},
	}})
	w := dial(t, srv)
	is := func(what string, want map[string]string) {
		t.Helper()
		same(t, what, w.rows(map[string]any{"Columns": []string{"T0", "T7", "TL", "TO", "TJ", "TB", "TA", "TG"}})[0].cells(), want)
	}
	is("the newest", map[string]string{"T0": "5", "T7": "3", "TL": "1763769600", "TO": "1763769600", "TJ": "5", "TB": "5255", "TA": "60", "TG": "1763769600"})
	srv.EditDevice(id, func(d *covetest.Device) {
		src := d.Sources["D02"]
		src.Status = 1
		d.Sources["D02"] = src
	})
	is("one that runs is newer", map[string]string{"T0": "1", "T7": "3", "TL": "1763769600", "TO": "1763769600", "TJ": "5", "TB": "5255", "TA": "3600", "TG": ""})
	srv.EditDevice(id, func(d *covetest.Device) { d.Sources["D09"] = covetest.Source{Status: 8, ColorBar: "8"} })
	is("given", map[string]string{"T0": "8", "T7": "0", "TJ": "8", "TB": "8", "TA": "0"})
}

func TestOverridesFollowSwitches(t *testing.T) {
	srv := covetest.NewServer(covetest.Config{})
	srv.AddDevice(covetest.Device{OS: "x", Sources: map[string]covetest.Source{"D01": {Status: 5}}, Extra: map[string]string{"D1F0": "7", "OS": "Linux", "NEW": "n"}, Absent: []string{"AN", "D1F6"}})
	w := dial(t, srv)
	cells := func() map[string]string {
		return w.rows(map[string]any{"Columns": []string{"F0", "OS", "AN", "F7", "NEW", "D1F0"}, "Filter": "ANY == 'n'"})[0].cells()
	}
	same(t, "loose", cells(), map[string]string{"F0": "7", "D1F0": "7", "OS": "Linux", "NEW": "n"})
	srv.EditSwitches(func(s *covetest.Switches) { s.PaddedCodesOnly = true })
	same(t, "padded only", cells(), map[string]string{"F0": "5", "F7": "0", "D1F0": "7", "OS": "Linux", "NEW": "n"})
}

func TestFewOverrides(t *testing.T) {
	srv := covetest.NewServer(covetest.Config{})
	col := srv.AddCustomColumn(covetest.CustomColumn{Name: "n"})
	code := fmt.Sprint("AA", col)
	srv.AddDevice(covetest.Device{Name: "a", Extra: map[string]string{"OS": "x"}, Absent: []string{"AN"}})
	srv.AddDevice(covetest.Device{Name: "b", Custom: map[int64]string{col: "c"}, Absent: []string{"AN"}})
	srv.AddDevice(covetest.Device{Name: "c", Custom: map[int64]string{col: "c"}, Extra: map[string]string{"OS": "x"}})
	w := dial(t, srv)
	var got []map[string]string
	for _, r := range w.rows(map[string]any{"Columns": []string{"AN", "OS", code}, "OrderBy": "AU ASC"}) {
		got = append(got, r.cells())
	}
	same(t, "rows", got, []map[string]string{{"OS": "x"}, {code: "c"}, {"AN": "c", "OS": "x", code: "c"}})
}

func TestCountryOfAPartner(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	for country, company := range map[string]map[string]any{"Malta": nil, "": {"VatNumber": "V"}, "Peru": {"PostAddress": map[string]any{"City": "Lima"}}} {
		info := map[string]any{"ParentId": w.srv.RootID(), "Name": "in " + country, "Level": "EndCustomer", "ServiceType": "AllInclusive"}
		if company != nil {
			info["Company"] = company
		}
		if country != "" {
			info["Country"] = country
		}
		var id int64
		w.must("AddPartner", map[string]any{"partnerInfo": info}, &id)
		p, _ := w.srv.Partner(id)
		if p.Company == nil || p.Company.Country != country || country == "Peru" && p.Company.City != "Lima" {
			t.Errorf("%q: %+v", country, p.Company)
		}
	}
}

func TestCredentialsAsJSON(t *testing.T) {
	out, err := json.Marshal(map[string]any{"c": covetest.Credentials{Partner: "MSP", Username: "api", Password: "tok"}})
	if err != nil || string(out) != `{"c":"api of MSP"}` {
		t.Errorf("%s, %v", out, err)
	}
}
