package reconcile_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// goldenScene has an action of nearly every kind.
func goldenScene() scene {
	s := scene{observe(), boardOf(), reconcile.DefaultPolicy()}
	name := func(is *reconcile.Issue) { is.GroupName, is.Detail = "Birch Dental", "Access is denied." }
	changed := issue("changed", name, func(is *reconcile.Issue) {
		is.Severity = reconcile.SeverityHigh
		is.Summary = "COVE SVR SRV-FS01 #changed - Files and Folders and System State failed: access is denied, storage out of sync"
	})
	s.obs.Issues = []reconcile.Issue{
		issue("new", name), changed, issue("same", name), issue("again", name),
		issue("unmatched", name, func(is *reconcile.Issue) {
			is.Company, is.CompanyReason = "", "Birch Dental is not matched with a company: two have this name (Birch Dental, Birch Dental LLC)."
		}),
		issue("claimed", name),
	}
	s.obs.Healthy = []reconcile.Healthy{{Key: key("healthy"), Group: "c1", Since: now.Add(-2 * time.Hour)}, {Key: key("working"), Group: "c1"}}
	s.obs.Parked = []reconcile.Parked{{Key: key("parked"), Group: "c1", Reason: "The first backup\nis running."}}
	s.board.Tickets = []reconcile.Ticket{
		ticketFor(1, issue("changed")), ticketFor(2, issue("same")), ticketFor(3, issue("again"), closed(3*time.Hour, true)),
		ticketFor(4, issue("claimed"), func(tk *reconcile.Ticket) { tk.Claim, tk.Summary = true, "Cove: backup failed" }),
		ticketFor(5, issue("healthy")), ticketFor(6, issue("working"), stage(reconcile.StageWorking)),
		ticketFor(7, issue("absent")), ticketFor(8, issue("copied"), func(tk *reconcile.Ticket) { tk.ByUs = false }),
	}
	return s
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestGoldenPlan(t *testing.T) {
	plan := goldenScene().plan(t)
	data, err := json.MarshalIndent(plan, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "plan.json", string(data)+"\n")
	golden(t, "plan.txt", plan.Text())
	var narrow strings.Builder
	if err := plan.WriteTable(&narrow, 1); err != nil {
		t.Fatal(err)
	}
	golden(t, "plan-narrow.txt", narrow.String())
}

// A plan written by an earlier release reads the same for ever.
func TestGoldenPlanIsRead(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "plan.json"))
	if err != nil {
		t.Fatal(err)
	}
	var read reconcile.Plan
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(goldenScene().plan(t), read); diff != "" {
		t.Error(diff)
	}
}
