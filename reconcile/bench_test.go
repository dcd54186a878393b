package reconcile_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// fleet gives n issues and n tickets: nine in ten belong together, of those one
// in ten has changed; the rest are problems without a ticket and tickets whose
// problem is over.
func fleet(n int) (reconcile.Observation, reconcile.Board) {
	obs := observe()
	obs.Issues = make([]reconcile.Issue, n)
	board := boardOf(make([]reconcile.Ticket, n)...)
	for i := range n {
		subject := strconv.Itoa(1_000_000 + i*7)
		is := issue(subject)
		is.Group = "customer " + strconv.Itoa(i/20)
		is.Company = strconv.Itoa(200 + i/20)
		if i%10 == 0 {
			tk := issue(strconv.Itoa(1_000_000 + i*7 + 1))
			board.Tickets[n-1-i] = ticketFor(int64(70_000+i), tk)
			obs.Healthy = append(obs.Healthy, reconcile.Healthy{Key: tk.Key, Group: is.Group, Since: now})
		} else {
			board.Tickets[n-1-i] = ticketFor(int64(70_000+i), is)
			if i%10 == 1 {
				is.State += " D02:failed"
			}
		}
		obs.Issues[i] = is
	}
	return obs, board
}

// BenchmarkDiff compares Diff with the least that any planner must do: bring two
// lists together by key in two maps and sort the keys. The keys are given to it
// ready made, Diff hashes them.
func BenchmarkDiff(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		obs, board := fleet(n)
		ids := make([]mark.KeyID, n)
		for i := range obs.Issues {
			ids[i] = obs.Issues[i].Key.ID()
		}
		b.Run(fmt.Sprintf("diff/%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := reconcile.Diff(obs, board, reconcile.DefaultPolicy()); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("mapjoin/%d", n), func(b *testing.B) {
			for b.Loop() {
				mapJoin(ids, obs.Issues, board.Tickets)
			}
		})
	}
}

// joined is one key with what is known of it.
type joined struct {
	id     mark.KeyID
	issue  *reconcile.Issue
	ticket *reconcile.Ticket
}

func mapJoin(ids []mark.KeyID, issues []reconcile.Issue, tickets []reconcile.Ticket) []joined {
	byIssue := make(map[mark.KeyID]*reconcile.Issue, len(issues))
	byTicket := make(map[mark.KeyID]*reconcile.Ticket, len(tickets))
	for i := range issues {
		byIssue[ids[i]] = &issues[i]
	}
	for i := range tickets {
		byTicket[tickets[i].Mark.Key] = &tickets[i]
	}
	keys := make([]mark.KeyID, 0, len(issues)+len(tickets))
	for id := range byIssue {
		keys = append(keys, id)
	}
	for id := range byTicket {
		if byIssue[id] == nil {
			keys = append(keys, id)
		}
	}
	slices.Sort(keys)
	out := make([]joined, len(keys))
	for i, id := range keys {
		out[i] = joined{id, byIssue[id], byTicket[id]}
	}
	return out
}
