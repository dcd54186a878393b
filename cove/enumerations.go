package cove

import (
	"fmt"
	"strconv"
)

// A Bytes is a size in bytes, as every size column of the API is.
type Bytes int64

// String returns the size in binary units with one decimal: "1.5 GiB".
func (b Bytes) String() string {
	const units = "KMGTPE"
	if b > -1024 && b < 1024 {
		return strconv.FormatInt(int64(b), 10) + " B"
	}
	size, unit := float64(b)/1024, 0
	for (size >= 1023.95 || size <= -1023.95) && unit < len(units)-1 {
		size, unit = size/1024, unit+1
	}
	return fmt.Sprintf("%.1f %ciB", size, units[unit])
}

// An OSType says whether a device is a workstation or a server (column OT,
// I32).
type OSType uint8

// The OS types. Microsoft 365 tenants have OSUndefined.
const (
	OSUndefined   OSType = 0
	OSWorkstation OSType = 1
	OSServer      OSType = 2
)

// String returns "Undefined", "Workstation" or "Server".
func (t OSType) String() string {
	return enumName("OSType", uint8(t), "Undefined", "Workstation", "Server")
}

// An AccountType says which product a device belongs to (column AT, I59).
type AccountType uint8

// The account types.
const (
	AccountUndefined     AccountType = 0
	AccountBackupManager AccountType = 1 // a system with the agent
	AccountM365          AccountType = 2 // a Microsoft 365 tenant
)

// String returns "Undefined", "BackupManager" or "M365".
func (t AccountType) String() string {
	return enumName("AccountType", uint8(t), "Undefined", "BackupManager", "M365")
}

// A SeedingMode says where a device stands in seeding (column IS, I33).
type SeedingMode uint8

// The seeding modes.
const (
	SeedingUndefined SeedingMode = 0
	SeedingNormal    SeedingMode = 1
	Seeding          SeedingMode = 2
	PreSeeding       SeedingMode = 3
	PostSeeding      SeedingMode = 4
)

// String returns the name the documentation uses.
func (m SeedingMode) String() string {
	return enumName("SeedingMode", uint8(m), "Undefined", "Normal", "Seeding", "PreSeeding", "PostSeeding")
}

// A Physicality says whether a machine is physical or virtual (column I81).
type Physicality string

// The values of I81.
const (
	PhysicalityUndefined Physicality = "Undefined"
	Physical             Physicality = "Physical"
	Virtual              Physicality = "Virtual"
)

// A SyncStatus says how far storage or a LocalSpeedVault is synchronized
// (columns YS, I36 and YV, I37). Numbers between SyncUndefined and
// SyncSynchronized that have no name are percentages.
type SyncStatus int8

// The named values.
const (
	SyncOffline      SyncStatus = -2
	SyncFailed       SyncStatus = -1
	SyncUndefined    SyncStatus = 0
	SyncRunning      SyncStatus = 50
	SyncSynchronized SyncStatus = 100
)

// String returns the name, or the number as a percentage.
func (s SyncStatus) String() string {
	switch s {
	case SyncOffline:
		return "Offline"
	case SyncFailed:
		return "Failed"
	case SyncUndefined:
		return "Undefined"
	case SyncRunning:
		return "Running"
	case SyncSynchronized:
		return "Synchronized"
	}
	return strconv.Itoa(int(s)) + "%"
}

// A RecoveryMode says whether a device takes part in recovery testing or
// standby image (column I80).
type RecoveryMode uint8

// The values of I80.
const (
	RecoveryNone    RecoveryMode = 0
	RecoveryTesting RecoveryMode = 1
	StandbyImage    RecoveryMode = 2
)

// String returns "None", "RecoveryTesting" or "StandbyImage".
func (m RecoveryMode) String() string {
	return enumName("RecoveryMode", uint8(m), "None", "RecoveryTesting", "StandbyImage")
}

// UnmarshalText reads the number, or a name from either set that the
// documentation has used: None, RecoveryTesting and StandbyImage, or the older
// Disabled and Enabled, where Enabled means recovery testing.
func (m *RecoveryMode) UnmarshalText(text []byte) error {
	switch string(text) {
	case "", "0", "None", "Disabled":
		*m = RecoveryNone
	case "1", "RecoveryTesting", "Enabled":
		*m = RecoveryTesting
	case "2", "StandbyImage":
		*m = StandbyImage
	default:
		return fmt.Errorf("no recovery mode: %s", quoteShort(text))
	}
	return nil
}

func enumName(kind string, n uint8, names ...string) string {
	if int(n) < len(names) {
		return names[n]
	}
	return kind + strconv.Itoa(int(n))
}
