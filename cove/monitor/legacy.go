package monitor

import (
	"regexp"
	"strings"

	"github.com/covedesk/covedesk/reconcile"
)

// LegacyPattern finds the tickets of the PowerShell tool SyncTickets by their
// summary, in the notation of a ConnectWise condition: % stands for any text,
// case makes no difference.
const LegacyPattern = "Cove%"

// verbatimLegacy is how that tool words its summaries: source codes and one of
// its own phrases, which ours are not.
var verbatimLegacy = regexp.MustCompile(`^(?:COVE (?:SVR|WKS|DOC|365) .*#\d+\s+- (?:(?:FS|SS|EX|OD|SP|TM)(?:/(?:FS|SS|EX|OD|SP|TM))?|MULTI\(\d+\))? ?` +
	`(?:Failed - .+|Failed\(\d+\)|Stale(?: \(.+\))?|No success \(.+\)|Errors|Issue)|Cove: \[.+\] .*\(ID:\s*\d+\) - .+)$`)

// Adopt recognises tickets of the PowerShell tool SyncTickets by their
// summaries: the device, and whether the summary is word for word the tool's.
func Adopt(summary string) (key reconcile.Key, verbatim, ok bool) {
	key, ok = ClaimLegacy(summary)
	return key, ok && verbatimLegacy.MatchString(strings.TrimSpace(summary)), ok
}

var (
	legacyID    = regexp.MustCompile(`#(\d{1,18})\s+-`)
	legacyOldID = regexp.MustCompile(`\(ID:\s*(\d{1,18})\)`)
)

// ClaimLegacy reads from the summary of a ticket of that tool which device it
// is about, the way the tool itself does: "COVE SVR SRV-01 #2345678 - ..." and,
// of its older versions, "Cove: [Server] SRV-01 (ID: 2345678) - ...". With
// [LegacyPattern] it lets a desk take such tickets over.
func ClaimLegacy(summary string) (reconcile.Key, bool) {
	if len(summary) < 4 || !strings.EqualFold(summary[:4], "cove") {
		return reconcile.Key{}, false
	}
	m := legacyID.FindStringSubmatch(summary)
	if m == nil {
		m = legacyOldID.FindStringSubmatch(summary)
	}
	if m == nil {
		return reconcile.Key{}, false
	}
	id := strings.TrimLeft(m[1], "0")
	if id == "" {
		return reconcile.Key{}, false
	}
	return reconcile.Key{Feed: Source, Subject: id}, true
}
