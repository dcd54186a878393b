// Command synccustomers finds the ConnectWise company of each Cove customer,
// and creates missing companies.
//
//	synccustomers -config synctickets.json                    the comparison, nothing else
//	synccustomers -create "Dogwood Cafe" -yes                 makes a company
//	synccustomers -create-missing -write-references -yes      all of them, and writes their ids to Cove
//
// On a terminal it asks which companies to make. Without -yes it asks before it
// writes, and without a terminal it does not write.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/onboard"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/examples/internal/ask"
	"github.com/covedesk/covedesk/examples/internal/bridge"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

func main() { program.Main("synccustomers", run) }

// options are the options of the command line.
type options struct {
	config, state, partner, mapping, csv string
	create                               []string
	createMissing, dryRun, yes           bool
	rules                                onboard.CompanyRules
}

func (o *options) add(flags *flag.FlagSet) {
	flags.StringVar(&o.config, "config", "", "`file` with the settings of synctickets (default: none)")
	flags.StringVar(&o.state, "state", "", "`file` with its memory (default: as synctickets)")
	flags.StringVar(&o.partner, "partner", "", "name or id of the Cove `partner` to watch (default: the login's own)")
	flags.StringVar(&o.mapping, "mapping", "", "CSV `file` with the mapping to use in place of the settings' mapping: a list of this program, a mapping, or a list of the PowerShell tool")
	flags.StringVar(&o.csv, "csv", "", "write the comparison as a dated list into this `folder`")
	flags.Func("create", "create a company for the customer with this `name`; may be repeated", program.List(&o.create))
	flags.BoolVar(&o.createMissing, "create-missing", false, "create a company for every customer that has none")
	flags.StringVar(&o.rules.Status, "status", "Active", "`status` of new companies")
	flags.Func("type", "`type` of new companies; may be repeated (default: Customer)", program.List(&o.rules.Types))
	flags.StringVar(&o.rules.Site, "site", "", "name of their first `site` (default: Main)")
	flags.BoolVar(&o.rules.References, "write-references", false, "write the ids of companies into the customers' references at Cove")
	flags.BoolVar(&o.dryRun, "dry-run", false, "show what would be created and write nothing")
	flags.BoolVar(&o.yes, "yes", false, "write without asking; replace references that name another company than the mapping says")
}

func run(ctx context.Context, p *program.Program) error {
	var o options
	var flags flag.FlagSet
	o.add(&flags)
	if err := p.Parse(&flags); err != nil {
		return err
	}
	if len(o.rules.Types) == 0 {
		o.rules.Types = []string{"Customer"}
	}
	o.rules.Replace = o.yes
	b, err := bridge.Open(p, o.config)
	if err != nil {
		return err
	}
	_, closed, err := b.Remember(o.state, !o.dryRun)
	if err != nil {
		return err
	}
	defer closed()
	if err := b.Watch(ctx, o.partner); err != nil {
		return err
	}
	s := &syncer{Bridge: b, options: o}
	if s.desk, err = desk.New(ctx, b.ConnectWise, b.Desk); err != nil {
		return err
	}
	return s.run(ctx)
}

type syncer struct {
	*bridge.Bridge
	options
	desk      *desk.Desk
	companies []match.Company
	links     match.Links
	issues    map[string]int // devices with issues, by customer
}

func (s *syncer) run(ctx context.Context) error {
	if err := s.compare(ctx); err != nil {
		return err
	}
	rows := s.rows()
	table(s.Stdout, rows)
	if s.csv != "" {
		name := filepath.Join(s.csv, program.Dated(s.desk.Now(), "Customers_covedesk.csv"))
		if err := program.WriteCSV(name, list(rows)); err != nil {
			return err
		}
		s.Say("%s", name)
	}
	plan, err := onboard.PlanCompanies(ctx, s.desk, s.links, s.companies, s.rules)
	if err == nil {
		plan, err = s.choose(plan)
	}
	if err != nil || len(plan.Companies) == 0 {
		return err
	}
	_, _ = fmt.Fprintf(s.Stdout, "\n%s", plan.Text())
	if s.dryRun {
		return nil
	}
	if err := ask.Agree(s.Program, s.yes, fmt.Sprintf("Write these %d?", len(plan.Companies))); err != nil {
		return err
	}
	results, err := onboard.ApplyCompanies(ctx, s.desk, plan, s.References())
	for _, r := range results {
		line := fmt.Sprintf("%-7s %s (company %d)", r.Outcome, r.Name, r.ID)
		if r.Why != "" {
			line += ": " + r.Why
		}
		_, _ = fmt.Fprintln(s.Stdout, line)
	}
	return err
}

// compare reads the customers and companies of both sides.
func (s *syncer) compare(ctx context.Context) error {
	snapshot, err := s.Monitor.Look(ctx, reconcile.Request{At: s.desk.Now()})
	if err != nil {
		return err
	}
	if s.companies, err = s.desk.Companies(ctx); err != nil {
		return err
	}
	mapping := s.Desk.Mappings[monitor.Source]
	if s.mapping != "" {
		file, err := os.ReadFile(s.mapping)
		if err == nil {
			mapping, err = bridge.ReadMapping(file)
		}
		if err != nil {
			return program.End(program.Wrong, fmt.Errorf("-mapping: %w", err))
		}
	}
	s.links, err = match.Companies(snapshot.Customers, s.companies, match.Options{
		Feed: monitor.Source, Whole: snapshot.Whole, Mapping: mapping, Own: s.Desk.OwnCompany,
	})
	if err != nil {
		return program.End(program.Wrong, err)
	}
	for _, unused := range s.links.Unused() {
		s.Say("mapping: %v", unused)
	}
	s.issues = map[string]int{}
	for _, issue := range snapshot.Issues {
		s.issues[issue.Customer]++
	}
	if len(snapshot.Unread) > 0 {
		return program.End(program.Blind, errors.New(snapshot.Unread[0]))
	}
	return nil
}
