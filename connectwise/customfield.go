package connectwise

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
