// Command check checks whether the programs can work: both logins, the users'
// permissions, the clocks, the versions, and the names in the settings. It
// writes nothing to either service.
//
//	check -config synctickets.json                 everything that synctickets needs
//	check -program synccustomers                   what another program needs
//	check -store                                   keep the credentials in the system's keyring
//	check -forget                                  and take them out again
//
// The exit code is 0 when all is well, 2 when something must be corrected, 4
// when a service could not be reached.
package main

import (
	"cmp"
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

// needs says what a program needs.
type needs struct {
	rights []string // names of setup.Profiles
	cove   bool
	owner  string // used if the settings name none
}

var programs = map[string]needs{
	"synctickets":   {[]string{"tickets", "documents"}, true, ""},
	"synccustomers": {[]string{"companies", "reading"}, true, ""},
	"configure":     {[]string{"tickets"}, false, ""},
	"explain":       {[]string{"reading"}, true, ""},
	"report":        {[]string{"reading"}, true, ""},
	"rmmalert":      {[]string{"tickets", "documents"}, false, "rmm"},
	"twoway":        {[]string{"tickets", "callbacks"}, false, ""},
}

func run(ctx context.Context, p *program.Program) error {
	var flags flag.FlagSet
	names := strings.Join(slices.Sorted(maps.Keys(programs)), ", ")
	config := flags.String("config", "", "`file` with the settings, whose names are looked up (default: none)")
	partner := flags.String("partner", "", "name or id of the Cove `partner` to watch (default: the login's own)")
	name := flags.String("program", "synctickets", "the `program` to check: "+names)
	store := flags.Bool("store", false, "store the credentials in the system's keyring")
	forget := flags.Bool("forget", false, "remove the credentials from the system's keyring, and do nothing else")
	if err := p.Parse(&flags); err != nil {
		return err
	}
	if *forget {
		return program.Forget(slices.Concat(program.Cove, program.ConnectWise)...)
	}
	n, known := programs[*name]
	switch {
	case !known:
		return program.End(program.Wrong, fmt.Errorf("-program: %q is none of %s", *name, names))
	case *partner != "" && !n.cove:
		return program.End(program.Wrong, fmt.Errorf("-partner: %s works without Cove", *name))
	}
	b, err := n.open(p, *config)
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
	if n.cove {
		c.checkCove(ctx, *partner)
	}
	c.checkConnectWise(ctx, n.rights)
	return program.End(c.code, nil)
}

// open finds the credentials that the program needs, and reads its settings.
func (n needs) open(p *program.Program, config string) (*bridge.Bridge, error) {
	if n.cove {
		return bridge.Open(p, config)
	}
	credentials, err := p.Credentials(program.ConnectWise...)
	if err != nil {
		return nil, err
	}
	var others []setup.Section // sections that other programs read
	for _, name := range []string{"partner", "rules", "notify", "alerts", "twoway"} {
		others = append(others, setup.Section{Name: name})
	}
	file, err := setup.Parse([]byte("{}"), others...)
	if config != "" {
		file, err = setup.Read(config, others...)
	}
	if err != nil {
		return nil, program.End(program.Wrong, err)
	}
	b := &bridge.Bridge{Program: p, Settings: &bridge.Settings{File: file, Desk: file.Config()}, Credentials: credentials}
	b.Desk.Owner = cmp.Or(b.Desk.Owner, n.owner)
	if b.ConnectWise, err = connectwise.NewClient(credentials.ConnectWise()); err != nil {
		return nil, program.End(program.Wrong, err)
	}
	return b, nil
}

// rights returns the requirements of the profiles, each once.
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
