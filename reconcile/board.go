package reconcile

import (
	"github.com/covedesk/covedesk/reconcile/mark"
)

import "time"

// Board is what was read from the service desk. The order of its tickets means
// nothing.
type Board struct {
	// Owner is the installation on whose behalf the plan is made, as in
	// [mark.Mark].Owner. It must not be empty; tickets of other owners are ignored.
	Owner   string
	Tickets []Ticket
	// ClosedSince is how far back closed tickets were read: every one of ours
	// closed (or, without a close time, last updated) since then is in Tickets.
	// Zero means all of them. [Diff] refuses a board that reaches less far back
	// than [Policy.Horizon].
	ClosedSince time.Time
	// Failed are the keys whose actions failed in the last run, as far as that
	// is known: a budget serves them last.
	Failed []mark.KeyID
	// Partial says that not all tickets could be read: nothing is created or
	// reopened, because the ticket may exist.
	Partial bool
}

// Ticket is a ticket that carries our marker, or one that an adoption rule
// recognised.
type Ticket struct {
	ID int64
	// Mark is the content of the marker, or, with Claim, what the adoption rule
	// says: at least Owner and Key.
	Mark mark.Mark
	// Claim says that the ticket has no marker and that an adoption rule
	// recognised it. Its key never yields a Create.
	Claim bool
	// Damaged says that the place of the marker holds something else: a marker
	// that fails its check, or foreign text. The ticket is held. Mark holds
	// what can still be read, above all the Key (so that no second ticket is
	// created for it) and the Owner (without one it counts as ours).
	Damaged bool
	// Open says that the ticket is not closed (its closedFlag).
	Open  bool
	Stage Stage
	// Status, Board, Company (decimal id) and Summary are as they stand in the
	// ticket now.
	Status  string
	Board   string
	Company string
	Summary string
	// Kind is what kind of problem it is about, as [Issue].Kind says it; empty
	// when that is not known: then only problems of its own key are told of it.
	Kind    string
	Created time.Time
	// Closed is when it was closed, zero when that is not known; then Updated
	// stands in for it.
	Closed  time.Time
	Updated time.Time
	// MergedInto is the ticket it was merged into by a person; ParentOpen says
	// whether that one is open.
	MergedInto int64
	ParentOpen bool
	// ByUs says that it was entered by our own API member, or that it fits an
	// adoption rule (then it was adopted). A marked ticket that is neither is a
	// copy that somebody made: it is held.
	ByUs bool
	// ClosedByUs says that the close was ours or an automation's, not a
	// person's.
	ClosedByUs bool
	// Silenced says that its status is one with which people ask for silence
	// until the problem has ended once.
	Silenced bool
	// Edited are the fields (summary, company, priority) whose values are not
	// the ones we wrote. They belong to whoever changed them.
	Edited []Field
	// OtherBoard says that it stands on a board whose statuses are not known:
	// it is neither closed nor reopened, but held.
	OtherBoard bool
}
