// Command explain explains why a device has a ticket, or has none. It shows its
// columns, the rule and the threshold, the company, the ticket, the policy and
// the decision. It writes nothing.
//
//	explain -config synctickets.json 3785154
//	explain -ticket 70123
//	explain -compare 2026-11-23_CoveMonitoring.csv -actions 2026-11-23_CWM_Tickets.csv
//
// The last form compares with a run of the PowerShell tool, device by device.
// It shows devices that only one of them lists first, each with the reason.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"github.com/covedesk/covedesk/examples/internal/bridge"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/reconcile"
)

func main() { program.Main("explain", run) }

func run(ctx context.Context, p *program.Program) error {
	var flags flag.FlagSet
	config := flags.String("config", "", "`file` with the settings of synctickets (default: none)")
	state := flags.String("state", "", "`file` with its memory (default: as synctickets)")
	partner := flags.String("partner", "", "name or id of the Cove `partner` to watch (default: the login's own)")
	ticket := flags.Int64("ticket", 0, "explain the `id` of a ticket instead of a device")
	issues := flags.String("compare", "", "compare with the PowerShell tool's list of issues in this `file`")
	actions := flags.String("actions", "", "with -compare: also compare with its list of ticket actions in this `file`")
	if err := p.ParseWith(&flags, 1); err != nil {
		return err
	}
	if err := program.Need(&flags, map[string]string{"actions": "compare"}); err != nil {
		return err
	}
	var device int64
	if text := flags.Arg(0); text != "" {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return program.End(program.Wrong, fmt.Errorf("%q is not an id of a device: see the column AU, or #… in the ticket's summary", text))
		}
		device = id
	}
	if asked := count(device != 0, *ticket != 0, *issues != ""); asked != 1 {
		return program.End(program.Wrong, errors.New("want the id of a device, or -ticket, or -compare; see -help"))
	}
	b, err := bridge.Open(p, *config)
	if err != nil {
		return err
	}
	report, err := b.DryRun(ctx, *state, *partner)
	if err != nil {
		return err
	}
	e := &explainer{Bridge: b, plan: report.Plan}
	switch {
	case *issues != "":
		return e.compare(*issues, *actions)
	case *ticket != 0:
		return e.ticket(*ticket)
	}
	return e.device(device)
}

func count(all ...bool) (n int) {
	for _, b := range all {
		if b {
			n++
		}
	}
	return n
}

type explainer struct {
	*bridge.Bridge
	plan reconcile.Plan
}

func (e *explainer) printf(format string, args ...any) { _, _ = fmt.Fprintf(e.Stdout, format, args...) }

// device explains a device.
func (e *explainer) device(id int64) error {
	explanation, found := e.Fleet().Explain(id)
	if !found {
		e.printf("no device %d below the partner that is watched\n", id)
	} else {
		e.printf("%s\n", explanation)
	}
	subject := strconv.FormatInt(id, 10)
	at := slices.IndexFunc(e.plan.Actions, func(a reconcile.Action) bool { return a.Key.Subject == subject })
	switch {
	case at >= 0:
		e.decision(&e.plan.Actions[at])
	case found:
		e.printf("decision: none is needed: no problem, no open ticket\n")
	default:
		return program.End(program.Wrong, errors.New("nothing is known of it, and no open ticket of ours is about it"))
	}
	return nil
}

// ticket explains the device that a ticket is about.
func (e *explainer) ticket(id int64) error {
	for i := range e.plan.Actions {
		a := &e.plan.Actions[i]
		if a.Ticket != id && !slices.Contains(a.Related, id) {
			continue
		}
		if device, err := strconv.ParseInt(a.Key.Subject, 10, 64); err == nil {
			return e.device(device)
		}
		e.decision(a) // the ticket of a storm, or the standing ticket
		return nil
	}
	return program.End(program.Wrong, fmt.Errorf("ticket %d is none of ours: it is not open with a marker of owner %s, and the plan does not name it", id, e.plan.Owner))
}

// decision prints what is done about a key, and why.
func (e *explainer) decision(a *reconcile.Action) {
	if i := a.Issue; i != nil {
		company := "none"
		if i.Company != "" {
			company = i.Company
		}
		if i.CompanyReason != "" {
			company += ": " + i.CompanyReason
		}
		e.printf("company: %s\n", company)
	}
	if a.Ticket != 0 {
		e.printf("ticket: #%d %q, status %s (%s)\n", a.Ticket, a.Summary, a.Status, a.Stage)
	}
	for _, related := range a.Related {
		e.printf("see also: #%d\n", related)
	}
	if len(a.Edited) > 0 {
		e.printf("changed by people, never written again: %v\n", a.Edited)
	}
	policy := e.Desk.Policy
	e.printf("policy: close after %v, reopen within %v, snooze %v, update every %v, a storm from %d in %v\n",
		policy.CloseAfter, policy.ReopenWithin, policy.Snooze, policy.UpdateEvery, policy.CustomerStorm.Limit, policy.CustomerStorm.Window)
	e.printf("decision: %s: %s\n", a.Kind, a.Reason())
	if a.Would != "" {
		e.printf("held back: %s\n", a.Would)
	}
}

// compare lists the devices on which this run and the PowerShell tool disagree,
// and why.
func (e *explainer) compare(issues, actions string) error {
	var files [2]io.Reader
	for i, name := range []string{issues, actions} {
		if name == "" {
			continue
		}
		file, err := os.Open(name)
		if err != nil {
			return program.End(program.Wrong, err)
		}
		defer func() { _ = file.Close() }()
		files[i] = file
	}
	compared, err := e.Fleet().Compare(files[0], files[1])
	if err != nil {
		return program.End(program.Wrong, err)
	}
	counts := map[string]int{}
	for _, c := range compared {
		counts[c.Who()]++
		e.printf("%-11s %d %s (%s)\n", c.Who(), c.Device, c.Name, c.Customer)
		for _, line := range []struct{ name, text string }{{"ours", c.Ours}, {"theirs", c.Theirs}, {"because", c.Why}} {
			if line.text != "" {
				e.printf("    %s: %s\n", line.name, line.text)
			}
		}
		if c.Ticket != 0 {
			e.printf("    their ticket: #%d %s\n", c.Ticket, c.Action)
		}
	}
	e.printf("%d in both lists, %d only in ours, %d only in theirs\n", counts["both"], counts["only ours"], counts["only theirs"])
	return nil
}
