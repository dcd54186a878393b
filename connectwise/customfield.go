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

// CustomField is one value in the customFields of a record. Every field that
// is defined for the kind of record (or for the ticket's board) is listed,
// also when it holds nothing.
//
// Value is a string, float64, bool or nil as the type of the field has it:
// Number, Percent and Currency are numbers, Checkbox is a boolean, Date is
// "yyyy-MM-ddTHH:mm:ssZ", all others are strings. Some servers send numbers
// and booleans as strings.
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

// Text returns the value as text: "" when there is none, "true" or "4711000"
// for what is no text.
func (f CustomField) Text() string {
	switch v := f.Value.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(f.Value)
}

// SetCustomFields returns the op that gives custom fields of a record new
// values; nil clears one. Keys are captions or decimal ids (ids only, where
// two fields have the same caption); fields are the customFields of the record
// as it was read, which say what the ids are:
//
//	op, err := connectwise.SetCustomFields(ticket.CustomFields, map[string]any{"Vendor Ticket": "4711"})
//	ticket, err = tickets.Patch(ctx, ticket.ID, op)
//
// The op sends all of the record's fields, the others with the values they
// have: the documentation wants the whole array, some servers keep what is
// left out, and contacts demand the required ones. A record that was read with
// [ListOptions.Fields] and without customFields cannot be used for it;
// Set("customFields/Vendor Ticket", "4711") needs no record.
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
			continue // holds no value
		case !given:
			value = f.Value
		}
		list = append(list, map[string]any{"id": f.ID, "value": value})
	}
	return Set("customFields", list), nil
}

// captions lists what fields are called, for the text of errors.
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

// withFields turns ops on single custom fields into one that a server takes:
// it reads what fields the record has, or, for a new one, what fields the
// tenant has.
func (s *core) withFields(ctx context.Context, r request, id int64, ops []Op) ([]Op, error) {
	values := map[string]any{}
	var rest []Op
	for _, op := range ops {
		if caption := op.customField(); caption != "" {
			values[caption] = op.value // nil where the field is cleared
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

// customField returns the caption or id of the one custom field that an op
// changes, "" for all other ops, those on an element of the array included.
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

// definedFields reads which custom fields of the tenant have a caption or id
// that is given. Of several with the same caption those count that are shown
// with records of this kind.
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

// shownOn reports whether a screen shows the collection's records.
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
