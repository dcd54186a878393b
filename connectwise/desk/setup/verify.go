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

// place gives a fault to the setting that it is about: one with the first value that
// it quotes, else one whose name it says, and of several the one whose path it says
// most of. A fault about what is not in the file gets a line of its own.
func place(checked []Checked, fault string) []Checked {
	wrong, _, _ := strings.Cut(fault, ";") // behind it is what would be right
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

// goName is how a fault begins that names a field of desk.Config.
var goName = regexp.MustCompile(`^([A-Z][^" ]*( \([^)]*\))?: )+`)

// strangers are the faults of customers that routes and windows name and that are
// not there.
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
