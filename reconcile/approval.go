package reconcile

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

// Approval is a plan that a person has read and approved. It is a permission,
// not an order: the next run plans anew and carries out only the actions that
// the approval also holds ([Approval.Holds]).
type Approval struct {
	// At, Owner and Digest are those of the approved plan.
	At     time.Time
	Owner  string
	Digest string
	// Actions are the actions of the approved plan that write.
	Actions []Action
}

// ErrFormat means that the data is not an approval that this version can read:
// another program's JSON, a plan of another version, or a plan that was cut off
// or edited.
var ErrFormat = errors.New("reconcile: not an approved plan of the format " + Format)

var readable = regexp.MustCompile("^" + regexp.QuoteMeta(Format) + `(\.[0-9]+)?$`)

// ParseApproval reads the JSON form of a plan as an approval. It ignores
// unknown members and whatever follows a dot in the version
// ("covedesk.plan/2.4"). It refuses a plan whose digest does not fit its
// actions. Errors are [ErrFormat].
func ParseApproval(data []byte) (*Approval, error) {
	var p struct {
		Format string
		Approval
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if !readable.MatchString(p.Format) {
		return nil, fmt.Errorf("%w: it says %q", ErrFormat, p.Format)
	}
	if want := digest(p.At, p.Owner, p.Actions); p.Digest != want {
		return nil, fmt.Errorf("%w: its digest is %q, that of its actions %q: it was changed after it was written", ErrFormat, p.Digest, want)
	}
	p.Actions = slices.DeleteFunc(p.Actions, func(a Action) bool { return !a.Kind.Writes() })
	return &p.Approval, nil
}

// Holds reports whether the approval holds the action: the same kind, key,
// ticket, recovery and changes.
func (a *Approval) Holds(act Action) bool {
	return slices.ContainsFunc(a.Actions, func(b Action) bool {
		return b.Kind == act.Kind && b.KeyID == act.KeyID && b.Ticket == act.Ticket && b.Recovery == act.Recovery &&
			slices.Equal(b.Changes, act.Changes)
	})
}

// UnmarshalJSON always fails: a plan from outside is an [Approval].
func (p *Plan) UnmarshalJSON([]byte) error {
	return errors.New("reconcile: a plan is not read back: use ParseApproval")
}

// digest stands for everything that the actions write.
func digest(at time.Time, owner string, actions []Action) string {
	h, part := sha256.New(), new(bytes.Buffer)
	into := json.NewEncoder(part)
	add := func(v any) {
		part.Reset()
		if err := into.Encode(v); err != nil {
			panic(err) // everything in an action has a JSON form
		}
		h.Write(bytes.ReplaceAll(part.Bytes(), []byte(`\ufffd`), []byte("\ufffd"))) // as bytes that are not UTF-8 are read back
	}
	add([]any{Format, at, owner})
	for i := range actions {
		if actions[i].Kind.Writes() {
			add(&actions[i])
		}
	}
	return text.HashBytes(32, h.Sum(nil))
}
