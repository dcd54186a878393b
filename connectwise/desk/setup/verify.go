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
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// Checked is a setting, compared with what the service desk has.
type Checked struct {
	Setting string `json:"setting"` // its path in the file; "" for a fault without a setting, such as a missing permission
	Value   string `json:"value,omitzero"`
	Fault   string `json:"fault,omitzero"` // what is wrong with the setting, "" if nothing is
}

// String returns "setting: value ✓", or the fault.
func (c Checked) String() string {
	line := c.Value + " ✓"
	if c.Fault != "" {
		line = strings.TrimPrefix(c.Value+": "+c.Fault, ": ")
	}
	return strings.TrimPrefix(c.Setting+": "+line, ": ")
}

// Verify reads a saved file again and checks it against the service desk: every
// name in the section desk, as [desk.New] does, and the companies of the
// mapping and of ownCompany. The argument customers holds all customers of the
// monitored tool; the customers of mapping, routes and windows must be among
// them. With nil customers are not checked. Verify writes nothing.
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
	faults := f.strangers(customers)
	d, err := desk.New(ctx, client, f.Config())
	var wrong *desk.ConfigError
	switch {
	case errors.As(err, &wrong):
		faults = append(faults, wrong.Faults...)
	case err != nil:
		return nil, err
	default:
		companies, err := d.Companies(ctx)
		if err != nil {
			return nil, err
		}
		links, err := match.Companies(customers, companies, match.Options{Mapping: f.own.Mapping.Mapping, Own: f.own.OwnCompany, Whole: customers != nil})
		if err != nil {
			faults = append(faults, "OwnCompany: "+err.Error())
		}
		for _, unused := range links.Unused() {
			faults = append(faults, "Mapping: customer and company: "+unused.Reason)
		}
	}
	for _, fault := range faults {
		checked = place(checked, fault)
	}
	return checked, nil
}

// leaves returns the settings of a section, in their order.
func leaves(path string, raw json.RawMessage) (list []Checked) {
	in := json.NewDecoder(bytes.NewReader(raw))
	switch start, _ := in.Token(); start { // cannot fail: the JSON was parsed before
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

// place assigns a fault to a setting: to one with the first value that the
// fault quotes, otherwise to one whose name it mentions, and of several to the
// one whose path it mentions most of. A fault that fits no setting gets its own
// line.
func place(checked []Checked, fault string) []Checked {
	wrong, _, _ := strings.Cut(fault, ";") // the suggestions follow it
	before, _, _ := strings.Cut(wrong, `"`)
	after := wrong[len(before):]
	best, most := -1, 0
	for i, c := range checked {
		common, last := 0, false
		for step := range strings.FieldsFuncSeq(strings.ToLower(c.Setting), func(r rune) bool { return r == '.' || r == '[' }) {
			if last = strings.Contains(strings.ToLower(before), step); last {
				common++
			}
		}
		last = last && common > 1
		if strings.HasPrefix(after, strconv.Quote(c.Value)) {
			last, common = true, common+2
		}
		if last && common > most && c.Fault == "" {
			best, most = i, common
		}
	}
	if best < 0 {
		return append(checked, Checked{Fault: fault})
	}
	checked[best].Fault = goName.ReplaceAllString(fault, "")
	return checked
}

// goName matches the beginning of a fault that names a field of desk.Config.
var goName = regexp.MustCompile(`^([A-Z][^" ]*( \([^)]*\))?: )+`)

// strangers returns a fault for each customer that routes or windows name and
// that does not exist.
func (f *File) strangers(customers []reconcile.Customer) (faults []string) {
	check := func(path, name string, equal func(a, b string) bool) {
		if name != "" && customers != nil && !slices.ContainsFunc(customers, func(c reconcile.Customer) bool { return c.ID == name || equal(c.Name, name) }) {
			faults = append(faults, fmt.Sprintf("%s: there is no customer %q", path, name))
		}
	}
	for i, r := range f.own.Desk.Routes {
		check(fmt.Sprintf("Routes[%d]", i), r.Customer, lookup.Same)
	}
	for i, w := range f.own.Policy.Windows {
		for _, name := range w.Customers {
			check(fmt.Sprintf("Policy.Windows[%d]", i), name, func(a, b string) bool { return a == b })
		}
	}
	return faults
}
