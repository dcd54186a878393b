package fields

import (
	"errors"
	"fmt"
	"slices"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/boards"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// Write is one field that is written to a ticket.
type Write struct {
	Path     string
	Old, New string // texts for the log
	Value    any
}

// Set returns the ops that set the fields of a new ticket on the board. Custom
// fields, which are a single member, it sets in the ticket itself. Fields that
// cannot be set are left out and named in the error.
func Set(client *connectwise.Client, t *connectwise.Ticket, a reconcile.Action, b *boards.Board, fields []Field) (ops []connectwise.Op, log []Write, err error) {
	for i := range fields {
		f := &fields[i]
		if f.Board != "" && !lookup.Same(f.Board, b.Ref.Name) {
			continue
		}
		value, wrong := f.value(a)
		if wrong == nil && value == "" && f.ID == 0 {
			continue
		}
		var op connectwise.Op
		if wrong == nil {
			op, wrong = f.op(client, b, value)
		}
		switch {
		case wrong != nil:
			err = errors.Join(err, fmt.Errorf("desk: field %s is left out: %w", f.Path, wrong))
			continue
		case f.custom.ID != 0:
			t.CustomFields = append(t.CustomFields, connectwise.CustomField{ID: f.custom.ID, Value: op.Value()})
		default:
			ops = append(ops, op)
		}
		if f.ID != 0 {
			value = lookup.ID(f.ID)
		}
		log = append(log, Write{Path: f.Path, New: value})
	}
	return ops, log, err
}

// value returns the text that the field gets.
func (f *Field) value(a reconcile.Action) (string, error) {
	if f.template == nil {
		return f.Value, nil
	}
	return text.Execute(f.template, f.Path, a)
}

// op returns the op that sets the field of a ticket on the board.
func (f *Field) op(client *connectwise.Client, b *boards.Board, value string) (connectwise.Op, error) {
	switch {
	case f.custom.ID != 0:
		v, err := f.custom.Parse(value)
		return connectwise.Set(f.Path, v), err
	case (f.Path == Impact || f.Path == Severity) && !slices.Contains(levels, value):
		return connectwise.Op{}, fmt.Errorf("%q is not a value of %s; %s", value, f.Path, lookup.Suggest(value, levels))
	case !f.isRef:
		return client.Service.Tickets.Parse(f.Path, value)
	}
	list, where := f.lists[b.Ref.ID], fmt.Sprintf("on board %q", b.Ref.Name)
	if _, listed := f.lists[b.Ref.ID]; !listed {
		list, where = f.lists[0], "in the tenant"
	}
	ref, others := among(list, f.ID, value)
	switch {
	case ref.ID != 0:
		ref = connectwise.ByID(ref.ID)
	case list != nil && f.ID != 0:
		return connectwise.Op{}, fmt.Errorf("there is no id %d %s", f.ID, where)
	case list != nil:
		return connectwise.Op{}, fmt.Errorf("there is no %q %s; %s", value, where, others)
	case f.ID != 0:
		ref = connectwise.ByID(f.ID)
	case slices.Contains(identified, f.Path):
		ref = connectwise.ByIdentifier(value)
	default:
		ref = connectwise.ByName(value)
	}
	return connectwise.Set(f.Path, ref), nil
}
