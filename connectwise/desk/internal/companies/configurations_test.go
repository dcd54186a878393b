package companies_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/companies"
	"github.com/covedesk/covedesk/connectwise/desk/internal/desktest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// What cannot be read is an error, as is a mapping of another feed.
func TestConfigurationsUnreadable(t *testing.T) {
	srv, client := desktest.Tenant(t, connectwisetest.Config{})
	s := &reconcile.Snapshot{Devices: []reconcile.Device{{Key: subject("rmm", "a"), MAC: "00:15:5d:01:2a:02"}}}
	concerned := map[reconcile.Key]*reconcile.Issue{subject("rmm", "a"): {}}
	l := companies.NewLinker(nil, map[string]*match.Mapping{"rmm": {Feed: "cove"}}, "", nil)
	if err := l.Configurations(t.Context(), client, s, "rmm", concerned, nil); err == nil || !strings.Contains(err.Error(), "cove") {
		t.Errorf("another feed's mapping: %v", err)
	}
	srv.Inject(connectwisetest.Fault{Path: "company/configurations", Kind: connectwisetest.HTML})
	if err := l.Configurations(t.Context(), client, s, "rmm", concerned, nil); err == nil || !strings.HasPrefix(err.Error(), "desk: list of configurations: ") {
		t.Errorf("an unreadable list: %v", err)
	}
}

// Which configurations are read for which devices, and which of them a device gets.
func TestConfigurations(t *testing.T) {
	srv, client := desktest.Tenant(t, connectwisetest.Config{})
	oak, elm := srv.AddCompany(connectwisetest.Company{Identifier: "OAK", Name: "Oak"}), srv.AddCompany(connectwisetest.Company{Identifier: "ELM", Name: "Elm"})
	for _, c := range []connectwisetest.Configuration{
		{ID: 1, Name: "SRV1", Company: connectwisetest.ByID(oak)},
		{ID: 2, Name: "SRV1", Company: connectwisetest.ByID(elm), DeviceIdentifier: "rmm-2", MACAddress: "00155D012A02"},
		{ID: 3, Name: "SRV3", Company: connectwisetest.ByID(oak), SerialNumber: "VMware-42"},
		{ID: 4, Name: "OLD", Company: connectwisetest.ByID(oak), Inactive: true},
		{ID: 5, Name: "NAS", Company: connectwisetest.ByID(elm)},
	} {
		srv.AddConfiguration(c)
	}
	byHand := map[string]*match.Mapping{"rmm": {Configurations: []match.ConfigurationRow{{Device: "odd", Configuration: "NAS"}}}}
	for _, test := range []struct {
		name     string
		device   reconcile.Device
		company  int64 // of the problem; 0: none
		mappings map[string]*match.Mapping
		want     string
		reads    []string
	}{
		{name: "by name inside its company", device: reconcile.Device{Name: "srv1"}, company: oak, want: "1", reads: []string{"company/id in (OAK)"}},
		{name: "by name inside the other", device: reconcile.Device{Name: "srv1"}, company: elm, want: "2", reads: []string{"company/id in (ELM)"}},
		{name: "by serial number", device: reconcile.Device{Serial: "vmware-42"}, company: oak, want: "3", reads: []string{"company/id in (OAK)"}},
		{name: "inactive", device: reconcile.Device{Name: "OLD"}, company: oak, reads: []string{"company/id in (OAK)"}},
		{name: "without a company, by identifier", device: reconcile.Device{Identifier: "RMM-2", Name: "else"}, want: "2", reads: []string{`deviceIdentifier in ("RMM-2")`}},
		{name: "without a company, by address", device: reconcile.Device{MAC: "00:15:5d:01:2a:02"}, want: "2", reads: []string{""}},
		{name: "without a company, by name alone", device: reconcile.Device{Name: "SRV3"}},
		{name: "without a company, by hand", device: reconcile.Device{Name: "odd"}, mappings: byHand, want: "5", reads: []string{""}},
		{name: "without a company, another feed's mapping", device: reconcile.Device{Name: "odd"}, mappings: map[string]*match.Mapping{"cove": byHand["rmm"]}},
		{name: "without a company, a mapping without configurations", device: reconcile.Device{Name: "odd"}, mappings: map[string]*match.Mapping{"rmm": {}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.device.Key = subject("rmm", "a")
			issue := &reconcile.Issue{Key: test.device.Key}
			names := strings.NewReplacer("OAK", lookup.ID(oak), "ELM", lookup.ID(elm))
			if test.company != 0 {
				issue.Company = lookup.ID(test.company)
			}
			l := companies.NewLinker(nil, test.mappings, "", nil)
			s := &reconcile.Snapshot{Devices: []reconcile.Device{test.device, {Key: subject("cove", "a"), Identifier: "not of the feed"}, {Key: subject("rmm", "b"), Identifier: "not concerned"}}}
			links := map[reconcile.Key]match.ConfigurationLink{}
			srv.ResetRequests()
			err := l.Configurations(t.Context(), client, s, "rmm", map[reconcile.Key]*reconcile.Issue{issue.Key: issue, subject("cove", "a"): issue}, links)
			if err != nil {
				t.Fatal(err)
			}
			if got := links[issue.Key].Configuration; got != test.want {
				t.Errorf("configuration %q, want %q: %s", got, test.want, links[issue.Key].Reason)
			}
			var reads []string
			for _, r := range srv.Requests() {
				if q, err := url.ParseQuery(r.Query); err != nil {
					t.Error(err)
				} else if strings.HasSuffix(r.Path, "company/configurations") {
					reads = append(reads, q.Get("conditions"))
				}
			}
			for i := range test.reads {
				test.reads[i] = names.Replace(test.reads[i])
			}
			if diff := cmp.Diff(test.reads, reads); diff != "" {
				t.Error(diff)
			}
		})
	}
}
