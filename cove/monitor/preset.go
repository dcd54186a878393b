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
//	              SyncTickets v10.4: 24 hours for servers and workstations, 14
//	              days for Documents devices, 12 hours for Microsoft 365, and
//	              nothing about devices without contact for 30 days
//	readme        the figures that tool's help gives: 26 hours for servers, 10
//	              days for workstations, 4 days for Documents devices
//
// The presets take over the tool's figures, not its defects: every source is
// still judged on its own, and every status has its class.
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
