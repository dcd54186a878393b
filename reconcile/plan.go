package reconcile

import (
	"cmp"
	"slices"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// Format is the version of a plan's JSON form. New members may come without a
// new version; a change of meaning gets a new one.
const Format = "covedesk.plan/2"

// Plan is what [Diff] says should be done. Its JSON form is for people and
// programs to read and approve ([ParseApproval]). It cannot be read back as a
// plan.
type Plan struct {
	Format string `json:"format"`
	// At is the observation's time in UTC, in whole seconds.
	At time.Time `json:"at"`
	// Owner is the Owner of the board that the plan was made for.
	Owner string `json:"owner"`
	// Digest stands for everything that the plan writes: 32 characters of
	// lower-case base32.
	Digest string `json:"digest"`
	// Actions are in the order that Diff documents.
	Actions []Action `json:"actions"`
	// Quiet holds a sentence for each feed that went suspiciously quiet
	// ([Policy].MassAbsence), by the feed's name.
	Quiet map[string]string `json:"quiet,omitzero"`
	// Home is the Home of the board that the plan was made for.
	Home string `json:"-"`
	// Known is what should be remembered and set as [Board].Known in the next
	// run.
	Known map[mark.KeyID]Known `json:"-"`
}

// Counts returns the number of actions of each kind that occurs.
func (p Plan) Counts() map[ActionKind]int {
	counts := make(map[ActionKind]int)
	for i := range p.Actions {
		counts[p.Actions[i].Kind]++
	}
	return counts
}

// Codes returns the number of actions of a kind by their codes.
func (p Plan) Codes(kind ActionKind) map[string]int {
	counts := make(map[string]int)
	for i := range p.Actions {
		if a := &p.Actions[i]; a.Kind == kind {
			counts[a.Code]++
		}
	}
	return counts
}

// ordered returns all actions in the order of a plan, and gives an ID to those
// that write.
func (d *differ) ordered() []Action {
	type row struct { // the action's, kept here because a sort of a million reads each about twenty times
		rank                 int    // by kind, then by severity
		class, feed, subject string // the key id when only that is known
		ticket               int64
		action               *Action
	}
	rows := make([]row, 0, len(d.all))
	for _, s := range d.all {
		a := &s.action
		r := row{slices.Index(kindOrder, a.Kind)<<8 - int(severityOf(a)), "", a.Key.Feed, cmp.Or(a.Key.Subject, string(a.KeyID)), a.Ticket, a}
		if a.Kind == Create {
			r.class = a.Issue.Class
		}
		if a.Kind != "" {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(a.rank-b.rank, cmp.Compare(a.class, b.class), cmp.Compare(a.feed, b.feed), cmp.Compare(a.subject, b.subject), cmp.Compare(a.ticket, b.ticket))
	})
	out := make([]Action, len(rows))
	for i, r := range rows {
		out[i] = *r.action
		if out[i].Kind.Writes() {
			out[i].ID = r.action.After.NoteID(r.action.Ticket)
		}
	}
	return out
}

func severityOf(a *Action) Severity {
	if a.Issue != nil {
		return a.Issue.Severity
	}
	return a.After.Severity
}
