package monitor

import (
	"context"
	"strconv"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// Monitor looks at a Cove tenant for a desk. Use [New].
type Monitor struct {
	client *cove.Client
	rules  Rules
}

// New makes a monitor that judges by the rules.
//
//	report, err := d.Sync(ctx, monitor.New(client, monitor.DefaultRules()))
func New(client *cove.Client, rules Rules) *Monitor { return &Monitor{client, rules} }

// Name is the feed of its keys: [Source].
func (m *Monitor) Name() string { return Source }

// Look reads the tenant as [Collect] does and gives what it saw.
func (m *Monitor) Look(ctx context.Context, r reconcile.Request) (*reconcile.Snapshot, error) {
	fleet, err := Collect(ctx, m.client, m.rules, r.At)
	if err != nil {
		return nil, err
	}
	return fleet.Snapshot(), nil
}

// Snapshot is what a desk wants to know of the fleet. Companies are the desk's
// to find. It is Whole when the rules name no partner and all devices were read:
// then its customers are all end customers of the tenant.
func (f *Fleet) Snapshot() *reconcile.Snapshot {
	s := &reconcile.Snapshot{
		Observation: f.Observation(match.Links{}), Customers: f.everyone, Whole: f.rules.PartnerID == 0 && !f.Partial,
		Compose: f.Compose, Adopt: Adopt,
	}
	if s.Customers == nil {
		s.Customers = f.Customers
	}
	for i := range s.Issues {
		s.Issues[i].CompanyReason = "" // nobody has looked for one
	}
	for i := range f.Verdicts {
		v := &f.Verdicts[i]
		s.Devices = append(s.Devices, reconcile.Device{
			Key: v.Key(), Customer: v.Group(), Identifier: "cove-" + strconv.FormatInt(v.Device.ID, 10), Name: v.Device.ComputerName,
		})
	}
	if f.Partial {
		for _, fault := range f.Faults {
			s.Unread = append(s.Unread, text.Show(fault.Error(), 500))
		}
	}
	return s
}

// endCustomers are all customers of a tenant, those without devices too.
func endCustomers(partners []cove.Partner) []reconcile.Customer {
	var customers []reconcile.Customer
	for i := range partners {
		if p := &partners[i]; p.Level == cove.LevelEndCustomer {
			c := Customer{ID: p.ID, Name: p.Name, Reference: p.ExternalCode}
			customers = append(customers, c.forMatch())
		}
	}
	return customers
}
