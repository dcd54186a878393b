package connectwise

import (
	"fmt"
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

// FindCustomField returns the field with the caption, compared without regard
// to case and spaces around it.
func FindCustomField(fields []CustomField, caption string) (CustomField, bool) {
	for _, f := range fields {
		if strings.EqualFold(strings.TrimSpace(f.Caption), strings.TrimSpace(caption)) {
			return f, true
		}
	}
	return CustomField{}, false
}

// Text returns the value as text: "" when there is none, "true" or "5" for
// what is no text.
func (f CustomField) Text() string {
	if f.Value == nil {
		return ""
	}
	return fmt.Sprint(f.Value)
}

// SetCustomFields returns the op that gives custom fields of a record new
// values; nil clears one. Keys are captions or decimal ids; fields are the
// customFields of the record as it was read, which say what the ids are:
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
		f, ok := FindCustomField(fields, key)
		for _, candidate := range fields {
			if !ok && itoa(candidate.ID) == key {
				f, ok = candidate, true
			}
		}
		if !ok {
			return Op{}, fmt.Errorf("connectwise: the record has no custom field %q", key)
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
