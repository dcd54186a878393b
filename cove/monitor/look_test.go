package monitor

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/reconcile"
)

// The older tool's own summaries are told apart from ours and from a person's
// (O16).
func TestAdopt(t *testing.T) {
	for _, tt := range []struct {
		summary      string
		subject      string
		verbatim, ok bool
	}{
		{"COVE SVR OB-SRV #3785192 - FS Stale (1d 18h)", "3785192", true, true},
		{"COVE WKS DRAWER20-LT #3785160 - FS/SS Stale (20d 18h)", "3785160", true, true},
		{"COVE 365  #3785170 - MULTI(3) Failed - AADSTS65001: The user or administrator has not consented", "3785170", true, true},
		{"COVE SVR SRV-01 #2345678 - FS Failed - Access is denied - File: D:\\Shares\\q3.xlsx", "2345678", true, true},
		{"COVE 365  #5131534 - EX/OD Failed(62)", "5131534", true, true},
		{"Cove: [Server] NAME (ID: 3785192) - Critical - Backup failed", "3785192", true, true},
		{"COVE SVR SRV-FS01 #2345678 - Files failed: access denied", "2345678", false, true}, // ours
		{"COVE SVR OB-SRV #3785192 - waits for a disk", "3785192", false, true},              // a person's
		{"COVE SVR OB-SRV - FS Stale (1d 18h)", "", false, false},
		{"printer is out of paper", "", false, false},
	} {
		key, verbatim, ok := Adopt(tt.summary)
		if key.Subject != tt.subject || verbatim != tt.verbatim || ok != tt.ok {
			t.Errorf("%q: %v verbatim %v, %v", tt.summary, key, verbatim, ok)
		}
	}
}

// None of our own summaries is taken for the older tool's.
func TestOurSummariesAreNotTheOlderTools(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := check(anyDevice(t))
		if v.Outcome != Problem {
			return
		}
		if key, verbatim, ok := Adopt(v.Summary); verbatim || !ok || key != v.Key() {
			t.Errorf("%q: %v, verbatim %v, recognised %v", v.Summary, key, verbatim, ok)
		}
	})
}

func TestLook(t *testing.T) {
	srv, client := startCove(t, covetest.Config{})
	m := New(client, DefaultRules())
	s, err := m.Look(t.Context(), reconcile.Request{At: now})
	if err != nil {
		t.Fatal(err)
	}
	if !s.Whole || len(s.Devices) != 5 || len(s.Issues) != 3 || s.Compose == nil || s.Adopt == nil || len(s.Unread) != 0 || m.Name() != Source {
		t.Errorf("%+v", s)
	}
	for _, issue := range s.Issues {
		if issue.Company != "" || issue.CompanyReason != "" {
			t.Errorf("a company that nobody has looked for: %+v", issue)
		}
	}
	for _, d := range s.Devices {
		if d.Identifier != "cove-"+d.Key.Subject || d.Customer == "" {
			t.Errorf("%+v", d)
		}
	}
	// A customer without a device is known too, so that nobody else gets its
	// company.
	ids := map[string]bool{}
	for _, c := range s.Customers {
		ids[c.ID] = true
	}
	if !ids["400001"] || len(ids) != len(s.Customers) {
		t.Errorf("customers %+v", s.Customers)
	}

	rules := DefaultRules()
	rules.PartnerID = 400001
	if s, err = New(client, rules).Look(t.Context(), reconcile.Request{At: now}); err != nil || s.Whole || s.Feeds[0].Everything {
		t.Errorf("a part of the tenant passes for the whole: %+v, %v", s, err)
	}
	srv.Inject(covetest.Fault{Method: "EnumerateAccountStatistics", Kind: covetest.HTML, Skip: 0, Times: -1})
	if s, err = m.Look(t.Context(), reconcile.Request{At: now}); err == nil {
		t.Errorf("an unreadable fleet is not a fleet: %+v", s)
	}
}
