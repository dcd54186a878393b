package connectwise

// TicketNote is a note on a ticket, service/tickets/{id}/notes.
type TicketNote struct {
	ID                    int64  `json:"id,omitzero" cw:"readonly"`
	TicketID              int64  `json:"ticketId,omitzero" cw:"readonly"`
	Text                  string `json:"text,omitzero"`
	DetailDescriptionFlag bool   `json:"detailDescriptionFlag,omitzero"` // shown in the discussion; the customer may see it
	InternalAnalysisFlag  bool   `json:"internalAnalysisFlag,omitzero"`  // shown to the staff only
	ResolutionFlag        bool   `json:"resolutionFlag,omitzero"`        // shown as the resolution
	IssueFlag             bool   `json:"issueFlag,omitzero"`
	Member                Ref    `json:"member,omitzero"`
	Contact               Ref    `json:"contact,omitzero"`
	CustomerUpdatedFlag   bool   `json:"customerUpdatedFlag,omitzero"`
	ProcessNotifications  bool   `json:"processNotifications,omitzero"` // the server sends e-mail only if this is true
	DateCreated           Time   `json:"dateCreated,omitzero" cw:"readonly"`
	CreatedBy             string `json:"createdBy,omitzero" cw:"readonly"`
	InternalFlag          bool   `json:"internalFlag,omitzero"`
	ExternalFlag          bool   `json:"externalFlag,omitzero"` // visible in the portal
	SentimentScore        Number `json:"sentimentScore,omitzero" cw:"readonly"`
	Info                  Info   `json:"_info,omitzero" cw:"readonly"`
}

// checkNote checks that a note has a place where it is shown. Servers require
// one, but their error does not name a field.
func checkNote(_ writing, note map[string]any) []FieldError {
	if note["detailDescriptionFlag"] == true || note["internalAnalysisFlag"] == true || note["resolutionFlag"] == true {
		return nil
	}
	return []FieldError{{
		Code:     "MissingRequiredField",
		Field:    "detailDescriptionFlag",
		Resource: "serviceNote",
		Message:  "at least one of detailDescriptionFlag, internalAnalysisFlag and resolutionFlag must be true",
	}}
}
