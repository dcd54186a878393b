package covedesk_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// The whole job: look at both sides, compare, show, write.
func Example() {
	var clients struct {
		cove        *cove.Client
		connectwise *connectwise.Client
	}
	if err := sync(context.Background(), clients.cove, clients.connectwise); err != nil {
		fmt.Println(err)
	}
}

func sync(ctx context.Context, coveClient *cove.Client, psa *connectwise.Client) error {
	at, policy := time.Now(), reconcile.DefaultPolicy()
	d, err := desk.New(ctx, psa, desk.Config{Board: "Service Desk"})
	if err != nil {
		return err // everything that is wrong with the configuration, at once
	}
	fleet, err := monitor.Collect(ctx, coveClient, monitor.DefaultRules(), at)
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
	board, err := d.Load(ctx, at, policy.Horizon())
	if err != nil {
		return err
	}
	plan, err := reconcile.Diff(fleet.Observation(links), board, policy)
	if err != nil {
		return err
	}
	fmt.Print(plan) // what will be done and why
	report, err := d.Apply(ctx, plan, desk.Compose(fleet.Compose))
	return errors.Join(err, report.Err())
}
