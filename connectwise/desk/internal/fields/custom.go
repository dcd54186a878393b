package fields

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
)

// Custom finds a custom field of tickets by caption or id. Captions are unique
// only among fields of the same kind of record; the field's screen tells the
// kind.
func Custom(ctx context.Context, client *connectwise.Client, caption string) (found connectwise.UserDefinedField, fault string, err error) {
	all, err := client.System.UserDefinedFields.All(ctx, &connectwise.ListOptions{Fields: []string{"id", "caption", "screenId", "fieldTypeIdentifier", "entryTypeIdentifier", "readOnlyFlag"}})
	if err != nil {
		return found, "", fmt.Errorf("desk: custom fields: %w", err)
	}
	var names []string
	var matches []*connectwise.UserDefinedField
	for _, f := range all {
		names = append(names, f.Caption)
		if lookup.Means(caption, f.Caption, f.ID) {
			matches = append(matches, f)
		}
	}
	if len(matches) == 0 {
		return found, fmt.Sprintf("there is no custom field %q; %s", caption, lookup.Suggest(caption, names)), nil
	}
	if len(matches) > 1 {
		matches = slices.DeleteFunc(matches, func(f *connectwise.UserDefinedField) bool { return !OnTickets(f) })
	}
	if len(matches) != 1 {
		return found, fmt.Sprintf("several custom fields are called %q; give the id in its place", caption), nil
	}
	return *matches[0], "", nil
}

// OnTickets reports whether a custom field seems to belong to tickets.
func OnTickets(f *connectwise.UserDefinedField) bool {
	return strings.Contains(strings.ToLower(f.ScreenID), "ticket")
}
