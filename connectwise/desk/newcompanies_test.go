package desk

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile/match"
)

// Only customers nobody knows anything about get a company, each one, although
// the answer to its create is lost; it is never made on a staging host.
func TestNewCompanies(t *testing.T) {
	b := newBench(t, nil).open()
	b.srv.AddCompany(connectwisetest.Company{Identifier: "TWIN1", Name: "Twin"})
	b.srv.AddCompany(connectwisetest.Company{Identifier: "TWIN2", Name: "Twin"})
	companies, err := b.desk.Companies(t.Context())
	must(t, err)
	links := match.Companies([]match.Customer{
		{ID: "1", Name: "Acme Ltd"}, {ID: "2", Name: "Twin"}, {ID: "3", Name: "Birch Dental"},
		{ID: "4", Name: "Oak", Reference: "CWM:999:OAK"}, {ID: "5", Name: "Elm Street Law"}, {ID: "6", Name: "Off"},
	}, companies, match.Mapping{Entries: []match.Entry{{Customer: "6", Disabled: true}}})
	plan := PlanCompanies(links, companies, CompanyRules{Host: "staging.connectwisedev.com", Status: "Active", Types: []string{"Client"}})
	data, err := json.Marshal(plan)
	must(t, err)
	var again CompanyPlan
	must(t, json.Unmarshal(data, &again))
	want := []NewCompany{{"3", "BirchDental", "Birch Dental"}, {"5", "ElmStreetLaw", "Elm Street Law"}}
	if diff := cmp.Diff(want, again.Companies); diff != "" {
		t.Error(diff)
	}
	if text := plan.Text(); strings.Count(text, "\n") != 2 || !strings.Contains(text, "Elm Street Law (customer 5)") {
		t.Errorf("text %q", text)
	}
	for _, host := range []string{"staging.connectwisedev.com", ""} {
		plan.Rules.Host = host
		if _, err := b.desk.ApplyCompanies(t.Context(), plan); err == nil {
			t.Errorf("host %q is not refused", host)
		}
	}
	if w := b.writes(); len(w) != 0 {
		t.Errorf("writes %q", w)
	}
	plan.Rules.Host = "na.myconnectwise.net"
	b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "company/companies", Kind: connectwisetest.ResetAfter})
	ids, err := b.desk.ApplyCompanies(t.Context(), plan)
	if !errors.Is(err, connectwise.ErrOutcomeUnknown) || len(ids) != 1 {
		t.Errorf("ids %v, error %v", ids, err)
	}
	ids, err = b.desk.ApplyCompanies(t.Context(), plan)
	must(t, err)
	made := map[int64]connectwisetest.Company{}
	for _, c := range b.srv.Companies() {
		made[c.ID] = c
	}
	if c := made[ids["3"]]; c.Name != "Birch Dental" || c.Status.Name != "Active" || len(c.Types) != 1 || len(made) != 5 {
		t.Errorf("ids %v, company %+v of %d", ids, c, len(made))
	}
	// The identifier of another company is not taken over.
	plan.Companies = []NewCompany{{"9", "ACME", "Somebody else"}}
	if ids, err := b.desk.ApplyCompanies(t.Context(), plan); err == nil || len(ids) != 0 {
		t.Errorf("ids %v, error %v", ids, err)
	}
}
