package bridge

import (
	"context"
	"errors"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// DryRun finds out what synctickets would do now, by its settings and its memory,
// and writes nothing. Where the run cannot be made whole, the report says so.
func (b *Bridge) DryRun(ctx context.Context, state, partner string) (*desk.Report, error) {
	if err := b.Watch(ctx, partner); err != nil {
		return nil, err
	}
	state, err := b.StateFile(state, b.ConnectWise.LoginCompany(), b.Owner())
	if err != nil {
		return nil, err
	}
	b.Desk.State = filestate.Open(state)
	d, err := desk.New(ctx, b.ConnectWise, b.Desk)
	if err != nil {
		return nil, err
	}
	report, err := d.SyncWith(ctx, desk.Options{DryRun: true}, desk.MonitorFunc(monitor.Source, b.Look))
	switch {
	case err != nil:
		return nil, err
	case report.Locked:
		return nil, program.End(program.Blind, errors.New("synctickets is running: try again when it has ended"))
	case b.Fleet == nil:
		return nil, program.End(program.Blind, errors.New(report.String()))
	}
	return report, nil
}
