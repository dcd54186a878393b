package connectwise

// Severity is one of the fixed rows Low, Medium and High, service/severities.
// Tickets hold the name. Rows can be changed but not added or deleted.
type Severity struct {
	ID          int64  `json:"id,omitzero" cw:"readonly"`
	Name        string `json:"name,omitzero"`
	Description string `json:"description,omitzero" cw:"max=200"` // required
	DefaultFlag bool   `json:"defaultFlag,omitzero"`
	Info        Info   `json:"_info,omitzero" cw:"readonly"`
}

// Impact is one of the fixed rows Low, Medium and High, service/impacts.
// Tickets hold the name. Rows can be changed but not added or deleted.
type Impact Severity

// Source is where a ticket comes from, such as e-mail or phone,
// service/sources.
type Source struct {
	ID            int64  `json:"id,omitzero" cw:"readonly"`
	Name          string `json:"name,omitzero" cw:"max=50"`
	DefaultFlag   bool   `json:"defaultFlag,omitzero"`
	EnteredBy     string `json:"enteredBy,omitzero" cw:"readonly"`
	DateEntered   Time   `json:"dateEntered,omitzero" cw:"readonly"`
	Info          Info   `json:"_info,omitzero" cw:"readonly"`
	ConnectWiseID string `json:"connectWiseId,omitzero" cw:"readonly"`
}
