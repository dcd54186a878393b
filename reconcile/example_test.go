package reconcile_test

import (
	"fmt"
	"log"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/reconciletest"
)

// Three looks at a list of all active alerts: one alert appears, is missing,
// and is over.
func ExampleDiff() {
	disk := reconcile.Issue{
		Key: reconcile.Key{Feed: "rmm", Subject: "db01/disk-c"}, Customer: "birch", Company: "250",
		Severity: reconcile.SeverityHigh, Summary: "db01: disk C: is full",
	}
	board := reconcile.Board{Owner: "desk-k3xq"} // the service desk has no tickets yet
	at := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)
	for _, active := range [][]reconcile.Issue{{disk}, {}, {}} {
		plan, err := reconcile.Diff(reconcile.Observation{
			At:     at,
			Feeds:  []reconcile.Feed{{Name: "rmm", Kind: reconcile.ActiveAlerts, Everything: true}},
			Issues: active,
		}, board, reconcile.DefaultPolicy())
		if err != nil {
			log.Fatal(err)
		}
		fmt.Print(plan)
		// A program writes the plan to its service desk, and reads the tickets before
		// the next look.
		board = reconciletest.Simulate(plan, board)
		at = at.Add(15 * time.Minute)
	}

	// Output:
	// Plan of 2026-11-20 06:00:00 UTC for desk-k3xq: 1 create
	// create        high      -         db01: disk C: is full
	//               New: no ticket is open for it.
	// Plan of 2026-11-20 06:15:00 UTC for desk-k3xq: 1 mark
	// mark          -         #1        db01: disk C: is full
	//               Missing since 2026-11-20 06:15 UTC, not for long enough; due on 2026-11-20 06:25 UTC.
	// Plan of 2026-11-20 06:30:00 UTC for desk-k3xq: 1 close
	// close         -         #1        db01: disk C: is full
	//               The problem is over: it is not listed any more since 2026-11-20 06:15 UTC; the ticket is closed.
}
