package connectwise

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// CustomField is one value in the customFields of a record. A record lists
// every field that is defined for its kind (or for the ticket's board), also
// fields without a value.
//
// Value is a string, float64, bool or nil, depending on the type of the field.
// Number, Percent and Currency are numbers, Checkbox is a boolean, Date is a
// string "yyyy-MM-ddTHH:mm:ssZ", all others are strings. Some servers send
// numbers and booleans as strings.
type CustomField struct {
	ID                    int64  `json:"id,omitzero"`
	Caption               string `json:"caption,omitzero"`
	Type                  string `json:"type,omitzero"`        // one of TextArea, Button, Currency, Date, Hyperlink, IPAddress, Checkbox, Number, Percent, PhoneNumber, Text, Password
	EntryMethod           string `json:"entryMethod,omitzero"` // one of Date, EntryField, List, Option
	NumberOfDecimals      int64  `json:"numberOfDecimals,omitzero"`
	Value                 any    `json:"value,omitzero"`
	ConnectWiseID         string `json:"connectWiseId,omitzero" cw:"readonly"`
	RowNum                int64  `json:"rowNum,omitzero" cw:"readonly"`
	UserDefinedFieldRecID int64  `json:"userDefinedFieldRecId,omitzero" cw:"readonly"`
	PodID                 string `json:"podId,omitzero" cw:"readonly"`
}

func withCaption(fields []CustomField, caption string) []CustomField {
	return slices.DeleteFunc(slices.Clone(fields), func(f CustomField) bool {
		return !strings.EqualFold(strings.TrimSpace(f.Caption), strings.TrimSpace(caption))
	})
}

// Text returns the value as text: "" when there is no value, "true" for a
// boolean, "4711000" for a number.
func (f CustomField) Text() string {
	switch v := f.Value.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(f.Value)
}

// SetCustomFields returns an op that sets custom fields of a record; the value
// nil clears a field. Keys are captions or decimal ids; where two fields have
// the same caption, use ids. The argument fields holds the record's
// customFields as they were read:
//
//	op, err := connectwise.SetCustomFields(ticket.CustomFields, map[string]any{"Vendor Ticket": "4711"})
//	ticket, err = tickets.Patch(ctx, ticket.ID, op)
//
// The op sends all custom fields of the record, the others with their current
// values, because the documentation asks for the whole array. So the record
// must have been read with its customFields. Set("customFields/Vendor Ticket",
// "4711") needs no record.
func SetCustomFields(fields []CustomField, values map[string]any) (Op, error) {
	if len(fields) == 0 && len(values) > 0 {
		return Op{}, errors.New("connectwise: the record holds no customFields; read it whole, or with customFields among ListOptions.Fields")
	}
	byID := make(map[int64]any, len(values))
	for key, value := range values {
		var f CustomField
		switch named := withCaption(fields, key); {
		case len(named) == 1:
			f = named[0]
		case len(named) > 1:
			return Op{}, fmt.Errorf("connectwise: %d custom fields have the caption %q; give the id, such as %d", len(named), key, named[0].ID)
		default:
			i := slices.IndexFunc(fields, func(f CustomField) bool { return itoa(f.ID) == key })
			if i < 0 {
				return Op{}, fmt.Errorf("connectwise: the record has no custom field %q; it has %s", key, captions(fields))
			}
			f = fields[i]
		}
		if _, twice := byID[f.ID]; twice {
			return Op{}, fmt.Errorf("connectwise: custom field %q is given twice", f.Caption)
		}
		byID[f.ID] = value
	}
	list := make([]map[string]any, 0, len(fields))
	for _, f := range fields {
		value, given := byID[f.ID]
		switch {
		case !given && f.Type == "Button":
			continue // has no value
		case !given:
			value = f.Value
		}
		list = append(list, map[string]any{"id": f.ID, "value": value})
	}
	return Set("customFields", list), nil
}

// captions lists the captions of fields, for error texts.
func captions(fields []CustomField) string {
	const most = 20
	var list []string
	for _, f := range fields[:min(len(fields), most)] {
		list = append(list, strconv.Quote(f.Caption))
	}
	if more := len(fields) - most; more > 0 {
		list = append(list, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(list, ", ")
}

// withFields turns ops on single custom fields into one op that servers accept.
// For this it reads the fields of the record, or, for a new record, the fields
// that the tenant defines.
func (s *core) withFields(ctx context.Context, r request, id int64, ops []Op) ([]Op, error) {
	values := map[string]any{}
	var rest []Op
	for _, op := range ops {
		if caption := op.customField(); caption != "" {
			values[caption] = op.value // nil clears the field
		} else {
			rest = append(rest, op)
		}
	}
	if len(values) == 0 {
		return ops, nil
	}
	invalid := func(message string) error {
		return r.invalid([]FieldError{{Field: "customFields", Message: message}})
	}
	if schemaOf(s.typ) != nil && s.member("customFields") == nil {
		return nil, invalid(s.typ.Name() + " has no custom fields")
	}
	var fields []CustomField
	var err error
	if id == 0 {
		fields, err = s.definedFields(ctx, values)
	} else {
		fields, err = s.fieldsOf(ctx, id)
	}
	if err != nil {
		return nil, err
	}
	if len(fields) == 0 {
		return nil, invalid("there are none of these names: " + strings.Join(slices.Sorted(maps.Keys(values)), ", "))
	}
	op, err := SetCustomFields(fields, values)
	if err != nil {
		return nil, invalid(strings.TrimPrefix(err.Error(), "connectwise: "))
	}
	return append(rest, op), nil
}

// customField returns the caption or id of the custom field that an op changes.
// It returns "" for all other ops, including those on an element of the array.
func (o Op) customField() string {
	name, below := strings.CutPrefix(strings.TrimPrefix(o.path, "/"), "customFields/")
	if !below || o.kind == "add" {
		return ""
	}
	index, _, deep := strings.Cut(name, "/")
	element := allDigits(index) && (deep || o.kind == "remove")
	tree, err := toTree(o.value)
	if _, object := tree.(map[string]any); element || object || err != nil {
		return ""
	}
	return name
}

// fieldsOf reads the custom fields of a record.
func (s *core) fieldsOf(ctx context.Context, id int64) ([]CustomField, error) {
	path, err := s.record(http.MethodGet, id)
	if err != nil {
		return nil, err
	}
	a, err := s.c.send(ctx, request{method: http.MethodGet, path: path, query: url.Values{"fields": {"id,customFields"}}})
	if err != nil {
		return nil, err
	}
	var record struct {
		CustomFields []CustomField `json:"customFields"`
	}
	if err := a.decode(&record); err != nil {
		return nil, err
	}
	return record.CustomFields, nil
}

// definedFields reads the tenant's custom fields that have one of the given
// captions or ids. If several have the same caption, it takes those that are
// shown on records of this kind.
func (s *core) definedFields(ctx context.Context, values map[string]any) ([]CustomField, error) {
	defined, err := s.c.System.UserDefinedFields.All(ctx, &ListOptions{Fields: []string{"id", "caption", "screenId"}})
	if err != nil {
		return nil, err
	}
	var fields []CustomField
	for _, name := range slices.Sorted(maps.Keys(values)) {
		var alike []*UserDefinedField
		for _, f := range defined {
			if itoa(f.ID) == name || strings.EqualFold(strings.TrimSpace(f.Caption), strings.TrimSpace(name)) {
				alike = append(alike, f)
			}
		}
		if len(alike) > 1 {
			alike = slices.DeleteFunc(alike, func(f *UserDefinedField) bool { return itoa(f.ID) != name && !s.shownOn(f.ScreenID) })
		}
		for _, f := range alike {
			fields = append(fields, CustomField{ID: f.ID, Caption: f.Caption})
		}
	}
	return fields, nil
}

// shownOn reports whether a screen shows records of this collection.
func (s *core) shownOn(screen string) bool {
	kind := strings.ToLower(s.path[strings.LastIndex(s.path, "/")+1:])
	switch kind {
	case "companies":
		kind = "company"
	case "configurations":
		kind = "config"
	}
	return strings.Contains(strings.ToLower(screen), strings.TrimSuffix(kind, "s"))
}
