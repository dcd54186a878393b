package monitor

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// Monitor looks at a Cove tenant for a desk. Use [New].
type Monitor struct {
	client *cove.Client
	rules  Rules
	fleet  atomic.Pointer[Fleet]
}

// New returns a monitor that judges by the rules.
//
//	report, err := d.Sync(ctx, monitor.New(client, monitor.DefaultRules()))
func New(client *cove.Client, rules Rules) *Monitor { return &Monitor{client: client, rules: rules} }

// Name returns the feed of the monitor's keys: [Source].
func (m *Monitor) Name() string { return Source }

// Look reads the tenant as [Collect] does and returns what it saw. The
// snapshot's Memory holds the sessions whose errors the rules ignore, so that
// they are read only once, and since when sources have been waiting for their
// first session.
func (m *Monitor) Look(ctx context.Context, r reconcile.Request) (*reconcile.Snapshot, error) {
	fleet, err := collect(ctx, m.client, m.rules, r.At, r.Memory)
	if err != nil {
		return nil, err
	}
	m.fleet.Store(fleet)
	return fleet.Snapshot(), nil
}

// Fleet returns what the last look saw, for lists and explanations; nil before
// the first look.
func (m *Monitor) Fleet() *Fleet { return m.fleet.Load() }

// Snapshot returns what a desk needs to know of the fleet, without companies:
// the desk finds those. The snapshot is Whole when the rules name no partner
// and all devices were read: then its customers are all end customers of the
// tenant.
func (f *Fleet) Snapshot() *reconcile.Snapshot {
	s := &reconcile.Snapshot{
		Observation: f.observation(), Customers: f.everyone, Whole: f.rules.PartnerID == 0 && !f.Partial, Compose: f.Compose, Adopt: Adopt,
	}
	if s.Customers == nil {
		s.Customers = f.Customers
	}
	for v := range f.each() {
		s.Devices = append(s.Devices, reconcile.Device{
			Key: v.Key(), Customer: v.CustomerID(), Identifier: "cove-" + strconv.FormatInt(v.Device.ID, 10), Name: v.Device.ComputerName,
		})
	}
	if f.Partial {
		for _, fault := range f.Faults {
			s.Unread = append(s.Unread, text.Show(fault.Error(), 500))
		}
	} else if refused := f.refused(); refused != "" {
		s.Unread = append(s.Unread, refused)
	}
	if len(f.memory.Ignored)+len(f.memory.Waiting) > 0 {
		s.Memory, _ = json.Marshal(f.memory) // it holds only numbers and a text
	}
	return s
}

// observation returns what reconcile compares with the tickets.
func (f *Fleet) observation() reconcile.Observation {
	o := reconcile.Observation{At: f.At, Feeds: []reconcile.Feed{f.feed()}}
	for v := range f.each() {
		switch v.Outcome {
		case Healthy:
			o.Healthy = append(o.Healthy, reconcile.Healthy{Key: v.Key(), Customer: v.CustomerID(), Since: v.Since, Detail: v.Reason})
		case Suppressed:
			o.Suppressed = append(o.Suppressed, reconcile.Suppressed{Key: v.Key(), Customer: v.CustomerID(), Reason: v.Reason, State: v.State})
		case Problem:
			c := f.rules.clock(f.At)
			o.Issues = append(o.Issues, reconcile.Issue{
				Key: v.Key(), Customer: v.CustomerID(), CustomerName: v.Customer.short(), Kind: v.Kind.String(), Class: v.Class.String(), Severity: v.Severity,
				Summary: v.Summary, State: v.State, Since: v.Since,
				Detail: headline(v, c) + "\n" + f.who(v) + ".",
			})
		}
	}
	return o
}

// feed says what a missing device means: gone only if everything was read.
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

// endCustomers returns all end customers of a tenant, even those without
// devices.
func endCustomers(partners []cove.Partner) []reconcile.Customer {
	var customers []reconcile.Customer
	for i := range partners {
		if p := &partners[i]; p.Level == cove.LevelEndCustomer {
			customers = append(customers, (&Customer{ID: p.ID, Name: p.Name, Reference: p.ExternalCode}).forMatch())
		}
	}
	return customers
}
