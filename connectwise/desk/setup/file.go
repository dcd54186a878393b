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
	// Into points to the value that the section is read into, by the rules of
	// encoding/json, but strictly, and with durations such as "36h" or "10d".
	// Members that the section does not mention keep their values. If the value
	// has a method Validate() error, it is called. With nil the section is not
	// read: it belongs to another program.
	Into any
}

// File holds the settings of a program: a JSON object with the sections zone,
// ownCompany, desk, mapping and policy, and the program's own sections. [Read]
// and [Parse] return one.
type File struct {
	path     string // the file that was read, "" for none
	read     []byte // the content of that file
	data     []byte // the current content
	sections []Section
	initial  []any // the values of the program's sections before reading
	own      settings
}

// Read reads a settings file. After an error no section is changed. The error
// lists all faults, one on each line, with their paths and, for unknown
// members, the most similar valid names.
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

// Parse reads settings that are not in a file yet; [File.Save] writes them to
// one. "{}" means all defaults.
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

// fresh returns a pointer to a copy of the value that a pointer points to; nil
// for nil.
func fresh(into any) any {
	if into == nil {
		return nil
	}
	p := reflect.New(reflect.TypeOf(into).Elem())
	p.Elem().Set(reflect.ValueOf(into).Elem())
	return p.Interface()
}

// parse reads all sections again. After an error nothing is changed.
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

// faultsOf returns the faults in an error about a section.
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
		return strict.Faults{strict.Fault(input)} // the path of the fault begins with the section
	default:
		faults.Add(section, "%s", err)
	}
	return faults
}
