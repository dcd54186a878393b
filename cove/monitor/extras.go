package monitor

import (
	"errors"
	"strconv"
	"time"

	"github.com/covedesk/covedesk/cove"
)

// Columns that cove.Device does not hold. VE and YV: whether there is a
// LocalSpeedVault, and its status. I80, RV0, RVJ and RVL: whether there are
// recovery tests, how the last one ended, the status that counts while one
// runs, and the last success. They are read only when a rule needs them.
var (
	storageColumns  = []string{"VE", "YV"}
	recoveryColumns = []string{"I80", "RV0", "RVJ", "RVL"}
)

// storage judges the synchronization of the cloud storage (column YS) and, if
// there is one, of the LocalSpeedVault (YV), when the rules ask for it. A value
// below zero means failed or offline; any other is a progress. No column says
// since when.
func (j *judge) storage() (Finding, string) {
	vault, err := vaultStatus(j.Device)
	switch {
	case !j.class.Storage:
	case err != nil:
		return Finding{}, "the status of its LocalSpeedVault could not be read"
	case j.StorageStatus == cove.SyncFailed, vault == cove.SyncFailed:
		return j.found(Finding{}, OutOfSync, time.Time{}), ""
	case j.StorageStatus == cove.SyncOffline, vault == cove.SyncOffline:
		return Finding{}, "its storage is offline"
	}
	return Finding{}, ""
}

// vaultStatus reads the status of the LocalSpeedVault; SyncUndefined when there
// is none.
func vaultStatus(d *cove.Device) (cove.SyncStatus, error) {
	on, status := d.Rest[storageColumns[0]], d.Rest[storageColumns[1]]
	if on == "" || status == "" {
		return cove.SyncUndefined, nil
	}
	if there, err := strconv.ParseBool(on); err != nil || !there {
		return cove.SyncUndefined, err
	}
	n, err := strconv.ParseInt(status, 10, 8)
	return cove.SyncStatus(n), err
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

// recoveryOf reads how the last recovery test ended, when one was last good,
// and whether the device has any.
func recoveryOf(d *cove.Device) (status cove.SessionStatus, good time.Time, tested bool, err error) {
	var mode cove.RecoveryMode
	var completed cove.SessionStatus
	value := func(i int) []byte { return []byte(d.Rest[recoveryColumns[i]]) }
	seconds, err := strconv.ParseInt("0"+string(value(3)), 10, 64)
	err = errors.Join(err, mode.UnmarshalText(value(0)), status.UnmarshalText(value(1)), completed.UnmarshalText(value(2)))
	if status.Running() {
		status = completed
	}
	if seconds != 0 {
		good = time.Unix(seconds, 0).UTC()
	}
	tested = err != nil || mode != cove.RecoveryNone || len(value(0)) == 0 && (status != cove.StatusNone || !good.IsZero())
	return status, good, tested, err
}

// recovery judges the recovery tests of a device that has them, when the rules
// ask for it: the last one succeeded, and the last success is recent enough.
func (j *judge) recovery() (Finding, string) {
	limit := j.class.Recovery
	if limit == 0 {
		return Finding{}, ""
	}
	status, good, tested, err := recoveryOf(j.Device)
	f := Finding{Status: status, Since: good, LastGood: good, Limit: limit}
	condition := statusConditions[status]
	switch {
	case err != nil:
		return Finding{}, "the columns about its recovery tests could not be read"
	case !tested:
		return Finding{}, ""
	case condition != Good && condition != Interrupted && condition != Missed, !good.IsZero() && j.at.Sub(good) > limit:
		return j.found(f, Untested, time.Time{}), ""
	case good.IsZero():
		return f, "no recovery test has succeeded yet"
	}
	return f, ""
}
