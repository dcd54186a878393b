package connectwise

// Board is a service board, service/boards. Name, Location and Department
// are required.
type Board struct {
	ID                                        int64  `json:"id,omitzero" cw:"readonly"`
	Name                                      string `json:"name,omitzero" cw:"max=50"`
	Location                                  Ref    `json:"location,omitzero"`
	Department                                Ref    `json:"department,omitzero"`
	InactiveFlag                              bool   `json:"inactiveFlag,omitzero"`
	SignOffTemplate                           Ref    `json:"signOffTemplate,omitzero"`
	SendToContactFlag                         bool   `json:"sendToContactFlag,omitzero"`
	ContactTemplate                           Ref    `json:"contactTemplate,omitzero"`
	SendToResourceFlag                        bool   `json:"sendToResourceFlag,omitzero"`
	ResourceTemplate                          Ref    `json:"resourceTemplate,omitzero"`
	ProjectFlag                               bool   `json:"projectFlag,omitzero"`
	ShowDependenciesFlag                      bool   `json:"showDependenciesFlag,omitzero"`
	ShowEstimatesFlag                         bool   `json:"showEstimatesFlag,omitzero"`
	BoardIcon                                 Ref    `json:"boardIcon,omitzero"`
	BillTicketsAfterClosedFlag                bool   `json:"billTicketsAfterClosedFlag,omitzero"`
	BillTicketSeparatelyFlag                  bool   `json:"billTicketSeparatelyFlag,omitzero"`
	BillUnapprovedTimeExpenseFlag             bool   `json:"billUnapprovedTimeExpenseFlag,omitzero"`
	OverrideBillingSetupFlag                  bool   `json:"overrideBillingSetupFlag,omitzero"`
	DispatchMember                            Ref    `json:"dispatchMember,omitzero"`
	ServiceManagerMember                      Ref    `json:"serviceManagerMember,omitzero"`
	DutyManagerMember                         Ref    `json:"dutyManagerMember,omitzero"`
	OncallMember                              Ref    `json:"oncallMember,omitzero"`
	WorkRole                                  Ref    `json:"workRole,omitzero"`
	WorkType                                  Ref    `json:"workType,omitzero"`
	BillTime                                  string `json:"billTime,omitzero"`    // one of Billable, DoNotBill, NoCharge, NoDefault
	BillExpense                               string `json:"billExpense,omitzero"` // one of Billable, DoNotBill, NoCharge, NoDefault
	BillProduct                               string `json:"billProduct,omitzero"` // one of Billable, DoNotBill, NoCharge, NoDefault
	AutoCloseStatus                           Ref    `json:"autoCloseStatus,omitzero"`
	AutoAssignNewTicketsFlag                  bool   `json:"autoAssignNewTicketsFlag,omitzero"`
	AutoAssignNewECTicketsFlag                bool   `json:"autoAssignNewECTicketsFlag,omitzero"`
	AutoAssignNewPortalTicketsFlag            bool   `json:"autoAssignNewPortalTicketsFlag,omitzero"`
	DiscussionsLockedFlag                     bool   `json:"discussionsLockedFlag,omitzero"`
	TimeEntryLockedFlag                       bool   `json:"timeEntryLockedFlag,omitzero"`
	NotifyEmailFrom                           string `json:"notifyEmailFrom,omitzero" cw:"max=50"`
	NotifyEmailFromName                       string `json:"notifyEmailFromName,omitzero" cw:"max=60"`
	ClosedLoopDiscussionsFlag                 bool   `json:"closedLoopDiscussionsFlag,omitzero"`
	ClosedLoopResolutionFlag                  bool   `json:"closedLoopResolutionFlag,omitzero"`
	ClosedLoopInternalAnalysisFlag            bool   `json:"closedLoopInternalAnalysisFlag,omitzero"`
	TimeEntryDiscussionFlag                   bool   `json:"timeEntryDiscussionFlag,omitzero"`
	TimeEntryResolutionFlag                   bool   `json:"timeEntryResolutionFlag,omitzero"`
	TimeEntryInternalAnalysisFlag             bool   `json:"timeEntryInternalAnalysisFlag,omitzero"`
	ProblemSort                               string `json:"problemSort,omitzero"`          // one of Ascending, Descending
	ResolutionSort                            string `json:"resolutionSort,omitzero"`       // one of Ascending, Descending
	InternalAnalysisSort                      string `json:"internalAnalysisSort,omitzero"` // one of Ascending, Descending
	EmailConnectorAllowReopenClosedFlag       bool   `json:"emailConnectorAllowReopenClosedFlag,omitzero"`
	EmailConnectorReopenStatus                Ref    `json:"emailConnectorReopenStatus,omitzero"`
	EmailConnectorReopenResourcesFlag         bool   `json:"emailConnectorReopenResourcesFlag,omitzero"`
	EmailConnectorNewTicketNoMatchFlag        bool   `json:"emailConnectorNewTicketNoMatchFlag,omitzero"`
	EmailConnectorNeverReopenByDaysFlag       bool   `json:"emailConnectorNeverReopenByDaysFlag,omitzero"`
	EmailConnectorReopenDaysLimit             int64  `json:"emailConnectorReopenDaysLimit,omitzero"`
	EmailConnectorNeverReopenByDaysClosedFlag bool   `json:"emailConnectorNeverReopenByDaysClosedFlag,omitzero"`
	EmailConnectorReopenDaysClosedLimit       int64  `json:"emailConnectorReopenDaysClosedLimit,omitzero"`
	UseMemberDisplayNameFlag                  bool   `json:"useMemberDisplayNameFlag,omitzero"`
	SendToCCFlag                              bool   `json:"sendToCCFlag,omitzero"`
	AutoAssignTicketOwnerFlag                 bool   `json:"autoAssignTicketOwnerFlag,omitzero"`
	AutoAssignLimitFlag                       bool   `json:"autoAssignLimitFlag,omitzero"`
	AutoAssignLimitAmount                     int64  `json:"autoAssignLimitAmount,omitzero"`
	ClosedLoopAllFlag                         bool   `json:"closedLoopAllFlag,omitzero"`
	PercentageCalculation                     string `json:"percentageCalculation,omitzero"` // one of ActualHours, Manual, ClosedPhases, ClosedTickets
	AllSort                                   string `json:"allSort,omitzero"`               // one of Ascending, Descending
	MarkFirstNoteIssueFlag                    bool   `json:"markFirstNoteIssueFlag,omitzero"`
	RestrictBoardByDefaultFlag                bool   `json:"restrictBoardByDefaultFlag,omitzero"`
	SendToBundledFlag                         bool   `json:"sendToBundledFlag,omitzero"`
	Info                                      Info   `json:"_info,omitzero" cw:"readonly"`
	ConnectWiseID                             string `json:"connectWiseId,omitzero" cw:"readonly"`
}

// BoardStatus is a status of a board, service/boards/{id}/statuses. Names
// are unique within a board; other boards have statuses of the same name with
// other ids.
type BoardStatus struct {
	ID                        int64  `json:"id,omitzero" cw:"readonly"`
	Name                      string `json:"name,omitzero" cw:"max=50"`
	Board                     Ref    `json:"board,omitzero" cw:"readonly"`
	SortOrder                 int64  `json:"sortOrder,omitzero"`
	DisplayOnBoard            bool   `json:"displayOnBoard,omitzero"`
	Inactive                  bool   `json:"inactive,omitzero"`            // boards, types and items name this member inactiveFlag
	ClosedStatus              bool   `json:"closedStatus,omitzero"`        // tickets in this status have closedFlag true
	TimeEntryNotAllowed       bool   `json:"timeEntryNotAllowed,omitzero"` // no time can be entered in this status
	RoundRobinCatchall        bool   `json:"roundRobinCatchall,omitzero"`
	DefaultFlag               bool   `json:"defaultFlag,omitzero"`      // status of tickets that are created without one
	EscalationStatus          string `json:"escalationStatus,omitzero"` // stage in the service level agreement; one of NotResponded, Responded, ResolutionPlan, Resolved, NoEscalation
	CustomerPortalDescription string `json:"customerPortalDescription,omitzero" cw:"max=500"`
	CustomerPortalFlag        bool   `json:"customerPortalFlag,omitzero"`
	EmailTemplate             Ref    `json:"emailTemplate,omitzero"`
	StatusIndicator           Ref    `json:"statusIndicator,omitzero"`
	CustomStatusIndicatorName string `json:"customStatusIndicatorName,omitzero" cw:"max=30"`
	Info                      Info   `json:"_info,omitzero" cw:"readonly"`
	SaveTimeAsNote            bool   `json:"saveTimeAsNote,omitzero"`
	ConnectWiseID             string `json:"connectWiseId,omitzero" cw:"readonly"`
	ParentConnectWiseID       string `json:"parentConnectWiseId,omitzero" cw:"readonly"`
	ParentID                  int64  `json:"parentId,omitzero" cw:"readonly"`
	GrandParentID             int64  `json:"grandParentId,omitzero" cw:"readonly"`
	GrandParentConnectWiseID  string `json:"grandParentConnectWiseId,omitzero" cw:"readonly"`
}

// BoardType is a ticket type of a board, service/boards/{id}/types.
type BoardType struct {
	ID                       int64  `json:"id,omitzero" cw:"readonly"`
	Name                     string `json:"name,omitzero" cw:"max=50"`
	Category                 string `json:"category,omitzero"` // one of Reactive, Proactive
	DefaultFlag              bool   `json:"defaultFlag,omitzero"`
	InactiveFlag             bool   `json:"inactiveFlag,omitzero"`
	RequestForChangeFlag     bool   `json:"requestForChangeFlag,omitzero"`
	IntegrationXref          string `json:"integrationXref,omitzero" cw:"max=50"`
	SkillCategory            Ref    `json:"skillCategory,omitzero"`
	Skill                    Ref    `json:"skill,omitzero"`
	Board                    Ref    `json:"board,omitzero"`
	Location                 Ref    `json:"location,omitzero"`
	Department               Ref    `json:"department,omitzero"`
	Info                     Info   `json:"_info,omitzero" cw:"readonly"`
	ConnectWiseID            string `json:"connectWiseId,omitzero"`
	ParentConnectWiseID      string `json:"parentConnectWiseId,omitzero"`
	ParentID                 int64  `json:"parentId,omitzero"`
	GrandParentID            int64  `json:"grandParentId,omitzero"`
	GrandParentConnectWiseID string `json:"grandParentConnectWiseId,omitzero"`
}

// BoardSubType is a ticket subtype of a board, service/boards/{id}/subtypes.
type BoardSubType struct {
	ID                       int64   `json:"id,omitzero" cw:"readonly"`
	Name                     string  `json:"name,omitzero" cw:"max=50"`
	InactiveFlag             bool    `json:"inactiveFlag,omitzero"`
	TypeAssociationIDs       []int64 `json:"typeAssociationIds,omitzero"`
	AddAllTypesFlag          bool    `json:"addAllTypesFlag,omitzero"`
	RemoveAllTypesFlag       bool    `json:"removeAllTypesFlag,omitzero"`
	Board                    Ref     `json:"board,omitzero"`
	Info                     Info    `json:"_info,omitzero" cw:"readonly"`
	ConnectWiseID            string  `json:"connectWiseId,omitzero"`
	ParentConnectWiseID      string  `json:"parentConnectWiseId,omitzero"`
	ParentID                 int64   `json:"parentId,omitzero"`
	GrandParentID            int64   `json:"grandParentId,omitzero"`
	GrandParentConnectWiseID string  `json:"grandParentConnectWiseId,omitzero"`
}

// BoardItem is a ticket item of a board, service/boards/{id}/items.
type BoardItem struct {
	ID                       int64  `json:"id,omitzero" cw:"readonly"`
	Name                     string `json:"name,omitzero" cw:"max=50"`
	InactiveFlag             bool   `json:"inactiveFlag,omitzero"`
	Board                    Ref    `json:"board,omitzero"`
	Info                     Info   `json:"_info,omitzero" cw:"readonly"`
	ConnectWiseID            string `json:"connectWiseId,omitzero"`
	ParentConnectWiseID      string `json:"parentConnectWiseId,omitzero"`
	ParentID                 int64  `json:"parentId,omitzero"`
	GrandParentID            int64  `json:"grandParentId,omitzero"`
	GrandParentConnectWiseID string `json:"grandParentConnectWiseId,omitzero"`
}

// BoardTeam is a team of a board, service/boards/{id}/teams. Members are
// member ids.
type BoardTeam struct {
	ID                       int64   `json:"id,omitzero" cw:"readonly"`
	Name                     string  `json:"name,omitzero" cw:"max=30"`
	TeamLeader               Ref     `json:"teamLeader,omitzero"`
	Members                  []int64 `json:"members,omitzero"`
	DefaultFlag              bool    `json:"defaultFlag,omitzero"`
	NotifyOnTicketDelete     bool    `json:"notifyOnTicketDelete,omitzero"`
	DefaultRoundRobinFlag    bool    `json:"defaultRoundRobinFlag,omitzero"`
	RoundRobinFlag           bool    `json:"roundRobinFlag,omitzero"`
	BoardID                  int64   `json:"boardId,omitzero"`
	LocationID               int64   `json:"locationId,omitzero"`
	BusinessUnitID           int64   `json:"businessUnitId,omitzero"`
	Info                     Info    `json:"_info,omitzero" cw:"readonly"`
	ConnectWiseID            string  `json:"connectWiseId,omitzero"`
	ParentConnectWiseID      string  `json:"parentConnectWiseId,omitzero"`
	ParentID                 int64   `json:"parentId,omitzero"`
	GrandParentID            int64   `json:"grandParentId,omitzero"`
	GrandParentConnectWiseID string  `json:"grandParentConnectWiseId,omitzero"`
}
