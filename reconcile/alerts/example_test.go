package alerts_test

import (
	"fmt"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/alerts"
	"github.com/covedesk/covedesk/reconcile/reconciletest"
)

// Twenty events of a disk within ten minutes become one ticket and one update.
func Example() {
	start := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	rules, policy := alerts.DefaultRules("zabbix"), reconcile.DefaultPolicy()
	policy.UpdateEvery = 0 // alerts.Rules.Consolidate decides when to update
	board := reconcile.Board{Owner: "desk-demo"}
	var state alerts.State
	run := func(at time.Time, events ...alerts.Event) {
		var obs reconcile.Observation
		var err error
		if state, obs, err = alerts.Update(state, events, at, rules); err != nil {
			fmt.Println(err)
			return
		}
		plan, err := reconcile.Diff(obs, board, policy)
		if err != nil {
			fmt.Println(err)
			return
		}
		board = reconciletest.Simulate(plan, board) // a desk would carry the plan out
		for _, a := range plan.Actions {
			if !a.Kind.Writes() {
				continue
			}
			state = state.Said(a.Key)
			fmt.Println(at.Format("15:04"), a.Kind, a.Summary)
			if a.Issue != nil {
				fmt.Println(a.Issue.Detail)
			}
		}
	}
	for i := range 20 {
		at := start.Add(time.Duration(i) * 30 * time.Second)
		run(at, alerts.Event{Time: at, Issue: reconcile.Issue{
			Key: reconcile.Key{Subject: "db01/disk-c"}, Customer: "birch", Company: "250",
			Severity: reconcile.SeverityHigh, Summary: "db01: disk C: is full", Detail: fmt.Sprintf("%d MB left", 100-i),
		}})
	}
	run(start.Add(15 * time.Minute))
	over := start.Add(time.Hour)
	run(over, alerts.Event{Time: over, Over: true, Issue: reconcile.Issue{Key: reconcile.Key{Subject: "db01/disk-c"}}})
	// Output:
	// 06:00 create db01: disk C: is full
	// 100 MB left
	// 06:15 update db01: disk C: is full
	// 99 MB left
	// 98 MB left
	// 97 MB left
	// 96 MB left
	// 95 MB left
	// 94 MB left
	// 93 MB left
	// 92 MB left
	// 91 MB left
	// 90 MB left
	// 89 MB left
	// 88 MB left
	// 87 MB left
	// 86 MB left
	// 85 MB left
	// 84 MB left
	// 83 MB left
	// 82 MB left
	// 81 MB left
	// 07:00 close db01: disk C: is full
}
