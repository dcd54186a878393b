package connectwise

// ServiceTeam is a team of any board, service/teams. It does not name its board
// or its members; Boards.Teams does.
type ServiceTeam struct {
	ID               int64  `json:"id,omitzero" cw:"readonly"`
	Name             string `json:"name,omitzero"`
	Leader           Ref    `json:"leader,omitzero"`
	Location         Ref    `json:"location,omitzero"`
	Department       Ref    `json:"department,omitzero"`
	DeleteNotifyFlag bool   `json:"deleteNotifyFlag,omitzero"`
	Info             Info   `json:"_info,omitzero" cw:"readonly"`
}
