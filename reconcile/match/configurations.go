package match

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// ConfigurationOptions say how devices are linked with configurations. The
// zero value uses every rule and no mapping.
type ConfigurationOptions struct {
	// Mapping is what people have decided; nil means nothing. Only its section for
	// configurations is used.
	Mapping *Mapping

	// Feed is the name of the devices' feed. A mapping of another feed is an
	// error.
	Feed string

	// Whole says that all devices of the tool are given. Only then are rows of the
	// mapping reported whose device does not exist.
	Whole bool

	// Rules are the rules to try, in this order. Nil means [ConfigurationRules].
	Rules []Rule
}

// ConfigurationLinks is the result of [Configurations]: one [ConfigurationLink]
// per device, by the device's key.
type ConfigurationLinks = Results[reconcile.Key, ConfigurationLink, ConfigurationRow]

// Configurations links every device to its configuration, or says why not. It
// looks inside the company that the device names or that links has for its
// customer. The mapping decides first; there several devices may be one
// configuration. The rules are the device identifier, a MAC address, the serial
// number, and the name without case and domain. They link one to one: a
// configuration that two devices share by one rule is ambiguous, and so is a
// MAC address on two configurations.
//
// If the device identifier is that of an inactive configuration, or of another
// company's, this is reported and no looser rule is tried. MAC addresses and
// serial numbers that hardware makers leave as placeholders do not count.
//
// A device whose customer has no company is looked for in all companies, by
// mapping, device identifier and MAC address only. Its configuration then names
// the company. Devices of a disabled customer are not linked.
//
// It fails when the options are wrong: an unknown rule, or a mapping with
// faults or of another feed.
func Configurations(devices []reconcile.Device, configurations []Configuration, links Links, o ConfigurationOptions) (ConfigurationLinks, error) {
	names, err := chosen(o.Rules, ConfigurationRules(), ConfigurationRules())
	if err != nil {
		return ConfigurationLinks{}, err
	}
	o.Mapping, err = o.Mapping.of(o.Feed, slices.Contains(names, RuleMapping))
	if err != nil {
		return ConfigurationLinks{}, err
	}
	f := newAssets(configurations)
	f.rules = names
	f.addDevices(devices, links)
	out := ConfigurationLinks{links: make([]ConfigurationLink, len(f.machines)), at: f.known, unused: f.applyMapping(o)}
	for i := range f.machines {
		f.claim(i)
	}
	for i := range f.machines {
		out.links[i] = f.link(i)
		out.links[i].Device = f.machines[i].Device
	}
	return out, nil
}

// assets holds the devices, and the configurations by everything they can be
// found by.
type assets struct {
	rules    []Rule
	machines []machine             // by key
	known    map[reconcile.Key]int // machines by key
	guard    *guard

	configurations []Configuration // by id
	byID           index
	byIdentifier   index
	byMAC          index
	bySerial       index
	byHost         index
	byName         index // folded
}

// machine is a device with what is known of its customer.
type machine struct {
	reconcile.Device
	twice    bool // the key was given with different contents
	family   int  // the first device that is the same machine
	company  string
	disabled bool
	customer string // folded name

	hand answer // of the mapping
}

func newAssets(configurations []Configuration) *assets {
	f := &assets{byID: index{}, byIdentifier: index{}, byMAC: index{}, bySerial: index{}, byHost: index{}, byName: index{}}
	sorted := slices.SortedFunc(slices.Values(configurations), func(a, b Configuration) int {
		return cmp.Or(compareIDs(a.ID, b.ID), cmp.Compare(b.unfit(""), a.unfit("")), compareIDs(a.Company, b.Company),
			cmp.Compare(a.Identifier, b.Identifier), cmp.Compare(a.MAC, b.MAC), cmp.Compare(a.Serial, b.Serial), cmp.Compare(a.Name, b.Name))
	})
	sorted = slices.CompactFunc(sorted, func(a, b Configuration) bool { return a.ID == b.ID })
	f.configurations = slices.DeleteFunc(sorted, func(c Configuration) bool { return c.ID == "" })
	f.guard = newGuard(len(f.configurations))
	for i, c := range f.configurations {
		f.byID.add(c.ID, i)
		f.byIdentifier.add(fold(c.Identifier), i)
		f.byName.add(fold(c.Name), i)
		for _, mac := range macs(c.MAC) {
			f.byMAC.add(mac, i)
		}
		f.bySerial.add(serial(c.Serial), i)
		f.byHost.add(hostName(c.Name), i)
	}
	return f
}

func (f *assets) addDevices(devices []reconcile.Device, links Links) {
	sorted := slices.SortedFunc(slices.Values(devices), func(a, b reconcile.Device) int {
		return cmp.Or(compareIDs(a.Key.Subject, b.Key.Subject), cmp.Compare(a.Key.String(), b.Key.String()),
			compareIDs(a.Customer, b.Customer), cmp.Compare(a.Identifier, b.Identifier),
			cmp.Compare(a.MAC, b.MAC), cmp.Compare(a.Serial, b.Serial), cmp.Compare(a.Name, b.Name))
	})
	f.known = make(map[reconcile.Key]int, len(sorted))
	families := map[reconcile.Device]int{}
	for _, d := range slices.Compact(sorted) {
		if at, again := f.known[d.Key]; again {
			f.machines[at].twice = true
			continue
		}
		i := len(f.machines)
		f.known[d.Key] = i
		same := d
		same.Key = reconcile.Key{}
		if _, ok := families[same]; !ok {
			families[same] = i
		}
		l, _ := links.Get(d.Customer)
		f.machines = append(f.machines, machine{Device: d, family: families[same], company: cmp.Or(d.Company, l.Company), disabled: l.Disabled, customer: fold(l.Customer.Name)})
	}
}

// ask returns what a rule finds for a device. Without a company only the rules
// that are unique across all companies have an answer.
func (f *assets) ask(r Rule, m *machine) answer {
	var a answer
	switch r {
	case RuleMapping:
		return m.hand
	case RuleIdentifier:
		return answer{found: f.byIdentifier[fold(m.Identifier)], why: fmt.Sprintf("the device identifier %q", m.Identifier)}
	case RuleMAC:
		for _, mac := range macs(m.MAC) {
			a.found = union(a.found, f.byMAC[mac])
		}
		a.why = fmt.Sprintf("the MAC address %q", m.MAC)
	case RuleSerial:
		a = answer{found: f.bySerial[serial(m.Serial)], why: fmt.Sprintf("the serial number %q", m.Serial)}
	case RuleName:
		a = answer{found: f.byHost[hostName(m.Name)], why: fmt.Sprintf("the name %q", m.Name)}
	}
	if m.company == "" && r != RuleMAC {
		return answer{}
	}
	a.found = f.fit(a.found, m.company)
	return a
}

// fit returns those of the found configurations that a device of the company
// may have.
func (f *assets) fit(found []int, company string) []int {
	return slices.DeleteFunc(slices.Clone(found), func(c int) bool { return f.configurations[c].unfit(company) != "" })
}

// unusable says why a device cannot be linked; "" means that it can.
func (m *machine) unusable() string {
	switch {
	case m.twice:
		return fmt.Sprintf("device %s was given twice, with different contents", text.Line(m.Key.String()))
	case m.disabled:
		return "the device's customer is switched off"
	}
	return ""
}

// claim tells the guard where the rules lead a device. A decision by hand takes
// nothing from other devices.
func (f *assets) claim(i int) {
	m := &f.machines[i]
	if m.unusable() != "" {
		return
	}
	for rank, r := range f.rules {
		if r == RuleMapping {
			continue
		}
		for _, c := range f.ask(r, m).found {
			f.guard.claim(c, claim{rank: rank, family: m.family, who: i})
		}
	}
}

func (f *assets) link(i int) ConfigurationLink {
	m := &f.machines[i]
	if why := m.unusable(); why != "" {
		return ConfigurationLink{Reason: why}
	}
	for rank, r := range f.rules {
		if l, decided := f.judge(r, rank, i, f.ask(r, m)); decided {
			l.Rule = r
			return l
		}
	}
	if m.company == "" {
		return ConfigurationLink{Reason: "the device's customer has no company, and no configuration of any company has its device identifier or MAC address"}
	}
	return ConfigurationLink{Reason: fmt.Sprintf("company %s has no configuration with this device identifier, MAC address, serial number or name", text.Line(m.company))}
}

// judge turns an answer into a verdict.
func (f *assets) judge(r Rule, rank, i int, a answer) (ConfigurationLink, bool) {
	l := ConfigurationLink{Candidates: at(f.configurations, a.found)}
	if a.fault != "" {
		l.Reason = a.fault
		return l, true
	}
	if len(a.found) == 0 {
		return ConfigurationLink{}, false
	}
	c := f.configurations[a.found[0]]
	unfit := c.unfit(f.machines[i].company)
	rival, shared := f.guard.rival(a.found[0], rank, f.machines[i].family)
	switch {
	case len(a.found) > 1:
		var names []string
		for _, c := range l.Candidates {
			names = append(names, text.Line(c.ID))
		}
		l.Reason = fmt.Sprintf("ambiguous: %s: configurations %s", a.why, strings.Join(names, ", "))
	case unfit != "":
		l.Reason = fmt.Sprintf("%s: %s %s", a.why, c.describe(), unfit)
	case shared && r != RuleMapping:
		l.Reason = fmt.Sprintf("ambiguous: %s: %s is also the answer for %s", a.why, c.describe(), f.machines[rival].describe())
	default:
		l.Configuration, l.Company, l.Reason = c.ID, c.Company, a.why
	}
	return l, true
}

// applyMapping finds the devices and configurations of the mapping's rows, and
// returns the rows that had no effect.
func (f *assets) applyMapping(o ConfigurationOptions) []Unused[ConfigurationRow] {
	var out []Unused[ConfigurationRow]
	spelled, folded := index{}, index{}
	for i, m := range f.machines {
		spelled.add(m.Key.Subject, i)
		spelled.add(m.Key.String(), i)
		spelled.add(strings.TrimSpace(m.Name), i)
		folded.add(fold(m.Name), i)
		folded.add(m.customer+" / "+fold(m.Name), i)
	}
	for i, row := range o.Mapping.Configurations {
		found := spelled[strings.TrimSpace(row.Device)]
		if len(found) == 0 {
			found = folded[fold(row.Device)]
		}
		here, reason := row.at(i), ""
		if len(found) == 0 && o.Whole {
			reason = fmt.Sprintf("there is no device %q", row.Device)
		}
		for _, j := range found {
			if one := &f.machines[found[0]]; f.machines[j].family != one.family {
				reason = fmt.Sprintf("device %q is %s and %s: name it by its id", row.Device, one.describe(), f.machines[j].describe())
			}
		}
		for _, j := range found {
			if reason == "" {
				reason = f.byHand(&f.machines[j], row, here)
			}
		}
		if reason != "" {
			out = append(out, Unused[ConfigurationRow]{row, here + ": " + reason})
		}
	}
	return out
}

// byHand links a device to the configuration that a row names, inside the
// device's company if that is known. It returns why it could not.
func (f *assets) byHand(m *machine, row ConfigurationRow, here string) (fault string) {
	found := f.byID[strings.TrimSpace(row.Configuration)]
	if len(found) == 0 {
		found = f.fit(union(f.byIdentifier[fold(row.Configuration)], f.byName[fold(row.Configuration)]), m.company)
	}
	switch {
	case len(found) == 0:
		fault = fmt.Sprintf("there is no configuration %q", row.Configuration)
	case len(found) > 1:
		fault = fmt.Sprintf("several configurations are called %q: name it by its id", row.Configuration)
	default:
		c := f.configurations[found[0]]
		if reason := c.unfit(m.company); reason != "" {
			fault = c.describe() + " " + reason
		}
	}
	a := answer{found: found, why: "the mapping, " + here}
	if fault != "" {
		a.fault = a.why + ": " + fault
	}
	if before := m.hand; before.why != "" && !slices.Equal(before.found, a.found) {
		a.found = union(before.found, a.found)
		a.fault = fmt.Sprintf("the mapping has different rows for the device: %s; %s", cmp.Or(before.fault, before.why), cmp.Or(a.fault, a.why))
	}
	m.hand = a
	return fault
}
