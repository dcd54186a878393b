package monitor

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

func TestExport(t *testing.T) {
	evil := tenant()
	evil.Name, evil.M365Exchange.Status = `=HYPERLINK("http://x","y"), "z"`, cove.StatusFailed
	lost := workstation()
	lost.Seen = ago(40 * day)
	never := server()
	never.ID, never.Created = 9000001, ago(9*day)
	never.FilesAndFolders, never.SystemState, never.Total = cove.SourceStats{}, cove.SourceStats{}, cove.SourceStats{}
	f := Judge([]*cove.Device{brokenServer(), evil, lost, never, documents()}, birchTree(), eastern(), now)
	actions := []ActionRow{
		{Action: action(f, brokenServer(), reconcile.Create, func(a *reconcile.Action) {
			a.Summary, a.Issue.Severity, a.Code = a.Issue.Summary, reconcile.SeverityLow, reconcile.CodeNew
		}), Ticket: 70001, Company: "Birch Dental"},
		{Action: reconcile.Action{Kind: reconcile.Close, KeyID: "nobody", Ticket: 70002, Summary: "COVE WKS X #9 - Files failed", Code: reconcile.CodeGone, Recovery: reconcile.RecoveryClose}},
	}
	var issues, done, lines bytes.Buffer
	if err := errors.Join(f.WriteDevices(&issues), f.WriteActions(&done, actions)); err != nil {
		t.Fatal(err)
	}
	golden(t, "actions-csv", done.String())
	golden(t, "devices-csv", issues.String())
	for _, text := range []string{issues.String(), done.String()} {
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Error(err)
		}
		for _, cell := range slices.Concat(rows...) {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a formula: %q", cell)
			}
		}
	}
	out := json.NewEncoder(&lines)
	out.SetEscapeHTML(false)
	for _, row := range f.Devices() {
		if err := out.Encode(row); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "devices-jsonl", lines.String())
	if err := f.WriteDevices(failingWriter{}); err == nil {
		t.Error("the error of the writer is lost")
	}
	if got := DevicesName(now); got != "2026-11-23_12-00-00_CoveMonitoring_covedesk.csv" {
		t.Error(got)
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }
