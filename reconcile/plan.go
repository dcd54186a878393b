package reconcile

import "time"

// Format is the version of a plan's JSON form.
const Format = "covedesk.plan/1"

// Plan is what [Diff] says should be done.
type Plan struct {
	Format string `json:"format"`
	// At is the observation's time in UTC, in whole seconds.
	At    time.Time `json:"at"`
	Owner string    `json:"owner"`
	// Digest stands for everything the plan was decided from except the texts:
	// two plans with one digest do the same.
	Digest  string   `json:"digest"`
	Actions []Action `json:"actions"`
}
