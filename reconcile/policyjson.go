package reconcile

import (
	"errors"
	"strings"

	"github.com/covedesk/covedesk/internal/strict"
)

// UnmarshalJSON implements [json.Unmarshaler], strictly: unknown members and
// members of another kind are refused, all at once, each with its path, as
// [InputFault]s; what is not mentioned stays as it is. The policy is not
// validated ([Policy.Validate]).
func (p *Policy) UnmarshalJSON(data []byte) error {
	type plain Policy
	var found strict.Faults
	if !errors.As(strict.Decode(data, (*plain)(p)), &found) {
		return nil
	}
	var f faults
	for _, fault := range found {
		f.add(strings.TrimSuffix("policy."+fault.Path, "."), "%s", fault.Text)
	}
	return f.err()
}

// MarshalJSON implements [json.Marshaler]. Durations are texts.
func (p Policy) MarshalJSON() ([]byte, error) {
	type plain Policy
	return strict.Encode(plain(p))
}
