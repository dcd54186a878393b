// Command check says whether the programs can work: both log-ins, what the users
// may do and read, the clocks, the versions, the names in the settings. It writes
// nothing to either service.
//
//	check -config synctickets.json                 everything that synctickets needs
//	check -program synccustomers                   what another program needs
//	check -store                                   keep the credentials in the system's keyring
//	check -forget                                  and take them out again
//
// The exit code is 0 when all is well, 2 when something has to be set right, 4 when
// a service could not be reached.
package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/setup"
	"github.com/covedesk/covedesk/examples/internal/bridge"
	"github.com/covedesk/covedesk/examples/internal/program"
)

func main() { program.Main("check", run) }

// profiles are the rights at ConnectWise that each program needs.
var profiles = map[string][]string{
	"synctickets":   {"tickets", "documents"},
	"synccustomers": {"companies", "reading"},
	"configure":     {"tickets"},
	"explain":       {"reading"},
	"report":        {"reading"},
	"rmmalert":      {"tickets", "documents"},
	"twoway":        {"tickets", "callbacks"},
}

func run(ctx context.Context, p *program.Program) error {
	var flags flag.FlagSet
	config := flags.String("config", "", "`file` with the settings, whose names are looked up (default: none)")
	partner := flags.String("partner", "", "name or id of the Cove `partner` that is watched (default: the login's own)")
	name := flags.String("program", "synctickets", "the `program` whose rights are checked: "+strings.Join(slices.Sorted(maps.Keys(profiles)), ", "))
	store := flags.Bool("store", false, "put the credentials into the system's keyring")
	forget := flags.Bool("forget", false, "take the credentials out of the system's keyring, and do nothing else")
	if err := p.Parse(&flags); err != nil {
		return err
	}
	if *forget {
		return program.Forget(slices.Concat(program.Cove, program.ConnectWise)...)
	}
	if _, known := profiles[*name]; !known {
		return program.End(program.Wrong, fmt.Errorf("-program: %q is none of %s", *name, strings.Join(slices.Sorted(maps.Keys(profiles)), ", ")))
	}
	b, err := bridge.Open(p, *config)
	if err != nil {
		return err
	}
	if *store {
		if err := b.Credentials.Store(); err != nil {
			return err
		}
		p.Say("the credentials are in the system's keyring now")
	}
	c := &checks{Bridge: b, code: program.Fine}
	c.line(true, "credentials", b.Credentials.Source, "")
	c.clocks()
	c.checkCove(ctx, *partner)
	c.checkConnectWise(ctx, profiles[*name])
	return program.End(c.code, nil)
}

// rights are those of the profiles, each once.
func rights(names []string) (needs []connectwise.Requirement) {
	for _, name := range names {
		for _, need := range setup.Profiles[name] {
			if !slices.ContainsFunc(needs, func(n connectwise.Requirement) bool { return n.Module == need.Module && n.Function == need.Function }) {
				needs = append(needs, need)
			}
		}
	}
	return needs
}
