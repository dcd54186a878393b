package covetest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/cove/covetest"
)

func TestSeedIsDeterministic(t *testing.T) {
	run := func() string {
		c := newClock()
		srv := covetest.NewServer(covetest.Config{Now: c.now})
		p := srv.AddPartner(covetest.Partner{Name: "Birch Dental"})
		id := srv.AddDevice(covetest.Device{PartnerID: p, ComputerName: "SRV 01", Sources: map[string]covetest.Source{"D01": {Status: 8}, "D02": {Status: 5}},
			Custom: map[int64]string{1: "a", 2: "b", 3: "c"}, Extra: map[string]string{"D01F27": "1", "XX": "2", "I90": "3"}})
		srv.AddSession(id, covetest.Session{Source: "D01", Status: 8, Start: c.t, Errors: []covetest.SessionError{{Text: "t"}}})
		w := dial(t, srv)
		d, _ := srv.Device(id)
		var b strings.Builder
		fmt.Fprintln(&b, w.visa)
		for _, ask := range []struct {
			w      *wire
			method string
			params map[string]any
		}{
			{w, "EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": p, "RecordsCount": 9, "Filter": "ANY =~ '*b*'", "Columns": []string{"AN", "AA1", "AA2", "AA3", "XX", "I90", "D01F27", "T0"}}}},
			{w, "EnumeratePartners", map[string]any{"parentPartnerId": srv.RootID(), "fields": []int{64}}},
			{w, "GetAccountInfoById", map[string]any{"accountId": id}},
			{w, "EnumerateColumns", map[string]any{"partnerId": p}},
			{w, "EnumerateAccountRemoteAccessEndpoints", map[string]any{"accountId": id}},
			{w.on("/repserv_json"), "QueryErrors", map[string]any{"accountId": id, "account": d.Name, "token": d.Token, "sessionId": 0}},
		} {
			a := ask.w.call(ask.method, ask.params)
			fmt.Fprintf(&b, "%s %s %v\n", a.Result, a.Visa, a.Error)
		}
		return b.String()
	}
	first := run()
	if diff := cmp.Diff(first, run()); diff != "" {
		t.Errorf("the same seed gave other answers: %s", diff)
	}
	if !strings.Contains(first, `{"AN":"srv-01_3785154"}`) {
		t.Errorf("no name made from the computer name: %s", first)
	}
}

func TestSeedReadsBack(t *testing.T) {
	srv := covetest.NewServer(covetest.Config{})
	p := srv.AddPartner(covetest.Partner{Name: "B", Company: &covetest.Company{City: "Troy"}, Properties: [][2]string{{"a", "b"}}})
	got, _ := srv.Partner(p)
	got.Company.City, got.Properties[0][0] = "changed", "changed"
	if again, _ := srv.Partner(p); again.Company.City != "Troy" || again.Properties[0][0] != "a" {
		t.Errorf("a copy reaches the server: %+v", again)
	}
	if !srv.EditPartner(p, func(p *covetest.Partner) { p.Name, p.ID, p.ParentID = "C", 5, 6 }) || srv.EditPartner(99, func(*covetest.Partner) {}) {
		t.Error("EditPartner does not say whether there is such a partner")
	}
	all := srv.Partners()
	if len(all) != 2 || all[1].Name != "C" || all[1].ID != p || all[1].ParentID != srv.RootID() {
		t.Errorf("partners %+v", all)
	}
	sources := map[string]covetest.Source{"D01": {Status: 5, Fields: map[string]string{"F25": "1"}}}
	id := srv.AddDevice(covetest.Device{PartnerID: p, Sources: sources})
	sources["D01"].Fields["F25"] = "changed"
	d, _ := srv.Device(id)
	if d.Sources["D01"].Fields["F25"] != "1" {
		t.Errorf("the seed reaches the server: %+v", d)
	}
	if srv.EditDevice(99, func(*covetest.Device) {}) || srv.RemoveDevice(99) || srv.RemoveUser(99) || srv.RemovePartner(99) || srv.RemovePartner(srv.RootID()) {
		t.Error("what is not there, or must stay, was changed")
	}
	if _, ok := srv.Device(99); ok {
		t.Error("device 99")
	}
	w := dial(t, srv)
	product := srv.AddProduct(covetest.Product{Name: "Gold"})
	srv.EditDevice(id, func(d *covetest.Device) { d.ProductID = product })
	cell := func() string { return w.rows(map[string]any{"Columns": []string{"PN"}})[0].cells()["PN"] }
	if cell() != "Gold" {
		t.Errorf("product %q", cell())
	}
	srv.AddProduct(covetest.Product{ID: product, Name: "Silver"})
	if cell() != "Silver" {
		t.Errorf("product renamed: %q", cell())
	}
	srv.AddSession(id, covetest.Session{Source: "D01"})
	srv.RemoveSessions(id)
	d, _ = srv.Device(id)
	var sessions []any
	w.on("/repserv_json").must("QuerySessions", map[string]any{"accountId": id, "account": d.Name, "token": d.Token}, &sessions)
	if len(sessions) != 0 {
		t.Errorf("sessions %v", sessions)
	}
}

func TestWrongSeedsPanic(t *testing.T) {
	seeds := map[string]func(*covetest.Server){
		"partner name":     func(s *covetest.Server) { s.AddPartner(covetest.Partner{Name: "B"}) },
		"partner id":       func(s *covetest.Server) { s.AddPartner(covetest.Partner{ID: s.RootID(), Name: "x"}) },
		"partner parent":   func(s *covetest.Server) { s.AddPartner(covetest.Partner{ParentID: 9, Name: "x"}) },
		"partner nameless": func(s *covetest.Server) { s.AddPartner(covetest.Partner{}) },
		"partner renamed":  func(s *covetest.Server) { s.EditPartner(s.RootID(), func(p *covetest.Partner) { p.Name = "B" }) },
		"user name":        func(s *covetest.Server) { s.AddUser(covetest.User{Name: s.Credentials().Username}) },
		"user nameless":    func(s *covetest.Server) { s.AddUser(covetest.User{}) },
		"user id":          func(s *covetest.Server) { s.AddUser(covetest.User{ID: 50121, Name: "x"}) },
		"user partner":     func(s *covetest.Server) { s.AddUser(covetest.User{Name: "x", PartnerID: 9}) },
		"device name":      func(s *covetest.Server) { s.AddDevice(covetest.Device{Name: "d"}) },
		"device id":        func(s *covetest.Server) { s.AddDevice(covetest.Device{ID: 7}) },
		"device partner":   func(s *covetest.Server) { s.AddDevice(covetest.Device{PartnerID: 9}) },
		"device source":    func(s *covetest.Server) { s.AddDevice(covetest.Device{Sources: map[string]covetest.Source{"D1": {}}}) },
		"device renamed":   func(s *covetest.Server) { s.EditDevice(7, func(d *covetest.Device) { d.Name = "" }) },
		"session device":   func(s *covetest.Server) { s.AddSession(9, covetest.Session{Source: "D01"}) },
		"session source":   func(s *covetest.Server) { s.AddSession(7, covetest.Session{Source: "D99"}) },
		"session id":       func(s *covetest.Server) { s.AddSession(7, covetest.Session{ID: 3, Source: "D01"}) },
		"history device":   func(s *covetest.Server) { s.AddHistory(9, time.Now(), covetest.Device{}) },
	}
	for name, seed := range seeds {
		t.Run(name, func(t *testing.T) {
			srv := covetest.NewServer(covetest.Config{})
			srv.AddPartner(covetest.Partner{Name: "B"})
			srv.AddDevice(covetest.Device{ID: 7, Name: "d"})
			srv.AddSession(7, covetest.Session{ID: 3, Source: "D01"})
			defer func() {
				if text, ok := recover().(string); !ok || !strings.HasPrefix(text, "covetest: ") {
					t.Errorf("panic %q", text)
				}
				// The server still answers.
				if got := ids(dial(t, srv).rows(map[string]any{})); !slices.Equal(got, []int64{7}) {
					t.Errorf("devices %v", got)
				}
			}()
			seed(srv)
		})
	}
}

func TestNoSuccess(t *testing.T) {
	for value, want := range map[covetest.NoSuccessValue]map[string]string{
		covetest.NoSuccessAbsent: {},
		covetest.NoSuccessZero:   {"FL": "0", "TL": "0"},
		covetest.NoSuccessBlank:  {"FL": "", "TL": ""},
	} {
		w := dial(t, covetest.NewServer(covetest.Config{Switches: covetest.Switches{NoSuccess: value}}))
		w.srv.AddDevice(covetest.Device{Name: "d", Sources: map[string]covetest.Source{"D01": {Status: 2}}})
		w.srv.AddDevice(covetest.Device{Name: "e"})
		rows := w.rows(map[string]any{"Columns": []string{"FL", "TL", "SL"}})
		if diff := cmp.Diff(want, rows[0].cells()); diff != "" {
			t.Errorf("%v: %s", value, diff)
		}
		if len(rows[1].Settings) != 0 {
			t.Errorf("a device without sources: %v", rows[1])
		}
		if got := len(w.rows(map[string]any{"Filter": "FL == 0 and FL < 30.days().ago()"})); got != 2 {
			t.Errorf("%v: %d devices without a success, want 2", value, got)
		}
	}
}
