package connectwisetest

import (
	"fmt"
	"net/http"
	"slices"
)

// probedField is an element of a ticket's customFields.
type probedField struct {
	ID                int64
	Type, EntryMethod string
	Value             any
}

// customFields writes the first custom text field of the board's tickets. A
// tenant without one passes.
func (p *probe) customFields() error {
	t, err := p.ticket("")
	if err != nil {
		return err
	}
	path := fmt.Sprintf("service/tickets/%d", t.ID)
	read := func() ([]probedField, error) {
		var got struct{ CustomFields []probedField }
		err := p.list(&got, path)
		return got.CustomFields, err
	}
	before, err := read()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(before, func(f probedField) bool { return f.Type == "Text" && f.EntryMethod == "EntryField" })
	if i < 0 {
		return nil
	}
	id := before[i].ID
	if _, err := p.patch(t.ID, fmt.Sprintf(`{"op":"replace","path":"customFields","value":[{"id":%d,"value":%q}]}`, id, p.tag)); err != nil {
		return err
	}
	after, err := read()
	if err != nil {
		return err
	}
	if len(after) != len(before) || !slices.ContainsFunc(after, func(f probedField) bool { return f.ID == id && f.Value == p.tag }) {
		return fmt.Errorf("custom field %d was written as %q and reads as %+v", id, p.tag, after)
	}
	for condition, want := range map[string]int{fmt.Sprintf("id = %d and value = %q", id, p.tag): 1, fmt.Sprintf("id = %d and value = \"%s no\"", id, p.tag): 0} {
		err := p.eventually(func() error {
			var rows []probedTicket
			if err := p.list(&rows, "service/tickets", "conditions", fmt.Sprintf("id = %d", t.ID), "customFieldConditions", condition, "fields", "id"); err != nil {
				return err
			}
			if len(rows) != want {
				return fmt.Errorf("%s finds %d tickets, want %d", condition, len(rows), want)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	// Writing a custom field that no ticket has is refused or has no effect.
	r, err := p.api(http.MethodPatch, path, `[{"op":"replace","path":"processNotifications","value":false},{"op":"replace","path":"customFields","value":[{"id":2147480000,"value":"x"}]}]`)
	if err == nil && r.status != http.StatusOK {
		err = r.is(http.StatusBadRequest, "")
	}
	if err != nil {
		return err
	}
	after, err = read()
	if err == nil && len(after) != len(before) {
		err = fmt.Errorf("after a custom field no ticket has was written there are %+v", after)
	}
	return err
}
