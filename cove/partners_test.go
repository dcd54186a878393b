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
	id := srv.AddPartner(covetest.Partner{Name: "Birch Dental (it@birch.example)"})
	byName, err := c.PartnerByName(t.Context(), "Birch Dental (it@birch.example)")
	if err != nil || byName.ID != id {
		t.Errorf("by name: %+v, %v", byName, err)
	}
	for _, name := range []string{"birch dental (it@birch.example)", "Birch Dental", ""} {
		if p, err := c.PartnerByName(t.Context(), name); err == nil || !errors.Is(err, cove.ErrNotFound) {
			t.Errorf("%q: %+v, %v", name, p, err)
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

func TestAccountDetails(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	id := srv.AddDevice(covetest.Device{Name: "srv-01_x2", Alias: "front desk", Custom: map[int64]string{843: "Notes"}})
	a, err := c.Account(t.Context(), id)
	if err != nil || a.Name != "srv-01_x2" || a.Alias != "front desk" || a.Node.Host != srv.NodeHost || a.M365() || len(a.Node.States) == 0 || a.Node.TotalStorage == 0 {
		t.Errorf("account %+v, %v", a, err)
	}
	if _, err := c.Account(t.Context(), 424242); !errors.Is(err, cove.ErrNotFound) {
		t.Errorf("no such account: %v", err)
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
