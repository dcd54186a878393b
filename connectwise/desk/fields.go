package desk

import (
	"context"
	"slices"

	"github.com/covedesk/covedesk/connectwise/desk/internal/boards"
	"github.com/covedesk/covedesk/connectwise/desk/internal/fields"
)

// TicketField sets one field of a new ticket. [New] resolves and checks as much
// as possible. If the value fails only for a certain ticket (a template error,
// a name that does not exist, a text that is too long), the field is left out
// of that ticket, and [Result].Degraded names it.
type TicketField struct {
	// Path is the field's name in service/tickets, such as type, subType, item,
	// team, site, source, owner, agreement, impact, poNumber or
	// estimatedStartDate. For a custom field it is customFields/ and the
	// caption or decimal id. Fields that the desk itself writes cannot be set.
	Path string
	// ID is the id of the record that a reference refers to. Zero means that
	// Value names it.
	ID int64
	// Value is the value as text. References are looked up by name or decimal
	// id, members and companies by identifier. Flags are true or false, numbers
	// are decimal, times are RFC 3339 or a date. A value with {{ in it is a
	// text/template over the reconcile.Action of the create. Its function day
	// returns the date of a time in Config.Zone: {{day .Issue.Since}} is the
	// day on which the problem began. If a template returns an empty text, the
	// field is not set.
	Value string
	// Board limits the field to new tickets on the board with this name. Empty
	// means all boards. Then type, subType, item and team must exist on every
	// board that new tickets can go to, except boards whose routes all set the
	// field themselves.
	Board string
}

// findFields resolves fields of the configuration.
func (d *Desk) findFields(ctx context.Context, where string, given []TicketField) ([]fields.Field, []string, error) {
	specs := make([]fields.Spec, len(given))
	for i, f := range given {
		specs[i] = fields.Spec(f)
	}
	finder := fields.Finder{Client: d.client, Zone: d.config.Zone, Marker: d.place.Field, Targets: d.targets(), Overridden: d.overridden}
	return finder.Find(ctx, where, specs)
}

// overridden reports whether every route to a board sets the field itself.
func (d *Desk) overridden(b *boards.Board, path string) bool {
	return b != d.boards.Home && !slices.ContainsFunc(d.routes, func(r route) bool {
		return r.board == b && !slices.ContainsFunc(r.Fields, func(f TicketField) bool { return f.Path == path })
	})
}

// targets returns the boards that new tickets can go to.
func (d *Desk) targets() []*boards.Board {
	all := []*boards.Board{d.boards.Home}
	for _, r := range d.routes {
		if r.board != nil && !slices.Contains(all, r.board) {
			all = append(all, r.board)
		}
	}
	return all
}
