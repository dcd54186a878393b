package monitor

import (
	"slices"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// Observation gives what reconcile compares with the tickets, once it is known
// which customer is which company. A problem of a customer without a company
// has an empty Company and says why: it will be held, not dropped.
func (f *Fleet) Observation(links match.Links) reconcile.Observation {
	o := reconcile.Observation{At: f.At, Feeds: []reconcile.Feed{f.feed()}}
	for i := range f.Verdicts {
		v := &f.Verdicts[i]
		switch v.Outcome {
		case Healthy:
			o.Healthy = append(o.Healthy, reconcile.Healthy{Key: v.Key(), Customer: v.Group(), Since: v.Since})
		case Parked:
			o.Suppressed = append(o.Suppressed, reconcile.Suppressed{Key: v.Key(), Customer: v.Group(), Reason: v.Reason, State: v.State})
		case Problem:
			issue := reconcile.Issue{
				Key: v.Key(), Customer: v.Group(), CustomerName: v.Customer.short(), Kind: v.Kind.String(), Class: v.Class.String(), Severity: v.Severity,
				Summary: v.Summary, State: v.State, Since: v.Since, Detail: f.detail(v),
			}
			link, ok := links.Get(v.Group())
			switch {
			case ok && link.Matched():
				issue.Company = link.Company
			case ok && link.Reason != "":
				issue.CompanyReason = link.Reason
			default:
				issue.CompanyReason = "customer " + v.Customer.short() + " is not matched with a company"
			}
			o.Issues = append(o.Issues, issue)
		}
	}
	return o
}

// feed says how far a missing device is a device that is gone.
func (f *Fleet) feed() reconcile.Feed {
	feed := reconcile.Feed{Name: Source, Kind: reconcile.Inventory, Everything: f.rules.PartnerID == 0}
	if f.Partial || slices.ContainsFunc(classes[:], func(c Class) bool { return f.rules.Class(c).Off }) {
		feed.Kind = reconcile.Events // nobody knows what was left out
	}
	if !feed.Everything {
		for _, c := range f.Customers {
			feed.Customers = append(feed.Customers, c.ID)
		}
	}
	return feed
}
