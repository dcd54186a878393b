package desk

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// attached are the configurations of a ticket.
func (b *bench) attached(ticket int64) (ids []int64) {
	b.t.Helper()
	for c, err := range b.client.Service.Tickets.Configurations(ticket).List(b.t.Context(), nil) {
		must(b.t, err)
		ids = append(ids, c.ID)
	}
	return ids
}

func on(key string, device reconcile.Device) Alert {
	a := alert(key)
	a.Device = &device
	return a
}

// A new ticket gets the configuration of its device, inside the company of the
// ticket; a device may name the company where nothing else does.
func TestConfigurations(t *testing.T) {
	j := newJob(t, nil)
	birch := j.srv.AddCompany(connectwisetest.Company{Identifier: "BIRCH", Name: "Birch Dental"})
	add := func(company int64, c connectwisetest.Configuration) int64 {
		c.Company = connectwisetest.ByID(company)
		return j.srv.AddConfiguration(c)
	}
	srv1 := add(j.company, connectwisetest.Configuration{Name: "SRV1"})
	rmm7 := add(birch, connectwisetest.Configuration{Name: "SRV7", DeviceIdentifier: "rmm-7"})
	nas := add(birch, connectwisetest.Configuration{Name: "NAS", MACAddress: "00155D012A01"})
	nas2 := add(birch, connectwisetest.Configuration{Name: "NAS2"})
	hand := add(j.company, connectwisetest.Configuration{Name: "by hand"})
	add(birch, connectwisetest.Configuration{Name: "SRV1"})

	stranger := func(key string, device reconcile.Device) Alert {
		a := on(key, device)
		a.Customer = "Brich Dental"
		return a
	}
	named := on("named", reconcile.Device{Name: "nas2"})
	named.Customer, named.Company = "", "birch"
	j.config.Mappings = map[string]*match.Mapping{"rmm": {Configurations: []match.ConfigurationRow{{Device: "odd", Configuration: "by hand"}}}}
	r := j.sync(ActiveAlerts("rmm", []Alert{
		on("by name", reconcile.Device{Name: "srv1"}), stranger("by identifier", reconcile.Device{Identifier: "RMM-7"}),
		stranger("by address", reconcile.Device{MAC: "00:15:5d:01:2a:01"}), on("by hand", reconcile.Device{Name: "odd"}),
		on("unknown", reconcile.Device{Name: "else"}), alert("none"), named, stranger("nobody's", reconcile.Device{Name: "SRV1"}),
	}))
	want := map[string][]int64{"by name": {srv1}, "by identifier": {rmm7}, "by address": {nas}, "by hand": {hand}, "named": {nas2}, "unknown": nil, "none": nil}
	got := map[string][]int64{}
	for _, result := range r.Results {
		got[result.Action.Key.Subject] = j.attached(result.Ticket)
		company := j.company
		if subject := result.Action.Key.Subject; subject == "by identifier" || subject == "by address" || subject == "named" {
			company = birch
		}
		if tk := j.ticket(result.Ticket); tk.Company.ID != company || result.Outcome != Done || result.Degraded != nil {
			t.Errorf("%s: company %d, %s %v", result.Action.Key, tk.Company.ID, result.Outcome, result.Degraded)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s\n%v", diff, r.Findings)
	}
	if got := whats(r); len(got) != 1 || got[0] != "unmatched attention" {
		t.Errorf("findings %v", r.Findings)
	}
}

// One that cannot be attached is reported and not tried again, whatever became
// of the request; where configurations cannot be read tickets are made without.
func TestConfigurationFails(t *testing.T) {
	for _, tt := range []struct {
		name     string
		fault    connectwisetest.Fault
		posts    int
		health   Health
		degraded string
	}{
		{"refused", connectwisetest.Fault{Method: "POST", Path: "/configurations", Kind: connectwisetest.StatusBefore}, 1, HealthFine, "is not attached to ticket"},
		{"not heard of", connectwisetest.Fault{Method: "POST", Path: "/configurations", Kind: connectwisetest.ResetAfter}, 1, HealthFine, "is not attached to ticket"},
		{"no right to read", connectwisetest.Fault{Method: "GET", Path: "company/configurations", Kind: connectwisetest.StatusBefore, Status: 403}, 0, HealthFine, ""},
		{"not read", connectwisetest.Fault{Method: "GET", Path: "company/configurations", Kind: connectwisetest.HTML}, 0, HealthAttention, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := newJob(t, nil)
			j.srv.AddConfiguration(connectwisetest.Configuration{Name: "SRV1", Company: connectwisetest.ByID(j.company)})
			list := ActiveAlerts("rmm", []Alert{on("a", reconcile.Device{Name: "SRV1"})})
			j.open().srv.Inject(tt.fault)
			r := j.sync(list)
			j.expect(r, "create a done")
			degraded := ""
			if err := r.Results[0].Degraded; err != nil {
				degraded = err.Error()
			}
			if r.Health() != tt.health || !strings.Contains(degraded, tt.degraded) || (degraded == "") != (tt.degraded == "") {
				t.Errorf("%s %v, degraded %q", r.Health(), r.Findings, degraded)
			}
			posts := j.srv.Count("POST", "/configurations")
			j.later(time.Hour)
			j.expect(j.sync(list))
			if posts += j.srv.Count("POST", "/configurations"); posts != tt.posts {
				t.Errorf("%d requests to attach, want %d", posts, tt.posts)
			}
		})
	}
}
