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
