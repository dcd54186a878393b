package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/covedesk/covedesk/connectwise"
)

// stillSees asks again whether the API member sees all that lists should show.
// It is asked when tickets are missing from a list, because a right that was
// taken away since [New] makes lists shorter without a word.
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

// needs are the rights without which the desk would go wrong; sees is the one
// that decides how much of the lists of tickets shows.
var (
	sees  = connectwise.Requirement{Module: "Service Desk", Function: "Service Tickets", Inquire: connectwise.LevelAll}
	needs = []connectwise.Requirement{
		{Module: "Companies", Function: "Company Maintenance", Inquire: connectwise.LevelAll},
		{Module: "Service Desk", Function: "Service Tickets", Add: connectwise.LevelMy, Edit: connectwise.LevelMy, Inquire: connectwise.LevelAll},
		{Module: "Service Desk", Function: "Close Service Tickets", Edit: connectwise.LevelMy},
	}
)

// missingRights names those of the needs that the security role falls short of.
func missingRights(permissions []*connectwise.Permission, needs ...connectwise.Requirement) (faults []string) {
	for _, need := range needs {
		if r := need.Check(permissions); !r.OK {
			faults = append(faults, fmt.Sprintf("%s: %s; %s", r.Name, r.Detail, r.Hint))
		}
	}
	return faults
}
