package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// job is the whole bridge: what both services say, compared and carried out.
type job struct {
	settings
	screen      *screen
	now         func() time.Time
	atOnce      int
	cove        *cove.Client
	connectwise *connectwise.Client

	coveCalls, connectwiseCalls atomic.Int64
}

func (j *job) countCove(cove.Call)               { j.coveCalls.Add(1) }
func (j *job) countConnectWise(connectwise.Call) { j.connectwiseCalls.Add(1) }

// round does the job once: look, compare, show, write.
func (j *job) round(ctx context.Context, n int) error {
	j.coveCalls.Store(0)
	j.connectwiseCalls.Store(0)
	at, policy := j.now(), reconcile.DefaultPolicy()

	d, err := desk.New(ctx, j.connectwise, desk.Config{
		Board: j.board, NewStatus: j.newStatus, ClosedStatus: j.closedStatus,
		AtOnce: j.atOnce, Now: j.now,
	})
	if err != nil {
		return err
	}
	fleet, err := monitor.Collect(ctx, j.cove, monitor.DefaultRules(), at)
	if err != nil {
		return err
	}
	companies, err := d.Companies(ctx)
	if err != nil {
		return err
	}
	links, err := match.Companies(fleet.Customers, companies, match.Options{Whole: !fleet.Partial})
	if err != nil {
		return err
	}
	observation := fleet.Observation(links)
	board, err := d.Load(ctx, at, policy.Horizon())
	if err != nil {
		return err
	}
	plan, err := reconcile.Diff(observation, board, policy)
	if err != nil {
		return err
	}

	totals := totalsOf(n, len(fleet.Verdicts), observation, plan)
	if err := j.screen.plan(n, plan); err != nil {
		return err
	}
	if !j.dryRun {
		report, err := d.Apply(ctx, plan, desk.Compose(fleet.Compose), desk.OnResult(j.screen.result))
		if err != nil {
			return err
		}
		totals.done(report)
	}
	totals.CoveCalls, totals.ConnectWiseCalls = j.coveCalls.Load(), j.connectwiseCalls.Load()
	if err := j.screen.totals(totals, j.dryRun); err != nil {
		return err
	}
	if totals.Failed > 0 {
		return fmt.Errorf("%d of the planned writes were not done; the next run looks and finishes them", totals.Failed)
	}
	return nil
}
