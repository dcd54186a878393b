package covetest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// entry is a device in the table. It is never written once it is there.
type entry struct {
	Device            // but for Sources, which stand below and take less room
	sources []filed   // in the order of the table of sources
	since   time.Time // when it began to look like this

	over atomic.Pointer[overrides]
}

// filed is a source under its code.
type filed struct {
	code string
	Source
}

// newEntry takes a device over.
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

// device is a copy of the device as it was given.
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

// source is a source with all that follows from what was given, and whether
// the device has it. The bar of a total that was not given is left out.
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

// active is the list of sources of I78.
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

// overrides are cells that a device has in place of what follows from it.
type overrides struct {
	cells map[int]string    // by column
	extra map[string]string // custom columns and codes that are no column
	left  map[int]bool      // cells that are left out
}

// overridden is nil for most devices.
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

// forgetOverrides finds columns anew, which depends on switches.
func (s *Server) forgetOverrides() {
	for _, e := range s.devices {
		e.over.Store(nil)
	}
}
