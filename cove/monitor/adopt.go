package monitor

import (
	"regexp"
	"strings"

	"github.com/covedesk/covedesk/reconcile"
)

// LegacyPattern matches the summaries of the tickets of the PowerShell tool
// SyncTickets. It has the form of a ConnectWise condition: % stands for any
// text, and case does not matter.
const LegacyPattern = "Cove%"

// verbatimLegacy matches only the PowerShell tool's own summaries: they have
// source codes and phrases that ours do not have.
var verbatimLegacy = regexp.MustCompile(`^(?:COVE (?:SVR|WKS|DOC|365) .*#\d+\s+- (?:(?:FS|SS|EX|OD|SP|TM)(?:/(?:FS|SS|EX|OD|SP|TM))?|MULTI\(\d+\))? ?` +
	`(?:Failed - .+|Failed\(\d+\)|Stale(?: \(.+\))?|No success \(.+\)|Errors|Issue)|Cove: \[.+\] .*\(ID:\s*\d+\) - .+)$`)

// legacyID matches the part of a summary that names the device, in the way the
// tool itself looks for it: "COVE SVR SRV-01 #2345678 - ..." and, in its older
// versions, "Cove: [Server] SRV-01 (ID: 2345678) - ...".
var legacyID = regexp.MustCompile(`(?i)^cove.*?(?:#0*([1-9]\d{0,18})\s+-|\(ID:\s*0*([1-9]\d{0,18})\))`)

// Adopt recognises a ticket of the PowerShell tool SyncTickets, or one of ours,
// by its summary. It returns the device's key, and whether the summary is word
// for word the tool's. [Monitor.Look] passes it to the desk.
func Adopt(summary string) (key reconcile.Key, verbatim, ok bool) {
	m := legacyID.FindStringSubmatch(summary)
	if m == nil {
		return reconcile.Key{}, false, false
	}
	return reconcile.Key{Feed: Source, Subject: m[1] + m[2]}, verbatimLegacy.MatchString(strings.TrimSpace(summary)), true
}
