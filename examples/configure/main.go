// Command configure creates the settings file. On a terminal it asks, and shows
// the tenant's values; scripts use flags.
//
//	configure -config synctickets.json                                  asks
//	configure -config synctickets.json -set "desk.board=Service Desk" -emergency none -yes
//	configure -config synctickets.json -list                            what can be chosen, with ids
//	configure -config synctickets.json -test-ticket -company Northwind  tries everything on a ticket of your own
//	configure -config synctickets.json -undo                            the version before
//	configure -config other.json -from synctickets.json                 a template for another client
//
// Before it writes, it checks every name against the service desk, shows who
// would get e-mail, and sends the emergency contact a test message. Ten earlier
// versions are kept beside the file. The file has no secrets.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/setup"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/examples/internal/program"
)

func main() { program.Main("configure", run) }

// options are the options of the command line.
type options struct {
	config, from, target, csv, company string
	set, emergency                     []string
	list, testTicket, undo, yes        bool
	wait                               time.Duration
}

func (o *options) add(flags *flag.FlagSet) {
	flags.StringVar(&o.config, "config", "", "settings `file` to create or change")
	flags.StringVar(&o.from, "from", "", "start with the settings in this `file`; the file of -config must not exist yet")
	flags.StringVar(&o.target, "program", "synctickets", "the `program` the settings are for: synctickets or rmmalert")
	flags.Func("set", "`path=value` of a member, such as desk.newStatus=New; an empty value removes it; may be repeated", program.List(&o.set))
	flags.Func("emergency", "e-mail `address` or webhook that gets a message when the program breaks, or the word none; may be repeated", program.List(&o.emergency))
	flags.BoolVar(&o.yes, "yes", false, "write without asking")
	flags.BoolVar(&o.list, "list", false, "list the possible values: ✓ marks the current one, ★ the recommended one")
	flags.StringVar(&o.csv, "csv", "", "with -list: write the list as CSV to this `file`")
	flags.BoolVar(&o.testTicket, "test-ticket", false, "try everything on a test ticket for -company; the ticket remains, closed")
	flags.StringVar(&o.company, "company", "", "with -test-ticket: id, identifier or name of your own `company` (default: ownCompany of the settings)")
	flags.DurationVar(&o.wait, "wait", time.Minute, "with -test-ticket: how long to wait for workflow rules")
	flags.BoolVar(&o.undo, "undo", false, "restore the previous version")
}

func run(ctx context.Context, p *program.Program) error {
	var o options
	var flags flag.FlagSet
	o.add(&flags)
	if err := p.Parse(&flags); err != nil {
		return err
	}
	if err := program.Need(&flags, map[string]string{"csv": "list", "company": "test-ticket", "wait": "test-ticket"}); err != nil {
		return err
	}
	switch {
	case o.config == "":
		return program.End(program.Wrong, errors.New("-config says which file; see -help"))
	case o.undo:
		from, err := setup.Undo(o.config)
		if err != nil {
			return program.End(program.Wrong, err)
		}
		_, _ = fmt.Fprintf(p.Stdout, "%s is as it was in %s\n", o.config, from)
		return nil
	}
	credentials, err := p.Credentials(program.ConnectWise...)
	if err != nil {
		return err
	}
	c := &configurer{Program: p, options: o}
	if c.client, err = connectwise.NewClient(credentials.ConnectWise()); err != nil {
		return program.End(program.Wrong, err)
	}
	if c.file, err = c.open(); err != nil {
		return program.End(program.Wrong, err)
	}
	for _, text := range c.set {
		path, value, found := strings.Cut(text, "=")
		if !found {
			return program.End(program.Wrong, fmt.Errorf("-set %q: want path=value", text))
		}
		if err := c.setMember(path, value); err != nil {
			return err
		}
	}
	if len(c.emergency) > 0 {
		if err := c.file.Set(c.emergency, "notify", "emergency"); err != nil {
			return program.End(program.Wrong, err)
		}
	}
	switch {
	case o.list:
		return c.list(ctx)
	case o.testTicket:
		return c.testTicket(ctx)
	}
	return c.configure(ctx)
}

type configurer struct {
	*program.Program
	options
	client *connectwise.Client
	file   *setup.File
	notify program.Notify
	feed   string
	owner  string // used if the settings name none
}

// open reads the file or the template, or starts with empty settings.
func (c *configurer) open() (*setup.File, error) {
	sections := []setup.Section{{Name: "notify", Into: &c.notify}}
	switch c.target {
	case "synctickets":
		rules := monitor.DefaultRules()
		c.feed = monitor.Source
		sections = append(sections, setup.Section{Name: "rules", Into: &rules}, setup.Section{Name: "partner", Into: new(string)})
	case "rmmalert":
		c.feed, c.owner = "rmm", "rmm"
		sections = append(sections, setup.Section{Name: "alerts"}) // only rmmalert reads it
	default:
		return nil, fmt.Errorf("-program: %q is neither synctickets nor rmmalert", c.target)
	}
	_, err := os.Stat(c.config)
	there := !errors.Is(err, fs.ErrNotExist)
	switch {
	case there && c.from != "":
		return nil, fmt.Errorf("%s is there already: -from is for a new file", c.config)
	case there:
		return setup.Read(c.config, sections...)
	}
	data := []byte("{}")
	if c.from != "" {
		if data, err = os.ReadFile(c.from); err != nil {
			return nil, err
		}
	}
	return setup.Parse(data, sections...)
}

// desk makes the desk that the settings describe.
func (c *configurer) desk(ctx context.Context) (*desk.Desk, error) {
	config := c.file.Config(c.feed)
	config.Owner, config.OwnCompany = cmp.Or(config.Owner, c.owner), cmp.Or(c.company, config.OwnCompany)
	return desk.New(ctx, c.client, config)
}

// testTicket tries everything that the programs do on a test ticket.
func (c *configurer) testTicket(ctx context.Context) error {
	d, err := c.desk(ctx)
	if err != nil {
		return err
	}
	own := d.Home().Own
	if own == 0 {
		return program.End(program.Wrong, errors.New("-test-ticket needs -company, your own: nobody else shall see a test"))
	}
	report, err := setup.TestTicket(ctx, d, own, func(ctx context.Context) error { return program.Sleep(ctx, c.wait) })
	for _, step := range report.Steps {
		if step.Err != nil {
			_, _ = fmt.Fprintf(c.Stdout, "✗ %s: %v\n", step.Name, step.Err)
		} else {
			_, _ = fmt.Fprintf(c.Stdout, "✓ %s\n", step.Name)
		}
	}
	for _, change := range report.Changes {
		_, _ = fmt.Fprintf(c.Stdout, "changed by the tenant: %s is %q, we wrote %q\n", change.Field, change.Found, change.Wrote)
	}
	switch {
	case err == nil:
		_, _ = fmt.Fprintf(c.Stdout, "ticket #%d is closed and stays\n", report.Ticket)
	case report.Ticket != 0:
		_, _ = fmt.Fprintf(c.Stdout, "ticket #%d stays: look whether it is closed\n", report.Ticket)
	}
	return err
}
