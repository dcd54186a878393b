package reconcile

import (
	"slices"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// ActionKind is what is done about a key.
type ActionKind string

// The kinds. There is none that deletes.
const (
	// Create makes a ticket for Action.Issue.
	Create ActionKind = "create"
	// Update writes the fields of Action.Changes and a note. It never changes
	// the status.
	Update ActionKind = "update"
	// Reopen moves Action.Ticket back to an open status, writes changed fields
	// and a note.
	Reopen ActionKind = "reopen"
	// Close ends Action.Ticket as Action.Recovery says (close or verify) with
	// a note.
	Close ActionKind = "close"
	// Adopt writes our marker into a ticket of an older tool, nothing else.
	Adopt ActionKind = "adopt"
	// Fold lets a ticket that stands for many problems (Action.Related[0], 0
	// while it is still to be created) cover the key. It writes nothing.
	Fold ActionKind = "fold"
	// MarkOnly writes only the marker.
	MarkOnly ActionKind = "mark"
	// Keep does nothing because nothing needs doing now: Action.Reason says why.
	Keep ActionKind = "keep"
	// Hold does nothing although something may need doing: a person should
	// look at the reason. Action.Would names what would have been done.
	Hold ActionKind = "hold"
)

// kindOrder is the order of a plan: first the kinds that write.
var kindOrder = []ActionKind{Create, Reopen, Adopt, Update, Close, MarkOnly, Fold, Hold, Keep}

// Writes says whether the kind changes a ticket.
func (k ActionKind) Writes() bool { return slices.Contains(kindOrder[:6], k) }

// Closes reports whether the action closes its ticket, and does not only give it
// to be verified.
func (a Action) Closes() bool { return a.Kind == Close && a.Recovery == RecoveryClose }

// The fields of a ticket that are compared. Severity and State are ours:
// severity becomes a priority where a desk maps it, state is only remembered.
const (
	FieldSummary  = "summary"
	FieldCompany  = "company"
	FieldPriority = "priority"
	FieldSeverity = "severity"
	FieldState    = "state"
)

// Change is one field that is to be written. Old is what stands in the ticket
// now; it is empty for State, of which the ticket remembers only a digest.
type Change struct {
	Field string `json:"field"`
	Old   string `json:"old,omitzero"`
	New   string `json:"new,omitzero"`
}

// Action is what is done about one key, and why.
type Action struct {
	// ID names the write and its note; actions that write nothing have none.
	ID   string     `json:"id,omitzero"`
	Kind ActionKind `json:"kind"`
	// Would is, with Hold, the kind that is held back; "" when none was due.
	Would ActionKind `json:"would,omitzero"`
	// Key is zero when only a marker names the key and [Board].Known does not:
	// a marker holds its KeyID alone. KeyID is empty only for a damaged marker
	// without a legible key.
	Key   Key        `json:"key,omitzero"`
	KeyID mark.KeyID `json:"keyID,omitzero"`
	// Ticket is the ticket the action is about; 0 with Create and where there
	// is none.
	Ticket int64 `json:"ticket,omitzero"`
	// Related are other tickets of the key: with Create the earlier, closed
	// ones, newest first; with Fold and the Close of a duplicate first the one
	// that stays; else, and then, further open ones, eldest first.
	Related []int64 `json:"related,omitzero"`
	// Issue is the problem; nil when there is none. In a plan that comes from
	// Diff it is the observation's own entry unless that had to be cleaned:
	// change neither as long as the plan is used.
	Issue *Issue `json:"issue,omitzero"`
	// Summary is the issue's summary as it is written, else the one that stands
	// in the ticket.
	Summary string `json:"summary,omitzero"`
	// Changes are the fields to write (Update, Reopen).
	Changes []Change `json:"changes,omitzero"`
	// Edited are the fields people have changed. They are not written.
	Edited []string `json:"edited,omitzero"`
	// Before is the mark as read, After what it says when the action is done:
	// [mark.Mark.Format] gives the text to store in the ticket.
	// After.Digests.Priority is carried along; whoever writes priorities
	// replaces it, and replaces the other digests where the server changed what
	// was sent ([mark.Digests.Wrote]). NotePending of After is false: raising it
	// while a note is under way is the writer's business. Both are equal when
	// nothing is written to an existing ticket; After is zero when there is no
	// ticket.
	Before mark.Mark `json:"before,omitzero"`
	After  mark.Mark `json:"after,omitzero"`
	// Stage and Status are the ticket's as read.
	Stage  Stage  `json:"stage,omitzero"`
	Status string `json:"status,omitzero"`
	// Recovery is what the end of the problem does to the ticket, with Close
	// (close, verify) and Update (note); else none.
	Recovery Recovery `json:"recovery,omitzero"`
	// Note says that a note belongs to the action; its last line refers to ID.
	Note bool `json:"note,omitzero"`
	// Code says why, for programs: one of the constants that begin with Code.
	Code string `json:"code"`
	// Cause is the caller's own sentence about it: Suppressed.Reason,
	// Issue.CompanyReason, Healthy.Detail, the name of a window.
	Cause string `json:"cause,omitzero"`
	// Since is the time that decided (a close, a last write, a recovery), Until
	// the time at which the decision ends by itself; zero where there is none.
	Since time.Time `json:"since,omitzero"`
	Until time.Time `json:"until,omitzero"`
}

// Text is what a composer gives for an action that writes.
type Text struct {
	// Internal is the internal analysis: everything a technician needs.
	Internal string
	// Discussion is safe to show to the customer. It is only used by a desk
	// that is told to.
	Discussion string
}
