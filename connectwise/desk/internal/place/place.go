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

// Place is externalXRef, or a custom field.
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

// Member is what must be asked for of a ticket to see the marker.
func (p Place) Member() string {
	if p.Field == 0 {
		return "externalXRef"
	}
	return "customFields"
}

// Query lists the tickets whose marker begins so and that meet the condition.
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

// Text is what the ticket holds there; "" also where the server hides it.
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

// Put gives a ticket that is to be made its marker.
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

// Op writes the marker to a ticket as it was read. A custom field goes with all
// others of the ticket, as they are: some servers clear what is left out.
func (p Place) Op(t *connectwise.Ticket, marker string) (connectwise.Op, error) {
	if p.Field == 0 {
		return connectwise.Set("externalXRef", marker), nil
	}
	return connectwise.SetCustomFields(t.CustomFields, map[string]any{lookup.ID(p.Field): marker})
}

// Kept says what became of a marker that was written, going by the answer.
func (p Place) Kept(t *connectwise.Ticket, marker string) error {
	if text := p.Text(t); text != marker {
		return fmt.Errorf("the server keeps %q in %s instead of the marker", text, p)
	}
	return nil
}

// Find finds the custom field that the configuration names, for tickets of the
// boards. That it is a field of tickets shows on a ticket, which lists all its
// custom fields; the screen it is defined on, whose names nobody documents, stands
// in for one on boards that have none yet.
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

// shows reports whether tickets of the board have the place; known is false
// where the board has no ticket to look at.
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
