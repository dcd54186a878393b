package reconcile_test

import (
	"fmt"
	"time"

	"github.com/covedesk/covedesk/reconcile"
)

// A list of all alerts that are active now becomes tickets: one for each alert,
// and what is missing from the list for the second time is over.
func ExampleDiff() {
	alert := func(subject, summary string) reconcile.Issue {
		return reconcile.Issue{
			Key: reconcile.Key{Feed: "rmm", Subject: subject}, Customer: "birch", Company: "250",
			Severity: reconcile.SeverityHigh, Summary: summary,
		}
	}
	disk, cpu := alert("db01/disk-c", "db01: disk C: is full"), alert("web02/cpu", "web02: CPU above 95 %")

	board := reconcile.Board{Owner: "desk-k3xq"} // the service desk has no tickets yet
	at := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)
	for _, active := range [][]reconcile.Issue{{disk, cpu}, {disk}, {disk}} {
		plan, err := reconcile.Diff(reconcile.Observation{
			At:     at,
			Feeds:  []reconcile.Feed{{Name: "rmm", Kind: reconcile.ActiveAlerts, Everything: true}},
			Issues: active,
		}, board, reconcile.DefaultPolicy())
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(at.Format("15:04"))
		for _, a := range plan.Actions {
			fmt.Printf("  %s %s: %s\n", a.Kind, a.Key.Subject, a.Reason())
		}
		board = plan.Simulate(board) // a desk writes to the service desk instead
		at = at.Add(15 * time.Minute)
	}

	// Output:
	// 06:00
	//   create web02/cpu: New: no ticket is open for it.
	//   create db01/disk-c: New: no ticket is open for it.
	// 06:15
	//   mark web02/cpu: Missing since 2026-11-20 06:15 UTC, not for long enough; due on 2026-11-20 06:25 UTC.
	//   keep db01/disk-c: The ticket says what there is to say.
	// 06:30
	//   close web02/cpu: The problem is over: it is not listed any more since 2026-11-20 06:15 UTC; the ticket is closed.
	//   keep db01/disk-c: The ticket says what there is to say.
}
