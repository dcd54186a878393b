package desk

import (
	"context"
	"fmt"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
)

// Visibility says who reads what the desk writes.
type Visibility uint8

// The visibilities.
const (
	// VisibilityDefault is what Config.Discussion says.
	VisibilityDefault Visibility = iota
	// VisibilityInternal is internal analysis only.
	VisibilityInternal
	// VisibilityDiscussion is as with Config.Discussion.
	VisibilityDiscussion
)

// Route sends the tickets it fits to a board. All that is set must fit.
type Route struct {
	Customer string             `json:"customer"` // the id or the name of the issue's customer
	Class    string             `json:"class"`    // the issue's class
	Kind     string             `json:"kind"`     // the issue's kind
	Severity reconcile.Severity `json:"severity"` // the least severity
	// Board is the board's name; empty means Config.Board. Its statuses are
	// those of Config.Boards.
	Board string `json:"board"`
	// NewStatus is the status of a new ticket; empty means the board's, which a
	// reopened ticket gets in any case. It must be open, and counts as new
	// unless StatusStages says otherwise.
	NewStatus string `json:"newStatus"`
	// Priority is the name of the priority, which comes before Config.Priorities.
	// It is set, raised and left to people as those are.
	Priority string `json:"priority"`
	// Fields are given to new tickets after Config.Fields and win over them:
	// team, type, subType, item and any other. Their Board is not needed.
	Fields []TicketField `json:"-"`
	// Visibility is that of the first text and of the notes. A note about a
	// problem that is over cannot tell its route: it goes to the discussion
	// when Config.Discussion says so and no route is VisibilityInternal.
	Visibility Visibility `json:"-"`
	// NoTicket makes no ticket at all: the create is skipped, and says so.
	// What the route says besides is looked up but not used.
	NoTicket bool `json:"-"`
}

// target is a Route as New resolved it.
type target struct {
	status   int64 // 0: the board's
	priority connectwise.Ref
	fields   []ticketField
}

// findRoutes resolves what routes say of tickets. The boards are known by then.
func (d *Desk) findRoutes(ctx context.Context) (faults []string, err error) {
	d.targetsOf = make([]target, len(d.config.Routes))
	for i, route := range d.config.Routes {
		b, at := d.routes[i], &d.targetsOf[i]
		fault := func(text string) { faults = append(faults, fmt.Sprintf("Routes[%d]: %s", i, text)) }
		if route.Visibility > VisibilityDiscussion {
			fault(fmt.Sprintf("visibility %d is unknown", route.Visibility))
		}
		if b == nil {
			continue // the board's own fault is named already
		}
		if route.NewStatus != "" {
			s, ok := b.named(route.NewStatus)
			if !ok || s.ClosedStatus {
				fault(fmt.Sprintf("NewStatus %q is not an open status of board %q; %s", route.NewStatus, b.ref.Name, b.suggest(route.NewStatus, isOpen)))
			} else {
				at.status = s.ID
				b.begins = append(b.begins, s.ID)
			}
		}
		if route.Priority != "" {
			ref, names, err := d.findPriority(ctx, route.Priority)
			if err != nil {
				return nil, err
			}
			if at.priority = ref; ref.ID == 0 {
				fault(fmt.Sprintf("priority %q does not exist; %s", route.Priority, suggest(route.Priority, names)))
			}
		}
		for j, f := range route.Fields {
			if f.Board != "" && !sameName(f.Board, b.ref.Name) {
				fault(fmt.Sprintf("Fields[%d] (%s): it is for board %q, the route goes to %q", j, f.Path, f.Board, b.ref.Name))
				continue
			}
			f.Board = b.ref.Name
			field, more, err := d.findField(ctx, f)
			if err != nil {
				return nil, err
			}
			for _, text := range more {
				fault(fmt.Sprintf("Fields[%d] (%s): %s", j, f.Path, text))
			}
			at.fields = append(at.fields, field)
		}
	}
	return faults, nil
}

func (d *Desk) findPriority(ctx context.Context, name string) (found connectwise.Ref, names []string, err error) {
	for p, err := range d.client.Service.Priorities.List(ctx, &connectwise.ListOptions{Fields: []string{"id", "name"}}) {
		if err != nil {
			return found, nil, fmt.Errorf("desk: priorities: %w", err)
		}
		names = append(names, p.Name)
		if sameName(p.Name, name) {
			found = connectwise.Ref{ID: p.ID, Name: p.Name}
		}
	}
	return found, names, nil
}

// routeOf is the number of the first route that fits; -1 when none does.
func (d *Desk) routeOf(issue *reconcile.Issue, severity reconcile.Severity) int {
	for i, r := range d.config.Routes {
		if (r.Customer == "" || r.Customer == issue.Customer || sameName(r.Customer, issue.CustomerName)) && (r.Class == "" || r.Class == issue.Class) &&
			(r.Kind == "" || r.Kind == issue.Kind) && severity >= r.Severity {
			return i
		}
	}
	return -1
}

// discusses reports whether texts about the issue go to the discussion as well;
// nil is a problem that is over.
func (d *Desk) discusses(issue *reconcile.Issue) bool {
	if issue == nil {
		for _, r := range d.config.Routes {
			if r.Visibility == VisibilityInternal {
				return false
			}
		}
		return d.config.Discussion
	}
	if i := d.routeOf(issue, issue.Severity); i >= 0 && d.config.Routes[i].Visibility != VisibilityDefault {
		return d.config.Routes[i].Visibility == VisibilityDiscussion
	}
	return d.config.Discussion
}
