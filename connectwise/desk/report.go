package desk

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/covedesk/covedesk/reconcile"
)

// Outcome is how an action ended.
type Outcome string

// The outcomes.
const (
	// Done: every write of the action was answered.
	Done Outcome = "done"
	// Skipped: nothing was written, because the action had been carried out
	// before or because the run ended first.
	Skipped Outcome = "skipped"
	// Drifted: the ticket has changed since the plan was made, so it was not
	// written. The next plan uses its new state.
	Drifted Outcome = "drifted"
	// Failed: a write was refused, or a read before it failed.
	Failed Outcome = "failed"
	// Unknown: a write was sent but not answered. It is not repeated; the next
	// run finds out whether it was executed.
	Unknown Outcome = "unknown"
)

// Result is the result of one action.
type Result struct {
	// Action is the action of the plan. After a Reopen that the server refused,
	// it is the Create of the new ticket.
	Action  reconcile.Action
	Outcome Outcome
	// Ticket is the id of the ticket that was written; after a Create that of
	// the new ticket.
	Ticket int64
	// Status is the name of the ticket's status after the last write; empty if
	// nothing was written.
	Status string
	// Why says why the action was skipped, or what has drifted.
	Why string
	// Err is why the action failed or its outcome is unknown.
	Err error
	// Degraded says which part of the action is missing or was replaced: why
	// the plain text was written in place of the composed text, and which of
	// Config.Fields, which configuration and which files are missing.
	Degraded error
	// Unattached are the files that could not be attached.
	Unattached []Attachment

	board string // board of a new ticket
}

// Report is the result of a run.
type Report struct {
	// Began is the run's time.
	Began time.Time
	// Digest is the digest of the plan.
	Digest string
	// Plan holds the actions that were due. [Desk.Apply] leaves it empty.
	Plan reconcile.Plan
	// DryRun says that nothing was written.
	DryRun bool
	// Locked says that another process held the lock of the memory, so nothing
	// was done.
	Locked bool
	// Findings are what a person should look at.
	Findings []Finding
	// NotApproved are the actions that were due but are not in
	// Options.Approval.
	NotApproved []reconcile.Action
	// Links are the tickets of all keys that are known. [Desk.Apply] leaves them
	// empty.
	Links []Link
	// Results has a result for each action that writes, in the order of the
	// plan.
	Results []Result
	// Settled has a result for each ticket on which an interrupted run may have
	// left out a note. The note was written if it was missing. The Action is
	// the earlier one, as far as the marker remembers it.
	Settled []Result
	// Tickets is the number of tickets that the plan is about. Edited counts,
	// by field, the tickets whose field differs from what the desk wrote. If it
	// is most of them ("priority changed on 41 of 44"), a rule of the tenant
	// changes the field, or the desk's own rule is wrong.
	Tickets int
	Edited  map[string]int

	issues     int
	suppressed map[string]int // by reason
}

// Count returns the number of actions of a kind with this outcome.
func (r *Report) Count(kind reconcile.ActionKind, outcome Outcome) int {
	n := 0
	for _, result := range r.Results {
		if result.Action.Kind == kind && result.Outcome == outcome {
			n++
		}
	}
	return n
}

// Err joins the errors of all actions that failed or whose outcome is unknown,
// and the findings of a run that was blind or failed. It is nil if there are
// none. A drifted or skipped action is not an error, and the error that Sync
// returned is not repeated.
func (r *Report) Err() error {
	var errs []error
	for _, result := range failures(r.Results, r.Settled) {
		about := result.Action.Key.String()
		if result.Action.Key == (reconcile.Key{}) {
			about = string(result.Action.KeyID)
		}
		if result.Ticket != 0 {
			about += fmt.Sprintf(" (ticket %d)", result.Ticket)
		}
		errs = append(errs, fmt.Errorf("%s %s: %s: %w", result.Action.Kind, about, result.Outcome, result.Err))
	}
	for _, f := range r.Findings {
		if f.Health >= HealthBlind && f.What != whatFailed && f.What != whatEnded {
			errs = append(errs, fmt.Errorf("%s: %s", f.Health, f.Why))
		}
	}
	return errors.Join(errs...)
}

// failures returns the results that failed or whose outcome is unknown.
func failures(lists ...[]Result) []Result {
	return slices.DeleteFunc(slices.Concat(lists...), func(r Result) bool { return r.Outcome != Failed && r.Outcome != Unknown })
}

// Health returns the health of the worst finding.
func (r *Report) Health() (worst Health) {
	for _, f := range r.Findings {
		worst = max(worst, f.Health)
	}
	return worst
}

// compare marks the findings that the last run did not report.
func (r *Report) compare(last []string) {
	for i := range r.Findings {
		r.Findings[i].New = !slices.Contains(last, r.Findings[i].ID)
	}
}

// ids returns the ids of the findings that need a person.
func (r *Report) ids() []string {
	var ids []string
	for _, f := range r.Findings {
		if f.Health > HealthFine {
			ids = append(ids, f.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
