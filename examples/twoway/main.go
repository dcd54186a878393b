// Command twoway synchronizes cases of another system with ConnectWise tickets,
// in both directions: status and priority, comments and notes, attachments.
//
//	twoway configure -board "Help Desk" -config twoway.json   maps of statuses and priorities, to be looked through
//	twoway group add -email it@birch.example Birch            a customer group, and what it is on the service desk
//	twoway case add -group Birch -ticket "Printer is down"    a case, with a ticket
//	twoway serve -config twoway.json                          callbacks and a poll keep both sides the same
//
// The cases are in a SQLite file. README.md beside this file shows what is
// synchronized; twoway help lists all commands. Credentials come from the
// environment (CWM_SITE, CWM_COMPANY, CWM_PUBLIC_KEY, CWM_PRIVATE_KEY,
// CWM_CLIENT_ID), from a file that only its owner may read, or from the
// system's keyring.
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
	"slices"

	"github.com/covedesk/covedesk/examples/internal/program"
)

func main() { program.Main("twoway", run) }

// runner runs a command with its arguments.
type runner func(context.Context, *app, []string) error

// command is a command of this program. Those that are online speak with the
// service desk.
func command(name, args, about string, least, most int, online bool, define func(*flag.FlagSet) runner) program.Command {
	return program.Command{Name: name, Args: args, About: about, Min: least, Max: most, Define: func(flags *flag.FlagSet) func(context.Context, *program.Program, []string) error {
		path := flags.String("config", "", "`file` with the settings (default: none, all defaults)")
		do := define(flags)
		return func(ctx context.Context, p *program.Program, args []string) (err error) {
			a, err := open(ctx, p, *path, name == "configure")
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, a.store.db.Close()) }()
			if online {
				if err := a.connect(); err != nil {
					return err
				}
			}
			return do(ctx, a, args)
		}
	}}
}

var commands = slices.Concat(caseCommands, mapCommands, []program.Command{
	command("configure", "-board NAME", "propose the maps of statuses and priorities and save them", 0, 0, true, configure),
	command("check", "", "test the connection, the rights and the maps", 0, 0, true, check),
	command("serve", "", "receive callbacks and keep both sides the same until interrupted", 0, 0, true, serve),
	command("sync", "", "poll once and carry over what is due", 0, 0, true, plainly((*app).syncOnce)),
	command("report", "[-from DAY] [-to DAY] [-by user|customer|domain]", "what was created, reopened, modified and closed, and all events", 0, 0, false, report),
})

// plainly makes a command without flags of its own.
func plainly(do func(*app, context.Context) error) func(*flag.FlagSet) runner {
	return func(*flag.FlagSet) runner {
		return func(ctx context.Context, a *app, _ []string) error { return do(a, ctx) }
	}
}

func run(ctx context.Context, p *program.Program) error {
	return p.Command(ctx, commands, "Flags stand before other arguments. Every command takes -config FILE; -help after a command lists its flags.")
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
