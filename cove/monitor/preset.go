package monitor

import (
	"time"
)

// Presets lists the names of [Preset].
func Presets() []string { return []string{"covedesk", "script-v10.4", "readme"} }

// Preset returns a set of rules by name:
//
//	covedesk      DefaultRules
//	script-v10.4  the defaults in the code of the PowerShell tool
//	              SyncTickets v10.4
//	readme        the figures that the help of that tool gives
//
// They differ in this, and are alike in all else:
//
//	                       covedesk     script-v10.4   readme
//	server.stale           26 h         24 h           26 h
//	workstation.stale      10 days      24 h           10 days
//	documents.stale        14 days      14 days        4 days
//	m365.stale             12 h         12 h           12 h
//	offline                3 days, and  30 days        30 days
//	                       30 for workstations
//	listOffline            workstations all            all
//	untilContact           workstations none           none
//	tolerateMissed         workstations all            all
//
// where workstations are those with and without a Documents profile. The
// presets take over the tool's figures, not its defects: every source is still
// judged on its own, and every status has its class.
func Preset(name string) (Rules, bool) {
	r := DefaultRules()
	switch name {
	case "covedesk":
		return r, true
	case "script-v10.4":
		r.Server.Stale, r.Workstation.Stale = 24*time.Hour, 24*time.Hour
	case "readme":
		r.Documents.Stale = 96 * time.Hour
	default:
		return Rules{}, false
	}
	for _, c := range [...]*ClassRules{&r.Server, &r.Workstation, &r.Documents, &r.M365} {
		c.Offline, c.ListOffline, c.UntilContact, c.TolerateMissed = 30*day, true, false, true
	}
	return r, true
}
