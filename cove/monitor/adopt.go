package monitor

import (
	"regexp"
	"strings"

	"github.com/covedesk/covedesk/reconcile"
)

// LegacyPattern finds the tickets of the PowerShell tool SyncTickets by their
// summaries, in the notation of a ConnectWise condition: % stands for any text,
// case makes no difference.
const LegacyPattern = "Cove%"

// verbatimLegacy is how the PowerShell tool words its summaries: source codes
// and one of its own phrases, which ours are not.
var verbatimLegacy = regexp.MustCompile(`^(?:COVE (?:SVR|WKS|DOC|365) .*#\d+\s+- (?:(?:FS|SS|EX|OD|SP|TM)(?:/(?:FS|SS|EX|OD|SP|TM))?|MULTI\(\d+\))? ?` +
	`(?:Failed - .+|Failed\(\d+\)|Stale(?: \(.+\))?|No success \(.+\)|Errors|Issue)|Cove: \[.+\] .*\(ID:\s*\d+\) - .+)$`)

// legacyID is where a summary names the device, as the tool itself looks for
// it: "COVE SVR SRV-01 #2345678 - ..." and, of its older versions, "Cove:
// [Server] SRV-01 (ID: 2345678) - ...".
var legacyID = regexp.MustCompile(`(?i)^cove.*?(?:#0*([1-9]\d{0,18})\s+-|\(ID:\s*0*([1-9]\d{0,18})\))`)

// Adopt recognises tickets of the PowerShell tool SyncTickets, and our own, by
// their summaries: the device, and whether the summary is word for word the
// tool's. [Monitor.Look] hands it to the desk.
func Adopt(summary string) (key reconcile.Key, verbatim, ok bool) {
	m := legacyID.FindStringSubmatch(summary)
	if m == nil {
		return reconcile.Key{}, false, false
	}
	return reconcile.Key{Feed: Source, Subject: m[1] + m[2]}, verbatimLegacy.MatchString(strings.TrimSpace(summary)), true
}
