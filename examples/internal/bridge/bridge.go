// Package bridge is what the programs between Cove and ConnectWise share: log-in
// to both, the file of settings, the partner that is watched.
package bridge

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/reconcile"
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
	// Fleet is what the last look saw.
	Fleet *monitor.Fleet

	coveCalls, connectWiseCalls atomic.Int64
}

// Open finds the credentials and reads the file of settings, "" for none. It
// makes no request.
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
	count := func(calls *atomic.Int64) {
		calls.Add(1)
		if b.Step != nil {
			b.Step()
		}
	}
	b.Cove, err = cove.NewClient(c, append(options, cove.WithObserver(func(cove.Call) { count(&b.coveCalls) }))...)
	if err != nil {
		return err
	}
	b.ConnectWise, err = connectwise.NewClient(cw, append(cwOptions, connectwise.WithObserver(func(connectwise.Call) { count(&b.connectWiseCalls) }))...)
	return err
}

// Calls are the requests that were made since the last time it was asked.
func (b *Bridge) Calls() (cove, connectWise int64) {
	return b.coveCalls.Swap(0), b.connectWiseCalls.Swap(0)
}

// Look is what a desk asks for: it judges all devices of the partner, and keeps
// what it saw for lists.
func (b *Bridge) Look(ctx context.Context, r reconcile.Request) (*reconcile.Snapshot, error) {
	fleet, err := monitor.Collect(ctx, b.Cove, b.Rules, r.At)
	if err != nil {
		return nil, err
	}
	b.Fleet = fleet
	return fleet.Snapshot(), nil
}
