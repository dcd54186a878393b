package desk

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// Staging and production, or two tenants of one provider: tickets that were
// copied from one to the other are not the other's.
func TestTenantsDoNotMix(t *testing.T) {
	tenant := func(company string) *bench {
		return newBench(t, func(s *connectwisetest.Config, _ *Config) { s.Company = company }).open()
	}
	production := tenant("acme")
	production.run(world{"1": "bad", "2": "bad"})
	copied := tenant("acme_c")
	for _, tk := range production.srv.Tickets() {
		copied.seed(connectwisetest.Ticket{Summary: tk.Summary, Board: tk.Board, Status: tk.Status, Company: tk.Company, EnteredBy: tk.EnteredBy}, marker(tk))
	}
	before := copied.srv.Tickets()
	plan := copied.plan(copied.observe(world{"1": "", "2": "worse"}))
	copied.later(2 * time.Hour)
	must(t, copied.apply(plan).Err())
	if diff := cmp.Diff(before, copied.srv.Tickets()[:len(before)]); diff != "" {
		t.Errorf("copied tickets were touched:\n%s", diff)
	}
	if n := len(copied.srv.Tickets()); n != 3 {
		t.Errorf("%d tickets, want the problem's own beside the copies", n)
	}
	// Nor is a plan made on one carried out on the other.
	if _, err := production.desk.Apply(t.Context(), plan); err == nil || !strings.Contains(err.Error(), copied.desk.owner) {
		t.Errorf("error %v", err)
	}
}

// What a tenant's tickets are known by never changes with what may change about
// a tenant. The hashes are kept in customers' tickets.
func TestOwner(t *testing.T) {
	for _, test := range []struct {
		config        Config
		company, host string
		want          string
	}{
		{Config{Owner: "desk"}, "acme", "na.myconnectwise.net", "desk-z32b"},
		{Config{Owner: "desk"}, " ACME", "api-na.myconnectwise.net", "desk-z32b"},
		{Config{Owner: "desk"}, "acme", "eu.myconnectwise.net", "desk-z32b"},
		{Config{Owner: "desk"}, "acme", "psa.msp.example", "desk-z32b"},
		{Config{Owner: "desk"}, "acme", "staging.msp.example", "desk-z32b"},
		{Config{Owner: "desk"}, "acme", "127.0.0.1", "desk-z32b"},
		{Config{Owner: "desk"}, "acme", "", "desk-z32b"},
		{Config{Owner: "desk"}, "acme", "sandbox-na.myconnectwise.net", "desk-kzpk"},
		{Config{Owner: "desk"}, "acme", "api-staging.connectwisedev.com", "desk-kzpk"},
		{Config{Owner: "desk"}, "Acme", "staging.connectwisedev.com", "desk-kzpk"},
		{Config{Owner: "desk"}, "other", "na.myconnectwise.net", "desk-ncnk"},
		{Config{Owner: "rmm"}, "acme", "na.myconnectwise.net", "rmm-z32b"},
		{Config{Owner: "desk", Tenant: "acme"}, "acme_new", "na.myconnectwise.net", "desk-z32b"},
	} {
		if got, err := ownerOf(test.config, test.company, test.host); err != nil || got != test.want {
			t.Errorf("%q at %q: %q, %v, want %q", test.company, test.host, got, err, test.want)
		}
	}
}
