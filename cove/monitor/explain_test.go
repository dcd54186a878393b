package monitor

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/covedesk/covedesk/cove"
)

func TestExplain(t *testing.T) {
	running := server()
	running.ID, running.SystemState.Status, running.SystemState.LastCompletedStatus = 12, cove.StatusInProcess, cove.StatusInterrupted
	offline := server()
	offline.ID, offline.Seen = 13, ago(9*day)
	unread := server()
	unread.ID, unread.Malformed = 14, []cove.ColumnError{{AccountID: 14, Column: "D01F00", Value: "often"}}
	devices := []*cove.Device{brokenServer(), running, offline, unread, tenant()}
	r := eastern()
	r.Sources = map[cove.DataSource]time.Duration{cove.SourceM365Teams: 2 * time.Hour}
	f := Judge(devices, birchTree(), r, now)
	text := ""
	for _, d := range devices {
		e, ok := f.Explain(d.ID)
		if !ok {
			t.Fatalf("device %d is not explained", d.ID)
		}
		v, _ := f.Verdict(d.ID)
		if e.Outcome != v.Outcome.String() || e.State != v.State || e.Reason != v.Reason {
			t.Errorf("device %d: explained as %s %q %q, judged %v %q %q", d.ID, e.Outcome, e.State, e.Reason, v.Outcome, v.State, v.Reason)
		}
		text += e.String() + "\n"
	}
	golden(t, "explain", text)
	e, _ := f.Explain(2345678)
	data, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "explain-json", string(data)+"\n")
	if _, ok := f.Explain(99); ok {
		t.Error("a device that is not there is explained")
	}
}

// TestExplainAge: the explanation shows the age that counts; for a laptop it
// ends with the last contact.
func TestExplainAge(t *testing.T) {
	d := workstation()
	d.Seen, d.FilesAndFolders.LastSuccess = ago(5*day), ago(12*day)
	f := Judge([]*cove.Device{d}, birchTree(), DefaultRules(), now)
	e, _ := f.Explain(d.ID)
	if got := e.Sources[0].Age; got != "7 days at the last contact" {
		t.Errorf("%q", got)
	}
}
