package main

import (
	"context"
	"errors"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/examples/internal/bridge"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// live does the job once with the real services.
func live(ctx context.Context, p *program.Program, o options) error {
	b, err := bridge.Open(p, o.config)
	if err != nil {
		return err
	}
	state, err := p.StateFile(o.state, b.ConnectWise.LoginCompany(), b.Owner())
	if err != nil {
		return err
	}
	p.Say("%v; memory in %s", b.Credentials, state)
	b.Desk.State = filestate.Open(state)
	if !o.dryRun {
		log, err := program.ActionLog(state)
		if err != nil {
			return err
		}
		defer func() { _ = log.Close() }()
		b.Desk.Log = log
	}
	j := &job{Bridge: b, options: o}
	report := &desk.Report{}
	if err = b.Watch(ctx, o.partner); err == nil {
		report, err = j.sync(ctx)
	}
	code := program.ExitOfRun(report, err)
	if !o.dryRun && !report.Locked {
		p.After(ctx, b.Notify, state, code, errors.Join(errors.New(report.String()), err).Error())
	}
	return program.End(code, err)
}
