package connectwise

// Callback is a subscription to changes: the server posts them to URL,
// system/callbacks.
type Callback struct {
	ID                   int64  `json:"id,omitzero" cw:"readonly"`
	Description          string `json:"description,omitzero" cw:"max=100"`
	URL                  string `json:"url,omitzero"`                    // required; absolute. End it with ?recordId= so that the record id lands there
	ObjectID             int64  `json:"objectId,omitzero"`               // id of the record the level names; 1 for level owner
	Type                 string `json:"type,omitzero"`                   // such as ticket
	Level                string `json:"level,omitzero"`                  // owner for all records; docs/facts/cwm-api.md has those of each type
	MemberID             int64  `json:"memberId,omitzero" cw:"readonly"` // the member that made it
	PayloadVersion       string `json:"payloadVersion,omitzero"`
	InactiveFlag         bool   `json:"inactiveFlag,omitzero"` // set by the server after three days of failed deliveries
	IsSOAPCallbackFlag   bool   `json:"isSoapCallbackFlag,omitzero" cw:"readonly"`
	IsSelfSuppressedFlag bool   `json:"isSelfSuppressedFlag,omitzero"` // no callback for changes made by the same member
	ConnectWiseID        string `json:"connectWiseID,omitzero" cw:"readonly"`
	Info                 Info   `json:"_info,omitzero" cw:"readonly"`
}
