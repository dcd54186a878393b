package monitor_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/reconcile"
)

// at is the time of the examples.
var at = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

// failing is a server whose files have failed since Wednesday.
func failing() *cove.Device {
	good := cove.SourceStats{Status: cove.StatusCompleted, LastSuccess: at.Add(-time.Hour)}
	return &cove.Device{
		ID: 2345678, PartnerID: 400001, ComputerName: "SRV-FS01", Customer: "Birch Dental",
		OSType: cove.OSServer, AccountType: cove.AccountBackupManager, Seen: at.Add(-10 * time.Minute),
		Sources:         cove.DataSourcesOf(cove.SourceFilesAndFolders, cove.SourceSystemState),
		FilesAndFolders: cove.SourceStats{Status: cove.StatusFailed, Errors: 15, LastSuccess: at.AddDate(0, 0, -5)},
		SystemState:     good,
		Total:           good,
	}
}

func ExampleCheck() {
	rules := monitor.DefaultRules()
	v := monitor.Check(failing(), monitor.Customer{ID: 400001, Name: "Birch Dental"}, &rules, at)
	fmt.Println(v.Outcome, v.Severity)
	fmt.Println(v.Summary)
	fmt.Println(v.State)
	// Output:
	// problem low
	// COVE SVR SRV-FS01 #2345678 - Files failed
	// D01:failed
}

func ExampleCollect() {
	srv := covetest.Start(covetest.Config{
		Partner: covetest.Partner{Name: "Acme MSP"}, User: covetest.User{Name: "api", Password: "secret"},
		Now: func() time.Time { return at },
	})
	defer srv.Close()
	customer := srv.AddPartner(covetest.Partner{Name: "Birch Dental"})
	srv.AddDevice(covetest.Device{
		ID: 2345678, PartnerID: customer, ComputerName: "SRV-FS01", OSType: 2, Seen: at, Created: at.AddDate(-1, 0, 0),
		Sources: map[string]covetest.Source{
			"D01": {Status: 2, LastSuccess: at.AddDate(0, 0, -5)},
			"D02": {Status: 5, LastSuccess: at.Add(-time.Hour)},
		},
	})

	client, err := cove.NewClient(cove.Credentials{Partner: "Acme MSP", Username: "api", Password: "secret"}, cove.WithBaseURL(srv.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	fleet, err := monitor.Collect(context.Background(), client, monitor.DefaultRules(), at)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range fleet.Verdicts {
		fmt.Println(v.Outcome, v.Summary)
	}
	// Output:
	// problem COVE SVR SRV-FS01 #2345678 - Files failed
}

func ExampleLoadRules() {
	rules, err := monitor.LoadRules(strings.NewReader(`{
		"preset": "script-v10.4",
		"server": {"stale": "20h", "failures": 2},
		"sources": {"D10": "2h"},
		"overrides": [{"name": "KIOSK-*", "class": "documents"}],
		"ignore": [{"source": "D01", "text": "*.pst"}],
		"zone": "UTC"
	}`))
	fmt.Println(rules.Server.Stale, rules.Documents.Stale, err)

	_, err = monitor.LoadRules(strings.NewReader(`{"server": {"stail": "20h"}}`))
	fmt.Println(err)
	// Output:
	// 20h0m0s 336h0m0s <nil>
	// monitor: rules: server.stail: is not known; the nearest are "stale", "storage", "off"
}

func ExampleFleet_Explain() {
	fleet := monitor.Judge([]*cove.Device{failing()}, nil, monitor.DefaultRules(), at)
	why, _ := fleet.Explain(2345678)
	fmt.Println("class", why.Class, "because", why.Why)
	for _, s := range why.Sources {
		fmt.Println(s.Name, s.Condition, "by", s.Judged, "under", s.Rule)
	}
	// Output:
	// class server because OT is Server
	// Files failed by 2 Failed under server.stale: good backup at most 26 h old
	// System State good by 5 Completed under server.stale: good backup at most 26 h old
}

func ExampleAdopt() {
	key, verbatim, ok := monitor.Adopt("COVE WKS LAP-07 #3790001 - FS/SS Stale (4d 2h)")
	fmt.Println(key, verbatim, ok)
	// Output: cove/3790001 true true
}

func ExampleRules_Validate() {
	rules := monitor.DefaultRules()
	rules.Server.Stale = 0
	rules.SeverityAges.High = time.Hour
	fmt.Println(rules.Validate())
	// Output:
	// monitor: rules: server.stale: must be above zero
	// severityAges.high: must be above the age before it, or 0 for never
}

func ExampleFleet_Compose() {
	fleet := monitor.Judge([]*cove.Device{failing()}, nil, monitor.DefaultRules(), at)
	key := reconcile.Key{Feed: monitor.Source, Subject: "2345678"}
	text, err := fleet.Compose(context.Background(), reconcile.Action{Kind: reconcile.Update, Key: key, Issue: &reconcile.Issue{Key: key}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(text.Internal)
	// Output:
	// NO GOOD FILES BACKUP SINCE Wed 18 Nov 12:00 (UTC). System State backup is good (Mon 23 Nov 11:00).
	// First step: read the errors of the last session in the Cove console.
	// 5 days without a good Files backup. Device online (contact Mon 23 Nov 11:50).
	// Files: last session failed, 15 errors.
}
