package reconcile_test

import (
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// Properties of one plan.

func TestP06CompleteAccounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAnyScene(t)
		seen := make(map[mark.KeyID]int)
		listed := make(map[int64]bool)
		for _, a := range s.plan(t).Actions {
			seen[a.KeyID]++
			listed[a.Ticket] = true
			for _, id := range a.Related {
				listed[id] = true
			}
			if a.Code == "" || a.Reason() == "" || a.Reason() == a.Code {
				t.Fatalf("no reason: %s", describe(a))
			}
		}
		for id, n := range seen {
			if n != 1 {
				t.Fatalf("key %s has %d actions", id, n)
			}
		}
		for _, is := range s.obs.Issues {
			if seen[is.Key.ID()] != 1 {
				t.Fatalf("the issue %s is not accounted for", is.Key)
			}
		}
		for _, p := range s.obs.Suppressed {
			if seen[p.Key.ID()] != 1 {
				t.Fatalf("the parked %s is not accounted for", p.Key)
			}
		}
		for _, tk := range s.board.Tickets {
			if live(tk) && seen[tk.Mark.Key] != 1 {
				t.Fatalf("ticket %d is not accounted for", tk.ID)
			}
			if live(tk) && tk.Open && tk.MergedInto == 0 && !listed[tk.ID] {
				t.Fatalf("open ticket %d is not listed", tk.ID)
			}
		}
	})
}

func TestP07OneMutation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys, tickets := make(map[mark.KeyID]bool), make(map[int64]bool)
		for _, a := range drawAnyScene(t).plan(t).Actions {
			if !a.Kind.Writes() {
				continue
			}
			if keys[a.KeyID] || a.Ticket != 0 && tickets[a.Ticket] {
				t.Fatalf("a second write: %s", describe(a))
			}
			keys[a.KeyID], tickets[a.Ticket] = true, true
		}
	})
}

func TestP08NoNeedlessCreate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		for _, a := range s.plan(t).Actions {
			if a.Kind != reconcile.Create && a.Code != reconcile.CodeAgain {
				continue
			}
			for _, tk := range s.board.Tickets {
				if live(tk) && tk.Mark.Key == a.KeyID {
					t.Fatalf("ticket %d is open: %s", tk.ID, describe(a))
				}
			}
		}
	})
}

// Every issue has an action; when nothing is opened for it, a reason says why.
func TestP09NoLostIssue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		actions := s.plan(t).Actions
		for _, is := range s.obs.Issues {
			if slices.ContainsFunc(s.board.Tickets, func(tk reconcile.Ticket) bool { return live(tk) && tk.Mark.Key == is.Key.ID() }) {
				continue
			}
			a := actions[slices.IndexFunc(actions, func(a reconcile.Action) bool { return a.KeyID == is.Key.ID() })]
			held := a.Kind == reconcile.Hold && (a.Would == reconcile.Create || a.Would == reconcile.Reopen) && a.Issue != nil
			if a.Kind != reconcile.Create && a.Kind != reconcile.Reopen && !held {
				t.Fatalf("lost: %s", describe(a))
			}
			if held && a.Code == reconcile.CodeUnmatched && is.Company != "" {
				t.Fatalf("held without need: %s", describe(a))
			}
		}
	})
}

func TestP10RecurrenceNotSwallowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		for _, a := range s.plan(t).Actions {
			if a.Issue == nil || a.Kind != reconcile.Keep {
				continue
			}
			if !slices.ContainsFunc(s.board.Tickets, func(tk reconcile.Ticket) bool { return live(tk) && tk.Mark.Key == a.KeyID }) {
				t.Fatalf("a problem whose tickets are all closed is kept: %s", describe(a))
			}
		}
	})
}

func TestP11ReopenWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		wide := s
		wide.policy.ReopenWithin = s.policy.ReopenWithin + drawHours(t, "wider")
		narrowPlan, widePlan := s.plan(t), wide.plan(t)
		for _, n := range narrowPlan.Actions {
			if n.Issue == nil {
				continue
			}
			w := widePlan.Actions[slices.IndexFunc(widePlan.Actions, func(a reconcile.Action) bool { return a.KeyID == n.KeyID })]
			nk, wk := intent(n), intent(w)
			// An open ticket that people call done is reopened as soon as the policy
			// allows reopening.
			done := w.Stage == reconcile.StageDone && w.Ticket != 0
			if nk != wk && (nk != reconcile.Create || wk != reconcile.Reopen) && !done {
				t.Fatalf("a wider window turned %s into %s", describe(n), describe(w))
			}
			if silenced := w.Before.Key != "" && w.Code == reconcile.CodeSilenced; silenced && w.Kind.Writes() {
				t.Fatalf("a silenced ticket is written: %s", describe(w))
			}
		}
		for _, a := range widePlan.Actions {
			if a.Kind != reconcile.Reopen || a.Code != reconcile.CodeAgain {
				continue
			}
			for _, tk := range s.board.Tickets {
				if tk.ID == a.Ticket && now.Sub(tk.Closed) > wide.policy.ReopenWithin+wide.policy.Snooze {
					t.Fatalf("reopened outside the window: %s", describe(a))
				}
			}
		}
	})
}

// intent returns the kind that is done, or that would be done.
func intent(a reconcile.Action) reconcile.ActionKind {
	if a.Kind == reconcile.Hold && a.Would != "" {
		return a.Would
	}
	return a.Kind
}

func TestP12Duplicates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		is := drawIssue(t, key("1"))
		is.Company = "250"
		s := scene{observe(is), boardOf(), drawPolicy(t)}
		n := rapid.IntRange(2, 6).Draw(t, "duplicates")
		var want []int64
		for i := range n {
			s.board.Tickets = append(s.board.Tickets, ticketFor(int64(50+i), is, func(tk *reconcile.Ticket) {
				tk.Stage = reconcile.Stage(rapid.IntRange(0, 2).Draw(t, "stage"))
				tk.Summary = rapid.SampledFrom(texts).Draw(t, "summary")
			}))
			want = append(want, int64(50+i))
		}
		for _, scene := range []scene{s, s.shuffled(t)} {
			actions := scene.plan(t).Actions
			if len(actions) != 1 || actions[0].Ticket != want[0] || !slices.Equal(actions[0].Related, want[1:]) {
				t.Fatalf("not the eldest, or the others are not listed: %+v", actions)
			}
		}
	})
}

func TestP13DuplicateIssues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		if len(s.obs.Issues) == 0 {
			return
		}
		once := encode(t, withoutDigest(s.plan(t)))
		is := rapid.SampledFrom(s.obs.Issues).Draw(t, "issue")
		is.Since = is.Since.In(time.FixedZone("", 3600)) // the same instant
		twice := s
		twice.obs.Issues = append(slices.Clone(s.obs.Issues), is)
		if got := encode(t, withoutDigest(twice.plan(t))); got != once {
			t.Fatalf("an issue given twice: %s", gocmp.Diff(once, got))
		}
		is.Severity = is.Severity%4 + 1
		twice.obs.Issues = append(slices.Clone(s.obs.Issues), is)
		for _, a := range twice.plan(t).Actions {
			if a.KeyID == is.Key.ID() && a.Code != reconcile.CodeOlderTool && (a.Kind != reconcile.Hold || a.Code != reconcile.CodeContradictory) {
				t.Fatalf("a contradiction is decided: %s", describe(a))
			}
		}
	})
}

func withoutDigest(p reconcile.Plan) reconcile.Plan {
	p.Digest, p.Known = "", nil
	return p
}

func TestP14MinimalDiff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		for _, a := range s.plan(t).Actions {
			if a.Issue == nil || a.Kind != reconcile.Update {
				continue
			}
			if len(a.Changes) == 0 {
				t.Fatalf("an update of nothing: %s", describe(a))
			}
			for _, c := range a.Changes {
				unchanged := map[string]bool{
					reconcile.FieldSummary:  a.Before.Digests.Summary == mark.DigestOf(c.New),
					reconcile.FieldCompany:  a.Before.Digests.Company == mark.DigestOf(c.New),
					reconcile.FieldSeverity: a.Before.Severity == a.Issue.Severity,
					reconcile.FieldState:    c.New != "" && a.Before.Digests.State == mark.DigestOf(c.New),
				}
				if unchanged[c.Field] && !slices.ContainsFunc(s.board.Tickets, func(tk reconcile.Ticket) bool { return tk.ID == a.Ticket && tk.Verbatim }) || slices.Contains(a.Edited, c.Field) {
					t.Fatalf("%s is not ours to write: %s", c.Field, describe(a))
				}
			}
		}
	})
}
