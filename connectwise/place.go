package connectwise

// Location is a location of the business itself, system/locations.
type Location struct {
	ID                   int64   `json:"id,omitzero" cw:"readonly"`
	OwnerLevelID         int64   `json:"ownerLevelId,omitzero"`
	StructureLevel       Ref     `json:"structureLevel,omitzero"`
	Name                 string  `json:"name,omitzero" cw:"max=50"`
	Manager              Ref     `json:"manager,omitzero"`
	ReportsTo            Ref     `json:"reportsTo,omitzero"`
	SalesRep             string  `json:"salesRep,omitzero" cw:"max=50"`
	TimeZoneSetup        Ref     `json:"timeZoneSetup,omitzero"`
	Calendar             Ref     `json:"calendar,omitzero"`
	OverrideAddressLine1 string  `json:"overrideAddressLine1,omitzero" cw:"max=50"`
	OverrideAddressLine2 string  `json:"overrideAddressLine2,omitzero" cw:"max=50"`
	OverrideCity         string  `json:"overrideCity,omitzero" cw:"max=50"`
	OverrideState        string  `json:"overrideState,omitzero" cw:"max=50"`
	OverrideZip          string  `json:"overrideZip,omitzero" cw:"max=12"`
	OverrideCountry      Ref     `json:"overrideCountry,omitzero"`
	OverridePhoneNumber  string  `json:"overridePhoneNumber,omitzero" cw:"max=15"`
	OverrideFaxNumber    string  `json:"overrideFaxNumber,omitzero" cw:"max=15"`
	OWAURL               string  `json:"owaUrl,omitzero" cw:"max=100"`
	PayrollXref          string  `json:"payrollXref,omitzero" cw:"max=10"`
	LocationFlag         bool    `json:"locationFlag,omitzero"`
	ClientFlag           bool    `json:"clientFlag,omitzero"`
	WorkRoleIDs          []int64 `json:"workRoleIds,omitzero"`
	DepartmentIDs        []int64 `json:"departmentIds,omitzero"`
	Info                 Info    `json:"_info,omitzero" cw:"readonly"`
}

// Department is a department of the business itself, system/departments.
type Department struct {
	ID         int64  `json:"id,omitzero" cw:"readonly"`
	Identifier string `json:"identifier,omitzero" cw:"max=15"`
	Name       string `json:"name,omitzero" cw:"max=50"`
	Info       Info   `json:"_info,omitzero" cw:"readonly"`
}
