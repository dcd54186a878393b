package setup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// Checked is a setting as it was held against the service desk.
type Checked struct {
	Setting string `json:"setting"` // its path in the file; "" is no setting of its own, such as a missing right
	Value   string `json:"value,omitzero"`
	Fault   string `json:"fault,omitzero"` // what is wrong with it, "" when nothing is
}

// String is "setting: value ✓", or the mismatch.
func (c Checked) String() string {
	line := c.Value + " ✓"
	if c.Fault != "" {
		line = strings.TrimPrefix(c.Value+": "+c.Fault, ": ")
	}
	return strings.TrimPrefix(c.Setting+": "+line, ": ")
}

// Verify reads the file back, where it was saved, and holds what it says against
// the service desk: every name of the section desk, as [desk.New] does, and the
// companies of the mapping and of ownCompany. Customers are those of the monitored
// side, all of them: the customers of mapping, routes and windows must be among
// them; nil leaves them unchecked. It writes nothing.
func (f *File) Verify(ctx context.Context, client *connectwise.Client, customers []reconcile.Customer) ([]Checked, error) {
	if f.path != "" {
		if back, err := os.ReadFile(f.path); err != nil || !bytes.Equal(back, f.read) {
			return nil, errors.Join(fmt.Errorf("setup: %s does not hold what was saved", f.path), err)
		}
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(f.data, &raw); err != nil {
		return nil, fmt.Errorf("setup: %w", err)
	}
	var checked []Checked
	for _, s := range f.own.sections() {
		checked = append(checked, leaves(s.Name, raw[s.Name])...)
	}
	d, err := desk.New(ctx, client, f.Config())
	var wrong *desk.ConfigError
	switch {
	case errors.As(err, &wrong):
		for _, fault := range wrong.Faults {
			path, text := f.place("desk", fault)
			checked = mark(checked, path, text)
		}
	case err != nil:
		return nil, err
	default:
		companies, err := d.Companies(ctx)
		if err != nil {
			return nil, err
		}
		links, err := match.Companies(customers, companies, match.Options{Mapping: f.own.Mapping.Mapping, Own: f.own.OwnCompany, Whole: customers != nil})
		if err != nil {
			checked = mark(checked, "ownCompany", err.Error())
		}
		for _, unused := range links.Unused() {
			checked = mark(checked, "mapping", unused.Reason)
		}
	}
	if customers != nil {
		for path, name := range f.customers() {
			byRoute := strings.HasPrefix(path, "desk.") // in any letters, there
			if !slices.ContainsFunc(customers, func(c reconcile.Customer) bool {
				return c.ID == name || c.Name == name || byRoute && same(c.Name, name)
			}) {
				checked = mark(checked, path, fmt.Sprintf("there is no customer %q", name))
			}
		}
	}
	return checked, nil
}

// leaves are the settings of a section, in their order.
func leaves(path string, raw json.RawMessage) (list []Checked) {
	in := json.NewDecoder(bytes.NewReader(raw))
	switch start, _ := in.Token(); start { // what was parsed is JSON
	case json.Delim('{'):
		for in.More() {
			name, _ := in.Token()
			var value json.RawMessage
			_ = in.Decode(&value)
			list = append(list, leaves(fmt.Sprintf("%s.%s", path, name), value)...)
		}
	case json.Delim('['):
		for i := 0; in.More(); i++ {
			var value json.RawMessage
			_ = in.Decode(&value)
			list = append(list, leaves(fmt.Sprintf("%s[%d]", path, i), value)...)
		}
	case nil:
	default:
		list = append(list, Checked{Setting: path, Value: fmt.Sprint(start)})
	}
	return list
}

// mark gives the setting at the path a fault: the one at or below it whose value the
// fault quotes, else one of that name elsewhere, else the one at the path. A fault
// about what is not in the file gets a line of its own.
func mark(checked []Checked, path, fault string) []Checked {
	name := path[strings.LastIndexByte(path, '.')+1:]
	below := func(c Checked) bool {
		rest, ok := strings.CutPrefix(c.Setting, path)
		return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
	}
	wrong, _, _ := strings.Cut(fault, ";") // behind it is what would be right
	quoted := func(c Checked) bool { return strings.Contains(wrong, strconv.Quote(c.Value)) }
	for _, fits := range []func(Checked) bool{
		func(c Checked) bool { return below(c) && quoted(c) },
		func(c Checked) bool { return strings.HasSuffix(c.Setting, "."+name) && quoted(c) },
		func(c Checked) bool { return c.Setting == path },
	} {
		if i := slices.IndexFunc(checked, fits); i >= 0 && checked[i].Fault == "" {
			checked[i].Fault = fault
			return checked
		}
	}
	return append(checked, Checked{Setting: path, Fault: fault})
}

// faultForm is how the sentences of a [desk.ConfigError] begin: with a field of
// desk.Config, or the word board or priority.
var faultForm = regexp.MustCompile(`^(?:([A-Z]\w+(?:\.\w+)?)(?:\[(\d+)\])?(?: \(([^)]*)\))?:? |(board|priority) )`)

// place gives where in the file a fault of the desk's configuration, or of a part of
// it, is, and the rest of the sentence.
func (f *File) place(at, fault string) (path, text string) {
	m := faultForm.FindStringSubmatch(fault)
	if m == nil {
		return strings.TrimPrefix(at, "desk"), fault
	}
	path, text = at+"."+m[4], fault
	if m[4] == "" {
		path, text = at, fault[len(m[0]):]
		for name := range strings.SplitSeq(m[1], ".") {
			path += "." + strings.ToLower(name[:1]) + name[1:]
		}
	}
	switch i, _ := strconv.Atoi(m[2]); m[1] {
	case "Priorities":
		path = f.own.Desk.priorities()[i].path
	case "Fields":
		path += "." + m[3]
	case "Routes":
		return f.place(path+"["+m[2]+"]", text)
	case "OwnCompany":
		path = "ownCompany"
	}
	return path, text
}

// customers are those that routes and windows name, by where they do.
func (f *File) customers() map[string]string {
	list := map[string]string{}
	for i, r := range f.own.Desk.Routes {
		if r.Customer != "" {
			list[fmt.Sprintf("desk.routes[%d].customer", i)] = r.Customer
		}
	}
	for i, w := range f.own.Policy.Windows {
		for j, name := range w.Customers {
			list[fmt.Sprintf("policy.windows[%d].customers[%d]", i, j)] = name
		}
	}
	return list
}
