package monitor

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/cove"
)

// TestCompare reads the two lists as Windows PowerShell writes them. For every
// device in only one list it says why the other list lacks it.
func TestCompare(t *testing.T) {
	failed, silent, missed, fine, drawer, sql := failingServer(), server(), server(), server(), workstation(), server()
	silent.ID, silent.Seen = 2, ago(40*day)
	missed.ID, missed.FilesAndFolders.Status = 3, cove.StatusNotStarted
	fine.ID = 4
	drawer.ID, drawer.Seen = 5, ago(40*day)
	sql.ID, sql.Sources, sql.MSSQL = 6, cove.DataSourcesOf(cove.SourceMSSQL), failing(day)
	f := Judge([]*cove.Device{failed, silent, missed, fine, drawer, sql}, birchTree(), DefaultRules(), now)
	const issues = "#TYPE System.Management.Automation.PSCustomObject\r\n" +
		`"AccountID";"ComputerName";"EndCustomer";"IssueSeverity";"IssueDescription";"Extra"` + "\r\n" +
		`"2345678";"SRV-FS01";"Birch Dental";"Critical";"Backup failed - =cmd";"x"` + "\r\n" +
		`"4";"SRV-04";"Birch Dental";"Stale";"Stale backup";""` + "\r\n" +
		`"5";"LAP-05";"Birch Dental";"Stale";"Stale backup";""` + "\r\n" +
		`"9";"OLD";"Birch Dental (a@b.example)";"Warning";"completed with errors";""` + "\r\n" +
		`"6";"SQL";"Birch Dental";"Success";"Backup successful";""` + "\r\n"
	const actions = "Action,TicketID,TicketSummary\nCreated,70001,COVE SVR SRV-FS01 #2345678 - FS Failed - x\nFailed,N/A,COVE WKS LAP-05 #5 - FS Stale (1d)\nSkipped,1,printer\n"
	got, err := f.Compare(strings.NewReader(issues), strings.NewReader(actions))
	if err != nil {
		t.Fatal(err)
	}
	want := []Compared{
		{Device: 4, Name: "SRV-FS01", Customer: "Birch Dental", Theirs: "Stale: Stale backup", Why: "healthy here: the last session of every source is good, and none is older than the rules allow (26 h); a source that is backed up no more does not count"},
		{Device: 5, Name: "LAP-07", Customer: "Birch Dental", Theirs: "Stale: Stale backup", Action: "Failed", Why: "suppressed here: offline: no contact for longer than 30 days"},
		{Device: 9, Name: "OLD", Customer: "Birch Dental", Theirs: "Warning: completed with errors", Why: "this run did not meet the device: it was deleted, or moved out of what is watched"},
		{Device: 2, Name: "SRV-FS01", Customer: "Birch Dental", Ours: "critical: offline", Why: "the tool forgets devices that have been silent for 30 days"},
		{Device: 3, Name: "SRV-FS01", Customer: "Birch Dental", Ours: "low: Files missed", Why: "the tool takes a session that did not start (the machine was off or could not be reached) for no issue"},
		{Device: 6, Name: "SRV-FS01", Customer: "Birch Dental", Ours: "low: SQL failed", Why: "the tool never sees the source SQL"},
		{Device: 2345678, Name: "SRV-FS01", Customer: "Birch Dental", Ours: "low: Files failed", Theirs: "Critical: Backup failed - =cmd", Ticket: 70001, Action: "Created"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for text, want := range map[string]string{
		"":                     "is empty",
		"Device,Severity\n1,x": `"AccountID" is missing`,
		"AccountID\nseven":     "line 2: AccountID",
		"\xff\xfeA\x00":        "UTF-16",
	} {
		if _, err := f.Compare(strings.NewReader(text), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, err := f.Compare(strings.NewReader("AccountID\n"), strings.NewReader("x\n")); err == nil || !strings.Contains(err.Error(), "list of actions") {
		t.Error(err)
	}
}

// TestEveryConditionIsCompared: for each condition there is a decision why the
// tool's list may lack it.
func TestEveryConditionIsCompared(t *testing.T) {
	const hides, status, limit = "hides another one", "for no issue", "the tool has another limit"
	want := map[Condition]string{
		Untested: "does not look at it", OutOfSync: "does not look at it",
		Missed: status, OverQuota: status, NoSelection: status, Stale: limit, Never: limit,
		Errors: hides, Interrupted: hides, Failed: hides, Offline: hides,
	}
	for c := Good + 1; int(c) < len(conditions); c++ {
		d := server()
		f := Fleet{At: now, Verdicts: []Verdict{{Device: d, Outcome: Problem, Findings: []Finding{{Source: cove.SourceFilesAndFolders, Condition: c, LastGood: now}}}}}
		got := f.why(&Compared{Device: d.ID, Ours: "x"})
		if want[c] == "" || !strings.Contains(got, want[c]) {
			t.Errorf("%s: %q, want %q: is that why the tool does not list it? See why in compare.go", c, got, want[c])
		}
	}
}

// TestReadDevices: whatever the devices are called, what WriteDevices wrote can
// be read again.
func TestReadDevices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var devices []*cove.Device
		for i := range rapid.IntRange(0, 3).Draw(t, "devices") {
			d := anyDevice(t)
			d.ID = int64(i + 1)
			d.ComputerName = rapid.SampledFrom([]string{"=cmd|x", "x;=y", `a"b`, "a\nb", "-5", ""}).Draw(t, "computer")
			devices = append(devices, d)
		}
		f := Judge(devices, nil, DefaultRules(), now)
		for _, format := range []Format{CSV, JSONLines} {
			var first, second bytes.Buffer
			if err := f.WriteDevices(&first, format); err != nil {
				t.Fatal(err)
			}
			rows, err := ReadDevices(bytes.NewReader(first.Bytes()))
			if err != nil {
				t.Fatalf("%v in\n%s", err, first.String())
			}
			if err := writeTable(&second, format, rows); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(first.String(), second.String()); diff != "" {
				t.Fatalf("%s (-first +second):\n%s", format, diff)
			}
		}
	})
	rows, err := ReadDevices(strings.NewReader("accountid\tHoursSinceSuccess\tIsInProcess\tComputerName\n7\t1,5\tTrue\t'=x\n"))
	if err != nil || len(rows) != 1 || rows[0].AccountID != 7 || *rows[0].HoursSinceSuccess != 1.5 || !rows[0].IsInProcess || rows[0].ComputerName != "=x" {
		t.Errorf("%+v, %v", rows, err)
	}
	if _, err := ReadDevices(strings.NewReader("{\"AccountID\":1}\n{\"AccountID\":\"x\"}\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Error(err)
	}
}

// TestHistory: the worst session of each day over all sources, the newest day
// last, without a call.
func TestHistory(t *testing.T) {
	d := server()
	d.FilesAndFolders.ColorBar, d.SystemState.ColorBar = bar("55825"), bar("550210")
	f := Judge([]*cove.Device{d, workstation()}, birchTree(), eastern(), now)
	h := f.History()
	if len(h) != 2 || h[0].Device != d.ID || h[0].Customer != "Birch Dental" || h[0].Class != ClassServer || len(h[0].Sources) != 2 {
		t.Fatalf("%+v", h)
	}
	letters := ""
	for _, day := range h[0].Days {
		letters += day.Letter
	}
	if want := strings.Repeat(".", 22) + "OOOXXO"; letters != want {
		t.Errorf("%q, want %q", letters, want)
	}
	if got := h[0].Days[27].Date.Format("2006-01-02 15:04") + " " + h[0].Days[0].Date.Format("2006-01-02"); got != "2026-11-23 00:00 2026-10-27" {
		t.Error(got)
	}
}
