package setup

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/alerts"
)

// What other integrations can set on a ticket stands in the file.
const otherIntegrations = `{
  "zone": "America/New_York",
  "desk": {
    "board": "Alerts", "closedStatus": ">Closed",
    "title": "[RMM] {{.Issue.Labels.AlertName}}",
    "description": "We look into {{.Issue.Labels.AlertName}}.",
    "internal": "Who: {{.Issue.Labels.Who}}\nWhere: {{.Issue.Labels.Where}}\n{{.Issue.Detail}}",
    "discussion": true,
    "priorities": {"*": {"default": {"impact": "Medium", "severity": "Medium"}, "critical": {"priority": "Priority 1 - Critical", "impact": "High", "severity": "High"}}},
    "fields": {
      "team": "Backup Team", "type": "Backup", "source": 2, "budgetHours": 1.5,
      "estimatedStartDate": "{{day .Issue.Since}}", "poNumber": "{{.Issue.Labels.AlertName}}/{{.Key.Subject}}", "customFields/Plan": "{{.Issue.Labels.Plan}}", "requiredDate": "{{.Issue.Labels.none}}", "customFields/Watched": true
    }
  }
}`

func alertOf(b *bench, severity reconcile.Severity, key string) desk.Alert {
	return desk.Alert{
		Key: key, Company: "ACME", Severity: severity, Summary: key + " is down", Text: "It does not answer.", Since: b.now.Add(-2 * time.Hour),
		Labels: map[string]string{"AlertName": "Logon failed", "Who": "jdoe", "Where": "dc01", "Plan": "Gold"},
	}
}

func TestOtherIntegrations(t *testing.T) {
	b := msp(t)
	b.srv.AddCustomField(connectwisetest.CustomField{Entity: "Ticket", Caption: "Plan"})
	b.srv.AddCustomField(connectwisetest.CustomField{Entity: "Ticket", Caption: "Watched", Type: "Checkbox"})
	f, err := Parse([]byte(otherIntegrations))
	must(t, err)
	b.config = f.Config("rmm")
	b.config.Now = func() time.Time { return b.now }
	b.open()
	b.now = time.Date(2026, 11, 22, 6, 30, 0, 0, time.UTC) // two hours before it is still the 21st in New York
	report, err := b.desk.Sync(t.Context(), f.Monitor(desk.ActiveAlerts("rmm", []desk.Alert{alertOf(b, reconcile.SeverityCritical, "a"), alertOf(b, reconcile.SeverityLow, "b")})))
	must(t, err)
	if report.Count(reconcile.Create, desk.Done) != 2 {
		t.Fatalf("%+v", report.Results)
	}
	for _, made := range b.srv.Tickets() {
		got, err := b.client.Service.Tickets.Get(t.Context(), made.ID)
		must(t, err)
		subject, priority, level := "a", "Priority 1 - Critical", "High"
		if strings.HasSuffix(got.PONumber, "/b") {
			subject, priority, level = "b", "Priority 3 - Normal", "Medium"
		}
		notes := ""
		for _, n := range b.srv.Notes(made.ID) {
			notes += n.Text + "|"
		}
		want := []string{"[RMM] Logon failed", "Alerts", priority, level, level, "Backup Team", "Backup", "Email Connector", "1.5", "2026-11-21", "Logon failed/" + subject, "Gold", "true"}
		have := []string{got.Summary, got.Board.Name, got.Priority.Name, got.Impact, got.Severity, got.Team.Name, got.Type.Name, got.Source.Name, string(got.BudgetHours), got.EstimatedStartDate.Format(time.DateOnly), got.PONumber}
		for _, c := range got.CustomFields {
			have = append(have, c.Text())
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Error(diff)
		}
		if !strings.Contains(notes, "We look into Logon failed.") || !strings.Contains(notes, "Who: jdoe\nWhere: dc01\nIt does not answer.") {
			t.Errorf("notes %q", notes)
		}
	}
	// The title is the ticket's own from then on: the next run has nothing to write.
	b.now = b.now.Add(25 * time.Hour)
	b.srv.ResetRequests()
	_, err = b.desk.Sync(t.Context(), f.Monitor(desk.ActiveAlerts("rmm", []desk.Alert{alertOf(b, reconcile.SeverityCritical, "a"), alertOf(b, reconcile.SeverityLow, "b")})))
	must(t, err)
	if w := b.writes(); len(w) != 0 {
		t.Errorf("writes %q", w)
	}
}

// A storm's ticket has the storm's text, an update the monitor's, and what cannot be
// seen stays so.
func TestMonitorLeaves(t *testing.T) {
	f, err := Parse([]byte(`{"desk": {"internal": "ours", "title": "{{.Issue.Labels.none}}"}}`))
	must(t, err)
	issue := reconcile.Issue{Key: reconcile.Key{Feed: "x", Subject: "1"}, Summary: "one"}
	issues := []reconcile.Issue{issue}
	failed := errors.New("composer")
	m := f.Monitor(desk.MonitorFunc("x", func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) {
		return &reconcile.Snapshot{
			Observation: reconcile.Observation{Issues: issues},
			Compose: func(context.Context, reconcile.Action) (reconcile.Text, error) {
				return reconcile.Text{Internal: "theirs", Discussion: "theirs"}, failed
			},
		}, nil
	}))
	s, err := m.Look(t.Context(), reconcile.Request{})
	must(t, err)
	if s.Issues[0].Summary != "one" || m.Name() != "x" {
		t.Errorf("%+v", s.Issues)
	}
	for _, tt := range []struct {
		a    reconcile.Action
		want string
	}{
		{reconcile.Action{Kind: reconcile.Create, Key: issue.Key, Issue: &issue}, "ours"},
		{reconcile.Action{Kind: reconcile.Update, Key: issue.Key, Issue: &issue}, "theirs"},
		{reconcile.Action{Kind: reconcile.Create, Key: reconcile.Key{Feed: "x", Subject: "storm"}, Issue: &issue}, "theirs"},
	} {
		if got, err := s.Compose(t.Context(), tt.a); got.Internal != tt.want || got.Discussion != "theirs" || !errors.Is(err, failed) {
			t.Errorf("%s %s: %+v, %v", tt.a.Kind, tt.a.Key, got, err)
		}
	}
	blind := f.Monitor(desk.MonitorFunc("x", func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) { return nil, failed }))
	if s, err := blind.Look(t.Context(), reconcile.Request{}); s != nil || !errors.Is(err, failed) {
		t.Errorf("%v, %v", s, err)
	}
	events := desk.Events("x", alerts.DefaultRules("x"))
	if w, ok := f.Monitor(events).(interface{ Unwrap() desk.Monitor }); !ok || w.Unwrap() != events {
		t.Error("what the monitor can do beyond looking is lost")
	}
	plain, err := Parse([]byte(`{}`))
	must(t, err)
	if list := desk.ActiveAlerts("x", nil); plain.Monitor(list) != desk.Monitor(list) {
		t.Error("a file without texts changes the monitor")
	}
}

// A template that cannot be, or that never ends, is found when the file is read.
func TestW19Templates(t *testing.T) {
	for wrong, want := range map[string]string{
		"{{range 100000000000000}}{{end}}": "",
		"{{.Issue.Nme}}":                   "Nme",
		"{{.Issue.Summary":                 "unclosed action",
		`{{define "x"}}{{template "x"}}{{end}}{{template "x"}}`: "",
	} {
		for _, member := range []string{"title", "description", "internal"} {
			f, err := Parse([]byte(`{}`))
			must(t, err)
			if err := f.Set(wrong, "desk", member); err == nil || !strings.HasPrefix(err.Error(), "desk."+member+": ") || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", wrong, err)
			}
		}
	}
}
