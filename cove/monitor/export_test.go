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
	for _, format := range []Format{CSV, JSONLines} {
		var issues, done bytes.Buffer
		if err := errors.Join(f.WriteDevices(&issues, format), f.WriteActions(&done, format, actions)); err != nil {
			t.Fatal(err)
		}
		golden(t, "actions-"+string(format), done.String())
		golden(t, "devices-"+string(format), issues.String())
		for _, text := range []string{issues.String(), done.String()} {
			switch format {
			case CSV:
				rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
				if err != nil {
					t.Error(err)
				}
				for _, cell := range slices.Concat(rows...) {
					if strings.HasPrefix(cell, "=") {
						t.Errorf("a formula: %q", cell)
					}
				}
			case JSONLines:
				for line := range strings.Lines(text) {
					var member map[string]any
					if err := json.Unmarshal([]byte(line), &member); err != nil {
						t.Errorf("%v: %s", err, line)
					}
				}
			}
		}
	}
	if err := f.WriteDevices(new(bytes.Buffer), "xml"); err == nil {
		t.Error("xml is not a format")
	}
	if err := f.WriteDevices(failingWriter{}, CSV); err == nil {
		t.Error("the error of the writer is lost")
	}
	if err := f.WriteDevices(failingWriter{}, JSONLines); err == nil {
		t.Error("the error of the writer is lost")
	}
	if got := DevicesName(now, CSV); got != "2026-11-23_12-00-00_CoveMonitoring_covedesk.csv" {
		t.Error(got)
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }
