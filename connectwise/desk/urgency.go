package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// The fields that make a ticket urgent, beside reconcile.FieldPriority.
const (
	fieldImpact   = "impact"
	fieldSeverity = "severity"
)

var (
	urgent = [3]string{reconcile.FieldPriority, fieldImpact, fieldSeverity}
	levels = []string{"Low", "Medium", "High"}
)

// urgency is the id of a priority, an impact and a severity; what is empty the
// desk does not write, because no rule says it or because a person has changed it.
type urgency [3]string

func (d *Desk) findPriorities(ctx context.Context) (faults []string, err error) {
	named := slices.ContainsFunc(d.config.Routes, func(r Route) bool { return r.Priority != "" })
	if len(d.config.Priorities) == 0 && !named {
		return nil, nil
	}
	if d.priorities, err = d.records(ctx, "service/priorities", connectwise.Condition{}); err != nil {
		return nil, err
	}
	for i, rule := range d.config.Priorities {
		u := urgency{"", rule.TicketImpact, rule.TicketSeverity}
		if rule.Priority != "" {
			ref, others := among(d.priorities, 0, rule.Priority)
			if u[0] = lookup.ID(ref.ID); others != "" {
				faults = append(faults, fmt.Sprintf("Priorities[%d]: priority %q does not exist; %s", i, rule.Priority, others))
			}
		}
		for _, level := range u[1:] {
			if level != "" && !slices.Contains(levels, level) {
				faults = append(faults, fmt.Sprintf("Priorities[%d]: %q is no impact or severity; %s", i, level, lookup.Suggest(level, levels)))
			}
		}
		d.rules = append(d.rules, u)
	}
	return faults, nil
}

// urgency is that of the issue.
func (d *Desk) urgency(issue *reconcile.Issue) (found urgency) {
	for i, rule := range d.config.Priorities {
		if (rule.Class == "" || rule.Class == issue.Class) && issue.Severity >= rule.Severity {
			found = d.rules[i]
			break
		}
	}
	if p := d.routeOf(issue, issue.Severity).priority; p.ID != 0 {
		found[0] = lookup.ID(p.ID)
	}
	return found
}

// urgencyOf is how urgent a ticket is.
func urgencyOf(t *connectwise.Ticket) urgency {
	return urgency{lookup.ID(t.Priority.ID), t.Impact, t.Severity}
}

// digest is what a marker remembers of an urgency that stands in a ticket: of the
// priority's id alone where the desk writes nothing else, as it always was, else
// of all three, with "*" for what the desk does not write.
func (u urgency) digest() mark.Digest {
	switch {
	case u == urgency{}:
		return ""
	case u[1] == "" && u[2] == "":
		return mark.DigestOf(u[0])
	}
	return mark.DigestOf(cmp.Or(u[0], "*") + "/" + cmp.Or(u[1], "*") + "/" + cmp.Or(u[2], "*"))
}

// wrote is what the desk has written, going by the digest. ok is false when the
// digest fits nothing that it can have written.
func (d *Desk) wrote(t *connectwise.Ticket, digest mark.Digest) (u urgency, ok bool) {
	if digest == "" {
		return u, true
	}
	ids := []string{lookup.ID(t.Priority.ID)}
	for _, rule := range d.rules {
		ids = append(ids, rule[0])
	}
	for _, r := range d.routes {
		ids = append(ids, lookup.ID(r.priority.ID))
	}
	some := append([]string{""}, levels...)
	for _, u[0] = range append(ids, "") {
		for _, u[1] = range some {
			for _, u[2] = range some {
				if u.digest() == digest {
					return u, true
				}
			}
		}
	}
	return urgency{}, false
}

// urgencyEdited are those of its fields that people have changed.
func (d *Desk) urgencyEdited(t *connectwise.Ticket, digest mark.Digest) (fields []string) {
	wrote, ok := d.wrote(t, digest)
	if !ok {
		return urgent[:1]
	}
	for i, now := range urgencyOf(t) {
		if wrote[i] != "" && wrote[i] != now {
			fields = append(fields, urgent[i])
		}
	}
	return fields
}

// raise is what is written to a ticket so that it becomes as urgent as wanted,
// and the digest that goes with it. What a person has changed is theirs for
// good. A ticket of which nothing is known as ours is left alone.
func (d *Desk) raise(want urgency, t *connectwise.Ticket, digest mark.Digest) (writes []fieldWrite, now mark.Digest) {
	ours, ok := d.wrote(t, digest)
	if !ok {
		return nil, digest
	}
	for i, stands := range urgencyOf(t) {
		switch {
		case ours[i] != stands: // a person's, or nobody's
			ours[i] = ""
		case want[i] != "" && want[i] != stands:
			w := fieldWrite{urgent[i], stands, want[i], want[i]}
			if ours[i] = want[i]; i == 0 {
				w.old, w.new, w.value = t.Priority.Name, d.priorityName(want), want.priority()
			}
			writes = append(writes, w)
		}
	}
	// Nothing is ours any more: the lost digest keeps saying so.
	return writes, cmp.Or(ours.digest(), digest)
}

// priority is a reference to the priority of an urgency that has one.
func (u urgency) priority() connectwise.Ref {
	id, _ := companyID(u[0])
	return connectwise.ByID(id)
}

// priorityName is what people call it; "" where there is none.
func (d *Desk) priorityName(u urgency) string {
	for _, p := range d.priorities {
		if lookup.ID(p.ID) == u[0] {
			return p.Name
		}
	}
	return ""
}
