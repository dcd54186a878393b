package bridge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/examples/internal/bridge"
	"github.com/covedesk/covedesk/examples/programtest"
	"github.com/covedesk/covedesk/internal/world"
)

// G13: tickets that people close without any work, although the problem goes on.
func TestG13Care(t *testing.T) {
	t.Parallel()
	// At a time of its own: how many problems there are goes by the time of day.
	w := world.New(world.Config{Seed: 2, Customers: 8, Devices: 80})
	if err := w.Listen(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	place := programtest.In(t, w)
	b, err := bridge.Open(place.Program(), "")
	if err != nil {
		t.Fatal(err)
	}
	b.Desk.State = b.Memory(place.Folder + "/state.json")
	first, err := b.Sync(t.Context(), "", desk.Options{})
	if err != nil || len(first.Results) < 3 {
		t.Fatal(err, first)
	}
	w.Advance(time.Hour)
	person := w.ConnectWise.AsPerson("helpdesk")
	for i, r := range first.Results[:3] {
		if i == 0 {
			_, err = b.ConnectWise.Time.Entries.Create(t.Context(), &connectwise.TimeEntry{ChargeToType: "ServiceTicket", ChargeToID: r.Ticket, TimeStart: connectwise.Time{Time: w.Now()}, ActualHours: connectwise.Float(0.5)})
		}
		if err == nil {
			err = person.CloseTicket(r.Ticket)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	second, err := b.Sync(t.Context(), "", desk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(b.Care(t.Context(), second), "\n")
	for _, want := range []string{"closed by a person although the problem goes on: 3, 2 of them without time", "most frequent: "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing from\n%s", want, text)
		}
	}
}
