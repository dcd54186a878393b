package fields

import (
	"context"
	"errors"
	"fmt"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/answers"
	"github.com/covedesk/covedesk/connectwise/desk/internal/boards"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
)

// These are the paths of the records that references may refer to: of a board,
// of the tenant, and of one company, where a record is looked up only by id
// because its name is not unique. Sites cannot be listed for all companies, and
// service levels not at all; the server checks those and all other fields.
var (
	boardLists  = map[string]string{"type": "types", "subType": "subtypes", "item": "items", "team": "teams"}
	tenantLists = map[string]string{
		"source": "service/sources", "owner": "system/members", "location": "system/locations", "department": "system/departments",
		"workRole": "time/workRoles", "workType": "time/workTypes",
	}
	companyLists = map[string]string{"contact": "company/contacts", "agreement": "finance/agreements", "opportunity": "sales/opportunities"}
	// identified are the references whose records have an identifier.
	identified = []string{"owner", "department", "country"}
)

// readLists reads the records that a reference may refer to. If the API member
// may not read them, or the server's release does not have them, the server
// checks the value later.
func (f *Field) readLists(ctx context.Context, client *connectwise.Client, on []*boards.Board) (err error) {
	f.lists = map[int64][]*connectwise.Ref{}
	read := func(board int64, list string, where connectwise.Condition) {
		if err == nil && list != "" {
			f.lists[board], err = records(ctx, client, list, where)
		}
	}
	read(0, tenantLists[f.Path], connectwise.Condition{})
	if f.ID != 0 {
		read(0, companyLists[f.Path], connectwise.Where("id = ?", f.ID))
	}
	if list := boardLists[f.Path]; list != "" {
		for _, b := range on {
			read(b.Ref.ID, "service/boards/"+lookup.ID(b.Ref.ID)+"/"+list, connectwise.Condition{})
		}
	}
	return err
}

// records returns the records of a list, nil if they cannot be read.
func records(ctx context.Context, client *connectwise.Client, list string, where connectwise.Condition) ([]*connectwise.Ref, error) {
	fields := []string{"id", "name"}
	switch {
	case list == "system/members":
		fields = []string{"id", "identifier"}
	case !where.IsZero():
		fields = []string{"id"}
	}
	refs, err := connectwise.NewCollection[connectwise.Ref](client, list).All(ctx, &connectwise.ListOptions{Where: where, Fields: fields})
	switch {
	case answers.Unreadable(err), errors.Is(err, connectwise.ErrNoEndpoint):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("desk: %s: %w", list, err)
	}
	return append([]*connectwise.Ref{}, refs...), nil
}

// among finds a record by id or, without an id, by name, identifier or decimal
// id. If there is none it returns suggestions.
func among(records []*connectwise.Ref, id int64, name string) (found connectwise.Ref, others string) {
	var names []string
	for _, ref := range records {
		if id != 0 && ref.ID == id || id == 0 && (lookup.Means(name, ref.Name, ref.ID) || lookup.Same(ref.Identifier, name)) {
			return *ref, ""
		}
		names = append(names, ref.Name+ref.Identifier)
	}
	return connectwise.Ref{}, lookup.Suggest(name, names)
}
