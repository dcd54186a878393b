package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/mail"
	"os"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/reconcile/match"
)

var mapCommands = []program.Command{
	command("group add", "-email ADDRESS NAME", "add a customer group", 1, 1, false, groupAdd),
	command("system add", "-group G [-mac ADDRESS] NAME", "add a system of a group", 1, 1, false, systemAdd),
	command("map auto", "", "map groups by mail domain and systems by MAC address now; serve does it every six hours", 0, 0, true, plainly((*app).mapAuto)),
	command("map list", "", "list groups and systems and what they are mapped to", 0, 0, false, plainly((*app).mapList)),
	command("map offer", "[-match TEXT] [GROUP]", "list companies, or the configurations of a group's company, with their ids", 0, 1, true, mapOffer),
	command("map set", "group NAME COMPANY | system GROUP/NAME CONFIGURATION", "map a group to a company, a system to a configuration, by id or name", 3, 3, true, mapSet),
	command("map remove", "group NAME | system GROUP/NAME", "remove a mapping; its cases are parked", 2, 2, false, mapRemove),
	command("map import", "FILE", "map by a CSV or JSON file with columns customer, company, device, configuration", 1, 1, true, mapImport),
}

func groupAdd(flags *flag.FlagSet) runner {
	email := flags.String("email", "", "e-mail `address` at the customer, for mapping by its domain")
	return func(ctx context.Context, a *app, args []string) error {
		name := program.OneLine(args[0])
		if _, err := mail.ParseAddress(*email); *email != "" && err != nil || name == "" || strings.Contains(name, "/") {
			return wrong("want a name without a slash, and an address such as it@birch.example")
		}
		return a.insert(ctx, "a group", name, "INSERT INTO groups (name, email) VALUES (?, ?) ON CONFLICT DO NOTHING", name, *email)
	}
}

func systemAdd(flags *flag.FlagSet) runner {
	group := flags.String("group", "", "`name` of its group")
	mac := flags.String("mac", "", "MAC `address`, for mapping; without one it is mapped by hand")
	return func(ctx context.Context, a *app, args []string) error {
		name := program.OneLine(args[0])
		if _, err := net.ParseMAC(*mac); *mac != "" && err != nil || name == "" {
			return wrong("want a name, and an address such as 00:1b:21:3a:4f:01")
		}
		return a.insert(ctx, "a system of a group of that name", name, "INSERT INTO systems (grp, name, mac) SELECT id, ?, ? FROM groups WHERE name = ? ON CONFLICT DO NOTHING", name, *mac, *group)
	}
}

func (a *app) insert(ctx context.Context, what, name, statement string, args ...any) error {
	return a.store.change(ctx, func(tx *tx) error {
		if n := tx.Exec(statement, args...); tx.Err() == nil && n == 0 {
			return wrong("%q was not added: it is there already, or there cannot be %s", name, what)
		}
		return nil
	})
}

func (a *app) mapList(ctx context.Context) error {
	rows := [][]string{{"WHAT", "NAME", "MAIL OR MAC", "MAPPED TO", "HOW"}}
	err := a.store.read(ctx, func(tx *tx) {
		for _, m := range tx.mappings() {
			theirs := "-"
			if m.Theirs != 0 {
				theirs = fmt.Sprintf("%s (#%d)", m.Title, m.Theirs)
			}
			address := m.Email
			if m.Kind == mapSystem {
				address = m.MAC
			}
			rows = append(rows, []string{m.Kind, m.Name, address, theirs, m.Rule + " " + m.Reason})
		}
	})
	return errors.Join(err, program.Table(a.Stdout, program.FormTable, rows, nil))
}

// mapOffer lists what can be mapped to. What is mapped already shows as such.
func mapOffer(flags *flag.FlagSet) runner {
	part := flags.String("match", "", "only those with this `text` in name, identifier or status")
	return func(ctx context.Context, a *app, args []string) error {
		var list []*mapped
		company := int64(0)
		err := a.store.change(ctx, func(tx *tx) error {
			if list = tx.mappings(); len(args) == 0 {
				return nil
			}
			group, err := tx.named(mapGroup, args[0])
			if err == nil && group.Theirs == 0 {
				err = wrong("group %q is not mapped: map it first, then its systems", group.Name)
			} else if err == nil {
				company = group.Theirs
			}
			return err
		})
		if err != nil {
			return err
		}
		rows := [][]string{{"ID", "IDENTIFIER", "NAME", "STATUS", "MAPPED"}}
		add := func(kind string, id int64, ident, title, state string) {
			if !strings.Contains(strings.ToLower(ident+"\n"+title+"\n"+state), strings.ToLower(*part)) {
				return
			}
			var taken []string
			for _, m := range list {
				if m.Kind == kind && m.Theirs == id {
					taken = append(taken, m.Name)
				}
			}
			rows = append(rows, []string{itoa(id), ident, title, state, strings.Join(taken, ", ")})
		}
		if company == 0 {
			all, err := a.client.Company.Companies.All(ctx, &connectwise.ListOptions{Where: connectwise.Where("deletedFlag = ?", false)})
			if err != nil {
				return err
			}
			for _, c := range all {
				add(mapGroup, c.ID, c.Identifier, c.Name, c.Status.Name)
			}
		} else {
			all, err := a.client.Company.Configurations.All(ctx, &connectwise.ListOptions{Where: connectwise.Where("company/id = ?", company)})
			if err != nil {
				return err
			}
			for _, c := range all {
				add(mapSystem, c.ID, c.DeviceIdentifier, c.Name, c.Status.Name)
			}
		}
		return program.Table(a.Stdout, program.FormTable, rows, nil)
	}
}

// mapSet maps one thing, as a file with one row would.
func mapSet(*flag.FlagSet) runner {
	return func(ctx context.Context, a *app, args []string) error {
		var m *mapped
		err := a.store.change(ctx, func(tx *tx) (err error) { m, err = tx.named(args[0], args[1]); return err })
		if err != nil {
			return err
		}
		if m.Kind == mapSystem && m.GroupTheirs == 0 {
			return wrong("group %q is not mapped: map it first, then its systems", m.Customer)
		}
		row := &match.Mapping{Rows: []match.Row{{Customer: itoa(m.ID), Company: args[2]}}}
		if m.Kind == mapSystem {
			row = &match.Mapping{Configurations: []match.ConfigurationRow{{Device: itoa(m.ID), Configuration: args[2]}}}
		}
		return a.mapByHand(ctx, row, a.user(""))
	}
}

func mapRemove(*flag.FlagSet) runner {
	return func(ctx context.Context, a *app, args []string) error {
		return a.store.change(ctx, func(tx *tx) error {
			m, err := tx.named(args[0], args[1])
			if err == nil {
				tx.setMapping(m, 0, "", ruleOff, "", a.user(""))
			}
			return err
		})
	}
}

func mapImport(*flag.FlagSet) runner {
	return func(ctx context.Context, a *app, args []string) error {
		file, err := os.Open(args[0])
		if err != nil {
			return program.End(program.Wrong, err)
		}
		defer func() { _ = file.Close() }()
		mapping, err := match.ReadMapping(file)
		if err != nil {
			return program.End(program.Wrong, err)
		}
		return a.mapByHand(ctx, mapping, a.user(""))
	}
}
