package monitor

import (
	"fmt"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

// DefaultRules returns the rules to start with: 26 hours for servers, 10 days
// for workstations, 14 days for Documents devices, 12 hours for Microsoft 365;
// severity rises at 7, 14 and 30 days. Servers and tenants are reported as
// offline after 3 days without contact; workstations are only listed, after 30
// days. Storage and Recovery are off: their columns are known more from other
// programs than from documentation, and a passing failure looks the same as a
// lasting one.
//
// Ignore holds the files on workstations that Windows keeps open, so that no
// backup can read them while the machine is in use (a user's registry, the page
// file). Without it every laptop would have a ticket.
func DefaultRules() Rules {
	laptop := ClassRules{
		Stale: 10 * day, Offline: 30 * day, ListOffline: true, UntilContact: true, TolerateMissed: true, TolerateInterrupted: true,
	}
	r := Rules{
		Server:            ClassRules{Stale: 26 * time.Hour, Offline: 3 * day, TolerateInterrupted: true},
		Workstation:       laptop,
		Documents:         laptop,
		M365:              ClassRules{Stale: 12 * time.Hour, Offline: 3 * day, TolerateInterrupted: true},
		SeverityAges:      SeverityAges{Medium: 7 * day, High: 14 * day, Critical: 30 * day},
		DocumentsProfiles: []int64{5038},
		NewGrace:          72 * time.Hour,
		SeedingGrace:      14 * day,
		CustomerStates:    []cove.PartnerState{"", cove.StateUndefined, cove.StateInProduction, cove.StateRegistered},
		Summary:           "COVE {class} {name} #{id} - {issue}",
		Causes:            DefaultCauses(),
		SystemsLink:       "https://backup.management/#/backup/overview/view/1662(panel:device-properties/{id}/summary)",
		M365Link:          "https://backup.management/#/device/{id}/cloud-properties/office365/history",
	}
	r.Documents.Stale = 14 * day
	for _, file := range [...][2]string{
		{`*\NTUSER.DAT*`, "a user's registry, open while the user is logged in"},
		{`*\UsrClass.dat*`, "a user's registry, open while the user is logged in"},
		{`*\pagefile.sys`, "the page file, always open"},
		{`*\swapfile.sys`, "the swap file, always open"},
		{`*\hiberfil.sys`, "the hibernation file, always open"},
	} {
		for _, class := range [...]Class{ClassWorkstation, ClassDocuments} {
			r.Ignore = append(r.Ignore, Ignore{Source: cove.SourceFilesAndFolders, Class: class, Text: file[0], Why: file[1]})
		}
	}
	return r
}

// Presets returns the names that [Preset] knows.
func Presets() []string { return []string{"covedesk", "script-v10.4"} }

// Preset returns a set of rules by name; false for an unknown name.
//
//	covedesk      DefaultRules
//	script-v10.4  the defaults in the code of the PowerShell tool
//	              SyncTickets v10.4, with its severities
//
// They differ only in this:
//
//	                     covedesk            script-v10.4
//	server.stale         26 h                24 h
//	workstation.stale    10 days             24 h
//	severity             low, rising at 7,   at once: servers critical,
//	                     14 and 30 days      workstations high, m365 medium
//	offline              3 days, and 30      30 days
//	                     for workstations
//	untilContact         workstations        none
//	tolerateMissed       workstations        all: the tool has no status 7
//	ignore               files that are      nothing: the tool reports every
//	                     always open         error
//
// Workstations here are those with and without a Documents profile. The preset
// has the tool's figures but not its defects: every source is still judged on
// its own, every status has a meaning, and a server without contact for 30 days
// is reported.
func Preset(name string) (Rules, bool) {
	r := DefaultRules()
	switch name {
	case "covedesk":
		return r, true
	case "script-v10.4":
	default:
		return Rules{}, false
	}
	r.Server.Stale, r.Workstation.Stale = 24*time.Hour, 24*time.Hour
	r.SeverityAges, r.Ignore = SeverityAges{}, nil
	for _, c := range classes {
		cr := r.Class(c)
		cr.Offline, cr.UntilContact, cr.TolerateMissed, cr.Severity = 30*day, false, true, reconcile.SeverityHigh
	}
	r.Server.Severity, r.M365.Severity = reconcile.SeverityCritical, reconcile.SeverityMedium
	return r, true
}

// preset is a preset; a file has its name.
type preset Rules

// UnmarshalText finds the preset.
func (p *preset) UnmarshalText(name []byte) error {
	rules, ok := Preset(string(name))
	if !ok {
		return fmt.Errorf("%q is none of %q", name, Presets())
	}
	*p = preset(rules)
	return nil
}
