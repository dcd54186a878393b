package connectwise

// TimeEntry is time worked, time/entries. TimeStart is required, and so is
// either TimeEnd or ActualHours.
type TimeEntry struct {
	ID                         int64         `json:"id,omitzero" cw:"readonly"`
	Company                    Ref           `json:"company,omitzero"`
	CompanyType                string        `json:"companyType,omitzero" cw:"readonly"`
	ChargeToID                 int64         `json:"chargeToId,omitzero"`   // ticket, activity or charge code; when 0 the company is charged
	ChargeToType               string        `json:"chargeToType,omitzero"` // one of Company, ServiceTicket, ProjectTicket, ChargeCode, Activity
	Member                     Ref           `json:"member,omitzero"`
	LocationID                 int64         `json:"locationId,omitzero"`
	BusinessUnitID             int64         `json:"businessUnitId,omitzero"`
	BusinessGroupDesc          string        `json:"businessGroupDesc,omitzero" cw:"readonly"`
	Location                   Ref           `json:"location,omitzero"`
	Department                 Ref           `json:"department,omitzero"`
	WorkType                   Ref           `json:"workType,omitzero"`
	WorkRole                   Ref           `json:"workRole,omitzero"`
	Agreement                  Ref           `json:"agreement,omitzero"`
	AgreementType              string        `json:"agreementType,omitzero" cw:"readonly"`
	Activity                   Ref           `json:"activity,omitzero"`
	OpportunityRecID           int64         `json:"opportunityRecid,omitzero"`
	ProjectActivity            string        `json:"projectActivity,omitzero"`
	Territory                  string        `json:"territory,omitzero"`
	TimeStart                  Time          `json:"timeStart,omitzero"` // required
	TimeEnd                    Time          `json:"timeEnd,omitzero"`   // this or ActualHours
	HoursDeduct                Number        `json:"hoursDeduct,omitzero"`
	ActualHours                Number        `json:"actualHours,omitzero"`
	BillableOption             string        `json:"billableOption,omitzero"` // one of Billable, DoNotBill, NoCharge, NoDefault
	Notes                      string        `json:"notes,omitzero"`
	InternalNotes              string        `json:"internalNotes,omitzero"`
	AddToDetailDescriptionFlag bool          `json:"addToDetailDescriptionFlag,omitzero"` // copies Notes into the discussion of the ticket
	AddToInternalAnalysisFlag  bool          `json:"addToInternalAnalysisFlag,omitzero"`  // copies Notes into the internal analysis
	AddToResolutionFlag        bool          `json:"addToResolutionFlag,omitzero"`        // copies Notes into the resolution
	EmailResourceFlag          bool          `json:"emailResourceFlag,omitzero"`          // e-mails the assigned members
	EmailContactFlag           bool          `json:"emailContactFlag,omitzero"`           // e-mails the contact
	EmailCCFlag                bool          `json:"emailCcFlag,omitzero"`                // e-mails EmailCC
	EmailCC                    string        `json:"emailCc,omitzero"`
	HoursBilled                Number        `json:"hoursBilled,omitzero" cw:"readonly"`
	InvoiceHours               Number        `json:"invoiceHours,omitzero" cw:"readonly"`
	HourlyCost                 string        `json:"hourlyCost,omitzero" cw:"readonly"`
	EnteredBy                  string        `json:"enteredBy,omitzero" cw:"readonly"`
	DateEntered                Time          `json:"dateEntered,omitzero" cw:"readonly"`
	Invoice                    Ref           `json:"invoice,omitzero" cw:"readonly"`
	MobileGUID                 string        `json:"mobileGuid,omitzero" cw:"readonly"`
	HourlyRate                 Number        `json:"hourlyRate,omitzero"`
	OverageRate                Number        `json:"overageRate,omitzero"`
	AgreementHours             Number        `json:"agreementHours,omitzero" cw:"readonly"`
	AgreementAmount            Number        `json:"agreementAmount,omitzero" cw:"readonly"`
	AgreementAdjustment        Number        `json:"agreementAdjustment,omitzero" cw:"readonly"`
	Adjustment                 Number        `json:"adjustment,omitzero" cw:"readonly"`
	InvoiceReady               int64         `json:"invoiceReady,omitzero" cw:"readonly"`
	TimeSheet                  Ref           `json:"timeSheet,omitzero" cw:"readonly"`
	Status                     string        `json:"status,omitzero"` // billed entries cannot be changed; one of Open, Rejected, PendingApproval, ErrorsCorrected, PendingProjectApproval, ApprovedByTierOne, RejectBySecondTier, ApprovedByTierTwo, ReadyToBill, Billed, WrittenOff, BilledAgreement
	Ticket                     Ref           `json:"ticket,omitzero" cw:"readonly"`
	Project                    Ref           `json:"project,omitzero" cw:"readonly"`
	Phase                      Ref           `json:"phase,omitzero" cw:"readonly"`
	TicketBoard                string        `json:"ticketBoard,omitzero" cw:"readonly"`
	TicketStatus               string        `json:"ticketStatus,omitzero" cw:"readonly"`
	TicketType                 string        `json:"ticketType,omitzero" cw:"readonly"`
	TicketSubType              string        `json:"ticketSubType,omitzero" cw:"readonly"`
	InvoiceFlag                bool          `json:"invoiceFlag,omitzero" cw:"readonly"`
	ExtendedInvoiceAmount      Number        `json:"extendedInvoiceAmount,omitzero" cw:"readonly"`
	LocationName               string        `json:"locationName,omitzero" cw:"readonly"`
	TaxCode                    Ref           `json:"taxCode,omitzero"`
	Info                       Info          `json:"_info,omitzero" cw:"readonly"`
	CustomFields               []CustomField `json:"customFields,omitzero"`
}
