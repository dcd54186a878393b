package reconcile_test

import (
	"slices"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Properties that keep what is not ours, and what is not known, safe.

func TestP22Ownership(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAnyScene(t)
		for i := range s.board.Tickets {
			if rapid.Bool().Draw(t, "foreign") {
				s.board.Tickets[i].Mark.Owner = rapid.SampledFrom([]string{"other", "", "MSP"}).Draw(t, "owner")
			}
		}
		for _, a := range s.plan(t).Actions {
			if !a.Kind.Writes() || a.Ticket == 0 {
				continue
			}
			tk := s.board.Tickets[slices.IndexFunc(s.board.Tickets, func(tk reconcile.Ticket) bool { return tk.ID == a.Ticket })]
			if tk.Mark.Owner != owner || tk.Damaged || tk.MergedInto != 0 || tk.Claim != (a.Kind == reconcile.Adopt) || !tk.Claim && !tk.ByUs {
				t.Fatalf("not ours: %s", describe(a))
			}
			if a.Kind != reconcile.Adopt && a.Before != tk.Mark || a.After.Key != tk.Mark.Key || a.After.Owner != owner {
				t.Fatalf("the mark changes hands: %s", describe(a))
			}
		}
	})
}

// Another board, company or tenant is another owner; another tool is another
// source.
func TestP23ScopeIsolation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		before := s.plan(t)
		more := s
		more.board.Tickets = slices.Clone(s.board.Tickets)
		for i := range rapid.IntRange(1, 3).Draw(t, "others") {
			foreign, otherSource := drawTicket(t, int64(500+i)), drawTicket(t, int64(600+i))
			foreign.Mark.Owner = "other"
			otherKey := reconcile.Key{Source: "tape", Subject: subjects[i]}
			otherSource.Mark.Source, otherSource.Mark.Key = mark.SourceID("tape"), otherKey.ID()
			more.board.Tickets = append(more.board.Tickets, foreign, otherSource)
			more.obs.Issues = append(slices.Clone(more.obs.Issues), drawIssue(t, otherKey))
		}
		after := more.plan(t)
		after.Actions = slices.DeleteFunc(after.Actions, func(a reconcile.Action) bool {
			return a.Key.Source == "tape" || a.Before.Source == mark.SourceID("tape")
		})
		if diff := gocmp.Diff(withoutDigest(before), withoutDigest(after)); diff != "" {
			t.Fatalf("what is outside changes what is inside:\n%s", diff)
		}
	})
}

// Budgets and storms look at many keys; they are the exception.
func TestP24Locality(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		before := s.plan(t)
		k := drawKey(t)
		one := s
		one.obs = cloneObservation(s.obs)
		one.obs.Issues = slices.DeleteFunc(one.obs.Issues, func(is reconcile.Issue) bool { return is.Key == k })
		one.obs.Healthy = slices.DeleteFunc(one.obs.Healthy, func(h reconcile.Healthy) bool { return h.Key == k })
		one.obs.Parked = slices.DeleteFunc(one.obs.Parked, func(p reconcile.Parked) bool { return p.Key == k })
		drawEvidence(t, &one.obs, k)
		after := one.plan(t)
		for _, p := range []*reconcile.Plan{&before, &after} {
			p.Digest = ""
			p.Actions = slices.DeleteFunc(p.Actions, func(a reconcile.Action) bool { return a.KeyID == k.ID() })
		}
		if diff := gocmp.Diff(before, after); diff != "" {
			t.Fatalf("%s changes other keys:\n%s", k, diff)
		}
	})
}

func TestP25PolicyMonotone(t *testing.T) {
	createOnly := []reconcile.ActionKind{reconcile.Create}
	upsertOnly := []reconcile.ActionKind{reconcile.Create, reconcile.Update, reconcile.Reopen, reconcile.MarkOnly}
	rapid.Check(t, func(t *rapid.T) {
		s := drawAnyScene(t)
		writes := func(allow []reconcile.ActionKind) map[string]reconcile.Action {
			s.policy.Allow = allow
			out := make(map[string]reconcile.Action)
			for _, a := range s.plan(t).Actions {
				if a.Kind.Writes() {
					out[a.ID] = a
				}
			}
			return out
		}
		subset := func(small, large map[string]reconcile.Action) {
			for id, a := range small {
				if diff := gocmp.Diff(a, large[id]); diff != "" {
					t.Fatalf("a policy adds or changes an action:\n%s", diff)
				}
			}
		}
		all, upsert, create := writes(nil), writes(upsertOnly), writes(createOnly)
		subset(create, upsert)
		subset(upsert, all)

		// Budgets, snoozes and windows only take away, too.
		s.policy.Allow = nil
		free := s
		free.policy.Budget, free.policy.Windows = reconcile.Budget{}, nil
		free.policy.GroupStorm, free.policy.GlobalStorm = reconcile.Storm{}, reconcile.Storm{}
		bound := s
		bound.policy.GroupStorm, bound.policy.GlobalStorm = reconcile.Storm{}, reconcile.Storm{}
		allowed := make(map[string]reconcile.Action)
		for _, a := range free.plan(t).Actions {
			allowed[a.ID] = a
		}
		for _, a := range bound.plan(t).Actions {
			if a.Kind.Writes() {
				subset(map[string]reconcile.Action{a.ID: a}, allowed)
			}
		}
	})
}

// An incomplete reading forbids acting on absence, never on evidence.
func TestP26IncompleteReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAnyScene(t)
		evidence := make(map[mark.KeyID]bool)
		for _, is := range s.obs.Issues {
			evidence[is.Key.ID()] = true
		}
		for _, h := range s.obs.Healthy {
			evidence[h.Key.ID()] = true
		}
		for _, p := range s.obs.Parked {
			evidence[p.Key.ID()] = true
		}
		partial := s
		partial.obs.Partial = true
		unseen := s
		unseen.obs.Partial, unseen.obs.Unseen = false, groups
		unread := s
		unread.obs.Sources = nil
		for name, x := range map[string]scene{"partial": partial, "unseen": unseen, "unread": unread} {
			for _, a := range x.plan(t).Actions {
				if !evidence[a.KeyID] && a.Kind.Writes() && a.Code != reconcile.CodeDuplicate && a.Key.Source == "" {
					t.Fatalf("%s: absence acts: %s", name, describe(a))
				}
			}
		}
		// What there is evidence for is done all the same.
		s.policy, partial.policy = drawPolicy(t), s.policy
		partial.policy = s.policy
		s.obs.Partial, s.obs.Unseen, partial.obs.Unseen = false, nil, nil
		withEvidence := func(p reconcile.Plan) []reconcile.Action {
			return slices.DeleteFunc(p.Actions, func(a reconcile.Action) bool { return !evidence[a.KeyID] })
		}
		if diff := gocmp.Diff(withEvidence(s.plan(t)), withEvidence(partial.plan(t))); diff != "" {
			t.Fatalf("a partial observation hides evidence:\n%s", diff)
		}

		board := s
		board.board.Partial = true
		board.policy = drawAnyPolicy(t)
		for _, a := range board.plan(t).Actions {
			if a.Kind == reconcile.Create || a.Kind == reconcile.Reopen {
				t.Fatalf("a board not read whole: %s", describe(a))
			}
		}
	})
}

// everythingHealthy is a board of n open tickets whose problems are all over.
func everythingHealthy(n int) scene {
	s := scene{observe(), boardOf(), reconcile.DefaultPolicy()}
	for i := range n {
		is := issue(string(rune('a' + i)))
		s.board.Tickets = append(s.board.Tickets, ticketFor(int64(i+1), is))
		s.obs.Healthy = append(s.obs.Healthy, reconcile.Healthy{Key: is.Key, Group: is.Group, Since: now})
	}
	return s
}

func countWrites(p reconcile.Plan, kinds ...reconcile.ActionKind) int {
	n := 0
	for _, a := range p.Actions {
		if slices.Contains(kinds, a.Kind) {
			n++
		}
	}
	return n
}

func TestP27EmptyObservationGuard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "tickets")
		s := everythingHealthy(n)
		if rapid.Bool().Draw(t, "absent instead") {
			s.obs.Healthy = nil
			s.policy.Gone = time.Hour
			for i := range s.board.Tickets {
				s.board.Tickets[i].Mark.AbsentSince = now.Add(-2 * time.Hour)
			}
		}
		s.policy.Budget = reconcile.Budget{MinCloses: rapid.IntRange(1, 5).Draw(t, "least"), CloseShare: 0.25}
		want := min(n, max(s.policy.Budget.MinCloses, n/4))
		if got := countWrites(s.plan(t), reconcile.Close); got != want {
			t.Fatalf("%d of %d tickets are closed, the budget is %d", got, n, want)
		}
	})
}

func TestP28BlastRadius(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		s.policy.Budget = reconcile.Budget{Opens: rapid.IntRange(1, 2).Draw(t, "opens"), MinCloses: rapid.IntRange(1, 2).Draw(t, "closes")}
		free := s
		free.policy.Budget = reconcile.Budget{}
		want := countWrites(free.plan(t), reconcile.Create, reconcile.Reopen)
		opened := 0
		for range 10 {
			plan := s.plan(t)
			if n := countWrites(plan, reconcile.Create, reconcile.Reopen); n > s.policy.Budget.Opens {
				t.Fatalf("%d opened", n)
			}
			if n := countWrites(plan, reconcile.Close, reconcile.Merge); n > s.policy.Budget.MinCloses {
				t.Fatalf("%d closed", n)
			}
			opened += countWrites(plan, reconcile.Create, reconcile.Reopen)
			s = s.then(plan)
		}
		// Nothing waits for ever.
		for _, a := range s.plan(t).Actions {
			if a.Code == reconcile.CodeBudget {
				t.Fatalf("still waiting after ten rounds, %d of %d opened: %s", opened, want, describe(a))
			}
		}
	})
}

// What fails every time must not keep the others from their turn.
func TestP28FailedGoLast(t *testing.T) {
	s := scene{observe(), boardOf(), reconcile.DefaultPolicy()}
	s.policy.Budget.Opens = 1
	for _, subject := range subjects {
		s.obs.Issues = append(s.obs.Issues, issue(subject))
	}
	first := s.plan(t).Actions[0]
	s.board.Failed = []mark.KeyID{first.KeyID}
	if second := s.plan(t).Actions[0]; second.Kind != reconcile.Create || second.KeyID == first.KeyID {
		t.Fatalf("the one that failed is first again: %s", describe(second))
	}
	// Of equals another one begins from day to day, and within a day the same.
	s.board.Failed = nil
	begins := make(map[mark.KeyID]bool)
	for day := range 20 {
		s.obs.At = now.AddDate(0, 0, day)
		morning := s.plan(t).Actions[0].KeyID
		s.obs.At = s.obs.At.Add(10 * time.Hour)
		if evening := s.plan(t).Actions[0].KeyID; evening != morning {
			t.Fatalf("day %d: %s in the morning, %s in the evening", day, morning, evening)
		}
		begins[morning] = true
	}
	if len(begins) < 2 {
		t.Fatal("the same key begins every day")
	}
	// Severity, then class, then age go before.
	s.obs.Issues = append(s.obs.Issues,
		issue("mild", func(is *reconcile.Issue) { is.Severity, is.Since = reconcile.SeverityLow, now.Add(-999*time.Hour) }),
		issue("old", func(is *reconcile.Issue) { is.Since = now.Add(-99 * time.Hour) }),
		issue("class", func(is *reconcile.Issue) { is.Class = "a" }),
		issue("grave", func(is *reconcile.Issue) { is.Severity, is.Class = reconcile.SeverityHigh, "z" }))
	for _, want := range []string{"grave", "class", "old"} {
		plan := s.plan(t)
		if got := plan.Actions[0].Key.Subject; got != want || plan.Actions[0].Kind != reconcile.Create {
			t.Fatalf("%s goes first, not %s", got, want)
		}
		s = s.then(plan)
	}
}

func TestP29HumanEdits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAnyScene(t)
		for i := range s.board.Tickets {
			tk := &s.board.Tickets[i]
			if rapid.Bool().Draw(t, "edited") {
				tk.Summary, tk.Company = "Mine", "7"
				tk.Edited = []reconcile.Field{reconcile.FieldSummary, reconcile.FieldCompany}
			}
		}
		plan := s.plan(t)
		after := plan.Apply(s.board)
		for i, tk := range s.board.Tickets {
			if slices.Contains(tk.Edited, reconcile.FieldSummary) && after.Tickets[i].Summary != tk.Summary ||
				slices.Contains(tk.Edited, reconcile.FieldCompany) && after.Tickets[i].Company != tk.Company {
				t.Fatalf("ticket %d: a person's words are overwritten", tk.ID)
			}
			if tk.Open && after.Tickets[i].Open && after.Tickets[i].Stage != tk.Stage {
				for _, a := range plan.Actions {
					if a.Ticket == tk.ID && a.Kind == reconcile.Update {
						t.Fatalf("an update changes the status: %s", describe(a))
					}
				}
			}
		}
	})
}

func TestP30NeverDelete(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAnyScene(t)
		plan := s.plan(t)
		after := plan.Apply(s.board)
		for i, tk := range s.board.Tickets {
			if i >= len(after.Tickets) || after.Tickets[i].ID != tk.ID {
				t.Fatalf("ticket %d is gone", tk.ID)
			}
		}
		for _, a := range plan.Actions {
			switch a.Kind {
			case reconcile.Create, reconcile.Update, reconcile.Reopen, reconcile.Close, reconcile.Adopt,
				reconcile.Merge, reconcile.MarkOnly, reconcile.Fold, reconcile.Keep, reconcile.Hold:
			default:
				t.Fatalf("an unknown kind: %s", describe(a))
			}
		}
	})
}
