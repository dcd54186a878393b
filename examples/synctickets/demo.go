package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/examples/internal/bridge"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/internal/world"
)

// betweenRounds is how far the simulated clock moves from one round to the
// next.
const betweenRounds = 6 * time.Hour

// story holds the flags of the demonstration.
type story struct {
	asked, frozen              bool
	rounds, customers, devices int
	seed                       uint64
}

func init() {
	demonstration = func(flags *flag.FlagSet) func(context.Context, *program.Program, options) (bool, error) {
		var s story
		flags.BoolVar(&s.asked, "demo", false, "simulate a provider in memory: needs no account, nothing leaves the machine")
		flags.IntVar(&s.rounds, "rounds", 3, "demo: how many rounds, six hours apart")
		flags.Uint64Var(&s.seed, "seed", 3, "demo: the `number` the world is made from")
		flags.IntVar(&s.customers, "customers", 20, "demo: how many customers")
		flags.IntVar(&s.devices, "devices", 200, "demo: how many devices")
		flags.BoolVar(&s.frozen, "frozen", false, "demo: nothing changes between rounds")
		return func(ctx context.Context, p *program.Program, o options) (bool, error) {
			errs := []error{program.Need(flags, map[string]string{"rounds": "demo", "seed": "demo", "customers": "demo", "devices": "demo", "frozen": "demo"})}
			if s.asked && o.config+o.state+o.partner != "" {
				errs = append(errs, errors.New("-config, -state and -partner are for the real services: not with -demo"))
			}
			if s.rounds < 1 || s.customers < 1 || s.devices < s.customers {
				errs = append(errs, errors.New("want at least one round, one customer and a device for each customer"))
			}
			if err := errors.Join(errs...); err != nil {
				return true, program.End(program.Wrong, err)
			}
			if !s.asked {
				return false, nil
			}
			return true, s.run(ctx, p, o)
		}
	}
}

// run makes several runs against the in-memory servers. Every line that it
// prints says that it is a demonstration.
func (s story) run(ctx context.Context, p *program.Program, o options) error {
	p.Say("DEMO: a make-believe world; nothing of it is real")
	if !o.json {
		p.Stdout = &marked{to: p.Stdout}
	}
	w := world.New(world.Config{Seed: s.seed, Customers: s.customers, Devices: s.devices})
	defer w.Close()
	if err := w.Listen(); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "synctickets-demo-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	j, err := demoJob(w, p, o, folder)
	if err != nil {
		return err
	}
	for n := 1; n <= s.rounds; n++ {
		if n > 1 && !s.frozen {
			w.Advance(betweenRounds)
		}
		if !o.json {
			_, _ = fmt.Fprintf(p.Stdout, "round %d, %s\n", n, w.Now().Format(time.RFC1123))
		}
		report, err := j.sync(ctx)
		if code := program.ExitOfRun(report, err); code.Broken() {
			return program.End(code, err)
		}
	}
	return nil
}

// demoJob returns a job that uses the simulated servers, with its memory in a
// temporary folder.
func demoJob(w *world.World, p *program.Program, o options, folder string) (*job, error) {
	settings, err := bridge.Read("")
	if err != nil {
		return nil, err
	}
	settings.Desk.State = filestate.Open(filepath.Join(folder, "demo.json"))
	settings.Desk.Now = w.Now
	settings.Desk.AtOnce = 1 // one ticket after another, so that two demonstrations print the same bytes
	j := &job{Bridge: &bridge.Bridge{Program: p, Settings: settings}, options: o, demo: true}
	// The servers are simulated, so no rate limit is needed.
	unlimited := rate.NewLimiter(rate.Inf, 1)
	// The world's HTTP client trusts the certificate of its storage node.
	return j, j.Connect(cove.Credentials(w.Cove.Credentials()), []cove.Option{cove.WithHTTPClient(w.Cove.Client()), cove.WithBaseURL(w.Cove.URL), cove.WithLimiter(unlimited)},
		connectwise.Credentials(w.ConnectWise.Credentials()), []connectwise.Option{connectwise.WithLimiter(unlimited)})
}

// marked puts DEMO before every line.
type marked struct {
	to     io.Writer
	inside bool // in the middle of a line
}

func (m *marked) Write(b []byte) (int, error) {
	for line := range bytes.Lines(b) {
		if !m.inside {
			_, _ = io.WriteString(m.to, "DEMO ")
		}
		_, _ = m.to.Write(line)
		m.inside = !bytes.HasSuffix(line, []byte("\n"))
	}
	return len(b), nil
}
