package connectwise

// Document is a file or link attached to a record, system/documents.
type Document struct {
	ID               int64  `json:"id,omitzero" cw:"readonly"`
	Title            string `json:"title,omitzero"`
	FileName         string `json:"fileName,omitzero"`
	ServerFileName   string `json:"serverFileName,omitzero" cw:"readonly"`
	Owner            string `json:"owner,omitzero" cw:"readonly"`
	LinkFlag         bool   `json:"linkFlag,omitzero"`
	ImageFlag        bool   `json:"imageFlag,omitzero"`
	PublicFlag       bool   `json:"publicFlag,omitzero"` // visible in the portal
	HTMLTemplateFlag bool   `json:"htmlTemplateFlag,omitzero"`
	ReadOnlyFlag     bool   `json:"readOnlyFlag,omitzero"`
	Size             int64  `json:"size,omitzero" cw:"readonly"` // bytes
	URLFlag          bool   `json:"urlFlag,omitzero"`
	CreatedOnDate    Time   `json:"createdOnDate,omitzero" cw:"readonly"`
	DocumentType     Ref    `json:"documentType,omitzero"`
	GUID             string `json:"guid,omitzero" cw:"readonly"`
	Info             Info   `json:"_info,omitzero" cw:"readonly"`
}
