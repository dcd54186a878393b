package covetest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// entry is a device in the table. An entry in the table is never changed.
type entry struct {
	Device            // its Sources are empty: they are in sources, which takes less memory
	sources []filed   // in the order of the table of sources
	since   time.Time // since when the device has this state

	over atomic.Pointer[overrides]
}

// filed is a source with its code.
type filed struct {
	code string
	Source
}

// newEntry makes an entry from a device.
func newEntry(d Device, since time.Time) *entry {
	e := &entry{Device: d, since: since}
	e.Sources = nil
	if len(d.Sources) == 0 {
		return e
	}
	e.sources = make([]filed, 0, len(d.Sources))
	for code, src := range d.Sources {
		src.Fields = maps.Clone(src.Fields)
		e.sources = append(e.sources, filed{code, src})
	}
	slices.SortFunc(e.sources, func(a, b filed) int { return columns.sourceOrder[a.code] - columns.sourceOrder[b.code] })
	return e
}

// device returns a copy of the device as it was given.
func (e *entry) device() Device {
	d := e.Device
	if e.sources != nil {
		d.Sources = make(map[string]Source, len(e.sources))
		for _, f := range e.sources {
			f.Fields = maps.Clone(f.Fields)
			d.Sources[f.code] = f.Source
		}
	}
	return d.clone()
}

// source returns a source of the device with all derived values, and whether
// the device has the source. A derived total lacks its colour bar.
func (e *entry) source(code string) (Source, bool) {
	for i := range e.sources {
		if e.sources[i].code == code {
			return e.sources[i].completed(), true
		}
	}
	if code == "D09" {
		return totalOf(e.sources)
	}
	return Source{}, false
}

// active returns the sources that I78 lists.
func (e *entry) active() []string {
	if e.Active != nil {
		return e.Active
	}
	var list []string
	for _, f := range e.sources {
		if f.code != "D09" && strings.HasPrefix(f.code, "D") {
			list = append(list, f.code)
		}
	}
	return list
}

// overrides are the cells that a device sets itself, in place of derived ones.
type overrides struct {
	cells map[int]string    // by column
	extra map[string]string // custom columns, and codes that are not in the table
	left  map[int]bool      // cells that are left out
}

// overridden returns the overrides of a device, nil if it has none.
func (s *Server) overridden(e *entry) *overrides {
	if len(e.Custom)+len(e.Extra)+len(e.Absent) == 0 {
		return nil
	}
	if o := e.over.Load(); o != nil {
		return o
	}
	o := &overrides{map[int]string{}, map[string]string{}, map[int]bool{}}
	for id, text := range e.Custom {
		o.extra["AA"+strconv.FormatInt(id, 10)] = text
	}
	for code, text := range e.Extra {
		if c := s.findColumn(code); c != nil {
			o.cells[c.index] = text
		} else {
			o.extra[code] = text
		}
	}
	for _, code := range e.Absent {
		if c := s.findColumn(code); c != nil {
			o.left[c.index] = true
		} else {
			delete(o.extra, code)
		}
	}
	e.over.Store(o)
	return o
}

// forgetOverrides drops the cached overrides, because they depend on switches.
func (s *Server) forgetOverrides() {
	for _, e := range s.devices {
		e.over.Store(nil)
	}
}
