// Command synctickets opens, updates and closes ConnectWise tickets for backup
// problems that Cove reports.
//
// With nothing configured it runs a demonstration: three rounds, six simulated
// hours apart, against in-memory servers. With all of COVE_PARTNER,
// COVE_USERNAME, COVE_PASSWORD, CWM_SITE, CWM_COMPANY, CWM_PUBLIC_KEY,
// CWM_PRIVATE_KEY and CWM_CLIENT_ID set, the same code runs once against the
// real services. Some but not all of them is an error. COVE_URL, which may be
// left out, is another address of Cove: a region, or a test server.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

// settings are what the command line says.
type settings struct {
	rounds, customers, devices int
	seed                       uint64
	frozen                     bool

	board, newStatus, closedStatus string
	dryRun, json                   bool
}

// demoFlags mean something in the demonstration only.
var demoFlags = map[string]bool{"rounds": true, "seed": true, "customers": true, "devices": true, "frozen": true}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.LookupEnv, os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "synctickets:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, lookup func(string) (string, bool), stdout, stderr io.Writer) error {
	var s settings
	flags := flag.NewFlagSet("synctickets", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&s.rounds, "rounds", 3, "demo: how many rounds")
	flags.Uint64Var(&s.seed, "seed", 3, "demo: the `number` the world is made from")
	flags.IntVar(&s.customers, "customers", 20, "demo: how many customers")
	flags.IntVar(&s.devices, "devices", 200, "demo: how many devices")
	flags.BoolVar(&s.frozen, "frozen", false, "demo: the world stands still between rounds")
	flags.StringVar(&s.board, "board", "", "service board of new tickets (default: the API member's default board)")
	flags.StringVar(&s.newStatus, "new-status", "", "status of new tickets (default: the board's default status)")
	flags.StringVar(&s.closedStatus, "closed-status", "", "status that closes a ticket (default: the board's closed status)")
	flags.BoolVar(&s.dryRun, "dry-run", false, "show the plan and write nothing")
	flags.BoolVar(&s.json, "json", false, "print one JSON object a round and nothing else")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unknown argument %q; see -help", flags.Arg(0))
	}

	credentials, live, err := credentialsFrom(lookup)
	if err != nil {
		return err
	}
	screen := &screen{out: stdout, json: s.json}
	if live {
		flags.Visit(func(f *flag.Flag) {
			if demoFlags[f.Name] {
				err = errors.Join(err, fmt.Errorf("-%s is for the demonstration; unset the COVE_ and CWM_ variables to run it", f.Name))
			}
		})
		if err != nil {
			return err
		}
		return runLive(ctx, credentials, s, screen)
	}
	screen.demo = "DEMO "
	_, _ = fmt.Fprintln(stderr, "DEMO: nothing is configured, so this is a make-believe world. Set COVE_… and CWM_… to run for real; see -help.")
	return runDemo(ctx, s, screen)
}
