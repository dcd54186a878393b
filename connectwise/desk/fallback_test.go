package desk

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
)

// An unmatched customer's problem becomes a ticket of the fallback company that
// says why, and moves to the customer's company once that is known.
func TestFallbackCompany(t *testing.T) {
	for _, name := range []string{"msp", " The MSP itself "} {
		b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.FallbackCompany = name })
		own := b.srv.AddCompany(connectwisetest.Company{Identifier: "MSP", Name: "The MSP itself"})
		b.srv.AddCompany(connectwisetest.Company{Identifier: "OLD", Name: "The MSP itself", Deleted: true})
		b.open()
		b.compose = func(context.Context, reconcile.Action) (reconcile.Text, error) {
			return reconcile.Text{Internal: "Composed."}, nil
		}
		o := b.observe(world{"1": "bad"})
		o.Issues[0].Company, o.Issues[0].CompanyReason = "", "two companies are called so"
		r := b.only(b.apply(b.plan(b.desk.Assign(o))), reconcile.Create, Done)
		if o.Issues[0].Company != "" {
			t.Error("Assign changed the observation it was given")
		}
		if got := b.ticket(r.Ticket).Company.ID; got != own {
			t.Errorf("%q: company %d, want %d", name, got, own)
		}
		if text := b.srv.Notes(r.Ticket)[0].Text; !strings.HasPrefix(text, "Composed.") || !strings.Contains(text, "two companies are called so") {
			t.Errorf("text %q", text)
		}
		b.later(2 * time.Hour)
		b.only(b.apply(b.plan(b.desk.Assign(b.observe(world{"1": "bad"})))), reconcile.Update, Done)
		if got := b.ticket(r.Ticket).Company.ID; got != b.company {
			t.Errorf("company %d, want %d", got, b.company)
		}
	}
}

// Without a fallback company the problem is held, and one that is not there is
// refused.
func TestFallbackCompanyMissing(t *testing.T) {
	b := newBench(t, nil).open()
	o := b.observe(world{"1": "bad"})
	o.Issues[0].Company = ""
	if plan := b.plan(b.desk.Assign(o)); len(plan.Actions) != 1 || plan.Actions[0].Kind != reconcile.Hold {
		t.Errorf("actions %+v", plan.Actions)
	}
	b.srv.AddCompany(connectwisetest.Company{Identifier: "GONE", Name: "Gone", Deleted: true})
	b.srv.AddCompany(connectwisetest.Company{Identifier: "TWIN1", Name: "Twin"})
	b.srv.AddCompany(connectwisetest.Company{Identifier: "TWIN2", Name: "Twin"})
	for name, want := range map[string]string{"nobody": "no company", "GONE": "no company", "Twin": "2 companies"} {
		b.config.FallbackCompany = name
		_, err := New(t.Context(), b.client, b.config)
		var faults *ConfigError
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
