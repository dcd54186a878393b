package connectwise

// TicketChangeLog is one entry of the journal of changed tickets that the
// server keeps for integrations, service/tickets/changelogs. Action says what
// happened; the rest is the ticket as it was then.
type TicketChangeLog struct {
	ID                   int64  `json:"id,omitzero" cw:"readonly"`
	PartnerID            string `json:"partnerId,omitzero"`
	ProductInstanceID    string `json:"productInstanceId,omitzero"`
	Action               string `json:"action,omitzero"`
	BoardID              int64  `json:"boardId,omitzero"`
	BoardName            string `json:"boardName,omitzero"`
	CompanyIdentifier    int64  `json:"companyIdentifier,omitzero"`
	CompanyName          string `json:"companyName,omitzero"`
	ContactID            int64  `json:"contactId,omitzero"`
	ContactName          string `json:"contactName,omitzero"`
	Impact               string `json:"impact,omitzero"`
	OwnerIdentifier      int64  `json:"ownerIdentifier,omitzero"`
	PriorityID           int64  `json:"priorityId,omitzero"`
	PriorityLevel        string `json:"priorityLevel,omitzero"`
	PriorityName         string `json:"priorityName,omitzero"`
	PrioritySort         int64  `json:"prioritySort,omitzero"`
	ResourceList         string `json:"resourceList,omitzero"`
	Severity             string `json:"severity,omitzero"`
	SLAName              string `json:"slaName,omitzero"`
	SLAStatus            string `json:"slaStatus,omitzero"`
	Status               string `json:"status,omitzero"`
	Summary              string `json:"summary,omitzero"`
	TeamName             string `json:"teamName,omitzero"`
	TicketNumber         int64  `json:"ticketNumber,omitzero"`
	RecordType           string `json:"recordType,omitzero"`
	TicketOwner          string `json:"ticketOwner,omitzero"`
	ClosedFlag           bool   `json:"closedFlag,omitzero"`
	CustomerUpdatedFlag  bool   `json:"customerUpdatedFlag,omitzero"`
	ProcessingStatus     string `json:"processingStatus,omitzero"`
	ParentTicketID       int64  `json:"parentTicketId,omitzero"`
	MergedParentTicketID int64  `json:"mergedParentTicketId,omitzero"`
	Info                 Info   `json:"_info,omitzero" cw:"readonly"`
}
