package connectwise

// Permission says what a security role may do with one function of the product,
// system/mySecurity. Each level is None, My (own records only) or All.
type Permission struct {
	ID                        int64  `json:"id,omitzero" cw:"readonly"`
	AddLevel                  string `json:"addLevel,omitzero"`     // one of None, My, All
	EditLevel                 string `json:"editLevel,omitzero"`    // one of None, My, All
	DeleteLevel               string `json:"deleteLevel,omitzero"`  // one of None, My, All
	InquireLevel              string `json:"inquireLevel,omitzero"` // one of None, My, All
	ModuleFunctionName        string `json:"moduleFunctionName,omitzero"`
	ModuleFunctionDescription string `json:"moduleFunctionDescription,omitzero"`
	MyAllFlag                 bool   `json:"myAllFlag,omitzero"`
	ModuleFunctionIdentifier  string `json:"moduleFunctionIdentifier,omitzero"`
	ReportFlag                bool   `json:"reportFlag,omitzero"`
	RestrictFlag              bool   `json:"restrictFlag,omitzero"`
	CustomFlag                bool   `json:"customFlag,omitzero"`
	ModuleDescription         string `json:"moduleDescription,omitzero"`
	ModuleIdentifier          string `json:"moduleIdentifier,omitzero"`
	ModuleName                string `json:"moduleName,omitzero"`
	SortOrder                 int64  `json:"sortOrder,omitzero"`
	Info                      Info   `json:"_info,omitzero" cw:"readonly"`
}
