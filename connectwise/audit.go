package connectwise

// AuditTrailEntry is a change of a record in words, system/audittrail.
type AuditTrailEntry struct {
	Text         string `json:"text,omitzero"`
	EnteredDate  Time   `json:"enteredDate,omitzero"`
	EnteredBy    string `json:"enteredBy,omitzero"`
	AuditType    string `json:"auditType,omitzero"`
	AuditSubType string `json:"auditSubType,omitzero"`
	AuditSource  string `json:"auditSource,omitzero"`
}
