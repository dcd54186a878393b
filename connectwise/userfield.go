package connectwise

// UserDefinedField defines a custom field, system/userDefinedFields.
type UserDefinedField struct {
	ID                     int64                    `json:"id,omitzero" cw:"readonly"`
	PodID                  int64                    `json:"podId,omitzero"`
	Caption                string                   `json:"caption,omitzero" cw:"max=25"` // required
	SequenceNumber         int64                    `json:"sequenceNumber,omitzero"`
	ScreenID               string                   `json:"screenId,omitzero" cw:"max=25"` // the screen that shows it, which tells the kind of record
	HelpText               string                   `json:"helpText,omitzero" cw:"max=1000"`
	FieldTypeIdentifier    string                   `json:"fieldTypeIdentifier,omitzero"` // one of TextArea, Button, Currency, Date, Hyperlink, IPAddress, Checkbox, Number, Percent, Text, Password
	NumberDecimals         int64                    `json:"numberDecimals,omitzero"`
	EntryTypeIdentifier    string                   `json:"entryTypeIdentifier,omitzero"` // one of Date, EntryField, List, Option
	RequiredFlag           bool                     `json:"requiredFlag,omitzero"`
	DisplayOnScreenFlag    bool                     `json:"displayOnScreenFlag,omitzero"`
	ReadOnlyFlag           bool                     `json:"readOnlyFlag,omitzero"`
	ListViewFlag           bool                     `json:"listViewFlag,omitzero"`
	ButtonURL              string                   `json:"buttonUrl,omitzero" cw:"max=1000"`
	Options                []UserDefinedFieldOption `json:"options,omitzero"`
	BusinessUnitIDs        []int64                  `json:"businessUnitIds,omitzero"`
	LocationIDs            []int64                  `json:"locationIds,omitzero"`
	AddAllBusinessUnits    bool                     `json:"addAllBusinessUnits,omitzero"`
	RemoveAllBusinessUnits bool                     `json:"removeAllBusinessUnits,omitzero"`
	AddAllLocations        bool                     `json:"addAllLocations,omitzero"`
	RemoveAllLocations     bool                     `json:"removeAllLocations,omitzero"`
	ConnectWiseID          string                   `json:"connectWiseID,omitzero"`
	DateCreated            Time                     `json:"dateCreated,omitzero"`
	Info                   Info                     `json:"_info,omitzero" cw:"readonly"`
}

// UserDefinedFieldOption is one of the possible values of a custom field with
// entry method List or Option.
type UserDefinedFieldOption struct {
	ID           int64  `json:"id,omitzero"`
	OptionValue  string `json:"optionValue,omitzero"`
	DefaultFlag  bool   `json:"defaultFlag,omitzero"`
	InactiveFlag bool   `json:"inactiveFlag,omitzero"`
	SortOrder    int64  `json:"sortOrder,omitzero"`
}
