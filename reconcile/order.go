package reconcile

import (
	"cmp"
	"slices"

	"github.com/covedesk/covedesk/reconcile/mark"
)

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
					a.ID = mark.NoteID(a.Ticket, a.After)
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
