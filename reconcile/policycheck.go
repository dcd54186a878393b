package reconcile

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Validate names every fault of the policy, joined [InputFault]s.
func (p Policy) Validate() error {
	var f faults
	p.check(&f)
	return f.err()
}

func (p *Policy) check(f *faults) {
	for i, k := range p.Allow {
		if !slices.Contains(kindOrder, k) {
			f.add(fmt.Sprintf("policy.allow[%d]", i), "%q is not a kind of action", k)
		}
	}
	for _, stage := range slices.Sorted(maps.Keys(p.OnRecovery)) {
		if stage > StageDone {
			f.add("policy.onRecovery", "%d is not a stage", stage)
		}
		if r := p.OnRecovery[stage]; r > RecoveryNote {
			f.add("policy.onRecovery."+stage.String(), "%d is not a recovery", r)
		}
	}
	for _, d := range [...]struct {
		name string
		d    time.Duration
	}{
		{"reopenWithin", p.ReopenWithin}, {"snooze", p.Snooze}, {"updateEvery", p.UpdateEvery}, {"openAfter", p.OpenAfter},
		{"closeAfter", p.CloseAfter}, {"absentAfter", p.AbsentAfter}, {"correlateWithin", p.CorrelateWithin},
		{"customerStorm.window", p.CustomerStorm.Window}, {"globalStorm.window", p.GlobalStorm.Window},
	} {
		if d.d < 0 {
			f.add("policy."+d.name, "%s is negative", d.d)
		}
	}
	for _, n := range [...]struct {
		name string
		n    int
	}{
		{"customerStorm.limit", p.CustomerStorm.Limit}, {"globalStorm.limit", p.GlobalStorm.Limit},
		{"maxCreate", p.MaxCreate}, {"maxClose", p.MaxClose},
	} {
		if n.n < 0 {
			f.add("policy."+n.name, "%d is negative", n.n)
		}
	}
	for _, s := range [...]struct {
		name string
		s    Storm
	}{{"customerStorm", p.CustomerStorm}, {"globalStorm", p.GlobalStorm}} {
		if s.s.Limit > 0 && s.s.Window == 0 {
			f.add("policy."+s.name+".window", "is needed with a limit")
		}
	}
	if !(p.MassAbsence >= 0 && p.MassAbsence <= 1) {
		f.add("policy.massAbsence", "%v is not between 0 and 1", p.MassAbsence)
	}
	for i := range p.Windows {
		p.Windows[i].check(f, fmt.Sprintf("policy.windows[%d]", i))
	}
}
