package desk

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/connectwise/desk/internal/memory"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// onboarder makes a company for each customer it is asked about.
type onboarder struct {
	srv   *connectwisetest.Server
	asked []string
	calls int
	err   error
}

func (o *onboarder) Onboard(_ context.Context, _ *Desk, customers []match.Link, _ []match.Company) (map[string]string, error) {
	o.calls++
	made := map[string]string{}
	for _, l := range customers {
		o.asked = append(o.asked, l.Customer.Name)
		made[l.Customer.ID] = lookup.ID(o.srv.AddCompany(connectwisetest.Company{Identifier: l.Customer.ID, Name: l.Customer.Name})) //nolint:contextcheck // seeds, with callbacks of their own
	}
	return made, o.err
}

// Companies are made for customers with problems, where tickets may be made.
func TestOnboard(t *testing.T) {
	list := func(whole bool) *AlertList {
		a, b := alert("a"), alert("b")
		a.Customer, a.CustomerID, b.Customer, b.CustomerID = "Birch Dental", "7", "Birch Dental", "7"
		l := ActiveAlerts("rmm", []Alert{a, b, alert("c")})
		l.Customers = []reconcile.Customer{{ID: "7", Name: "Birch Dental"}, {ID: "8", Name: "Oak Group"}, {ID: "Acme Ltd", Name: "Acme Ltd"}}
		l.Whole = whole
		return l
	}
	for _, tt := range []struct {
		name    string
		options Options
		whole   bool
		err     error
		stop    bool
		created int
		health  Health
	}{
		{"made", Options{}, true, nil, false, 3, HealthFine},
		{"not all customers are known", Options{}, false, nil, false, 1, HealthAttention},
		{"dry run", Options{DryRun: true}, true, nil, false, 0, HealthAttention},
		{"approval", Options{Approval: &reconcile.Approval{}}, true, nil, false, 0, HealthAttention},
		{"no creates", Options{Only: []reconcile.ActionKind{reconcile.Close}}, true, nil, false, 0, HealthAttention},
		{"one failed", Options{}, true, errors.New("503"), false, 3, HealthFailed},
		{"stop", Options{}, true, nil, true, 0, HealthFailed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := newJob(t, nil)
			o := &onboarder{srv: j.srv, err: tt.err}
			j.config.Onboard = o
			if tt.stop {
				m := memory.New(j.open().desk.tenant())
				m.Raise(memory.NewStop(memory.MarkerNotKept, "why", time.Time{}))
				data, err := m.Encode()
				must(t, err)
				must(t, j.config.State.Save(data))
			}
			r := j.syncWith(tt.options, list(tt.whole))
			if got := r.Count(reconcile.Create, Done); got != tt.created || r.Health() != tt.health {
				t.Errorf("%d created, %s: %v", got, r.Health(), r.Findings)
			}
			if want := tt.created == 3; slices.Equal(o.asked, []string{"Birch Dental"}) != want {
				t.Errorf("asked %q", o.asked)
			}
			// Who has a company is nobody's to ask for.
			o.calls = 0
			j.syncWith(tt.options, ActiveAlerts("rmm", []Alert{alert("c")}))
			if o.calls != 0 {
				t.Errorf("asked %d times for nobody", o.calls)
			}
		})
	}
}
