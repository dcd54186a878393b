package connectwise

// Agreement is a contract with a company about services and their billing,
// finance/agreements. Its additions are billed in each cycle.
type Agreement struct {
	ID                           int64         `json:"id,omitzero" cw:"readonly"`
	Name                         string        `json:"name,omitzero" cw:"max=100"` // required
	Type                         Ref           `json:"type,omitzero"`              // required
	Company                      Ref           `json:"company,omitzero"`           // required; by id or identifier
	Contact                      Ref           `json:"contact,omitzero"`           // required
	Site                         Ref           `json:"site,omitzero"`
	SubContractCompany           Ref           `json:"subContractCompany,omitzero"`
	SubContractContact           Ref           `json:"subContractContact,omitzero"`
	ParentAgreement              Ref           `json:"parentAgreement,omitzero"`
	CustomerPO                   string        `json:"customerPO,omitzero" cw:"max=50"`
	Location                     Ref           `json:"location,omitzero"`
	Department                   Ref           `json:"department,omitzero"`
	RestrictLocationFlag         bool          `json:"restrictLocationFlag,omitzero"`
	RestrictDepartmentFlag       bool          `json:"restrictDepartmentFlag,omitzero"`
	StartDate                    Time          `json:"startDate,omitzero"`
	EndDate                      Time          `json:"endDate,omitzero"` // not used if NoEndingDateFlag is set
	NoEndingDateFlag             bool          `json:"noEndingDateFlag,omitzero"`
	Opportunity                  Ref           `json:"opportunity,omitzero"`
	CancelledFlag                bool          `json:"cancelledFlag,omitzero"`
	DateCancelled                Time          `json:"dateCancelled,omitzero"`
	ReasonCancelled              string        `json:"reasonCancelled,omitzero" cw:"max=100"`
	SLA                          Ref           `json:"sla,omitzero"`
	WorkOrder                    string        `json:"workOrder,omitzero" cw:"max=20"`
	InternalNotes                string        `json:"internalNotes,omitzero"`
	ApplicationUnits             string        `json:"applicationUnits,omitzero"` // one of Amount, Hours, Incidents
	ApplicationLimit             Number        `json:"applicationLimit,omitzero"` // number of ApplicationUnits in each ApplicationCycle
	ApplicationCycle             string        `json:"applicationCycle,omitzero"` // one of Contract2Weeks, Contract4Weeks, ContractYear, CalendarMonth, CalendarQuarter, CalendarWeek, ContractQuarter, CalendarYear
	ApplicationUnlimitedFlag     bool          `json:"applicationUnlimitedFlag,omitzero"`
	OneTimeFlag                  bool          `json:"oneTimeFlag,omitzero"`
	CoverAgreementTime           bool          `json:"coverAgreementTime,omitzero"`
	CoverAgreementProduct        bool          `json:"coverAgreementProduct,omitzero"`
	CoverAgreementExpense        bool          `json:"coverAgreementExpense,omitzero"`
	CoverSalesTax                bool          `json:"coverSalesTax,omitzero"`
	CarryOverUnused              bool          `json:"carryOverUnused,omitzero"`
	AllowOverruns                bool          `json:"allowOverruns,omitzero"`
	ExpiredDays                  int64         `json:"expiredDays,omitzero"`
	Limit                        int64         `json:"limit,omitzero"`
	ExpireWhenZero               bool          `json:"expireWhenZero,omitzero"`
	ChargeToFirm                 bool          `json:"chargeToFirm,omitzero"`
	EmployeeCompRate             string        `json:"employeeCompRate,omitzero"`      // one of Actual, Hourly
	EmployeeCompNotExceed        string        `json:"employeeCompNotExceed,omitzero"` // one of Billing, Amount, Percent
	CompHourlyRate               Number        `json:"compHourlyRate,omitzero"`
	CompLimitAmount              Number        `json:"compLimitAmount,omitzero"`
	BillingCycle                 Ref           `json:"billingCycle,omitzero"`
	BillOneTimeFlag              bool          `json:"billOneTimeFlag,omitzero"`
	BillingTerms                 Ref           `json:"billingTerms,omitzero"`
	InvoicingCycle               string        `json:"invoicingCycle,omitzero"` // one of ContractYear, CalendarYear
	BillToCompany                Ref           `json:"billToCompany,omitzero"`
	BillToContact                Ref           `json:"billToContact,omitzero"`
	BillToSite                   Ref           `json:"billToSite,omitzero"`
	BillAmount                   Number        `json:"billAmount,omitzero"`
	Taxable                      bool          `json:"taxable,omitzero"`
	ProrateFirstBill             Number        `json:"prorateFirstBill,omitzero"`
	BillStartDate                Time          `json:"billStartDate,omitzero"`
	TaxCode                      Ref           `json:"taxCode,omitzero"`
	RestrictDownPayment          bool          `json:"restrictDownPayment,omitzero"`
	ProrateFlag                  bool          `json:"prorateFlag,omitzero"`
	InvoiceProratedAdditionsFlag bool          `json:"invoiceProratedAdditionsFlag,omitzero"`
	InvoiceDescription           string        `json:"invoiceDescription,omitzero"`
	TopComment                   bool          `json:"topComment,omitzero"`
	BottomComment                bool          `json:"bottomComment,omitzero"`
	WorkRole                     Ref           `json:"workRole,omitzero"`
	WorkType                     Ref           `json:"workType,omitzero"`
	ProjectType                  Ref           `json:"projectType,omitzero"`
	InvoiceTemplate              Ref           `json:"invoiceTemplate,omitzero"`
	BillTime                     string        `json:"billTime,omitzero"`     // one of Billable, DoNotBill, NoCharge, NoDefault
	BillExpenses                 string        `json:"billExpenses,omitzero"` // one of Billable, DoNotBill, NoCharge, NoDefault
	BillProducts                 string        `json:"billProducts,omitzero"` // one of Billable, DoNotBill, NoCharge, NoDefault
	BillableTimeInvoice          bool          `json:"billableTimeInvoice,omitzero"`
	BillableExpenseInvoice       bool          `json:"billableExpenseInvoice,omitzero"`
	BillableProductInvoice       bool          `json:"billableProductInvoice,omitzero"`
	Currency                     Ref           `json:"currency,omitzero"`
	PeriodType                   string        `json:"periodType,omitzero"` // one of Current, Future, Both, Undefined
	AutoInvoiceFlag              bool          `json:"autoInvoiceFlag,omitzero"`
	BillZeroAmountFlag           bool          `json:"billZeroAmountFlag,omitzero"`
	NextInvoiceDate              Time          `json:"nextInvoiceDate,omitzero"`
	CompanyLocation              Ref           `json:"companyLocation,omitzero"`
	ShipToCompany                Ref           `json:"shipToCompany,omitzero"`
	ShipToContact                Ref           `json:"shipToContact,omitzero"`
	ShipToSite                   Ref           `json:"shipToSite,omitzero"`
	AgreementStatus              string        `json:"agreementStatus,omitzero" cw:"readonly"` // one of Active, Cancelled, Expired, Inactive
	Info                         Info          `json:"_info,omitzero" cw:"readonly"`
	CustomFields                 []CustomField `json:"customFields,omitzero"`
}
