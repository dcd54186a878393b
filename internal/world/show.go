package world

import (
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/covedesk/covedesk/cove/covetest"
)

// location is the id of the Cove location of all devices.
const location = 12

// version is the build of all backup clients.
const version = "26.1.0.26067"

// makers are manufacturers and models of machines.
var makers = [][2]string{{"Dell Inc.", "Latitude 5540"}, {"HP", "EliteBook 840 G9"}, {"LENOVO", "ThinkPad T14 Gen 3"}, {"Microsoft Corporation", "Surface Laptop 5"}}

// addDevice adds a device to the Cove server.
func (w *World) addDevice(d *device) {
	seed := covetest.Device{
		PartnerID: d.partner, Name: d.name, ComputerName: d.computer, Created: d.born,
		Sources: map[string]covetest.Source{}, Product: "All-In", Location: "United States", ClientVersion: version, TimeOffset: -5,
	}
	n := d.number()
	make := makers[n%len(makers)]
	seed.Manufacturer, seed.Model, seed.CPUCores, seed.RAM = make[0], make[1], 4+2*(n%3), int64(8<<(n%2))<<30
	seed.InternalIPs, seed.ExternalIPs = fmt.Sprintf("10.0.%d.%d", n>>8&0xff, n&0xff), fmt.Sprintf("203.0.113.%d", n&0xff)
	seed.MAC = fmt.Sprintf("02-00-5E-%02X-%02X-%02X", n>>16&0xff, n>>8&0xff, n&0xff)
	switch d.kind {
	case server:
		seed.OSType, seed.OS, seed.Physicality = 2, "Windows Server 2022 Standard Edition (20348), 64-bit", "Virtual"
		seed.Manufacturer, seed.Model, seed.CPUCores, seed.RAM = "VMware, Inc.", "VMware20,1", 8, 64<<30
		seed.Profile, seed.ProfileVersion = "Servers", "1"
	case workstation:
		seed.OSType, seed.OS, seed.Physicality = 1, "Windows 11 Pro (22631), 64-bit", "Physical"
		seed.Profile, seed.ProfileVersion = "Workstations", "1"
	case documents:
		seed.OSType, seed.OS, seed.Physicality = 1, "Windows 11 Pro (22631), 64-bit", "Physical"
		seed.Profile, seed.ProfileVersion, seed.Product = "Documents", "1", "Documents"
	case tenant:
		seed = covetest.Device{PartnerID: d.partner, Name: d.name, Created: d.born, AccountType: 2, Sources: seed.Sources, Product: seed.Product, Location: seed.Location}
	}
	now := w.shown
	d.show(&seed, now)
	d.id = w.Cove.AddDevice(seed)
	w.Cove.EditDevice(d.id, func(seed *covetest.Device) { seed.Seen = d.seen(now) })
	w.mu.Lock()
	w.devices = append(w.devices, d)
	w.byID[d.id] = d
	w.mu.Unlock()
	w.showSessions(d, now.Add(-3*24*time.Hour), now, 1)
}

// showDevice updates a device on the Cove server to its present state.
func (w *World) showDevice(d *device, now time.Time) {
	w.Cove.EditDevice(d.id, func(seed *covetest.Device) {
		w.mu.Lock()
		defer w.mu.Unlock()
		d.show(seed, now)
	})
}

// number returns a number that differs between machines of a kind.
func (d *device) number() int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(d.name)) // a hash never fails
	return int(h.Sum32() & 0xffffff)
}

// sizeAt returns how much data a source protects: a little more every day.
func (d *device) sizeAt(s *source, at time.Time) int64 {
	return s.size + s.size/2000*int64(at.Sub(d.born)/(24*time.Hour))
}

// show fills in what Cove knows of the device at a moment.
func (d *device) show(seed *covetest.Device, now time.Time) {
	seed.Seen, seed.UsedStorage = d.seen(now), 0
	for _, s := range d.sources {
		size := d.sizeAt(s, now)
		shown := covetest.Source{ProtectedSize: size, SelectedSize: size, ProcessedSize: size / 50, SentSize: size / 400, Duration: s.lasts,
			SelectedCount: size >> 20, ProcessedCount: size >> 26, PreviousCount: size >> 20, PreviousSize: size, LicenseItems: 1, Retention: 28}
		if run, found := d.sessionBefore(s, now); found {
			shown.Status, shown.Errors = int(run.ending), int64(run.errors)
			shown.LastSession, shown.LastCompleted = run.at, run.at
			shown.LastCompletedStatus = int(run.ending)
		}
		if good, found := d.successBefore(s, now); found {
			shown.LastSuccess, shown.LastSuccessStatus = good.at, int(completed)
		}
		shown.ColorBar = d.bar(s, now)
		users, sites := d.people()
		switch s.code {
		case "D19":
			shown.ProtectedUsers, shown.SharedMailboxes, shown.LicenseItems = users, users/5, users
		case "D20":
			shown.ProtectedUsers, shown.LicenseItems = users, users
		case "D05":
			shown.Sites = sites
		case "D23":
			shown.Teams, shown.Channels = sites, 3*sites
		}
		seed.Sources[s.code] = shown
		seed.UsedStorage += size * 2 / 3
	}
}

// people returns how many users and sites a tenant has.
func (d *device) people() (users, sites int64) {
	n := int64(d.number())
	return 3 + n%40, 1 + n%9
}

// past returns the state of a device in Cove before the server knew it.
func (w *World) past(seed covetest.Device, at time.Time) covetest.Device {
	w.mu.Lock()
	defer w.mu.Unlock()
	if d := w.byID[seed.ID]; d != nil {
		d.show(&seed, at)
	}
	return seed
}

// showSessions adds the sessions of (from, to], oldest first, and at least so
// many of each source, however old.
func (w *World) showSessions(d *device, from, to time.Time, least int) {
	var list []covetest.Session
	for _, s := range d.sources {
		for at, n := to, 0; ; n++ {
			run, found := d.sessionBefore(s, at)
			if !found || !run.at.After(from) && n >= least {
				break
			}
			at = run.at.Add(-time.Second)
			list = append(list, d.session(s, run))
		}
	}
	slices.SortStableFunc(list, func(a, b covetest.Session) int { return a.Start.Compare(b.Start) })
	for _, session := range list {
		w.Cove.AddSession(d.id, session)
	}
}

// session returns a session in Cove's form.
func (d *device) session(s *source, run session) covetest.Session {
	size := d.sizeAt(s, run.at)
	seed := covetest.Session{
		Source: s.code, Status: int(run.ending), Start: run.at.Add(-s.lasts), End: run.at, Version: version, Flags: []string{"Synchronized"},
		SelectedSize: size, ProcessedSize: size / 50, ChangedSize: size / 200, SentSize: size / 400,
		SelectedCount: size >> 20, ProcessedCount: size >> 26, ChangedCount: size >> 27, RemovedCount: size >> 32,
	}
	if d.kind == tenant {
		users, sites := d.people()
		seed.Version, seed.Flags, seed.Accounts, seed.SiteCollections = "", nil, users, sites
	}
	if run.text != "" {
		seed.Errors = []covetest.SessionError{{Code: run.code, Text: run.text, Filename: run.file, Count: int64(run.errors), Time: run.at}}
	}
	return seed
}
