package monitor

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/reconcile"
)

// startCove starts a Cove with Birch Dental, its site Tampa and five devices,
// and returns a client that does not wait.
func startCove(t *testing.T, cfg covetest.Config) (*covetest.Server, *cove.Client) {
	t.Helper()
	cfg.Partner = covetest.Partner{ID: 345678, Name: "Acme MSP"}
	cfg.User = covetest.User{Name: "api@acme.example", Password: "secret"}
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return now }
	}
	srv := covetest.NewServer(cfg)
	birch := srv.AddPartner(covetest.Partner{ID: 400001, Name: "Birch Dental", ExternalCode: "CWM:250:BirchDental"})
	srv.AddPartner(covetest.Partner{ID: 400002, ParentID: birch, Name: "Tampa", Level: "Site"})

	fine := covetest.Source{Status: 5, LastSuccess: ago(time.Hour), ColorBar: "5555"}
	old := covetest.Source{Status: 5, LastSuccess: ago(13 * time.Hour), ColorBar: "5555"}
	bad := covetest.Source{Status: 2, Errors: 3, LastSuccess: ago(5 * day), ColorBar: "5552222"}
	system := covetest.Device{PartnerID: birch, Seen: now, Created: ago(100 * day), OSType: 2}
	add := func(id int64, computer string, change func(*covetest.Device)) {
		d := system
		d.ID, d.ComputerName = id, computer
		change(&d)
		srv.AddDevice(d)
	}
	add(1, "SRV-01", func(d *covetest.Device) {
		d.PartnerID, d.Sources = 400002, map[string]covetest.Source{"D01": bad, "D02": fine}
	})
	add(2, "SRV-02", func(d *covetest.Device) { d.Sources = map[string]covetest.Source{"D01": fine, "D10": fine} })
	add(3, "LAP-03", func(d *covetest.Device) { d.OSType, d.Sources = 1, map[string]covetest.Source{"D01": bad} })
	add(4, "", func(d *covetest.Device) {
		d.Name, d.AccountType, d.OSType = "birchdental.example", 2, 0
		d.Sources = map[string]covetest.Source{"D19": fine, "D20": fine, "D05": old, "D23": fine}
	})
	add(5, "SRV-05", func(d *covetest.Device) {
		d.Sources, d.Extra = map[string]covetest.Source{"D01": fine}, map[string]string{"TS": "yesterday"}
	})

	client, err := cove.NewClient(
		cove.Credentials{Partner: "Acme MSP", Username: "api@acme.example", Password: "secret"},
		cove.WithBaseURL(srv.URL), cove.WithHTTPClient(&http.Client{Transport: srv.Transport()}),
		cove.WithLimiter(rate.NewLimiter(rate.Inf, 0)), cove.WithRetry(cove.Retry{Attempts: 1}),
	)
	if err != nil {
		t.Fatal(err)
	}
	return srv, client
}

// states returns the outcomes of a fleet, by device.
func states(f *Fleet) map[int64]string {
	got := map[int64]string{}
	for _, v := range f.Verdicts {
		got[v.Device.ID] = v.Outcome.String() + " " + v.State
	}
	return got
}

func TestCollect(t *testing.T) {
	srv, client := startCove(t, covetest.Config{})
	f, err := Collect(t.Context(), client, DefaultRules(), now)
	if err != nil {
		t.Fatal(err)
	}
	want := map[int64]string{1: "problem D01:failed", 2: "healthy ", 3: "problem D01:failed", 4: "problem D05:stale", 5: "suppressed "}
	got := states(f)
	for id, state := range want {
		if got[id] != state {
			t.Errorf("device %d: %q, want %q", id, got[id], state)
		}
	}
	if len(got) != len(want) || f.Partial {
		t.Errorf("%d devices, partial %v", len(got), f.Partial)
	}
	if diff := cmp.Diff([]reconcile.Feed{{Name: Source, Kind: reconcile.Inventory, Everything: true}}, f.observation().Feeds); diff != "" {
		t.Errorf("feeds (-want +got):\n%s", diff)
	}
	if len(f.Customers) != 1 || f.Customers[0] != (reconcile.Customer{ID: "400001", Name: "Birch Dental", CompanyID: "250", CompanyIdentifier: "BirchDental"}) {
		t.Errorf("customers %+v: the site does not fold into its customer", f.Customers)
	}
	if len(f.Faults) != 1 || !strings.Contains(f.Faults[0].Error(), "TS") {
		t.Errorf("faults %v: the column that does not parse is not reported", f.Faults)
	}
	// Login, the partner, its subtree, one page of devices and two to see that it
	// was the last.
	if calls := srv.Calls(); calls > 6 {
		t.Errorf("%d calls", calls)
	}
}

// TestCollectFormats: the forms in which tenants answer make no difference.
func TestCollectFormats(t *testing.T) {
	_, plain := startCove(t, covetest.Config{})
	want, err := Collect(t.Context(), plain, DefaultRules(), now)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]covetest.Switches{
		"comma lists":    {ActiveSources: covetest.SourcesCommas},
		"mixed lists":    {ActiveSources: covetest.SourcesMixed},
		"arrays":         {ArrayValues: true},
		"zero success":   {NoSuccess: covetest.NoSuccessZero},
		"blank success":  {NoSuccess: covetest.NoSuccessBlank},
		"padded only":    {PaddedCodesOnly: true},
		"dying visas":    {SupersededVisaDies: true},
		"refused column": {UnknownColumnForbidden: true},
	} {
		_, client := startCove(t, covetest.Config{Switches: s})
		f, err := Collect(t.Context(), client, DefaultRules(), now)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for id, state := range states(want) {
			if got := states(f)[id]; got != state {
				t.Errorf("%s: device %d is %q, want %q", name, id, got, state)
			}
		}
	}
}

// TestCollectFails: an unreadable answer is an error, never an empty fleet.
func TestCollectFails(t *testing.T) {
	for _, method := range []string{"Login", "EnumeratePartners", "EnumerateAccountStatistics"} {
		for _, kind := range []covetest.FaultKind{covetest.HTML, covetest.Garbage, covetest.Truncate, covetest.StatusBefore, covetest.ResetAfter} {
			srv, client := startCove(t, covetest.Config{})
			srv.Inject(covetest.Fault{Method: method, Kind: kind, Times: -1})
			if f, err := Collect(t.Context(), client, DefaultRules(), now); err == nil {
				t.Errorf("%s, fault %d: a fleet of %d and no error", method, kind, len(f.Verdicts))
			}
		}
	}
	_, client := startCove(t, covetest.Config{})
	r := DefaultRules()
	r.Server.Stale = 0
	if _, err := Collect(t.Context(), client, r, now); err == nil || !strings.Contains(err.Error(), "server.stale") {
		t.Errorf("wrong rules: %v", err)
	}
}

// TestCollectPartial: when the second page is lost the first one counts, and
// the fleet says that it is incomplete.
func TestCollectPartial(t *testing.T) {
	const page = 5000
	srv, client := startCove(t, covetest.Config{})
	for id := range int64(page) {
		srv.AddDevice(covetest.Device{ID: 1000 + id, PartnerID: 400001, Name: fmt.Sprint("more-", id)})
	}
	srv.Inject(covetest.Fault{Method: "EnumerateAccountStatistics", Kind: covetest.StatusBefore, Skip: 1, Times: -1})
	f, err := Collect(t.Context(), client, DefaultRules(), now)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Verdicts) != page || !f.Partial || !errors.Is(errors.Join(f.Faults...), cove.ErrServer) {
		t.Errorf("%d devices, partial %v, faults %v", len(f.Verdicts), f.Partial, f.Faults)
	}
	if o := f.observation(); o.Feeds[0].Kind != reconcile.Events || len(o.Issues) != 3 {
		t.Errorf("what was not read counts as gone: feeds %+v, %d issues", o.Feeds, len(o.Issues))
	}
}

// M8: a custom column of the tenant says how a device is judged. The column is
// read because a rule needs it.
func TestOverrideByCustomColumn(t *testing.T) {
	srv, client := startCove(t, covetest.Config{})
	srv.EditDevice(2, func(d *covetest.Device) { d.Custom = map[int64]string{2048: "Do not monitor"} })
	rules := DefaultRules()
	rules.Overrides = []Override{{Column: "AA2048", Value: "do not*", Exclude: true}}
	f, err := Collect(t.Context(), client, rules, now)
	if err != nil {
		t.Fatal(err)
	}
	got := states(f)
	if got[2] != "suppressed " || got[1] != "problem D01:failed" {
		t.Errorf("device 2 is marked in the column and device 1 is not: %v", got)
	}
	rules.Overrides = []Override{{Column: "AA2048", Exclude: true}}
	if err := rules.Validate(); err == nil || !strings.Contains(err.Error(), "overrides[0].column") {
		t.Errorf("a column without a value: %v", err)
	}
}
