package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/covedesk/covedesk/connectwise"
)

// stillSees checks again whether the API member may see all tickets. It is
// called when tickets are missing from a list, because lists silently lack rows
// if a permission was removed since [New].
func (d *Desk) stillSees(ctx context.Context) error {
	permissions, err := d.client.System.MySecurity(ctx)
	if err != nil {
		return fmt.Errorf("desk: rights of the API member: %w", err)
	}
	me, err := d.client.System.Me(ctx)
	if err != nil {
		return fmt.Errorf("desk: the API member: %w", err)
	}
	faults := missingRights(permissions, sees)
	faults = append(faults, d.boards.Excluded(me)...)
	if len(faults) > 0 {
		slices.Sort(faults)
		return &ConfigError{Faults: faults}
	}
	return nil
}

// needs are the permissions that the desk requires. sees is the one that
// decides which tickets lists show.
var (
	sees  = connectwise.Requirement{Module: "Service Desk", Function: "Service Tickets", Inquire: connectwise.LevelAll}
	needs = []connectwise.Requirement{
		{Module: "Companies", Function: "Company Maintenance", Inquire: connectwise.LevelAll},
		{Module: "Service Desk", Function: "Service Tickets", Add: connectwise.LevelMy, Edit: connectwise.LevelMy, Inquire: connectwise.LevelAll},
		{Module: "Service Desk", Function: "Close Service Tickets", Edit: connectwise.LevelMy},
	}
)

// missingRights returns the needs that the security role does not meet.
func missingRights(permissions []*connectwise.Permission, needs ...connectwise.Requirement) (faults []string) {
	for _, need := range needs {
		if r := need.Check(permissions); !r.OK {
			faults = append(faults, fmt.Sprintf("%s: %s; %s", r.Name, r.Detail, r.Hint))
		}
	}
	return faults
}
