package monitor

import (
	"strconv"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

// The columns about the LocalSpeedVault, which cove.Device does not hold.
const (
	columnVault       = "VE" // whether there is one
	columnVaultStatus = "YV"
)

var storageColumns = []string{columnVault, columnVaultStatus}

// judgeStorage judges the synchronization of the cloud storage (column YS) and
// of the LocalSpeedVault (YV), where there is one. Both are numbers: below zero
// failed or offline, else how far it has come. No column tells since when.
func judgeStorage(d *cove.Device) (Finding, string) {
	vault, ok := vaultStatus(d)
	switch {
	case !ok:
		return Finding{}, "the status of its LocalSpeedVault could not be read"
	case d.StorageStatus == cove.SyncFailed, vault == cove.SyncFailed:
		return Finding{Condition: OutOfSync, Severity: reconcile.SeverityMedium}, ""
	case d.StorageStatus == cove.SyncOffline, vault == cove.SyncOffline:
		return Finding{}, "its storage is offline"
	}
	return Finding{}, ""
}

// vaultStatus reads the status of the LocalSpeedVault; undefined where there is
// none.
func vaultStatus(d *cove.Device) (cove.SyncStatus, bool) {
	text := d.Rest[columnVaultStatus]
	on := d.Rest[columnVault]
	if on == "" || text == "" {
		return cove.SyncUndefined, true
	}
	if there, err := strconv.ParseBool(on); err != nil || !there {
		return cove.SyncUndefined, err == nil
	}
	n, err := strconv.ParseInt(text, 10, 8)
	return cove.SyncStatus(n), err == nil
}

// storageText says which storage failed to synchronize.
func storageText(d *cove.Device) string {
	vault, _ := vaultStatus(d)
	switch {
	case vault != cove.SyncFailed:
		return "the cloud storage failed to synchronize"
	case d.StorageStatus != cove.SyncFailed:
		return "the LocalSpeedVault failed to synchronize"
	}
	return "the cloud storage and the LocalSpeedVault failed to synchronize"
}
