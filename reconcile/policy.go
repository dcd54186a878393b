package reconcile

import "time"

// Policy decides what is done about the difference. Its zero value does as
// little as possible; [DefaultPolicy] is where to start. A policy only ever
// removes actions.
type Policy struct {
	// Stages says what the end of a problem does to a ticket.
	Stages Stages `json:"stages"`
	// ReopenWithin is how long after its close a ticket is reopened when the
	// problem is there again; beyond it a new ticket is created that names the
	// old one. 0 never reopens.
	ReopenWithin time.Duration `json:"reopenWithin"`
	// UpdateEvery is the least time between two writes about a problem that
	// goes on. A rise in severity does not wait. 0 writes every change at once.
	UpdateEvery time.Duration `json:"updateEvery"`
	// CloseAfter is how long a key must have been seen healthy before its
	// ticket is closed. 0 closes at once.
	CloseAfter time.Duration `json:"closeAfter"`
	// Gone is how long a key must have been absent before its ticket is closed.
	// 0 never acts on absence: the ticket is kept and listed.
	Gone time.Duration `json:"gone"`
	// Scope is the [Observation].Scope whose absence counts.
	Scope string `json:"scope"`
}

// Stages says what the end of a problem does to a ticket in each [Stage].
type Stages struct {
	New     Recovery `json:"new"`
	Working Recovery `json:"working"`
	Waiting Recovery `json:"waiting"`
	Done    Recovery `json:"done"`
}

// Of gives the recovery for a stage.
func (s Stages) Of(stage Stage) Recovery {
	switch stage {
	case StageNew:
		return s.New
	case StageWorking:
		return s.Working
	case StageWaiting:
		return s.Waiting
	case StageDone:
		return s.Done
	}
	return RecoveryNone
}

// DefaultPolicy closes the tickets nobody has taken up and leaves a note in the
// others, reopens within 24 hours, writes about a lasting problem at most once
// in 24 hours and never acts on absence.
func DefaultPolicy() Policy {
	return Policy{
		Stages:       Stages{New: RecoveryClose, Working: RecoveryNote, Waiting: RecoveryNote, Done: RecoveryNote},
		ReopenWithin: 24 * time.Hour,
		UpdateEvery:  24 * time.Hour,
	}
}

// Horizon is how far back closed tickets must be read for [Diff] to decide as
// the policy says.
func (p Policy) Horizon() time.Duration { return max(p.ReopenWithin, 0) }

// Validate names every fault of the policy in one [*InputError].
func (p Policy) Validate() error {
	var e InputError
	p.check(&e)
	return e.orNil()
}

func (p Policy) check(e *InputError) {
	for _, s := range [...]struct {
		name string
		r    Recovery
	}{{"new", p.Stages.New}, {"working", p.Stages.Working}, {"waiting", p.Stages.Waiting}, {"done", p.Stages.Done}} {
		if s.r > RecoveryNote {
			e.add("policy.stages."+s.name, "%d is not a recovery", s.r)
		}
	}
	for _, d := range [...]struct {
		name string
		d    time.Duration
	}{{"reopenWithin", p.ReopenWithin}, {"updateEvery", p.UpdateEvery}, {"closeAfter", p.CloseAfter}, {"gone", p.Gone}} {
		if d.d < 0 {
			e.add("policy."+d.name, "%s is negative", d.d)
		}
	}
}
