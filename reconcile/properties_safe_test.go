package reconcile_test

import (
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"github.com/covedesk/covedesk/reconcile/reconciletest"
)

// Properties that protect tickets that are not ours, and whatever is unknown.

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
			doing, _ := s.board.Doing(&tk)
			switch doing {
			case reconcile.DoingProject, reconcile.DoingReleased, reconcile.DoingForeign, reconcile.DoingForeignClosed, reconcile.DoingCopy,
				reconcile.DoingCopyClosed, reconcile.DoingRecognised, reconcile.DoingNotOurs:
				t.Fatalf("not ours: %s", describe(a))
			case reconcile.DoingMerged, reconcile.DoingMergedOver:
				if a.Kind != reconcile.MarkOnly {
					t.Fatalf("a person's: %s", describe(a))
				}
			}
			if tk.Mark.Owner != owner && (tk.Mark.Owner != "" || a.Kind.Writes()) || (doing == reconcile.DoingAdoptable) != (a.Kind == reconcile.Adopt) {
				t.Fatalf("not ours: %s", describe(a))
			}
			if tk.Place == mark.Ours && a.Before != tk.Mark || a.After.Key != tk.Mark.Key || a.After.Owner != owner {
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
		more.obs.Feeds = append(slices.Clone(s.obs.Feeds), reconcile.Feed{Name: "tape"})
		for i := range rapid.IntRange(1, 3).Draw(t, "others") {
			foreign, otherSource := drawTicket(t, int64(500+i)), drawTicket(t, int64(600+i))
			foreign.Mark.Owner, otherSource.Verbatim, otherSource.ClosedByTool = "other", false, false // so that no stop follows
			otherKey := reconcile.Key{Feed: "tape", Subject: subjects[i]}
			otherSource.Mark.Source, otherSource.Mark.Key = mark.SourceID("tape"), otherKey.ID()
			more.board.Tickets = append(more.board.Tickets, foreign, otherSource)
			more.obs.Issues = append(slices.Clone(more.obs.Issues), drawIssue(t, otherKey))
		}
		after := more.plan(t)
		after.Actions = slices.DeleteFunc(after.Actions, func(a reconcile.Action) bool {
			return a.Key.Feed == "tape" || a.Before.Source == mark.SourceID("tape")
		})
		if diff := gocmp.Diff(withoutDigest(before), withoutDigest(after)); diff != "" {
			t.Fatalf("what is outside changes what is inside:\n%s", diff)
		}
	})
}

// Limits and storms look at many keys; they are the exception.
func TestP24Locality(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		before := s.plan(t)
		k := drawKey(t)
		one := s
		one.obs = cloneObservation(s.obs)
		one.obs.Issues = slices.DeleteFunc(one.obs.Issues, func(is reconcile.Issue) bool { return is.Key == k })
		one.obs.Healthy = slices.DeleteFunc(one.obs.Healthy, func(h reconcile.Healthy) bool { return h.Key == k })
		one.obs.Suppressed = slices.DeleteFunc(one.obs.Suppressed, func(p reconcile.Suppressed) bool { return p.Key == k })
		drawEvidence(t, &one.obs, k)
		after := one.plan(t)
		for _, p := range []*reconcile.Plan{&before, &after} {
			p.Digest, p.Known = "", nil
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

		// Limits and windows only remove actions, too.
		s.policy.Allow = nil
		s.policy.CustomerStorm, s.policy.GlobalStorm = reconcile.Storm{}, reconcile.Storm{}
		free := s
		free.policy.MaxCreate, free.policy.MaxClose, free.policy.Windows = 0, 0, nil
		allowed := make(map[string]reconcile.Action)
		for _, a := range free.plan(t).Actions {
			allowed[a.ID] = a
		}
		for _, a := range s.plan(t).Actions {
			if a.Kind.Writes() {
				subset(map[string]reconcile.Action{a.ID: a}, allowed)
			}
		}
	})
}

// Nothing is closed, noted or timed for a customer that was not looked at, for
// a feed of events, or for a feed that is not listed. Everything with evidence
// is done all the same.
func TestP26IncompleteReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		evidence := make(map[mark.KeyID]bool)
		for _, is := range s.obs.Issues {
			evidence[is.Key.ID()] = true
		}
		for _, h := range s.obs.Healthy {
			evidence[h.Key.ID()] = true
		}
		for _, p := range s.obs.Suppressed {
			evidence[p.Key.ID()] = true
		}
		blind := map[string]func(*reconcile.Feed){
			"events":      func(f *reconcile.Feed) { f.Kind = reconcile.Events },
			"nobody":      func(f *reconcile.Feed) { f.Everything, f.Customers = false, nil },
			"others":      func(f *reconcile.Feed) { f.Everything, f.Customers = false, []string{"somebody else"} },
			"other names": func(f *reconcile.Feed) { f.Name += " of before" },
		}
		withEvidence := func(p reconcile.Plan) []reconcile.Action {
			return slices.DeleteFunc(p.Actions, func(a reconcile.Action) bool { return !evidence[a.KeyID] })
		}
		full := withEvidence(s.plan(t))
		for name, edit := range blind {
			x := s
			x.obs.Feeds = slices.Clone(s.obs.Feeds)
			if name == "other names" {
				x.obs.Issues, x.obs.Healthy, x.obs.Suppressed = nil, nil, nil
			}
			for i := range x.obs.Feeds {
				edit(&x.obs.Feeds[i])
			}
			p := x.plan(t)
			for _, a := range p.Actions {
				if !evidence[a.KeyID] && a.Kind.Writes() && a.Code != reconcile.CodeTakenBack {
					t.Fatalf("%s: absence acts: %s", name, describe(a))
				}
			}
			if name == "other names" {
				continue
			}
			if diff := gocmp.Diff(full, withEvidence(p)); diff != "" {
				t.Fatalf("%s: a narrow look hides evidence:\n%s", name, diff)
			}
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
		s.obs.Healthy = append(s.obs.Healthy, reconcile.Healthy{Key: is.Key, Customer: is.Customer, Since: now})
	}
	return s
}

func TestP27EmptyObservationGuard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "tickets")
		s := everythingHealthy(n)
		s.policy.MaxClose = rapid.IntRange(1, 5).Draw(t, "most")
		want := min(n, s.policy.MaxClose)
		if rapid.Bool().Draw(t, "absent instead") {
			s.obs.Healthy = nil
			s.obs.Feeds[0].Kind = rapid.SampledFrom([]reconcile.FeedKind{reconcile.ActiveAlerts, reconcile.Inventory}).Draw(t, "kind")
			s.policy.AbsentAfter = time.Hour
			for i := range s.board.Tickets {
				s.board.Tickets[i].Mark.AbsentSince = now.Add(-2 * time.Hour)
				s.board.Tickets[i].Mark.Digests.State = goneNoted
			}
			if n >= 5 {
				want = 0
			}
		}
		p := s.plan(t)
		if got := countWrites(p, reconcile.Close); got != want {
			t.Fatalf("%d of %d tickets are closed, want %d", got, n, want)
		}
		// The oldest go first.
		for _, a := range p.Actions {
			if a.Kind == reconcile.Close && a.Ticket > int64(want) {
				t.Fatalf("#%d before an elder one", a.Ticket)
			}
		}
	})
}

func TestP28BlastRadius(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		for i := range s.board.Tickets {
			s.board.Tickets[i].Verbatim = false // so that no stop follows
		}
		s.policy.MaxCreate, s.policy.MaxClose = rapid.IntRange(1, 2).Draw(t, "opens"), rapid.IntRange(1, 2).Draw(t, "closes")
		free := s
		free.policy.MaxCreate, free.policy.MaxClose = 0, 0
		want := countWrites(free.plan(t), reconcile.Create, reconcile.Reopen)
		opened := 0
		for range 10 {
			plan := s.plan(t)
			if n := countWrites(plan, reconcile.Create, reconcile.Reopen); n > s.policy.MaxCreate {
				t.Fatalf("%d opened", n)
			}
			if n := countWrites(plan, reconcile.Close); n > s.policy.MaxClose {
				t.Fatalf("%d closed", n)
			}
			opened += countWrites(plan, reconcile.Create, reconcile.Reopen)
			s = s.then(plan)
		}
		// No action is held for ever.
		for _, a := range s.plan(t).Actions {
			if a.Code == reconcile.CodeBudget {
				t.Fatalf("still waiting after ten rounds, %d of %d opened: %s\n%s", opened, want, describe(a), s.plan(t))
			}
		}
	})
}

func TestP29HumanEdits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAnyScene(t)
		for i := range s.board.Tickets {
			tk := &s.board.Tickets[i]
			tk.Verbatim = false // the older tool's words are nobody's
			if rapid.Bool().Draw(t, "edited") {
				tk.Summary, tk.Company = "Mine", "7"
				tk.Differs = []string{reconcile.FieldSummary, reconcile.FieldCompany}
			}
		}
		plan := s.plan(t)
		after := reconciletest.Simulate(plan, s.board)
		for i, tk := range s.board.Tickets {
			if slices.Contains(tk.Differs, reconcile.FieldSummary) && after.Tickets[i].Summary != tk.Summary ||
				slices.Contains(tk.Differs, reconcile.FieldCompany) && after.Tickets[i].Company != tk.Company {
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
		after := reconciletest.Simulate(plan, s.board)
		for i, tk := range s.board.Tickets {
			if i >= len(after.Tickets) || after.Tickets[i].ID != tk.ID {
				t.Fatalf("ticket %d is gone", tk.ID)
			}
		}
		for _, a := range plan.Actions {
			switch a.Kind {
			case reconcile.Create, reconcile.Update, reconcile.Reopen, reconcile.Close, reconcile.Adopt,
				reconcile.MarkOnly, reconcile.Fold, reconcile.Keep, reconcile.Hold:
			default:
				t.Fatalf("an unknown kind: %s", describe(a))
			}
		}
	})
}
