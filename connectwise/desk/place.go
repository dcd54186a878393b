package desk

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

// Marker is where tickets keep their marker: externalXRef, or a custom field.
// Whatever finds, reads or writes markers asks it.
type Marker struct {
	field   int64 // 0: externalXRef
	caption string
}

// String names it for people.
func (p Marker) String() string {
	if p.field == 0 {
		return "externalXRef"
	}
	return fmt.Sprintf("the custom field %q", p.caption)
}

// member is what must be asked for of a ticket to see the marker.
func (p Marker) member() string {
	if p.field == 0 {
		return "externalXRef"
	}
	return "customFields"
}

// Query lists the tickets whose marker begins so and that meet the condition.
func (p Marker) Query(prefix string, met connectwise.Condition, fields ...string) *connectwise.ListOptions {
	like := connectwise.Pattern(prefix + "%")
	opts := &connectwise.ListOptions{Where: met, Fields: append(fields, p.member())}
	if p.field == 0 {
		opts.Where = connectwise.Where("externalXRef like ? and ?", like, met)
	} else {
		opts.CustomFieldWhere = connectwise.Where("caption = ? and value like ?", p.caption, like)
	}
	return opts
}

// Text is what the ticket holds there; "" also where the server hides it.
func (p Marker) Text(t *connectwise.Ticket) string {
	text := t.ExternalXRef
	if p.field != 0 {
		text = ""
		if i := p.index(t); i >= 0 {
			text = t.CustomFields[i].Text()
		}
	}
	return strings.TrimSpace(text)
}

func (p Marker) index(t *connectwise.Ticket) int {
	return slices.IndexFunc(t.CustomFields, func(f connectwise.CustomField) bool { return f.ID == p.field })
}

// Put gives a ticket that is to be made its marker.
func (p Marker) Put(t *connectwise.Ticket, marker string) {
	if p.field == 0 {
		t.ExternalXRef = marker
		return
	}
	if i := p.index(t); i >= 0 {
		t.CustomFields = slices.Delete(slices.Clone(t.CustomFields), i, i+1)
	}
	t.CustomFields = append(t.CustomFields, connectwise.CustomField{ID: p.field, Value: marker})
}

// op writes the marker to a ticket as it was read. A custom field goes with all
// others of the ticket, as they are: some servers clear what is left out.
func (p Marker) op(t *connectwise.Ticket, marker string) (connectwise.Op, error) {
	if p.field == 0 {
		return connectwise.Set("externalXRef", marker), nil
	}
	return connectwise.SetCustomFields(t.CustomFields, map[string]any{lookup.ID(p.field): marker})
}

// kept says what became of a marker that was written, going by the answer.
func (p Marker) kept(t *connectwise.Ticket, marker string) error {
	if text := p.Text(t); text != marker {
		return fmt.Errorf("the server keeps %q in %s instead of the marker", text, p)
	}
	return nil
}

// findPlace finds Config.MarkerField. That it is a field of tickets shows on a
// ticket, which lists all its custom fields; the screen it is defined on, whose
// names nobody documents, stands in for one on boards that have none yet.
func (d *Desk) findPlace(ctx context.Context) (faults []string, err error) {
	caption := strings.TrimSpace(d.config.MarkerField)
	if caption == "" {
		return nil, nil
	}
	field, wrong, err := fields.Custom(ctx, d.client, caption)
	if wrong != "" {
		faults = append(faults, wrong)
	}
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Sprintf(format, args...))
	}
	switch {
	case err != nil || len(faults) > 0:
	case field.FieldTypeIdentifier != "Text" && field.FieldTypeIdentifier != "TextArea":
		fault("custom field %q holds %s, and the marker is text", field.Caption, field.FieldTypeIdentifier)
	case field.EntryTypeIdentifier != "" && field.EntryTypeIdentifier != "EntryField":
		fault("custom field %q is filled from a list, so it cannot hold a marker", field.Caption)
	case field.ReadOnlyFlag:
		fault("custom field %q is read only", field.Caption)
	}
	if err == nil && len(faults) == 0 {
		d.place = Marker{field.ID, strings.TrimSpace(field.Caption)}
		for _, b := range d.targets() {
			there, known, err := d.shows(ctx, b)
			if err != nil {
				return nil, err
			}
			if known && !there || !known && !fields.OnTickets(&field) {
				fault("custom field %q is not one of the tickets of board %q", field.Caption, b.Ref.Name)
			}
		}
	}
	for i := range faults {
		faults[i] = "MarkerField: " + faults[i]
	}
	return faults, err
}

// shows reports whether tickets of the board have the place; known is false
// where the board has no ticket to look at.
func (d *Desk) shows(ctx context.Context, b *boards.Board) (there, known bool, err error) {
	page, err := d.client.Service.Tickets.ListPage(ctx, &connectwise.ListOptions{
		Where: connectwise.Where("board/id = ?", b.Ref.ID), Fields: []string{"id", d.place.member()}, PageSize: 1,
	})
	if err != nil {
		return false, false, fmt.Errorf("desk: custom fields of the tickets of board %q: %w", b.Ref.Name, err)
	}
	for _, t := range page.Items {
		return d.place.index(t) >= 0, true, nil
	}
	return false, false, nil
}
