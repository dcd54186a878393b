package covetest_test

import (
	"strings"
	"testing"

	"github.com/covedesk/covedesk/cove/covetest"
)

func TestSeedIsDeterministic(t *testing.T) {
	seed := func() (int64, covetest.Device) {
		srv := covetest.NewServer(covetest.Config{})
		p := srv.AddPartner(covetest.Partner{Name: "Birch Dental"})
		id := srv.AddDevice(covetest.Device{PartnerID: p, ComputerName: "SRV 01"})
		d, ok := srv.Device(id)
		if !ok {
			t.Fatal("the device is not there")
		}
		return p, d
	}
	p1, d1 := seed()
	p2, d2 := seed()
	if p1 != p2 || d1.ID != d2.ID || d1.Name != d2.Name || d1.Token != d2.Token || d1.Password != d2.Password {
		t.Errorf("the same seed gave different devices: %d %+v, %d %+v", p1, d1, p2, d2)
	}
	if !strings.HasPrefix(d1.Name, "srv-01_") {
		t.Errorf("name = %q, want one made from the computer name", d1.Name)
	}
}
