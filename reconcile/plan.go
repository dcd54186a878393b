package reconcile

import (
	"cmp"
	"slices"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// Format is the version of a plan's JSON form. Members may be added without a
// new version; a change of meaning gets one.
const Format = "covedesk.plan/2"

// Plan is what [Diff] says should be done. Its JSON form is for people and
// programs to read and approve ([ParseApproval]); it is never read back as a
// plan.
type Plan struct {
	Format string `json:"format"`
	// At is the observation's time in UTC, in whole seconds.
	At    time.Time `json:"at"`
	Owner string    `json:"owner"`
	// Digest stands for everything the plan will do: 32 characters of
	// lower-case base32.
	Digest  string   `json:"digest"`
	Actions []Action `json:"actions"`
	// Quiet names the feeds that went suspiciously quiet
	// ([Policy.MassAbsence]), each with a sentence.
	Quiet map[string]string `json:"quiet,omitzero"`
	// Known is what should be remembered and given back in [Board].Known.
	Known map[mark.KeyID]Known `json:"-"`
}

// Counts gives the number of actions of each kind that occurs.
func (p Plan) Counts() map[ActionKind]int {
	counts := make(map[ActionKind]int)
	for i := range p.Actions {
		counts[p.Actions[i].Kind]++
	}
	return counts
}

// Codes gives the number of actions of a kind by their codes.
func (p Plan) Codes(kind ActionKind) map[string]int {
	counts := make(map[string]int)
	for i := range p.Actions {
		if a := &p.Actions[i]; a.Kind == kind {
			counts[a.Code]++
		}
	}
	return counts
}

// kindOrder is the order of a plan.
var kindOrder = []ActionKind{Create, Reopen, Adopt, Update, Close, MarkOnly, Fold, Hold, Keep}

// ordered gives all actions in the order of a plan, and names those that write.
func (d *differ) ordered() []Action {
	type rank struct {
		kind     ActionKind
		severity Severity
	}
	ranks := make(map[rank][]*subject)
	for _, s := range d.all {
		r := rank{s.action.Kind, severityOf(&s.action)}
		ranks[r] = append(ranks[r], s)
	}
	out := make([]Action, 0, len(d.all))
	for _, kind := range kindOrder {
		for below := range SeverityCritical + 1 {
			group := ranks[rank{kind, SeverityCritical - below}]
			slices.SortFunc(group, func(a, b *subject) int {
				c := 0
				if kind == Create {
					c = cmp.Compare(a.issue.Class, b.issue.Class)
				}
				return cmp.Or(c, cmp.Compare(a.id, b.id), cmp.Compare(a.action.Ticket, b.action.Ticket))
			})
			for _, s := range group {
				if a := &s.action; kind.Writes() {
					a.ID = a.After.NoteID(a.Ticket)
				}
				out = append(out, s.action)
			}
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
