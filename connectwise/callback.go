package connectwise

// Callback is a subscription to changes, which the server posts to URL,
// system/callbacks.
type Callback struct {
	ID                   int64  `json:"id,omitzero" cw:"readonly"`
	Description          string `json:"description,omitzero" cw:"max=100"`
	URL                  string `json:"url,omitzero"`                    // required; absolute. If it ends with ?recordId=, the server appends the record id
	ObjectID             int64  `json:"objectId,omitzero"`               // id of the record that the level names; 1 for level owner
	Type                 string `json:"type,omitzero"`                   // such as ticket
	Level                string `json:"level,omitzero"`                  // owner for all records; docs/facts/cwm-api.md lists those of each type
	MemberID             int64  `json:"memberId,omitzero" cw:"readonly"` // the member that created it
	PayloadVersion       string `json:"payloadVersion,omitzero"`
	InactiveFlag         bool   `json:"inactiveFlag,omitzero"` // set by the server after three days of failed deliveries
	IsSOAPCallbackFlag   bool   `json:"isSoapCallbackFlag,omitzero" cw:"readonly"`
	IsSelfSuppressedFlag bool   `json:"isSelfSuppressedFlag,omitzero"` // no callback for changes made by the same member
	ConnectWiseID        string `json:"connectWiseID,omitzero" cw:"readonly"`
	Info                 Info   `json:"_info,omitzero" cw:"readonly"`
}
