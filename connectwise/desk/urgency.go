package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// The fields that make a ticket urgent, beside reconcile.FieldPriority.
const (
	fieldImpact   = "impact"
	fieldSeverity = "severity"
)

var levels = []string{"Low", "Medium", "High"}

func (d *Desk) findPriorities(ctx context.Context) (faults []string, err error) {
	if len(d.config.Priorities) == 0 {
		return nil, nil
	}
	var names []string
	ids := map[string]connectwise.Ref{}
	for p, err := range d.client.Service.Priorities.List(ctx, &connectwise.ListOptions{Fields: []string{"id", "name"}}) {
		if err != nil {
			return nil, fmt.Errorf("desk: priorities: %w", err)
		}
		names = append(names, p.Name)
		ids[strings.ToLower(strings.TrimSpace(p.Name))] = connectwise.Ref{ID: p.ID, Name: p.Name}
	}
	for i, rule := range d.config.Priorities {
		ref, ok := ids[strings.ToLower(strings.TrimSpace(rule.Priority))]
		if !ok && rule.Priority != "" {
			faults = append(faults, fmt.Sprintf("Priorities[%d]: priority %q does not exist; %s", i, rule.Priority, suggest(rule.Priority, names)))
		}
		for _, level := range []string{rule.TicketImpact, rule.TicketSeverity} {
			if level != "" && !slices.Contains(levels, level) {
				faults = append(faults, fmt.Sprintf("Priorities[%d]: %q is no impact or severity; %s", i, level, suggest(level, levels)))
			}
		}
		d.priorities = append(d.priorities, ref)
	}
	return faults, nil
}

// urgency is what a rule gives a ticket; zero fields are left to the tenant.
type urgency struct {
	priority         connectwise.Ref
	impact, severity string
}

// urgency is that of the issue, were its severity this.
func (d *Desk) urgency(issue *reconcile.Issue, severity reconcile.Severity) urgency {
	var found urgency
	for i, rule := range d.config.Priorities {
		if (rule.Class == "" || rule.Class == issue.Class) && severity >= rule.Severity {
			found = urgency{d.priorities[i], rule.TicketImpact, rule.TicketSeverity}
			break
		}
	}
	if i := d.routeOf(issue, severity); i >= 0 && d.targetsOf[i].priority.ID != 0 {
		found.priority = d.targetsOf[i].priority
	}
	return found
}

// A marker has one digest for priority, impact and severity together: of the
// priority's id alone where the desk writes nothing else, as it always was, else
// of all three. What the desk does not write, because no rule says it or because
// a person has changed it, stands in it as "*".
const personal = "*"

// digest is what a marker remembers of an urgency that stands in a ticket.
func (u urgency) digest() mark.Digest {
	priority, impact, severity := personal, u.impact, u.severity
	if u.priority.ID != 0 {
		priority = decimal(u.priority.ID)
	}
	if impact == "" {
		impact = personal
	}
	if severity == "" {
		severity = personal
	}
	switch {
	case impact != personal || severity != personal:
		return mark.DigestOf(priority + "/" + impact + "/" + severity)
	case priority != personal:
		return mark.DigestOf(priority)
	}
	return ""
}

// wrote is what the desk has written, going by the digest; zero fields were not
// written by it. ok is false when the digest fits nothing that it can have
// written.
func (d *Desk) wrote(t *connectwise.Ticket, digest mark.Digest) (u urgency, ok bool) {
	if digest == "" {
		return urgency{}, true
	}
	ids := []int64{t.Priority.ID}
	for _, ref := range d.priorities {
		ids = append(ids, ref.ID)
	}
	for _, at := range d.targetsOf {
		ids = append(ids, at.priority.ID)
	}
	ids = append(ids, 0)
	for _, id := range ids {
		u := urgency{priority: connectwise.Ref{ID: id}}
		if u.digest() == digest {
			return u, true
		}
		for _, u.impact = range append([]string{""}, levels...) {
			for _, u.severity = range append([]string{""}, levels...) {
				if u.digest() == digest {
					return u, true
				}
			}
		}
	}
	return urgency{}, false
}

// kept is what of it still stands: the rest a person has changed.
func (u urgency) kept(t *connectwise.Ticket) urgency {
	if u.priority.ID != t.Priority.ID {
		u.priority = connectwise.Ref{}
	}
	if u.impact != t.Impact {
		u.impact = ""
	}
	if u.severity != t.Severity {
		u.severity = ""
	}
	return u
}

// urgencyEdited are those of its fields that people have changed.
func (d *Desk) urgencyEdited(t *connectwise.Ticket, digest mark.Digest) []string {
	wrote, ok := d.wrote(t, digest)
	if !ok {
		return []string{reconcile.FieldPriority}
	}
	kept := wrote.kept(t)
	var fields []string
	if wrote.priority.ID != kept.priority.ID {
		fields = append(fields, reconcile.FieldPriority)
	}
	if wrote.impact != kept.impact {
		fields = append(fields, fieldImpact)
	}
	if wrote.severity != kept.severity {
		fields = append(fields, fieldSeverity)
	}
	return fields
}

// raise is what is written to a ticket so that it becomes as urgent as wanted,
// and the digest that goes with it. What a person has changed is theirs for
// good. A ticket of which nothing is known as ours is left alone.
func (d *Desk) raise(want urgency, t *connectwise.Ticket, digest mark.Digest) ([]fieldWrite, mark.Digest) {
	wrote, ok := d.wrote(t, digest)
	if !ok {
		return nil, digest
	}
	ours := wrote.kept(t)
	var writes []fieldWrite
	if p := want.priority; p.ID != 0 && ours.priority.ID != 0 && p.ID != t.Priority.ID {
		writes = append(writes, fieldWrite{reconcile.FieldPriority, t.Priority.Name, p.Name, connectwise.ByID(p.ID)})
		ours.priority = p
	}
	if want.impact != "" && ours.impact != "" && want.impact != t.Impact {
		writes = append(writes, fieldWrite{fieldImpact, t.Impact, want.impact, want.impact})
		ours.impact = want.impact
	}
	if want.severity != "" && ours.severity != "" && want.severity != t.Severity {
		writes = append(writes, fieldWrite{fieldSeverity, t.Severity, want.severity, want.severity})
		ours.severity = want.severity
	}
	if now := ours.digest(); now != "" {
		return writes, now
	}
	return writes, digest // nothing is ours any more: the lost digest keeps saying so
}
