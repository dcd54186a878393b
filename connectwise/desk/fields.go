package desk

import (
	"context"
	"slices"

	"github.com/covedesk/covedesk/connectwise/desk/internal/boards"
	"github.com/covedesk/covedesk/connectwise/desk/internal/fields"
)

// TicketField gives one field of a new ticket a value. [New] resolves and
// checks what is known by then; what only a single ticket shows (a template
// that fails for it, a name that does not exist, a text that is too long) leaves
// the field out of that ticket, and [Result].Degraded names it.
type TicketField struct {
	// Path is the field's name in the API resource service/tickets, such as
	// type, subType, item, team, site, source, owner, agreement, impact,
	// poNumber or estimatedStartDate; or customFields/ and the caption, or the
	// decimal id, of a custom field. Fields that the desk writes itself
	// cannot be set.
	Path string
	// ID is the record id a reference gets. Zero means that Value says which.
	ID int64
	// Value is the value as text. References are looked up by name or decimal id,
	// members and companies by identifier. Flags are true or false, numbers decimal,
	// times RFC 3339 or a bare date. Where it holds {{ it is a text/template
	// over the reconcile.Action of the create, with the function day, which
	// gives the date of a time in Config.Zone: {{day .Issue.Since}} as
	// estimatedStartDate is the day on which the problem began. A template that
	// gives no text leaves the field alone.
	Value string
	// Board confines the field to new tickets of the board with this name.
	// Empty means all: then type, subType, item and team must exist on every
	// board that new tickets can go to, but for those whose routes give the
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

// overridden reports whether each route to a board gives the field itself.
func (d *Desk) overridden(b *boards.Board, path string) bool {
	return b != d.boards.Home && !slices.ContainsFunc(d.routes, func(r route) bool {
		return r.board == b && !slices.ContainsFunc(r.Fields, func(f TicketField) bool { return f.Path == path })
	})
}

// targets are the boards that new tickets can go to.
func (d *Desk) targets() []*boards.Board {
	all := []*boards.Board{d.boards.Home}
	for _, r := range d.routes {
		if r.board != nil && !slices.Contains(all, r.board) {
			all = append(all, r.board)
		}
	}
	return all
}
