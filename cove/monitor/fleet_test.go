package monitor

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

// TestSitesFold: the devices of a site belong to its end customer, whose
// reference counts.
func TestSitesFold(t *testing.T) {
	atSite, atCustomer, atReseller, elsewhere := server(), server(), server(), server()
	atSite.ID, atSite.PartnerID, atSite.Customer = 1, 400002, "Tampa"
	atCustomer.ID = 2
	atReseller.ID, atReseller.PartnerID = 3, 345678
	elsewhere.ID, elsewhere.PartnerID, elsewhere.Customer, elsewhere.Reference = 4, 9, "Nobody", "CWM:9:Nobody"
	f := Judge([]*cove.Device{elsewhere, atReseller, atCustomer, atSite}, birchTree(), DefaultRules(), now)
	want := []reconcile.Customer{
		{ID: "9", Name: "Nobody", CompanyID: "9", CompanyIdentifier: "Nobody"},
		{ID: "345678", Name: "Acme MSP"},
		{ID: "400001", Name: "Birch Dental", CompanyID: "250", CompanyIdentifier: "BirchDental"},
	}
	if diff := cmp.Diff(want, f.Customers); diff != "" {
		t.Errorf("customers (-want +got):\n%s", diff)
	}
	v, ok := f.Verdict(1)
	if !ok || v.CustomerID() != "400001" || v.Customer.Site != "Tampa" {
		t.Errorf("device of a site: group %s, site %q", v.CustomerID(), v.Customer.Site)
	}
	if _, ok := f.Verdict(5); ok {
		t.Error("a device that is not there was found")
	}
}

func TestObservation(t *testing.T) {
	bad, fine, lost, unread := failingServer(), server(), workstation(), documents()
	unmatched := failingServer()
	fine.ID = 11
	lost.Seen = ago(40 * day)
	unread.Malformed = []cove.ColumnError{{AccountID: unread.ID, Column: "TS", Value: "yesterday"}}
	unmatched.ID, unmatched.PartnerID, unmatched.Customer = 12, 9, "Nobody"
	f := Judge([]*cove.Device{bad, fine, lost, unread, unmatched}, birchTree(), DefaultRules(), now)
	got := f.observation()
	for i := range got.Issues {
		if !strings.HasPrefix(got.Issues[i].Detail, "NO GOOD FILES BACKUP SINCE") {
			t.Errorf("detail %q", got.Issues[i].Detail)
		}
		got.Issues[i].Detail = ""
	}
	key := func(id string) reconcile.Key { return reconcile.Key{Feed: "cove", Subject: id} }
	issue := reconcile.Issue{
		Key: key("2345678"), Customer: "400001", CustomerName: "Birch Dental", Kind: "failed", Class: "server", Severity: reconcile.SeverityLow,
		Summary: "COVE SVR SRV-FS01 #2345678 - Files failed", State: "D01:failed", Since: ago(5 * day),
	}
	held := issue
	held.Key, held.Customer, held.CustomerName, held.Summary = key("12"), "9", "Nobody", "COVE SVR SRV-FS01 #12 - Files failed"
	want := reconcile.Observation{
		At: now, Feeds: []reconcile.Feed{{Name: "cove", Kind: reconcile.Inventory, Everything: true}},
		Issues:  []reconcile.Issue{held, issue},
		Healthy: []reconcile.Healthy{{Key: key("11"), Customer: "400001", Since: fine.FilesAndFolders.LastSuccess}},
		Suppressed: []reconcile.Suppressed{
			{Key: key("3785154"), Customer: "400001", Reason: "columns that could not be read: TS"},
			{Key: key("3790001"), Customer: "400001", Reason: "offline: no contact for longer than 30 days", State: "offline"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("observation (-want +got):\n%s", diff)
	}
	if len(f.Faults) != 1 || !strings.Contains(f.Faults[0].Error(), "3785154") {
		t.Errorf("the unreadable column is not reported: %v", f.Faults)
	}
}

// TestEveryDeviceIsAccountedFor: whatever the columns say, a device is in
// exactly one of the three lists, and a suppressed one has a reason.
func TestEveryDeviceIsAccountedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var devices []*cove.Device
		for i := range rapid.IntRange(0, 8).Draw(t, "devices") {
			d := anyDevice(t)
			d.ID = int64(i + 1)
			devices = append(devices, d)
		}
		f := Judge(devices, nil, DefaultRules(), now)
		o := f.observation()
		seen := map[reconcile.Key]bool{}
		for _, issue := range o.Issues {
			seen[issue.Key] = true
			if issue.State == "" || issue.Summary == "" || issue.Severity == reconcile.SeverityNone {
				t.Fatalf("incomplete issue %+v", issue)
			}
		}
		for _, h := range o.Healthy {
			seen[h.Key] = true
			if h.Since.IsZero() || h.Since.After(now.Add(clockSkew)) {
				t.Fatalf("healthy since %v", h.Since)
			}
		}
		for _, p := range o.Suppressed {
			seen[p.Key] = true
			if p.Reason == "" {
				t.Fatalf("suppressed without a reason: %+v", p)
			}
		}
		if n := len(o.Issues) + len(o.Healthy) + len(o.Suppressed); n != len(devices) || len(seen) != n {
			t.Fatalf("%d devices, %d in the observation, %d of them distinct", len(devices), n, len(seen))
		}
	})
}

// TestHealthyIsProven: N4. A device is healthy, so that its ticket may be
// closed, only if every active source completed its last session well and has a
// backup that is recent enough and not older than Since.
func TestHealthyIsProven(t *testing.T) {
	r := DefaultRules()
	rapid.Check(t, func(t *rapid.T) {
		d := anyDevice(t)
		if rapid.Bool().Draw(t, "mostly well") {
			d.Sources, d.Seen = cove.DataSourcesOf(cove.SourceFilesAndFolders, cove.SourceSystemState), now
		}
		v := check(d)
		if v.Outcome != Healthy {
			return
		}
		for s := range d.Sources.All() {
			st, ok := d.Source(s)
			if !ok || s == cove.SourceTotal {
				continue
			}
			status := st.Status
			if status.Running() {
				status = st.LastCompletedStatus
			}
			if status != cove.StatusCompleted || now.Sub(st.LastSuccess) > r.limit(s, r.Class(v.Class)) || st.LastSuccess.Before(v.Since) {
				t.Fatalf("%v %+v", s, st)
			}
		}
	})
}

// TestSiteState: a site whose contract ends is suppressed although its
// customer's goes on.
func TestSiteState(t *testing.T) {
	tree := cove.NewTree([]cove.Partner{
		{ID: 400001, Name: "Birch Dental", Level: cove.LevelEndCustomer, State: cove.StateInProduction},
		{ID: 400002, ParentID: 400001, Name: "Tampa", Level: cove.LevelSite, State: "TrialExpired"},
	})
	leaving, staying := failingServer(), failingServer()
	leaving.ID, leaving.PartnerID = 1, 400002
	f := Judge([]*cove.Device{leaving, staying}, tree, DefaultRules(), now)
	if got := states(f); got[1] != "suppressed " || got[staying.ID] != "problem D01:failed" {
		t.Errorf("%v", got)
	}
	tree = cove.NewTree([]cove.Partner{
		{ID: 400001, Name: "Birch Dental", Level: cove.LevelEndCustomer, State: cove.StateInTrial},
		{ID: 400002, ParentID: 400001, Name: "Tampa", Level: cove.LevelSite, State: cove.StateInProduction},
	})
	if got := states(Judge([]*cove.Device{leaving}, tree, DefaultRules(), now)); got[1] != "suppressed " {
		t.Errorf("a site of a customer on trial: %v", got)
	}
}

// TestOtherSource: the key of another feed is never a device of ours.
func TestOtherSource(t *testing.T) {
	d := failingServer()
	f := fleetOf(d)
	a := reconcile.Action{Kind: reconcile.Create, Key: reconcile.Key{Feed: "rmm", Subject: "2345678"}, Issue: &reconcile.Issue{Detail: "a printer"}}
	if text, err := f.Compose(t.Context(), a); err != nil || !strings.Contains(text.Internal, "What is wrong: a printer") {
		t.Errorf("%q, %v", text.Internal, err)
	}
}
