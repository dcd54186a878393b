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
	var faults []string
	if fault := inquireFault(permissions, "Service Tickets", "tickets"); fault != "" {
		faults = append(faults, fault)
	}
	d.mu.Lock()
	for id, b := range d.boards {
		if slices.Contains(me.ExcludedServiceBoardIDs, id) {
			faults = append(faults, d.excludedFault(b))
		}
	}
	d.mu.Unlock()
	if len(faults) > 0 {
		slices.Sort(faults)
		return &ConfigError{Faults: faults}
	}
	return nil
}

func (d *Desk) excludedFault(b *board) string {
	return fmt.Sprintf("the API member %s is excluded from board %q", d.member, b.ref.Name)
}

// inquireFault says what is wrong with a level that decides how much of a list
// shows: "" when nothing is.
func inquireFault(permissions []*connectwise.Permission, function, lacking string) string {
	if level := right(permissions, function).InquireLevel; level != "All" {
		return fmt.Sprintf("the API member's inquire level for %s is %s, not All: lists would lack %s without saying so", function, levelName(level), lacking)
	}
	return ""
}

func levelName(have string) string {
	if have == "" {
		return "None"
	}
	return have
}

// right finds a function of the security role; a role that does not list it may
// do nothing.
func right(permissions []*connectwise.Permission, function string) connectwise.Permission {
	module := "Service Desk"
	if function == companyMaintenance {
		module = "Companies"
	}
	if p := connectwise.FindPermission(permissions, module, function); p != nil {
		return *p
	}
	return connectwise.Permission{}
}

const companyMaintenance = "Company Maintenance"

// missingRights names the rights without which the desk would go wrong.
func missingRights(permissions []*connectwise.Permission) (faults []string) {
	fault := func(wrong bool, text string) {
		if wrong {
			faults = append(faults, text)
		}
	}
	tickets := right(permissions, "Service Tickets")
	for _, list := range []struct{ function, lacking string }{{"Service Tickets", "tickets"}, {companyMaintenance, "companies"}} {
		text := inquireFault(permissions, list.function, list.lacking)
		fault(text != "", text)
	}
	fault(levelName(tickets.AddLevel) == "None", "the API member may not add Service Tickets (add level None)")
	fault(levelName(tickets.EditLevel) == "None", "the API member may not edit Service Tickets (edit level None)")
	fault(levelName(right(permissions, "Close Service Tickets").EditLevel) == "None",
		"the API member may not close tickets (edit level None for Close Service Tickets)")
	return faults
}
