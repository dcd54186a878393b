package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/internal/world"
)

// The size that the figures are about.
const (
	benchDevices   = 20_000
	benchCustomers = 1_000
	benchLatency   = 20 * time.Millisecond
	// Tenfold what the clients allow themselves by default.
	benchCoveRate        = 40 // a second
	benchConnectWiseRate = 50 // a second
	benchConnectWiseFree = 600
)

// BenchmarkSync is the whole job against the test servers at 20 ms a call:
//
//   - new: every problem is new, none has a ticket yet;
//   - unchanged: every problem has its ticket, nothing is to be written;
//   - onebyone: what "new" does, the way a script does it, one call after the
//     other and a look-up for each device, partner, customer and ticket.
//
// Besides the time it reports the calls of both sides, and what the limiters
// alone would take ("floor-s/op").
func BenchmarkSync(b *testing.B) {
	b.Run("new", func(b *testing.B) {
		var cost cost
		for range b.N {
			b.StopTimer()
			w, j, out := benchJob(b)
			b.StartTimer()
			cost.add(b, j, out)
			b.StopTimer()
			w.Close()
			b.StartTimer()
		}
		cost.report(b)
	})
	b.Run("unchanged", func(b *testing.B) {
		w, j, out := benchJob(b)
		defer w.Close()
		if _, err := j.sync(b.Context()); err != nil {
			b.Fatal(err)
		}
		out.Reset()
		var cost cost
		b.ResetTimer()
		for range b.N {
			cost.add(b, j, out)
		}
		cost.report(b)
	})
	b.Run("onebyone", func(b *testing.B) {
		for range b.N {
			b.StopTimer()
			w, j, _ := benchJob(b)
			b.StartTimer()
			tickets, err := oneByOne(b.Context(), j, w.Now())
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(tickets), "problems/op")
			cove, connectWise := j.Calls()
			b.ReportMetric(float64(cove), "cove-calls/op")
			b.ReportMetric(float64(connectWise), "cwm-calls/op")
			b.StopTimer()
			w.Close()
			b.StartTimer()
		}
	})
}

// benchJob is the job on a large world behind slow servers.
func benchJob(b *testing.B) (*world.World, *job, *bytes.Buffer) {
	b.Helper()
	w := world.New(world.Config{Seed: 1, Customers: benchCustomers, Devices: benchDevices, Trouble: 0.02})
	if err := w.Listen(); err != nil {
		b.Fatal(err)
	}
	w.Cove.Inject(covetest.Fault{Kind: covetest.Latency, Delay: benchLatency, Times: -1})
	w.ConnectWise.Inject(connectwisetest.Fault{Kind: connectwisetest.Latency, Delay: benchLatency, Times: -1})
	var out bytes.Buffer
	j, err := demoJob(w, &program.Program{Name: "synctickets", Stdout: &out, Stderr: io.Discard}, options{json: true}, b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	j.Desk.AtOnce = 0 // as many as by default
	j.Cove, err = j.Cove.With(cove.WithLimiter(rate.NewLimiter(benchCoveRate, 8)))
	if err != nil {
		b.Fatal(err)
	}
	j.ConnectWise, err = j.ConnectWise.With(connectwise.WithLimiter(rate.NewLimiter(benchConnectWiseRate, benchConnectWiseFree)))
	if err != nil {
		b.Fatal(err)
	}
	return w, j, &out
}

// cost adds up what rounds cost.
type cost struct {
	rounds    int
	cove, cwm int64
	floor     time.Duration
	problems  int
}

func (c *cost) add(b *testing.B, j *job, out *bytes.Buffer) {
	b.Helper()
	if _, err := j.sync(b.Context()); err != nil {
		b.Fatal(err)
	}
	var line figures
	if err := json.NewDecoder(out).Decode(&line); err != nil {
		b.Fatal(err)
	}
	c.rounds++
	c.cove += line.CoveCalls
	c.cwm += line.ConnectWiseCalls
	c.problems += line.Issues
	// The two sides take turns, so their times add up: the calls beyond what is
	// free at their rate, but none faster than six at once at the latency.
	coveTime := max(time.Duration(line.CoveCalls-8)*time.Second/benchCoveRate, time.Duration(line.CoveCalls)*benchLatency/8)
	cwmTime := max(time.Duration(line.ConnectWiseCalls-benchConnectWiseFree)*time.Second/benchConnectWiseRate, time.Duration(line.ConnectWiseCalls)*benchLatency/6)
	c.floor += max(coveTime, cwmTime)
}

func (c *cost) report(b *testing.B) {
	n := float64(c.rounds)
	b.ReportMetric(float64(c.cove)/n, "cove-calls/op")
	b.ReportMetric(float64(c.cwm)/n, "cwm-calls/op")
	b.ReportMetric(float64(c.problems)/n, "problems/op")
	b.ReportMetric(c.floor.Seconds()/n, "floor-s/op")
}

// oneByOne does what a script does that asks for each thing when it needs it
// and waits for each answer: a query for each kind of device, then for each
// device in trouble its account, its sessions and errors by source, its
// partner's ancestors, its customer's company, its ticket.
func oneByOne(ctx context.Context, j *job, at time.Time) (tickets int, err error) {
	j.Calls()
	user, err := j.Cove.Login(ctx)
	if err != nil {
		return 0, err
	}
	root, err := j.Cove.Partner(ctx, user.PartnerID)
	if err != nil {
		return 0, err
	}
	for _, path := range []string{"service/boards", "service/priorities", "service/severities", "service/sources"} {
		if err := j.ConnectWise.Do(ctx, "GET", path, nil, nil, new(json.RawMessage)); err != nil {
			return 0, err
		}
	}
	rules := monitor.DefaultRules()
	var devices []cove.Device
	for _, kind := range []int{1, 2} {
		for d, err := range cove.Devices[cove.Device](ctx, j.Cove, cove.DeviceQuery{PartnerID: root.ID, Where: cove.Where("AT == ?", kind)}) {
			if err != nil {
				return 0, err
			}
			devices = append(devices, d)
		}
	}
	partners, companies := map[int64]string{}, map[string]int64{}
	for i := range devices {
		d := &devices[i]
		verdict := monitor.Check(d, monitor.Customer{}, &rules, at)
		if verdict.Outcome != monitor.Problem {
			continue
		}
		if err := lookUpErrors(ctx, j.Cove, d); err != nil {
			return 0, err
		}
		customer, found := partners[d.PartnerID]
		if !found {
			var ancestors []struct{ Name, Level string }
			if err := j.Cove.Call(ctx, "EnumerateAncestorPartners", map[string]any{"partnerId": d.PartnerID}, &ancestors); err != nil {
				return 0, err
			}
			at := slices.IndexFunc(ancestors, func(a struct{ Name, Level string }) bool { return a.Level == "EndCustomer" })
			if at < 0 {
				return 0, fmt.Errorf("device %d belongs to no customer", d.ID)
			}
			customer, _, _ = strings.Cut(ancestors[at].Name, " (")
			partners[d.PartnerID] = customer
		}
		company, found := companies[customer]
		if !found {
			for c, err := range j.ConnectWise.Company.Companies.List(ctx, &connectwise.ListOptions{Where: connectwise.Where("name = ?", customer)}) {
				if err != nil {
					return 0, err
				}
				company = c.ID
			}
			companies[customer] = company
		}
		if company == 0 {
			company = 250 // a fallback company takes the rest
		}
		found = false
		for _, err := range j.ConnectWise.Service.Tickets.List(ctx, &connectwise.ListOptions{
			Where: connectwise.Where("summary contains ? and closedFlag = ?", "#"+strconv.FormatInt(d.ID, 10)+" ", false),
		}) {
			if err != nil {
				return 0, err
			}
			found = true
		}
		if found {
			continue
		}
		if _, err := j.ConnectWise.Service.Tickets.Create(ctx, &connectwise.Ticket{
			Summary: verdict.Summary, Company: connectwise.ByID(company), Board: connectwise.ByName(world.Board),
		}, connectwise.Set("processNotifications", false)); err != nil {
			return 0, err
		}
		tickets++
	}
	return tickets, nil
}

// lookUpErrors asks for a device's account and then, source by source, for the
// newest session and for the errors of one that did not complete.
func lookUpErrors(ctx context.Context, c *cove.Client, d *cove.Device) error {
	account, err := c.Account(ctx, d.ID)
	if err != nil {
		return err
	}
	for source := range d.Sources.All() {
		sessions, err := c.Sessions(ctx, account, cove.SessionQuery{Source: source, Limit: 1})
		if err != nil {
			return err
		}
		if len(sessions) == 0 || sessions[0].Status == cove.StatusCompleted {
			continue
		}
		if _, err := c.SessionErrors(ctx, account, cove.SessionErrorQuery{Source: source, SessionID: sessions[0].ID}); err != nil {
			return err
		}
	}
	return nil
}
