package reconcile_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"github.com/covedesk/covedesk/reconcile/reconciletest"
)

// Properties of plans that follow one another.

// isStep reports whether another round may have more to do. Adopting a ticket,
// or taking one back, is a step of its own: what follows is planned only once
// the marker is there. Of several duplicates a round closes one; the next round
// sees the others.
func isStep(a reconcile.Action) bool {
	return a.Kind == reconcile.Adopt || a.Code == reconcile.CodeTakenBack || a.Kind != reconcile.Create && len(a.Related) > 0
}

// isRecord reports whether the action is one of several that a key with several
// tickets needs, a round for each: it takes back a ticket whose marker was
// lost, or records in a closed or merged ticket that the problem is over, once
// nothing is left to do about the open ticket.
func isRecord(a reconcile.Action) bool {
	return a.Kind == reconcile.MarkOnly && (a.Code == reconcile.CodeRecovered || a.Code == reconcile.CodeTakenBack)
}

// unsettled returns the actions of a plan that still write.
func unsettled(first, then reconcile.Plan) []string {
	step := make(map[mark.KeyID]bool)
	for _, a := range first.Actions {
		step[a.KeyID] = isStep(a)
	}
	var out []string
	for _, a := range then.Actions {
		if a.Kind.Writes() && !step[a.KeyID] && !isRecord(a) {
			out = append(out, describe(a))
		}
	}
	return out
}

func TestP15Idempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		first := s.plan(t)
		if left := unsettled(first, s.then(first).plan(t)); len(left) > 0 {
			t.Fatalf("still to be written: %q", left)
		}
	})
}

func TestP16OneStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		plan := s.plan(t)
		after := reconciletest.Simulate(plan, s.board)
		open := make(map[mark.KeyID]bool)
		for _, tk := range after.Tickets {
			open[tk.Mark.Key] = open[tk.Mark.Key] || live(tk)
		}
		for _, a := range plan.Actions {
			if a.Issue != nil && a.Kind != reconcile.Hold && a.Code != reconcile.CodeTakenBack && !open[a.KeyID] {
				t.Fatalf("a problem without an open ticket after one round: %s", describe(a))
			}
		}
	})
}

// anonymous returns the tickets in an order and with numbers that do not depend
// on when they were created.
func anonymous(b reconcile.Board, known int) []reconcile.Ticket {
	out := slices.Clone(b.Tickets)
	for i := known; i < len(out); i++ {
		out[i].ID = 0
	}
	slices.SortFunc(out[known:], func(a, b reconcile.Ticket) int { return cmp.Compare(a.Mark.Key, b.Mark.Key) })
	return out
}

func TestP17PrefixSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		plan := s.plan(t)
		some := plan
		some.Actions = nil
		for _, a := range plan.Actions {
			// That a timer starts again because an absent key is healthy shows in the
			// run that sees it; later runs know it from the marker alone.
			restarts := a.Code == reconcile.CodeRecovering && a.Kind == reconcile.MarkOnly && !a.Before.AbsentSince.IsZero()
			if isStep(a) || restarts || a.Code == reconcile.CodeRecovered && a.Kind == reconcile.MarkOnly || rapid.Bool().Draw(t, "applied") {
				some.Actions = append(some.Actions, a)
			}
		}
		rest := s.then(some).plan(t)
		if rest.Codes(reconcile.Hold)[reconcile.CodeOlderTool] > 0 {
			return // the first half wrote to a ticket in which an older tool's text then showed: a stop
		}
		rest.Actions = slices.DeleteFunc(rest.Actions, func(b reconcile.Action) bool {
			return slices.ContainsFunc(plan.Actions, func(a reconcile.Action) bool {
				return a.KeyID == b.KeyID && (isStep(a) || isRecord(b) && a.Ticket != b.Ticket)
			})
		})
		full, stepwise := reconciletest.Simulate(plan, s.board), reconciletest.Simulate(rest, reconciletest.Simulate(some, s.board))
		if diff := gocmp.Diff(anonymous(full, len(s.board.Tickets)), anonymous(stepwise, len(s.board.Tickets))); diff != "" {
			t.Fatalf("in two halves the board ends up different:\n%s", diff)
		}
	})
}

func TestP18CrashAfterCreate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		created := s.plan(t)
		created.Actions = slices.DeleteFunc(created.Actions, func(a reconcile.Action) bool { return a.Kind != reconcile.Create })
		for _, a := range s.then(created).plan(t).Actions {
			if a.Kind == reconcile.Create {
				t.Fatalf("created twice: %s", describe(a))
			}
		}
	})
}

// server does to a board what a service desk does to its tickets, and returns
// what a desk then sees.
func server(b reconcile.Board) reconcile.Board {
	for i := range b.Tickets {
		t := &b.Tickets[i]
		r := []rune(t.Summary)
		t.Summary = strings.TrimSpace(strings.ReplaceAll(string(r[:min(len(r), reconcile.SummaryLimit)]), "\n", "\r\n"))
		t.Status = cmp.Or(t.Status, "New")
		t.Board = "Service Desk"
		t.Created, t.Updated, t.Closed = t.Created.Truncate(time.Second), t.Updated.Truncate(time.Second), t.Closed.Truncate(time.Second)
		t.Differs = edited(*t)
	}
	return b
}

// edited compares a ticket with what its mark says we wrote, as a desk does.
func edited(t reconcile.Ticket) []string {
	var out []string
	if mark.DigestOf(t.Summary) != t.Mark.Digests.Summary {
		out = append(out, reconcile.FieldSummary)
	}
	if mark.DigestOf(t.Company) != t.Mark.Digests.Company {
		out = append(out, reconcile.FieldCompany)
	}
	return out
}

func TestP19ServerNormalisation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		s.obs.At = now.Add(123456789 * time.Nanosecond)
		for i := range s.obs.Issues {
			s.obs.Issues[i].Summary = rapid.StringN(0, 150, -1).Draw(t, "summary")
		}
		s.board = server(cloneBoard(s.board))
		first := s.plan(t)
		then := s
		then.board = server(reconciletest.Simulate(first, s.board))
		if left := unsettled(first, then.plan(t)); len(left) > 0 {
			t.Fatalf("the server's form of the text is written again: %q", left)
		}
	})
}

func TestP20NoOscillation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ours := drawScene(t)
		theirs := ours
		theirs.board.Owner = "other"
		for _, a := range theirs.plan(t).Actions {
			// They see no ticket of ours, and we see none of theirs.
			if a.Ticket != 0 {
				t.Fatalf("another owner's ticket is planned for: %s", describe(a))
			}
		}
		before := encode(t, withoutDigest(ours.plan(t)))
		shared := reconciletest.Simulate(theirs.plan(t), theirs.board)
		shared.Owner, shared.Known = owner, ours.board.Known
		ours.board = shared
		if after := encode(t, withoutDigest(ours.plan(t))); before != after {
			t.Fatalf("another owner's writes change our plan: %s", gocmp.Diff(before, after))
		}
	})
}

func TestP21NothingToDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scene{observe(), boardOf(), drawPolicy(t)}
		for i, subject := range subjects {
			is := drawIssue(t, key(subject))
			is.Company, is.Summary = "250", normal(is.Summary)
			s.obs.Issues = append(s.obs.Issues, is)
			s.board.Tickets = append(s.board.Tickets, ticketFor(int64(i+1), is, func(tk *reconcile.Ticket) {
				tk.Stage = reconcile.Stage(rapid.IntRange(0, 2).Draw(t, "stage"))
				if is.State == "" {
					tk.Mark.Digests.State = mark.DigestOf(" ")
				}
			}))
		}
		for _, a := range s.plan(t).Actions {
			if a.Kind != reconcile.Keep || a.Code != reconcile.CodeUnchanged {
				t.Fatalf("nothing has changed: %s", describe(a))
			}
		}
	})
}
