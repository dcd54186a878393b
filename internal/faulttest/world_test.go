package faulttest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/reconcile"
)

const feed = "rmm"

// problem is what is wrong with one key.
type problem struct {
	subject  string
	customer int
	bad      bool
	severity reconcile.Severity
	state    int
	since    time.Time
	failures int // how often it has begun
}

// summary returns the present summary of the problem's ticket.
func (p *problem) summary() string {
	return p.subject + []string{" is full", " is still full"}[p.state%2]
}

func (p *problem) key() reconcile.Key { return reconcile.Key{Feed: feed, Subject: p.subject} }

// world is what a monitoring tool sees, and how it reports it.
type world struct {
	kind     reconcile.FeedKind
	sinces   bool // the tool knows when a problem began
	problems []*problem
	sure     bool
	down     bool // the tool does not answer
	now      func() time.Time
}

func customerName(i int) string { return []string{"Acme Ltd", "Birch Dental", "Cedar Law"}[i] }

func newWorld(rng *rand.Rand, now func() time.Time) *world {
	w := &world{kind: reconcile.FeedKind(rng.IntN(3)), sinces: rng.IntN(2) == 0, now: now}
	for i := range 2 + rng.IntN(8) {
		w.problems = append(w.problems, &problem{subject: fmt.Sprintf("host%02d/disk", i), customer: rng.IntN(3)})
	}
	return w
}

func (w *world) fail(p *problem, severity reconcile.Severity) {
	p.bad, p.severity, p.since, p.state, p.failures = true, severity, w.now(), 0, p.failures+1
}

// turn changes a share of the world.
func (w *world) turn(rng *rand.Rand, share float64) {
	for _, p := range w.problems {
		if rng.Float64() >= share {
			continue
		}
		severity, change := reconcile.SeverityLow+reconcile.Severity(rng.IntN(4)), rng.IntN(4)
		switch {
		case !p.bad:
			w.fail(p, severity)
		case change < 2:
			p.bad = false
		case change == 2:
			p.state++
		default:
			p.severity = severity
		}
	}
}

// telling is the tool's answer: plain data, so that it can be passed to another
// process.
type telling struct {
	Down        bool
	Observation reconcile.Observation
}

func (w *world) tells() telling {
	tells := telling{Down: w.down}
	o := &tells.Observation
	o.Feeds = []reconcile.Feed{{Name: feed, Kind: w.kind, Everything: true, Sure: w.sure}}
	for _, p := range w.problems {
		customer := fmt.Sprint(100 + p.customer)
		switch {
		case p.bad:
			issue := reconcile.Issue{
				Key: p.key(), Customer: customer, Kind: "disk", Class: "server", Severity: p.severity,
				Summary: p.summary(), State: fmt.Sprintf("%s %d", p.severity, p.state), Detail: "The disk is full.",
			}
			if w.sinces {
				issue.Since = p.since
			}
			o.Issues = append(o.Issues, issue)
		case w.kind != reconcile.ActiveAlerts:
			o.Healthy = append(o.Healthy, reconcile.Healthy{Key: p.key(), Customer: customer})
		}
	}
	return tells
}

// monitor returns the monitor that a desk asks.
func (t telling) monitor() desk.Monitor {
	return desk.MonitorFunc(feed, func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) {
		if t.Down {
			return nil, errors.New("the tool does not answer")
		}
		s := &reconcile.Snapshot{Whole: true, Observation: t.Observation, Adopt: adopts}
		for i := range 3 {
			s.Customers = append(s.Customers, reconcile.Customer{ID: fmt.Sprint(100 + i), Name: customerName(i)})
		}
		return s, nil
	})
}

// adopts recognises an older tool's tickets.
func adopts(summary string) (key reconcile.Key, verbatim, ok bool) {
	rest, found := strings.CutPrefix(summary, "OLD ")
	if !found {
		return key, false, false
	}
	subject, tail, _ := strings.Cut(rest, " ")
	return reconcile.Key{Feed: feed, Subject: subject}, tail == "is full" || tail == "is still full", true
}
