package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/mail"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/reconcile/match"
)

var mapCommands = []command{
	{"group add", "-email ADDRESS NAME", "add a customer group", 1, 1, false, groupAdd},
	{"system add", "-group G [-mac ADDRESS] NAME", "add a system of a group", 1, 1, false, systemAdd},
	{"map auto", "", "map groups by mail domain and systems by MAC address now; serve does it every six hours", 0, 0, true, plainly((*app).mapAuto)},
	{"map list", "", "list groups and systems and what they are mapped to", 0, 0, false, plainly((*app).mapList)},
	{"map offer", "[-name N] [-identifier I] [-status S] [GROUP]", "list companies, or the configurations of a group's company, with their ids", 0, 1, true, mapOffer},
	{"map set", "group NAME ID | system GROUP/NAME ID", "map a group to a company, a system to a configuration", 3, 3, true, mapSet},
	{"map remove", "group NAME | system GROUP/NAME", "remove a mapping; its cases are parked", 2, 2, false, mapRemove},
	{"map import", "FILE", "map by a CSV or JSON file with columns customer, company, device, configuration", 1, 1, true, mapImport},
}

func groupAdd(flags *flag.FlagSet) runner {
	email := flags.String("email", "", "mail `address` at the customer, for mapping by its domain")
	return func(ctx context.Context, a *app, args []string) error {
		name := oneLine(args[0])
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
		name := oneLine(args[0])
		if _, err := net.ParseMAC(*mac); *mac != "" && err != nil || name == "" {
			return wrong("want a name, and an address such as 00:1b:21:3a:4f:01")
		}
		return a.insert(ctx, "a system of a group of that name", name, "INSERT INTO systems (grp, name, mac) SELECT id, ?, ? FROM groups WHERE name = ? ON CONFLICT DO NOTHING", name, *mac, *group)
	}
}

func (a *app) insert(ctx context.Context, what, name, statement string, args ...any) error {
	return a.store.change(ctx, func(tx *tx) error {
		if n := tx.exec(statement, args...); tx.err == nil && n == 0 {
			return wrong("%q was not added: it is there already, or there cannot be %s", name, what)
		}
		return nil
	})
}

func (a *app) mapList(ctx context.Context) error {
	return a.store.change(ctx, func(tx *tx) error {
		w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(w, "WHAT\tNAME\tMAIL OR MAC\tMAPPED TO\tHOW")
		groups := map[int64]string{}
		for _, m := range tx.mappings() {
			name, theirs := m.Name, "-"
			if m.Kind == mapGroup {
				groups[m.ID] = m.Name
			} else {
				name = groups[m.Group] + "/" + name
			}
			if m.Theirs != 0 {
				theirs = fmt.Sprintf("%s (#%d)", oneLine(m.Theirn), m.Theirs)
			}
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", m.Kind, name, m.Email+m.MAC, theirs, strings.TrimSpace(m.Rule+" "+oneLine(m.Reason)))
		}
		return errors.Join(tx.err, w.Flush())
	})
}

// mapOffer lists what can be mapped to. What is mapped already shows as such.
func mapOffer(flags *flag.FlagSet) runner {
	name := flags.String("name", "", "only with this in the `name`")
	identifier := flags.String("identifier", "", "only with this in the `identifier`")
	status := flags.String("status", "", "only with this `status`")
	return func(ctx context.Context, a *app, args []string) error {
		var list []*mapped
		var group *mapped
		err := a.store.change(ctx, func(tx *tx) (err error) {
			if list = tx.mappings(); len(args) == 1 {
				group, _, err = tx.named(mapGroup, args[0])
			}
			return err
		})
		if err != nil {
			return err
		}
		if group != nil && group.Theirs == 0 {
			return wrong("group %q is not mapped: map it first, then its systems", group.Name)
		}
		taken := func(kind string, id int64) (names []string) {
			for _, m := range list {
				if m.Kind == kind && m.Theirs == id {
					names = append(names, m.Name)
				}
			}
			return names
		}
		w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(w, "ID\tIDENTIFIER\tNAME\tSTATUS\tMAPPED")
		row := func(kind string, id int64, ident, title, state string) {
			if contains(title, *name) && contains(ident, *identifier) && (*status == "" || strings.EqualFold(state, *status)) {
				_, _ = fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", id, oneLine(ident), oneLine(title), oneLine(state), strings.Join(taken(kind, id), ", "))
			}
		}
		if group == nil {
			for c, err := range a.client.Company.Companies.List(ctx, &connectwise.ListOptions{Where: connectwise.Where("deletedFlag = ?", false)}) {
				if err != nil {
					return err
				}
				row(mapGroup, c.ID, c.Identifier, c.Name, c.Status.Name)
			}
			return w.Flush()
		}
		for c, err := range a.client.Company.Configurations.List(ctx, &connectwise.ListOptions{Where: connectwise.Where("company/id = ?", group.Theirs)}) {
			if err != nil {
				return err
			}
			row(mapSystem, c.ID, c.DeviceIdentifier, c.Name, c.Status.Name)
		}
		return w.Flush()
	}
}

func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

// target finds what a command is about: a kind and a name.
func (a *app) target(ctx context.Context, args []string) (m, group *mapped, err error) {
	if !slices.Contains([]string{mapGroup, mapSystem}, args[0]) {
		return nil, nil, wrong("%q: want group or system", args[0])
	}
	err = a.store.change(ctx, func(tx *tx) (err error) { m, group, err = tx.named(args[0], args[1]); return err })
	return m, group, err
}

func mapSet(flags *flag.FlagSet) runner {
	by := flags.String("by", "", "`name` of who does it (default: the user)")
	return func(ctx context.Context, a *app, args []string) error {
		m, group, err := a.target(ctx, args)
		if err != nil {
			return err
		}
		id, err := strconv.ParseInt(args[2], 10, 64)
		if err != nil || id < 1 {
			return wrong("%q is no id; twoway map offer lists them", args[2])
		}
		return a.mapByHand(ctx, m, group, id, a.user(*by))
	}
}

func mapRemove(flags *flag.FlagSet) runner {
	by := flags.String("by", "", "`name` of who does it (default: the user)")
	return func(ctx context.Context, a *app, args []string) error {
		m, _, err := a.target(ctx, args)
		if err != nil {
			return err
		}
		return a.store.change(ctx, func(tx *tx) error { tx.setMapping(m, 0, "", ruleOff, "", a.user(*by)); return nil })
	}
}

// mapImport maps what a file says. A row that fits nothing is an error, and then
// nothing is mapped.
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
		return a.importMapping(ctx, mapping)
	}
}
