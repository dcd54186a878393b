package reconcile

import "time"

// Diff compares an observation with a board and says what to do. What is wrong
// with the inputs is an error of joined [InputFault]s, and no plan.
//
// The plan holds one action for every issue, every suppressed key and every open
// ticket of the board's owner. It is ordered by what matters: actions that write
// before those that do not, in the order Create, Reopen, Adopt, Update, Close,
// MarkOnly, Fold, Hold, Keep; within a kind the more severe first, then by class
// for Create, then by key id and ticket.
func Diff(obs Observation, board Board, policy Policy) (Plan, error) {
	if err := check(&obs, &board, &policy); err != nil {
		return Plan{}, err
	}
	at := obs.At.UTC().Truncate(time.Second)
	p := Plan{Format: Format, At: at, Owner: board.Owner}
	p.Digest = digest(at, p.Owner, p.Actions)
	return p, nil
}

// kindOrder is the order of a plan.
var kindOrder = []ActionKind{Create, Reopen, Adopt, Update, Close, MarkOnly, Fold, Hold, Keep}

// closedLately is how long after our close a key that is still unnamed counts
// for mass absence.
const closedLately = time.Hour
