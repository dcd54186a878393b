package covedesk_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/monitor"
)

// The whole job in one call.
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
	d, err := desk.New(ctx, psa, desk.Config{Board: "Service Desk", State: filestate.Open("state.json")})
	if err != nil {
		return err // one error that lists every mistake in the configuration
	}
	report, err := d.Sync(ctx, monitor.New(coveClient, monitor.DefaultRules()))
	fmt.Println(report) // what was done, and what a person should look at
	return errors.Join(err, report.Err())
}
