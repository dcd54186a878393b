// Command synctickets maintains ConnectWise tickets for the backup problems
// that Cove reports: each run opens, updates and closes tickets.
//
//	synctickets -demo                          a make-believe provider, nothing else needed
//	synctickets -dry-run                       what would be written, and why
//	synctickets -config synctickets.json       for a scheduler
//
// Credentials come from the environment (COVE_PARTNER, COVE_USERNAME,
// COVE_PASSWORD, CWM_SITE, CWM_COMPANY, CWM_PUBLIC_KEY, CWM_PRIVATE_KEY,
// CWM_CLIENT_ID, and COVE_URL for another address of Cove), from a file that
// only its owner may read, or from the system's keyring. docs/settings.md
// explains the settings file, docs/synctickets.md the rest.
//
// The exit code is 0 when all is well, 1 when a write failed or a stop stands, 2
// when settings are wrong, 3 when something new needs a person, 4 when not
// everything could be seen.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/reconcile"
)

// demonstration defines the flags of the demonstration and returns a function
// that runs it; the function returns false if the demonstration was not asked
// for. demo.go replaces it. A copy of this program can leave that file out.
var demonstration = func(*flag.FlagSet) func(context.Context, *program.Program, options) (asked bool, err error) {
	return func(context.Context, *program.Program, options) (bool, error) { return false, nil }
}

func main() {
	debug.SetGCPercent(200) // a run is short: half as many collections save more than a tenth of its CPU (BenchmarkUnchanged)
	program.Main("synctickets", run)
}

// options are the options of the command line.
type options struct {
	config, state, partner string

	dryRun, noClose, adoptOnly bool
	maxCreate                  int
	approve                    string
	sure, acknowledge          []string

	json         bool
	planOut, csv string
}

func (o *options) add(flags *flag.FlagSet) {
	flags.StringVar(&o.config, "config", "", "`file` with the settings (default: none, all defaults)")
	flags.StringVar(&o.state, "state", "", "`file` with the memory (default: one for each company and owner in the user's configuration folder)")
	flags.StringVar(&o.partner, "partner", "", "name or id of the Cove `partner` to watch (default: the login's own)")
	flags.BoolVar(&o.dryRun, "dry-run", false, "show the plan and write nothing")
	flags.BoolVar(&o.noClose, "no-close", false, "close no tickets")
	flags.BoolVar(&o.adoptOnly, "adopt-only", false, "only adopt the tickets of the older tool")
	flags.IntVar(&o.maxCreate, "max-create", 0, "create at most `n` tickets (default: as the settings allow)")
	flags.StringVar(&o.approve, "approve", "", "carry out only actions that are also in the plan in this `file` (from -plan-out)")
	flags.Func("sure", "`feed` whose list is right although suspiciously many keys are missing: problems that it does not list are over", program.List(&o.sure))
	flags.Func("acknowledge", "`id` of a stop whose cause has been dealt with", program.List(&o.acknowledge))
	flags.BoolVar(&o.json, "json", false, "print one JSON object with the figures of the run and nothing else")
	flags.StringVar(&o.planOut, "plan-out", "", "write the plan to this `file`, for review and approval")
	flags.StringVar(&o.csv, "csv", "", "write dated lists of devices and actions into this `folder`")
}

func run(ctx context.Context, p *program.Program) error {
	var o options
	var flags flag.FlagSet
	o.add(&flags)
	demo := demonstration(&flags)
	if err := p.Parse(&flags); err != nil {
		return err
	}
	if o.maxCreate < 0 {
		return program.End(program.Wrong, errors.New("-max-create counts tickets"))
	}
	if asked, err := demo(ctx, p, o); asked || err != nil {
		return err
	}
	return live(ctx, p, o)
}

// deskOptions returns the options of the run.
func (o options) deskOptions() (desk.Options, error) {
	d := desk.Options{DryRun: o.dryRun, MaxCreate: o.maxCreate, Sure: o.sure, Acknowledge: o.acknowledge}
	switch {
	case o.adoptOnly:
		d.Only = []reconcile.ActionKind{reconcile.Adopt}
	case o.noClose:
		d.Only = []reconcile.ActionKind{reconcile.Create, reconcile.Update, reconcile.Reopen, reconcile.Adopt, reconcile.Fold, reconcile.MarkOnly}
	}
	if o.approve != "" {
		data, err := os.ReadFile(o.approve)
		if err == nil {
			d.Approval, err = reconcile.ParseApproval(data)
		}
		if err != nil {
			return d, program.End(program.Wrong, fmt.Errorf("-approve: %w", err))
		}
	}
	return d, nil
}
