package world

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/cove/covetest"
)

// snapshot returns everything that Cove knows of the devices of a world.
func snapshot(w *World) []covetest.Device {
	var list []covetest.Device
	for _, id := range w.Cove.DeviceIDs() {
		if d, found := w.Cove.Device(id); found {
			list = append(list, d)
		}
	}
	return list
}

func TestSameSeedSameWorld(t *testing.T) {
	t.Parallel()
	one, two := New(Config{Seed: 7, Customers: 12, Devices: 90}), New(Config{Seed: 7, Customers: 12, Devices: 90})
	for range 3 {
		if diff := cmp.Diff(snapshot(one), snapshot(two)); diff != "" {
			t.Fatalf("two worlds of one seed differ:\n%s", diff)
		}
		if diff := cmp.Diff(one.ConnectWise.Companies(), two.ConnectWise.Companies()); diff != "" {
			t.Fatalf("their companies differ:\n%s", diff)
		}
		one.Advance(6 * time.Hour)
		two.Advance(6 * time.Hour)
	}
	if cmp.Equal(snapshot(one), snapshot(New(Config{Seed: 8, Customers: 12, Devices: 90}))) {
		t.Error("another seed made the same world")
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	w := New(Config{Customers: 40, Devices: 400})
	if got := len(w.Cove.DeviceIDs()); got != 400 {
		t.Errorf("%d devices, asked for 400", got)
	}
	customers, sites, kinds := 0, 0, map[int]int{}
	for _, p := range w.Cove.Partners() {
		switch p.Level {
		case "EndCustomer":
			customers++
		case "Site":
			sites++
		}
	}
	for _, d := range snapshot(w) {
		kinds[d.AccountType*10+d.OSType]++
		if d.Seen.After(w.Now()) {
			t.Errorf("device %s was seen in the future", d.Name)
		}
		for code, s := range d.Sources {
			if s.LastSuccess.After(w.Now()) || s.LastSession.After(w.Now()) || s.LastSuccess.After(s.LastSession) {
				t.Errorf("device %s %s: session %v, success %v, now %v", d.Name, code, s.LastSession, s.LastSuccess, w.Now())
			}
			if len(s.ColorBar) != 28 {
				t.Errorf("device %s %s: colour bar %q is not 28 days", d.Name, code, s.ColorBar)
			}
		}
	}
	if customers != 40 || sites == 0 {
		t.Errorf("%d customers and %d sites, want 40 and some", customers, sites)
	}
	for name, kind := range map[string]int{"servers": 12, "workstations": 11, "tenants": 20} {
		if kinds[kind] == 0 {
			t.Errorf("no %s among %v", name, kinds)
		}
	}
	names := map[string]int{}
	for _, c := range w.ConnectWise.Companies() {
		names[strings.ToLower(identifier(c.Name))]++
	}
	unknown, twice := 0, 0
	for n := range 40 {
		switch names[strings.ToLower(identifier(customerName(n)))] {
		case 0:
			unknown++
		case 2:
			twice++
		}
	}
	// Customers whose company name has a legal form count as unknown here.
	if unknown < 3 || unknown > 25 || twice == 0 {
		t.Errorf("of 40 customers %d have no company of their name and %d have two", unknown, twice)
	}
}

func TestTroubleComesAndGoes(t *testing.T) {
	t.Parallel()
	w := New(Config{Seed: 1, Customers: 40, Devices: 400})
	bad := func() map[int64]bool {
		list := map[int64]bool{}
		for _, d := range snapshot(w) {
			for _, s := range d.Sources {
				if s.Status != int(completed) {
					list[d.ID] = true
				}
			}
		}
		return list
	}
	before := bad()
	w.Advance(24 * time.Hour)
	after := bad()
	healed, fell := 0, 0
	for id := range before {
		if !after[id] {
			healed++
		}
	}
	for id := range after {
		if !before[id] {
			fell++
		}
	}
	if len(before) == 0 || healed == 0 || fell == 0 {
		t.Errorf("%d in trouble, a day later %d healed and %d fell ill: want some of each", len(before), healed, fell)
	}
}

func TestNamesAreUnique(t *testing.T) {
	t.Parallel()
	names, ids := map[string]bool{}, map[string]bool{}
	for n := range 3000 {
		name := customerName(n)
		id := companyIdentifier(name, n)
		if names[name] || ids[id] || len(id) > 25 {
			t.Fatalf("customer %d: %q (%s) is taken or too long", n, name, id)
		}
		names[name], ids[id] = true, true
	}
}
