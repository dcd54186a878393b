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

// sides is what is mapped, and what it can be mapped to.
type sides struct {
	list           []*mapped
	companies      []match.Company
	configurations []match.Configuration
	names          map[string]string // by kind and id
}

func (a *app) sides(ctx context.Context) (*sides, error) {
	s := &sides{names: map[string]string{}}
	err := a.store.change(ctx, func(tx *tx) error { s.list = tx.mappings(); return nil })
	if err != nil {
		return nil, err
	}
	if s.companies, err = a.companies(ctx); err != nil {
		return nil, err
	}
	for _, c := range s.companies {
		s.names[mapGroup+c.ID] = c.Name
	}
	if s.configurations, err = a.configurations(ctx, s.list); err != nil {
		return nil, err
	}
	for _, c := range s.configurations {
		s.names[mapSystem+c.ID] = c.Name
	}
	return s, nil
}

// found is what the matcher found for a group or system, else why not.
func (*sides) found(m *mapped, links match.Links, devices match.ConfigurationLinks) (theirs int64, reason string, off bool) {
	var id string
	if m.Kind == mapGroup {
		l, _ := links.Get(itoa(m.ID))
		if id, reason, off = l.Company, l.Reason, l.Disabled; l.Rule == match.RuleNone {
			reason = fmt.Sprintf("no company has a primary contact with the mail domain of %q that no other shares and that is no mail provider's", m.Email)
		}
	} else {
		l, _ := devices.Get(deviceKey(m.ID))
		id, reason = l.Configuration, l.Reason
	}
	theirs, _ = strconv.ParseInt(id, 10, 64)
	return theirs, reason, off
}

// mapAuto maps groups by the mail domain of the companies' primary contact, systems
// by MAC address. What people mapped stays.
func (a *app) mapAuto(ctx context.Context) error {
	more, err := a.mapOnce(ctx)
	if err == nil && more { // the systems of the groups that are mapped now
		_, err = a.mapOnce(ctx)
	}
	return err
}

// mapOnce says whether it mapped a group.
func (a *app) mapOnce(ctx context.Context) (more bool, err error) {
	s, err := a.sides(ctx)
	if err != nil {
		return false, err
	}
	links, devices, err := linked(s.list, s.companies, s.configurations, decided(s.list), match.RuleMapping, match.RuleContact, match.RuleMAC)
	if err != nil {
		return false, err
	}
	return more, a.store.change(ctx, func(tx *tx) error {
		for _, m := range s.list {
			theirs, reason, _ := s.found(m, links, devices)
			switch {
			case m.Rule == ruleHand || m.Rule == ruleOff:
			case m.Kind == mapSystem && m.MAC == "": // those are mapped by hand
			case theirs != 0:
				more = more || m.Kind == mapGroup && m.Theirs != theirs
				tx.setMapping(m, theirs, s.names[m.Kind+itoa(theirs)], ruleAuto, "", "")
			case m.Theirs == 0: // what was once mapped stays until somebody removes it
				tx.setMapping(m, 0, "", ruleAuto, cmp.Or(reason, "nothing fits"), "")
			}
		}
		return nil
	})
}

// decided is what people decided, for the matcher: so it sees what is taken.
func decided(list []*mapped) *match.Mapping {
	hand := &match.Mapping{}
	for _, m := range list {
		switch {
		case m.Kind == mapGroup && (m.Rule == ruleHand || m.Rule == ruleOff):
			hand.Rows = append(hand.Rows, match.Row{Customer: itoa(m.ID), Company: itoa(m.Theirs), Disabled: m.Rule == ruleOff})
		case m.Kind == mapSystem && m.Rule == ruleHand:
			hand.Configurations = append(hand.Configurations, match.ConfigurationRow{Device: itoa(m.ID), Configuration: itoa(m.Theirs)})
		}
	}
	return hand
}

// linked asks the matcher, which reads a group's mail address from its name.
func linked(list []*mapped, companies []match.Company, configurations []match.Configuration, mapping *match.Mapping, rules ...match.Rule) (match.Links, match.ConfigurationLinks, error) {
	var customers []reconcile.Customer
	var devices []reconcile.Device
	for _, m := range list {
		if m.Kind == mapSystem {
			devices = append(devices, reconcile.Device{Key: deviceKey(m.ID), Customer: itoa(m.Group), Name: m.Name, MAC: m.MAC})
			continue
		}
		name := m.Name
		if slices.Contains(rules, match.RuleContact) && m.Email != "" {
			name += " (" + m.Email + ")"
		}
		customers = append(customers, reconcile.Customer{ID: itoa(m.ID), Name: name})
	}
	pick := func(all ...match.Rule) (some []match.Rule) {
		for _, r := range all {
			if slices.Contains(rules, r) {
				some = append(some, r)
			}
		}
		return some
	}
	links, err := match.Companies(customers, companies, match.Options{Mapping: mapping, Whole: true, Rules: pick(match.RuleMapping, match.RuleContact)})
	if err != nil {
		return links, match.ConfigurationLinks{}, err
	}
	found, err := match.Configurations(devices, configurations, links, match.ConfigurationOptions{Mapping: mapping, Whole: true, Rules: pick(match.RuleMapping, match.RuleMAC)})
	return links, found, err
}

// importMapping maps what a mapping says. A row that fits nothing is an error, and
// then nothing is mapped.
func (a *app) importMapping(ctx context.Context, mapping *match.Mapping) error {
	s, err := a.sides(ctx)
	if err != nil {
		return err
	}
	links, devices, err := linked(s.list, s.companies, s.configurations, mapping, match.RuleMapping)
	if err != nil {
		return program.End(program.Wrong, err)
	}
	var faults []error
	for _, u := range links.Unused() {
		faults = append(faults, errors.New(u.Reason))
	}
	for _, u := range devices.Unused() {
		faults = append(faults, errors.New(u.Reason))
	}
	if len(faults) > 0 {
		return program.End(program.Wrong, errors.Join(faults...))
	}
	return a.store.change(ctx, func(tx *tx) error {
		for _, m := range s.list {
			switch theirs, _, off := s.found(m, links, devices); {
			case theirs != 0:
				tx.setMapping(m, theirs, s.names[m.Kind+itoa(theirs)], ruleHand, "", a.user(""))
			case off:
				tx.setMapping(m, 0, "", ruleOff, "", a.user(""))
			}
		}
		return nil
	})
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
