package connectwise

// CommunicationItem is a mail address or number within a [Contact]. Change it
// through Contacts.Communications; servers are unreliable about it in
// Replace.
type CommunicationItem struct {
	ID                int64  `json:"id,omitzero" cw:"readonly"`
	Type              Ref    `json:"type,omitzero"`
	Value             string `json:"value,omitzero"`
	Extension         string `json:"extension,omitzero"`
	DefaultFlag       bool   `json:"defaultFlag,omitzero"`
	Domain            string `json:"domain,omitzero"`
	CommunicationType string `json:"communicationType,omitzero"` // one of Email, Fax, Phone
}

// ContactCommunication is a mail address or number of a contact,
// company/contacts/{id}/communications. Each kind has one default: making one
// the default ends the other.
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
