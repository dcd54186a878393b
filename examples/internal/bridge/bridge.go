// Package bridge is shared by the programs that use both Cove and ConnectWise:
// login to both, the settings file, and the watched partner.
package bridge

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// Bridge is a program with both services and its settings.
type Bridge struct {
	*program.Program
	*Settings
	Credentials program.Credentials
	Cove        *cove.Client
	ConnectWise *connectwise.Client
	// Step is called after each request; nil does nothing.
	Step func()
	// Monitor judges the devices of the watched partner. [Bridge.Watch] sets
	// it.
	Monitor *monitor.Monitor

	coveCalls, connectWiseCalls atomic.Int64
}

// Open finds the credentials and reads the settings file, "" for none. It sends
// no request.
func Open(p *program.Program, config string) (*Bridge, error) {
	credentials, err := p.Credentials(slices.Concat(program.Cove, program.ConnectWise)...)
	if err != nil {
		return nil, err
	}
	settings, err := Read(config)
	if err != nil {
		return nil, err
	}
	b := &Bridge{Program: p, Settings: settings, Credentials: credentials}
	var options []cove.Option
	if url := credentials.Get(program.CoveURL); url != "" {
		options = append(options, cove.WithBaseURL(url))
	}
	err = b.Connect(cove.Credentials{
		Partner: credentials.Get("COVE_PARTNER"), Username: credentials.Get("COVE_USERNAME"), Password: credentials.Get("COVE_PASSWORD"),
	}, options, credentials.ConnectWise(), nil)
	if err != nil {
		return nil, program.End(program.Wrong, err)
	}
	return b, nil
}

// Connect makes both clients, which count their requests.
func (b *Bridge) Connect(c cove.Credentials, options []cove.Option, cw connectwise.Credentials, cwOptions []connectwise.Option) (err error) {
	observe := func(service string, calls *atomic.Int64) func(cove.Call) {
		var told atomic.Bool
		return func(call cove.Call) {
			calls.Add(1)
			if b.Step != nil {
				b.Step()
			}
			if call.Attempt > 1 && told.CompareAndSwap(false, true) {
				b.Say("%s did not answer as it should: asked again after %v, and will go on so for as long as is polite", service, call.Waited.Round(10*time.Millisecond))
			}
		}
	}
	b.Cove, err = cove.NewClient(c, append(options, cove.WithObserver(observe("Cove", &b.coveCalls)))...)
	if err != nil {
		return err
	}
	b.ConnectWise, err = connectwise.NewClient(cw, append(cwOptions, connectwise.WithObserver(observe("ConnectWise", &b.connectWiseCalls)))...)
	return err
}

// Calls returns the numbers of requests since the last call of Calls.
func (b *Bridge) Calls() (cove, connectWise int64) {
	return b.coveCalls.Swap(0), b.connectWiseCalls.Swap(0)
}

// Fleet returns what the last look saw, nil if there was none.
func (b *Bridge) Fleet() *monitor.Fleet {
	if b.Monitor == nil {
		return nil
	}
	return b.Monitor.Fleet()
}

// Sync makes a run for a partner; see [Bridge.Watch]. The report is never nil.
func (b *Bridge) Sync(ctx context.Context, partner string, o desk.Options) (*desk.Report, error) {
	if err := b.Watch(ctx, partner); err != nil {
		return &desk.Report{}, err
	}
	d, err := desk.New(ctx, b.ConnectWise, b.Desk)
	if err != nil {
		return &desk.Report{}, err
	}
	return d.SyncWith(ctx, o, b.File.Monitor(b.Monitor)) // with the texts from the settings
}

// Remember sets the desk's memory, [program.Program.StateFile], and, if the
// program writes, the action log beside it. The result closed closes the log.
func (b *Bridge) Remember(state string, writes bool) (path string, closed func(), err error) {
	if path, err = b.StateFile(state, b.ConnectWise.LoginCompany(), b.Owner()); err != nil {
		return "", nil, err
	}
	b.Desk.State = b.Memory(path)
	if !writes {
		return path, func() {}, nil
	}
	log, err := program.ActionLog(path)
	if err != nil {
		return "", nil, err
	}
	b.Desk.Log = log
	return path, func() { _ = log.Close() }, nil
}

// DryRun finds out what synctickets would do now, with its settings and its
// memory, and writes nothing. If the run is incomplete, the report says so.
func (b *Bridge) DryRun(ctx context.Context, state, partner string) (*desk.Report, error) {
	if _, _, err := b.Remember(state, false); err != nil {
		return nil, err
	}
	report, err := b.Sync(ctx, partner, desk.Options{DryRun: true})
	switch {
	case err != nil:
		return nil, err
	case report.Locked:
		return nil, program.End(program.Blind, errors.New("synctickets is running: try again when it has ended"))
	case b.Fleet() == nil:
		return nil, program.End(program.Blind, errors.New(report.String()))
	}
	return report, nil
}
