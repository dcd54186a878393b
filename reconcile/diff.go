package reconcile

import (
	"cmp"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// Diff compares an observation with a board and says what to do. When the
// inputs are wrong, it returns no plan but an error that joins [InputFault]s.
//
// The plan holds one action for each key that is a problem, is suppressed or
// has an open ticket of the board's owner. It holds one more for each storm,
// and one for each open ticket whose marker is too damaged to name its key. A
// closed ticket may get its marker corrected. Actions that write come first.
// The order of kinds is Create, Reopen, Adopt, Update, Close, MarkOnly, Fold,
// Hold, Keep. Within a kind the more severe come first; then class (Create
// only), key (feed, then subject), key id and ticket decide.
func Diff(obs Observation, board Board, policy Policy) (Plan, error) {
	if err := check(&obs, &board, &policy); err != nil {
		return Plan{}, err
	}
	d := differ{
		policy: &policy, board: &board, obs: &obs, at: obs.At.UTC().Truncate(time.Second),
		limits: map[bool]Storm{false: policy.CustomerStorm, true: policy.GlobalStorm},
	}
	d.observe()
	d.join()
	d.findStorms()
	d.listen()
	for _, s := range d.all {
		if !s.storm {
			d.decide(s)
		}
	}
	d.storms()
	d.endStorms()
	d.spend()
	d.forbid()
	d.unfold()
	p := Plan{Format: Format, At: d.at, Owner: board.Owner, Home: board.Home, Actions: d.ordered(), Quiet: d.silence(), Known: d.remember()}
	p.Digest = digest(p.At, p.Owner, p.Actions)
	return p, nil
}

// differ is one run of Diff. It indexes the feeds, joins what is known of each
// key, decides about each key, then about storms and limits, and puts the
// actions in order.
type differ struct {
	policy *Policy
	at     time.Time
	obs    *Observation
	board  *Board

	looks map[string]*look
	all   []*subject
	byID  map[mark.KeyID]*subject
	stop  bool // an older tool still runs

	limits map[bool]Storm // false: of a customer; true: of a whole feed
	none   subject        // stands for a storm that never was
	recent map[crowd]int  // how many tickets each crowd got within its window
	folded map[mark.KeyID][]*subject
}

// within reports whether two times are less than d apart. It uses the absolute
// difference: a clock that has stepped back must not make a write due early,
// nor block one for longer than d.
func within(a, b time.Time, d time.Duration) bool { return a.Sub(b).Abs() < d }

// State digests that no issue has: an issue's state has one line, so a text
// with a line break never equals one by accident.
var (
	// goneState: the ticket has the note that its key is absent.
	goneState = mark.DigestOf("gone\n")
	// adoptedState: the ticket was adopted while no problem was known.
	adoptedState = mark.DigestOf("adopted")
	// personsDigest in the place of a field's digest makes the field count as
	// changed by a person, whatever its value.
	personsDigest = mark.DigestOf("a person's\n")
)

// stateText returns the text whose digest is remembered as an issue's state. An
// empty state counts as a blank, because an empty digest means something else.
func stateText(is *Issue) string { return cmp.Or(is.State, " ") }
