package connectwise

// Ticket is a service ticket, service/tickets. Summary and Company are
// required. Times are UTC. Minutes and hours belong to the service level
// agreement unless the name says otherwise. To close a ticket, set a status
// whose ClosedStatus is true.
type Ticket struct {
	ID                          int64         `json:"id,omitzero" cw:"readonly"`
	Summary                     string        `json:"summary,omitzero" cw:"max=100"` // required; at most 100 characters
	RecordType                  string        `json:"recordType,omitzero"`           // default ServiceTicket; project tickets are under project/tickets; one of ProjectIssue, ProjectTicket, ServiceTicket
	Board                       Ref           `json:"board,omitzero"`                // default: the API member's default service board
	Status                      Ref           `json:"status,omitzero"`               // must belong to the board; default: the board's default status
	WorkRole                    Ref           `json:"workRole,omitzero"`
	WorkType                    Ref           `json:"workType,omitzero"`
	Company                     Ref           `json:"company,omitzero"` // required; by id or identifier
	Site                        Ref           `json:"site,omitzero"`
	SiteName                    string        `json:"siteName,omitzero" cw:"max=156"`
	AddressLine1                string        `json:"addressLine1,omitzero" cw:"max=50"`
	AddressLine2                string        `json:"addressLine2,omitzero" cw:"max=50"`
	City                        string        `json:"city,omitzero" cw:"max=50"`
	StateIdentifier             string        `json:"stateIdentifier,omitzero" cw:"max=50"`
	Zip                         string        `json:"zip,omitzero" cw:"max=12"`
	Country                     Ref           `json:"country,omitzero"`
	Contact                     Ref           `json:"contact,omitzero"`
	ContactName                 string        `json:"contactName,omitzero" cw:"max=62"`
	ContactPhoneNumber          string        `json:"contactPhoneNumber,omitzero" cw:"max=20"`
	ContactPhoneExtension       string        `json:"contactPhoneExtension,omitzero" cw:"max=15"`
	ContactEmailAddress         string        `json:"contactEmailAddress,omitzero" cw:"max=250"`
	Type                        Ref           `json:"type,omitzero"`
	SubType                     Ref           `json:"subType,omitzero"`
	Item                        Ref           `json:"item,omitzero"`
	Team                        Ref           `json:"team,omitzero"`
	Owner                       Ref           `json:"owner,omitzero"` // a member, by id or identifier
	Priority                    Ref           `json:"priority,omitzero"`
	ServiceLocation             Ref           `json:"serviceLocation,omitzero"`
	Source                      Ref           `json:"source,omitzero"`
	RequiredDate                Time          `json:"requiredDate,omitzero"`
	BudgetHours                 Number        `json:"budgetHours,omitzero"`
	Opportunity                 Ref           `json:"opportunity,omitzero"`
	Agreement                   Ref           `json:"agreement,omitzero"`
	AgreementType               string        `json:"agreementType,omitzero" cw:"readonly"`
	Severity                    string        `json:"severity,omitzero"`                  // one of Low, Medium, High
	Impact                      string        `json:"impact,omitzero"`                    // one of Low, Medium, High
	ExternalXRef                string        `json:"externalXRef,omitzero" cw:"max=100"` // key of an integration, any text; can be filtered by, not unique
	PONumber                    string        `json:"poNumber,omitzero" cw:"max=50"`
	KnowledgeBaseCategoryID     int64         `json:"knowledgeBaseCategoryId,omitzero"`
	KnowledgeBaseSubCategoryID  int64         `json:"knowledgeBaseSubCategoryId,omitzero"`
	AllowAllClientsPortalView   bool          `json:"allowAllClientsPortalView,omitzero"`
	CustomerUpdatedFlag         bool          `json:"customerUpdatedFlag,omitzero"`        // set when the customer replies
	AutomaticEmailContactFlag   bool          `json:"automaticEmailContactFlag,omitzero"`  // e-mails the contact on updates
	AutomaticEmailResourceFlag  bool          `json:"automaticEmailResourceFlag,omitzero"` // e-mails the assigned members on updates
	AutomaticEmailCCFlag        bool          `json:"automaticEmailCcFlag,omitzero"`       // e-mails AutomaticEmailCC on updates
	AutomaticEmailCC            string        `json:"automaticEmailCc,omitzero" cw:"max=1000"`
	InitialDescription          string        `json:"initialDescription,omitzero" cw:"create"`      // becomes the first discussion note; never returned
	InitialInternalAnalysis     string        `json:"initialInternalAnalysis,omitzero" cw:"create"` // becomes the first internal note; never returned
	InitialResolution           string        `json:"initialResolution,omitzero" cw:"create"`       // becomes the first resolution note; never returned
	InitialDescriptionFrom      string        `json:"initialDescriptionFrom,omitzero" cw:"create"`
	ContactEmailLookup          string        `json:"contactEmailLookup,omitzero" cw:"create"` // finds the contact by e-mail address
	ProcessNotifications        bool          `json:"processNotifications,omitzero"`           // default true on the server; with Silent() the write sends no e-mail
	SkipCallback                bool          `json:"skipCallback,omitzero"`                   // no callback is delivered for this write
	ClosedDate                  Time          `json:"closedDate,omitzero" cw:"readonly"`       // when the ticket entered a status with closedStatus; zero while open
	ClosedBy                    string        `json:"closedBy,omitzero" cw:"readonly"`         // member identifier
	ClosedFlag                  bool          `json:"closedFlag,omitzero" cw:"readonly"`       // follows the closedStatus of the status
	ActualHours                 Number        `json:"actualHours,omitzero" cw:"readonly"`
	Approved                    bool          `json:"approved,omitzero"`
	EstimatedExpenseCost        Number        `json:"estimatedExpenseCost,omitzero"`
	EstimatedExpenseRevenue     Number        `json:"estimatedExpenseRevenue,omitzero"`
	EstimatedProductCost        Number        `json:"estimatedProductCost,omitzero"`
	EstimatedProductRevenue     Number        `json:"estimatedProductRevenue,omitzero"`
	EstimatedTimeCost           Number        `json:"estimatedTimeCost,omitzero"`
	EstimatedTimeRevenue        Number        `json:"estimatedTimeRevenue,omitzero"`
	BillingMethod               string        `json:"billingMethod,omitzero"` // one of ActualRates, FixedFee, NotToExceed, OverrideRate
	BillingAmount               Number        `json:"billingAmount,omitzero"`
	HourlyRate                  Number        `json:"hourlyRate,omitzero"`
	SubBillingMethod            string        `json:"subBillingMethod,omitzero"` // one of ActualRates, FixedFee, NotToExceed, OverrideRate
	SubBillingAmount            Number        `json:"subBillingAmount,omitzero"`
	SubDateAccepted             Time          `json:"subDateAccepted,omitzero"`
	DateResolved                Time          `json:"dateResolved,omitzero" cw:"readonly"`
	DateResplan                 Time          `json:"dateResplan,omitzero" cw:"readonly"`
	DateResponded               Time          `json:"dateResponded,omitzero" cw:"readonly"`
	ResolveMinutes              int64         `json:"resolveMinutes,omitzero" cw:"readonly"` // may be out of date in lists of open tickets
	ResPlanMinutes              int64         `json:"resPlanMinutes,omitzero" cw:"readonly"`
	RespondMinutes              int64         `json:"respondMinutes,omitzero" cw:"readonly"`
	RespondByGoalUTC            Time          `json:"respondByGoalUTC,omitzero" cw:"readonly"`
	ResplanGoalUTC              Time          `json:"resplanGoalUTC,omitzero" cw:"readonly"`
	ResolutionGoalUTC           Time          `json:"resolutionGoalUTC,omitzero" cw:"readonly"`
	EscalationLastUpdateMinutes int64         `json:"escalationLastUpdateMinutes,omitzero" cw:"readonly"`
	IsInSLA                     bool          `json:"isInSla,omitzero" cw:"readonly"`
	KnowledgeBaseLinkID         int64         `json:"knowledgeBaseLinkId,omitzero" cw:"readonly"`
	Resources                   string        `json:"resources,omitzero" cw:"readonly"` // member identifiers, separated by commas
	ParentTicketID              int64         `json:"parentTicketId,omitzero"`          // the ticket that this ticket is a child of
	HasChildTicket              bool          `json:"hasChildTicket,omitzero" cw:"readonly"`
	HasMergedChildTicketFlag    bool          `json:"hasMergedChildTicketFlag,omitzero" cw:"readonly"`
	KnowledgeBaseLinkType       string        `json:"knowledgeBaseLinkType,omitzero" cw:"readonly"` // one of Activity, ProjectIssue, KnowledgeBaseArticle, ProjectTicket, ServiceTicket, Time
	BillTime                    string        `json:"billTime,omitzero"`                            // one of Billable, DoNotBill, NoCharge, NoDefault
	BillExpenses                string        `json:"billExpenses,omitzero"`                        // one of Billable, DoNotBill, NoCharge, NoDefault
	BillProducts                string        `json:"billProducts,omitzero"`                        // one of Billable, DoNotBill, NoCharge, NoDefault
	PredecessorType             string        `json:"predecessorType,omitzero"`                     // while set, the estimated start date cannot be changed; one of Ticket, Phase
	PredecessorID               int64         `json:"predecessorId,omitzero"`
	PredecessorClosedFlag       bool          `json:"predecessorClosedFlag,omitzero" cw:"readonly"`
	LagDays                     int64         `json:"lagDays,omitzero"`
	LagNonworkingDaysFlag       bool          `json:"lagNonworkingDaysFlag,omitzero"`
	EstimatedStartDate          Time          `json:"estimatedStartDate,omitzero"`
	Duration                    int64         `json:"duration,omitzero"`
	Location                    Ref           `json:"location,omitzero"`
	Department                  Ref           `json:"department,omitzero"`
	MobileGUID                  string        `json:"mobileGuid,omitzero" cw:"readonly"`
	SLA                         Ref           `json:"sla,omitzero"`
	SLAStatus                   string        `json:"slaStatus,omitzero" cw:"readonly"`
	RequestForChangeFlag        bool          `json:"requestForChangeFlag,omitzero"`
	Currency                    Ref           `json:"currency,omitzero"`
	MergedParentTicket          Ref           `json:"mergedParentTicket,omitzero" cw:"readonly"` // the ticket that this one was merged into
	IntegratorTags              []string      `json:"integratorTags,omitzero"`
	Info                        Info          `json:"_info,omitzero" cw:"readonly"`
	EscalationStartDateUTC      Time          `json:"escalationStartDateUTC,omitzero" cw:"readonly"`
	EscalationLevel             int64         `json:"escalationLevel,omitzero" cw:"readonly"`
	MinutesBeforeWaiting        int64         `json:"minutesBeforeWaiting,omitzero" cw:"readonly"`
	RespondedSkippedMinutes     int64         `json:"respondedSkippedMinutes,omitzero" cw:"readonly"`
	ResplanSkippedMinutes       int64         `json:"resplanSkippedMinutes,omitzero" cw:"readonly"`
	RespondedHours              Number        `json:"respondedHours,omitzero" cw:"readonly"`
	RespondedBy                 string        `json:"respondedBy,omitzero" cw:"readonly"`
	ResplanHours                Number        `json:"resplanHours,omitzero" cw:"readonly"`
	ResplanBy                   string        `json:"resplanBy,omitzero" cw:"readonly"`
	ResolutionHours             Number        `json:"resolutionHours,omitzero" cw:"readonly"`
	ResolvedBy                  string        `json:"resolvedBy,omitzero" cw:"readonly"`
	MinutesWaiting              int64         `json:"minutesWaiting,omitzero" cw:"readonly"`
	CustomFields                []CustomField `json:"customFields,omitzero"`
}
