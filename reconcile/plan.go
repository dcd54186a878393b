package reconcile

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Format is the version of a plan's JSON form. Members may be added without a
// new version; a change of meaning gets one.
const Format = formatName + "1"

const formatName = "covedesk.plan/"

// Plan is what [Diff] says should be done. It can be saved as JSON, approved
// and applied later: texts of its own stand in Issue.Detail.
type Plan struct {
	Format string `json:"format"`
	// At is the observation's time in UTC, in whole seconds.
	At    time.Time `json:"at"`
	Owner string    `json:"owner"`
	// Digest stands for everything the plan was decided from except the texts
	// that decide nothing: 32 characters of lower-case base32.
	Digest  string   `json:"digest"`
	Actions []Action `json:"actions"`
}

// Counts gives the number of actions of each kind that occurs.
func (p Plan) Counts() map[ActionKind]int {
	counts := make(map[ActionKind]int)
	for i := range p.Actions {
		counts[p.Actions[i].Kind]++
	}
	return counts
}

// ErrFormat is what decoding a plan of an unknown format ends in.
var ErrFormat = fmt.Errorf("reconcile: not a plan of the format %s", Format)

// UnmarshalJSON implements [json.Unmarshaler]. Unknown members are ignored, and
// so is what follows a dot in the version ("covedesk.plan/1.4"); another
// version is an [ErrFormat].
func (p *Plan) UnmarshalJSON(data []byte) error {
	var head struct{ Format string }
	if err := json.Unmarshal(data, &head); err != nil {
		return err
	}
	version, ok := strings.CutPrefix(head.Format, formatName)
	major, minor, dotted := strings.Cut(version, ".")
	if _, err := strconv.ParseUint(minor, 10, 32); !ok || major != Format[len(formatName):] || dotted && err != nil {
		return fmt.Errorf("%w: %q", ErrFormat, head.Format)
	}
	type plain Plan
	var read plain
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	*p = Plan(read)
	return nil
}

// MarshalJSON implements [json.Marshaler]. Besides the fields it writes the
// member "reason" ([Action.Reason]), which is not read back.
func (a Action) MarshalJSON() ([]byte, error) {
	type plain Action
	return json.Marshal(struct {
		plain
		Reason string `json:"reason"`
	}{plain(a), a.Reason()})
}
