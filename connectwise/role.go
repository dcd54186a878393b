package connectwise

// SecurityRole is what members may do, system/securityroles. Its settings are
// only read.
type SecurityRole struct {
	ID           int64  `json:"id,omitzero" cw:"readonly"`
	Name         string `json:"name,omitzero" cw:"max=30"`
	RoleType     string `json:"roleType,omitzero" cw:"max=30"`
	AdminFlag    bool   `json:"adminFlag,omitzero"`
	InactiveFlag bool   `json:"inactiveFlag,omitzero"`
	Info         Info   `json:"_info,omitzero" cw:"readonly"`
}
