package monitor

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// stormNames is how many devices the text of a storm names.
const stormNames = 200

// stormPage collects what is to be said about a ticket that stands for many
// problems: those of one customer or, when the action names no customer of this
// run, all of them. It makes no call.
func (f *Fleet) stormPage(a reconcile.Action) Page {
	p := Page{Action: a, Before: tickets(a.Related), Device: "several devices", Next: nextLines[a.Recovery]}
	var list []*Verdict
	total, customers := 0, map[int64]bool{}
	customer, name := f.stormCustomer(&a)
	for v := range f.each() {
		if name != "" && v.CustomerID() != customer {
			continue
		}
		total++
		if v.Outcome == Problem {
			list = append(list, v)
			customers[v.Customer.ID] = true
		}
	}
	c, of := f.rules.clock(f.At), cmp.Or(name, fmt.Sprintf("%d customers", len(customers)))
	switch {
	case len(list) == 0:
		p.Headline = "RECOVERED: no device of " + cmp.Or(name, "any customer") + " is in trouble, as of " + c.full(f.At) + "."
		p.Issue = "The backups are good again."
		return p
	case a.Issue == nil:
		p.Headline = "OVER: every device in this ticket is good again or has its own ticket, as of " + c.full(f.At) + "."
		p.Issue = "The backups of most devices are good again; the others are followed one by one."
		return p
	}
	p.Issue = "The backups of several devices need attention."
	p.Headline = fmt.Sprintf("%d OF %d DEVICES IN TROUBLE (%s): %s. %s", len(list), total,
		counts(list, func(v *Verdict) string { return v.Kind.row().words }), of, sinceText(list, c))
	p.Step = "First step: find out what they share: network, power, credentials, the storage location below."
	p.Who = "By class: " + counts(list, func(v *Verdict) string { return v.Class.name(2) }) +
		". By storage location: " + counts(list, func(v *Verdict) string { return cmp.Or(shown(v.Device.StorageLocation), "unknown") }) + "."
	p.Details = stormLines(list, name == "")
	p.Ends = "This ticket stands for all of them: only a problem that is more severe than the rest or begins later gets one of its own. " +
		"It ends by itself once each problem is over or has a ticket of its own."
	return p
}

// sinceText says when the first problem began, and when most of them did.
func sinceText(list []*Verdict, c clock) string {
	var began []time.Time
	for _, v := range list {
		if since := v.began(); !since.IsZero() {
			began = append(began, since)
		}
	}
	if began == nil {
		return "Cove does not tell since when."
	}
	slices.SortFunc(began, time.Time.Compare)
	most := began[(len(began)-1)/2]
	return "The oldest since " + c.full(began[0]) + where(c.day(most) != c.day(began[0]), ", most since "+c.short(most)+" or later") + "."
}

// stormLines names the devices by what is wrong with them, the highest
// condition first.
func stormLines(list []*Verdict, customers bool) []string {
	slices.SortStableFunc(list, func(a, b *Verdict) int {
		return cmp.Or(cmp.Compare(b.Kind, a.Kind), cmp.Compare(b.Severity, a.Severity))
	})
	var lines []string
	room := stormNames
	for len(list) > 0 {
		n := slices.IndexFunc(list, func(v *Verdict) bool { return v.Kind != list[0].Kind })
		if n < 0 {
			n = len(list)
		}
		names := make([]string, 0, n)
		for _, v := range list[:min(n, room)] {
			names = append(names, where(customers, text.Markdown(v.Customer.short())+" ")+fmt.Sprintf("%s (device %d)", v.name(), v.Device.ID))
		}
		if more := n - len(names); more > 0 {
			names = append(names, fmt.Sprintf("and %d more", more))
		}
		room -= min(n, room)
		lines = append(lines, fmt.Sprintf("%s: %s: %s", list[0].Kind.row().headline, counted(int64(n), "device"), strings.Join(names, ", ")))
		list = list[n:]
	}
	return lines
}

// stormCustomer finds id and name of the customer that a storm ticket is about.
func (f *Fleet) stormCustomer(a *reconcile.Action) (id, name string) {
	for _, c := range f.Customers {
		if a.Issue != nil && a.Issue.Customer == c.ID || a.After.Customer == mark.CustomerID(c.ID) {
			return c.ID, cmp.Or(text.Markdown((&Customer{Name: c.Name}).short()), "customer "+c.ID)
		}
	}
	return "", ""
}

// counts counts the problems by something, the most frequent first.
func counts(list []*Verdict, by func(*Verdict) string) string {
	n := map[string]int{}
	for _, v := range list {
		n[by(v)]++
	}
	names := slices.Collect(maps.Keys(n))
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b)) })
	return joined(names[:min(len(names), 5)], ", ", func(name string) string { return fmt.Sprintf("%s %d", name, n[name]) })
}
