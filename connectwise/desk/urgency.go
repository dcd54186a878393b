package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/covedesk/covedesk/connectwise/desk/internal/fields"
	"github.com/covedesk/covedesk/reconcile"
)

func (d *Desk) findPriorities(ctx context.Context) (faults []string, err error) {
	named := slices.ContainsFunc(d.config.Routes, func(r Route) bool { return r.Priority != "" })
	if len(d.config.Priorities) == 0 && !named {
		return nil, nil
	}
	if err := d.priorities.Read(ctx, d.client); err != nil {
		return nil, err
	}
	for i, rule := range d.config.Priorities {
		u := fields.Urgency{"", rule.TicketImpact, rule.TicketSeverity}
		wrong := u.Faults()
		if rule.Priority != "" {
			var fault string
			if u[0], fault = d.priorities.Find(rule.Priority); fault != "" {
				wrong = slices.Insert(wrong, 0, fault)
			}
		}
		for _, fault := range wrong {
			faults = append(faults, fmt.Sprintf("Priorities[%d]: %s", i, fault))
		}
		d.rules = append(d.rules, u)
	}
	return faults, nil
}

// urgency returns the priority, impact and severity for the issue.
func (d *Desk) urgency(issue *reconcile.Issue) (found fields.Urgency) {
	for i, rule := range d.config.Priorities {
		if (rule.Class == "" || rule.Class == issue.Class) && issue.Severity >= rule.Severity {
			found = d.rules[i]
			break
		}
	}
	if p := d.routeOf(issue, issue.Severity).priority; p != "" {
		found[0] = p
	}
	return found
}
