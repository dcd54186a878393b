package connectwise

// Member is a person or an API member that can log in, system/members. Members
// cannot be deleted. Tickets and notes name a member by Identifier.
type Member struct {
	ID                                       int64           `json:"id,omitzero" cw:"readonly"`
	Identifier                               string          `json:"identifier,omitzero" cw:"max=15"`
	Password                                 Secret          `json:"password,omitzero" cw:"max=60"`
	DisableOnlineFlag                        bool            `json:"disableOnlineFlag,omitzero"`
	LicenseClass                             string          `json:"licenseClass,omitzero"` // one of A, C, F, X
	Notes                                    string          `json:"notes,omitzero"`
	EmployeeIdentifier                       string          `json:"employeeIdentifer,omitzero" cw:"max=10"`
	VendorNumber                             string          `json:"vendorNumber,omitzero"`
	EnableMobileGPSFlag                      bool            `json:"enableMobileGpsFlag,omitzero"`
	InactiveDate                             Time            `json:"inactiveDate,omitzero"`
	InactiveFlag                             bool            `json:"inactiveFlag,omitzero"`
	LastLogin                                Time            `json:"lastLogin,omitzero"`
	ClientID                                 string          `json:"clientId,omitzero"`
	Token                                    Secret          `json:"token,omitzero"`
	FirstName                                string          `json:"firstName,omitzero" cw:"max=30"`
	MiddleInitial                            string          `json:"middleInitial,omitzero" cw:"max=1"`
	LastName                                 string          `json:"lastName,omitzero" cw:"max=30"`
	HireDate                                 Time            `json:"hireDate,omitzero"`
	Country                                  Ref             `json:"country,omitzero"`
	Photo                                    Ref             `json:"photo,omitzero"`
	OfficeEmail                              string          `json:"officeEmail,omitzero" cw:"max=250"`
	MobileEmail                              string          `json:"mobileEmail,omitzero" cw:"max=250"`
	HomeEmail                                string          `json:"homeEmail,omitzero" cw:"max=250"`
	DefaultEmail                             string          `json:"defaultEmail,omitzero"` // one of Office, Mobile, Home
	PrimaryEmail                             string          `json:"primaryEmail,omitzero" cw:"max=250"`
	OfficePhone                              string          `json:"officePhone,omitzero" cw:"max=15"`
	OfficeExtension                          string          `json:"officeExtension,omitzero" cw:"max=10"`
	MobilePhone                              string          `json:"mobilePhone,omitzero" cw:"max=15"`
	MobileExtension                          string          `json:"mobileExtension,omitzero" cw:"max=10"`
	HomePhone                                string          `json:"homePhone,omitzero" cw:"max=15"`
	HomeExtension                            string          `json:"homeExtension,omitzero" cw:"max=10"`
	DefaultPhone                             string          `json:"defaultPhone,omitzero"` // one of Office, Mobile, Home
	SecurityRole                             Ref             `json:"securityRole,omitzero"`
	Office365                                MemberOffice365 `json:"office365,omitzero"`
	MAPIName                                 string          `json:"mapiName,omitzero"`
	CalendarSyncIntegrationFlag              bool            `json:"calendarSyncIntegrationFlag,omitzero"`
	AuthenticationServiceType                string          `json:"authenticationServiceType,omitzero"` // one of AuthAnvil, GoogleAuthenticator, Email
	TimebasedOneTimePasswordActivated        bool            `json:"timebasedOneTimePasswordActivated,omitzero"`
	EnableLDAPAuthenticationFlag             bool            `json:"enableLdapAuthenticationFlag,omitzero"`
	LDAPConfiguration                        Ref             `json:"ldapConfiguration,omitzero"`
	LDAPUserName                             string          `json:"ldapUserName,omitzero" cw:"max=50"`
	DirectionalSync                          Ref             `json:"directionalSync,omitzero"`
	SSOSettings                              MemberSSO       `json:"ssoSettings,omitzero"`
	Signature                                string          `json:"signature,omitzero"`
	PhoneIntegrationType                     string          `json:"phoneIntegrationType,omitzero"` // one of TAPI, SKYPE, TEL, CALLTO, NONE
	UseBrowserLanguageFlag                   bool            `json:"useBrowserLanguageFlag,omitzero"`
	Title                                    string          `json:"title,omitzero"`
	ReportCard                               Ref             `json:"reportCard,omitzero"`
	EnableMobileFlag                         bool            `json:"enableMobileFlag,omitzero"`
	Type                                     Ref             `json:"type,omitzero"`
	TimeZone                                 Ref             `json:"timeZone,omitzero"`
	PartnerPortalFlag                        bool            `json:"partnerPortalFlag,omitzero"`
	STSUserAdminURL                          string          `json:"stsUserAdminUrl,omitzero"`
	ToastNotificationFlag                    bool            `json:"toastNotificationFlag,omitzero"`
	MemberPersonas                           []int64         `json:"memberPersonas,omitzero"`
	AdminFlag                                bool            `json:"adminFlag,omitzero"`
	StructureLevel                           Ref             `json:"structureLevel,omitzero"`
	SecurityLocation                         Ref             `json:"securityLocation,omitzero"`
	DefaultLocation                          Ref             `json:"defaultLocation,omitzero"`
	DefaultDepartment                        Ref             `json:"defaultDepartment,omitzero"`
	ReportsTo                                Ref             `json:"reportsTo,omitzero"`
	RestrictLocationFlag                     bool            `json:"restrictLocationFlag,omitzero"`
	RestrictDepartmentFlag                   bool            `json:"restrictDepartmentFlag,omitzero"`
	WorkRole                                 Ref             `json:"workRole,omitzero"`
	WorkType                                 Ref             `json:"workType,omitzero"`
	TimeApprover                             Ref             `json:"timeApprover,omitzero"`
	ExpenseApprover                          Ref             `json:"expenseApprover,omitzero"`
	BillableForecast                         Number          `json:"billableForecast,omitzero"`
	DailyCapacity                            Number          `json:"dailyCapacity,omitzero"`
	HourlyCost                               Number          `json:"hourlyCost,omitzero"`
	HourlyRate                               Number          `json:"hourlyRate,omitzero"`
	IncludeInUtilizationReportingFlag        bool            `json:"includeInUtilizationReportingFlag,omitzero"`
	RequireExpenseEntryFlag                  bool            `json:"requireExpenseEntryFlag,omitzero"`
	RequireTimeSheetEntryFlag                bool            `json:"requireTimeSheetEntryFlag,omitzero"`
	RequireStartAndEndTimeOnTimeEntryFlag    bool            `json:"requireStartAndEndTimeOnTimeEntryFlag,omitzero"`
	AllowInCellEntryOnTimeSheet              bool            `json:"allowInCellEntryOnTimeSheet,omitzero"`
	EnterTimeAgainstCompanyFlag              bool            `json:"enterTimeAgainstCompanyFlag,omitzero"`
	AllowExpensesEnteredAgainstCompaniesFlag bool            `json:"allowExpensesEnteredAgainstCompaniesFlag,omitzero"`
	TimeReminderEmailFlag                    bool            `json:"timeReminderEmailFlag,omitzero"`
	DaysTolerance                            int64           `json:"daysTolerance,omitzero"`
	MinimumHours                             Number          `json:"minimumHours,omitzero"`
	TimeSheetStartDate                       Time            `json:"timeSheetStartDate,omitzero"`
	ServiceDefaultLocation                   Ref             `json:"serviceDefaultLocation,omitzero"`
	ServiceDefaultDepartment                 Ref             `json:"serviceDefaultDepartment,omitzero"`
	ServiceDefaultBoard                      Ref             `json:"serviceDefaultBoard,omitzero"`
	RestrictServiceDefaultLocationFlag       bool            `json:"restrictServiceDefaultLocationFlag,omitzero"`
	RestrictServiceDefaultDepartmentFlag     bool            `json:"restrictServiceDefaultDepartmentFlag,omitzero"`
	ExcludedServiceBoardIDs                  []int64         `json:"excludedServiceBoardIds,omitzero"`
	Teams                                    []int64         `json:"teams,omitzero"`
	ServiceBoardTeamIDs                      []int64         `json:"serviceBoardTeamIds,omitzero"`
	ProjectDefaultLocation                   Ref             `json:"projectDefaultLocation,omitzero"`
	ProjectDefaultDepartment                 Ref             `json:"projectDefaultDepartment,omitzero"`
	ProjectDefaultBoard                      Ref             `json:"projectDefaultBoard,omitzero"`
	RestrictProjectDefaultLocationFlag       bool            `json:"restrictProjectDefaultLocationFlag,omitzero"`
	RestrictProjectDefaultDepartmentFlag     bool            `json:"restrictProjectDefaultDepartmentFlag,omitzero"`
	ExcludedProjectBoardIDs                  []int64         `json:"excludedProjectBoardIds,omitzero"`
	ScheduleDefaultLocation                  Ref             `json:"scheduleDefaultLocation,omitzero"`
	ScheduleDefaultDepartment                Ref             `json:"scheduleDefaultDepartment,omitzero"`
	ScheduleCapacity                         Number          `json:"scheduleCapacity,omitzero"`
	ServiceLocation                          Ref             `json:"serviceLocation,omitzero"`
	RestrictScheduleFlag                     bool            `json:"restrictScheduleFlag,omitzero"`
	HideMemberInDispatchPortalFlag           bool            `json:"hideMemberInDispatchPortalFlag,omitzero"`
	Calendar                                 Ref             `json:"calendar,omitzero"`
	SalesDefaultLocation                     Ref             `json:"salesDefaultLocation,omitzero"`
	RestrictDefaultSalesTerritoryFlag        bool            `json:"restrictDefaultSalesTerritoryFlag,omitzero"`
	Warehouse                                Ref             `json:"warehouse,omitzero"`
	WarehouseBin                             Ref             `json:"warehouseBin,omitzero"`
	RestrictDefaultWarehouseFlag             bool            `json:"restrictDefaultWarehouseFlag,omitzero"`
	RestrictDefaultWarehouseBinFlag          bool            `json:"restrictDefaultWarehouseBinFlag,omitzero"`
	CompanyActivityTabFormat                 string          `json:"companyActivityTabFormat,omitzero"`         // one of SummaryList, DetailList
	InvoiceTimeTabFormat                     string          `json:"invoiceTimeTabFormat,omitzero"`             // one of SummaryList, DetailList
	InvoiceScreenDefaultTabFormat            string          `json:"invoiceScreenDefaultTabFormat,omitzero"`    // one of ShowInvoicingTab, ShowAgreementInvoicingTab
	InvoicingDisplayOptions                  string          `json:"invoicingDisplayOptions,omitzero"`          // one of RemainOnInvoicingScreen, ShowRecentInvoices
	AgreementInvoicingDisplayOptions         string          `json:"agreementInvoicingDisplayOptions,omitzero"` // one of RemainOnInvoicingScreen, ShowRecentInvoices
	AutoStartStopwatch                       bool            `json:"autoStartStopwatch,omitzero"`
	AutoPopupQuickNotesWithStopwatch         bool            `json:"autoPopupQuickNotesWithStopwatch,omitzero"`
	GlobalSearchDefaultTicketFilter          string          `json:"globalSearchDefaultTicketFilter,omitzero"` // one of OpenRecords, ClosedRecords, AllRecords
	GlobalSearchDefaultSort                  string          `json:"globalSearchDefaultSort,omitzero"`         // one of None, LastUpdatedDesc, LastUpdatedAsc, CreatedDesc, CreatedAsc
	PhoneSource                              string          `json:"phoneSource,omitzero"`
	Info                                     Info            `json:"_info,omitzero" cw:"readonly"`
	CopyPodLayouts                           bool            `json:"copyPodLayouts,omitzero"`
	CopySharedDefaultViews                   bool            `json:"copySharedDefaultViews,omitzero"`
	CopyColumnLayoutsAndFilters              bool            `json:"copyColumnLayoutsAndFilters,omitzero"`
	FromMemberRecID                          int64           `json:"fromMemberRecId,omitzero"`
	FromMemberTemplateRecID                  int64           `json:"fromMemberTemplateRecId,omitzero"`
	CustomFields                             []CustomField   `json:"customFields,omitzero"`
}

// MemberInfo is the short form of a member, which members with few rights may
// read, system/info/members.
type MemberInfo struct {
	ID            int64  `json:"id,omitzero" cw:"readonly"`
	Identifier    string `json:"identifier,omitzero"`
	FirstName     string `json:"firstName,omitzero"`
	MiddleInitial string `json:"middleInitial,omitzero"`
	LastName      string `json:"lastName,omitzero"`
	FullName      string `json:"fullName,omitzero"`
	DefaultEmail  string `json:"defaultEmail,omitzero"`
	Photo         Ref    `json:"photo,omitzero"`
	LicenseClass  string `json:"licenseClass,omitzero"` // one of A, C, F, X
	InactiveFlag  bool   `json:"inactiveFlag,omitzero"`
	Info          Info   `json:"_info,omitzero" cw:"readonly"`
}

// MemberOffice365 is a member's Microsoft 365 account.
type MemberOffice365 struct {
	ID   string `json:"id,omitzero"`
	Name string `json:"name,omitzero"`
}

// MemberSSO is a member's single sign-on account.
type MemberSSO struct {
	ID        int64  `json:"id,omitzero"`
	SSOUserID string `json:"ssoUserId,omitzero"`
	UserName  string `json:"userName,omitzero"`
	Email     string `json:"email,omitzero"`
}
