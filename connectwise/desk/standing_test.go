package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
)

// What waits for a person stands in one ticket on the provider's own company:
// made once, quiet while nothing changes, written at most daily, left alone by a
// blind run, closed when nothing waits any more.
func TestStandingTicket(t *testing.T) {
	j := newJob(t, func(c *Config) { c.OwnCompany = "the msp itself" })
	own := j.srv.AddCompany(connectwisetest.Company{Identifier: "MSP", Name: "The MSP itself"})
	list := func(unmatched ...string) Monitor {
		alerts := []Alert{alert("fine")}
		for _, key := range unmatched {
			a := alert(key)
			a.Customer = "Brich Dental"
			alerts = append(alerts, a)
		}
		return ActiveAlerts("rmm", alerts)
	}
	failing := MonitorFunc("veeam", func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) {
		return nil, errors.New("no route")
	})
	j.expect(j.sync(list()), "create fine done")
	j.later(time.Hour)
	j.expect(j.sync(list("lost", "lost too")), "create held done")
	tk := j.srv.Tickets()[1]
	text := j.srv.Notes(tk.ID)[0].Text
	if tk.Company.ID != own || strings.Count(text, "No ticket without a company") != 2 || strings.Contains(text, "fine is wrong") {
		t.Errorf("company %d, text %q", tk.Company.ID, text)
	}
	for _, step := range []struct {
		after    time.Duration
		monitors []Monitor
		did      []string
	}{
		{time.Hour, []Monitor{list("lost", "lost too")}, nil},
		{time.Hour, []Monitor{list("lost", "lost too", "another")}, nil}, // within a day
		{25 * time.Hour, []Monitor{list("lost", "another")}, []string{"update held done"}},
		{25 * time.Hour, []Monitor{list(), failing}, nil},
		{time.Hour, []Monitor{list()}, []string{"close held done"}},
		{time.Hour, []Monitor{list()}, nil},
	} {
		j.later(step.after)
		j.expect(j.sync(step.monitors...), step.did...)
	}
	if !j.ticket(tk.ID).Closed || len(j.srv.Tickets()) != 2 {
		t.Errorf("%d tickets", len(j.srv.Tickets()))
	}
}

// It lists what waits for a decision and ends when that is made; what ends by
// itself, what is switched off and what was not looked at are not in it.
func TestStandingTicketListsDecisions(t *testing.T) {
	own := func(c *Config) { c.OwnCompany = "MSP" }
	for _, tt := range []struct {
		name string
		do   func(j *job) Monitor
		want string
	}{
		{"foreign marker", func(j *job) Monitor {
			j.sync(ActiveAlerts("rmm", []Alert{alert("a")}))
			must(t, j.person().EditTicket(j.srv.Tickets()[0].ID, func(tk *connectwisetest.Ticket) { setMarker(tk, "other-tool:9") }))
			return ActiveAlerts("rmm", []Alert{alert("a")})
		}, "(ticket "},
		{"gone", func(j *job) Monitor {
			feed := func(issues ...reconcile.Issue) Monitor {
				return MonitorFunc("inventory", func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) {
					s := &reconcile.Snapshot{Whole: true, Customers: []reconcile.Customer{{ID: "7", Name: "Acme Ltd"}}}
					s.Feeds = []reconcile.Feed{{Name: "cove", Kind: reconcile.Inventory, Everything: true}}
					s.Issues = issues
					return s, nil
				})
			}
			j.sync(feed(j.issue("1", "bad")))
			j.later(time.Hour)
			j.sync(feed())
			j.later(time.Hour)
			return feed()
		}, "COVE SVR 1"},
		{"snoozed", func(j *job) Monitor {
			j.sync(ActiveAlerts("rmm", []Alert{alert("a")}))
			j.later(time.Hour)
			must(t, j.person().EditTicket(j.srv.Tickets()[0].ID, func(tk *connectwisetest.Ticket) { tk.Status = connectwisetest.ByName("Closed") }))
			return ActiveAlerts("rmm", []Alert{alert("a")})
		}, ""},
		{"feed not looked at", func(j *job) Monitor {
			j.sync(ActiveAlerts("rmm", []Alert{alert("a")}))
			return ActiveAlerts("veeam", nil)
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := newJob(t, own)
			j.srv.AddCompany(connectwisetest.Company{Identifier: "MSP", Name: "The MSP itself"})
			monitor := tt.do(j)
			j.later(time.Hour)
			r := j.sync(monitor)
			i := slices.IndexFunc(r.Results, func(r Result) bool { return r.Action.Key == standingKey })
			if i < 0 && tt.want == "" {
				return
			}
			if i < 0 || tt.want == "" {
				t.Fatalf("%v, findings %v", did(r), r.Findings)
			}
			if text := fmt.Sprint(j.srv.Notes(r.Results[i].Ticket)); !strings.Contains(text, tt.want) {
				t.Errorf("text %q", text)
			}
		})
	}
}

// Config.OwnCompany is an id, an identifier or a name, and there must be one.
func TestOwnCompany(t *testing.T) {
	b := newBench(t, nil)
	own := b.srv.AddCompany(connectwisetest.Company{Identifier: "MSP", Name: "The MSP itself"})
	b.srv.AddCompany(connectwisetest.Company{Identifier: "MSPOLD", Name: "The MSP itself", Deleted: true})
	b.srv.AddCompany(connectwisetest.Company{Identifier: "Two1", Name: "Two"})
	b.srv.AddCompany(connectwisetest.Company{Identifier: "Two2", Name: "Two"})
	for name, want := range map[string]string{lookup.ID(own): lookup.ID(own), "msp": lookup.ID(own), "The MSP Itself": lookup.ID(own), "Two": "", "MSPOLD": "", "nobody": ""} {
		b.config.OwnCompany = name
		d, err := New(t.Context(), b.client, b.config)
		var refused *ConfigError
		switch {
		case want == "":
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), "OwnCompany") {
				t.Errorf("%q: %v", name, err)
			}
		case err != nil || d.provider != want:
			t.Errorf("%q: %v", name, err)
		}
	}
}
