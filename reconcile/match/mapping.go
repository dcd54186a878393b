package match

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
)

// Mapping is what people have decided by hand. Its customers are those of one
// feed: where several tools are watched, each has a mapping of its own. The
// zero value decides nothing.
type Mapping struct {
	// Feed is the name of the feed it belongs to; empty where nothing is to be
	// checked.
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

	// Disabled switches the customer off: no tickets, those that are open are
	// left alone. A company may stand beside it, for the day it is switched on.
	Disabled bool `json:"disabled,omitzero"`

	// Note is for the reader and decides nothing.
	Note string `json:"note,omitzero"`

	// place is where the row stood in a file: "line 7".
	place string
}

// ConfigurationRow says which configuration a device is, by hand. Several
// devices may be one configuration.
type ConfigurationRow struct {
	// Device is the id or the name of a device, "Customer / Device" where
	// several customers have one of that name.
	Device string `json:"device"`

	// Configuration is the id or the name of a configuration of the device's
	// company.
	Configuration string `json:"configuration"`

	// Note is for the reader and decides nothing.
	Note string `json:"note,omitzero"`

	place string
}

// everyone is the customer of the row for everyone else.
const everyone = "*"

// Everyone is a mapping that gives a company, named by id, identifier or name,
// every customer that no rule finds one for.
func Everyone(company string) *Mapping {
	return &Mapping{Rows: []Row{{Customer: everyone, Company: company}}}
}

// at is the place of a row for people, its number where it came from no file.
func (r Row) at(i int) string { return cmp.Or(r.place, fmt.Sprintf("row %d", i+1)) }

func (r ConfigurationRow) at(i int) string {
	return cmp.Or(r.place, fmt.Sprintf("configuration row %d", i+1))
}

// Validate returns every fault of the mapping at once: rows without a
// customer or device, rows that neither name a company nor switch off, and
// rows for one customer or device that contradict each other.
func (m *Mapping) Validate() error {
	var faults []error
	fault := func(place string, format string, args ...any) {
		faults = append(faults, fmt.Errorf("mapping, %s: %s", place, fmt.Sprintf(format, args...)))
	}
	first := map[string]int{} // by customer
	for i, r := range m.Rows {
		here, name := r.at(i), strings.TrimSpace(r.Customer)
		switch {
		case name == "":
			fault(here, "no customer")
			continue
		case strings.TrimSpace(r.Company) == "" && !r.Disabled:
			fault(here, "customer %q has no company and is not disabled", r.Customer)
		}
		if j, again := first[name]; !again {
			first[name] = i
		} else if o := m.Rows[j]; fold(o.Company) != fold(r.Company) || o.Disabled != r.Disabled {
			fault(here, "customer %q stands in %s already, with another company or state", r.Customer, o.at(j))
		}
	}
	clear(first) // by device
	for i, r := range m.Configurations {
		here, name := r.at(i), strings.TrimSpace(r.Device)
		switch {
		case name == "":
			fault(here, "no device")
			continue
		case strings.TrimSpace(r.Configuration) == "":
			fault(here, "device %q has no configuration", r.Device)
		}
		if j, again := first[name]; !again {
			first[name] = i
		} else if o := m.Configurations[j]; fold(o.Configuration) != fold(r.Configuration) {
			fault(here, "device %q stands in %s already, with another configuration", r.Device, o.at(j))
		}
	}
	return errors.Join(faults...)
}
