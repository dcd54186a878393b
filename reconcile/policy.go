package reconcile

import (
	"fmt"
	"slices"
	"time"
)

// Policy decides what is done about the difference. Its zero value does as
// little as possible; [DefaultPolicy] is where to start. A policy only ever
// removes actions, or turns one into a milder one; the documentation of each
// field and type shows what it does before and after.
//
// In JSON, durations are texts such as "24h" or "30d", absent members leave what
// is set, and unknown ones are refused with their path ([ParsePolicy]).
type Policy struct {
	// Allow are the kinds of actions that are carried out; what is not among
	// them is held. Empty allows all.
	//
	//	before (empty)         12 create, 3 close
	//	after  ([adopt])       12 hold (create), 3 hold (close)
	Allow []ActionKind
	// Stages says what the end of a problem does to a ticket.
	Stages Stages
	// ReopenWithin is how long after its close, or after its Snooze ended, a
	// ticket is reopened when the problem is there; beyond it a new ticket is
	// created that names the old one. 0 never reopens.
	//
	//	before (0)     create  the problem is back an hour after the close
	//	after  (24h)   reopen
	//
	// Other products: "update interval" 86,400 s (a repetition reopens the closed
	// ticket within it), reopen_duration. Their "closed states" and "new state"
	// are a desk's: here a ticket is open or not.
	ReopenWithin time.Duration
	// Snooze is how long a person who closes a ticket while the problem lasts
	// has silence. It ends early when the problem gets more severe, and does
	// not apply to a problem that began after the close. 0 is none.
	//
	//	before (0)     reopen  four hours after a technician has closed it
	//	after  (24h)   hold (reopen), then, if the problem is still there, reopen
	//
	// Other products: "won't fix" resolutions.
	Snooze time.Duration
	// UpdateEvery is the least time between two writes about a problem that
	// goes on. A rise in severity does not wait. 0 writes every change at once.
	//
	//	before (0)     update  six notes a day, one for each change
	//	after  (24h)   keep, keep, ... update
	//
	// Other products: "consolidation" 900 s, repeat_interval.
	UpdateEvery time.Duration
	// OpenAfter is how long a problem must have lasted before a ticket is
	// created or reopened for it. 0 opens at once, as does a problem of which
	// it is not known when it began.
	//
	//	before (0)     create  for every failed first attempt
	//	after  (4h)    hold (create), gone before the next run
	//
	// Other products: group_wait.
	OpenAfter time.Duration
	// CloseAfter is how long a key must have been seen healthy before its
	// ticket is closed. 0 closes at once.
	//
	//	before (0)     close, reopen, close  for a device that flaps
	//	after  (24h)   mark, keep, ... close
	CloseAfter time.Duration
	// Gone is how long a key must have been absent before its ticket is closed.
	// 0 never acts on absence: the ticket is kept and listed.
	//
	//	before (0)     keep   a device was deleted while its backup failed
	//	after  (7d)    mark, keep, ... close
	Gone time.Duration
	// Scope is the [Observation].Scope whose absence counts.
	Scope string
	// CorrelateWithin is how far back a new ticket names earlier ones: those of
	// its key, and the latest of the same kind in the same group where the
	// board knows their kinds ([Ticket].Kind).
	//
	//	before (0)     create
	//	after  (30d)   create, related #70001, similar #70345
	//
	// Other products: "correlation" 30 days.
	CorrelateWithin time.Duration
	// GroupStorm and GlobalStorm bound how many tickets are created for a group
	// and in all. The ticket of a global storm belongs to StormCompany (the id
	// of the provider's own company, decimal).
	GroupStorm   Storm
	GlobalStorm  Storm
	StormCompany string
	// Windows are times in which nothing is opened.
	Windows []Window
	// Renew opens new tickets beside open ones, for who is used to it.
	Renew Renew
	// Duplicates says what is done about further open tickets of a key.
	Duplicates Duplicates
	// Budget bounds what one run may write.
	Budget Budget
}

// Stages says what the end of a problem does to a ticket in each [Stage]. It is
// done once: a ticket that has been noted or verified is people's from then on,
// whatever they do with it.
//
//	before (all close)                      close   a technician is waiting for a part
//	after  (new close, the others note)     update  "the problem is over"
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
// others, reopens within 24 hours, leaves what people close alone for 24 hours,
// writes about a lasting problem at most once in 24 hours, names tickets of the
// last 30 days, lists duplicates and never acts on absence. It has no storm
// limits, windows and budget.
func DefaultPolicy() Policy {
	return Policy{
		Stages:          Stages{New: RecoveryClose, Working: RecoveryNote, Waiting: RecoveryNote, Done: RecoveryNote},
		ReopenWithin:    24 * time.Hour,
		Snooze:          24 * time.Hour,
		UpdateEvery:     24 * time.Hour,
		CorrelateWithin: 30 * 24 * time.Hour,
	}
}

// Horizon is how far back closed tickets must be read for [Diff] to decide as
// the policy says.
func (p Policy) Horizon() time.Duration {
	reopen := p.Snooze + p.ReopenWithin
	if reopen < p.Snooze {
		reopen = 1<<63 - 1 // the sum has overflowed
	}
	h := max(reopen, p.CorrelateWithin, 0)
	for _, s := range [...]Storm{p.GroupStorm, p.GlobalStorm} {
		if s.Limit > 0 {
			h = max(h, s.Window)
		}
	}
	return h
}

// Validate names every fault of the policy in one [*InputError].
func (p Policy) Validate() error {
	var e InputError
	p.check(&e)
	return e.orNil()
}

func (p Policy) check(e *InputError) {
	for i, k := range p.Allow {
		if !slices.Contains(kindOrder[:], k) {
			e.add(fmt.Sprintf("policy.allow[%d]", i), "%q is not a kind of action", k)
		}
	}
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
	}{
		{"reopenWithin", p.ReopenWithin}, {"snooze", p.Snooze}, {"updateEvery", p.UpdateEvery}, {"openAfter", p.OpenAfter},
		{"closeAfter", p.CloseAfter}, {"gone", p.Gone}, {"correlateWithin", p.CorrelateWithin},
	} {
		if d.d < 0 {
			e.add("policy."+d.name, "%s is negative", d.d)
		}
	}
	p.GroupStorm.check(e, "policy.groupStorm")
	p.GlobalStorm.check(e, "policy.globalStorm")
	if p.GlobalStorm.Limit > 0 && p.StormCompany == "" {
		e.add("policy.stormCompany", "is needed for the ticket of a global storm")
	}
	for i := range p.Windows {
		p.Windows[i].check(e, fmt.Sprintf("policy.windows[%d]", i))
	}
	p.Renew.check(e)
	if p.Duplicates > DuplicatesMerge {
		e.add("policy.duplicates", "%d is not a way to treat duplicates", p.Duplicates)
	}
	p.Budget.check(e)
}
