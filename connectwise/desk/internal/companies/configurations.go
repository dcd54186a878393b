package companies

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/connectwise/desk/internal/place"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// Configurations links the devices of a feed whose problems are selected to
// their configurations.
func (l *Linker) Configurations(ctx context.Context, client *connectwise.Client, snapshot *reconcile.Snapshot, feed string, concerned map[reconcile.Key]*reconcile.Issue, links map[reconcile.Key]match.ConfigurationLink) error {
	mapping := l.mappings[feed]
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
		more, err := configurations(ctx, client, where)
		if err != nil {
			return err
		}
		list = append(list, more...)
	}
	found, err := match.Configurations(devices, list, l.links[feed], match.ConfigurationOptions{Mapping: mapping, Feed: feed})
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

// conditions returns the conditions for the configurations to read: those of
// the companies, those with one of the identifiers, or all.
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

// configurations reads the configurations that match the condition, with one
// request for every 1,000.
func configurations(ctx context.Context, client *connectwise.Client, where connectwise.Condition) (list []match.Configuration, err error) {
	opts := &connectwise.ListOptions{Where: where, Fields: []string{"id", "name", "company", "deviceIdentifier", "macAddress", "serialNumber", "activeFlag"}}
	for c, err := range client.Company.Configurations.List(ctx, opts) {
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
