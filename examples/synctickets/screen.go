package main

import (
	"encoding/json"
	"fmt"

	"github.com/covedesk/covedesk/connectwise/desk"
)

// totals are what -json prints. Its members are a contract.
type totals struct {
	Demo bool `json:"demo,omitzero"`
	desk.Totals
	CoveCalls        int64 `json:"coveCalls"`
	ConnectWiseCalls int64 `json:"connectwiseCalls"`
}

// show says what was done, or in a dry run would be, and what a person should
// look at.
func (j *job) show(report *desk.Report) {
	out := j.Stdout
	cove, connectWise := j.Calls()
	if j.json {
		_ = json.NewEncoder(out).Encode(totals{j.demo, report.Totals(), cove, connectWise})
		for _, f := range report.Findings {
			if f.Health > desk.HealthFine {
				j.Say("%s: %s", f.Health, f.Why)
			}
		}
		return
	}
	if report.DryRun {
		_, _ = fmt.Fprint(out, report.Plan)
	}
	for _, r := range report.Results {
		line := fmt.Sprintf("%-7s %-7s #%-6d %s", r.Outcome, r.Action.Kind, r.Ticket, r.Action.Summary)
		if r.Why != "" {
			line += ": " + r.Why
		}
		if r.Degraded != nil {
			line += ": " + r.Degraded.Error()
		}
		_, _ = fmt.Fprintln(out, line) // what failed is in the report
	}
	for _, a := range report.NotApproved {
		_, _ = fmt.Fprintf(out, "not approved: %s %s: %s\n", a.Kind, a.Summary, a.Reason())
	}
	_, _ = fmt.Fprintln(out, report)
	for _, line := range care(report) {
		_, _ = fmt.Fprintln(out, line)
	}
	_, _ = fmt.Fprintf(out, "%d Cove and %d ConnectWise calls\n", cove, connectWise)
}
