package connectwise

// Contact is a person at a company, company/contacts. E-mail addresses and
// telephone numbers are its communications. To filter by them, use
// ListOptions.ChildWhere with communicationItems/value.
type Contact struct {
	ID                     int64               `json:"id,omitzero" cw:"readonly"`
	FirstName              string              `json:"firstName,omitzero"` // required by the server
	LastName               string              `json:"lastName,omitzero"`
	Company                Ref                 `json:"company,omitzero"` // empty when the caller may not read companies
	Site                   Ref                 `json:"site,omitzero"`
	AddressLine1           string              `json:"addressLine1,omitzero"`
	AddressLine2           string              `json:"addressLine2,omitzero"`
	City                   string              `json:"city,omitzero"`
	State                  string              `json:"state,omitzero"`
	Zip                    string              `json:"zip,omitzero"`
	Country                Ref                 `json:"country,omitzero"`
	Relationship           Ref                 `json:"relationship,omitzero"`
	RelationshipOverride   string              `json:"relationshipOverride,omitzero"`
	Department             Ref                 `json:"department,omitzero"`
	InactiveFlag           bool                `json:"inactiveFlag,omitzero"`
	DefaultMergeContactID  int64               `json:"defaultMergeContactId,omitzero"`
	SecurityIdentifier     string              `json:"securityIdentifier,omitzero"`
	ManagerContact         Ref                 `json:"managerContact,omitzero"`
	AssistantContact       Ref                 `json:"assistantContact,omitzero"`
	Title                  string              `json:"title,omitzero"`
	School                 string              `json:"school,omitzero"`
	NickName               string              `json:"nickName,omitzero"`
	MarriedFlag            bool                `json:"marriedFlag,omitzero"`
	ChildrenFlag           bool                `json:"childrenFlag,omitzero"`
	Children               string              `json:"children,omitzero"`
	SignificantOther       string              `json:"significantOther,omitzero"`
	PortalPassword         Secret              `json:"portalPassword,omitzero"` // written, never read
	PortalSecurityLevel    int64               `json:"portalSecurityLevel,omitzero"`
	DisablePortalLoginFlag bool                `json:"disablePortalLoginFlag,omitzero"`
	UnsubscribeFlag        bool                `json:"unsubscribeFlag,omitzero"`
	Gender                 string              `json:"gender,omitzero"` // one of Female, Male
	BirthDay               Time                `json:"birthDay,omitzero"`
	Anniversary            Time                `json:"anniversary,omitzero"`
	Presence               string              `json:"presence,omitzero"` // one of NoAgent, Online, DoNotDisturb, Away, Offline
	MobileGUID             string              `json:"mobileGuid,omitzero" cw:"readonly"`
	FacebookURL            string              `json:"facebookUrl,omitzero"`
	TwitterURL             string              `json:"twitterUrl,omitzero"`
	LinkedInURL            string              `json:"linkedInUrl,omitzero"`
	DefaultPhoneType       string              `json:"defaultPhoneType,omitzero" cw:"readonly"`
	DefaultPhoneNbr        string              `json:"defaultPhoneNbr,omitzero" cw:"readonly"` // read only; change it through the communications
	DefaultPhoneExtension  string              `json:"defaultPhoneExtension,omitzero" cw:"readonly"`
	DefaultBillingFlag     bool                `json:"defaultBillingFlag,omitzero"`
	DefaultFlag            bool                `json:"defaultFlag,omitzero"` // the company's primary contact
	UserDefinedField1      string              `json:"userDefinedField1,omitzero" cw:"max=50"`
	UserDefinedField2      string              `json:"userDefinedField2,omitzero" cw:"max=50"`
	UserDefinedField3      string              `json:"userDefinedField3,omitzero" cw:"max=50"`
	UserDefinedField4      string              `json:"userDefinedField4,omitzero" cw:"max=50"`
	UserDefinedField5      string              `json:"userDefinedField5,omitzero" cw:"max=50"`
	UserDefinedField6      string              `json:"userDefinedField6,omitzero" cw:"max=50"`
	UserDefinedField7      string              `json:"userDefinedField7,omitzero" cw:"max=50"`
	UserDefinedField8      string              `json:"userDefinedField8,omitzero" cw:"max=50"`
	UserDefinedField9      string              `json:"userDefinedField9,omitzero" cw:"max=50"`
	UserDefinedField10     string              `json:"userDefinedField10,omitzero" cw:"max=50"`
	CompanyLocation        Ref                 `json:"companyLocation,omitzero"`
	CommunicationItems     []CommunicationItem `json:"communicationItems,omitzero"`
	Types                  []Ref               `json:"types,omitzero" cw:"create"` // only in Create
	IntegratorTags         []string            `json:"integratorTags,omitzero"`
	CustomFields           []CustomField       `json:"customFields,omitzero"`
	Photo                  Ref                 `json:"photo,omitzero" cw:"readonly"`
	IgnoreDuplicates       bool                `json:"ignoreDuplicates,omitzero"` // skips the server's check for duplicates
	Info                   Info                `json:"_info,omitzero" cw:"readonly"`
	TypeIDs                []int64             `json:"typeIds,omitzero" cw:"create"` // only in Create
}

// ContactNote is a note on a contact, company/contacts/{id}/notes.
type ContactNote struct {
	ID        int64  `json:"id,omitzero" cw:"readonly"`
	ContactID int64  `json:"contactId,omitzero"`
	Text      string `json:"text,omitzero"`
	Type      Ref    `json:"type,omitzero"`
	Flagged   bool   `json:"flagged,omitzero"`
	EnteredBy string `json:"enteredBy,omitzero"`
	Info      Info   `json:"_info,omitzero" cw:"readonly"`
}
