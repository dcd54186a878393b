package desk

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"github.com/covedesk/covedesk/reconcile/match"
)

// byDevice sets the company of problems without one from the configurations of
// their devices. It tells whether a new plan is needed.
func (s *syncRun) byDevice(ctx context.Context, obs *reconcile.Observation, plan reconcile.Plan) (again bool, err error) {
	links := s.linkDevices(ctx, plan, func(a *reconcile.Action) bool {
		return a.Kind == reconcile.Hold && a.Code == reconcile.CodeUnmatched
	})
	for i := range obs.Issues {
		issue := &obs.Issues[i]
		if company := links[issue.Key].Company; company != "" && issue.Company == "" {
			issue.Company, issue.CompanyReason, again = company, "", true
		}
	}
	return again, nil
}

// configurations returns the configurations of the devices that new tickets are
// about.
func (s *syncRun) configurations(ctx context.Context, plan reconcile.Plan) map[mark.KeyID]int64 {
	ids := map[mark.KeyID]int64{}
	links := s.linkDevices(ctx, plan, func(a *reconcile.Action) bool { return a.Kind == reconcile.Create })
	for i := range plan.Actions {
		a := &plan.Actions[i]
		link, ok := links[a.Key]
		if id, err := strconv.ParseInt(link.Configuration, 10, 64); ok && err == nil && link.Company == a.Issue.Company {
			ids[a.KeyID] = id
		}
	}
	return ids
}

// linkDevices links devices to configurations, for the problems of the selected
// actions.
func (s *syncRun) linkDevices(ctx context.Context, plan reconcile.Plan, concerns func(*reconcile.Action) bool) map[reconcile.Key]match.ConfigurationLink {
	concerned := map[reconcile.Key]*reconcile.Issue{}
	for i := range plan.Actions {
		if a := &plan.Actions[i]; a.Issue != nil && concerns(a) {
			concerned[a.Key] = a.Issue
		}
	}
	links := map[reconcile.Key]match.ConfigurationLink{}
	for _, l := range s.looks {
		if len(concerned) == 0 {
			continue
		}
		for _, feed := range l.snapshot.Feeds {
			if err := s.linker.Configurations(ctx, s.desk.client, l.snapshot, feed.Name, concerned, links); err != nil {
				health := HealthAttention
				if errors.Is(err, connectwise.ErrForbidden) {
					health = HealthFine // without the permission, configurations are simply not used
				}
				s.found(health, "configurations",
					text.Show(fmt.Sprintf("tickets of %s are made without their configurations: %v", feed.Name, err), 1000), feed.Name)
			}
		}
	}
	return links
}
