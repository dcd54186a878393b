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
		t.Error("another cause is not a new stop")
	}
}

func TestHostOf(t *testing.T) {
	on := func(host string) Tenant { return Tenant{"desk-aaaa", "acme", host}.clean() }
	if on("API-na.myconnectwise.net") != on("na.myconnectwise.net") || on("a.example") == on("b.example") {
		t.Error("hosts are told apart wrongly")
	}
}

// What is not a memory is damaged; one of another tenant, or of a newer format, is
// refused and not to be overwritten. Only what was read whole proves anything.
func TestReadRefuses(t *testing.T) {
	of := Tenant{"desk-aaaa", "Acme", "api-na.example"}
	for _, test := range []struct {
		name, data string
		err        string // "" is none
		memory     bool   // a new one stands in its place
	}{
		{"read", `{"format":1,"owner":"desk-aaaa","company":"acme","host":"na.example"}`, "", true},
		{"cut off", `{"format":1,"owner":"desk-a`, "desk: the memory is damaged", true},
		{"empty", ``, "desk: the memory is damaged", true},
		{"no format", `{"owner":"desk-aaaa","company":"acme","host":"na.example"}`, "desk: the memory is damaged", true},
		{"no owner", `{"format":1,"company":"acme","host":"na.example"}`, "desk: the memory is damaged", true},
		{"unknown members", `{"format":1,"owner":"desk-aaaa","company":"acme","host":"na.example","x":1}`, "desk: the memory is damaged", true},
		{"newer", `{"format":2,"owner":"desk-aaaa","company":"acme","host":"na.example","x":1}`, "the memory was written by a newer version (format 2, this one reads 1); it is left as it is", false},
		{"another owner", `{"format":1,"owner":"desk-bbbb","company":"acme","host":"na.example"}`, `the memory belongs to owner "desk-bbbb" of company "acme" on na.example, this desk is owner "desk-aaaa" of company "acme" on na.example; it is left as it is. Give each its own`, false},
	} {
		m, err := Read([]byte(test.data), of)
		said := ""
		if err != nil {
			said = err.Error()
		}
		if said != test.err || (m != nil) != test.memory || m != nil && m.Usable != (err == nil) {
			t.Errorf("%s: %+v, %s", test.name, m, said)
		}
	}
	if m, err := Read(nil, of); err != nil || m.Usable || m.Format != 1 {
		t.Errorf("nothing was saved yet: %+v, %v", m, err)
	}
}

// What became of an action: the key's ticket, and whether its create is over.
func TestDid(t *testing.T) {
	closing := reconcile.RecoveryClose
	for _, test := range []struct {
		name        string
		kind        reconcile.ActionKind
		recovery    reconcile.Recovery
		ticket      int64
		done, known bool
		tickets     int64 // the key's, after it; it was 7
		creating    bool
	}{
		{"made", reconcile.Create, 0, 8, true, true, 8, false},
		{"made, perhaps", reconcile.Create, 0, 0, false, false, 7, true},
		{"made, and its note is not known of", reconcile.Create, 0, 8, false, false, 8, true},
		{"refused", reconcile.Create, 0, 0, false, true, 7, false},
		{"reopened", reconcile.Reopen, 0, 8, true, true, 8, true},
		{"not reopened", reconcile.Reopen, 0, 8, false, true, 7, true},
		{"adopted", reconcile.Adopt, 0, 8, true, true, 8, true},
		{"not adopted", reconcile.Adopt, 0, 8, false, true, 7, true},
		{"updated", reconcile.Update, 0, 8, true, true, 7, true},
		{"closed", reconcile.Close, closing, 7, true, true, 0, true},
		{"not closed", reconcile.Close, closing, 7, false, true, 7, true},
		{"to be verified", reconcile.Close, reconcile.RecoveryVerify, 7, true, true, 7, true},
		{"a duplicate closed", reconcile.Close, closing, 8, true, true, 7, true},
	} {
		m := New(Tenant{})
		m.Tickets["a"] = 7
		at := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
		m.Begin(at, []reconcile.Action{{Kind: reconcile.Create, KeyID: "a"}, {Kind: reconcile.Reopen, KeyID: "b"}})
		m.Did(reconcile.Action{Kind: test.kind, Recovery: test.recovery, KeyID: "a"}, at.Add(time.Minute), test.ticket, test.done, test.known)
		waiting := m.Waiting()
		if m.Tickets["a"] != test.tickets || cmp.Equal(waiting, []mark.KeyID{"a"}) != test.creating || len(waiting) > 1 {
			t.Errorf("%s: ticket %d, creating %q", test.name, m.Tickets["a"], waiting)
		}
		if late := test.kind == reconcile.Create && test.creating; late != m.Creating["a"].Equal(at.Add(time.Minute)) {
			t.Errorf("%s: it waits from %s", test.name, m.Creating["a"])
		}
	}
}

// A create is forgotten once its ticket was seen, or when the server cannot be
// about to carry it out any more.
func TestExpire(t *testing.T) {
	at := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration][]mark.KeyID{0: {"b"}, Late - 1: {"b"}, Late: nil} {
		m := New(Tenant{})
		m.Begin(at, []reconcile.Action{{Kind: reconcile.Create, KeyID: "a"}, {Kind: reconcile.Create, KeyID: "b"}})
		m.Expire(at.Add(after), map[mark.KeyID]int64{"a": 7})
		if diff := cmp.Diff(want, m.Waiting()); diff != "" {
			t.Errorf("after %s: %s", after, diff)
		}
	}
}

// A duplicate with somebody's note is remembered, also on disk, as long as its key
// has an open ticket.
func TestNotedDuplicates(t *testing.T) {
	of := Tenant{"desk-aaaa", "acme", "na.example"}
	m := New(of)
	m.Noted[7], m.Noted[8] = "a", "b"
	data, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if m, err = Read(data, of); err != nil {
		t.Fatal(err)
	}
	m.Tickets["a"] = 6
	m.Expire(time.Time{}, nil)
	if diff := cmp.Diff(map[int64]mark.KeyID{7: "a"}, m.Noted); diff != "" {
		t.Error(diff)
	}
}

// A ticket of which the plan says nothing keeps the name that is remembered.
func TestRememberKeepsNames(t *testing.T) {
	m := New(Tenant{})
	named := reconcile.Known{Key: reconcile.Key{Feed: "rmm", Subject: "a"}}
	m.Open = map[mark.KeyID]Entry{"a": {7, named}, "gone": {8, named}}
	m.Tickets, m.ByNumber = map[mark.KeyID]int64{"a": 9}, map[mark.KeyID]int64{"p": 10, "q": 11}
	m.Remember(map[mark.KeyID]reconcile.Known{"p": {}, "n": {}})
	want := map[mark.KeyID]Entry{"a": {9, named}, "p": {Ticket: 10}, "n": {}}
	if diff := cmp.Diff(want, m.Open); diff != "" {
		t.Error(diff)
	}
}
