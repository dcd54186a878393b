package world

import (
	"time"

	"github.com/covedesk/covedesk/cove/covetest"
)

// documentsProfile is the profile id by which Cove marks documents-only
// workstations.
const documentsProfile = 5038

// addDevice gives a device to the Cove server.
func (w *World) addDevice(d *device) {
	seed := covetest.Device{
		PartnerID: d.partner, Name: d.name, ComputerName: d.computer, Created: d.born,
		Sources: map[string]covetest.Source{}, Product: "All-In", Location: "United States",
	}
	switch d.kind {
	case server:
		seed.OSType, seed.OS, seed.Physicality = 2, "Windows Server 2022 Standard Edition (20348), 64-bit", "Virtual"
	case workstation:
		seed.OSType, seed.OS, seed.Physicality = 1, "Windows 11 Pro (22631), 64-bit", "Physical"
	case documents:
		seed.OSType, seed.OS, seed.Physicality = 1, "Windows 11 Pro (22631), 64-bit", "Physical"
		seed.ProfileID, seed.Profile, seed.Product = documentsProfile, "Documents", "Documents"
	case tenant:
		seed.AccountType = 2
	}
	d.show(&seed, w.now)
	d.id = w.Cove.AddDevice(seed)
	w.Cove.EditDevice(d.id, func(seed *covetest.Device) { seed.Seen = d.seen(w.now) })
	w.devices = append(w.devices, d)
	w.showSessions(d, w.now.Add(-3*24*time.Hour), w.now)
}

// show fills in what Cove knows about the device at a moment.
func (d *device) show(seed *covetest.Device, now time.Time) {
	seed.Seen = d.seen(now)
	for _, s := range d.sources {
		shown := covetest.Source{ProtectedSize: s.size, SelectedSize: s.size, ProcessedSize: s.size / 50, SentSize: s.size / 400, Duration: s.lasts}
		if run, found := d.sessionBefore(s, now); found {
			shown.Status, shown.Errors = int(run.ending), int64(run.errors)
			shown.LastSession, shown.LastCompleted = run.at, run.at
			shown.LastCompletedStatus = int(run.ending)
		}
		if good, found := d.successBefore(s, now); found {
			shown.LastSuccess, shown.LastSuccessStatus = good.at, int(completed)
		}
		shown.ColorBar = d.bar(s, now)
		seed.Sources[s.code] = shown
	}
}

// showSessions adds the sessions that did not end well in (from, to]: nobody
// looks up the details of good ones.
func (w *World) showSessions(d *device, from, to time.Time) {
	for _, s := range d.sources {
		for at := to; ; {
			run, found := d.sessionBefore(s, at)
			if !found || !run.at.After(from) {
				break
			}
			at = run.at.Add(-time.Second)
			if run.ending == completed {
				continue
			}
			seed := covetest.Session{Source: s.code, Status: int(run.ending), Start: run.at.Add(-s.lasts), End: run.at}
			if run.text != "" {
				seed.Errors = []covetest.SessionError{{Text: run.text, Count: int64(run.errors), Time: run.at}}
			}
			w.Cove.AddSession(d.id, seed)
		}
	}
}
