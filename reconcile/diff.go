package reconcile

import (
	"cmp"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// Diff compares an observation with a board and says what to do. What is wrong
// with the inputs is an error of joined [InputFault]s, and no plan.
//
// The plan holds one action for each key that is a problem, is suppressed or has
// an open ticket of the board's owner, one for each storm, and one for each open
// ticket whose marker is too damaged to name its key. A closed ticket may get its
// marker corrected. The plan is ordered by what matters: actions that write
// before those that do not, in the order Create, Reopen, Adopt, Update, Close,
// MarkOnly, Fold, Hold, Keep; within a kind the more severe first, then by class
// for Create, then by key id and ticket.
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

// differ is one run of Diff: observe, join, decide about each key, about storms,
// about the budget, order.
type differ struct {
	policy *Policy
	at     time.Time
	obs    *Observation
	board  *Board

	looks map[string]*look
	all   []*subject
	byID  map[mark.KeyID]*subject
	stop  bool // an older tool still runs

	limits map[bool]Storm // of customers; of all
	none   subject        // of a storm that there never was
	recent map[crowd]int  // own tickets within the windows
	folded map[mark.KeyID][]*subject
}

// within says that two times are less than d apart. A clock that has stepped
// back must neither hurry nor, for longer than d, hinder a write.
func within(a, b time.Time, d time.Duration) bool { return a.Sub(b).Abs() < d }

// States that are no issue's. Texts of two lines are never an issue's state by
// accident.
var (
	// goneState: the ticket has the note that its key is absent.
	goneState = mark.DigestOf("gone\n")
	// adoptedState: the ticket was taken over without a problem.
	adoptedState = mark.DigestOf("adopted")
	// personsDigest, in the place of a field's digest, makes the field count as
	// a person's whatever it holds.
	personsDigest = mark.DigestOf("a person's\n")
)

// stateText is what is remembered of an issue's state. An empty one counts as a
// blank, so that it can be told from "recovered".
func stateText(is *Issue) string { return cmp.Or(is.State, " ") }
