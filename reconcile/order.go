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
	place := make(map[ActionKind]int, len(kindOrder))
	for i, k := range kindOrder {
		place[k] = i
	}
	var list []*subject
	for _, s := range d.all {
		if s.action.Kind != "" {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(x, y *subject) int { // of the same key in the order of d.all
		a, b := &x.action, &y.action
		c := cmp.Or(cmp.Compare(place[a.Kind], place[b.Kind]), cmp.Compare(severityOf(b), severityOf(a)))
		if c == 0 && a.Kind == Create {
			c = cmp.Compare(a.Issue.Class, b.Issue.Class)
		}
		return cmp.Or(c, cmp.Compare(a.KeyID, b.KeyID), cmp.Compare(a.Ticket, b.Ticket))
	})
	out := make([]Action, len(list))
	for i, s := range list {
		out[i] = s.action
		if a := &out[i]; a.Kind.Writes() {
			a.ID = a.After.NoteID(a.Ticket)
		}
		out[i].KeyID = mark.KeyID(string(s.id))
	}
	return out
}

func severityOf(a *Action) Severity {
	if a.Issue != nil {
		return a.Issue.Severity
	}
	return a.After.Severity
}
