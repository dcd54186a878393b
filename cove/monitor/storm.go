package monitor

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// stormPage gathers what is to be said about a ticket that stands for many
// problems: those of one customer, or, when the action names no customer of
// this run, those of all.
func (f *Fleet) stormPage(a reconcile.Action) Page {
	const most = 50
	p := Page{Action: a, Before: tickets(a.Related)}
	var list []*Verdict
	total, customers := 0, map[int64]int{}
	name := ""
	group, known := f.stormGroup(&a)
	for i := range f.Verdicts {
		v := &f.Verdicts[i]
		if known && v.Group() != group {
			continue
		}
		total++
		name = v.Customer.short()
		if v.Outcome == Problem {
			list = append(list, v)
			customers[v.Customer.ID]++
		}
	}
	p.Device = "several devices"
	if !known {
		name = fmt.Sprintf("%d customers", len(customers))
	}
	switch {
	case len(list) == 0:
		p.Headline = "RECOVERED: no device of " + name + " is in trouble any more."
		p.Issue = "The backups are good again."
		return p
	case a.Issue == nil:
		p.Headline = "OVER: the devices still in trouble have tickets of their own."
		p.Issue = "The backups of most devices are good again; the others are followed one by one."
		return p
	}
	p.Issue = "The backups of several devices need attention."
	p.Headline = fmt.Sprintf("%d OF %d DEVICES IN TROUBLE: %s.", len(list), total, name)
	p.Who = byLocation(list)
	slices.SortStableFunc(list, func(a, b *Verdict) int { return cmp.Compare(b.Severity, a.Severity) })
	c := f.rules.clock(f.At)
	when := c.full // the zone is named once
	for i, v := range list {
		if i == most {
			p.Details = append(p.Details, fmt.Sprintf("and %d more", len(list)-most))
			break
		}
		line := fmt.Sprintf("%s #%d: %s", deviceName(v.Device), v.Device.ID, issueText(v.Findings))
		if began := v.began(); !began.IsZero() {
			line += ", since " + when(began)
			when = c.short
		}
		if !known {
			line = v.Customer.short() + ", " + line
		}
		p.Details = append(p.Details, line)
	}
	p.Ends = "Devices without a ticket of their own get none while this one is open."
	return p
}

// stormGroup finds the customer a storm ticket is about.
func (f *Fleet) stormGroup(a *reconcile.Action) (string, bool) {
	for _, c := range f.Customers {
		if a.Issue != nil && a.Issue.Customer == c.ID || a.After.Customer == mark.CustomerID(c.ID) {
			return c.ID, true
		}
	}
	return "", false
}

// byLocation counts devices by storage location, which shows a region that
// failed.
func byLocation(list []*Verdict) string {
	counts := map[string]int{}
	for _, v := range list {
		counts[cmp.Or(v.Device.StorageLocation, "unknown")]++
	}
	places := slices.Collect(maps.Keys(counts))
	slices.SortFunc(places, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	said := make([]string, 0, len(places))
	for _, place := range places[:min(len(places), 5)] {
		said = append(said, fmt.Sprintf("%s %d", place, counts[place]))
	}
	return "By storage location: " + strings.Join(said, ", ") + "."
}
