package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/examples/internal/bridge"
	"github.com/covedesk/covedesk/reconcile"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// content is the data of the page.
type content struct {
	Partner  string
	At       string
	Health   string
	Totals   string
	Findings []desk.Finding
	Days     []string // the dates of the heat map, oldest first
	Heat     []row
	Problems []problem
	Actions  []line // what would be written
	Held     []line
	Healthy  int
	Parked   int
	Care     []string // how people handle the tickets
}

// row is a device in the heat map.
type row struct {
	Name, Customer, Link string
	Days                 []day
}

type day struct {
	Letter string // readable without colour
	Shade  string // a class of the style sheet
	Title  string
}

type problem struct {
	Summary, Customer, Severity, Since, Cove string
	Ticket                                   int64
	TicketLink                               string
	Decision                                 string
}

type line struct {
	Kind, Summary, Reason, Link string
	Ticket                      int64
}

func pageOf(b *bridge.Bridge, report *desk.Report) content {
	zone := b.Rules.Zone
	if zone == nil {
		zone = time.UTC
	}
	c := content{
		Partner: b.Credentials.Get("COVE_PARTNER"), At: report.Began.In(zone).Format("Monday 2 January 2006, 15:04 MST"),
		Health: report.Health().String(), Totals: totals(report.Totals()),
	}
	for _, f := range report.Findings {
		if f.Health > desk.HealthFine {
			c.Findings = append(c.Findings, f)
		}
	}
	c.heat(b)
	tickets := ticketLinks(b.ConnectWise.LoginHost())
	for i := range report.Plan.Actions {
		a := &report.Plan.Actions[i]
		of := line{Kind: string(a.Kind), Summary: a.Summary, Reason: a.Reason(), Ticket: a.Ticket, Link: tickets(a.Ticket)}
		switch {
		case a.Kind == reconcile.Hold:
			c.Held = append(c.Held, of)
		case a.Kind.Writes():
			c.Actions = append(c.Actions, of)
		}
		if a.Issue != nil {
			c.Problems = append(c.Problems, problemOf(b, a, zone, tickets))
		}
	}
	slices.SortStableFunc(c.Problems, func(x, y problem) int { return strings.Compare(x.Customer, y.Customer) })
	return c
}

func totals(t desk.Totals) string {
	return fmt.Sprintf("%d problems; %d tickets would be made, %d updated, %d reopened, %d closed; %d unchanged, %d held",
		t.Issues, t.Created, t.Updated, t.Reopened, t.Closed, t.Kept, t.Held)
}

// heat adds the last 28 days of every device.
func (c *content) heat(b *bridge.Bridge) {
	history := b.Fleet().History()
	slices.SortStableFunc(history, func(x, y monitor.History) int { return strings.Compare(x.Customer, y.Customer) })
	for _, h := range history {
		switch h.Outcome {
		case monitor.Healthy:
			c.Healthy++
		case monitor.Suppressed:
			c.Parked++
		}
		r := row{Name: h.Name, Customer: h.Customer, Link: coveLink(b, h.Device)}
		for i, d := range h.Days {
			if len(c.Heat) == 0 {
				c.Days = append(c.Days, d.Date.Format("2 Jan"))
			}
			r.Days = append(r.Days, day{Letter: d.Letter, Shade: shade(d.Letter), Title: fmt.Sprintf("%s: %s", h.Days[i].Date.Format("Mon 2 Jan"), d.Status)})
		}
		c.Heat = append(c.Heat, r)
	}
}

// shade returns the style sheet's class for a day.
func shade(letter string) string {
	switch letter {
	case "O":
		return "good"
	case "X":
		return "bad"
	case ".":
		return "none"
	}
	return "fair"
}

func problemOf(b *bridge.Bridge, a *reconcile.Action, zone *time.Location, tickets func(int64) string) problem {
	p := problem{Customer: a.Issue.CustomerName, Summary: a.Issue.Summary, Severity: a.Issue.Severity.String(), Ticket: a.Ticket, TicketLink: tickets(a.Ticket), Decision: string(a.Kind) + ": " + a.Reason()}
	if !a.Issue.Since.IsZero() {
		p.Since = a.Issue.Since.In(zone).Format("2 Jan 2006")
	}
	if id, err := strconv.ParseInt(a.Key.Subject, 10, 64); err == nil {
		p.Cove = coveLink(b, id)
	}
	return p
}

// coveLink returns the console address of a device, as in tickets.
func coveLink(b *bridge.Bridge, id int64) string {
	link := b.Rules.SystemsLink
	if v, ok := b.Fleet().Verdict(id); ok && v.Class == monitor.ClassM365 {
		link = b.Rules.M365Link
	}
	return strings.ReplaceAll(link, "{id}", strconv.FormatInt(id, 10))
}

// ticketLinks returns a function that returns the address of a ticket in the
// service desk's user interface.
func ticketLinks(host string) func(int64) string {
	return func(id int64) string {
		if id == 0 {
			return ""
		}
		link := url.URL{Scheme: "https", Host: host, Path: "/v4_6_release/services/system_io/Service/fv_sr100_request.rails"}
		link.RawQuery = url.Values{"service_recid": {strconv.FormatInt(id, 10)}}.Encode()
		return link.String()
	}
}
