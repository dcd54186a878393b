package monitor

import (
	"strconv"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

// The columns about recovery tests, which cove.Device does not hold. They have
// the letters of a data source's columns.
const (
	columnRecovery          = "I80" // whether there are any
	columnRecoveryStatus    = "RV0"
	columnRecoveryCompleted = "RVJ" // the status to go by while a test runs
	columnRecoverySuccess   = "RVL" // when the last one succeeded
)

var recoveryColumns = []string{columnRecovery, columnRecoveryStatus, columnRecoveryCompleted, columnRecoverySuccess}

// A recoveryTest is what the columns say about the last recovery test.
type recoveryTest struct {
	status cove.SessionStatus // of the last one that ended
	good   time.Time          // zero: never
}

// recoveryOf reads the last recovery test. It reports false for a device that
// has none, and fails on columns that make no sense.
func recoveryOf(d *cove.Device) (recoveryTest, bool, error) {
	var t recoveryTest
	var mode cove.RecoveryMode
	var completed cove.SessionStatus
	on, success := d.Rest[columnRecovery], d.Rest[columnRecoverySuccess]
	for _, err := range [...]error{
		mode.UnmarshalText([]byte(on)),
		t.status.UnmarshalText([]byte(d.Rest[columnRecoveryStatus])),
		completed.UnmarshalText([]byte(d.Rest[columnRecoveryCompleted])),
	} {
		if err != nil {
			return t, true, err
		}
	}
	if t.status.Running() {
		t.status = completed
	}
	if success != "" && success != "0" {
		seconds, err := strconv.ParseInt(success, 10, 64)
		if err != nil {
			return t, true, err
		}
		t.good = time.Unix(seconds, 0).UTC()
	}
	if on != "" {
		return t, mode != cove.RecoveryNone, nil
	}
	return t, t.status != cove.StatusNone || !t.good.IsZero(), nil
}

// judgeRecovery judges the recovery tests of a device that has them: the last
// one has succeeded, and the last success is recent enough.
func judgeRecovery(d *cove.Device, cr *ClassRules, at time.Time) (Finding, string) {
	t, tested, err := recoveryOf(d)
	if err != nil {
		return Finding{}, "the columns about its recovery tests could not be read"
	}
	if !tested {
		return Finding{}, ""
	}
	f := Finding{Status: t.status, Since: t.good, LastGood: t.good, Limit: cr.Recovery}
	condition, known := conditionOf(t.status)
	switch {
	case known && condition != Good && condition != Interrupted && condition != Missed,
		!t.good.IsZero() && at.Sub(t.good) > cr.Recovery:
		f.Condition, f.Severity = Untested, reconcile.SeverityLow
		return f, ""
	case t.good.IsZero():
		return f, "no recovery test has succeeded yet"
	}
	return f, ""
}

// recoveryText is the first line about recovery tests.
func recoveryText(f *Finding, first func(time.Time) string) string {
	condition, known := conditionOf(f.Status)
	switch {
	case f.LastGood.IsZero():
		return "RECOVERY TEST FAILED. None has succeeded yet."
	case known && condition == Errors:
		return "RECOVERY TEST HAD ERRORS. Last good one " + first(f.LastGood) + "."
	case known && condition != Good:
		return "RECOVERY TEST FAILED. Last good one " + first(f.LastGood) + "."
	}
	return "NO GOOD RECOVERY TEST SINCE " + first(f.LastGood) + "."
}
