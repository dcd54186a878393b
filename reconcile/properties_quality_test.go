package reconcile_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"github.com/covedesk/covedesk/reconcile/reconciletest"
)

// Properties of the function itself: total, pure, deterministic, serialisable,
// ordered.

func TestP01Total(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "\xff\xfe", "a\x00b", strings.Repeat("x", 10000), "cdk1:msp:aaaa"}))
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		switch rapid.IntRange(0, 4).Draw(t, "kind of time") {
		case 0:
			return time.Time{}
		case 1:
			return time.Unix(rapid.Int64().Draw(t, "sec"), 0)
		case 2:
			return time.Unix(1<<60, 0)
		}
		return time.Unix(rapid.Int64Range(0, 1<<32).Draw(t, "sec"), rapid.Int64Range(0, 1e9).Draw(t, "nsec"))
	})
	rapid.Check(t, func(t *rapid.T) {
		feeds := []string{"cove", text.Draw(t, "feed")}
		k := func() reconcile.Key {
			return reconcile.Key{Feed: rapid.SampledFrom(feeds).Draw(t, "of"), Subject: rapid.SampledFrom([]string{"1", "2", text.Draw(t, "subject")}).Draw(t, "which")}
		}
		s := scene{policy: drawAnyPolicy(t), board: drawBoard(t)}
		s.policy.ReopenWithin = rapid.SampledFrom([]time.Duration{0, time.Hour, -1, math.MaxInt64}).Draw(t, "reopenWithin")
		s.obs.At = rapid.SampledFrom([]time.Time{now, now, moment.Draw(t, "at")}).Draw(t, "which time")
		for _, f := range feeds {
			s.obs.Feeds = append(s.obs.Feeds, reconcile.Feed{Name: f, Kind: reconcile.FeedKind(rapid.IntRange(0, 3).Draw(t, "kind")), Everything: true, Customers: rapid.SliceOfN(text, 0, 2).Draw(t, "customers")})
		}
		for range rapid.IntRange(0, 4).Draw(t, "issues") {
			s.obs.Issues = append(s.obs.Issues, reconcile.Issue{
				Key: k(), Customer: text.Draw(t, "customer"), CustomerName: text.Draw(t, "name"), Company: text.Draw(t, "company"), CompanyReason: text.Draw(t, "reason"),
				Kind: text.Draw(t, "kind"), Class: text.Draw(t, "class"), Severity: reconcile.Severity(rapid.IntRange(0, 5).Draw(t, "severity")),
				Summary: text.Draw(t, "summary"), State: text.Draw(t, "state"), Since: moment.Draw(t, "since"), Detail: text.Draw(t, "detail"),
				Labels: map[string]string{text.Draw(t, "label"): text.Draw(t, "value")},
			})
		}
		for range rapid.IntRange(0, 2).Draw(t, "healthy") {
			s.obs.Healthy = append(s.obs.Healthy, reconcile.Healthy{Key: k(), Customer: text.Draw(t, "customer"), Since: moment.Draw(t, "since"), Detail: text.Draw(t, "detail")})
		}
		for range rapid.IntRange(0, 2).Draw(t, "suppressed") {
			s.obs.Suppressed = append(s.obs.Suppressed, reconcile.Suppressed{Key: k(), Reason: text.Draw(t, "reason"), State: text.Draw(t, "state")})
		}
		s.board.Owner = rapid.SampledFrom([]string{"msp", text.Draw(t, "owner")}).Draw(t, "which owner")
		for i := range s.board.Tickets {
			tk := &s.board.Tickets[i]
			tk.Mark.Owner = s.board.Owner
			if rapid.Bool().Draw(t, "forged") {
				tk.Mark.Key = mark.KeyID(text.Draw(t, "key id"))
				tk.Mark.Customer, tk.Mark.Digests.State = text.Draw(t, "customer id"), mark.Digest(text.Draw(t, "digest"))
				tk.Mark.Severity, tk.Mark.State = reconcile.Severity(rapid.Byte().Draw(t, "severity")), mark.State(rapid.Byte().Draw(t, "mark state"))
				tk.Mark.Reopens = rapid.Int().Draw(t, "reopens")
				tk.Status, tk.Summary = text.Draw(t, "status"), text.Draw(t, "summary")
			}
			tk.Stage = reconcile.Stage(rapid.IntRange(0, 4).Draw(t, "stage"))
			tk.Mark.Written, tk.Mark.AbsentSince = moment.Draw(t, "written"), moment.Draw(t, "absent since")
			tk.Created, tk.Closed, tk.Updated = moment.Draw(t, "created"), moment.Draw(t, "closed"), moment.Draw(t, "updated")
		}
		plan, err := reconcile.Diff(s.obs, s.board, s.policy)
		if err != nil {
			var fault reconcile.InputFault
			if !errors.As(err, &fault) || fault.Path == "" || fault.Text == "" {
				t.Fatalf("no fault is named: %v", err)
			}
			return
		}
		if _, err := json.Marshal(plan); err != nil {
			t.Fatalf("the plan has no JSON form: %v", err)
		}
		printable(t, plan.String())
		for _, a := range plan.Actions {
			printable(t, a.Text().Internal)
			printable(t, a.Text().Discussion)
		}
		reconciletest.Simulate(plan, s.board)
	})
}

func printable(t *rapid.T, s string) {
	if i := strings.IndexFunc(s, func(r rune) bool { return r != '\n' && unicode.IsControl(r) || r == 0x202e }); i >= 0 || !utf8.ValidString(s) {
		t.Fatalf("not printable at %d: %q", i, s)
	}
}

func TestP02Pure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAnyScene(t)
		before := scene{cloneObservation(s.obs), cloneBoard(s.board), s.policy}
		first := s.plan(t)
		var wg sync.WaitGroup
		others := make([]reconcile.Plan, 3)
		for i := range others {
			wg.Go(func() { others[i], _ = reconcile.Diff(s.obs, s.board, s.policy) })
		}
		wg.Wait()
		reconciletest.Simulate(first, s.board)
		if !reflect.DeepEqual(before, s) {
			t.Fatalf("the inputs changed: %s", gocmp.Diff(before.board, s.board))
		}
		for _, other := range others {
			if !reflect.DeepEqual(first, other) {
				t.Fatalf("two calls differ: %s", gocmp.Diff(first, other))
			}
		}
	})
}

func cloneObservation(o reconcile.Observation) reconcile.Observation {
	o.Feeds, o.Issues, o.Healthy, o.Suppressed = slices.Clone(o.Feeds), slices.Clone(o.Issues), slices.Clone(o.Healthy), slices.Clone(o.Suppressed)
	return o
}

func cloneBoard(b reconcile.Board) reconcile.Board {
	b.Tickets, b.Known = slices.Clone(b.Tickets), maps.Clone(b.Known)
	for i := range b.Tickets {
		b.Tickets[i].Differs = slices.Clone(b.Tickets[i].Differs)
	}
	return b
}

func shuffled[T any](t *rapid.T, in []T) []T {
	if len(in) == 0 {
		return in
	}
	return rapid.Permutation(in).Draw(t, "order")
}

func (s scene) shuffled(t *rapid.T) scene {
	s.obs.Issues, s.obs.Healthy, s.obs.Suppressed = shuffled(t, s.obs.Issues), shuffled(t, s.obs.Healthy), shuffled(t, s.obs.Suppressed)
	s.obs.Feeds = shuffled(t, s.obs.Feeds)
	s.board.Tickets = shuffled(t, s.board.Tickets)
	return s
}

func encode(t interface{ Fatalf(string, ...any) }, p reconcile.Plan) string {
	data, err := json.MarshalIndent(p, "", " ")
	if err != nil {
		t.Fatalf("encode: %v", err)
	}
	return string(data)
}

func TestP03Deterministic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAnyScene(t)
		// Entries that name a key twice, equal or not, and a ticket that is listed
		// twice.
		if len(s.obs.Issues) > 0 && rapid.Bool().Draw(t, "twice") {
			s.obs.Issues = append(s.obs.Issues, drawIssue(t, s.obs.Issues[0].Key))
			s.obs.Healthy = append(s.obs.Healthy, reconcile.Healthy{Key: s.obs.Issues[0].Key, Customer: "c9"}, reconcile.Healthy{Key: key("9"), Customer: "c1"}, reconcile.Healthy{Key: key("9"), Customer: "c2"})
		}
		if len(s.board.Tickets) > 0 && rapid.Bool().Draw(t, "ticket twice") {
			s.board.Tickets = append(s.board.Tickets, drawTicket(t, s.board.Tickets[0].ID))
		}
		if a, b := encode(t, s.plan(t)), encode(t, s.shuffled(t).plan(t)); a != b {
			t.Fatalf("the order of the input shows:\n%s", gocmp.Diff(a, b))
		}
	})
}

// A plan that was written is read as an approval, which holds exactly what the
// plan writes.
func TestP04Approvable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := drawAnyScene(t).plan(t)
		data := encode(t, plan)
		approval, err := reconcile.ParseApproval([]byte(data))
		if err != nil {
			t.Fatalf("read: %v", err)
		}
		if len(approval.Actions) != len(writes(plan)) || approval.Digest != plan.Digest || !approval.At.Equal(plan.At) || approval.Owner != plan.Owner {
			t.Fatalf("%+v", approval)
		}
		for _, a := range plan.Actions {
			if approval.Holds(a) != a.Kind.Writes() {
				t.Fatalf("held %t: %s", approval.Holds(a), describe(a))
			}
		}
	})
}

func TestP05WellOrdered(t *testing.T) {
	kinds := []reconcile.ActionKind{
		reconcile.Create, reconcile.Reopen, reconcile.Adopt, reconcile.Update, reconcile.Close,
		reconcile.MarkOnly, reconcile.Fold, reconcile.Hold, reconcile.Keep,
	}
	severity := func(a reconcile.Action) reconcile.Severity {
		if a.Issue != nil {
			return a.Issue.Severity
		}
		return a.After.Severity
	}
	class := func(a reconcile.Action) string {
		if a.Kind == reconcile.Create {
			return a.Issue.Class
		}
		return ""
	}
	rapid.Check(t, func(t *rapid.T) {
		actions := drawAnyScene(t).plan(t).Actions
		inOrder := slices.IsSortedFunc(actions, func(a, b reconcile.Action) int {
			return cmp.Or(
				cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)),
				cmp.Compare(severity(b), severity(a)),
				cmp.Compare(class(a), class(b)),
				cmp.Compare(a.Key.Feed, b.Key.Feed),
				cmp.Compare(a.Key.Subject, b.Key.Subject),
				cmp.Compare(a.KeyID, b.KeyID),
				cmp.Compare(a.Ticket, b.Ticket))
		})
		if !inOrder {
			t.Fatalf("not in the documented order: %v", actions)
		}
	})
}
