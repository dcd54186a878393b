package connectwise

// Info is the member "_info" of a record: who entered and last changed the
// record, and when. It is never sent. A list with Fields has it only if the
// fields include "_info". Conditions cannot use it; use lastUpdated and
// dateEntered instead.
//
// The member also has links to related records. Info leaves them out, because
// they point to the host of the user interface and contain unescaped spaces, so
// they do not work.
type Info struct {
	LastUpdated Time   `json:"lastUpdated,omitzero"`
	UpdatedBy   string `json:"updatedBy,omitzero"`   // member identifier; may end in spaces
	DateEntered Time   `json:"dateEntered,omitzero"` // tickets and companies
	EnteredBy   string `json:"enteredBy,omitzero"`   // member identifier; may end in spaces
}
