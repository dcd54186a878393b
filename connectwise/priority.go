package connectwise

// Priority is a ticket priority, service/priorities.
type Priority struct {
	ID               int64  `json:"id,omitzero" cw:"readonly"`
	Name             string `json:"name,omitzero" cw:"max=50"`
	Color            string `json:"color,omitzero"` // one of Black, Blue, Cyan, Gray, Green, Lime, Orange, Pink, Purple, Red, White, Yellow, Custom
	SortOrder        int64  `json:"sortOrder,omitzero"`
	DefaultFlag      bool   `json:"defaultFlag,omitzero"`
	ImageLink        string `json:"imageLink,omitzero" cw:"readonly"`
	UrgencySortOrder string `json:"urgencySortOrder,omitzero" cw:"readonly"`
	Level            string `json:"level,omitzero"` // one of Critical, High, Medium, Low
	Info             Info   `json:"_info,omitzero" cw:"readonly"`
	ConnectWiseID    string `json:"connectWiseId,omitzero" cw:"readonly"`
}
