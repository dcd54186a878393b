package desk

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/template"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/internal/text"
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
	// Value is the value as text. References are looked up by name, members
	// and companies by identifier. Flags are true or false, numbers decimal,
	// times RFC 3339 or a bare date. Where it holds {{ it is a text/template
	// over the reconcile.Action of the create, with the function day, which
	// gives the date of a time in Config.Zone: {{day .Issue.Since}} as
	// estimatedStartDate is the day on which the problem began. A template that
	// gives no text leaves the field alone.
	Value string
	// Board confines the field to new tickets of the board with this name.
	// Empty means all: then type, subType, item and team must exist on every
	// board that new tickets can go to.
	Board string
}

// ticketField is a TicketField as it was resolved.
type ticketField struct {
	TicketField
	member   ticketMember
	custom   connectwise.UserDefinedField
	template *template.Template // nil when Value is the value
	lists    map[int64]refList  // by board; 0 for lists of the tenant
}

// refList is a list of records that a reference may point to; nil when it
// cannot be read beforehand, so that the server has to judge.
type refList []*connectwise.Ref

// ticketMember is a member of the API resource service/tickets.
type ticketMember struct {
	index    []int
	typ      reflect.Type
	max      int
	readOnly bool
}

const customPrefix = "customFields/"

// ticketMembers are the members of a ticket by name.
var ticketMembers = sync.OnceValue(func() map[string]ticketMember {
	members := map[string]ticketMember{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[connectwise.Ticket]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		m := ticketMember{index: f.Index, typ: f.Type}
		for option := range strings.SplitSeq(f.Tag.Get("cw"), ",") {
			switch key, value, _ := strings.Cut(option, "="); key {
			case "max":
				m.max, _ = strconv.Atoi(value)
			case "readonly":
				m.readOnly = true
			}
		}
		members[name] = m
	}
	return members
})

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
	levelNames   = []string{"Low", "Medium", "High"}
)

// findFields resolves Config.Fields. The faults name the field they are about.
func (d *Desk) findFields(ctx context.Context) (faults []string, err error) {
	for i, f := range d.config.Fields {
		field, more, err := d.findField(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, fault := range more {
			faults = append(faults, fmt.Sprintf("Fields[%d] (%s): %s", i, f.Path, fault))
		}
		for _, other := range d.fields {
			if strings.EqualFold(other.Path, f.Path) && (sameName(other.Board, f.Board) || other.Board == f.Board) {
				faults = append(faults, fmt.Sprintf("Fields[%d] (%s): it is given twice", i, f.Path))
			}
		}
		d.fields = append(d.fields, field)
	}
	return faults, nil
}

func (d *Desk) findField(ctx context.Context, f TicketField) (field ticketField, faults []string, err error) {
	field.TicketField = f
	if caption, ok := strings.CutPrefix(f.Path, customPrefix); ok {
		if field.custom, faults, err = d.findCustomField(ctx, caption); err != nil || len(faults) > 0 {
			return field, faults, err
		}
		if field.custom.ID == d.place.field {
			return field, []string{"it holds the marker"}, nil
		}
	} else {
		members := ticketMembers()
		member, ok := members[f.Path]
		instead, own := ownMembers[f.Path]
		switch {
		case own && (f.Path != "externalXRef" || d.place.field == 0):
			return field, []string{"the desk writes it itself; " + instead}, nil
		case !ok:
			var names []string
			for name, m := range members {
				if !m.readOnly && ownMembers[name] == "" {
					names = append(names, name)
				}
			}
			return field, []string{"tickets have no such field; " + suggest(f.Path, names)}, nil
		case member.readOnly:
			return field, []string{"the server does not let it be written"}, nil
		}
		field.member = member
	}
	isRef := field.member.typ == reflect.TypeFor[connectwise.Ref]()
	switch {
	case f.ID != 0 && !isRef:
		faults = append(faults, "it is no reference, so it needs a Value and no ID")
	case (f.ID != 0) == (f.Value != ""):
		faults = append(faults, "it needs an ID or a Value, one of the two")
	}
	boards := d.targets()
	if f.Board != "" {
		boards = slices.DeleteFunc(boards, func(b *board) bool { return !sameName(b.ref.Name, f.Board) })
		if len(boards) == 0 {
			var names []string
			for _, b := range d.targets() {
				names = append(names, b.ref.Name)
			}
			faults = append(faults, fmt.Sprintf("no new ticket goes to board %q; %s", f.Board, suggest(f.Board, names)))
		}
	}
	if len(faults) > 0 {
		return field, faults, nil
	}
	if isRef {
		if field.lists, err = d.readLists(ctx, f, boards); err != nil {
			return field, nil, err
		}
	}
	if strings.Contains(f.Value, "{{") {
		var fault error
		field.template, fault = template.New(f.Path).Option("missingkey=error").Funcs(template.FuncMap{"day": d.day}).Parse(f.Value)
		if fault == nil {
			text.Bound(field.template, nil)
			_, fault = render(field.template, sampleAction())
		}
		if fault != nil {
			faults = append(faults, fault.Error())
		}
		return field, faults, nil
	}
	for _, b := range boards {
		err := field.set(&connectwise.Ticket{}, b, f.Value)
		if err != nil && !slices.Contains(faults, err.Error()) {
			faults = append(faults, err.Error())
		}
	}
	return field, faults, nil
}

// targets are the boards that new tickets can go to.
func (d *Desk) targets() []*board {
	var boards []*board
	for _, b := range append([]*board{d.home}, d.routes...) {
		if b != nil && !slices.Contains(boards, b) {
			boards = append(boards, b)
		}
	}
	return boards
}

// readLists reads what a reference may point to. What the API member may not
// read, or the release does not have, is left to the server to judge.
func (d *Desk) readLists(ctx context.Context, f TicketField, boards []*board) (map[int64]refList, error) {
	paths := map[int64]string{}
	var where connectwise.Condition
	if list, ok := tenantLists[f.Path]; ok {
		paths[0] = list
	}
	if list, ok := companyLists[f.Path]; ok && f.ID != 0 {
		paths[0], where = list, connectwise.Where("id = ?", f.ID)
	}
	if list, ok := boardLists[f.Path]; ok {
		for _, b := range boards {
			paths[b.ref.ID] = "service/boards/" + decimal(b.ref.ID) + "/" + list
		}
	}
	lists := map[int64]refList{}
	fields := []string{"id", "name"}
	switch {
	case f.Path == "owner":
		fields = []string{"id", "identifier"}
	case !where.IsZero():
		fields = []string{"id"}
	}
	for board, list := range paths {
		refs := refList{}
		for ref, err := range connectwise.NewCollection[connectwise.Ref](d.client, list).List(ctx, &connectwise.ListOptions{Where: where, Fields: fields}) {
			if isUnreadable(err) || errors.Is(err, connectwise.ErrNoEndpoint) {
				refs = nil
				break
			}
			if err != nil {
				return nil, fmt.Errorf("desk: %s: %w", list, err)
			}
			refs = append(refs, ref)
		}
		lists[board] = refs
	}
	return lists, nil
}

// findCustomField finds a custom field of tickets by caption or id. Captions
// are unique among tickets, not among all records; the screen tells.
func (d *Desk) findCustomField(ctx context.Context, caption string) (found connectwise.UserDefinedField, faults []string, err error) {
	var names []string
	var matches []connectwise.UserDefinedField
	opts := &connectwise.ListOptions{Fields: []string{"id", "caption", "screenId", "fieldTypeIdentifier", "entryTypeIdentifier", "readOnlyFlag"}}
	for f, err := range d.client.System.UserDefinedFields.List(ctx, opts) {
		if err != nil {
			return found, nil, fmt.Errorf("desk: custom fields: %w", err)
		}
		names = append(names, f.Caption)
		if sameName(f.Caption, caption) || decimal(f.ID) == caption {
			matches = append(matches, *f)
		}
	}
	if len(matches) > 1 {
		matches = slices.DeleteFunc(matches, func(f connectwise.UserDefinedField) bool {
			return !strings.Contains(strings.ToLower(f.ScreenID), "ticket")
		})
		if len(matches) != 1 {
			return found, []string{fmt.Sprintf("several custom fields are called %q; give the id in its place", caption)}, nil
		}
	}
	if len(matches) == 0 {
		return found, []string{fmt.Sprintf("there is no custom field %q; %s", caption, suggest(caption, names))}, nil
	}
	return matches[0], nil, nil
}

// sampleAction has everything a template can ask for.
// day is the date of a time in the tenant's zone; "" for no time.
// setFields gives a new ticket of the board the configured fields. What cannot
// be set is left out and named by the error.
// set gives a ticket of the board the value.
// ref is the record that the field refers to on tickets of the board.
// customValue is the text as the type of the custom field has it.
// readMoment reads RFC 3339 or a bare date, which is midnight UTC: that is how
// the API writes dates.
