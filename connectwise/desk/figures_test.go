package desk

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/reconcile"
)

// fleetOf is a monitor of n devices of which every hundredth fails.
func (b *bench) fleetOf(n int) Monitor {
	s := &reconcile.Snapshot{Customers: []reconcile.Customer{{ID: "7", Name: "Acme Ltd"}}, Whole: true}
	s.Feeds = []reconcile.Feed{{Name: "cove", Kind: reconcile.Inventory, Everything: true}}
	for i := range n {
		subject := fmt.Sprint(3785000 + i)
		s.Devices = append(s.Devices, reconcile.Device{Key: key(subject), Customer: "7", Name: "SRV" + subject})
		if i%100 != 0 {
			s.Healthy = append(s.Healthy, b.healthy(subject))
			continue
		}
		issue := b.issue(subject, "bad")
		issue.Company = ""
		s.Issues = append(s.Issues, issue)
	}
	return MonitorFunc("cove", func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) {
		out := *s
		out.Issues = append([]reconcile.Issue(nil), s.Issues...)
		return &out, nil
	})
}

// figures is a bench with the memory in a file, the provider's own company and a
// first run behind it.
func figures(t testing.TB) *bench {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.State = filestate.Open(t.TempDir() + "/state.json")
		c.Policy = reconcile.DefaultPolicy()
		c.Policy.CustomerStorm = reconcile.Storm{}
		c.OwnCompany, c.AtOnce = "MSP", 6
	})
	b.srv.AddCompany(connectwisetest.Company{Identifier: "MSP", Name: "The MSP itself"})
	b.once(b.fleetOf(0))
	return b
}

// once is a run in a process of its own; the calls are all of that process but
// the one that finds the server's API.
func (b *bench) once(fleet Monitor) (r *Report, calls int) {
	b.t.Helper()
	b.later(time.Hour)
	b.srv.ResetRequests()
	d, err := New(b.t.Context(), b.client, b.config)
	must(b.t, err)
	r, err = d.Sync(b.t.Context(), fleet)
	must(b.t, err)
	return r, b.srv.Calls()
}

// An unchanged run costs at most eight calls, whatever the number of devices,
// and writes nothing; one that creates costs one call a ticket, and two for the
// looks before and behind, more than that.
func TestFigures(t *testing.T) {
	b := figures(t)
	fleet := b.fleetOf(5000)
	made, creating := b.once(fleet)
	r, unchanged := b.once(fleet)
	if unchanged+1 > 8 || len(b.writes()) != 0 || r.Health() != HealthFine {
		t.Errorf("unchanged: %d calls, writes %q, %s", unchanged, b.writes(), r.Health())
	}
	// The list of configurations is one more: the fleet has devices.
	if more := creating - made.Count(reconcile.Create, Done) - unchanged; made.Count(reconcile.Create, Done) != 50 || more > 2+1 {
		t.Errorf("%d tickets cost %d calls, %d more than one each and than an unchanged run", len(made.Results), creating, more)
	}
}

// An unchanged run of 20,000 devices, with 200 tickets. The time includes the
// test server's.
func BenchmarkSyncUnchanged(b *testing.B) {
	const devices = 20000
	bench := figures(b)
	fleet := bench.fleetOf(devices)
	bench.once(fleet)
	bench.later(time.Hour)
	d, err := New(b.Context(), bench.client, bench.config)
	must(b, err)
	for b.Loop() {
		if _, err := d.Sync(b.Context(), fleet); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/devices, "µs/device")
}
