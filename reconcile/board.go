package reconcile

import (
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// Board is what was read from the service desk, and what is remembered of
// earlier runs. The order of its tickets means nothing.
type Board struct {
	// Owner is the installation on whose behalf the plan is made, as in
	// [mark.Mark].Owner: 1 to 10 characters of a-z, 0-9 and '-' ([mark.OwnerOf]
	// makes one). Tickets of other owners are ignored.
	Owner string
	// Home names where new tickets go, in words of the caller's own. The plan
	// carries it, so that it is not carried out elsewhere.
	Home    string
	Tickets []Ticket
	// ClosedSince is how far back closed tickets were read: every one of ours
	// closed (or, without a close time, last updated) since then is in Tickets.
	// Zero means all of them. [Diff] refuses a board that reaches less far back
	// than [Policy.Horizon].
	ClosedSince time.Time
	// Partial says that not all tickets could be read: nothing is created or
	// reopened, because the ticket may exist.
	Partial bool
	// Stopped, when it is not empty, says why nothing may be created or reopened
	// in this run: a sentence that stands with what is held.
	Stopped string
	// Known is what is remembered of keys: the last plan's Known. nil: nothing
	// is remembered. Then a storm does not know which keys it stands for, a
	// snooze not that a missing problem is over, and [Policy].OpenAfter not
	// since when an issue without Since has lasted.
	Known map[mark.KeyID]Known
	// Creating are keys whose creation was begun in an earlier run and whose
	// tickets have not been seen: they wait.
	Creating []mark.KeyID
	// LastGood is when the last good run began, less what lists lag behind. What
	// an older tool did later than that is a stop. Zero: unknown, no stop.
	LastGood time.Time
	// ToolFrom and ToolUntil bound the time in which the older tool's doings are
	// acknowledged: from the last good run before the stop, less what lists lag
	// behind, to the acknowledgement. Zero: nothing is.
	ToolFrom, ToolUntil time.Time
}

// Known is what is remembered of a key from run to run. Whoever keeps it saves
// [Plan].Known and gives it back in [Board].Known.
type Known struct {
	Key
	Customer string `json:"customer,omitzero"`
	// Named is when the problem, as it is going on, was first named.
	Named time.Time `json:"named,omitzero"`
	// Opened is when its ticket was last created or reopened.
	Opened time.Time `json:"opened,omitzero"`
	// Storm is the id of the storm's key that the key is folded into, Folded
	// since when; AbsentSince since when such a key has been absent.
	Storm       mark.KeyID `json:"storm,omitzero"`
	Folded      time.Time  `json:"folded,omitzero"`
	AbsentSince time.Time  `json:"absentSince,omitzero"`
}

// Ticket is a ticket that may concern us, in plain facts. Whose doing it is
// that it stands as it does follows from them ([Board.Doing]).
type Ticket struct {
	ID int64
	// Place is what stands where our marker belongs, Mark what the marker says:
	// [mark.Look] gives both of the text in the ticket and of [Board].Owner.
	// Without a marker of ours, Mark has at least Owner and Key as far as they
	// are known: from a damaged marker, an older tool's summary, the memory.
	Place mark.Place
	Mark  mark.Mark
	// Open says that the ticket is not closed (its closedFlag).
	Open  bool
	Stage Stage
	// Status, Board, Company and Summary are as they stand in the ticket now.
	Status  string
	Board   string
	Company string
	Summary string
	Created time.Time
	// Closed is when it was closed, zero when that is not known; then Updated
	// stands in for it.
	Closed  time.Time
	Updated time.Time
	// MergedInto is the ticket it was merged into; ParentOpen says whether that
	// one is open.
	MergedInto int64
	ParentOpen bool
	// Project says that it was converted to a project ticket.
	Project bool
	// EnteredByUs says that one of our own members entered it, EnteredByTool
	// one of the older tool's, ClosedByTool that one of the older tool's
	// closed it. A member may be both.
	EnteredByUs   bool
	EnteredByTool bool
	ClosedByTool  bool
	// Recognised says that its summary names Mark.Key, Verbatim that it is word
	// for word the older tool's.
	Recognised bool
	Verbatim   bool
	// SameCompany says that it stands on the company its key belongs to.
	SameCompany bool
	// Remembered says that the memory knows the ticket as ours.
	Remembered bool
	// Differs are the fields whose values are no longer the ones that the
	// marker says we wrote.
	Differs []string
	// Touched says that somebody else has had to do with it: owner, resources,
	// time, a customer's update, a note. A duplicate that is touched stays.
	Touched bool
	// Silenced says that its status is one with which people ask for silence
	// until the problem has ended once.
	Silenced bool
	// OtherBoard says that it stands on a board whose statuses are not known:
	// it is neither closed nor reopened, but held.
	OtherBoard bool
}
