package program

import (
	"encoding/json"
	"fmt"

	"github.com/covedesk/covedesk/connectwise/desk"
)

// Show prints what a run of a desk did, or in a dry run would do, and what a
// person should look at. If figures are given, it prints them instead as one
// JSON object, and what a person should look at to standard error.
func (p *Program) Show(report *desk.Report, figures any) {
	out := p.Stdout
	if figures != nil {
		_ = json.NewEncoder(out).Encode(figures)
		for _, f := range report.Findings {
			if f.Health > desk.HealthFine {
				p.Say("%s: %s", f.Health, f.Why)
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
		_, _ = fmt.Fprintln(out, line) // failures are in the report
	}
	for _, a := range report.NotApproved {
		_, _ = fmt.Fprintf(out, "not approved: %s %s: %s\n", a.Kind, a.Summary, a.Reason())
	}
	_, _ = fmt.Fprintln(out, report)
}
