package cove_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
)

func TestPartnerLookups(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	id := srv.AddPartner(covetest.Partner{Name: "Birch Dental (it@birch.example)", UID: "b7d0-uid"})
	byName, err := c.PartnerByName(t.Context(), "Birch Dental (it@birch.example)")
	if err != nil || byName.ID != id {
		t.Errorf("by name: %+v, %v", byName, err)
	}
	byUID, err := c.PartnerByUID(t.Context(), "b7d0-uid")
	if err != nil || byUID.ID != id {
		t.Errorf("by uid: %+v, %v", byUID, err)
	}
	for _, name := range []string{"birch dental (it@birch.example)", "Birch Dental", ""} {
		if p, err := c.PartnerByName(t.Context(), name); err == nil || !errors.Is(err, cove.ErrNotFound) {
			t.Errorf("%q: %+v, %v", name, p, err)
		}
	}
}

func TestAncestors(t *testing.T) {
	for _, without := range []bool{false, true} {
		srv, c := start(t, covetest.Config{Switches: covetest.Switches{AncestorsWithoutSelf: without}})
		customer := srv.AddPartner(covetest.Partner{Name: "Birch"})
		site := srv.AddPartner(covetest.Partner{Name: "West", ParentID: customer, Level: "Site"})
		list, err := c.Ancestors(t.Context(), site)
		if err != nil || len(list) < 3 || list[0].ID != site || list[1].ID != customer || list[2].ID != srv.RootID() {
			t.Errorf("without self %v: %+v, %v", without, list, err)
		}
	}
}

func TestChildren(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	want := map[string]bool{}
	for i := range 25 {
		name := fmt.Sprintf("customer-%02d", i)
		id := srv.AddPartner(covetest.Partner{Name: name})
		srv.AddPartner(covetest.Partner{Name: name + " site", ParentID: id, Level: "Site"})
		want[name] = true
	}
	names := func(q cove.ChildQuery) map[string]bool {
		t.Helper()
		got := map[string]bool{}
		for p, err := range c.Children(t.Context(), srv.RootID(), q) {
			if err != nil {
				t.Fatal(err)
			}
			if got[p.Name] {
				t.Errorf("%s twice", p.Name)
			}
			got[p.Name] = true
		}
		return got
	}
	for _, size := range []int{0, 1, 10, 25, 26} {
		if diff := cmp.Diff(want, names(cove.ChildQuery{PageSize: size})); diff != "" {
			t.Errorf("page size %d (-want +got):\n%s", size, diff)
		}
	}
	if got := names(cove.ChildQuery{NamePattern: "customer-0*", PageSize: 3}); len(got) != 10 {
		t.Errorf("pattern: %v", got)
	}
	trial := srv.AddPartner(covetest.Partner{Name: "trial", State: "InTrial"})
	if got := names(cove.ChildQuery{States: []cove.PartnerState{cove.StateInTrial}}); len(got) != 1 || !got["trial"] {
		t.Errorf("in trial, %d: %v", trial, got)
	}
	if got := names(cove.ChildQuery{Levels: []cove.Level{cove.LevelSite}}); len(got) != 0 {
		t.Errorf("sites below a reseller: %v", got)
	}
	for range c.Children(t.Context(), srv.RootID(), cove.ChildQuery{PageSize: 1}) { //nolint:errcheck // stops at the first
		break
	}
	for _, err := range c.Children(t.Context(), 424242, cove.ChildQuery{}) {
		if err == nil {
			t.Error("children of an unknown partner")
		}
	}
}

func TestAddAndModifyPartner(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	id, err := c.AddPartner(t.Context(), cove.NewPartner{
		ParentID: srv.RootID(), Name: "Dogwood Café", Level: cove.LevelEndCustomer, Country: "United States",
		Company: &cove.PartnerCompany{LegalName: "Dogwood LLC", PostAddress: &cove.PostAddress{City: "Troy"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := srv.Partner(id); !ok || p.Name != "Dogwood Café" || p.Level != "EndCustomer" || p.ParentID != srv.RootID() || p.Company == nil || p.Company.City != "Troy" {
		t.Errorf("added %+v", p)
	}
	if err := c.ModifyPartner(t.Context(), id, cove.PartnerChange{ExternalCode: new("Gold")}); err != nil {
		t.Fatal(err)
	}
	p, _ := srv.Partner(id)
	if p.ExternalCode != "Gold" || p.Name != "Dogwood Café" {
		t.Errorf("modified %+v", p)
	}
	if err := c.ModifyPartner(t.Context(), id, cove.PartnerChange{ExternalCode: new("")}); err != nil {
		t.Fatal(err)
	}
	if p, _ := srv.Partner(id); p.ExternalCode != "" {
		t.Errorf("not cleared: %q", p.ExternalCode)
	}
	for _, bad := range []cove.NewPartner{{}, {ParentID: 1, Name: "x"}, {Name: "x", Level: cove.LevelSite}} {
		if _, err := c.AddPartner(t.Context(), bad); err == nil {
			t.Errorf("added %+v", bad)
		}
	}
	if c.ModifyPartner(t.Context(), 0, cove.PartnerChange{}) == nil {
		t.Error("a change of nothing was accepted")
	}
}

func TestSetReference(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	id := srv.AddPartner(covetest.Partner{Name: "Birch", ExternalCode: "Gold contract"})
	ref := cove.Reference{CompanyID: 250, Identifier: "BirchDental"}
	for i, want := range []bool{true, false} {
		changed, err := c.SetReference(t.Context(), id, ref)
		if err != nil || changed != want {
			t.Errorf("call %d: changed %v, %v", i+1, changed, err)
		}
	}
	if p, _ := srv.Partner(id); p.ExternalCode != "Gold contract | CWM:250:BirchDental" {
		t.Errorf("external code %q", p.ExternalCode)
	}
	if srv.Count("ModifyPartner") != 1 {
		t.Errorf("%d writes", srv.Count("ModifyPartner"))
	}
}

func TestUsersProductsProfiles(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	srv.AddProduct(covetest.Product{ID: 21266, Name: "Documents", Features: [][2]string{{"DailyRetention", "28"}}})
	srv.AddProfile(covetest.Profile{ID: 5038, Name: "Documents", Version: 3, Data: map[string]any{"Language": "en"}})
	users, err := c.Users(t.Context(), srv.RootID())
	if err != nil || len(users) == 0 || users[0].PartnerID != srv.RootID() {
		t.Errorf("users %+v, %v", users, err)
	}
	products, err := c.Products(t.Context(), srv.RootID(), false)
	found := false
	for _, p := range products {
		found = found || p.ID == 21266 && p.Features["DailyRetention"] == "28"
	}
	if err != nil || !found {
		t.Errorf("products %+v, %v", products, err)
	}
	profiles, err := c.Profiles(t.Context(), srv.RootID())
	found = false
	for _, p := range profiles {
		found = found || p.ID == 5038 && p.Version == "3" && p.Data["Language"] == "en"
	}
	if err != nil || !found {
		t.Errorf("profiles %+v, %v", profiles, err)
	}
	if u, err := c.Users(t.Context()); u != nil || err != nil {
		t.Errorf("users of nobody: %v, %v", u, err)
	}
}

func TestAccountDetails(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	const token = "1b5e0c0a-7777-token"
	id := srv.AddDevice(covetest.Device{Name: "srv-01_x2", Alias: "front desk", Token: token, Custom: map[int64]string{843: "Notes"}})
	a, err := c.Account(t.Context(), id)
	if err != nil || a.Name != "srv-01_x2" || a.Alias != "front desk" || a.Node.Host != srv.NodeHost || a.M365() || len(a.Node.States) == 0 || a.Node.TotalStorage == 0 {
		t.Errorf("account %+v, %v", a, err)
	}
	byToken, err := c.AccountByToken(t.Context(), token)
	if err != nil || byToken.ID != id {
		t.Errorf("by token %+v, %v", byToken, err)
	}
	if _, err := c.Account(t.Context(), 424242); !errors.Is(err, cove.ErrNotFound) {
		t.Errorf("no such account: %v", err)
	}
}

func TestCustomColumns(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	id := srv.AddDevice(covetest.Device{Name: "srv-01_x2", Custom: map[int64]string{843: "Notes", 844: "stays"}})
	if err := c.SetCustomColumnValues(t.Context(), id, map[int64]string{843: "“new” | \n"}); err != nil {
		t.Fatal(err)
	}
	d, _ := srv.Device(id)
	want := map[int64]string{843: "“new” | \n", 844: "stays"}
	if diff := cmp.Diff(want, d.Custom); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	all, err := cove.AllDevices[cove.Device](t.Context(), c, cove.DeviceQuery{Columns: []string{"AA843", "AA844"}})
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	if diff := cmp.Diff(map[string]string{"AA843": want[843], "AA844": want[844]}, all[0].Rest); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	calls := srv.Calls()
	if err := c.SetCustomColumnValues(t.Context(), id, nil); err != nil || srv.Calls() != calls {
		t.Errorf("a write of nothing: %v, %d calls", err, srv.Calls()-calls)
	}
	if _, err := c.CustomColumns(t.Context(), srv.RootID()); err != nil {
		t.Error(err)
	}
}

// Errors and protected size are the same in both spellings.
func TestSpellingsAgree(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	srv.AddDevice(covetest.Device{Name: "n", Sources: map[string]covetest.Source{"D01": {Status: 8, Errors: 3, ProtectedSize: 1 << 30}}})
	type row struct {
		NewErrors int64      `cove:"D01F06"`
		OldErrors int64      `cove:"F7"`
		NewSize   cove.Bytes `cove:"D01F07"`
		OldSize   cove.Bytes `cove:"F6"`
	}
	all, err := collect[row](t, c, cove.DeviceQuery{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]row{{3, 3, 1 << 30, 1 << 30}}, all); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
