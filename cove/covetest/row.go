package covetest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// entry is a device in the table with its row, which is derived when it is
// first needed.
type entry struct {
	Device
	since time.Time // when it began to look like this
	row   atomic.Pointer[row]
}

// row holds the cells of a device that do not depend on its partner: the
// device columns and one block for each source it has.
type row struct {
	device []string
	// sources holds a block of fields for each source, by its order; nil when
	// the device does not have it.
	sources [][]string
	present []uint64          // bit set of cells that are sent
	extra   map[string]string // custom columns and codes without a place
	left    map[int]bool      // cells that are left out on request
}

func (r *row) set(index int, value string) {
	r.present[index/64] |= 1 << (index % 64)
	if index < columns.deviceCount {
		r.device[index] = value
		return
	}
	source, field := (index-columns.deviceCount)/columns.fieldCount, (index-columns.deviceCount)%columns.fieldCount
	if r.sources[source] == nil {
		r.sources[source] = make([]string, columns.fieldCount)
	}
	r.sources[source][field] = value
}

func (r *row) clear(index int) { r.present[index/64] &^= 1 << (index % 64) }

func (r *row) has(index int) bool { return r.present[index/64]&(1<<(index%64)) != 0 }

func (r *row) get(index int) string {
	if index < columns.deviceCount {
		return r.device[index]
	}
	return r.sources[(index-columns.deviceCount)/columns.fieldCount][(index-columns.deviceCount)%columns.fieldCount]
}

// rowOf returns the row of an entry.
func (s *Server) rowOf(e *entry) *row {
	if r := e.row.Load(); r != nil {
		return r
	}
	r := s.derive(&e.Device)
	e.row.Store(r)
	return r
}

// derive computes the columns of a device.
func (s *Server) derive(d *Device) *row {
	r := &row{
		device:  make([]string, columns.deviceCount),
		sources: make([][]string, len(columns.sources)),
		present: make([]uint64, (len(columns.list)+63)/64),
	}
	text := func(code, value string) {
		if value != "" {
			r.set(at(code), value)
		}
	}
	number := func(code string, value int64) { r.set(at(code), strconv.FormatInt(value, 10)) }
	nonzero := func(code string, value int64) {
		if value != 0 {
			number(code, value)
		}
	}
	number("I0", d.ID)
	text("I1", d.Name)
	text("I2", d.Alias)
	text("I3", d.Password)
	nonzero("I4", unix(d.Created))
	number("I5", unix(d.Expires))
	nonzero("I6", unix(d.Seen))
	nonzero("I9", d.ProductID)
	if p := s.products[d.ProductID]; p != nil {
		text("I10", p.Name)
	}
	text("I11", d.Location)
	nonzero("I14", d.UsedStorage)
	text("I16", d.OS)
	text("I17", d.ClientVersion)
	if d.AccountType != 2 {
		text("I18", d.ComputerName)
	}
	text("I19", d.InternalIPs)
	text("I20", d.ExternalIPs)
	text("I21", d.MAC)
	number("I24", int64(d.TimeOffset))
	number("I32", int64(d.OSType))
	text("I44", d.Manufacturer)
	text("I45", d.Model)
	if d.AccountType != 2 {
		text("I46", shortHash("installation", d.ID, 32))
	}
	nonzero("I54", d.ProfileID)
	text("I55", d.ProfileVersion)
	if p := s.profiles[d.ProfileID]; p != nil {
		text("I56", p.Name)
	}
	number("I59", int64(d.AccountType))
	active := d.active()
	r.set(at("I78"), s.activeText(d.ID, active))
	letters := ""
	for _, code := range active {
		letters += columns.letters[code]
	}
	text("AP", letters)
	if d.Recovery != nil {
		number("I80", 1)
	}
	text("I81", d.Physicality)
	nonzero("I84", int64(d.CPUCores))
	nonzero("I85", d.RAM)

	for _, code := range columns.sources {
		if src, ok := d.Sources[code]; ok && code != "D09" {
			s.deriveSource(r, code, src)
		}
	}
	if total, ok := d.total(); ok {
		s.deriveSource(r, "D09", total)
	}
	for id, value := range d.Custom {
		r.addExtra("AA"+strconv.FormatInt(id, 10), value)
	}
	for code, value := range d.Extra {
		if c := s.findColumn(code); c != nil {
			r.set(c.index, value)
		} else {
			r.addExtra(code, value)
		}
	}
	for _, code := range d.Absent {
		if c := s.findColumn(code); c != nil {
			r.clear(c.index)
			if r.left == nil {
				r.left = map[int]bool{}
			}
			r.left[c.index] = true
		} else {
			delete(r.extra, code)
		}
	}
	return r
}

func (r *row) addExtra(code, value string) {
	if r.extra == nil {
		r.extra = map[string]string{}
	}
	r.extra[code] = value
}

// active is the list of sources of I78.
func (d *Device) active() []string {
	if d.Active != nil {
		return d.Active
	}
	var list []string
	for _, code := range columns.sources {
		if _, ok := d.Sources[code]; ok && code != "D09" && strings.HasPrefix(code, "D") {
			list = append(list, code)
		}
	}
	return list
}

// running says whether a status means that a session runs.
func running(status int) bool { return status == 1 || status == 9 || status == 12 }

// deriveSource fills the block of one source.
func (s *Server) deriveSource(r *row, code string, src Source) {
	src = src.completed()
	set := func(field, value string) { r.set(cellOf(code, field), value) }
	number := func(field string, value int64) { set(field, strconv.FormatInt(value, 10)) }
	nonzero := func(field string, value int64) {
		if value != 0 {
			number(field, value)
		}
	}
	errors, protected := src.Errors, src.ProtectedSize
	number("F00", int64(src.Status))
	number("F01", src.SelectedCount)
	number("F02", src.ProcessedCount)
	number("F03", src.SelectedSize)
	number("F04", src.ProcessedSize)
	number("F05", src.SentSize)
	number("F06", errors)
	number("F07", protected)
	if src.ColorBar != "" {
		set("F08", src.ColorBar)
	}
	switch {
	case !src.LastSuccess.IsZero():
		number("F09", src.LastSuccess.Unix())
	case s.switches().NoSuccess == NoSuccessZero:
		set("F09", "0")
	case s.switches().NoSuccess == NoSuccessBlank:
		set("F09", "")
	}
	number("F10", src.PreviousCount)
	number("F11", src.PreviousSize)
	number("F12", int64(src.Duration/time.Second))
	nonzero("F13", src.LicenseItems)
	nonzero("F14", src.Retention)
	if running(src.Status) {
		set("F15", "")
	} else {
		nonzero("F15", unix(src.LastSession))
	}
	nonzero("F16", int64(src.LastSuccessStatus))
	nonzero("F17", int64(src.LastCompletedStatus))
	nonzero("F18", unix(src.LastCompleted))
	if src.Verification != "" {
		set("F19", src.Verification)
	}
	nonzero("F20", src.ProtectedUsers)
	nonzero("F21", src.SharedMailboxes)
	nonzero("F22", src.Sites)
	nonzero("F23", src.Teams)
	nonzero("F24", src.Channels)
	for field, value := range src.Fields {
		if _, ok := columns.fieldOrder[field]; ok {
			set(field, value)
		}
	}
}

// completed fills the members that follow from others.
func (src Source) completed() Source {
	if src.LastSuccessStatus == 0 && !src.LastSuccess.IsZero() {
		src.LastSuccessStatus = 5
	}
	if src.LastCompletedStatus == 0 && !running(src.Status) {
		src.LastCompletedStatus = src.Status
	}
	if src.LastCompleted.IsZero() && src.LastCompletedStatus == src.LastSuccessStatus {
		src.LastCompleted = src.LastSuccess
	}
	if src.LastSession.IsZero() {
		src.LastSession = later(src.LastCompleted, src.LastSuccess)
	}
	return src
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// badness orders status digits for the total's colour bar, worst last.
const badness = "0514978632"

// total is source D09: newest and sum over the sources of a device. One good
// source hides a bad one, as in the real service.
func (d *Device) total() (Source, bool) {
	if given, ok := d.Sources["D09"]; ok {
		return given, true
	}
	var t Source
	var list []Source
	for _, code := range columns.sources {
		if src, ok := d.Sources[code]; ok {
			list = append(list, src.completed())
		}
	}
	if len(list) == 0 {
		return t, false
	}
	newest := slices.MaxFunc(list, func(a, b Source) int {
		// A running session is newer than any that ended.
		if ra, rb := running(a.Status), running(b.Status); ra != rb {
			if ra {
				return 1
			}
			return -1
		}
		return a.LastSession.Compare(b.LastSession)
	})
	t.Status, t.LastSession, t.Duration = newest.Status, newest.LastSession, newest.Duration
	success := slices.MaxFunc(list, func(a, b Source) int { return a.LastSuccess.Compare(b.LastSuccess) })
	t.LastSuccess, t.LastSuccessStatus = success.LastSuccess, success.LastSuccessStatus
	ended := slices.MaxFunc(list, func(a, b Source) int { return a.LastCompleted.Compare(b.LastCompleted) })
	t.LastCompleted, t.LastCompletedStatus = ended.LastCompleted, ended.LastCompletedStatus
	bars := make([]string, 0, len(list))
	for _, src := range list {
		t.Errors += src.Errors
		t.SelectedCount += src.SelectedCount
		t.ProcessedCount += src.ProcessedCount
		t.SelectedSize += src.SelectedSize
		t.ProcessedSize += src.ProcessedSize
		t.SentSize += src.SentSize
		t.ProtectedSize += src.ProtectedSize
		t.PreviousCount += src.PreviousCount
		t.PreviousSize += src.PreviousSize
		t.LicenseItems += src.LicenseItems
		t.ProtectedUsers += src.ProtectedUsers
		t.SharedMailboxes += src.SharedMailboxes
		bars = append(bars, src.ColorBar)
	}
	t.ColorBar = worstBar(bars)
	return t, true
}

// worstBar lays bars over each other, right-aligned, and keeps the worst digit
// of each day.
func worstBar(bars []string) string {
	out := make([]byte, len(slices.MaxFunc(bars, func(a, b string) int { return cmp.Compare(len(a), len(b)) })))
	for i := range out {
		out[i] = '0'
		for _, bar := range bars {
			if at := len(bar) - len(out) + i; at >= 0 && strings.IndexByte(badness, bar[at]) > strings.IndexByte(badness, out[i]) {
				out[i] = bar[at]
			}
		}
	}
	return string(out)
}

// activeText writes I78.
func (s *Server) activeText(id int64, list []string) string {
	format := s.switches().ActiveSources
	if format == SourcesMixed && id%2 != 0 {
		format = SourcesCommas
	}
	if format != SourcesCommas {
		return strings.Join(list, "")
	}
	short := make([]string, len(list))
	for i, code := range list {
		short[i] = "D" + strings.TrimLeft(strings.TrimPrefix(code, "D"), "0")
	}
	return strings.Join(short, ",")
}

// unix is seconds since 1970; the zero time is 0.
func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}
