package onboard

import (
	"context"
	"strconv"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/reconcile/match"
)

// Maker creates companies in the runs of a desk; set it as
// [desk.Config].Onboard. For customers with a problem it creates the companies
// that [PlanCompanies] plans, except those with a warning, which wait for a
// person. If a run ends between a company and its reference, the next run finds
// the company by name; [PlanCompanies] with [CompanyRules].References completes
// the reference.
type Maker struct {
	Rules      CompanyRules
	References References // the zero value if Rules.References is false
}

// Onboard implements [desk.Onboarder].
func (m *Maker) Onboard(ctx context.Context, d *desk.Desk, customers []match.Link, companies []match.Company) (map[string]string, error) {
	if err := possible(d, m.Rules, m.References); err != nil {
		return nil, err
	}
	plan, err := planOf(ctx, d, customers, companies, m.Rules)
	if err != nil {
		return nil, err
	}
	results, err := carryOut(ctx, d, plan.Keep(func(c NewCompany) bool { return c.Warning == "" }), m.References)
	made := map[string]string{}
	for _, r := range results {
		if r.ID != 0 && r.Outcome != desk.Drifted {
			made[r.Customer] = strconv.FormatInt(r.ID, 10)
		}
	}
	return made, err
}
