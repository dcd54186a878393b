package reconcile

import (
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// Board is what was read from the service desk, and what is remembered of
// earlier runs. The order of its tickets does not matter.
type Board struct {
	// Owner is the installation that plans, as in [mark.Mark].Owner: 1 to 10
	// characters of a-z, 0-9 and '-' ([mark.OwnerOf] makes one). Tickets of
	// other owners are ignored.
	Owner string
	// Home names the place where new tickets go, in the caller's own words. The
	// plan carries it, so that a desk can refuse a plan for another place.
	Home string
	// Tickets are the tickets that were read, open and closed.
	Tickets []Ticket
	// ClosedSince says how far back closed tickets were read. Tickets holds
	// every ticket of ours that was closed (or, without a close time, last
	// updated) since then. Zero means all of them. [Diff] refuses a board that
	// does not reach back as far as [Policy.Horizon].
	ClosedSince time.Time
	// Partial says that not all tickets could be read. Nothing is created or
	// reopened then, because the ticket may exist.
	Partial bool
	// Stopped, if it is not empty, forbids creating and reopening in this run.
	// It is a sentence that says why, and is the reason of what is held.
	Stopped string
	// Known is what is remembered of keys: the last plan's Known. nil means
	// that nothing is remembered. Then a storm does not know which keys it
	// stands for, and Snooze does not know that a missing problem is over.
	Known map[mark.KeyID]Known
	// Creating are keys whose tickets an earlier run began to create and that
	// no run has seen yet. Nothing is created for them.
	Creating []mark.KeyID
	// LastGood is when the last good run began, minus the delay of ticket
	// lists. Anything that an older tool did after it stops the run. Zero means
	// unknown, and stops nothing.
	LastGood time.Time
	// ToolFrom and ToolUntil bound the time for which a person has acknowledged
	// what the older tool did. ToolFrom is the last good run before the stop,
	// minus the delay of ticket lists; ToolUntil is the acknowledgement. Zero
	// means that nothing is acknowledged.
	ToolFrom, ToolUntil time.Time
}

// Known is what is remembered of a key from run to run. Save [Plan].Known after
// a run and set [Board].Known to it in the next.
type Known struct {
	Key
	// Customer is the id of the key's customer.
	Customer string `json:"customer,omitzero"`
	// Named is when the problem that goes on now was first named.
	Named time.Time `json:"named,omitzero"`
	// Opened is when the key's ticket was last created or reopened.
	Opened time.Time `json:"opened,omitzero"`
	// Storm is the id of the storm's key that the key is folded into. Folded is
	// when it was folded. AbsentSince is when the key was first absent.
	Storm       mark.KeyID `json:"storm,omitzero"`
	Folded      time.Time  `json:"folded,omitzero"`
	AbsentSince time.Time  `json:"absentSince,omitzero"`
}

// Ticket is a ticket that may concern us, in plain facts. [Board.Doing] judges
// from them who left the ticket as it is.
type Ticket struct {
	ID int64
	// Place says what the marker's field in the ticket holds, and Mark what the
	// marker says. [mark.Look] returns both for the text in the field and
	// [Board].Owner. Without a marker of ours, Mark holds at least Owner and
	// Key if they are known: from a damaged marker, from an older tool's
	// summary, or from the memory.
	Place mark.Place
	Mark  mark.Mark
	// Open says that the ticket is not closed (its closedFlag is false).
	Open  bool
	Stage Stage
	// Status, Board, Company and Summary are the values in the ticket now.
	Status  string
	Board   string
	Company string
	Summary string
	// Created is when the ticket was created.
	Created time.Time
	// Closed is when the ticket was closed. Zero means unknown; then Updated is
	// used.
	Closed time.Time
	// Updated is when anything in the ticket last changed.
	Updated time.Time
	// MergedInto is the ticket that this one was merged into. ParentOpen says
	// that that ticket is open.
	MergedInto int64
	ParentOpen bool
	// Project says that the ticket was converted to a project ticket.
	Project bool
	// EnteredByUs says that one of our own members entered the ticket.
	// EnteredByTool says that one of the older tool's members entered it, and
	// ClosedByTool that one of them closed it. A member may belong to both.
	EnteredByUs   bool
	EnteredByTool bool
	ClosedByTool  bool
	// Recognised says that the summary names Mark.Key. Verbatim says that the
	// summary is word for word the older tool's.
	Recognised bool
	Verbatim   bool
	// SameCompany says that the ticket's company is the one that its key
	// belongs to.
	SameCompany bool
	// Remembered says that the memory knows the ticket as ours.
	Remembered bool
	// Differs are the fields whose values are no longer those that, according
	// to the marker, we wrote.
	Differs []string
	// Touched says that somebody else worked on the ticket: it has an owner,
	// resources, time, a customer's update or a note. A touched duplicate stays
	// open.
	Touched bool
	// Silenced says that the status asks for silence until the problem has
	// ended once.
	Silenced bool
	// OtherBoard says that the ticket is on a board whose statuses are not
	// known. It is neither closed nor reopened, but held.
	OtherBoard bool
}
