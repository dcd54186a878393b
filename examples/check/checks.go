package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/setup"
	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/examples/internal/bridge"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// checks prints a line for each check and keeps the worst result.
type checks struct {
	*bridge.Bridge
	code  program.Exit
	dates [2]dates // clock differences of Cove and ConnectWise
}

func (c *checks) line(ok bool, name, found, hint string) {
	mark := "✓"
	if !ok {
		mark = "✗"
		if c.code == program.Fine {
			c.code = program.Wrong
		}
	}
	_, _ = fmt.Fprintf(c.Stdout, "%s %s: %s\n", mark, name, found)
	if hint != "" {
		_, _ = fmt.Fprintf(c.Stdout, "    → %s\n", hint)
	}
}

// failed prints an error.
func (c *checks) failed(name string, err error) {
	c.line(false, name, strings.ReplaceAll(err.Error(), "\n", "\n    "), "")
	if program.ExitOf(err) == program.Blind {
		c.code = program.Blind
	}
}

// dates records how far a service's clock is off, from the Date header of its
// last answer.
type dates struct {
	mu   sync.Mutex
	seen bool
	off  time.Duration
}

func (d *dates) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		if at, bad := http.ParseTime(answer.Header.Get("Date")); bad == nil {
			d.mu.Lock()
			d.seen, d.off = true, time.Since(at)
			d.mu.Unlock()
		}
	}
	return answer, err
}

// clocks makes both clients record the dates of their answers.
func (c *checks) clocks() {
	if c.Cove != nil {
		if client, err := c.Cove.With(cove.WithHTTPClient(&http.Client{Transport: &c.dates[0]})); err == nil {
			c.Cove = client
		}
	}
	if client, err := c.ConnectWise.With(connectwise.WithHTTPClient(&http.Client{Transport: &c.dates[1]})); err == nil {
		c.ConnectWise = client
	}
}

// clock prints how far this machine's clock differs from a service's. The
// difference has no effect, because the programs use the service desk's time,
// but it confuses people who read logs.
func (c *checks) clock(name string, d *dates) {
	d.mu.Lock()
	defer d.mu.Unlock()
	const tolerated = 2 * time.Minute
	if d.seen {
		c.line(d.off.Abs() < tolerated, name, fmt.Sprintf("%v apart from this machine's", d.off.Abs().Round(time.Second)), "")
	}
}

func (c *checks) checkCove(ctx context.Context, partner string) {
	user, err := c.Cove.Login(ctx)
	if err != nil {
		c.failed("Cove log-in", err)
		return
	}
	c.line(true, "Cove log-in", user.Name, "")
	if err := c.Watch(ctx, partner); err != nil {
		c.failed("Cove partner", err)
		return
	}
	watched := user.PartnerID
	if c.Rules.PartnerID != 0 {
		watched = c.Rules.PartnerID
	}
	at, err := c.Cove.Partner(ctx, watched)
	if err != nil {
		c.failed("Cove partner", err)
		return
	}
	c.line(true, "Cove partner", fmt.Sprintf("%s (%s, %d)", at.Name, at.Level, at.ID), "")
	c.columns(ctx, watched)
	c.clock("Cove clock", &c.dates[0])
}

// columns reads one device, to find the columns that this user may not read.
func (c *checks) columns(ctx context.Context, partner int64) {
	for d, err := range cove.Devices[cove.Device](ctx, c.Cove, cove.DeviceQuery{PartnerID: partner}) {
		var refused *cove.RefusedColumnsError
		switch {
		case errors.As(err, &refused):
			d.Refused = refused.Columns
		case err != nil:
			c.failed("Cove columns", err)
			return
		}
		if len(d.Refused) > 0 {
			c.line(false, "Cove columns", "this user may not read "+strings.Join(d.Refused, ", "), "give the role of the API user these rights; devices are judged without them")
			return
		}
		c.line(true, "Cove columns", "all can be read", "")
		return
	}
	c.line(true, "Cove columns", "there is no device to read them of", "")
}

func (c *checks) checkConnectWise(ctx context.Context, profile []string) {
	report, err := c.ConnectWise.System.Check(ctx, rights(profile)...)
	if err != nil {
		c.failed("ConnectWise", err)
		return
	}
	for _, r := range report.Results {
		c.line(r.OK, "ConnectWise "+r.Name, r.Detail, r.Hint)
		if program.ExitOf(r.Err) == program.Blind {
			c.code = program.Blind
		}
	}
	c.clock("ConnectWise clock", &c.dates[1])
	if !report.OK() {
		return
	}
	d, err := desk.New(ctx, c.ConnectWise, c.Desk)
	var config *desk.ConfigError
	switch {
	case errors.As(err, &config):
		for _, fault := range config.Faults {
			c.line(false, "settings", fault, "")
		}
	case err != nil:
		c.failed("settings", err)
	default:
		home := d.Home()
		c.line(true, "settings", fmt.Sprintf("board %s: new tickets are %s, closed ones %s; owner %s", home.Board.Name, home.New.Name, home.Closed.Name, home.Owner), "")
		for _, warning := range setup.Warnings(d) {
			c.line(true, "mind", warning, "")
		}
	}
}
