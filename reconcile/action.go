package reconcile

import (
	"slices"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// ActionKind is what a plan does about a key.
type ActionKind string

// The kinds of actions. No kind deletes a ticket.
const (
	// Create makes a ticket for Action.Issue.
	Create ActionKind = "create"
	// Update writes the fields of Action.Changes and a note. It never changes
	// the status.
	Update ActionKind = "update"
	// Reopen moves Action.Ticket back to an open status, writes changed fields
	// and a note.
	Reopen ActionKind = "reopen"
	// Close ends Action.Ticket with a note, as Action.Recovery says: it closes
	// the ticket, or moves it to people who verify.
	Close ActionKind = "close"
	// Adopt writes our marker into a ticket of an older tool, and nothing else.
	Adopt ActionKind = "adopt"
	// Fold lets the ticket of a storm stand for the key. Action.Related[0] is
	// that ticket; 0 while it is still to be created. Fold writes nothing.
	Fold ActionKind = "fold"
	// MarkOnly writes only the marker.
	MarkOnly ActionKind = "mark"
	// Keep does nothing because nothing needs doing now; Action.Reason says
	// why.
	Keep ActionKind = "keep"
	// Hold does nothing although something may need doing: a person should read
	// the reason. Action.Would names the action that is held back.
	Hold ActionKind = "hold"
)

// kindOrder is the order of a plan; the kinds that write come first.
var kindOrder = []ActionKind{Create, Reopen, Adopt, Update, Close, MarkOnly, Fold, Hold, Keep}

// Writes reports whether the kind changes a ticket.
func (k ActionKind) Writes() bool { return slices.Contains(kindOrder[:6], k) }

// Closes reports whether the action closes its ticket. A Close that only moves
// the ticket to people who verify does not.
func (a Action) Closes() bool { return a.Kind == Close && a.Recovery == RecoveryClose }

// The fields of a ticket that are compared. Severity and state exist only here:
// a desk maps the severity to a priority, and the marker remembers the state.
const (
	FieldSummary  = "summary"
	FieldCompany  = "company"
	FieldPriority = "priority"
	FieldSeverity = "severity"
	FieldState    = "state"
)

// Change is one field to write. Old is the value in the ticket now; it is empty
// for the state, because the marker holds only a digest of it.
type Change struct {
	// Field is one of the Field constants.
	Field string `json:"field"`
	Old   string `json:"old,omitzero"`
	New   string `json:"new,omitzero"`
}

// Action is what a plan does about one key, and why.
type Action struct {
	// ID names the write and its note. Actions that write nothing have none.
	ID string `json:"id,omitzero"`
	// Kind says what is done.
	Kind ActionKind `json:"kind"`
	// Would is, with Hold, the kind that is held back; "" when nothing was due.
	Would ActionKind `json:"would,omitzero"`
	// Key is zero when only a marker names the key and [Board].Known does not:
	// a marker holds only the KeyID. KeyID is empty only when a damaged marker
	// has no readable key.
	Key   Key        `json:"key,omitzero"`
	KeyID mark.KeyID `json:"keyID,omitzero"`
	// Ticket is the ticket that the action is about; 0 with Create, and when
	// there is no ticket.
	Ticket int64 `json:"ticket,omitzero"`
	// Related are other tickets of the key. With Create they are the earlier,
	// closed ones, newest first. With Fold, and with the Close of a duplicate,
	// the first is the ticket that stays. All others are further open tickets,
	// oldest first.
	Related []int64 `json:"related,omitzero"`
	// Issue is the problem; nil when there is none. In a plan from Diff it may
	// point into the observation: do not change either while the plan is in
	// use.
	Issue *Issue `json:"issue,omitzero"`
	// Summary is the issue's summary as a desk writes it; without an issue, the
	// summary in the ticket.
	Summary string `json:"summary,omitzero"`
	// Changes are the fields to write, with Update and Reopen.
	Changes []Change `json:"changes,omitzero"`
	// Edited are the fields that people have changed. They are not written.
	Edited []string `json:"edited,omitzero"`
	// Before is the mark as it was read. After is the mark to store in the
	// ticket when the action is done; [mark.Mark.Format] makes its text. Both
	// are equal when nothing is written to an existing ticket. After is zero
	// when there is no ticket.
	//
	// Whoever carries out the action completes After. Replace
	// After.Digests.Priority if you write a priority. Replace the other digests
	// if the server changed what was sent ([mark.Digests.Wrote]).
	// After.NotePending is false; set it while the note is still to be written.
	Before mark.Mark `json:"before,omitzero"`
	After  mark.Mark `json:"after,omitzero"`
	// Status and Stage are the ticket's, as they were read.
	Status string `json:"status,omitzero"`
	Stage  Stage  `json:"stage,omitzero"`
	// Recovery is what the end of the problem does to the ticket: close or
	// verify with Close, note with Update, else none.
	Recovery Recovery `json:"recovery,omitzero"`
	// Note says that the action writes a note. The note's last line refers to
	// ID.
	Note bool `json:"note,omitzero"`
	// Code says why, for programs. It is one of the constants that begin with
	// Code.
	Code string `json:"code"`
	// Cause is the caller's own sentence about the reason: Suppressed.Reason,
	// Issue.CompanyReason, Healthy.Detail, or the name of a window.
	Cause string `json:"cause,omitzero"`
	// Since is the time that decided: of a close, a last write or a recovery.
	// Until is when the decision ends by itself. Each is zero when there is
	// none.
	Since time.Time `json:"since,omitzero"`
	Until time.Time `json:"until,omitzero"`
}

// Text is what a composer returns for an action that writes.
type Text struct {
	// Internal is the internal analysis: everything a technician needs.
	Internal string
	// Discussion is safe to show to the customer. A desk uses it only when its
	// settings say so.
	Discussion string
}
