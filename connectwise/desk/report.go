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
	// Skipped: nothing was written because nothing needs to be (the action had
	// been carried out before) or because the run was ended first.
	Skipped Outcome = "skipped"
	// Drifted: the ticket is not any more as the plan saw it, so it was left
	// alone; the next plan sees it as it is.
	Drifted Outcome = "drifted"
	// Failed: a write was refused, or a read before it failed.
	Failed Outcome = "failed"
	// Unknown: a write was sent and not answered. It is not repeated; the next
	// run looks what became of it.
	Unknown Outcome = "unknown"
)

// Result is what became of one action.
type Result struct {
	// Action is the plan's, except that a Reopen that the server refused is
	// the Create of the new ticket in its place.
	Action  reconcile.Action
	Outcome Outcome
	// Ticket is the ticket that was written; with Create the new one.
	Ticket int64
	// Status is the ticket's, by name, as the last write left it; empty where
	// nothing was written.
	Status string
	// Why says, for people, why the action was skipped or what has drifted.
	Why string
	// Err is why the action failed or its outcome is unknown.
	Err error
	// Degraded is what of the action was done less well: why the composed text
	// could not be used, so that the plan's own plain text was written in its
	// place, and which of Config.Fields, which configuration and which files
	// are missing.
	Degraded error
	// Unattached are the files that could not be attached, to be kept or sent
	// another way.
	Unattached []Attachment

	board string // where a new ticket landed
}

// Report is what became of a plan.
type Report struct {
	// Began is the run's time.
	Began time.Time
	// Digest is that of the plan.
	Digest string
	// Plan is what was due. [Desk.Apply] leaves it empty.
	Plan reconcile.Plan
	// DryRun says that nothing was written.
	DryRun bool
	// Locked says that another process held the memory, so that nothing was done.
	Locked bool
	// Findings are what a person should look at.
	Findings []Finding
	// NotApproved are the actions that were due and that Options.Approval does
	// not hold.
	NotApproved []reconcile.Action
	// Links are the tickets of all keys that are known. [Desk.Apply] leaves them
	// empty.
	Links []Link
	// Results are in the plan's order, one for each action that writes.
	Results []Result
	// Settled are the tickets whose missing note, left by an interrupted run,
	// was looked for and written where it was missing. Their Action is the
	// earlier one as far as the marker remembers it.
	Settled []Result
	// Tickets is the number of tickets the plan is about, Edited on how many of
	// them a field is not as we wrote it: "priority changed on 41 of 44" says
	// that a rule of the tenant changes it, or that ours is wrong.
	Tickets int
	Edited  map[string]int

	issues     int
	suppressed map[string]int // by their reasons
}

// Count is the number of actions of a kind that ended so.
func (r *Report) Count(kind reconcile.ActionKind, outcome Outcome) int {
	n := 0
	for _, result := range r.Results {
		if result.Action.Kind == kind && result.Outcome == outcome {
			n++
		}
	}
	return n
}

// Err joins the errors of all actions that failed or whose outcome is unknown, and
// the findings of a run that was blind or failed; nil when there is none. A drifted
// or skipped action is no error, and what Sync itself returned is not repeated.
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

// failures are the results that failed or whose outcome is unknown.
func failures(lists ...[]Result) []Result {
	return slices.DeleteFunc(slices.Concat(lists...), func(r Result) bool { return r.Outcome != Failed && r.Outcome != Unknown })
}

// Health is the worst of the findings.
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

// ids are those of the findings that need a person.
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
