package connectwise

import (
	"fmt"
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

// FindCustomField returns the first field with the caption, compared without
// regard to case and spaces around it.
func FindCustomField(fields []CustomField, caption string) (CustomField, bool) {
	if named := withCaption(fields, caption); len(named) > 0 {
		return named[0], true
	}
	return CustomField{}, false
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
// left out, and contacts demand the required ones.
func SetCustomFields(fields []CustomField, values map[string]any) (Op, error) {
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
				return Op{}, fmt.Errorf("connectwise: the record has no custom field %q", key)
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
