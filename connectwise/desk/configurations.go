package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/connectwise/desk/internal/place"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"github.com/covedesk/covedesk/reconcile/match"
)

// byDevice gives problems without a company that of their devices'
// configurations, and says whether a new plan is to be made.
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

// configurations are those of the devices that new tickets are about.
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

// linkDevices links the devices of the problems that actions are about to their
// configurations.
func (s *syncRun) linkDevices(ctx context.Context, plan reconcile.Plan, concerns func(*reconcile.Action) bool) map[reconcile.Key]match.ConfigurationLink {
	concerned := map[reconcile.Key]*reconcile.Issue{}
	for i := range plan.Actions {
		if a := &plan.Actions[i]; a.Issue != nil && concerns(a) {
			concerned[a.Key] = a.Issue
		}
	}
	links := map[reconcile.Key]match.ConfigurationLink{}
	for _, l := range s.looks {
		if l.snapshot == nil || len(concerned) == 0 {
			continue
		}
		for _, feed := range l.snapshot.Feeds {
			if err := s.linkFeed(ctx, l.snapshot, feed.Name, concerned, links); err != nil {
				health := HealthAttention
				if errors.Is(err, connectwise.ErrForbidden) {
					health = HealthFine // who does not give the right does not want it
				}
				s.report.Findings = append(s.report.Findings, finding(health, "configurations",
					text.Show(fmt.Sprintf("tickets of %s are made without their configurations: %v", feed.Name, err), 1000), feed.Name))
			}
		}
	}
	return links
}

// linkFeed is that for the devices of one feed.
func (s *syncRun) linkFeed(ctx context.Context, snapshot *reconcile.Snapshot, feed string, concerned map[reconcile.Key]*reconcile.Issue, links map[reconcile.Key]match.ConfigurationLink) error {
	mapping := s.desk.config.Mappings[feed]
	var devices []reconcile.Device
	var companies []int64
	var identifiers []string
	due, all := false, false
	for _, device := range snapshot.Devices {
		if device.Key.Feed != feed {
			continue
		}
		if issue := concerned[device.Key]; issue != nil {
			due, device.Company = true, issue.Company
			if company, err := lookup.Company(issue.Company); err == nil {
				companies = append(companies, company)
			} else {
				identifiers = append(identifiers, device.Identifier)
				all = all || device.MAC != "" || mapping != nil && len(mapping.Configurations) > 0
			}
		}
		devices = append(devices, device)
	}
	if !due {
		return nil
	}
	var list []match.Configuration
	for _, where := range conditions(companies, identifiers, all) {
		more, err := s.desk.readConfigurations(ctx, where)
		if err != nil {
			return err
		}
		list = append(list, more...)
	}
	found, err := match.Configurations(devices, list, s.linker.links[feed], match.ConfigurationOptions{Mapping: mapping, Feed: feed})
	if err != nil {
		return err
	}
	for key := range concerned {
		if link, ok := found.Get(key); ok {
			links[key] = link
		}
	}
	return nil
}

// conditions say which configurations are to be read: those of companies, with
// one of the identifiers, or all.
func conditions(companies []int64, identifiers []string, all bool) (list []connectwise.Condition) {
	if all {
		return []connectwise.Condition{{}}
	}
	slices.Sort(companies)
	for chunk := range slices.Chunk(slices.Compact(companies), place.AtOnce) {
		list = append(list, connectwise.Where("company/id in ?", chunk))
	}
	slices.Sort(identifiers)
	identifiers = slices.DeleteFunc(slices.Compact(identifiers), func(s string) bool { return strings.TrimSpace(s) == "" })
	for chunk := range slices.Chunk(identifiers, place.AtOnce) {
		list = append(list, connectwise.Where("deviceIdentifier in ?", chunk))
	}
	return list
}

// readConfigurations reads the configurations that meet the condition. It costs
// one request a page of 1,000.
func (d *Desk) readConfigurations(ctx context.Context, where connectwise.Condition) (list []match.Configuration, err error) {
	opts := &connectwise.ListOptions{Where: where, Fields: []string{"id", "name", "company", "deviceIdentifier", "macAddress", "serialNumber", "activeFlag"}}
	for c, err := range d.client.Company.Configurations.List(ctx, opts) {
		if err != nil {
			return nil, fmt.Errorf("desk: list of configurations: %w", err)
		}
		list = append(list, match.Configuration{
			ID: lookup.ID(c.ID), Company: lookup.ID(c.Company.ID), Identifier: c.DeviceIdentifier,
			MAC: c.MACAddress, Serial: c.SerialNumber, Name: c.Name, Inactive: !c.ActiveFlag,
		})
	}
	return list, nil
}
