package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// Onboarder creates companies for customers that have none.
type Onboarder interface {
	// Onboard creates a company for each of the customers that may have one. It
	// returns the ids of the companies by customer id, also for those created
	// before an error. The argument customers holds the customers of one tool
	// that have a problem but no company, each with the reason; companies holds
	// all companies. [Desk.Sync] calls Onboard while it holds the lock of the
	// memory. It does not call Onboard in a run that creates no tickets: a dry
	// run, a run with an approval, or a run in which a stop or an incomplete
	// list forbids creates.
	Onboard(ctx context.Context, d *Desk, customers []match.Link, companies []match.Company) (made map[string]string, err error)
}

// onboard creates companies for the problems that wait only for one. It tells
// whether a new plan is needed.
func (s *syncRun) onboard(ctx context.Context, obs *reconcile.Observation, plan reconcile.Plan) (again bool, err error) {
	board, allow := &s.loaded.Board, s.policy.Allow
	if s.desk.config.Onboard == nil || s.options.DryRun || s.options.Approval != nil || board.Partial || board.Stopped != "" ||
		len(allow) > 0 && !slices.Contains(allow, reconcile.Create) {
		return false, nil
	}
	for _, l := range s.looks {
		// If not all customers are known, the company may exist but not be
		// found.
		if !l.snapshot.Whole {
			continue
		}
		for _, feed := range l.snapshot.Feeds {
			customers := s.withoutCompany(feed.Name, plan)
			if len(customers) == 0 {
				continue
			}
			if err := s.save(); err != nil {
				return false, fmt.Errorf("nothing was written: %w", err)
			}
			made, err := s.desk.config.Onboard.Onboard(ctx, s.desk, customers, s.linker.Companies)
			if err != nil {
				s.found(HealthFailed, "company", text.Show("companies for customers of "+feed.Name+": "+err.Error(), 1000), feed.Name)
			}
			for i := range obs.Issues {
				issue := &obs.Issues[i]
				if company := made[issue.Customer]; company != "" && issue.Key.Feed == feed.Name && issue.Company == "" {
					issue.Company, issue.CompanyReason, again = company, "", true
				}
			}
		}
	}
	return again, nil
}

// withoutCompany returns the customers of a feed whose problems are held
// because the customer has no company.
func (s *syncRun) withoutCompany(feed string, plan reconcile.Plan) (customers []match.Link) {
	for _, a := range plan.Actions {
		if a.Kind != reconcile.Hold || a.Code != reconcile.CodeUnmatched || a.Key.Feed != feed {
			continue
		}
		link, ok := s.linker.Customer(feed, a.Issue.Customer)
		if ok && !slices.ContainsFunc(customers, func(l match.Link) bool { return l.Customer.ID == link.Customer.ID }) {
			customers = append(customers, link)
		}
	}
	return customers
}
