package cove_test

import (
	"errors"
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
	if err != nil || a.Name != "srv-01_x2" || a.Alias != "front desk" || a.Node.Host != srv.NodeHost || a.M365() || a.Node.Name == "" {
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
