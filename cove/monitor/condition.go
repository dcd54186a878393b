package monitor

import (
	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

// A Condition is what is wrong with a source or a device. Conditions are
// ordered by rank: where several hold, the highest is the kind of the problem.
type Condition uint8

// The conditions, from the lowest rank to the highest. The zero value is good.
const (
	Good        Condition = iota
	Untested              // the last recovery test failed, or is too old
	OutOfSync             // a storage failed to synchronize
	Errors                // a backup was made, but with errors
	Interrupted           // the last session was interrupted
	Missed                // the last session did not start: the machine was off
	Stale                 // the last good backup is older than the rule allows
	NoSelection           // nothing is selected for backup
	OverQuota             // a quota stopped the last session
	Failed                // the last session failed or was aborted
	Never                 // no good backup was ever made
	Offline               // the device has lost contact
)

// A conditionRow is everything that texts say about a condition. Its place in
// the table is the condition's rank.
//
// First lines may contain {source}, the sources ("Files"); {SOURCE}, the same
// in capitals; {since}, when the problem began; {good}, when the last backup
// was good; {created}, when the device was added; and {storage}, the storage's
// name. A rule may contain {source} and {limit}. A part in square brackets is
// left out when one of its times is unknown.
type conditionRow struct {
	name     string // in State and Kind
	words    string // in a summary, after the sources if it has any
	first    string // first line of a ticket
	never    string // first line when no backup was ever good, if it differs
	headline string // for customers, and above a group of devices in a storm's list
	rule     string // what the rules ask for
	step     string // what to do first, unless an error says it
	tenant   string // the same for a Microsoft 365 tenant, if it differs
	ending   string // what ends it
	// severity is the lowest severity. With rises it grows with the age of the
	// last good backup, or of the last contact.
	severity reconcile.Severity
	rises    bool
}

const (
	noGood    = "NO GOOD {SOURCE} BACKUP[ SINCE {good}]."
	noGoodYet = "NO GOOD {SOURCE} BACKUP YET."
	nextGood  = "after the next good {source} backup"
	orOlder   = ", or good backup older than {limit}"
)

var conditions = [...]conditionRow{
	Good: {name: "good", words: "good"},
	Untested: {
		name: "untested", words: "no good recovery test",
		first: "NO GOOD RECOVERY TEST SINCE {good}.", never: "NO RECOVERY TEST HAS SUCCEEDED YET.",
		headline: "Recovery tests do not succeed", rule: "recovery test failed, or last good one older than {limit}",
		step: "read the report of the recovery test in the Cove console", ending: "after the next good recovery test", severity: reconcile.SeverityLow,
	},
	OutOfSync: {
		name: "outofsync", words: "storage out of sync",
		first:    "STORAGE OUT OF SYNC: {storage}. Cove does not tell since when.",
		headline: "A backup storage is out of sync", rule: "a storage failed to synchronize",
		step:   "check path, free space and connection of the storage in the backup manager",
		ending: "when the storage is in sync again", severity: reconcile.SeverityMedium,
	},
	Errors: {
		name: "errors", words: "completed with errors",
		first: "{SOURCE} BACKUP HAS ERRORS[ SINCE {since}]: a part of the data is not backed up.", never: "{SOURCE} BACKUP HAS ERRORS and was never without: a part of the data is not backed up.",
		headline: "The backup completes with errors", rule: "{source} backup with errors",
		step: "read the errors of the last session in the Cove console", ending: nextGood, severity: reconcile.SeverityLow, rises: true,
	},
	Interrupted: {
		name: "interrupted", words: "interrupted", first: noGood, never: noGoodYet,
		headline: "The backup was interrupted", rule: "{source} backup interrupted" + orOlder,
		step:   "find out whether the machine goes off or offline while the backup runs",
		ending: nextGood, severity: reconcile.SeverityLow, rises: true,
	},
	Missed: {
		name: "missed", words: "missed", first: noGood, never: noGoodYet,
		headline: "The backup did not run", rule: "{source} backup missed" + orOlder,
		step:   "find out why the machine was off or out of reach at the time of its schedule",
		ending: nextGood, severity: reconcile.SeverityLow, rises: true,
	},
	Stale: {
		name: "stale", words: "stale", first: noGood, never: noGoodYet,
		headline: "The last good backup is too old", rule: "{source} backup older than {limit}",
		step:   "look in the Cove console whether a session hangs or the schedule is disabled, then start a backup manually",
		ending: nextGood, severity: reconcile.SeverityLow, rises: true,
	},
	NoSelection: {
		name: "noselection", words: "nothing selected for backup",
		first:    "NOTHING IS SELECTED FOR {SOURCE} BACKUP. Cove does not tell since when. Last good backup {good}.",
		never:    "NOTHING IS SELECTED FOR {SOURCE} BACKUP, and nothing was ever backed up.[ The device was added {created}.]",
		headline: "Nothing is selected for backup", rule: "nothing selected for {source} backup",
		step: "select what is to be backed up; delete the device if it is retired", ending: nextGood, severity: reconcile.SeverityLow, rises: true,
	},
	OverQuota: {
		name: "quota", words: "over quota",
		first:    "OVER QUOTA: the quota stopped the last {source} session. Last good {source} backup {good}.",
		never:    "OVER QUOTA: the quota stopped the last {source} session. There is no good {source} backup yet.",
		headline: "A quota stops the backup", rule: "{source} backup over quota" + orOlder,
		step: "raise the quota, or select less", ending: nextGood, severity: reconcile.SeverityLow, rises: true,
	},
	Failed: {
		name: "failed", words: "failed", first: noGood, never: noGoodYet,
		headline: "The last backup failed", rule: "{source} backup failed" + orOlder,
		step: "read the errors of the last session in the Cove console", ending: nextGood, severity: reconcile.SeverityLow, rises: true,
	},
	Never: {
		name: "never", words: "never backed up",
		first:    "NEVER BACKED UP: {source}.[ The device was added {created}.]",
		headline: "There was never a backup", rule: "{source} never backed up",
		step:   "look in the Cove console whether the device has a schedule, then start a backup manually",
		ending: "after the first good {source} backup", severity: reconcile.SeverityLow, rises: true,
	},
	Offline: {
		name: "offline", words: "offline",
		first: "NO CONTACT SINCE {since}. Last good backup {good}.", never: "NO CONTACT SINCE {since}. It was never backed up.",
		headline: "The device has lost contact", rule: "no contact for more than {limit}",
		step:   "find out whether the machine is on and online, then whether its backup service runs",
		tenant: "look in the Cove console whether the tenant is still connected",
		ending: "after the next contact with a good backup of every backup source", severity: reconcile.SeverityLow, rises: true,
	},
}

func (c Condition) row() *conditionRow {
	if int(c) < len(conditions) {
		return &conditions[c]
	}
	return &conditionRow{name: "condition", words: "condition"}
}

// String returns one lower-case word, as in [Verdict].State and
// [reconcile.Issue].Kind.
func (c Condition) String() string { return c.row().name }

// statusConditions holds the meaning of a completed session's status. A status
// that is missing here proves nothing: none, unknown, running, or one without a
// name.
var statusConditions = map[cove.SessionStatus]Condition{
	cove.StatusCompleted: Good, cove.StatusCompletedWithErrors: Errors, cove.StatusFailed: Failed, cove.StatusAborted: Failed,
	cove.StatusOverQuota: OverQuota, cove.StatusNoSelection: NoSelection, cove.StatusInterrupted: Interrupted, cove.StatusNotStarted: Missed,
}

// state returns what counts as a change of the problem: sources, conditions and
// severities ("D01:failed D02:stale2"). The lowest severity has no number. The
// state holds no count, age, time or text, so it stays the same until the
// problem itself changes.
func state(findings []Finding) string {
	return joined(findings, " ", func(f Finding) string {
		return where(f.Source != 0, f.Source.String()+":") + f.Condition.String() + where(f.Severity > reconcile.SeverityLow, string(rune('0'+f.Severity)))
	})
}
