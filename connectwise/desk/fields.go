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
	"time"

	"github.com/covedesk/covedesk/connectwise"
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
func sampleAction() reconcile.Action {
	now := time.Unix(0, 0)
	return reconcile.Action{
		Kind: reconcile.Create, Key: reconcile.Key{Feed: "source", Subject: "subject"}, Summary: "summary", Since: now,
		Issue: &reconcile.Issue{Key: reconcile.Key{Feed: "source", Subject: "subject"}, Customer: "1", Company: "1", Kind: "kind", Class: "class", Summary: "summary", State: "state", Detail: "detail", Since: now},
	}
}

func render(t *template.Template, a reconcile.Action) (string, error) {
	var b strings.Builder
	if err := t.Execute(&b, a); err != nil {
		return "", err
	}
	return strings.TrimSpace(b.String()), nil
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

// setFields gives a new ticket of the board the configured fields. What cannot
// be set is left out and named by the error.
func (d *Desk) setFields(t *connectwise.Ticket, a reconcile.Action, b *board, fields []ticketField) ([]LogField, error) {
	var log []LogField
	var left []error
	for _, f := range fields {
		if f.Board != "" && !sameName(f.Board, b.ref.Name) {
			continue
		}
		value, err := f.Value, error(nil)
		if f.template != nil {
			if value, err = render(f.template, a); err == nil && value == "" {
				continue
			}
		}
		if err == nil {
			err = f.set(t, b, value)
		}
		if err != nil {
			left = append(left, fmt.Errorf("desk: field %s is left out: %w", f.Path, err))
			continue
		}
		if f.ID != 0 {
			value = decimal(f.ID)
		}
		log = append(log, LogField{Name: f.Path, New: value})
	}
	return log, errors.Join(left...)
}

// set gives a ticket of the board the value.
func (f *ticketField) set(t *connectwise.Ticket, b *board, value string) error {
	if f.custom.ID != 0 {
		v, err := customValue(f.custom, value)
		if err != nil {
			return err
		}
		t.CustomFields = append(t.CustomFields, connectwise.CustomField{ID: f.custom.ID, Value: v})
		return nil
	}
	target := reflect.ValueOf(t).Elem().FieldByIndex(f.member.index)
	switch p := target.Addr().Interface().(type) {
	case *connectwise.Ref:
		ref, err := f.ref(b, value)
		if err != nil {
			return err
		}
		*p = ref
	case *connectwise.Time:
		moment, err := readMoment(value)
		if err != nil {
			return err
		}
		*p = connectwise.At(moment)
	case *connectwise.Number:
		number := connectwise.Number(value)
		if _, err := number.Float64(); err != nil {
			return fmt.Errorf("%q is no number", value)
		}
		*p = number
	case *bool:
		flag, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", value)
		}
		*p = flag
	case *int64:
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is no whole number", value)
		}
		*p = n
	case *string:
		if n := len([]rune(value)); f.member.max > 0 && n > f.member.max {
			return fmt.Errorf("the text has %d characters, more than the %d the field holds", n, f.member.max)
		}
		if (f.Path == "impact" || f.Path == "severity") && !slices.Contains(levelNames, value) {
			return fmt.Errorf("%q is no %s; %s", value, f.Path, suggest(value, levelNames))
		}
		*p = value
	default:
		return errors.New("it cannot be written as text; use Prepare")
	}
	return nil
}

// ref is the record that the field refers to on tickets of the board.
func (f *ticketField) ref(b *board, value string) (connectwise.Ref, error) {
	list, listed := f.lists[b.ref.ID]
	where := fmt.Sprintf("on board %q", b.ref.Name)
	if !listed {
		list, where = f.lists[0], "in the tenant"
	}
	names := make([]string, 0, len(list))
	for _, ref := range list {
		if f.ID != 0 && ref.ID == f.ID || f.ID == 0 && (sameName(ref.Name, value) || sameName(ref.Identifier, value)) {
			return connectwise.ByID(ref.ID), nil
		}
		names = append(names, ref.Name+ref.Identifier)
	}
	switch {
	case list != nil && f.ID != 0:
		return connectwise.Ref{}, fmt.Errorf("there is no id %d %s", f.ID, where)
	case list != nil:
		return connectwise.Ref{}, fmt.Errorf("there is no %q %s; %s", value, where, suggest(value, names))
	case f.ID != 0:
		return connectwise.ByID(f.ID), nil
	case slices.Contains([]string{"owner", "department", "country"}, f.Path):
		return connectwise.ByIdentifier(value), nil
	}
	return connectwise.ByName(value), nil
}

// customValue is the text as the type of the custom field has it.
func customValue(f connectwise.UserDefinedField, text string) (any, error) {
	switch f.FieldTypeIdentifier {
	case "Number", "Percent", "Currency":
		number, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no number", text)
		}
		return number, nil
	case "Checkbox":
		flag, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("%q is neither true nor false", text)
		}
		return flag, nil
	case "Date":
		moment, err := readMoment(text)
		if err != nil {
			return nil, err
		}
		return connectwise.At(moment).Text(), nil
	case "Button":
		return nil, errors.New("a button holds no value")
	}
	return text, nil
}

// readMoment reads RFC 3339 or a bare date, which is midnight UTC: that is how
// the API writes dates.
func readMoment(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time; want 2006-01-02 or RFC 3339", text)
}
