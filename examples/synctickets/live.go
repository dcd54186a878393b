package main

import (
	"context"
	"errors"

	"github.com/covedesk/covedesk/examples/internal/bridge"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// live makes a run with the real services.
func live(ctx context.Context, p *program.Program, o options) error {
	b, err := bridge.Open(p, o.config)
	if err != nil {
		return err
	}
	state, closed, err := b.Remember(o.state, !o.dryRun)
	if err != nil {
		return err
	}
	defer closed()
	p.Say("%v; memory in %s", b.Credentials, state)
	report, err := (&job{Bridge: b, options: o}).sync(ctx)
	code := program.ExitOfRun(report, err)
	if !o.dryRun && !report.Locked {
		p.After(ctx, b.Notify, state, code, errors.Join(errors.New(report.String()), err).Error())
	}
	return program.End(code, err)
}
