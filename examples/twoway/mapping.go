package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// What is mapped: groups to companies, systems to configurations.
const (
	mapGroup  = "group"
	mapSystem = "system"
)

// Who mapped it.
const (
	ruleAuto = "auto"
	ruleHand = "hand"
	ruleOff  = "removed" // by hand: it is not mapped automatically again
)

// mapped is a group or system, and what it is on the service desk.
type mapped struct {
	Kind   string
	ID     int64
	Name   string
	Group  int64  // of a system
	Email  string // of a group
	MAC    string // of a system
	Theirs int64  // 0: nothing
	Theirn string // its name
	Rule   string
	Reason string // why it could not be mapped
}

func (t *tx) mappings() (list []*mapped) {
	t.each(`SELECT 'group', g.id, g.name, 0, g.email, '', coalesce(m.theirs, 0), coalesce(m.name, ''), coalesce(m.rule, ''), coalesce(m.reason, '')
		FROM groups g LEFT JOIN mapping m ON m.kind = 'group' AND m.ours = g.id UNION ALL
		SELECT 'system', s.id, s.name, s.grp, '', s.mac, coalesce(m.theirs, 0), coalesce(m.name, ''), coalesce(m.rule, ''), coalesce(m.reason, '')
		FROM systems s LEFT JOIN mapping m ON m.kind = 'system' AND m.ours = s.id ORDER BY 1, 2`, nil, func(scan func(...any)) {
		m := &mapped{}
		scan(&m.Kind, &m.ID, &m.Name, &m.Group, &m.Email, &m.MAC, &m.Theirs, &m.Theirn, &m.Rule, &m.Reason)
		list = append(list, m)
	})
	return list
}

// setMapping maps something, or notes why it could not be, and has its cases
// looked at. Each failure is an event once, until its reason changes.
func (t *tx) setMapping(m *mapped, theirs int64, name, rule, reason, user string) {
	if m.Theirs == theirs && m.Rule == rule && m.Reason == reason {
		return
	}
	e := Event{Kind: eventMapped, User: user, Text: fmt.Sprintf("%s %s → %s (#%d), %s", m.Kind, m.Name, name, theirs, rule)}
	switch {
	case reason != "":
		if e.Kind = eventGroupFailed; m.Kind == mapSystem {
			e.Kind = eventSystemFailed
		}
		e.Text = fmt.Sprintf("%s %s: %s", m.Kind, m.Name, reason)
	case theirs == 0:
		e.Kind, e.Text = eventUnmapped, fmt.Sprintf("%s %s was %s (#%d)", m.Kind, m.Name, m.Theirn, m.Theirs)
	}
	group := m.ID
	if m.Kind == mapSystem {
		group = m.Group
	}
	t.each("SELECT name, lower(substr(email, instr(email, '@') + 1)) FROM groups WHERE id = ?", []any{group}, func(scan func(...any)) { scan(&e.Customer, &e.Domain) })
	t.event(e, nil)
	t.exec("INSERT INTO mapping VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET theirs = excluded.theirs, name = excluded.name, rule = excluded.rule, reason = excluded.reason",
		m.Kind, m.ID, theirs, name, rule, reason)
	t.enqueue(t.numbers(map[string]string{mapGroup: "grp = ?", mapSystem: "sys = ?"}[m.Kind], m.ID)...)
}

// mapAuto maps groups by the mail domain of the companies' primary contact, systems
// by MAC address. What people mapped stays.
func (a *app) mapAuto(ctx context.Context) error {
	companies, err := a.companies(ctx)
	if err != nil {
		return err
	}
	var list []*mapped
	if err := a.store.change(ctx, func(tx *tx) error { list = tx.mappings(); return nil }); err != nil {
		return err
	}
	configurations, err := a.configurations(ctx, list)
	if err != nil {
		return err
	}
	links, devices, err := linked(list, companies, configurations)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, c := range companies {
		names["c"+c.ID] = c.Name
	}
	for _, c := range configurations {
		names["d"+c.ID] = c.Name
	}
	return a.store.change(ctx, func(tx *tx) error {
		for _, m := range list {
			var id, reason, prefix string
			if m.Kind == mapGroup {
				l, _ := links.Get(itoa(m.ID))
				id, reason, prefix = l.Company, l.Reason, "c"
			} else {
				l, _ := devices.Get(deviceKey(m.ID))
				id, reason, prefix = l.Configuration, l.Reason, "d"
			}
			switch theirs, _ := strconv.ParseInt(id, 10, 64); {
			case m.Rule == ruleHand || m.Rule == ruleOff:
			case m.Kind == mapSystem && m.MAC == "": // those are mapped by hand
			case theirs != 0:
				tx.setMapping(m, theirs, names[prefix+id], ruleAuto, "", "")
			case m.Theirs == 0: // what was once mapped stays until somebody removes it
				tx.setMapping(m, 0, "", ruleAuto, cmp.Or(reason, "nothing fits"), "")
			}
		}
		return nil
	})
}

// linked asks the matcher. What is mapped by hand is told to it, so that it sees
// what is taken.
func linked(list []*mapped, companies []match.Company, configurations []match.Configuration) (match.Links, match.ConfigurationLinks, error) {
	var customers []reconcile.Customer
	var devices []reconcile.Device
	hand := &match.Mapping{}
	for _, m := range list {
		theirs, fixed := itoa(m.Theirs), m.Rule == ruleHand || m.Rule == ruleOff
		if m.Kind == mapGroup {
			customers = append(customers, reconcile.Customer{ID: itoa(m.ID), Name: fmt.Sprintf("%s (%s)", m.Name, m.Email)})
			if fixed {
				hand.Rows = append(hand.Rows, match.Row{Customer: itoa(m.ID), Company: theirs, Disabled: m.Rule == ruleOff})
			}
			continue
		}
		devices = append(devices, reconcile.Device{Key: deviceKey(m.ID), Customer: itoa(m.Group), Name: m.Name, MAC: m.MAC})
		if m.Rule == ruleHand {
			hand.Configurations = append(hand.Configurations, match.ConfigurationRow{Device: itoa(m.ID), Configuration: theirs})
		}
	}
	links, err := match.Companies(customers, companies, match.Options{Mapping: hand, Whole: true, Rules: []match.Rule{match.RuleMapping, match.RuleContact}})
	if err != nil {
		return links, match.ConfigurationLinks{}, err
	}
	found, err := match.Configurations(devices, configurations, links, match.ConfigurationOptions{Mapping: hand, Whole: true, Rules: []match.Rule{match.RuleMapping, match.RuleMAC}})
	return links, found, err
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func deviceKey(id int64) reconcile.Key { return reconcile.Key{Feed: "twoway", Subject: itoa(id)} }

// companies reads all companies with the mail address of their primary contact.
func (a *app) companies(ctx context.Context) (list []match.Company, err error) {
	mails, primary := map[int64]string{}, map[int64]int64{} // by contact; by company
	for c, err := range a.client.Company.Contacts.List(ctx, &connectwise.ListOptions{Fields: []string{"id", "company", "defaultFlag", "inactiveFlag", "communicationItems"}}) {
		if err != nil {
			return nil, err
		}
		for _, item := range c.CommunicationItems {
			if item.CommunicationType == "Email" && (item.DefaultFlag || mails[c.ID] == "") {
				mails[c.ID] = item.Value
			}
		}
		if c.DefaultFlag && !c.InactiveFlag {
			primary[c.Company.ID] = c.ID
		}
	}
	for c, err := range a.client.Company.Companies.List(ctx, nil) {
		if err != nil {
			return nil, err
		}
		list = append(list, match.Company{ID: itoa(c.ID), Identifier: c.Identifier, Name: c.Name, Contact: mails[cmp.Or(c.DefaultContact.ID, primary[c.ID])], Status: c.Status.Name, Deleted: c.DeletedFlag})
	}
	return list, nil
}

// configurations reads those of the companies that groups are mapped to.
func (a *app) configurations(ctx context.Context, list []*mapped) (found []match.Configuration, err error) {
	wanted := map[int64]bool{}
	for _, m := range list {
		if m.Kind == mapGroup && m.Theirs != 0 {
			wanted[m.Theirs] = true
		}
	}
	for some := range slices.Chunk(slices.Sorted(maps.Keys(wanted)), 100) {
		for c, err := range a.client.Company.Configurations.List(ctx, &connectwise.ListOptions{
			Where: connectwise.Where("company/id in (?)", some), Fields: []string{"id", "name", "company", "macAddress", "activeFlag"},
		}) {
			if err != nil {
				return nil, err
			}
			found = append(found, match.Configuration{ID: itoa(c.ID), Company: itoa(c.Company.ID), MAC: c.MACAddress, Name: c.Name, Inactive: !c.ActiveFlag})
		}
	}
	return found, nil
}

// mapByHand maps a group or system. A configuration must be one of the company that
// the system's group is mapped to.
func (a *app) mapByHand(ctx context.Context, m *mapped, group *mapped, theirs int64, user string) error {
	name := ""
	if m.Kind == mapGroup {
		c, err := a.client.Company.Companies.Get(ctx, theirs)
		if err != nil {
			return err
		}
		if name = c.Name; c.DeletedFlag {
			return program.End(program.Wrong, fmt.Errorf("company %q (#%d) is deleted", name, theirs))
		}
	} else {
		if group.Theirs == 0 {
			return program.End(program.Wrong, fmt.Errorf("group %q is not mapped: map it first, then its systems", group.Name))
		}
		c, err := a.client.Company.Configurations.Get(ctx, theirs)
		if err != nil {
			return err
		}
		if name = c.Name; c.Company.ID != group.Theirs {
			return program.End(program.Wrong, fmt.Errorf("configuration %q (#%d) is of company %q, but group %q is mapped to %q", name, theirs, c.Company.Name, group.Name, group.Theirn))
		}
	}
	return a.store.change(ctx, func(tx *tx) error { tx.setMapping(m, theirs, name, ruleHand, "", user); return nil })
}

var errNotThere = errors.New("there is no such group or system; see twoway map list")

// named finds a group by its name, a system by "group/system".
func (t *tx) named(kind, name string) (m, group *mapped, err error) {
	list := t.mappings()
	groups := map[int64]*mapped{}
	for _, x := range list {
		if x.Kind == mapGroup {
			groups[x.ID] = x
		}
	}
	for _, x := range list {
		switch {
		case x.Kind != kind:
		case kind == mapGroup && x.Name == name:
			return x, nil, t.err
		case kind == mapSystem && groups[x.Group].Name+"/"+x.Name == name:
			return x, groups[x.Group], t.err
		}
	}
	return nil, nil, cmp.Or(t.err, error(program.End(program.Wrong, fmt.Errorf("%s %q: %w", kind, name, errNotThere))))
}
