package connectwise

// TicketTask is a task on a ticket, service/tickets/{id}/tasks.
type TicketTask struct {
	ID                  int64  `json:"id,omitzero" cw:"readonly"`
	TicketID            int64  `json:"ticketId,omitzero"`
	Notes               string `json:"notes,omitzero"`
	ClosedFlag          bool   `json:"closedFlag,omitzero"`
	Priority            int64  `json:"priority,omitzero"`
	Schedule            Ref    `json:"schedule,omitzero"`
	Code                Ref    `json:"code,omitzero"`
	Member              Ref    `json:"member,omitzero"`
	Resolution          string `json:"resolution,omitzero"`
	Summary             string `json:"summary,omitzero"`
	ChildScheduleAction string `json:"childScheduleAction,omitzero"` // one of Transfer, Delete, Done
	ChildTicketID       int64  `json:"childTicketId,omitzero"`
	Info                Info   `json:"_info,omitzero" cw:"readonly"`
}
