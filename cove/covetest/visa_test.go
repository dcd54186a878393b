package covetest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/cove/covetest"
)

func TestLogin(t *testing.T) {
	srv := covetest.NewServer(covetest.Config{Switches: covetest.Switches{LoginNeedsPartner: true}})
	srv.AddUser(covetest.User{Name: "person", Password: "pw", TwoFactor: true})
	w := &wire{t: t, srv: srv, http: srv.Client(), path: "/jsonapi"}
	w.http.Transport = srv.Transport()
	api := srv.Credentials()
	partner, user, password := api.Partner, api.Username, api.Password
	for name, params := range map[string]map[string]any{
		"wrong password":    {"partner": partner, "username": user, "password": "x"},
		"wrong case":        {"partner": strings.ToUpper(partner), "username": user, "password": password},
		"partner shortened": {"partner": "Example MSP", "username": user, "password": password},
		"no partner":        {"username": user, "password": password},
		"two-factor user":   {"partner": partner, "username": "person", "password": "pw"},
	} {
		if e := w.refused("Login", params); e.Code != -32603 || e.Data != 2100 {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if e := w.refused("Login", map[string]any{"partner": partner}); e.Data != 0 {
		t.Errorf("without user and password: %+v", e)
	}
	var info struct {
		ID        int64 `json:"Id"`
		PartnerID int64 `json:"PartnerId"`
		Password  *string
		Flags     []string
	}
	w.must("Login", map[string]any{"partner": partner, "username": user, "password": password}, &info)
	if info.ID != 50121 || info.PartnerID != srv.RootID() || info.Password != nil || len(info.Flags) != 2 {
		t.Errorf("UserInfo %+v", info)
	}
}

func TestVisaExpires(t *testing.T) {
	c := newClock()
	w := dial(t, covetest.NewServer(covetest.Config{Now: c.now}))
	ask := func() rpcAnswer { return w.call("GetPartnerInfoById", map[string]any{"partnerId": w.srv.RootID()}) }
	first := w.visa
	c.step(15*time.Minute - time.Second)
	a := ask()
	if a.Error != nil {
		t.Fatalf("a second before it expires: %+v", *a.Error)
	}
	c.step(time.Second)
	if old := ask(); old.Error == nil || old.Error.Data != 1701 || old.Visa != "" {
		t.Errorf("after 15 minutes: %+v", old)
	}
	w.visa = a.Visa
	if next := ask(); next.Error != nil {
		t.Errorf("the visa of the answer: %+v", *next.Error)
	}
	if first == a.Visa {
		t.Error("the answer carries the visa of the request")
	}
	if !w.srv.RemoveUser(50121) {
		t.Fatal("no such user")
	}
	if a := ask(); a.Error == nil || a.Error.Data != 1701 {
		t.Errorf("visa of a removed user: %+v", a)
	}
}

func TestVisaSwitches(t *testing.T) {
	for dies, want := range map[bool]int{false: 0, true: 1701} {
		w := dial(t, covetest.NewServer(covetest.Config{Switches: covetest.Switches{SupersededVisaDies: dies}}))
		ask := func() rpcAnswer { return w.call("GetPartnerInfoById", map[string]any{"partnerId": w.srv.RootID()}) }
		first := w.visa
		w.visa = ask().Visa
		w.visa = ask().Visa
		if a := ask(); a.Error != nil {
			t.Fatalf("the chain breaks: %+v", *a.Error)
		}
		w.visa = first
		got := 0
		if a := ask(); a.Error != nil {
			got = a.Error.Data
		}
		if got != want {
			t.Errorf("superseded visas die: %v: error %d, want %d", dies, got, want)
		}
	}
	for without := range map[bool]bool{false: true, true: true} {
		w := dial(t, covetest.NewServer(covetest.Config{Switches: covetest.Switches{ErrorsWithoutVisa: without}}))
		if a := w.call("GetPartnerInfoById", map[string]any{"partnerId": 1}); a.Error == nil || (a.Visa == "") != without || a.Visa == w.visa {
			t.Errorf("errors without visa: %v: %+v", without, a)
		}
	}
	w := dial(t, covetest.NewServer(covetest.Config{Switches: covetest.Switches{UnknownMethodInternal: true}}))
	if e := w.refused("Nothing", map[string]any{}); e.Code != -32603 {
		t.Errorf("U11: %+v", e)
	}
}
