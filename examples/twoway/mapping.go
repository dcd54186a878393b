package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

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
	Kind        string
	ID          int64
	Name        string // of a system: "group/system"
	Group       int64  // itself, or that of the system
	Customer    string // the group's name
	Email       string // of the group
	MAC         string
	Theirs      int64 // 0: nothing
	GroupTheirs int64 // what its group is mapped to
	Title       string
	Rule        string
	Reason      string // why it could not be mapped
}

func (t *tx) mappings() (list []*mapped) {
	t.Each(`SELECT 'group', g.id, g.name, g.id, g.name, g.email, '', coalesce(m.theirs, 0), coalesce(m.theirs, 0), coalesce(m.name, ''), coalesce(m.rule, ''), coalesce(m.reason, '')
		FROM groups g LEFT JOIN mapping m ON m.kind = 'group' AND m.ours = g.id UNION ALL
		SELECT 'system', s.id, g.name || '/' || s.name, g.id, g.name, g.email, s.mac, coalesce(m.theirs, 0), coalesce(mg.theirs, 0), coalesce(m.name, ''), coalesce(m.rule, ''), coalesce(m.reason, '')
		FROM systems s JOIN groups g ON g.id = s.grp LEFT JOIN mapping mg ON mg.kind = 'group' AND mg.ours = g.id LEFT JOIN mapping m ON m.kind = 'system' AND m.ours = s.id ORDER BY 1, 2`, nil, func(scan func(...any)) {
		m := &mapped{}
		scan(&m.Kind, &m.ID, &m.Name, &m.Group, &m.Customer, &m.Email, &m.MAC, &m.Theirs, &m.GroupTheirs, &m.Title, &m.Rule, &m.Reason)
		list = append(list, m)
	})
	return list
}

// named finds a group by its name, a system by "group/system".
func (t *tx) named(kind, name string) (*mapped, error) {
	for _, m := range t.mappings() {
		if m.Kind == kind && m.Name == name {
			return m, nil
		}
	}
	return nil, wrong("there is no %s %q; see twoway map list", kind, name)
}

// setMapping maps something, or notes why it could not be, and has its cases
// looked at. Each failure is an event once, until its reason changes.
func (t *tx) setMapping(m *mapped, theirs int64, title, rule, reason, user string) {
	if m.Theirs == theirs && m.Rule == rule && m.Reason == reason {
		return
	}
	e := Event{Kind: eventMapped, User: user, Customer: m.Customer, Text: fmt.Sprintf("%s %s → %s (#%d), %s", m.Kind, m.Name, title, theirs, rule)}
	_, e.Domain, _ = strings.Cut(strings.ToLower(m.Email), "@")
	switch {
	case reason != "":
		e.Kind, e.Text = m.Kind+eventMappingFailed, fmt.Sprintf("%s %s: %s", m.Kind, m.Name, reason)
	case theirs == 0:
		e.Kind, e.Text = eventUnmapped, fmt.Sprintf("%s %s was %s (#%d)", m.Kind, m.Name, m.Title, m.Theirs)
	}
	t.event(e, nil)
	t.Exec("INSERT INTO mapping VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET theirs = excluded.theirs, name = excluded.name, rule = excluded.rule, reason = excluded.reason",
		m.Kind, m.ID, theirs, title, rule, reason)
	t.enqueue(t.numbers(map[string]string{mapGroup: "grp = ?", mapSystem: "sys = ?"}[m.Kind], m.ID)...)
}

// sides is what is mapped, and what it can be mapped to.
type sides struct {
	list      []*mapped
	companies []match.Company
	titles    map[string]string // of companies and configurations, by kind and id
}

func (a *app) sides(ctx context.Context) (*sides, error) {
	s := &sides{titles: map[string]string{}}
	err := a.store.read(ctx, func(tx *tx) { s.list = tx.mappings() })
	if err != nil {
		return nil, err
	}
	s.companies, err = a.companies(ctx)
	for _, c := range s.companies {
		s.titles[mapGroup+c.ID] = c.Name
	}
	return s, err
}

// links asks the matcher for the companies of groups. It reads a group's mail
// address from its name.
func (s *sides) links(mapping *match.Mapping, rules ...match.Rule) (match.Links, error) {
	var customers []reconcile.Customer
	for _, m := range s.list {
		if m.Kind == mapGroup {
			name := m.Name
			if slices.Contains(rules, match.RuleContact) && m.Email != "" {
				name += " (" + m.Email + ")"
			}
			customers = append(customers, reconcile.Customer{ID: itoa(m.ID), Name: name})
		}
	}
	return match.Companies(customers, s.companies, match.Options{Mapping: mapping, Whole: true, Rules: rules})
}

// devices asks the matcher for the configurations of systems, among those of the
// companies that groups are linked to.
func (a *app) devices(ctx context.Context, s *sides, links match.Links, mapping *match.Mapping, rules ...match.Rule) (none match.ConfigurationLinks, err error) {
	companies := map[int64]bool{}
	for l := range links.All() {
		if id, err := strconv.ParseInt(l.Company, 10, 64); err == nil {
			companies[id] = true
		}
	}
	var configurations []match.Configuration
	for some := range slices.Chunk(slices.Sorted(maps.Keys(companies)), 100) {
		for c, err := range a.client.Company.Configurations.List(ctx, &connectwise.ListOptions{
			Where: connectwise.Where("company/id in (?)", some), Fields: []string{"id", "name", "company", "macAddress", "activeFlag"},
		}) {
			if err != nil {
				return none, err
			}
			configurations = append(configurations, match.Configuration{ID: itoa(c.ID), Company: itoa(c.Company.ID), MAC: c.MACAddress, Name: c.Name, Inactive: !c.ActiveFlag})
			s.titles[mapSystem+itoa(c.ID)] = c.Name
		}
	}
	var devices []reconcile.Device
	for _, m := range s.list {
		if m.Kind == mapSystem {
			devices = append(devices, reconcile.Device{Key: deviceKey(m.ID), Customer: itoa(m.Group), Name: strings.TrimPrefix(m.Name, m.Customer+"/"), MAC: m.MAC})
		}
	}
	return match.Configurations(devices, configurations, links, match.ConfigurationOptions{Mapping: mapping, Whole: true, Rules: rules})
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func deviceKey(id int64) reconcile.Key { return reconcile.Key{Feed: "twoway", Subject: itoa(id)} }

// decided is what is mapped already, for the matcher, so that it sees what is taken.
func (s *sides) decided() *match.Mapping {
	m := &match.Mapping{}
	for _, x := range s.list {
		switch {
		case x.Kind == mapGroup && (x.Theirs != 0 || x.Rule == ruleOff):
			m.Rows = append(m.Rows, match.Row{Customer: itoa(x.ID), Company: itoa(x.Theirs), Disabled: x.Rule == ruleOff})
		case x.Kind == mapSystem && x.Theirs != 0:
			m.Configurations = append(m.Configurations, match.ConfigurationRow{Device: itoa(x.ID), Configuration: itoa(x.Theirs)})
		}
	}
	return m
}

// mapAuto maps groups by the mail domain of the companies' primary contact, systems
// by MAC address. What is mapped stays until somebody removes it.
func (a *app) mapAuto(ctx context.Context) error {
	s, err := a.sides(ctx)
	if err != nil {
		return err
	}
	decided := s.decided()
	links, err := s.links(decided, match.RuleMapping, match.RuleContact)
	if err != nil {
		return err
	}
	devices, err := a.devices(ctx, s, links, decided, match.RuleMapping, match.RuleMAC)
	if err != nil {
		return err
	}
	return a.store.read(ctx, func(tx *tx) {
		for _, m := range s.list {
			var id, reason string
			if m.Kind == mapGroup {
				l, _ := links.Get(itoa(m.ID))
				if id, reason = l.Company, l.Reason; l.Rule == match.RuleNone {
					reason = fmt.Sprintf("no company has a primary contact with the mail domain of %q that no other shares and that is not a mail provider's", m.Email)
				}
			} else {
				l, _ := devices.Get(deviceKey(m.ID))
				id, reason = l.Configuration, l.Reason
			}
			switch theirs, _ := strconv.ParseInt(id, 10, 64); {
			case m.Theirs != 0 || m.Rule == ruleOff:
			case m.Kind == mapSystem && m.MAC == "": // those are mapped by hand
			case theirs != 0:
				tx.setMapping(m, theirs, s.titles[m.Kind+id], ruleAuto, "", "")
			default:
				tx.setMapping(m, 0, "", ruleAuto, cmp.Or(reason, "nothing fits"), "")
			}
		}
	})
}

// mapByHand maps what people say. A row that fits nothing is an error, and then
// nothing is mapped. A configuration must be one of the company that the system's
// group is mapped to.
func (a *app) mapByHand(ctx context.Context, given *match.Mapping, user string) error {
	s, err := a.sides(ctx)
	if err != nil {
		return err
	}
	said, err := s.links(given, match.RuleMapping)
	if err != nil {
		return program.End(program.Wrong, err)
	}
	whole := &match.Mapping{Configurations: given.Configurations}
	for _, m := range s.list {
		if l, _ := said.Get(itoa(m.ID)); m.Kind == mapGroup && (l.Matched() || m.Theirs != 0) {
			whole.Rows = append(whole.Rows, match.Row{Customer: itoa(m.ID), Company: cmp.Or(l.Company, itoa(m.Theirs))})
		}
	}
	links, err := s.links(whole, match.RuleMapping)
	if err != nil {
		return err
	}
	devices, err := a.devices(ctx, s, links, whole, match.RuleMapping)
	if err != nil {
		return err
	}
	var faults []error
	for _, u := range said.Unused() {
		faults = append(faults, errors.New(u.Reason))
	}
	for _, u := range devices.Unused() {
		faults = append(faults, errors.New(u.Reason))
	}
	if len(faults) > 0 {
		return program.End(program.Wrong, errors.Join(faults...))
	}
	return a.store.read(ctx, func(tx *tx) {
		for _, m := range s.list {
			l, _ := said.Get(itoa(m.ID))
			id := l.Company
			if m.Kind == mapSystem {
				d, _ := devices.Get(deviceKey(m.ID))
				id = d.Configuration
			}
			if theirs, _ := strconv.ParseInt(id, 10, 64); theirs != 0 {
				tx.setMapping(m, theirs, s.titles[m.Kind+id], ruleHand, "", user)
			} else if m.Kind == mapGroup && l.Disabled {
				tx.setMapping(m, 0, "", ruleOff, "", user)
			}
		}
	})
}

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
