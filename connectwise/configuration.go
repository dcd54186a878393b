package connectwise

// Configuration is a device or another asset of a company,
// company/configurations. Name, Type and Company are required.
type Configuration struct {
	ID                        int64                   `json:"id,omitzero" cw:"readonly"`
	Name                      string                  `json:"name,omitzero" cw:"max=100"` // required
	Type                      Ref                     `json:"type,omitzero"`              // required
	Status                    Ref                     `json:"status,omitzero"`
	Company                   Ref                     `json:"company,omitzero"` // required
	Contact                   Ref                     `json:"contact,omitzero"`
	Site                      Ref                     `json:"site,omitzero"`
	LocationID                int64                   `json:"locationId,omitzero"`
	Location                  Ref                     `json:"location,omitzero"`
	BusinessUnitID            int64                   `json:"businessUnitId,omitzero"`
	Department                Ref                     `json:"department,omitzero"`
	DeviceIdentifier          string                  `json:"deviceIdentifier,omitzero" cw:"max=100"` // key in a monitoring tool; tickets can be linked by it
	SerialNumber              string                  `json:"serialNumber,omitzero" cw:"max=250"`
	ModelNumber               string                  `json:"modelNumber,omitzero" cw:"max=50"`
	TagNumber                 string                  `json:"tagNumber,omitzero" cw:"max=50"`
	PurchaseDate              Time                    `json:"purchaseDate,omitzero"`
	InstallationDate          Time                    `json:"installationDate,omitzero"`
	InstalledBy               Ref                     `json:"installedBy,omitzero"`
	WarrantyExpirationDate    Time                    `json:"warrantyExpirationDate,omitzero"`
	VendorNotes               string                  `json:"vendorNotes,omitzero"`
	Notes                     string                  `json:"notes,omitzero"`
	MACAddress                string                  `json:"macAddress,omitzero" cw:"max=25"` // with or without separators, as the tenant stores it
	LastLoginName             string                  `json:"lastLoginName,omitzero" cw:"max=100"`
	BillFlag                  bool                    `json:"billFlag,omitzero"`
	BackupSuccesses           int64                   `json:"backupSuccesses,omitzero"`
	BackupIncomplete          int64                   `json:"backupIncomplete,omitzero"`
	BackupFailed              int64                   `json:"backupFailed,omitzero"`
	BackupRestores            int64                   `json:"backupRestores,omitzero"`
	LastBackupDate            Time                    `json:"lastBackupDate,omitzero"`
	BackupServerName          string                  `json:"backupServerName,omitzero" cw:"max=50"`
	BackupBillableSpaceGB     Number                  `json:"backupBillableSpaceGb,omitzero"` // gigabytes
	BackupProtectedDeviceList string                  `json:"backupProtectedDeviceList,omitzero"`
	BackupYear                int64                   `json:"backupYear,omitzero"`
	BackupMonth               int64                   `json:"backupMonth,omitzero"`
	IPAddress                 string                  `json:"ipAddress,omitzero" cw:"max=50"`
	DefaultGateway            string                  `json:"defaultGateway,omitzero" cw:"max=50"`
	OSType                    string                  `json:"osType,omitzero" cw:"max=250"`
	OSInfo                    string                  `json:"osInfo,omitzero" cw:"max=250"`
	CPUSpeed                  string                  `json:"cpuSpeed,omitzero" cw:"max=100"`
	RAM                       string                  `json:"ram,omitzero" cw:"max=25"`
	LocalHardDrives           string                  `json:"localHardDrives,omitzero"`
	ParentConfigurationID     int64                   `json:"parentConfigurationId,omitzero"`
	Vendor                    Ref                     `json:"vendor,omitzero"`
	Manufacturer              Ref                     `json:"manufacturer,omitzero"`
	Questions                 []ConfigurationQuestion `json:"questions,omitzero"` // answers to the questions of the type; an update sends all of them
	ActiveFlag                bool                    `json:"activeFlag,omitzero"`
	ManagementLink            string                  `json:"managementLink,omitzero" cw:"max=1000"`
	RemoteLink                string                  `json:"remoteLink,omitzero" cw:"max=1000"`
	SLA                       Ref                     `json:"sla,omitzero"`
	MobileGUID                string                  `json:"mobileGuid,omitzero" cw:"readonly"`
	DisplayVendorFlag         bool                    `json:"displayVendorFlag,omitzero"`
	CompanyLocationID         int64                   `json:"companyLocationId,omitzero"`
	ShowRemoteFlag            bool                    `json:"showRemoteFlag,omitzero"`
	ShowAutomateFlag          bool                    `json:"showAutomateFlag,omitzero"`
	NeedsRenewalFlag          bool                    `json:"needsRenewalFlag,omitzero"`
	ManufacturerPartNumber    string                  `json:"manufacturerPartNumber,omitzero" cw:"max=50"`
	Info                      Info                    `json:"_info,omitzero" cw:"readonly"`
	CustomFields              []CustomField           `json:"customFields,omitzero"`
}

// ConfigurationQuestion is a configuration's answer to a question of its type.
// A write needs QuestionID and Answer.
type ConfigurationQuestion struct {
	AnswerID         int64  `json:"answerId,omitzero"`
	QuestionID       int64  `json:"questionId,omitzero"`
	Question         string `json:"question,omitzero"`
	Answer           any    `json:"answer,omitzero"` // text, number or boolean, depending on FieldType
	SequenceNumber   Number `json:"sequenceNumber,omitzero"`
	NumberOfDecimals int64  `json:"numberOfDecimals,omitzero"`
	FieldType        string `json:"fieldType,omitzero"` // one of TextArea, Currency, Date, Hyperlink, IPAddress, Checkbox, Number, Percent, Text, Password
	RequiredFlag     bool   `json:"requiredFlag,omitzero"`
}

// ConfigurationType is a type of configurations, company/configurations/types.
type ConfigurationType struct {
	ID           int64  `json:"id,omitzero" cw:"readonly"`
	Name         string `json:"name,omitzero" cw:"max=50"`
	InactiveFlag bool   `json:"inactiveFlag,omitzero"`
	SystemFlag   bool   `json:"systemFlag,omitzero"`
	Info         Info   `json:"_info,omitzero" cw:"readonly"`
}

// ConfigurationStatus is a status of configurations,
// company/configurations/statuses.
type ConfigurationStatus struct {
	ID          int64  `json:"id,omitzero" cw:"readonly"`
	Description string `json:"description,omitzero" cw:"max=50"`
	ClosedFlag  bool   `json:"closedFlag,omitzero"`
	DefaultFlag bool   `json:"defaultFlag,omitzero"`
	Info        Info   `json:"_info,omitzero" cw:"readonly"`
}
