package match

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/covedesk/covedesk/internal/strict"
)

// Mapping is what people have decided by hand. Its customers belong to one
// feed: where several tools are monitored, each has a mapping of its own. The
// zero value decides nothing.
type Mapping struct {
	// Feed is the name of the feed that the mapping belongs to. If it is set, the
	// mapping is refused for any other feed.
	Feed string `json:"feed,omitzero"`

	Rows           []Row              `json:"customers"`
	Configurations []ConfigurationRow `json:"configurations,omitzero"`
}

// Row says which company a customer belongs to, or that it is switched off.
type Row struct {
	// Customer is the id or the name of a customer, "Customer / Site" for a
	// site, or "*" for every customer that no rule finds a company for.
	Customer string `json:"customer"`

	// Company is the id, identifier or name of a company.
	Company string `json:"company,omitzero"`

	// Disabled switches the customer off: no tickets are created, and open ones
	// are left alone. Company may be set too, for the day when the customer is
	// switched on again.
	Disabled bool `json:"disabled,omitzero"`

	// Note is for the reader and decides nothing.
	Note string `json:"note,omitzero"`

	// place is where the row was in its file: "line 7".
	place string
}

// ConfigurationRow says which configuration a device is, by hand. Several
// devices may be one configuration.
type ConfigurationRow struct {
	// Device is the id or the name of a device, or "Customer / Device" when
	// several customers have a device of that name.
	Device string `json:"device"`

	// Configuration is the id or the name of a configuration of the device's
	// company.
	Configuration string `json:"configuration"`

	// Note is for the reader and decides nothing.
	Note string `json:"note,omitzero"`

	place string
}

// everyone is the Customer of the row for everyone else.
const everyone = "*"

// Everyone returns a mapping that gives every customer for whom no rule finds a
// company this one, named by id, identifier or name.
func Everyone(company string) *Mapping {
	return &Mapping{Rows: []Row{{Customer: everyone, Company: company}}}
}

// at returns the place of a row for people: its line, or its number if it came
// from no file.
func (r Row) at(i int) string { return cmp.Or(r.place, fmt.Sprintf("row %d", i+1)) }

func (r ConfigurationRow) at(i int) string {
	return cmp.Or(r.place, fmt.Sprintf("configuration row %d", i+1))
}

// Validate returns every fault of the mapping at once: rows without a
// customer or device, rows that neither name a company nor switch off, and
// rows for one customer or device that contradict each other.
func (m *Mapping) Validate() error {
	var faults strict.Faults
	customers, devices := map[string]said{}, map[string]said{}
	for i, r := range m.Rows {
		said{r.at(i), fold(r.Company), r.Disabled}.check(&faults, customers, "customer", r.Customer, "company and is not disabled", "company or state")
	}
	for i, r := range m.Configurations {
		said{r.at(i), fold(r.Configuration), false}.check(&faults, devices, "device", r.Device, "configuration", "configuration")
	}
	return faults.Err()
}

// said is what a row says, for customers and devices alike.
type said struct {
	place, named string
	disabled     bool
}

// check adds the faults of a row, and its contradictions with other rows about
// the same customer or device.
func (s said) check(faults *strict.Faults, before map[string]said, what, name, missing, other string) {
	key := strings.TrimSpace(name)
	if key == "" {
		faults.Add(s.place, "no %s", what)
		return
	}
	faults.Need(s.named != "" || s.disabled, s.place, "%s %q has no %s", what, name, missing)
	if first, again := before[key]; !again {
		before[key] = s
	} else {
		faults.Need(first.named == s.named && first.disabled == s.disabled, s.place, "%s %q stands in %s already, with another %s", what, name, first.place, other)
	}
}

// of returns a mapping that can be applied to a feed; an empty one when m is
// nil.
func (m *Mapping) of(feed string, chosen bool) (*Mapping, error) {
	if m == nil || !chosen {
		return &Mapping{}, nil
	}
	if m.Feed != "" && feed != "" && m.Feed != feed {
		return nil, fmt.Errorf("match: the mapping belongs to the feed %q, not to %q", m.Feed, feed)
	}
	if err := m.Validate(); err != nil {
		return nil, fmt.Errorf("match: mapping: %w", err)
	}
	return m, nil
}
