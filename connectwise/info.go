package connectwise

// Info is what the server notes about a record in its "_info" member: who
// entered and last changed it, and when. It is never sent. A list that asks
// for Fields gets it only when it asks for "_info" too, and it cannot be
// filtered by; conditions use lastUpdated and dateEntered instead.
//
// The member also carries links to related records. They are left out on
// purpose: they name the host of the user interface and hold unescaped
// spaces, so following them fails.
type Info struct {
	LastUpdated Time   `json:"lastUpdated,omitzero"`
	UpdatedBy   string `json:"updatedBy,omitzero"`   // member identifier; may end in spaces
	DateEntered Time   `json:"dateEntered,omitzero"` // tickets and companies
	EnteredBy   string `json:"enteredBy,omitzero"`   // member identifier; may end in spaces
}
