package memory

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// What a planner wants remembered comes back whole.
func TestMemoryRemembersAll(t *testing.T) {
	at := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	want := map[mark.KeyID]reconcile.Known{"a": {
		Key: reconcile.Key{Feed: "rmm", Subject: "db01"}, Customer: "birch", Named: at, Opened: at.Add(time.Hour),
		Storm: "s", Folded: at.Add(2 * time.Hour), AbsentSince: at.Add(3 * time.Hour),
	}}
	of := Tenant{"desk-aaaa", "acme", "na.example"}
	m := New(of)
	m.Tickets["a"] = 70001
	m.Remember(want)
	data, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	read, err := Read(data, of)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, read.Known()); diff != "" || read.Open["a"].Ticket != 70001 {
		t.Errorf("(-want +got):\n%s\n%s", diff, data)
	}
	if New(of).Known() != nil {
		t.Error("a memory that was never read knows something")
	}
}

// What a program of before has saved is read.
func TestReadsFormat1(t *testing.T) {
	const saved = `{"format": 1, "owner": "desk-aaaa", "company": "acme", "host": "na.example", "lastGood": "2026-11-23T06:00:00Z",
		"open": {"a": {"ticket": 70001, "feed": "rmm", "subject": "db01", "customer": "birch", "named": "2026-11-23T05:00:00Z"}, "b": {"ticket": 70002, "feed": "", "subject": ""}},
		"creating": {"c": "2026-11-23T06:00:00Z"}, "monitors": {"rmm": "e30="}, "hits": {"d": 70003},
		"stops": [{"id": "ab12", "what": "tickets lost", "why": "12 tickets", "since": "2026-11-23T06:00:00Z"}]}`
	m, err := Read([]byte(saved), Tenant{"desk-aaaa", "acme", "na.example"})
	if err != nil {
		t.Fatal(err)
	}
	known := m.Known()["a"]
	if known.Key != (reconcile.Key{Feed: "rmm", Subject: "db01"}) || known.Customer != "birch" || m.Open["a"].Ticket != 70001 || m.Open["b"].Ticket != 70002 ||
		m.Creating["c"].IsZero() || string(m.Monitors["rmm"]) != "{}" || m.Hits["d"] != 70003 || !m.Stands(Lost) {
		t.Errorf("%+v", m)
	}
}

// An id of a stop is made from its cause, so that it fits after a lost memory
// too; it is acknowledged once.
func TestStops(t *testing.T) {
	at := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	m := New(Tenant{})
	stop := NewStop(Lost, "12 tickets are gone", at, "70001", "70002")
	m.Raise(stop)
	m.Raise(NewStop(Lost, "12 tickets are still gone", at.Add(time.Hour), "70001", "70002"))
	if len(m.Stops) != 1 || !m.Stops[0].Since.Equal(at) || m.Stops[0].Why != "12 tickets are still gone" || !m.Stands(Lost) {
		t.Errorf("%+v", m.Stops)
	}
	ended, unknown := m.Acknowledge([]string{"nope", " " + stop.ID + " "})
	if len(ended) != 1 || len(unknown) != 1 || m.Stands(Lost) || m.Stopped() != "" {
		t.Errorf("ended %+v, unknown %q, stops %+v", ended, unknown, m.Stops)
	}
	if ended, unknown := m.Acknowledge([]string{stop.ID}); len(ended) != 0 || len(unknown) != 1 {
		t.Error("it is acknowledged twice")
	}
	m.Raise(stop)
	m.Raise(NewStop(Lost, "others are gone", at, "70003"))
	if len(m.Stops) != 2 {
		t.Error("another cause is no new stop")
	}
}

func TestHostOf(t *testing.T) {
	on := func(host string) Tenant { return Tenant{"desk-aaaa", "acme", host}.clean() }
	if on("API-na.myconnectwise.net") != on("na.myconnectwise.net") || on("a.example") == on("b.example") {
		t.Error("hosts are told apart wrongly")
	}
}
