// Command report writes one page about the state of the backups: the totals,
// the last 28 days of every device, the problems, what would be done about
// them, and what is held and why. It is a dry run: nothing is written to either
// service.
//
//	report -config synctickets.json -out backups.html
//
// The page is one self-contained file, to be e-mailed or printed.
package main

import (
	"context"
	"flag"
	"io"

	"github.com/covedesk/covedesk/examples/internal/bridge"
	"github.com/covedesk/covedesk/examples/internal/program"
)

func main() { program.Main("report", run) }

func run(ctx context.Context, p *program.Program) error {
	var flags flag.FlagSet
	config := flags.String("config", "", "`file` with the settings of synctickets (default: none)")
	state := flags.String("state", "", "`file` with its memory (default: as synctickets)")
	partner := flags.String("partner", "", "name or id of the Cove `partner` to watch (default: the login's own)")
	out := flags.String("out", "report.html", "`file` to write the page to; - is standard output")
	if err := p.Parse(&flags); err != nil {
		return err
	}
	b, err := bridge.Open(p, *config)
	if err != nil {
		return err
	}
	dry, err := b.DryRun(ctx, *state, *partner)
	if err != nil {
		return err
	}
	content := pageOf(b, dry)
	content.Care = b.Care(ctx, dry)
	write := func(w io.Writer) error { return page.Execute(w, content) }
	if *out == "-" {
		err = write(p.Stdout)
	} else if err = program.WriteFile(*out, write); err == nil {
		p.Say("%s: %s", *out, content.Totals)
	}
	if err != nil {
		return err
	}
	return program.End(program.ExitOfRun(dry, nil), nil)
}
