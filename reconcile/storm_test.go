package reconcile_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"github.com/google/go-cmp/cmp"
)

// many gives n issues of the group c1, from "a" on.
func many(n int) []reconcile.Issue {
	var out []reconcile.Issue
	for i := range n {
		out = append(out, issue(string(rune('a'+i)), func(is *reconcile.Issue) { is.GroupName = "Birch Dental" }))
	}
	return out
}

func summarize(p reconcile.Plan) map[string]int {
	out := make(map[string]int)
	for _, a := range p.Actions {
		out[fmt.Sprintf("%s %s", a.Kind, a.Code)]++
	}
	return out
}

func stormPolicy() reconcile.Policy {
	p := reconcile.DefaultPolicy()
	p.GroupStorm = reconcile.Storm{Limit: 3, Window: time.Hour}
	return p
}

func TestGroupStorm(t *testing.T) {
	want := func(s scene, want map[string]int) reconcile.Plan {
		t.Helper()
		plan := s.plan(t)
		if diff := cmp.Diff(want, summarize(plan)); diff != "" {
			t.Fatalf("actions (-want +got):\n%s", diff)
		}
		return plan
	}
	s := scene{observe(many(3)...), boardOf(), stormPolicy()}
	want(s, map[string]int{"create new": 3})

	// Tickets created not long ago count, whatever has become of them.
	recent := func(i int) reconcile.Ticket {
		return ticketFor(int64(i+1), issue(fmt.Sprint("r", i)), func(tk *reconcile.Ticket) { tk.Created = now.Add(-59 * time.Minute) }, closed(time.Minute, true))
	}
	s.board = boardOf(recent(0))
	plan := want(s, map[string]int{"create new": 1, "fold storm": 3})
	storm := plan.Actions[0]
	if storm.Summary != "Many problems at once: Birch Dental" || storm.Issue.Company != "250" || storm.After.State != mark.Storm ||
		storm.Issue.Detail != "COVE SVR #a - Files failed\nCOVE SVR #b - Files failed\nCOVE SVR #c - Files failed" {
		t.Errorf("the storm's ticket: %+v", storm)
	}
	s = s.then(plan)
	want(s, map[string]int{"keep unchanged": 1, "fold storm": 3})

	// A fourth problem changes the ticket, a day later.
	s.obs.Issues = many(4)
	want(s, map[string]int{"keep too-soon": 1, "fold storm": 4})
	s.obs.At = now.Add(25 * time.Hour)
	plan = want(s, map[string]int{"update changed": 1, "fold storm": 4})
	for _, a := range plan.Actions {
		if a.Kind == reconcile.Fold && (a.Related[0] != 2 || a.After != mark.Mark{}) {
			t.Errorf("not folded into ticket 2: %+v", a)
		}
	}
	s = s.then(plan)

	// Problems get fewer: the ticket stands until the last is over, and ends on
	// evidence only.
	s.obs.Issues = many(1)
	s.obs.At = now.Add(50 * time.Hour)
	s = s.then(want(s, map[string]int{"update changed": 1, "fold storm": 1}))
	s.obs.Issues = nil
	want(s, map[string]int{"keep absent": 1})
	s.obs.Healthy = []reconcile.Healthy{{Key: key("a"), Group: "c2"}}
	want(s, map[string]int{"keep absent": 1})
	s.obs.Healthy = []reconcile.Healthy{{Key: key("a"), Group: "c1"}}
	partial := s
	partial.obs.Partial = true
	want(partial, map[string]int{"keep partial": 1})
	s = s.then(want(s, map[string]int{"close storm-over": 1}))
	want(s, map[string]int{})

	// Back within the window it is reopened, for as many as it takes.
	s.obs = observe(many(4)...)
	s.obs.At = now.Add(51 * time.Hour)
	plan = want(s, map[string]int{"reopen again": 1, "fold storm": 4})
	if plan.Actions[0].After.State != mark.Storm {
		t.Errorf("reopened as %s", plan.Actions[0].After.State)
	}

	// Without the policy its problems get tickets of their own, and it ends.
	s = s.then(plan)
	s.policy.GroupStorm = reconcile.Storm{}
	s.obs.Healthy = []reconcile.Healthy{{Key: key("z"), Group: "c1"}}
	want(s, map[string]int{"create new": 4, "close storm-over": 1})
}

func TestStormMembers(t *testing.T) {
	// Who has a ticket, or none for another reason, is no member.
	s := scene{observe(many(5)...), boardOf(), stormPolicy()}
	s.obs.Issues[0].Company = ""
	s.board.Tickets = []reconcile.Ticket{ticketFor(1, s.obs.Issues[1])}
	if diff := cmp.Diff(map[string]int{"hold unmatched": 1, "keep unchanged": 1, "create new": 3}, summarize(s.plan(t))); diff != "" {
		t.Error(diff)
	}
	// Many members are counted in the text, not listed.
	s = scene{observe(many(25)...), boardOf(), stormPolicy()}
	plan := s.plan(t)
	if d := plan.Actions[0].Issue.Detail; len(d) > 700 || d[len(d)-10:] != "and others" {
		t.Errorf("detail: %q", d)
	}
	// Groups are storms of their own; a group without a name shows its id.
	s = scene{observe(), boardOf(), stormPolicy()}
	for _, g := range []string{"c1", "c2"} {
		for i := range 4 {
			s.obs.Issues = append(s.obs.Issues, issue(fmt.Sprint(g, i), func(is *reconcile.Issue) { is.Group, is.Company, is.Since = g, fmt.Sprint(9-i), time.Time{} }))
		}
	}
	plan = s.plan(t)
	if diff := cmp.Diff(map[string]int{"create new": 2, "fold storm": 8}, summarize(plan)); diff != "" {
		t.Error(diff)
	}
	for _, a := range plan.Actions[:2] {
		if a.Summary != "Many problems at once: "+a.Issue.Group || a.Issue.Company != "6" {
			t.Errorf("%+v", a.Issue)
		}
	}
}

func TestGlobalStorm(t *testing.T) {
	s := scene{observe(), boardOf(), reconcile.DefaultPolicy()}
	s.policy.GlobalStorm = reconcile.Storm{Limit: 5, Window: time.Hour}
	s.policy.StormCompany = "1"
	for i := range 6 {
		s.obs.Issues = append(s.obs.Issues, issue(fmt.Sprint(i), func(is *reconcile.Issue) { is.Group = fmt.Sprint("g", i) }))
	}
	plan := s.plan(t)
	if diff := cmp.Diff(map[string]int{"create new": 1, "fold storm": 6}, summarize(plan)); diff != "" {
		t.Fatal(diff)
	}
	if is := plan.Actions[0].Issue; is.Company != "1" || is.Group != "" || is.Summary != "Many problems at once: cove" {
		t.Errorf("%+v", is)
	}
	s = s.then(plan)
	s.obs.Issues = nil
	s.obs.Healthy = []reconcile.Healthy{{Key: key("0"), Group: "g0"}}
	s.obs.Unseen = []string{"g1"}
	if diff := cmp.Diff(map[string]int{"keep absent": 1}, summarize(s.plan(t))); diff != "" {
		t.Errorf("a group was not read: %s", diff)
	}
	s.obs.Unseen = nil
	if diff := cmp.Diff(map[string]int{"close storm-over": 1}, summarize(s.plan(t))); diff != "" {
		t.Error(diff)
	}
	// Another source is another storm.
	s.obs.Sources, s.obs.Healthy = []string{"rmm"}, []reconcile.Healthy{{Key: reconcile.Key{Source: "rmm", Subject: "1"}, Group: "g0"}}
	if diff := cmp.Diff(map[string]int{"keep other-source": 1}, summarize(s.plan(t))); diff != "" {
		t.Error(diff)
	}
}

func TestStormInMaintenance(t *testing.T) {
	s := scene{observe(many(4)...), boardOf(), stormPolicy()}
	s.policy.Windows = []reconcile.Window{{From: now, Until: now.Add(time.Hour)}}
	if diff := cmp.Diff(map[string]int{"hold maintenance": 4}, summarize(s.plan(t))); diff != "" {
		t.Error(diff)
	}
}
