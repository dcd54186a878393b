package desk

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/boards"
	"github.com/covedesk/covedesk/connectwise/desk/internal/fields"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
)

// Visibility says who can read what the desk writes.
type Visibility uint8

// The visibilities.
const (
	// VisibilityDefault: as Config.Discussion says.
	VisibilityDefault Visibility = iota
	// VisibilityInternal: internal analysis only.
	VisibilityInternal
	// VisibilityDiscussion: as if Config.Discussion were set.
	VisibilityDiscussion
)

// Route chooses the board and other properties of new tickets. A route fits if
// all of Customer, Class, Kind and Severity that are set fit.
type Route struct {
	Customer string             `json:"customer"` // the id or the name of the issue's customer
	Class    string             `json:"class"`    // the issue's class
	Kind     string             `json:"kind"`     // the issue's kind
	Severity reconcile.Severity `json:"severity"` // the lowest severity that fits
	// Board is the board's name; empty means Config.Board. Its statuses are
	// those of Config.Boards.
	Board string `json:"board"`
	// NewStatus is the status of a new ticket. Empty means that of the board,
	// which a reopened ticket always gets. It must be open, and counts as new
	// unless StatusStages says otherwise.
	NewStatus string `json:"newStatus"`
	// Priority is the name of the priority. It counts before Config.Priorities
	// and follows the same rules.
	Priority string `json:"priority"`
	// Fields are set in new tickets and replace those of Config.Fields: team,
	// type, subType, item and any other. Leave their Board empty.
	Fields []TicketField `json:"-"`
	// Visibility applies to the first text and to notes. For a note about a
	// problem that is over, the route is not known any more: it goes to the
	// discussion if Config.Discussion is set and no route has
	// VisibilityInternal.
	Visibility Visibility `json:"-"`
	// NoTicket means that no ticket is created: the create is skipped, with a
	// reason. The route's other properties are checked but not used.
	NoTicket bool `json:"-"`
}

// route is a Route as New resolved it.
type route struct {
	Route
	board    *boards.Board // nil: not found, and reported already
	status   int64         // 0: the board's status
	priority string        // id of the priority; "": none
	fields   []fields.Field
}

// findBoards finds the home board and every board that the configuration names.
func (d *Desk) findBoards(ctx context.Context, me *connectwise.Member) (faults []string, err error) {
	if d.boards, err = boards.Read(ctx, d.client, me); err != nil {
		return nil, err
	}
	c := d.config
	add := func(name string, n BoardNames) *boards.Board {
		b, more, wrong := d.boards.Add(ctx, name, boards.Names{NewStatus: n.NewStatus, ClosedStatus: n.ClosedStatus, VerifyStatus: n.VerifyStatus, Stages: boards.Stages(n.StatusStages)})
		err = cmp.Or(err, wrong)
		for _, fault := range more {
			if !slices.Contains(faults, fault) {
				faults = append(faults, fault)
			}
		}
		return b
	}
	d.boards.Home = add(c.Board, BoardNames{c.NewStatus, c.ClosedStatus, c.VerifyStatus, c.StatusStages})
	for _, name := range slices.Sorted(maps.Keys(c.Boards)) {
		add(name, c.Boards[name])
	}
	for _, r := range c.Routes {
		to := d.boards.Home
		if r.Board != "" && !lookup.Same(r.Board, c.Board) {
			if to = d.boards.Get(r.Board); to == nil {
				to = add(r.Board, BoardNames{})
			}
		}
		d.routes = append(d.routes, route{Route: r, board: to})
	}
	return faults, err
}

// findRoutes resolves the names in routes, after the boards are known.
func (d *Desk) findRoutes(ctx context.Context) (faults []string, err error) {
	for i := range d.routes {
		r, b := &d.routes[i], d.routes[i].board
		fault := func(format string, args ...any) {
			faults = append(faults, fmt.Sprintf("Routes[%d]: ", i)+fmt.Sprintf(format, args...))
		}
		if r.Visibility > VisibilityDiscussion {
			fault("visibility %d is unknown", r.Visibility)
		}
		if b == nil {
			continue
		}
		if s, ok := b.Named(r.NewStatus); ok && !s.ClosedStatus {
			r.status = s.ID
			b.Begins = append(b.Begins, s.ID)
		} else if r.NewStatus != "" {
			fault("NewStatus %s", b.Fault(r.NewStatus))
		}
		if r.Priority != "" {
			var wrong string
			if r.priority, wrong = d.priorities.Find(r.Priority); wrong != "" {
				fault("%s", wrong)
			}
		}
		given := slices.Clone(r.Fields)
		for j, f := range given {
			if f.Board != "" && !lookup.Same(f.Board, b.Ref.Name) {
				fault("Fields[%d] (%s): it is for board %q, the route goes to %q", j, f.Path, f.Board, b.Ref.Name)
			}
			given[j].Board = b.Ref.Name
		}
		var more []string
		if r.fields, more, err = d.findFields(ctx, fmt.Sprintf("Routes[%d]: ", i), given); err != nil {
			return nil, err
		}
		faults = append(faults, more...)
	}
	return faults, nil
}

// routeOf returns the first route that fits, or a route to the home board.
func (d *Desk) routeOf(issue *reconcile.Issue, severity reconcile.Severity) route {
	for _, r := range d.routes {
		if (r.Customer == "" || r.Customer == issue.Customer || lookup.Same(r.Customer, issue.CustomerName)) && (r.Class == "" || r.Class == issue.Class) &&
			(r.Kind == "" || r.Kind == issue.Kind) && severity >= r.Severity {
			return r
		}
	}
	return route{board: d.boards.Home}
}

// discusses reports whether texts about the issue also go to the discussion. A
// nil issue is a problem that is over.
func (d *Desk) discusses(issue *reconcile.Issue) bool {
	if issue == nil {
		return d.config.Discussion && !slices.ContainsFunc(d.routes, func(r route) bool { return r.Visibility == VisibilityInternal })
	}
	v := d.routeOf(issue, issue.Severity).Visibility
	return v == VisibilityDiscussion || v == VisibilityDefault && d.config.Discussion
}
