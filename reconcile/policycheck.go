package reconcile

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/covedesk/covedesk/internal/strict"
)

// Validate names every fault of the policy, joined [InputFault]s.
func (p Policy) Validate() error {
	var f strict.Faults
	p.check(&f)
	return inputFaults(f)
}

func (p *Policy) check(f *strict.Faults) {
	for i, k := range p.Allow {
		f.Need(slices.Contains(kindOrder, k), fmt.Sprintf("policy.allow[%d]", i), "%q is not a kind of action", k)
	}
	for _, stage := range slices.Sorted(maps.Keys(p.OnRecovery)) {
		r := p.OnRecovery[stage]
		f.Need(stage <= StageDone, "policy.onRecovery", "%d is not a stage", stage)
		f.Need(r <= RecoveryNote, "policy.onRecovery."+stage.String(), "%d is not a recovery", r)
	}
	for _, n := range [...]struct {
		name     string
		negative bool
		value    any
	}{
		{"reopenWithin", p.ReopenWithin < 0, p.ReopenWithin},
		{"snooze", p.Snooze < 0, p.Snooze},
		{"updateEvery", p.UpdateEvery < 0, p.UpdateEvery},
		{"openAfter", p.OpenAfter < 0, p.OpenAfter},
		{"closeAfter", p.CloseAfter < 0, p.CloseAfter},
		{"absentAfter", p.AbsentAfter < 0, p.AbsentAfter},
		{"correlateWithin", p.CorrelateWithin < 0, p.CorrelateWithin},
		{"customerStorm.window", p.CustomerStorm.Window < 0, p.CustomerStorm.Window},
		{"customerStorm.limit", p.CustomerStorm.Limit < 0, p.CustomerStorm.Limit},
		{"globalStorm.window", p.GlobalStorm.Window < 0, p.GlobalStorm.Window},
		{"globalStorm.limit", p.GlobalStorm.Limit < 0, p.GlobalStorm.Limit},
		{"maxCreate", p.MaxCreate < 0, p.MaxCreate},
		{"maxClose", p.MaxClose < 0, p.MaxClose},
	} {
		f.Need(!n.negative, "policy."+n.name, "%v is negative", n.value)
	}
	f.Need(p.CustomerStorm.Limit <= 0 || p.CustomerStorm.Window != 0, "policy.customerStorm.window", "is needed with a limit")
	f.Need(p.GlobalStorm.Limit <= 0 || p.GlobalStorm.Window != 0, "policy.globalStorm.window", "is needed with a limit")
	f.Need(p.MassAbsence >= 0 && p.MassAbsence <= 1, "policy.massAbsence", "%v is not between 0 and 1", p.MassAbsence)
	for i := range p.Windows {
		p.Windows[i].check(f, fmt.Sprintf("policy.windows[%d]", i))
	}
}

// UnmarshalJSON implements [json.Unmarshaler], strictly: unknown members and
// members of another kind are refused, all at once, each with its path, as
// [InputFault]s; what is not mentioned stays as it is. The policy is not
// validated ([Policy.Validate]).
func (p *Policy) UnmarshalJSON(data []byte) error {
	type plain Policy
	var found strict.Faults
	errors.As(strict.Decode(data, (*plain)(p)), &found)
	return inputFaults(found.Under("policy"))
}

// MarshalJSON implements [json.Marshaler]. Durations are texts.
func (p Policy) MarshalJSON() ([]byte, error) {
	type plain Policy
	return strict.Encode(plain(p))
}
