package covetest

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Device is a device (API: account) as the server keeps it. Its statistics
// columns are derived from it; for an empty member the column is missing.
type Device struct {
	ID        int64  // 0: the next free number; column AU
	PartnerID int64  // owner; 0: the server's own partner
	Name      string // AN, unique; empty: derived from computer name and id
	Alias     string // AL
	// AccountType is AT: 1 Backup Manager, 2 Microsoft 365; 0 means 1.
	AccountType  int
	ComputerName string // MN; never sent for Microsoft 365
	OS           string // OS
	// OSType is OT: 0 undefined (Microsoft 365), 1 workstation, 2 server.
	OSType      int
	Physicality string    // I81: Physical, Virtual; empty: Undefined
	Created     time.Time // CD; zero: the server's clock
	Expires     time.Time // ED
	Seen        time.Time // TS: last contact, whether or not backups succeed

	// Product and profile, as EnumerateProducts and EnumerateAccountProfiles
	// list them. Give the id or the name; a missing product or profile is
	// added. If both are given, the id counts.
	ProductID      int64  // PD; 0: by name, or none
	Product        string // PN
	ProfileID      int64  // OI; 0: by name, or none
	Profile        string // OP
	ProfileVersion string // OV

	Location      string // LN, storage location
	InternalIPs   string // IP
	ExternalIPs   string // EI
	MAC           string // MA
	TimeOffset    int    // TZ, hours
	ClientVersion string // VN
	Manufacturer  string // MF
	Model         string // MO
	UsedStorage   int64  // US, bytes
	CPUCores      int    // I84
	RAM           int64  // I85, bytes

	Password string // QW, blank for restricted users; empty: derived from the id
	Token    string // secret for storage node and Microsoft 365; empty: derived
	Flags    []string

	// NodeHost is the storage node's host[:port]; empty: the server's own.
	NodeHost string
	// Offline devices have no remote access endpoints.
	Offline bool

	// Recovery is recovery testing (column I80); nil: none.
	Recovery *Recovery

	// Sources holds the data sources of the device, by code: "D01" to "D23",
	// and "R" and "K" for the two sources that have only a letter. "D09" (the
	// total) is derived unless it is given.
	Sources map[string]Source
	// Active is I78; nil means all sources but D09, ordered by code.
	Active []string
	// Custom holds custom column values by column id, columns AA<id>.
	Custom map[int64]string
	// Extra overrides or adds columns, by code in either spelling.
	Extra map[string]string
	// Absent lists codes to leave out of this device's rows.
	Absent []string
}

// Recovery is the newest recovery test of a device.
type Recovery struct {
	Plan   string
	Status int // of the session
	Last   time.Time
	Errors int64
	Boot   string // status of the boot test
}

// Source is one data source of a device. For D01 its columns are D01F00 and so
// on.
type Source struct {
	Status int   // F00, session status of the newest session: 5 completed, 2 failed, ...
	Errors int64 // F06, legacy digit 7
	// LastSuccess is F09; zero: never.
	LastSuccess time.Time
	// LastSuccessStatus is F16; 0 means 5 if LastSuccess is set.
	LastSuccessStatus int
	// LastCompletedStatus is F17; 0 means Status unless a session runs.
	LastCompletedStatus int
	// LastCompleted is F18; zero means LastSuccess, if the last completed
	// session was that success.
	LastCompleted time.Time
	// LastSession is F15; zero means LastCompleted. It is blank on the wire
	// while a session runs.
	LastSession time.Time
	Duration    time.Duration // F12, seconds on the wire

	SelectedCount, ProcessedCount                           int64 // F01, F02
	SelectedSize, ProcessedSize, SentSize, ProtectedSize    int64 // F03, F04, F05, F07 (legacy digit 6), bytes
	PreviousCount, PreviousSize                             int64 // F10, F11
	LicenseItems, Retention                                 int64 // F13, F14
	ColorBar                                                string
	Verification                                            string // F19
	ProtectedUsers, SharedMailboxes, Sites, Teams, Channels int64  // F20, F21, F22, F23, F24

	// Fields overrides or adds columns by field code, "F25".
	Fields map[string]string
}

// clone returns a copy that shares only Sources with the original; entries copy
// those.
func (d Device) clone() Device {
	d.Flags = slices.Clone(d.Flags)
	d.Active = slices.Clone(d.Active)
	d.Absent = slices.Clone(d.Absent)
	d.Custom = maps.Clone(d.Custom)
	if d.Recovery != nil {
		r := *d.Recovery
		d.Recovery = &r
	}
	d.Extra = maps.Clone(d.Extra)
	return d
}

// AddDevice adds a device and returns its account id. It panics on an id or
// name that is taken, an unknown partner and an unknown source.
func (s *Server) AddDevice(d Device) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, err := s.addDevice(d)
	if err != nil {
		panic("covetest: " + err.Error())
	}
	return id
}

func (s *Server) addDevice(d Device) (int64, error) {
	d = d.clone()
	if d.PartnerID == 0 {
		d.PartnerID = s.rootID
	}
	if d.ID == 0 {
		for d.ID = s.nextDevice; s.deviceIndex[d.ID] != nil; d.ID++ {
			continue
		}
	}
	if s.deviceIndex[d.ID] != nil {
		return 0, fmt.Errorf("device id %d is taken", d.ID)
	}
	if d.AccountType == 0 {
		d.AccountType = 1
	}
	if d.Name == "" {
		base := d.ComputerName
		fill(&base, "device")
		d.Name = fmt.Sprintf("%s_%d", lower(base), d.ID)
	}
	if _, ok := s.deviceNames[d.Name]; ok {
		return 0, fmt.Errorf("device name %q is taken", d.Name)
	}
	if d.Created.IsZero() {
		d.Created = s.now()
	}
	fill(&d.Physicality, "Undefined")
	fill(&d.Password, shortHash("device-password", d.ID, 12))
	fill(&d.Token, uuid("device-token", d.ID))
	if err := s.checkDevice(&d); err != nil {
		return 0, err
	}
	s.nextDevice = max(s.nextDevice, d.ID+1)
	s.file(&d, Device{})
	e := newEntry(d, s.now())
	s.deviceIndex[d.ID] = e
	s.deviceNames[d.Name] = d.ID
	at := len(s.devices)
	if at > 0 && s.devices[at-1].ID > d.ID {
		at, _ = slices.BinarySearchFunc(s.devices, d.ID, byID)
	}
	s.devices = slices.Insert(s.devices, at, e)
	return d.ID, nil
}

func byID(e *entry, id int64) int {
	switch {
	case e.ID < id:
		return -1
	case e.ID > id:
		return 1
	}
	return 0
}

// EditDevice changes a device; its id stays the same. It reports whether the
// device exists, and panics where AddDevice would.
func (s *Server) EditDevice(id int64, change func(*Device)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.deviceIndex[id]
	if old == nil {
		return false
	}
	d := old.device()
	change(&d)
	if err := s.replaceDevice(old, d); err != nil {
		panic("covetest: " + err.Error())
	}
	return true
}

// replaceDevice replaces an entry by one with the new state. Entries in the
// table are never changed, so a running query can go on reading them.
func (s *Server) replaceDevice(old *entry, d Device) error {
	d = d.clone()
	d.ID = old.ID
	if d.Name != old.Name {
		if _, ok := s.deviceNames[d.Name]; ok || d.Name == "" {
			return fmt.Errorf("device name %q is taken or empty", d.Name)
		}
	}
	if err := s.checkDevice(&d); err != nil {
		return err
	}
	delete(s.deviceNames, old.Name)
	s.deviceNames[d.Name] = d.ID
	s.file(&d, old.Device)
	s.remember(old)
	e := newEntry(d, s.now())
	s.deviceIndex[d.ID] = e
	at, _ := slices.BinarySearchFunc(s.devices, d.ID, byID)
	s.devices[at] = e
	return nil
}

func (s *Server) checkDevice(d *Device) error {
	if s.partners[d.PartnerID] == nil {
		return fmt.Errorf("device %q: no partner %d", d.Name, d.PartnerID)
	}
	for code := range d.Sources {
		if !knownSource(code) {
			return fmt.Errorf("device %q: unknown source %q", d.Name, code)
		}
	}
	return nil
}

// RemoveDevice removes a device with its sessions, and reports whether it
// existed.
func (s *Server) RemoveDevice(id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.removeDevice(id)
}

func (s *Server) removeDevice(id int64) bool {
	e := s.deviceIndex[id]
	if e == nil {
		return false
	}
	at, _ := slices.BinarySearchFunc(s.devices, id, byID)
	s.devices = slices.Delete(s.devices, at, at+1)
	delete(s.deviceIndex, id)
	delete(s.deviceNames, e.Name)
	delete(s.sessions, id)
	s.removed[id] = &removedDevice{e, s.now()}
	return true
}

// removedDevice is a device that was removed, and when.
type removedDevice struct {
	*entry
	at time.Time
}

// Device returns a copy of a device.
func (s *Server) Device(id int64) (Device, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	e := s.deviceIndex[id]
	if e == nil {
		return Device{}, false
	}
	return e.device(), true
}

// DeviceIDs returns the ids of all devices, ascending.
func (s *Server) DeviceIDs() []int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	ids := make([]int64, len(s.devices))
	for i, e := range s.devices {
		ids[i] = e.ID
	}
	return ids
}
