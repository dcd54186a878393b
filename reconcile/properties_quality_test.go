package reconcile_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Properties of the function itself: total, pure, deterministic, serialisable,
// ordered.

func TestP01Total(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "\xff\xfe", "a\x00b", strings.Repeat("x", 5000), "cdk1:msp:aaaa"}))
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
		k := func() reconcile.Key {
			return reconcile.Key{Source: text.Draw(t, "source"), Subject: rapid.SampledFrom([]string{"1", "2", text.Draw(t, "subject")}).Draw(t, "which")}
		}
		s := scene{policy: drawAnyPolicy(t)}
		s.policy.ReopenWithin = rapid.SampledFrom([]time.Duration{0, time.Hour, -1, math.MaxInt64}).Draw(t, "reopenWithin")
		s.obs.At = moment.Draw(t, "at")
		for range rapid.IntRange(0, 4).Draw(t, "issues") {
			s.obs.Issues = append(s.obs.Issues, reconcile.Issue{
				Key: k(), Group: text.Draw(t, "group"), Company: text.Draw(t, "company"), CompanyReason: text.Draw(t, "reason"),
				Kind: text.Draw(t, "kind"), Class: text.Draw(t, "class"), Severity: reconcile.Severity(rapid.IntRange(0, 5).Draw(t, "severity")),
				Summary: text.Draw(t, "summary"), State: text.Draw(t, "state"), Since: moment.Draw(t, "since"), Detail: text.Draw(t, "detail"),
			})
		}
		for range rapid.IntRange(0, 2).Draw(t, "healthy") {
			s.obs.Healthy = append(s.obs.Healthy, reconcile.Healthy{Key: k(), Group: text.Draw(t, "group"), Since: moment.Draw(t, "since")})
		}
		for range rapid.IntRange(0, 2).Draw(t, "parked") {
			s.obs.Parked = append(s.obs.Parked, reconcile.Parked{Key: k(), Reason: text.Draw(t, "reason"), State: text.Draw(t, "state")})
		}
		s.obs.Sources = rapid.SliceOfN(text, 0, 2).Draw(t, "sources")
		s.obs.Unseen = rapid.SliceOfN(text, 0, 2).Draw(t, "unseen")
		s.board.Owner = rapid.SampledFrom([]string{"msp", text.Draw(t, "owner")}).Draw(t, "which owner")
		for range rapid.IntRange(0, 5).Draw(t, "tickets") {
			tk := drawTicket(t, rapid.Int64Range(-1, 4).Draw(t, "id"))
			tk.Mark.Owner = s.board.Owner
			if rapid.Bool().Draw(t, "forged") {
				tk.Mark.Key = mark.KeyID(text.Draw(t, "key id"))
				tk.Mark.Customer, tk.Mark.Digests.State = text.Draw(t, "group id"), mark.Digest(text.Draw(t, "digest"))
				tk.Mark.Severity, tk.Mark.State = reconcile.Severity(rapid.Byte().Draw(t, "severity")), mark.State(rapid.Byte().Draw(t, "mark state"))
				tk.Mark.Reopens = rapid.Int().Draw(t, "reopens")
				tk.Status, tk.Summary = text.Draw(t, "status"), text.Draw(t, "summary")
			}
			tk.Stage = reconcile.Stage(rapid.IntRange(0, 4).Draw(t, "stage"))
			tk.Mark.Written, tk.Mark.AbsentSince = moment.Draw(t, "written"), moment.Draw(t, "absent since")
			tk.Created, tk.Closed, tk.Updated = moment.Draw(t, "created"), moment.Draw(t, "closed"), moment.Draw(t, "updated")
			s.board.Tickets = append(s.board.Tickets, tk)
		}
		plan, err := reconcile.Diff(s.obs, s.board, s.policy)
		if err != nil {
			var input *reconcile.InputError
			if !errors.As(err, &input) || len(input.Problems) == 0 || err.Error() == "" {
				t.Fatalf("not an InputError that names a fault: %v", err)
			}
			return
		}
		if _, err := json.Marshal(plan); err != nil {
			t.Fatalf("the plan has no JSON form: %v", err)
		}
		for line := range strings.Lines(plan.Text()) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 100 {
				t.Fatalf("a line of %d characters: %q", n, line)
			}
		}
		plan.Apply(s.board)
	})
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
		first.Apply(s.board)
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
	o.Sources, o.Issues, o.Healthy = slices.Clone(o.Sources), slices.Clone(o.Issues), slices.Clone(o.Healthy)
	o.Parked, o.Unseen = slices.Clone(o.Parked), slices.Clone(o.Unseen)
	return o
}

func cloneBoard(b reconcile.Board) reconcile.Board {
	b.Tickets = slices.Clone(b.Tickets)
	for i := range b.Tickets {
		b.Tickets[i].Edited = slices.Clone(b.Tickets[i].Edited)
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
	s.obs.Issues, s.obs.Healthy, s.obs.Parked = shuffled(t, s.obs.Issues), shuffled(t, s.obs.Healthy), shuffled(t, s.obs.Parked)
	s.obs.Sources, s.obs.Unseen = shuffled(t, s.obs.Sources), shuffled(t, s.obs.Unseen)
	s.board.Tickets, s.board.Failed = shuffled(t, s.board.Tickets), shuffled(t, s.board.Failed)
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
		// Entries that name a key twice, equal or not, and a ticket listed twice.
		if len(s.obs.Issues) > 0 && rapid.Bool().Draw(t, "twice") {
			s.obs.Issues = append(s.obs.Issues, drawIssue(t, s.obs.Issues[0].Key))
			s.obs.Healthy = append(s.obs.Healthy, reconcile.Healthy{Key: s.obs.Issues[0].Key, Group: "c9"}, reconcile.Healthy{Key: key("9"), Group: "c1"}, reconcile.Healthy{Key: key("9"), Group: "c2"})
		}
		if len(s.board.Tickets) > 0 && rapid.Bool().Draw(t, "ticket twice") {
			s.board.Tickets = append(s.board.Tickets, drawTicket(t, s.board.Tickets[0].ID))
		}
		if a, b := encode(t, s.plan(t)), encode(t, s.shuffled(t).plan(t)); a != b {
			t.Fatalf("the order of the input shows:\n%s", gocmp.Diff(a, b))
		}
	})
}

func TestP04Serialisable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := drawAnyScene(t).plan(t)
		text := encode(t, plan)
		var back reconcile.Plan
		if err := json.Unmarshal([]byte(text), &back); err != nil {
			t.Fatalf("decode: %v", err)
		}
		if !reflect.DeepEqual(plan, back) {
			t.Fatalf("not the same after a round trip: %s", gocmp.Diff(plan, back))
		}
		if again := encode(t, back); again != text {
			t.Fatalf("encoded differently: %s", gocmp.Diff(text, again))
		}
	})
	for format, good := range map[string]bool{
		"covedesk.plan/1": true, "covedesk.plan/1.7": true, "covedesk.plan/2": false, "covedesk.plan/10": false,
		"covedesk.plan/1.x": false, "covedesk.plan/1.": false, "covedesk.plan/": false, "plan/1": false, "": false,
	} {
		var p reconcile.Plan
		err := json.Unmarshal([]byte(`{"format":"`+format+`","owner":"msp","later":{"x":1},"actions":[{"kind":"keep","code":"unchanged","later":2}]}`), &p)
		if good != (err == nil) || !good && !errors.Is(err, reconcile.ErrFormat) {
			t.Errorf("format %q: %v", format, err)
		}
		if good && (p.Owner != "msp" || len(p.Actions) != 1) {
			t.Errorf("format %q: read %+v", format, p)
		}
	}
	for _, bad := range []string{`[]`, `{"format":"covedesk.plan/1","actions":3}`, `{"format":"covedesk.plan/1","actions":[{"stage":"late"}]}`} {
		if err := json.Unmarshal([]byte(bad), new(reconcile.Plan)); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

func TestP05WellOrdered(t *testing.T) {
	kinds := []reconcile.ActionKind{
		reconcile.Create, reconcile.Reopen, reconcile.Adopt, reconcile.Update, reconcile.Close,
		reconcile.Merge, reconcile.MarkOnly, reconcile.Fold, reconcile.Hold, reconcile.Keep,
	}
	severity := func(a reconcile.Action) reconcile.Severity {
		if a.Kind == reconcile.Keep {
			return 0
		}
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
				cmp.Compare(a.KeyID, b.KeyID),
				cmp.Compare(a.Ticket, b.Ticket))
		})
		if !inOrder {
			t.Fatalf("not in the documented order: %v", actions)
		}
	})
}
