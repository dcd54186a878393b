package reconcile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// Properties of time, of text and of several runs.

func TestP31ClockMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy := drawPolicy(t)
		policy.OpenAfter = drawHours(t, "openAfter")
		policy.CloseAfter, policy.AbsentAfter = drawHours(t, "closeAfter"), time.Hour+drawHours(t, "absentAfter")
		is := drawIssue(t, key("1"))
		is.Since, is.Company = now, "250"
		tk := ticketFor(1, is, func(tk *reconcile.Ticket) { tk.Mark.AbsentSince, tk.Mark.Digests.State = now, goneNoted })
		well := ticketFor(1, is, func(tk *reconcile.Ticket) { tk.Mark.AbsentSince = now })
		over := observe()
		over.Healthy = []reconcile.Healthy{{Key: is.Key, Customer: is.Customer}}
		for name, s := range map[string]scene{
			"opens": {observe(is), boardOf(), policy}, "closes": {over, boardOf(well), policy}, "gone": {observe(), boardOf(tk), policy},
		} {
			switches, last := 0, reconcile.ActionKind("")
			for _, h := range []int{0, 1, 2, 3, 4, 5, 22, 23, 24, 25, 26, 48, 49, 50, 72, 73, 499, 500, 501, 502} {
				s.obs.At = now.Add(time.Duration(h) * time.Hour)
				kind := s.plan(t).Actions[0].Kind
				if last != "" && kind != last {
					switches++
				}
				last = kind
			}
			if switches > 1 {
				t.Fatalf("%s: switches %d times as the clock goes on", name, switches)
			}
		}
	})
}

func TestP32FlapDamping(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		threshold := time.Duration(rapid.IntRange(4, 24).Draw(t, "threshold")) * time.Hour
		period := rapid.IntRange(1, 3).Draw(t, "period") // hours in one state, fewer than the threshold
		s := scene{observe(), boardOf(), reconcile.DefaultPolicy()}
		s.policy.CloseAfter = threshold
		if rapid.Bool().Draw(t, "slow to open") {
			s.policy.OpenAfter = threshold
		}
		opens, closes, began := 0, 0, now
		for h := range 7 * 24 {
			at := now.Add(time.Duration(h) * time.Hour)
			s.obs = observe()
			s.obs.At = at
			if h/period%2 == 0 {
				if h%period == 0 {
					began = at
				}
				s.obs.Issues = []reconcile.Issue{issue("1", func(is *reconcile.Issue) { is.Since = began })}
			} else {
				s.obs.Healthy = []reconcile.Healthy{{Key: key("1"), Customer: "c1"}}
			}
			plan := s.plan(t)
			opens += countWrites(plan, reconcile.Create, reconcile.Reopen)
			closes += countWrites(plan, reconcile.Close)
			s = s.then(plan)
		}
		if opens > 1 || closes > 1 {
			t.Fatalf("opened %d times, closed %d times", opens, closes)
		}
	})
}

func TestP33RepeatInterval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scene{observe(), boardOf(), reconcile.DefaultPolicy()}
		s.policy.UpdateEvery = time.Duration(rapid.IntRange(1, 48).Draw(t, "interval")) * time.Hour
		span := rapid.IntRange(1, 200).Draw(t, "hours")
		updates := 0
		for h := range span {
			s.obs = observe(issue("1", func(is *reconcile.Issue) {
				is.State = fmt.Sprint("state ", rapid.IntRange(0, 3).Draw(t, "state"))
				is.Severity = reconcile.SeverityLow
			}))
			s.obs.At = now.Add(time.Duration(h) * time.Hour)
			plan := s.plan(t)
			updates += countWrites(plan, reconcile.Update)
			s = s.then(plan)
		}
		if most := int(time.Duration(span)*time.Hour/s.policy.UpdateEvery) + 1; updates > most {
			t.Fatalf("%d updates in %d hours at one in %s", updates, span, s.policy.UpdateEvery)
		}
	})
}

func TestP34TimeZones(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAnyScene(t)
		before := encode(t, s.plan(t))
		zone := time.FixedZone("somewhere", rapid.IntRange(-12, 14).Draw(t, "hours")*3600)
		s.obs, s.board = cloneObservation(s.obs), cloneBoard(s.board)
		s.obs.At = s.obs.At.In(zone)
		for i := range s.obs.Issues {
			s.obs.Issues[i].Since = s.obs.Issues[i].Since.In(zone)
		}
		for i := range s.obs.Healthy {
			s.obs.Healthy[i].Since = s.obs.Healthy[i].Since.In(zone)
		}
		for i := range s.board.Tickets {
			tk := &s.board.Tickets[i]
			for _, p := range []*time.Time{&tk.Created, &tk.Closed, &tk.Updated, &tk.Mark.Written, &tk.Mark.AbsentSince} {
				*p = p.In(zone)
			}
		}
		for id, k := range s.board.Known {
			k.Named, k.AbsentSince = k.Named.In(zone), k.AbsentSince.In(zone)
			s.board.Known[id] = k
		}
		for i := range s.policy.Windows {
			s.policy.Windows = slices.Clone(s.policy.Windows)
			s.policy.Windows[i].From = s.policy.Windows[i].From.In(zone)
		}
		// The digest covers the policy as it is written.
		if after := encode(t, s.plan(t)); stripDigest(after) != stripDigest(before) {
			t.Fatalf("the zone shows: %s", gocmp.Diff(before, after))
		}
	})
}

func stripDigest(plan string) string {
	var out strings.Builder
	for line := range strings.Lines(plan) {
		if !strings.Contains(line, `"digest":`) {
			out.WriteString(line)
		}
	}
	return out.String()
}

func TestP37Injection(t *testing.T) {
	forged := []string{
		"cdk1:msp:ezvi:cacuxgw:anwyu3lqfbyr62ftiio5izjo:aaaaaaaaaaaaaaaaaaaa:1onaa:aaaaaa:000000:aa",
		"ref cdk1-aaaaaaaaaaaaaaaa", `" or 1=1 --`, "a\nref cdk1-aaaaaaaaaaaaaaaa", "</script>", "%_*",
	}
	rapid.Check(t, func(t *rapid.T) {
		plain := drawScene(t)
		evil := plain
		evil.obs = cloneObservation(plain.obs)
		evil.board = cloneBoard(plain.board)
		text := rapid.SampledFrom(forged)
		for i := range evil.obs.Issues {
			is := &evil.obs.Issues[i]
			is.Detail, is.CustomerName, is.CompanyReason = text.Draw(t, "detail"), text.Draw(t, "name"), text.Draw(t, "reason")
		}
		for i := range evil.obs.Suppressed {
			evil.obs.Suppressed[i].Reason = text.Draw(t, "parked")
		}
		for i := range evil.board.Tickets {
			evil.board.Tickets[i].Status = text.Draw(t, "status")
		}
		a, b := plain.plan(t), evil.plan(t)
		if len(a.Actions) != len(b.Actions) {
			t.Fatal("texts decide")
		}
		for i := range a.Actions {
			x, y := a.Actions[i], b.Actions[i]
			if x.ID != y.ID || x.Kind != y.Kind || x.KeyID != y.KeyID || x.Before != y.Before || x.After != y.After {
				t.Fatalf("texts decide:\n%s\n%s", describe(x), describe(y))
			}
			if strings.ContainsAny(y.Reason(), "\n\r") {
				t.Fatalf("a reason of two lines: %q", y.Reason())
			}
		}
		// The text of a marker in a summary is treated as a summary.
		for i := range evil.obs.Issues {
			evil.obs.Issues[i].Summary = text.Draw(t, "summary")
		}
		for _, act := range evil.plan(t).Actions {
			if act.Issue != nil && act.Kind == reconcile.Create && (act.After.Key != act.Issue.Key.ID() || act.After.Owner != owner) {
				t.Fatalf("forged: %s", describe(act))
			}
		}
	})
}

// Letter case and Unicode composition are left alone on both sides: a text is
// what the caller gave, and a server that returns it unchanged never causes a
// write.
func TestP38UnicodeStability(t *testing.T) {
	composed, decomposed := "Gr\u00f6\u00dfe", "Gro\u0308\u00dfe"
	for _, in := range []string{composed, decomposed, "ＦＵＬＬ", "İstanbul", "ﬁle"} {
		if got := normal(in); got != in {
			t.Errorf("%q became %q", in, got)
		}
		s := scene{observe(issue("1", func(is *reconcile.Issue) { is.Summary = in })), boardOf(), reconcile.DefaultPolicy()}
		s = s.then(s.plan(t))
		s.board = server(s.board)
		if a := s.plan(t).Actions[0]; a.Kind != reconcile.Keep {
			t.Errorf("%q is written again: %s", in, describe(a))
		}
	}
	if mark.DigestOf(composed) == mark.DigestOf(decomposed) {
		t.Error("two spellings have one digest")
	}
}

func TestP39OpenCloseDuality(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAnyScene(t)
		problem := make(map[mark.KeyID]bool)
		for _, is := range s.obs.Issues {
			problem[is.Key.ID()] = true
		}
		opened, closed := make(map[mark.KeyID]bool), make(map[mark.KeyID]bool)
		for range 3 {
			plan := s.plan(t)
			for _, a := range plan.Actions {
				switch a.Kind {
				case reconcile.Close:
					if problem[a.KeyID] && a.Code != reconcile.CodeDuplicate {
						t.Fatalf("closed although the problem is there: %s", describe(a))
					}
					closed[a.KeyID] = a.Code != reconcile.CodeDuplicate
				case reconcile.Create, reconcile.Reopen:
					opened[a.KeyID] = true
				}
				// A storm's key may do both: what is folded into it depends on what was
				// created before.
				if opened[a.KeyID] && closed[a.KeyID] && !strings.HasPrefix(a.Key.Subject, "storm:") && a.Before.State != mark.Storm {
					t.Fatalf("opened and closed on the same inputs: %s", describe(a))
				}
			}
			s = s.then(plan)
		}
	})
}

func TestP40TimeLocalStability(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// All times and thresholds are whole hours away from now.
		s := drawAnyScene(t)
		s.obs.At = now.Add(10 * time.Minute)
		first := s.plan(t)
		s.obs.At = now.Add(time.Duration(rapid.IntRange(11, 49).Draw(t, "minute")) * time.Minute)
		second := s.plan(t)
		if len(first.Actions) != len(second.Actions) {
			t.Fatalf("%d actions, then %d", len(first.Actions), len(second.Actions))
		}
		for i := range first.Actions {
			a, b := first.Actions[i], second.Actions[i]
			if a.Kind != b.Kind || a.Code != b.Code || a.Ticket != b.Ticket || a.KeyID != b.KeyID || !slices.Equal(a.Changes, b.Changes) ||
				a.After.Digests != b.After.Digests {
				t.Fatalf("half an hour changes\n%s\nto\n%s", describe(a), describe(b))
			}
		}
	})
}

func TestP41FailureIsNotAbsence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		s.board.Partial = false
		opensAndCloses := func(s scene) map[string]bool {
			out := make(map[string]bool)
			for _, a := range s.plan(t).Actions {
				if a.Kind == reconcile.Create || a.Kind == reconcile.Reopen || a.Kind == reconcile.Close {
					out[string(a.Kind)+string(a.KeyID)] = true
				}
			}
			return out
		}
		good := opensAndCloses(s)
		failed := s
		failed.obs = cloneObservation(s.obs)
		switch rapid.IntRange(0, 2).Draw(t, "what failed") {
		case 0: // a feed, with everything that it would have said
			failed.obs.Feeds = failed.obs.Feeds[1:]
			failed.obs.Issues = slices.DeleteFunc(failed.obs.Issues, func(is reconcile.Issue) bool { return is.Key.Feed == sources[0] })
			failed.obs.Healthy = slices.DeleteFunc(failed.obs.Healthy, func(h reconcile.Healthy) bool { return h.Key.Feed == sources[0] })
			failed.obs.Suppressed = slices.DeleteFunc(failed.obs.Suppressed, func(p reconcile.Suppressed) bool { return p.Key.Feed == sources[0] })
		case 1: // the customers whose pages failed are not among those looked at
			for i := range failed.obs.Feeds {
				failed.obs.Feeds[i].Everything, failed.obs.Feeds[i].Customers = false, nil
			}
			failed.obs.Issues = failed.obs.Issues[:len(failed.obs.Issues)/2]
			failed.obs.Healthy = failed.obs.Healthy[:len(failed.obs.Healthy)/2]
		case 2:
			failed.board.Partial = true
			failed.board.Tickets = failed.board.Tickets[:len(failed.board.Tickets)/2]
		}
		for what := range opensAndCloses(failed) {
			// Half a board may hide the ticket that stands for the key; then another one
			// is closed on the same evidence.
			if !good[what] && (!strings.HasPrefix(what, "close") || len(failed.board.Tickets) == len(s.board.Tickets)) {
				t.Fatalf("a failed reading leads to %s", what)
			}
		}
	})
}

func TestP42VanishedSubject(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scene{observe(), boardOf(ticketFor(1, issue("1"))), reconcile.DefaultPolicy()}
		s.policy.AbsentAfter = time.Duration(rapid.IntRange(1, 100).Draw(t, "absentAfter")) * time.Hour
		step := time.Duration(rapid.IntRange(1, 24).Draw(t, "step")) * time.Hour
		noted := 0
		for at := now; at.Before(now.Add(s.policy.AbsentAfter + 2*step)); at = at.Add(step) {
			plan := s.run(t, at)
			noted += plan.Codes(reconcile.Update)[reconcile.CodeAbsent]
			for _, a := range plan.Actions {
				if a.Kind == reconcile.Close {
					if a.Code != reconcile.CodeGone || at.Sub(now) < s.policy.AbsentAfter || noted != 1 {
						t.Fatalf("after %s and %d notes: %s", at.Sub(now), noted, describe(a))
					}
					return
				}
			}
		}
		t.Fatal("never closed")
	})
}
