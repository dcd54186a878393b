package load

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/memory"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// How many of the remembered tickets must vanish at once for a stop: five, and more
// than half.
func TestStopForLost(t *testing.T) {
	for _, test := range []struct {
		known, deleted, emptied int
		stops                   bool
	}{{9, 5, 0, true}, {9, 2, 3, true}, {10, 5, 0, false}, {4, 4, 0, false}, {5, 0, 5, true}, {20, 0, 10, false}, {20, 11, 0, true}} {
		b := newBench(t)
		for i := range test.known {
			text := b.ours(fmt.Sprint(i))
			if i >= test.deleted && i < test.deleted+test.emptied {
				text = ""
			}
			id := b.add(connectwisetest.Ticket{ExternalXRef: text}, fmt.Sprint(i))
			if i < test.deleted {
				must(t, b.person().DeleteTicket(id))
			}
		}
		b.Memory.Open[key("a problem without a ticket").ID()] = memory.Entry{}
		l := b.load()
		if b.Memory.Stands(memory.Lost) != test.stops || (l.Board.Stopped != "") != test.stops {
			t.Errorf("%+v: stops %+v, board %q", test, b.Memory.Stops, l.Board.Stopped)
		}
		if want := fmt.Sprintf("%d of our open tickets were deleted, or lost what stands in externalXRef, since the last run. ", test.deleted+test.emptied); test.stops && !strings.HasPrefix(b.Memory.Stops[0].Why, want) {
			t.Errorf("%s", b.Memory.Stops[0].Why)
		}
	}
}

// The stop stands on the entries of the tickets that are lost. An acknowledgement
// drops those that are gone, once; without one it ends when they are back.
func TestLostIsHeeded(t *testing.T) {
	for _, acknowledge := range []bool{false, true} {
		b := newBench(t)
		var deleted, emptied []int64
		for i := range 6 {
			id := b.add(connectwisetest.Ticket{ExternalXRef: b.ours(fmt.Sprint(i))}, fmt.Sprint(i))
			if i < 3 {
				deleted = append(deleted, id)
				must(t, b.person().DeleteTicket(id))
			} else {
				emptied = append(emptied, id)
				must(t, b.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.ExternalXRef = "" }))
			}
		}
		b.load()
		stop := b.Memory.Stops[0].ID
		for range 2 { // it stands for as long as its cause does, from run to run
			b.Memory.Remember(nil)
			b.load()
		}
		if got := b.Memory.Stops; len(got) != 1 || got[0].ID != stop || b.Memory.Tickets[key("0").ID()] != deleted[0] || len(b.Memory.Tickets) != 6 {
			t.Errorf("%+v, tickets %v", got, b.Memory.Tickets)
		}
		if !acknowledge {
			for i, id := range emptied {
				must(t, b.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.ExternalXRef = b.ours(fmt.Sprint(i + 3)) }))
			}
			if b.load(); len(b.Memory.Stops) != 0 {
				t.Errorf("they are back, and %+v", b.Memory.Stops)
			}
			continue
		}
		b.Acknowledge = []string{stop, "zzzz"}
		l := b.load()
		if len(b.Memory.Stops) != 0 || l.Board.Stopped != "" || !cmp.Equal(l.Unknown, []string{"zzzz"}) {
			t.Errorf("stops %+v, unknown %q", b.Memory.Stops, l.Unknown)
		}
		for i := range 6 {
			want := int64(0)
			if i >= 3 {
				want = emptied[i-3]
			}
			if got := b.Memory.Open[key(fmt.Sprint(i)).ID()].Ticket; got != want {
				t.Errorf("%d: the memory knows ticket %d, want %d", i, got, want)
			}
		}
	}
}

// What an older tool that still runs has done, in the words of its stop; and the
// time that an acknowledgement covers.
func TestStopForTool(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(b *bench) int64 // an hour after the last good run
		want string
	}{
		{"rewrote", func(b *bench) int64 {
			id := b.add(connectwisetest.Ticket{Summary: "COVE a", ExternalXRef: b.ours("a", func(m *mark.Mark) { m.Digests.Summary = mark.DigestOf("COVE a") })}, "a")
			must(b.t, b.srv.AsPerson("tool").EditTicket(id, func(t *connectwisetest.Ticket) { t.Summary = "TOOL a!" }))
			return id
		}, "it rewrote ticket %d at 2026-11-22 06:00:00 UTC as member tool."},
		{"closed", func(b *bench) int64 {
			id := b.add(connectwisetest.Ticket{ExternalXRef: b.ours("a")}, "a")
			must(b.t, b.srv.AsPerson("tool").CloseTicket(id))
			return id
		}, "it closed ticket %d at 2026-11-22 06:00:00 UTC as member tool."},
		{"made", func(b *bench) int64 {
			return b.add(connectwisetest.Ticket{Summary: "TOOL a!", EnteredBy: "tool"}, "")
		}, "it made ticket %d at 2026-11-22 06:00:00 UTC as member tool."},
		{"nothing", func(b *bench) int64 { return b.add(connectwisetest.Ticket{ExternalXRef: b.ours("a")}, "a") }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			b.srv.AddMember(connectwisetest.Member{Identifier: "tool"})
			b.Adopt, b.Like = adopts, "TOOL %"
			b.Memory.LastGood = b.At.Add(-time.Hour)
			id := test.do(b)
			b.At = b.At.Add(time.Minute)
			l := b.load()
			if want := b.Memory.LastGood.Add(-b.Settle); !l.Board.LastGood.Equal(want) {
				t.Errorf("last good %v, want %v", l.Board.LastGood, want)
			}
			if test.want == "" {
				if len(b.Memory.Stops) != 0 {
					t.Errorf("%+v", b.Memory.Stops)
				}
				return
			}
			want := "an older tool still runs: " + fmt.Sprintf(test.want, id) + " Nothing is written. Stop the older tool, then acknowledge"
			if len(b.Memory.Stops) != 1 || b.Memory.Stops[0].Why != want || !b.Memory.Stands(memory.OlderTool) {
				t.Fatalf("%+v, want %q", b.Memory.Stops, want)
			}
			b.Acknowledge = []string{b.Memory.Stops[0].ID}
			l = b.load()
			if len(b.Memory.Stops) != 0 || !l.Board.ToolFrom.Equal(l.Board.LastGood) || !l.Board.ToolUntil.Equal(b.At) {
				t.Errorf("%+v, from %v until %v", b.Memory.Stops, l.Board.ToolFrom, l.Board.ToolUntil)
			}
			b.Acknowledge = nil
			b.At = b.At.Add(time.Hour)
			if again := b.load(); len(b.Memory.Stops) != 0 || !again.Board.ToolUntil.Equal(l.Board.ToolUntil) {
				t.Errorf("it is a new stop: %+v", b.Memory.Stops)
			}
		})
	}
}

// Without a good run before, an acknowledgement covers all that was.
func TestAcknowledgedWithoutALastGood(t *testing.T) {
	b := newBench(t)
	stop := memory.NewStop(memory.OlderTool, "it runs", b.At, owner)
	b.Memory.Raise(stop)
	b.Acknowledge = []string{stop.ID}
	if l := b.load(); !l.Board.LastGood.IsZero() || !l.Board.ToolFrom.Equal(time.Unix(0, 0)) || !l.Board.ToolUntil.Equal(b.At) {
		t.Errorf("last good %v, from %v until %v", l.Board.LastGood, l.Board.ToolFrom, l.Board.ToolUntil)
	}
}

// What the memory records about a ticket, depending on who changed it.
func TestLearn(t *testing.T) {
	person := func(change func(t *connectwisetest.Ticket)) func(*bench, int64) {
		return func(b *bench, id int64) { must(b.t, b.person().EditTicket(id, change)) }
	}
	for _, test := range []struct {
		name string
		seed connectwisetest.Ticket
		mark func(*mark.Mark) // nil: the ticket has none
		knew bool             // the memory knows it
		do   func(b *bench, id int64)
		// What the memory knows it as; "" nothing.
		want string
		seen bool // a create that was begun is done
	}{
		{name: "ours", mark: func(*mark.Mark) {}, want: "open", seen: true},
		{name: "edited", mark: func(m *mark.Mark) { m.Digests.Summary = mark.DigestOf("else") }, want: "open", seen: true},
		{name: "reopened", mark: func(m *mark.Mark) { m.State = mark.Closed }, want: "open", seen: true},
		{name: "rewritten by the tool", seed: connectwisetest.Ticket{Summary: "TOOL a!"}, mark: func(m *mark.Mark) { m.Digests.Summary = mark.DigestOf("else") }, want: "open", seen: true},
		{name: "closed by us", mark: func(m *mark.Mark) { m.State = mark.Closed }, do: person(func(t *connectwisetest.Ticket) { t.Status = connectwisetest.ByName("Closed") })},
		{name: "closed by a person", mark: func(*mark.Mark) {}, do: person(func(t *connectwisetest.Ticket) { t.Status = connectwisetest.ByName("Closed") })},
		{name: "emptied", knew: true, want: "open"},
		{name: "overwritten", seed: connectwisetest.Ticket{ExternalXRef: "rmm-7"}, knew: true, want: "open"},
		{name: "overwritten and closed", seed: connectwisetest.Ticket{ExternalXRef: "rmm-7"}, knew: true, do: person(func(t *connectwisetest.Ticket) { t.Status = connectwisetest.ByName("Closed") }), want: "person"},
		{name: "merged", mark: func(*mark.Mark) {}, do: func(b *bench, id int64) {
			must(b.t, b.person().MergeTickets(b.add(connectwisetest.Ticket{}, ""), id))
		}, want: "person"},
		{name: "released", seed: connectwisetest.Ticket{ExternalXRef: mark.Release}, knew: true},
		{name: "a copy", seed: connectwisetest.Ticket{EnteredBy: "jsmith"}, mark: func(*mark.Mark) {}},
		{name: "recognised", seed: connectwisetest.Ticket{Summary: "TOOL a", EnteredBy: "jsmith"}, want: "hit"},
		{name: "recognised, with another program's text", seed: connectwisetest.Ticket{Summary: "TOOL a", EnteredBy: "jsmith", ExternalXRef: "rmm-7"}, want: "hit"},
		{name: "adoptable", seed: connectwisetest.Ticket{Summary: "TOOL a", EnteredBy: "tool"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			b.Adopt, b.Like = adopts, "TOOL %"
			b.problem()
			if test.mark != nil {
				test.seed.ExternalXRef = b.ours("a", test.mark)
			}
			remembered := ""
			if test.knew {
				remembered = "a"
			}
			id := b.add(test.seed, remembered)
			if test.do != nil {
				test.do(b, id)
			}
			a := key("a").ID()
			b.Memory.Creating[a] = b.At
			l := b.load()
			got := map[string]int64{"open": b.Memory.Tickets[a], "person": b.Memory.ByNumber[a], "hit": b.Memory.Hits[a]}
			want := map[string]int64{"open": 0, "person": 0, "hit": 0}
			if test.want != "" {
				want[test.want] = id
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if seen := len(l.Board.Creating) == 0; seen != test.seen {
				t.Errorf("creating %q", l.Board.Creating)
			}
		})
	}
}

// A damaged marker that does not even tell its key is not a key's ticket.
func TestLearnNothing(t *testing.T) {
	b := newBench(t)
	b.add(connectwisetest.Ticket{ExternalXRef: "cdk1:" + owner + ":x"}, "")
	if l := b.load(); len(l.Board.Tickets) != 1 || len(b.Memory.Tickets)+len(b.Memory.Hits)+len(b.Memory.ByNumber) != 0 {
		t.Errorf("%+v, %+v", l.Board.Tickets, b.Memory)
	}
}

// Of two tickets for a key the memory holds the older one.
func TestLearnTheElder(t *testing.T) {
	b := newBench(t)
	elder := b.add(connectwisetest.Ticket{ExternalXRef: b.ours("a")}, "")
	b.add(connectwisetest.Ticket{ExternalXRef: b.ours("a")}, "")
	b.load()
	if got := b.Memory.Tickets[key("a").ID()]; got != elder {
		t.Errorf("ticket %d, want %d", got, elder)
	}
}
