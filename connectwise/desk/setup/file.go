package setup

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"

	"github.com/covedesk/covedesk/internal/strict"
	"github.com/covedesk/covedesk/reconcile"
)

// Section is a member of a settings file that a program reads itself.
type Section struct {
	Name string
	// Into points to what the section is read into. It is read by the names and
	// rules of encoding/json, but strictly, with durations such as "36h" or "10d";
	// what the section does not mention stays as it is. Where it has a method
	// Validate() error, that is asked too. Nil keeps the section unread: a member
	// that another program reads.
	Into any
}

// File is the settings of a program: a JSON object with the sections zone,
// ownCompany, desk, mapping and policy, and those of the program. [Read] and [Parse] make one.
type File struct {
	path     string // where it was read from, "" for nowhere
	read     []byte // what stood there
	data     []byte // what it says now
	sections []Section
	initial  []any // what the programs' sections held before
	own      settings
}

// Read reads a settings file. The error lists everything that is wrong with it,
// one fault a line, each with its path and, for unknown members, the nearest right
// names; then no section is changed.
func Read(path string, sections ...Section) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("setup: %w", err)
	}
	f, err := Parse(data, sections...)
	if err != nil {
		return nil, fmt.Errorf("setup: %s:\n%w", path, err)
	}
	f.path, f.read = path, data
	return f, nil
}

// Parse reads settings that stand in no file yet, or in one that is to be a
// template for another: [File.Save] gives them a place. "{}" is all defaults.
func Parse(data []byte, sections ...Section) (*File, error) {
	f := &File{sections: sections}
	for _, s := range sections {
		f.initial = append(f.initial, fresh(s.Into))
	}
	if err := f.parse(data); err != nil {
		return nil, err
	}
	return f, nil
}

// fresh gives a pointer to a copy of what a pointer points to; nil for nil.
func fresh(into any) any {
	if into == nil {
		return nil
	}
	p := reflect.New(reflect.TypeOf(into).Elem())
	p.Elem().Set(reflect.ValueOf(into).Elem())
	return p.Interface()
}

// parse reads all sections anew. Where anything is wrong, nothing is changed.
func (f *File) parse(data []byte) error {
	var raw map[string]json.RawMessage
	if err := strict.Decode(data, &raw); err != nil {
		return err
	}
	own := newSettings()
	next := make([]Section, len(f.sections))
	for i, s := range f.sections {
		next[i] = Section{s.Name, fresh(f.initial[i])}
	}
	var faults strict.Faults
	var names []string
	for _, s := range slices.Concat(own.sections(), next) {
		names = append(names, s.Name)
		section, ok := raw[s.Name]
		if !ok || s.Into == nil {
			continue
		}
		err := strict.Decode(section, s.Into)
		if v, ok := s.Into.(interface{ Validate() error }); ok && err == nil {
			err = v.Validate()
		}
		faults = append(faults, faultsOf(s.Name, err)...)
	}
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		faults.Need(slices.Contains(names, name), name, "is not known; the nearest are %q", strict.Nearest(name, names, 3))
	}
	if err := faults.Err(); err != nil {
		return err
	}
	for i, s := range f.sections {
		if s.Into != nil {
			reflect.ValueOf(s.Into).Elem().Set(reflect.ValueOf(next[i].Into).Elem())
		}
	}
	f.data, f.own = slices.Clone(data), own
	return nil
}

// faultsOf are the faults that an error about a section is made of.
func faultsOf(section string, err error) (faults strict.Faults) {
	var found strict.Faults
	var input reconcile.InputFault
	switch joined, ok := err.(interface{ Unwrap() []error }); {
	case err == nil:
	case ok:
		for _, err := range joined.Unwrap() {
			faults = append(faults, faultsOf(section, err)...)
		}
	case errors.As(err, &found):
		return found.Under(section)
	case errors.As(err, &input):
		return strict.Faults{strict.Fault(input)} // its path begins with the section
	default:
		faults.Add(section, "%s", err)
	}
	return faults
}
