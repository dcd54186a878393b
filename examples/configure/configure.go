package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/connectwise/desk/setup"
	"github.com/covedesk/covedesk/examples/internal/ask"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// list shows the possible values.
func (c *configurer) list(ctx context.Context) error {
	choices, err := setup.Choices(ctx, c.client, c.file)
	if err != nil {
		return err
	}
	for _, choice := range choices {
		_, _ = fmt.Fprint(c.Stdout, choice)
	}
	if c.csv == "" {
		return nil
	}
	lines := [][]string{{"Setting", "ID", "Name", "Current", "Recommended"}}
	for _, choice := range choices {
		for _, o := range choice.Options {
			lines = append(lines, []string{choice.Setting, strconv.FormatInt(o.ID, 10), o.Name, strconv.FormatBool(o.Current), strconv.FormatBool(o.Recommended)})
		}
	}
	return program.WriteCSV(c.csv, lines)
}

// configure asks, tries the answers, and writes the file.
func (c *configurer) configure(ctx context.Context) error {
	if c.Interactive && !c.yes {
		if err := c.form(ctx); err != nil {
			return err
		}
	}
	if len(c.notify.Emergency) == 0 {
		return program.End(program.Wrong, errors.New("who is told when the program breaks? -emergency and an e-mail address, a webhook, or the word none"))
	}
	if err := c.verify(ctx); err != nil {
		return err
	}
	if err := c.mailed(ctx); err != nil {
		return err
	}
	if _, err := c.Send(ctx, c.notify, "covedesk: a test", "You are told when "+c.target+" breaks, and when it works again. Nothing is wrong now."); err != nil {
		return program.End(program.Wrong, fmt.Errorf("the test message was not sent, nothing was written: %w", err))
	}
	if err := c.file.Save(c.config); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(c.Stdout, "written: %s\n", c.config)
	return nil
}

// setMember sets a member to a value, as JSON if it is JSON, otherwise as text.
// "" removes the member.
func (c *configurer) setMember(path, value string) error {
	var v any
	if err := json.Unmarshal([]byte(value), &v); err != nil && value != "" {
		v = value
	}
	if err := c.file.Set(v, strings.Split(path, ".")...); err != nil {
		return program.End(program.Wrong, err)
	}
	return nil
}

// form asks for the values that only the people of the tenant know.
func (c *configurer) form(ctx context.Context) error {
	asked := []string{"desk.board", "desk.newStatus", "desk.closedStatus", "desk.verifyStatus"}
	if c.target == "synctickets" { // rmmalert has no classes to ask priorities for
		asked = append(asked, "desk.priorities.server.default", "desk.priorities.m365.default", "desk.priorities.workstation.default")
	}
	choices, err := setup.Choices(ctx, c.client, c.file)
	for i, setting := range asked {
		if i == 1 { // the statuses of a board are known only after it was chosen
			choices, err = setup.Choices(ctx, c.client, c.file)
		}
		if err != nil {
			return err
		}
		at := slices.IndexFunc(choices, func(choice setup.Choice) bool { return choice.Setting == setting })
		if at < 0 || len(choices[at].Options) == 0 {
			continue
		}
		name, err := ask.Setting(c.Program, choices[at])
		if err != nil {
			return err
		}
		if err := c.setMember(setting, name); err != nil {
			return err
		}
	}
	contact, err := ask.Text(c.Program, "Who is told when the program breaks? An e-mail address, a webhook, or none", strings.Join(c.notify.Emergency, " "))
	if err != nil {
		return err
	}
	if err := c.file.Set(strings.Fields(contact), "notify", "emergency"); err != nil {
		return program.End(program.Wrong, err)
	}
	return nil
}

// verify checks every name against the service desk.
func (c *configurer) verify(ctx context.Context) error {
	checked, err := c.file.Verify(ctx, c.client, nil)
	if err != nil {
		return err
	}
	wrong := false
	for _, line := range checked {
		_, _ = fmt.Fprintln(c.Stdout, line)
		wrong = wrong || line.Fault != ""
	}
	if wrong {
		return program.End(program.Wrong, errors.New("settings are wrong, as listed; nothing was written"))
	}
	return nil
}

// mailed shows who would get e-mail, and asks whether that is intended.
func (c *configurer) mailed(ctx context.Context) error {
	d, err := c.desk(ctx)
	if err != nil {
		return err
	}
	mailings, err := setup.WhoIsMailed(ctx, d)
	if err != nil {
		return err
	}
	sent := false
	for _, m := range mailings {
		_, _ = fmt.Fprintln(c.Stdout, m)
		sent = sent || m.Sent
	}
	for _, warning := range setup.Warnings(d) {
		_, _ = fmt.Fprintln(c.Stdout, "mind: "+warning)
	}
	if !sent && !c.Interactive {
		return nil
	}
	return ask.Agree(c.Program, c.yes, "Write these settings?")
}
