package connectwise

// CompanyTypeAssociation gives a company a type,
// company/companies/{id}/typeAssociations. Type and Company are required.
type CompanyTypeAssociation struct {
	ID      int64 `json:"id,omitzero" cw:"readonly"`
	Type    Ref   `json:"type,omitzero"`
	Company Ref   `json:"company,omitzero"`
	Info    Info  `json:"_info,omitzero" cw:"readonly"`
}

// CompanyNote is a note on a company, company/companies/{id}/notes.
type CompanyNote struct {
	ID        int64  `json:"id,omitzero" cw:"readonly"`
	Text      string `json:"text,omitzero"`
	Type      Ref    `json:"type,omitzero"`
	Flagged   bool   `json:"flagged,omitzero"`
	EnteredBy string `json:"enteredBy,omitzero"`
	Company   Ref    `json:"company,omitzero"`
	Info      Info   `json:"_info,omitzero" cw:"readonly"`
}
