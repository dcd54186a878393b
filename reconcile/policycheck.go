package reconcile

import (
	"errors"
	"maps"
	"reflect"
	"slices"

	"github.com/covedesk/covedesk/internal/strict"
)

// Validate returns every fault of the policy as joined [InputFault]s; nil when
// there is none.
func (p Policy) Validate() error {
	var f strict.Faults
	p.check(&f)
	return inputFaults(f)
}

func (p *Policy) check(f *strict.Faults) {
	checkEach(f, "policy.allow", p.Allow, func(f *strict.Faults, k *ActionKind) {
		f.Need(slices.Contains(kindOrder, *k), "", "%q is not a kind of action", *k)
	})
	for _, stage := range slices.Sorted(maps.Keys(p.OnRecovery)) {
		r := p.OnRecovery[stage]
		f.Need(stage <= StageDone, "policy.onRecovery", "%d is not a stage", stage)
		f.Need(r <= RecoveryNote, "policy.onRecovery."+stage.String(), "%d is not a recovery", r)
	}
	notNegative(f, "policy", reflect.ValueOf(p).Elem())
	f.Need(p.CustomerStorm.Limit <= 0 || p.CustomerStorm.Window != 0, "policy.customerStorm.window", "is needed with a limit")
	f.Need(p.GlobalStorm.Limit <= 0 || p.GlobalStorm.Window != 0, "policy.globalStorm.window", "is needed with a limit")
	f.Need(p.MassAbsence >= 0 && p.MassAbsence <= 1, "policy.massAbsence", "%v is not between 0 and 1", p.MassAbsence)
	checkEach(f, "policy.windows", p.Windows, checkWindow)
}

// notNegative finds numbers and durations below zero.
func notNegative(f *strict.Faults, path string, v reflect.Value) {
	for field, value := range v.Fields() {
		path := path + "." + field.Tag.Get("json")
		switch value.Kind() {
		case reflect.Int, reflect.Int64:
			f.Need(value.Int() >= 0, path, "%v is negative", value)
		case reflect.Struct:
			notNegative(f, path, value)
		}
	}
}

// UnmarshalJSON implements [json.Unmarshaler], strictly. It refuses unknown
// members and values of the wrong kind, all at once, each as an [InputFault]
// with its path. Members that are absent leave the policy as it is. The policy
// is not validated ([Policy.Validate]).
func (p *Policy) UnmarshalJSON(data []byte) error {
	type plain Policy
	var found strict.Faults
	errors.As(strict.Decode(data, (*plain)(p)), &found)
	return inputFaults(found.Under("policy"))
}

// MarshalJSON implements [json.Marshaler]. Durations are texts such as "24h".
func (p Policy) MarshalJSON() ([]byte, error) {
	type plain Policy
	return strict.Encode(plain(p))
}
