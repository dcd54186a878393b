package cove

import "time"

// A Device is a backed-up system or Microsoft 365 tenant with the columns that
// monitoring needs, for use with [Devices]. A program that needs other columns
// defines its own struct, or embeds Device:
//
//	type device struct {
//		cove.Device
//		Notes string `cove:"AA843"` // a custom column of this tenant
//	}
//
// A column that the API left out is zero: a source that never ran has zero
// stats, and a device that never reported has a zero Seen.
type Device struct {
	ID        int64    `cove:"account"` // account id
	PartnerID int64    `cove:"partner"` // id of the owning partner, which may be a site
	Flags     []string `cove:"flags"`   // account flags such as "AutoDeployed"; usually nil

	// Malformed lists the columns of this device whose values could not be
	// read; their fields are zero. It is nil when all could be read.
	Malformed []ColumnError `cove:"malformed"`
	// Refused lists the codes of the columns that this user may not read, the
	// same for every device. Their fields are zero, which says nothing about
	// the device. It is nil for a user with all rights.
	Refused []string `cove:"refused"`
	// Rest holds the values of DeviceQuery.Columns, such as custom columns, by
	// code as asked for. It is nil when there are none.
	Rest map[string]string `cove:"rest"`

	Name         string `cove:"AN"` // unique login name of the device
	ComputerName string `cove:"MN"` // empty on Microsoft 365
	Alias        string `cove:"AL"`
	Customer     string `cove:"AR"` // name of the owning partner
	Reference    string `cove:"PF"` // external code of the owning partner; see Reference

	ProductID int64  `cove:"PD"`
	Product   string `cove:"PN"` // the retention policy
	ProfileID int64  `cove:"OI"` // 5038 is the Documents profile by default
	Profile   string `cove:"OP"`

	OS          string        `cove:"OS"` // "Windows Server 2019 Standard (17763), 64-bit"
	OSType      OSType        `cove:"OT"`
	AccountType AccountType   `cove:"AT"`
	Sources     DataSourceSet `cove:"I78"` // the sources that are being backed up
	Physicality Physicality   `cove:"I81"`

	Created time.Time `cove:"CD"`
	Seen    time.Time `cove:"TS"` // last contact, whether or not backups succeed

	Expires      time.Time   `cove:"ED"` // zero: never
	Seeding      SeedingMode `cove:"IS"`
	Manufacturer string      `cove:"MF"`
	Model        string      `cove:"MO"`

	UsedStorage     Bytes         `cove:"US"`
	StorageStatus   SyncStatus    `cove:"YS"`
	StorageLocation string        `cove:"LN"`
	ExternalIPs     string        `cove:"EI"` // a list in one string
	InternalIPs     string        `cove:"IP"` // a list in one string
	UTCOffset       time.Duration `cove:"TZ"` // hours on the wire

	// Total covers all sources together. Its LastSuccess is the newest of any
	// source, so it hides a source that has stopped.
	Total SourceStats `cove:"D09"`

	FilesAndFolders SourceStats `cove:"D01"`
	SystemState     SourceStats `cove:"S"` // by legacy letter: some tenants refuse the codes D02 and D03
	MSSQLLegacy     SourceStats `cove:"Q"`
	Exchange        SourceStats `cove:"D04"`
	NetworkShares   SourceStats `cove:"D06"`
	VMware          SourceStats `cove:"D08"`
	MSSQL           SourceStats `cove:"D10"`
	SharePoint      SourceStats `cove:"D11"`
	Oracle          SourceStats `cove:"D12"`
	HyperV          SourceStats `cove:"D14"`
	MySQL           SourceStats `cove:"D15"`
	M365Exchange    SourceStats `cove:"D19"`
	M365OneDrive    SourceStats `cove:"D20"`
	M365SharePoint  SourceStats `cove:"D05"`
	M365Teams       SourceStats `cove:"D23"`
}

// A SourceStats holds what the columns say about one data source of a device.
// Tag a field of this type with the source's code or legacy letter.
type SourceStats struct {
	Status              SessionStatus `cove:"F00"` // of the most recent session; StatusInProcess while one runs
	Errors              int64         `cove:"F06"` // of the most recent session
	LastSession         time.Time     `cove:"F15"` // zero while a session runs
	LastSuccess         time.Time     `cove:"F09"` // zero: never
	LastSuccessStatus   SessionStatus `cove:"F16"` // normally StatusCompleted; another status is a success with reservations
	LastCompleted       time.Time     `cove:"F18"`
	LastCompletedStatus SessionStatus `cove:"F17"` // of the last completed session; use it while Status is running
	Duration            time.Duration `cove:"F12"` // of the last session, whole seconds
	ColorBar            ColorBar      `cove:"F08"` // the last 28 days
	SelectedSize        Bytes         `cove:"F03"`
	ProcessedSize       Bytes         `cove:"F04"`
	SentSize            Bytes         `cove:"F05"`
	ProtectedSize       Bytes         `cove:"F07"`
}

// Source returns the stats of a source within d, and false for a source that
// Device has no columns for. It does not tell whether the device backs the
// source up; d.Sources does.
func (d *Device) Source(s DataSource) (*SourceStats, bool) {
	for _, each := range [...]struct {
		source DataSource
		stats  *SourceStats
	}{
		{SourceTotal, &d.Total}, {SourceFilesAndFolders, &d.FilesAndFolders}, {SourceSystemState, &d.SystemState}, {SourceVSSSystemState, &d.SystemState},
		{SourceMSSQLLegacy, &d.MSSQLLegacy}, {SourceExchange, &d.Exchange}, {SourceNetworkShares, &d.NetworkShares}, {SourceVMware, &d.VMware},
		{SourceMSSQL, &d.MSSQL}, {SourceSharePoint, &d.SharePoint}, {SourceOracle, &d.Oracle}, {SourceHyperV, &d.HyperV}, {SourceMySQL, &d.MySQL},
		{SourceM365Exchange, &d.M365Exchange}, {SourceM365OneDrive, &d.M365OneDrive}, {SourceM365SharePoint, &d.M365SharePoint}, {SourceM365Teams, &d.M365Teams},
	} {
		if each.source == s {
			return each.stats, true
		}
	}
	return nil, false
}
