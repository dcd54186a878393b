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
	initial  []reflect.Value // what the programs' sections held before
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
		initial := reflect.ValueOf(s.Into)
		if s.Into != nil {
			initial = reflect.New(initial.Type().Elem())
			initial.Elem().Set(reflect.ValueOf(s.Into).Elem())
		}
		f.initial = append(f.initial, initial)
	}
	if err := f.parse(data); err != nil {
		return nil, err
	}
	return f, nil
}

// parse reads all sections anew. Where anything is wrong, nothing is changed.
func (f *File) parse(data []byte) error {
	var raw map[string]json.RawMessage
	if err := strict.Decode(data, &raw); err != nil {
		return err
	}
	own := newSettings()
	var faults strict.Faults
	read := func(name string, into any) {
		section, ok := raw[name]
		if !ok || into == nil {
			return
		}
		err := strict.Decode(section, into)
		if v, ok := into.(interface{ Validate() error }); ok && err == nil {
			err = v.Validate()
		}
		faults = append(faults, faultsOf(name, err)...)
	}
	var names []string
	for _, s := range own.sections() {
		names = append(names, s.Name)
		read(s.Name, s.Into)
	}
	next := make([]reflect.Value, len(f.sections))
	for i, s := range f.sections {
		names = append(names, s.Name)
		if s.Into == nil {
			continue
		}
		next[i] = reflect.New(f.initial[i].Type().Elem())
		next[i].Elem().Set(f.initial[i].Elem())
		read(s.Name, next[i].Interface())
	}
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		faults.Need(slices.Contains(names, name), name, "is not known; the nearest are %q", strict.Nearest(name, names, 3))
	}
	if err := faults.Err(); err != nil {
		return err
	}
	for i, s := range f.sections {
		if s.Into != nil {
			reflect.ValueOf(s.Into).Elem().Set(next[i].Elem())
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
