package reconcile_test

import (
	"fmt"
	"time"

	"github.com/covedesk/covedesk/reconcile"
)

func ExampleDiff() {
	server := reconcile.Key{Source: "cove", Subject: "3785154"}
	obs := reconcile.Observation{
		At:      time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC),
		Sources: []string{"cove"},
		Issues: []reconcile.Issue{{
			Key: server, Group: "1042", Company: "250", Class: "server", Severity: reconcile.SeverityMedium,
			Summary: "COVE SVR SRV-FS01 #3785154 - Files failed", State: "D01:failed",
		}},
		Parked: []reconcile.Parked{{Key: reconcile.Key{Source: "cove", Subject: "3785155"}, Group: "1042", Reason: "The first backup is running."}},
	}
	board := reconcile.Board{Owner: "msp"}

	plan, err := reconcile.Diff(obs, board, reconcile.DefaultPolicy())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(plan.Text())

	// Once the plan is carried out there is nothing left to do.
	again, err := reconcile.Diff(obs, plan.Apply(board), reconcile.DefaultPolicy())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(again.Text())
	// Output:
	// Plan of 2026-11-20 06:00:00 UTC for msp: 1 create, 1 keep
	// create        medium   -         COVE SVR SRV-FS01 #3785154 - Files failed
	//               A problem without a ticket.
	// keep    1 × parked
	// Plan of 2026-11-20 06:00:00 UTC for msp: 2 keep
	// keep    1 × parked
	// keep    1 × unchanged
}

func ExampleAction_Reason() {
	a := reconcile.Action{
		Kind: reconcile.Reopen, Code: reconcile.CodeAgain, Ticket: 70001,
		Since: time.Date(2026, 11, 20, 2, 15, 0, 0, time.UTC),
	}
	fmt.Println(a.Reason())
	// Output:
	// The problem is there although the ticket was closed on 2026-11-20 02:15 UTC.
}

func ExampleKey_ID() {
	fmt.Println(reconcile.Key{Source: "cove", Subject: "3785154"}.ID())
	// Output:
	// anwyu3lqfbyr62ftiio5izjo
}

func ExampleNormalizeSummary() {
	fmt.Printf("%q\n", reconcile.NormalizeSummary("  COVE SVR\r\n SRV-FS01 \t- Files failed "))
	// Output:
	// "COVE SVR SRV-FS01 - Files failed"
}
