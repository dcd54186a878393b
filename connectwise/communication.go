package connectwise

// CommunicationItem is an e-mail address or number in a [Contact]. Change it
// through Contacts.Communications; changing it through Replace is unreliable.
type CommunicationItem struct {
	ID                int64  `json:"id,omitzero" cw:"readonly"`
	Type              Ref    `json:"type,omitzero"`
	Value             string `json:"value,omitzero"`
	Extension         string `json:"extension,omitzero"`
	DefaultFlag       bool   `json:"defaultFlag,omitzero"`
	Domain            string `json:"domain,omitzero"`
	CommunicationType string `json:"communicationType,omitzero"` // one of Email, Fax, Phone
}

// ContactCommunication is an e-mail address or number of a contact,
// company/contacts/{id}/communications. Each kind has one default: making an
// item the default unsets the former default.
type ContactCommunication struct {
	ID                int64  `json:"id,omitzero" cw:"readonly"`
	ContactID         int64  `json:"contactId,omitzero"`
	Type              Ref    `json:"type,omitzero"`
	Value             string `json:"value,omitzero" cw:"max=250"`
	Extension         string `json:"extension,omitzero" cw:"max=15"`
	DefaultFlag       bool   `json:"defaultFlag,omitzero"`
	MobileGUID        string `json:"mobileGuid,omitzero"`
	CommunicationType string `json:"communicationType,omitzero"` // one of Email, Fax, Phone
	Domain            string `json:"domain,omitzero"`
	Info              Info   `json:"_info,omitzero" cw:"readonly"`
}
