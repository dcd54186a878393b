package connectwise

// CompanySite is a site of a company, company/companies/{id}/sites.
type CompanySite struct {
	ID                   int64         `json:"id,omitzero" cw:"readonly"`
	Name                 string        `json:"name,omitzero" cw:"max=156"`
	AddressLine1         string        `json:"addressLine1,omitzero" cw:"max=50"`
	AddressLine2         string        `json:"addressLine2,omitzero" cw:"max=50"`
	City                 string        `json:"city,omitzero" cw:"max=50"`
	StateReference       Ref           `json:"stateReference,omitzero"` // in a company this is a text
	Zip                  string        `json:"zip,omitzero" cw:"max=12"`
	Country              Ref           `json:"country,omitzero"`
	AddressFormat        string        `json:"addressFormat,omitzero"`
	PhoneNumber          string        `json:"phoneNumber,omitzero" cw:"max=30"`
	PhoneNumberExt       string        `json:"phoneNumberExt,omitzero" cw:"max=30"`
	FaxNumber            string        `json:"faxNumber,omitzero" cw:"max=30"`
	TaxCode              Ref           `json:"taxCode,omitzero"`
	EntityType           Ref           `json:"entityType,omitzero"`
	ExpenseReimbursement Number        `json:"expenseReimbursement,omitzero"`
	PrimaryAddressFlag   bool          `json:"primaryAddressFlag,omitzero"`
	DefaultShippingFlag  bool          `json:"defaultShippingFlag,omitzero"`
	DefaultBillingFlag   bool          `json:"defaultBillingFlag,omitzero"`
	DefaultMailingFlag   bool          `json:"defaultMailingFlag,omitzero"`
	InactiveFlag         bool          `json:"inactiveFlag,omitzero"`
	BillSeparateFlag     bool          `json:"billSeparateFlag,omitzero"`
	MobileGUID           string        `json:"mobileGuid,omitzero" cw:"readonly"`
	Calendar             Ref           `json:"calendar,omitzero"`
	TimeZone             Ref           `json:"timeZone,omitzero"`
	Company              Ref           `json:"company,omitzero" cw:"readonly"`
	Info                 Info          `json:"_info,omitzero" cw:"readonly"`
	Territory            Ref           `json:"territory,omitzero"`
	InvoiceTemplate      Ref           `json:"invoiceTemplate,omitzero"`
	CustomFields         []CustomField `json:"customFields,omitzero"`
}
