package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/answers"
	"github.com/covedesk/covedesk/connectwise/desk/internal/boards"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
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

// ticketField is a TicketField as it was resolved.
type ticketField struct {
	TicketField
	custom   connectwise.UserDefinedField // zero: a member of tickets
	isRef    bool
	template *template.Template           // nil when Value is the value
	lists    map[int64][]*connectwise.Ref // of a reference: what it may point to, by board; 0 in the tenant
}

const customPrefix = "customFields/"

// ownMembers are those that the desk writes itself, each with what to use
// instead.
var ownMembers = map[string]string{
	"summary": "it comes with the problem", "company": "it comes with the problem",
	"board": "use Board or Routes", "status": "use NewStatus", "priority": "use Priorities",
	"externalXRef": "it holds the marker", "initialDescription": "use Compose and Discussion",
	"initialInternalAnalysis": "use Compose", "processNotifications": "use Mail",
	"automaticEmailContactFlag": "use Mail and Prepare", "automaticEmailResourceFlag": "use Mail and Prepare",
	"automaticEmailCcFlag": "use Mail and Prepare", "customFields": "use " + customPrefix + " and a caption",
	"recordType": "the desk makes service tickets",
}

// boardLists and tenantLists are where the records are listed that references
// point to, companyLists where an id is looked up of what belongs to one
// company, so that its name alone means nothing. Sites have no list of all
// companies' and service levels none at all: they and the rest are left to the
// server.
var (
	boardLists  = map[string]string{"type": "types", "subType": "subtypes", "item": "items", "team": "teams"}
	tenantLists = map[string]string{
		"source": "service/sources", "owner": "system/members", "location": "system/locations", "department": "system/departments",
		"workRole": "time/workRoles", "workType": "time/workTypes",
	}
	companyLists = map[string]string{"contact": "company/contacts", "agreement": "finance/agreements", "opportunity": "sales/opportunities"}
	// identified are the references whose records are known by an identifier.
	identified = []string{"owner", "department", "country"}
)

// findFields resolves fields of the configuration. The faults name the field they
// are about.
func (d *Desk) findFields(ctx context.Context, where string, given []TicketField) (fields []ticketField, faults []string, err error) {
	for i, f := range given {
		field := ticketField{TicketField: f}
		more, err := d.findField(ctx, &field)
		if err != nil {
			return nil, nil, err
		}
		if slices.ContainsFunc(fields, func(other ticketField) bool {
			return strings.EqualFold(other.Path, f.Path) && (lookup.Same(other.Board, f.Board) || other.Board == f.Board)
		}) {
			more = append(more, "it is given twice")
		}
		for _, fault := range more {
			faults = append(faults, fmt.Sprintf("%sFields[%d] (%s): %s", where, i, f.Path, fault))
		}
		fields = append(fields, field)
	}
	return fields, faults, nil
}

func (d *Desk) findField(ctx context.Context, f *ticketField) (faults []string, err error) {
	if fault, err := d.findMember(ctx, f); err != nil || fault != "" {
		return []string{fault}, err
	}
	switch {
	case f.ID != 0 && !f.isRef:
		faults = append(faults, "it is no reference, so it needs a Value and no ID")
	case (f.ID != 0) == (f.Value != ""):
		faults = append(faults, "it needs an ID or a Value, one of the two")
	}
	var on []*boards.Board
	var names []string
	for _, b := range d.targets() {
		names = append(names, b.Ref.Name)
		if f.Board == "" && !d.overridden(b, f.Path) || lookup.Same(b.Ref.Name, f.Board) {
			on = append(on, b)
		}
	}
	if len(on) == 0 {
		faults = append(faults, fmt.Sprintf("no new ticket goes to board %q; %s", f.Board, lookup.Suggest(f.Board, names)))
	}
	if boardLists[f.Path] != "" && slices.ContainsFunc(on, func(b *boards.Board) bool { return b.Ref.ID == 0 }) {
		faults = append(faults, "each board has its own, so Config.Board must be set")
	}
	if len(faults) > 0 {
		return faults, nil
	}
	if err := d.readLists(ctx, f, on); err != nil {
		return nil, err
	}
	value := f.Value
	if strings.Contains(value, "{{") {
		f.template, err = template.New(f.Path).Option("missingkey=zero").Funcs(template.FuncMap{"day": d.day}).Parse(value)
		if err == nil {
			text.Bound(f.template, nil)
			_, err = f.value(sampleAction)
		}
		if err != nil {
			faults = append(faults, err.Error())
		}
		return faults, nil
	}
	for _, b := range on {
		_, err := f.op(d.client, b, value)
		if err != nil && !slices.Contains(faults, err.Error()) {
			faults = append(faults, err.Error())
		}
	}
	return faults, nil
}

// findMember looks the path of a field up.
func (d *Desk) findMember(ctx context.Context, f *ticketField) (fault string, err error) {
	if caption, ok := strings.CutPrefix(f.Path, customPrefix); ok {
		if f.custom, fault, err = d.findCustomField(ctx, caption); fault == "" && err == nil && f.custom.ID == d.place.field {
			fault = "it holds the marker"
		}
		return fault, err
	}
	if instead, own := ownMembers[f.Path]; own && (f.Path != "externalXRef" || d.place.field == 0) {
		return "the desk writes it itself; " + instead, nil
	}
	op, wrong := d.client.Service.Tickets.Parse(f.Path, "")
	if wrong != nil {
		return wrong.Error(), nil //nolint:nilerr // a fault of the settings, told with the others
	}
	_, f.isRef = op.Value().(connectwise.Ref)
	return "", nil
}

// overridden reports whether each route to a board gives the field itself.
func (d *Desk) overridden(b *boards.Board, path string) bool {
	return b != d.boards.Home && !slices.ContainsFunc(d.routes, func(r route) bool {
		return r.board == b && !slices.ContainsFunc(r.Fields, func(f TicketField) bool { return f.Path == path })
	})
}

// targets are the boards that new tickets can go to.
func (d *Desk) targets() []*boards.Board {
	on := []*boards.Board{d.boards.Home}
	for _, r := range d.routes {
		if r.board != nil && !slices.Contains(on, r.board) {
			on = append(on, r.board)
		}
	}
	return on
}

// readLists reads what a reference may point to. What the API member may not
// read, or the release does not have, is left to the server to judge.
func (d *Desk) readLists(ctx context.Context, f *ticketField, on []*boards.Board) (err error) {
	f.lists = map[int64][]*connectwise.Ref{}
	read := func(board int64, list string, where connectwise.Condition) {
		if err == nil && list != "" {
			f.lists[board], err = d.records(ctx, list, where)
		}
	}
	read(0, tenantLists[f.Path], connectwise.Condition{})
	if f.ID != 0 && companyLists[f.Path] != "" {
		read(0, companyLists[f.Path], connectwise.Where("id = ?", f.ID))
	}
	if list := boardLists[f.Path]; list != "" {
		for _, b := range on {
			read(b.Ref.ID, "service/boards/"+lookup.ID(b.Ref.ID)+"/"+list, connectwise.Condition{})
		}
	}
	return err
}

// records are those of a list; nil where they cannot be read.
func (d *Desk) records(ctx context.Context, list string, where connectwise.Condition) ([]*connectwise.Ref, error) {
	fields := []string{"id", "name"}
	switch {
	case list == "system/members":
		fields = []string{"id", "identifier"}
	case !where.IsZero():
		fields = []string{"id"}
	}
	refs, err := connectwise.NewCollection[connectwise.Ref](d.client, list).All(ctx, &connectwise.ListOptions{Where: where, Fields: fields})
	switch {
	case answers.Unreadable(err), errors.Is(err, connectwise.ErrNoEndpoint):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("desk: %s: %w", list, err)
	}
	return append([]*connectwise.Ref{}, refs...), nil
}

// among finds a record by id or, without one, by name, identifier or a decimal id, and else
// suggests others.
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

// findCustomField finds a custom field of tickets by caption or id. Captions
// are unique among tickets, not among all records; the screen tells.
func (d *Desk) findCustomField(ctx context.Context, caption string) (found connectwise.UserDefinedField, fault string, err error) {
	all, err := d.client.System.UserDefinedFields.All(ctx, &connectwise.ListOptions{Fields: []string{"id", "caption", "screenId", "fieldTypeIdentifier", "entryTypeIdentifier", "readOnlyFlag"}})
	if err != nil {
		return found, "", fmt.Errorf("desk: custom fields: %w", err)
	}
	var names []string
	var matches []*connectwise.UserDefinedField
	for _, f := range all {
		names = append(names, f.Caption)
		if lookup.Same(f.Caption, caption) || lookup.ID(f.ID) == caption {
			matches = append(matches, f)
		}
	}
	if len(matches) == 0 {
		return found, fmt.Sprintf("there is no custom field %q; %s", caption, lookup.Suggest(caption, names)), nil
	}
	if len(matches) > 1 {
		matches = slices.DeleteFunc(matches, func(f *connectwise.UserDefinedField) bool { return !isTicketScreen(f) })
	}
	if len(matches) != 1 {
		return found, fmt.Sprintf("several custom fields are called %q; give the id in its place", caption), nil
	}
	return *matches[0], "", nil
}

func isTicketScreen(f *connectwise.UserDefinedField) bool {
	return strings.Contains(strings.ToLower(f.ScreenID), "ticket")
}

// sampleAction has everything a template can ask for.
var sampleAction = reconcile.Action{
	Kind: reconcile.Create, Key: reconcile.Key{Feed: "source", Subject: "subject"}, Summary: "summary", Since: time.Unix(0, 0),
	Issue: &reconcile.Issue{
		Key: reconcile.Key{Feed: "source", Subject: "subject"}, Customer: "1", Company: "1", Kind: "kind", Class: "class",
		Summary: "summary", State: "state", Detail: "detail", Since: time.Unix(0, 0),
	},
}

// value is the text that the field gets.
func (f *ticketField) value(a reconcile.Action) (string, error) {
	if f.template == nil {
		return f.Value, nil
	}
	return text.Execute(f.template, f.Path, a)
}

// day is the date of a time in the tenant's zone; "" for no time.
func (d *Desk) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	zone := d.config.Zone
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format(time.DateOnly)
}

// setFields gives what sets the configured fields of a new ticket of the board;
// custom fields, which are one member, it gives to the ticket. What cannot be set
// is left out and named by the error.
func (d *Desk) setFields(t *connectwise.Ticket, a reconcile.Action, b *boards.Board, fields []ticketField) (ops []connectwise.Op, log []LogField, err error) {
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
			op, wrong = f.op(d.client, b, value)
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
		log = append(log, LogField{Name: f.Path, New: value})
	}
	return ops, log, err
}

// op sets the field of a ticket of the board to a value.
func (f *ticketField) op(client *connectwise.Client, b *boards.Board, value string) (connectwise.Op, error) {
	switch {
	case f.custom.ID != 0:
		v, err := f.custom.Parse(value)
		return connectwise.Set(f.Path, v), err
	case (f.Path == fieldImpact || f.Path == fieldSeverity) && !slices.Contains(levels, value):
		return connectwise.Op{}, fmt.Errorf("%q is no %s; %s", value, f.Path, lookup.Suggest(value, levels))
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
