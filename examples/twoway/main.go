// Command twoway keeps cases of another system and ConnectWise tickets the same, in
// both directions: status and priority, comments and notes, attachments.
//
//	twoway configure -board "Help Desk" -config twoway.json   maps of statuses and priorities, to be looked through
//	twoway group add -email it@birch.example Birch            a customer group, and what it is on the service desk
//	twoway case add -group Birch -ticket "Printer is down"    a case, with a ticket
//	twoway serve -config twoway.json                          callbacks and a poll keep both sides the same
//
// The cases are in a SQLite file. README.md beside this file shows what flows where;
// twoway help lists all commands. Credentials come from the environment (CWM_SITE,
// CWM_COMPANY, CWM_PUBLIC_KEY, CWM_PRIVATE_KEY, CWM_CLIENT_ID), from a file that
// only its owner may read, or from the system's keyring.
//
// The exit code is 0 when all is well, 1 when something could not be done, 2 when
// settings or arguments are wrong, 4 when the service desk could not be reached.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/examples/internal/program"
)

func main() { program.Main("twoway", run) }

// runner runs a command with its arguments.
type runner func(context.Context, *app, []string) error

// command is one of the program's commands.
type command struct {
	name, args, about string
	min, max          int // of arguments beside flags
	online            bool
	// define adds the command's flags and gives what runs it.
	define func(*flag.FlagSet) runner
}

var commands = slices.Concat(caseCommands, mapCommands, []command{
	{"configure", "-board NAME", "propose the maps of statuses and priorities and save them", 0, 0, true, configure},
	{"check", "", "test the connection, the rights and the maps", 0, 0, true, check},
	{"serve", "", "receive callbacks and keep both sides the same until interrupted", 0, 0, true, serve},
	{"sync", "", "poll once and carry over what is due", 0, 0, true, plainly((*app).syncOnce)},
	{"report", "[-from DAY] [-to DAY] [-by user|customer|domain]", "what was created, reopened, modified and closed, and all events", 0, 0, false, report},
})

// plainly makes a command without flags of its own.
func plainly(do func(*app, context.Context) error) func(*flag.FlagSet) runner {
	return func(*flag.FlagSet) runner {
		return func(ctx context.Context, a *app, _ []string) error { return do(a, ctx) }
	}
}

func run(ctx context.Context, p *program.Program) error {
	line := strings.Join(p.Args, " ") + " "
	for _, c := range commands {
		if strings.HasPrefix(line, c.name+" ") {
			p.Args = p.Args[len(strings.Fields(c.name)):]
			return c.run(ctx, p)
		}
	}
	usage(p.Stderr)
	if len(p.Args) > 0 && slices.Contains([]string{"help", "-help", "--help", "-h"}, p.Args[0]) {
		return nil
	}
	return program.End(program.Wrong, fmt.Errorf("no such command: %q", strings.TrimSpace(line)))
}

func usage(w io.Writer) {
	for _, c := range commands {
		_, _ = fmt.Fprintf(w, "twoway %-60s %s\n", strings.TrimSpace(c.name+" "+c.args), c.about)
	}
	_, _ = fmt.Fprintln(w, "Flags stand before other arguments. Every command takes -config FILE; -help after a command lists its flags.")
}

func (c command) run(ctx context.Context, p *program.Program) (err error) {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	path := flags.String("config", "", "`file` with the settings (default: none, all defaults)")
	do := c.define(flags)
	if err := p.ParseWith(flags, c.max); err != nil {
		return err
	}
	if flags.NArg() < c.min {
		return program.End(program.Wrong, fmt.Errorf("twoway %s %s", c.name, c.args))
	}
	a, err := open(ctx, p, *path, c.name == "configure")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.store.db.Close()) }()
	if c.online {
		if err := a.connect(); err != nil {
			return err
		}
	}
	return do(ctx, a, flags.Args())
}

// user is who works at this side.
func (a *app) user(flag string) string {
	unix, _ := a.Lookup("USER")
	windows, _ := a.Lookup("USERNAME")
	return program.OneLine(cmp.Or(flag, unix, windows, "somebody"))
}

func wrong(format string, args ...any) error {
	return program.End(program.Wrong, fmt.Errorf(format, args...))
}
