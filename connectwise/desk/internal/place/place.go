package place

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/boards"
	"github.com/covedesk/covedesk/connectwise/desk/internal/fields"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
)

// Place is the field that holds the marker: externalXRef or a custom field.
type Place struct {
	Field   int64 // 0: externalXRef
	caption string
}

// String names it for people.
func (p Place) String() string {
	if p.Field == 0 {
		return "externalXRef"
	}
	return fmt.Sprintf("the custom field %q", p.caption)
}

// Member returns the member of a ticket that must be read to see the marker.
func (p Place) Member() string {
	if p.Field == 0 {
		return "externalXRef"
	}
	return "customFields"
}

// Query returns the options that list the tickets whose marker begins with the
// prefix and that match the condition.
func (p Place) Query(prefix string, met connectwise.Condition, fields ...string) *connectwise.ListOptions {
	like := connectwise.Pattern(prefix + "%")
	opts := &connectwise.ListOptions{Where: met, Fields: append(fields, p.Member())}
	if p.Field == 0 {
		opts.Where = connectwise.Where("externalXRef like ? and ?", like, met)
	} else {
		opts.CustomFieldWhere = connectwise.Where("caption = ? and value like ?", p.caption, like)
	}
	return opts
}

// Text returns the text in a ticket's marker field; "" also if the server hides
// the field.
func (p Place) Text(t *connectwise.Ticket) string {
	text := t.ExternalXRef
	if p.Field != 0 {
		text = ""
		if i := p.index(t); i >= 0 {
			text = t.CustomFields[i].Text()
		}
	}
	return strings.TrimSpace(text)
}

func (p Place) index(t *connectwise.Ticket) int {
	return slices.IndexFunc(t.CustomFields, func(f connectwise.CustomField) bool { return f.ID == p.Field })
}

// Put sets the marker of a new ticket.
func (p Place) Put(t *connectwise.Ticket, marker string) {
	if p.Field == 0 {
		t.ExternalXRef = marker
		return
	}
	if i := p.index(t); i >= 0 {
		t.CustomFields = slices.Delete(slices.Clone(t.CustomFields), i, i+1)
	}
	t.CustomFields = append(t.CustomFields, connectwise.CustomField{ID: p.Field, Value: marker})
}

// Op returns the op that writes the marker to a ticket. A custom field is sent
// with all other custom fields of the ticket, because some servers clear fields
// that are left out.
func (p Place) Op(t *connectwise.Ticket, marker string) (connectwise.Op, error) {
	if p.Field == 0 {
		return connectwise.Set("externalXRef", marker), nil
	}
	return connectwise.SetCustomFields(t.CustomFields, map[string]any{lookup.ID(p.Field): marker})
}

// Kept returns an error if the answer to a write does not hold the marker that
// was written.
func (p Place) Kept(t *connectwise.Ticket, marker string) error {
	if text := p.Text(t); text != marker {
		return fmt.Errorf("the server keeps %q in %s instead of the marker", text, p)
	}
	return nil
}

// Find finds the custom field that the configuration names, for tickets of the
// boards. To check that it is a field of tickets, Find reads a ticket, which
// lists all its custom fields. On boards without a ticket it uses the screen of
// the field's definition, although the names of screens are not documented.
func Find(ctx context.Context, client *connectwise.Client, caption string, on []*boards.Board) (p Place, faults []string, err error) {
	field, wrong, err := fields.Custom(ctx, client, caption)
	switch {
	case err != nil:
		return p, nil, err
	case wrong != "":
	case field.FieldTypeIdentifier != "Text" && field.FieldTypeIdentifier != "TextArea":
		wrong = fmt.Sprintf("custom field %q holds %s, and the marker is text", field.Caption, field.FieldTypeIdentifier)
	case field.EntryTypeIdentifier != "" && field.EntryTypeIdentifier != "EntryField":
		wrong = fmt.Sprintf("custom field %q is filled from a list, so it cannot hold a marker", field.Caption)
	case field.ReadOnlyFlag:
		wrong = fmt.Sprintf("custom field %q is read only", field.Caption)
	}
	if wrong != "" {
		return p, []string{wrong}, nil
	}
	p = Place{field.ID, strings.TrimSpace(field.Caption)}
	for _, b := range on {
		there, known, err := p.shows(ctx, client, b)
		if err != nil {
			return p, nil, err
		}
		if known && !there || !known && !fields.OnTickets(&field) {
			faults = append(faults, fmt.Sprintf("custom field %q is not one of the tickets of board %q", field.Caption, b.Ref.Name))
		}
	}
	return p, faults, nil
}

// shows reports whether tickets of the board have the field. The result known
// is false if the board has no ticket.
func (p Place) shows(ctx context.Context, client *connectwise.Client, b *boards.Board) (there, known bool, err error) {
	tickets := client.Service.Tickets.List(ctx, &connectwise.ListOptions{
		Where: connectwise.Where("board/id = ?", b.Ref.ID), Fields: []string{"id", p.Member()}, PageSize: 1,
	})
	for t, err := range tickets {
		if err != nil {
			return false, false, fmt.Errorf("desk: custom fields of the tickets of board %q: %w", b.Ref.Name, err)
		}
		return p.index(t) >= 0, true, nil
	}
	return false, false, nil
}
