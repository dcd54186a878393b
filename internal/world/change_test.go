package world

import (
	"strings"
	"testing"
	"time"
)

// of returns what Cove says about one data source of a device.
func of(t *testing.T, w *World, id int64, code string) (status int, lastSuccess time.Time, seen time.Time) {
	t.Helper()
	d, found := w.Cove.Device(id)
	if !found {
		t.Fatalf("no device %d", id)
	}
	return d.Sources[code].Status, d.Sources[code].LastSuccess, d.Seen
}

func TestChangeLastsUntilTheNext(t *testing.T) {
	t.Parallel()
	w := New(Config{Seed: 5, Customers: 4, Devices: 20, Trouble: 0.9})
	first := w.devices[0]
	change := func(c Change) int64 {
		t.Helper()
		c.Name = strings.ToUpper(first.name)
		id, err := w.Change(c)
		if err != nil || id != first.id {
			t.Fatalf("%+v: device %d, %v; want %d", c, id, err, first.id)
		}
		return id
	}
	code := first.sources[0].code
	change(Change{Status: 5})
	for range 12 {
		if status, success, _ := of(t, w, first.id, code); status != 5 || w.Now().Sub(success) > 24*time.Hour {
			t.Fatalf("%v: status %d, last success %v of a device that was healed", w.Now(), status, success)
		}
		w.Advance(12 * time.Hour)
	}
	change(Change{Status: 2, Error: "Access is denied"})
	_, good, _ := of(t, w, first.id, code)
	for range 4 {
		if status, success, _ := of(t, w, first.id, code); status != 2 || !success.Equal(good) {
			t.Fatalf("%v: status %d, last success %v, want 2 and %v", w.Now(), status, success, good)
		}
		w.Advance(12 * time.Hour)
	}
	change(Change{Offline: true})
	at := w.Now()
	w.Advance(72 * time.Hour)
	if status, _, seen := of(t, w, first.id, code); status != 2 || seen.After(at) {
		t.Errorf("status %d, seen %v of a device that is offline since %v", status, seen, at)
	}
	change(Change{Source: strings.ToLower(code), Status: 5})
	if status, success, seen := of(t, w, first.id, code); status != 5 || w.Now().Sub(seen) > time.Hour || !success.Equal(w.Now()) {
		t.Errorf("status %d, success %v, seen %v after it came back at %v", status, success, seen, w.Now())
	}
}

func TestChangeMakesDevices(t *testing.T) {
	t.Parallel()
	w := New(Config{Seed: 5, Customers: 2, Devices: 4})
	for _, code := range append(codesOf[server], codesOf[tenant]...) {
		id, err := w.Change(Change{Name: "new-" + code, Customer: strings.ToLower(customerName(1)), Source: code, Status: 8, Error: "odd"})
		if err != nil {
			t.Fatal(err)
		}
		d, _ := w.Cove.Device(id)
		if status, _, _ := of(t, w, id, code); status != 8 || len(d.Sources) != 1 || d.Name != "new-"+code || (d.AccountType == 2) != (d.OSType == 0) {
			t.Errorf("%s: status %d of %+v", code, status, d)
		}
	}
	w.Advance(30 * 24 * time.Hour)
}

func TestChangeRefuses(t *testing.T) {
	t.Parallel()
	w := New(Config{Seed: 5, Customers: 2, Devices: 4})
	name, customer := w.devices[0].name, customerName(0)
	for want, c := range map[string]Change{
		"which device":            {Status: 2},
		"from 1 to 12, not 0":     {Name: name},
		"from 1 to 12, not 13":    {Name: name, Status: 13},
		"only a session":          {Name: name, Status: 5, Error: "x"},
		"with a customer":         {Name: "nobody", Status: 2},
		"no customer is called":   {Name: "nobody", Customer: "No One", Status: 2},
		"has no data source D14,": {Name: w.devices[1].name, Source: "D14", Status: 2},
		"a new device has":        {Name: "nobody", Customer: customer, Source: "D99", Status: 2},
		"another customer":        {Name: name, Customer: customerName(1), Status: 2},
	} {
		if _, err := w.Change(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", c, err, want)
		}
	}
	if n := len(w.Cove.DeviceIDs()); n != 4 {
		t.Errorf("%d devices after refusals, want 4", n)
	}
}

// CatchUp follows a running clock; when the clock was put back, it waits for
// it.
func TestCatchUpFollowsTheClock(t *testing.T) {
	t.Parallel()
	w := New(Config{Seed: 5, Customers: 2, Devices: 6, Speed: 1e6})
	for w.Now().Sub(Start) < 48*time.Hour {
		time.Sleep(time.Millisecond)
	}
	w.Clock.Run(0)
	w.CatchUp()
	for _, d := range snapshot(w) {
		for code, s := range d.Sources {
			if d.ID == w.devices[0].id && s.LastSession.Before(Start) {
				t.Errorf("%s: %s ran at %v last, now %v", d.Name, code, s.LastSession, w.Now())
			}
		}
	}
	before := snapshot(w)[0].Seen
	w.Clock.Advance(-time.Hour)
	w.CatchUp()
	if seen := snapshot(w)[0].Seen; !seen.Equal(before) {
		t.Errorf("seen %v, then %v", before, seen)
	}
}
