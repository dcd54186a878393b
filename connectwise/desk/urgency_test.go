package desk

import (
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
)

// Impact and severity rise with the problem, unless a person has set them.
func TestImpactAndSeverity(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.Priorities = []PriorityRule{
			{Severity: reconcile.SeverityHigh, TicketImpact: "High", TicketSeverity: "High"},
			{TicketImpact: "Low", TicketSeverity: "Low"},
		}
	}).open()
	rise := func() {
		b.later(2 * time.Hour)
		o := b.observe(world{"1": "worse", "2": "worse"})
		for i := range o.Issues {
			o.Issues[i].Severity = reconcile.SeverityHigh
		}
		must(t, b.apply(b.plan(o)).Err())
	}
	id := map[string]int64{}
	for _, r := range b.run(world{"1": "bad", "2": "bad"}).Results {
		id[r.Action.Key.Subject] = r.Ticket
		if got := b.ticket(r.Ticket); got.Impact != "Low" || got.Severity != "Low" {
			t.Errorf("impact %q severity %q", got.Impact, got.Severity)
		}
	}
	before := b.ticket(id["1"]).Priority
	must(t, b.person().EditTicket(id["2"], func(t *connectwisetest.Ticket) { t.Impact = "Medium" }))
	rise()
	if got := b.ticket(id["1"]); got.Impact != "High" || got.Severity != "High" || got.Priority != before {
		t.Errorf("impact %q severity %q priority %q", got.Impact, got.Severity, got.Priority.Name)
	}
	if got := b.ticket(id["2"]); got.Impact != "Medium" || got.Severity != "High" {
		t.Errorf("a person's impact: %q, severity %q", got.Impact, got.Severity)
	}
	b.config.Priorities[0].TicketImpact = "Hgh"
	if _, err := New(t.Context(), b.client, b.config); err == nil || !strings.Contains(err.Error(), `Priorities[0]: "Hgh" is not an impact or severity; there is "High"`) {
		t.Errorf("error %v", err)
	}
}
