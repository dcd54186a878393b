package connectwise

// BoardAssociation is a combination of type, subtype and item that a board
// allows, service/boards/{id}/typeSubTypeItemAssociations. It is read-only.
type BoardAssociation struct {
	ID      int64 `json:"id,omitzero" cw:"readonly"`
	Type    Ref   `json:"type,omitzero"`
	SubType Ref   `json:"subType,omitzero"`
	Item    Ref   `json:"item,omitzero"`
	Board   Ref   `json:"board,omitzero"`
	Info    Info  `json:"_info,omitzero" cw:"readonly"`
}
