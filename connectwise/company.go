package connectwise

// Company is a company, company/companies. Identifier and Name are required,
// and Create also needs a Site. Deleting a company only sets its DeletedFlag.
type Company struct {
	ID                    int64         `json:"id,omitzero" cw:"readonly"`
	Identifier            string        `json:"identifier,omitzero" cw:"max=156"` // required and unique; the limit was 25 until 2022 and 30 until 2025
	Name                  string        `json:"name,omitzero" cw:"max=156"`       // required, not unique
	Status                Ref           `json:"status,omitzero"`
	AddressLine1          string        `json:"addressLine1,omitzero" cw:"max=50"`
	AddressLine2          string        `json:"addressLine2,omitzero" cw:"max=50"`
	City                  string        `json:"city,omitzero" cw:"max=50"`
	State                 string        `json:"state,omitzero" cw:"max=50"`
	Zip                   string        `json:"zip,omitzero" cw:"max=12"`
	Country               Ref           `json:"country,omitzero"`
	PhoneNumber           string        `json:"phoneNumber,omitzero" cw:"max=30"`
	FaxNumber             string        `json:"faxNumber,omitzero" cw:"max=30"`
	Website               string        `json:"website,omitzero" cw:"max=255"`
	Territory             Ref           `json:"territory,omitzero"` // a system location
	Market                Ref           `json:"market,omitzero"`
	AccountNumber         string        `json:"accountNumber,omitzero"`
	DefaultContact        Ref           `json:"defaultContact,omitzero"`
	DateAcquired          Time          `json:"dateAcquired,omitzero"`
	SicCode               Ref           `json:"sicCode,omitzero"`
	ParentCompany         Ref           `json:"parentCompany,omitzero"`
	AnnualRevenue         Number        `json:"annualRevenue,omitzero"`
	CreditLimit           Number        `json:"creditLimit,omitzero"`
	AdditionalDebt        Number        `json:"additionalDebt,omitzero"`
	NumberOfEmployees     int64         `json:"numberOfEmployees,omitzero"`
	YearEstablished       int64         `json:"yearEstablished,omitzero"`
	RevenueYear           int64         `json:"revenueYear,omitzero"`
	OwnershipType         Ref           `json:"ownershipType,omitzero"`
	TimeZoneSetup         Ref           `json:"timeZoneSetup,omitzero"`
	LeadSource            string        `json:"leadSource,omitzero" cw:"max=50"`
	LeadFlag              bool          `json:"leadFlag,omitzero"`
	UnsubscribeFlag       bool          `json:"unsubscribeFlag,omitzero"`
	Calendar              Ref           `json:"calendar,omitzero"`
	UserDefinedField1     string        `json:"userDefinedField1,omitzero" cw:"max=50"`
	UserDefinedField2     string        `json:"userDefinedField2,omitzero" cw:"max=50"`
	UserDefinedField3     string        `json:"userDefinedField3,omitzero" cw:"max=50"`
	UserDefinedField4     string        `json:"userDefinedField4,omitzero" cw:"max=50"`
	UserDefinedField5     string        `json:"userDefinedField5,omitzero" cw:"max=50"`
	UserDefinedField6     string        `json:"userDefinedField6,omitzero" cw:"max=50"`
	UserDefinedField7     string        `json:"userDefinedField7,omitzero" cw:"max=50"`
	UserDefinedField8     string        `json:"userDefinedField8,omitzero" cw:"max=50"`
	UserDefinedField9     string        `json:"userDefinedField9,omitzero" cw:"max=50"`
	UserDefinedField10    string        `json:"userDefinedField10,omitzero" cw:"max=50"`
	VendorIdentifier      string        `json:"vendorIdentifier,omitzero"`
	TaxIdentifier         string        `json:"taxIdentifier,omitzero"`
	TaxCode               Ref           `json:"taxCode,omitzero"`
	BillingTerms          Ref           `json:"billingTerms,omitzero"`
	InvoiceTemplate       Ref           `json:"invoiceTemplate,omitzero"`
	PricingSchedule       Ref           `json:"pricingSchedule,omitzero"`
	CompanyEntityType     Ref           `json:"companyEntityType,omitzero"`
	BillToCompany         Ref           `json:"billToCompany,omitzero"`
	BillingSite           Ref           `json:"billingSite,omitzero"`
	BillingContact        Ref           `json:"billingContact,omitzero"`
	InvoiceDeliveryMethod Ref           `json:"invoiceDeliveryMethod,omitzero"`
	EmailTemplate         Ref           `json:"emailTemplate,omitzero"`
	InvoiceToEmailAddress string        `json:"invoiceToEmailAddress,omitzero"`
	InvoiceCCEmailAddress string        `json:"invoiceCCEmailAddress,omitzero"`
	DeletedFlag           bool          `json:"deletedFlag,omitzero" cw:"readonly"` // soft delete; lists include deleted companies unless filtered
	DateDeleted           Time          `json:"dateDeleted,omitzero" cw:"readonly"`
	DeletedBy             string        `json:"deletedBy,omitzero" cw:"readonly"`
	MobileGUID            string        `json:"mobileGuid,omitzero" cw:"readonly"`
	FacebookURL           string        `json:"facebookUrl,omitzero"`
	TwitterURL            string        `json:"twitterUrl,omitzero"`
	LinkedInURL           string        `json:"linkedInUrl,omitzero"`
	Currency              Ref           `json:"currency,omitzero"`
	TerritoryManager      Ref           `json:"territoryManager,omitzero"`
	ResellerIdentifier    string        `json:"resellerIdentifier,omitzero"`
	IsVendorFlag          bool          `json:"isVendorFlag,omitzero"`
	Types                 []Ref         `json:"types,omitzero" cw:"create"` // only in Create; later through the type associations
	Site                  Ref           `json:"site,omitzero"`              // Create needs a site name: ByName("Main") creates the site
	IntegratorTags        []string      `json:"integratorTags,omitzero"`
	Info                  Info          `json:"_info,omitzero" cw:"readonly"`
	CustomFields          []CustomField `json:"customFields,omitzero"`
}

// CompanyStatus is a status of companies, company/companies/statuses.
type CompanyStatus struct {
	ID                   int64  `json:"id,omitzero" cw:"readonly"`
	Name                 string `json:"name,omitzero" cw:"max=50"`
	DefaultFlag          bool   `json:"defaultFlag,omitzero"`
	InactiveFlag         bool   `json:"inactiveFlag,omitzero"`
	NotifyFlag           bool   `json:"notifyFlag,omitzero"`
	DisallowSavingFlag   bool   `json:"disallowSavingFlag,omitzero"`
	NotificationMessage  string `json:"notificationMessage,omitzero" cw:"max=500"`
	CustomNoteFlag       bool   `json:"customNoteFlag,omitzero"`
	CancelOpenTracksFlag bool   `json:"cancelOpenTracksFlag,omitzero"`
	Track                Ref    `json:"track,omitzero"`
	Info                 Info   `json:"_info,omitzero" cw:"readonly"`
	ConnectWiseID        string `json:"connectWiseId,omitzero"`
}

// CompanyType is a type of companies, company/companies/types.
type CompanyType struct {
	ID                  int64  `json:"id,omitzero" cw:"readonly"`
	Name                string `json:"name,omitzero" cw:"max=50"`
	DefaultFlag         bool   `json:"defaultFlag,omitzero"`
	VendorFlag          bool   `json:"vendorFlag,omitzero"`
	ServiceAlertFlag    bool   `json:"serviceAlertFlag,omitzero"`
	ServiceAlertMessage string `json:"serviceAlertMessage,omitzero" cw:"max=150"`
	Info                Info   `json:"_info,omitzero" cw:"readonly"`
	ConnectWiseID       string `json:"connectWiseId,omitzero"`
}
