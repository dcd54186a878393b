package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise/desk/onboard"
	"github.com/covedesk/covedesk/examples/internal/ask"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// choose returns the part of a plan that was asked for, by flags or on a
// terminal. References are written only if their flag is set.
func (s *syncer) choose(plan onboard.CompanyPlan) (onboard.CompanyPlan, error) {
	chosen := map[string]bool{} // customers
	left := slices.Clone(s.create)
	for _, c := range plan.Companies {
		at := slices.IndexFunc(left, func(name string) bool { return strings.EqualFold(name, c.Name) || s.isName(c.Customer, name) })
		if at >= 0 {
			left = slices.Delete(left, at, at+1)
		}
		chosen[c.Customer] = c.ID != 0 || s.createMissing || at >= 0
	}
	if len(left) > 0 {
		return plan, program.End(program.Wrong, fmt.Errorf("-create %q: no customer without a company is called so; see the table", left[0]))
	}
	if s.Interactive && len(s.create) == 0 && !s.createMissing {
		var missing []ask.Option[string]
		for _, c := range plan.Companies {
			if c.ID == 0 {
				missing = append(missing, ask.Option[string]{Label: fmt.Sprintf("%s (%s)", c.Name, c.Identifier), Value: c.Customer})
			}
		}
		if len(missing) > 0 {
			answers, err := ask.Several(s.Program, "Make companies for which customers? (space chooses, enter ends)", missing)
			if err != nil {
				return plan, err
			}
			for _, customer := range answers {
				chosen[customer] = true
			}
		}
	}
	return plan.Keep(func(c onboard.NewCompany) bool { return chosen[c.Customer] }), nil
}

// isName tells whether a customer has this name at Cove, with or without the
// part in brackets.
func (s *syncer) isName(customer, name string) bool {
	link, _ := s.links.Get(customer)
	short, _, _ := strings.Cut(link.Customer.Name, " (")
	return strings.EqualFold(link.Customer.Name, name) || strings.EqualFold(short, name)
}
