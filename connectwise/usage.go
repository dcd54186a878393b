package connectwise

// Usage says where a setup record is used, which keeps it from being deleted.
type Usage struct {
	Type        string `json:"type,omitzero"`
	Count       int64  `json:"count,omitzero"`
	ID          int64  `json:"id,omitzero" cw:"readonly"`
	Description string `json:"description,omitzero"`
	Hyperlink   string `json:"hyperlink,omitzero"`
	TypeKey     string `json:"typeKey,omitzero"`
}
