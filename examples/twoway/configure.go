package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"slices"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/setup"
)

// configure proposes the maps where the settings have none, and saves them. Maps
// that are not complete are refused.
func configure(flags *flag.FlagSet) runner {
	board := flags.String("board", "", "`name` of the board that new tickets go to (default: that of the settings)")
	return func(ctx context.Context, a *app, _ []string) error {
		if a.path == "" {
			return wrong("-config names the file to save to")
		}
		if a.Board = cmp.Or(*board, a.Board); a.Board == "" {
			return wrong("-board NAME: on which board shall new tickets be?")
		}
		t, err := readTenant(ctx, a.client, a.boards())
		if err != nil {
			return err
		}
		a.propose(t)
		if _, err := a.mapsFor(t); err != nil {
			return wrong("not saved, because the maps are not complete:\n%w", err)
		}
		for name, value := range map[string]any{"board": a.Board, "statusMaps": a.StatusMaps, "priorityMap": a.PriorityMap} {
			if err := a.file.Set(value, "twoway", name); err != nil {
				return err
			}
		}
		if err := a.file.Save(a.path); err != nil {
			return err
		}
		a.Say("saved in %s: look through statusMaps and priorityMap there, then: twoway check -config %s", a.path, a.path)
		return nil
	}
}

// check tests the connection, the rights and the maps.
func check(*flag.FlagSet) runner {
	return func(ctx context.Context, a *app, _ []string) error {
		needs := slices.Concat(setup.Profiles["tickets"], setup.Profiles["documents"], []connectwise.Requirement{
			{Module: "Companies", Function: "Configurations", Inquire: connectwise.LevelAll},
			{Module: "Companies", Function: "Contacts", Inquire: connectwise.LevelAll},
		})
		if a.URL != "" {
			needs = append(needs, setup.Profiles["callbacks"]...)
		}
		report, err := a.client.System.Check(ctx, needs...)
		if report != nil {
			_, _ = fmt.Fprintln(a.Stdout, report)
		}
		if err != nil {
			return err
		}
		if err := a.ready(ctx); err != nil {
			return err
		}
		_, _ = fmt.Fprintln(a.Stdout, "The maps of statuses and priorities are complete.")
		return nil
	}
}
