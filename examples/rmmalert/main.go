// Command rmmalert creates tickets for the alerts of any tool. A tool calls it
// for each alert. This only puts the alert into a folder, the spool, and ends
// at once:
//
//	rmmalert -key db01/disk -customer ACME -severity high -summary "db01: disk C: is full"
//	rmmalert -key db01/disk -clear -text "40 % free again"
//	some-tool --json | rmmalert            a JSON object a line
//
// Another process creates tickets for the alerts in the spool, and closes them:
//
//	rmmalert -drain -config rmmalert.json             once, for a scheduler
//	rmmalert -drain -every 5s -config rmmalert.json   for ever
//	rmmalert -drain -dry-run                          what would be written, and why
//
// Repetitions are collected and become one update of the ticket. Only -drain
// needs credentials and a network: CWM_SITE, CWM_COMPANY, CWM_PUBLIC_KEY,
// CWM_PRIVATE_KEY and CWM_CLIENT_ID, from the environment, a file, or the
// system's keyring. docs/rmmalert.md explains the settings and how to connect
// several kinds of tools.
//
// The exit code is 0 when all is well, 1 when an alert was not accepted, a
// write failed or a stop stands, 2 when an alert, settings or credentials are
// wrong, 3 when something new needs a person, 4 when not everything could be
// seen.
package main

import (
	"context"
	"errors"
	"flag"
	"path/filepath"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/examples/internal/program"
)

func main() { program.Main("rmmalert", run) }

// options are the options of the command line.
type options struct {
	alert  alert
	given  bool // a flag of an alert was given
	spool  string
	drain  bool
	every  time.Duration
	config string
	state  string

	dryRun, json      bool
	sure, acknowledge []string
}

func (o *options) add(flags *flag.FlagSet) {
	o.alert.flags(flags, &o.given)
	flags.StringVar(&o.spool, "spool", "", "`folder` in which alerts wait (default: beside the memory)")
	flags.BoolVar(&o.drain, "drain", false, "create tickets for the waiting alerts")
	flags.DurationVar(&o.every, "every", 0, "with -drain: repeat after this `time`, for ever (default: once)")
	flags.StringVar(&o.config, "config", "", "with -drain: `file` with the settings (default: none, all defaults)")
	flags.StringVar(&o.state, "state", "", "`file` with the memory (default: one for each company and owner in the user's configuration folder)")
	flags.BoolVar(&o.dryRun, "dry-run", false, "with -drain: show the plan and write nothing")
	flags.BoolVar(&o.json, "json", false, "with -drain: print one JSON object with the figures of each run and nothing else")
	flags.Func("sure", "with -drain: `feed` whose list is right although suspiciously many keys are missing: problems that it does not list are over", program.List(&o.sure))
	flags.Func("acknowledge", "with -drain: `id` of a stop whose cause has been dealt with", program.List(&o.acknowledge))
}

func run(ctx context.Context, p *program.Program) error { return runWith(ctx, p) }

func runWith(ctx context.Context, p *program.Program, with ...connectwise.Option) error {
	var o options
	var flags flag.FlagSet
	o.add(&flags)
	if err := p.Parse(&flags); err != nil {
		return err
	}
	spool, err := o.folder(p)
	switch {
	case err != nil:
		return err
	case o.drain && o.given:
		return program.End(program.Wrong, errors.New("-drain takes no alert: two calls"))
	case o.dryRun && !o.drain:
		return program.End(program.Wrong, errors.New("-dry-run needs -drain: an alert is only written down"))
	case o.every < 0 || o.every > 0 && (o.dryRun || !o.drain):
		return program.End(program.Wrong, errors.New("-every is a time, and needs -drain without -dry-run"))
	case o.drain:
		return drain(ctx, p, o, spool, with...)
	case o.given:
		return putOne(p, spool, o.alert)
	case p.Interactive:
		return program.End(program.Wrong, errors.New("no alert: give -key, or JSON lines on standard input; see -help"))
	}
	return putLines(p, spool)
}

// folder returns the spool: as given, or else beside the memory.
func (o *options) folder(p *program.Program) (*spool, error) {
	switch {
	case o.spool != "":
		return openSpool(o.spool)
	case o.state != "":
		return openSpool(program.Beside(o.state, "spool"))
	case p.Folder == "":
		return nil, program.End(program.Wrong, errors.New("this machine has no folder for a user's configuration: give -spool"))
	}
	return openSpool(filepath.Join(p.Folder, "rmmalert.spool"))
}
