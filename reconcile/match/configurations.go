package match

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// The rules of [Configurations] beside [RuleIdentifier] and [RuleName].
const (
	RuleMAC    Rule = "mac address"
	RuleSerial Rule = "serial number"
)

// Device is a machine that is backed up.
type Device struct {
	ID         string // decimal account id; never empty
	Company    int64  // the company of its customer, 0 when there is none
	Identifier string // what is written into a configuration's deviceIdentifier for it, "cove-3785154" for one
	MAC        string // column MA, one address or several, in any notation
	Serial     string // of the hardware; may be empty
	Name       string // computer name, column MN
}

// Configuration is an asset of the service desk: API resource
// company/configurations.
type Configuration struct {
	ID         int64
	Company    int64
	Identifier string // deviceIdentifier
	MAC        string // macAddress, in any notation
	Serial     string // serialNumber
	Name       string
	Inactive   bool // the opposite of activeFlag: never linked
}

// ConfigurationLink is what became of one device.
type ConfigurationLink struct {
	Device        Device
	Configuration int64 // 0 when there is none
	Rule          Rule  // the rule that decided, for or against a configuration
	Candidates    []Configuration
	Reason        string // a sentence for people, without a full stop
}

// Matched says whether the device has a configuration.
func (l ConfigurationLink) Matched() bool { return l.Configuration != 0 }

// ConfigurationLinks is the result of [Configurations].
type ConfigurationLinks struct {
	links []ConfigurationLink
	byID  map[string]int
}

// Get returns the link of the device with the id, false when there was no such
// device.
func (l ConfigurationLinks) Get(deviceID string) (ConfigurationLink, bool) {
	i, ok := l.byID[deviceID]
	if !ok {
		return ConfigurationLink{}, false
	}
	return l.links[i], true
}

// All yields the links in the order of their devices' ids, 9 before 10.
func (l ConfigurationLinks) All() iter.Seq[ConfigurationLink] { return slices.Values(l.links) }

// Len is the number of devices.
func (l ConfigurationLinks) Len() int { return len(l.links) }

// Configurations links every device to its configuration inside its company,
// or says why not. The rules are, in this order, the device identifier, a MAC
// address, the serial number, and the name without case and domain; as with
// [Companies] the first that has anything to say decides. A device identifier
// that stands on an inactive configuration, or on another company's, is a
// finding and never falls through. Addresses and serial numbers that hardware
// makers leave as placeholders do not count. Several devices may share a
// configuration: a machine that was set up anew is two of them.
func Configurations(devices []Device, configurations []Configuration) ConfigurationLinks {
	f := newAssets(configurations)
	sorted := slices.Clone(devices)
	slices.SortFunc(sorted, func(a, b Device) int {
		return cmp.Or(
			compareIDs(a.ID, b.ID),
			cmp.Compare(a.Company, b.Company), cmp.Compare(a.Identifier, b.Identifier),
			cmp.Compare(a.MAC, b.MAC), cmp.Compare(a.Serial, b.Serial), cmp.Compare(a.Name, b.Name),
		)
	})
	sorted = slices.Compact(sorted)
	out := ConfigurationLinks{byID: make(map[string]int, len(sorted))}
	for i, d := range sorted {
		if at, again := out.byID[d.ID]; again {
			out.links[at] = ConfigurationLink{Device: out.links[at].Device,
				Reason: fmt.Sprintf("device %s was given twice, with different contents", d.ID)}
			continue
		}
		out.byID[d.ID] = len(out.links)
		l := f.link(sorted[i])
		l.Device = d
		out.links = append(out.links, l)
	}
	return out
}

// compareIDs puts decimal ids in their own order.
func compareIDs(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

// asset is a key inside a company.
type asset struct {
	company int64
	key     string
}

// assets holds the configurations by what they can be found by.
type assets struct {
	byIdentifier map[string][]Configuration // of all companies, inactive ones too
	byMAC        map[asset][]Configuration
	bySerial     map[asset][]Configuration
	byName       map[asset][]Configuration
}

func newAssets(configurations []Configuration) *assets {
	f := &assets{map[string][]Configuration{}, map[asset][]Configuration{}, map[asset][]Configuration{}, map[asset][]Configuration{}}
	sorted := slices.Clone(configurations)
	slices.SortFunc(sorted, compareConfigurations)
	sorted = slices.CompactFunc(sorted, func(a, b Configuration) bool { return a.ID == b.ID })
	for _, c := range sorted {
		if key := strings.ToLower(strings.TrimSpace(c.Identifier)); key != "" {
			f.byIdentifier[key] = append(f.byIdentifier[key], c)
		}
		if c.Inactive {
			continue
		}
		for _, mac := range macs(c.MAC) {
			f.byMAC[asset{c.Company, mac}] = append(f.byMAC[asset{c.Company, mac}], c)
		}
		if s := serial(c.Serial); s != "" {
			f.bySerial[asset{c.Company, s}] = append(f.bySerial[asset{c.Company, s}], c)
		}
		if n := hostName(c.Name); n != "" {
			f.byName[asset{c.Company, n}] = append(f.byName[asset{c.Company, n}], c)
		}
	}
	return f
}

func compareConfigurations(a, b Configuration) int {
	if a.ID == b.ID && a.Inactive != b.Inactive {
		if a.Inactive {
			return 1
		}
		return -1
	}
	return cmp.Or(
		cmp.Compare(a.ID, b.ID), cmp.Compare(a.Company, b.Company), cmp.Compare(a.Identifier, b.Identifier),
		cmp.Compare(a.MAC, b.MAC), cmp.Compare(a.Serial, b.Serial), cmp.Compare(a.Name, b.Name),
	)
}

func (f *assets) link(d Device) ConfigurationLink {
	switch {
	case d.ID == "":
		return ConfigurationLink{Reason: "the device has no id"}
	case d.Company == 0:
		return ConfigurationLink{Reason: "the device's customer has no company"}
	}
	if key := strings.ToLower(strings.TrimSpace(d.Identifier)); key != "" {
		if l, decided := f.identified(d, f.byIdentifier[key]); decided {
			return l
		}
	}
	var byMAC []Configuration
	for _, mac := range macs(d.MAC) {
		byMAC = append(byMAC, f.byMAC[asset{d.Company, mac}]...)
	}
	for _, try := range []struct {
		rule  Rule
		found []Configuration
		why   string
	}{
		{RuleMAC, byMAC, "MAC address " + d.MAC},
		{RuleSerial, f.bySerial[asset{d.Company, serial(d.Serial)}], "serial number " + d.Serial},
		{RuleName, f.byName[asset{d.Company, hostName(d.Name)}], "name " + d.Name},
	} {
		if l, decided := decideConfiguration(try.rule, try.found, try.why); decided {
			return l
		}
	}
	return ConfigurationLink{Reason: fmt.Sprintf("company %d has no configuration with this identifier, MAC address, serial number or name", d.Company)}
}

// identified decides by the device identifier.
func (f *assets) identified(d Device, found []Configuration) (ConfigurationLink, bool) {
	why := "device identifier " + d.Identifier
	l, decided := decideConfiguration(RuleIdentifier, found, why)
	if !l.Matched() {
		return l, decided
	}
	switch c := found[0]; {
	case c.Company != d.Company:
		l.Configuration, l.Reason = 0, fmt.Sprintf("%s is on configuration %d of another company, %d", why, c.ID, c.Company)
	case c.Inactive:
		l.Configuration, l.Reason = 0, fmt.Sprintf("%s is on configuration %d, which is inactive", why, c.ID)
	}
	return l, true
}

func decideConfiguration(rule Rule, found []Configuration, why string) (ConfigurationLink, bool) {
	found = slices.Clone(found)
	slices.SortFunc(found, compareConfigurations)
	found = slices.Compact(found)
	switch len(found) {
	case 0:
		return ConfigurationLink{}, false
	case 1:
		return ConfigurationLink{Configuration: found[0].ID, Rule: rule, Candidates: found, Reason: why}, true
	}
	names := make([]string, len(found))
	for i, c := range found {
		names[i] = fmt.Sprint(c.ID)
	}
	return ConfigurationLink{Rule: rule, Candidates: found,
		Reason: fmt.Sprintf("ambiguous: %s: configurations %s", why, strings.Join(names, ", "))}, true
}
