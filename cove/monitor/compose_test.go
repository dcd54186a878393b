package monitor

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares a text with testdata/<name>.txt.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// birchTree is a customer with one site.
func birchTree() *cove.Tree {
	return cove.NewTree([]cove.Partner{
		{ID: 345678, Name: "Acme MSP", Level: cove.LevelReseller, State: cove.StateInProduction},
		{ID: 400001, ParentID: 345678, Name: "Birch Dental", Level: cove.LevelEndCustomer, State: cove.StateInProduction, ExternalCode: "CWM:250:BirchDental"},
		{ID: 400002, ParentID: 400001, Name: "Tampa", Level: cove.LevelSite, State: cove.StateInProduction},
	})
}

func eastern() Rules {
	r := DefaultRules()
	r.Zone = time.FixedZone("", -5*60*60)
	return r
}

// brokenServer is the server of the golden files: its files fail, its system
// state is good.
func brokenServer() *cove.Device {
	d := failingServer()
	d.PartnerID, d.Alias, d.Physicality = 400002, "Production file server", cove.Physical
	d.Manufacturer, d.Model = "Dell Inc.", "PowerEdge R750"
	d.InternalIPs, d.ExternalIPs = "10.20.0.11", "203.0.113.7"
	d.Profile, d.Product, d.StorageLocation, d.UsedStorage = "Servers", "90 days", "us-tr1", 61<<30
	d.FilesAndFolders.Errors = 15
	d.FilesAndFolders.SelectedSize = 450 << 30
	return d
}

// fleetOf judges a device among other devices of its customer.
func fleetOf(d *cove.Device) *Fleet {
	devices := []*cove.Device{d}
	for i := range int64(3) {
		other := server()
		other.ID, other.ComputerName = 2345600+i, "SRV-0"+strconv.FormatInt(i, 10)
		devices = append(devices, other)
	}
	return Judge(devices, birchTree(), eastern(), now)
}

// action returns what a plan would do about a device.
func action(f *Fleet, d *cove.Device, kind reconcile.ActionKind, change func(*reconcile.Action)) reconcile.Action {
	v, _ := f.Verdict(d.ID)
	a := reconcile.Action{Kind: kind, Key: v.Key(), KeyID: v.Key().ID()}
	if v.Outcome == Problem {
		a.Issue = &reconcile.Issue{Key: v.Key(), Customer: v.CustomerID(), Summary: v.Summary, State: v.State}
	}
	if change != nil {
		change(&a)
	}
	return a
}

func TestCompose(t *testing.T) {
	change := func(d *cove.Device, f func(*cove.Device)) *cove.Device { f(d); return d }
	note := func(a *reconcile.Action) { a.Recovery = reconcile.RecoveryNote }
	for _, row := range []struct {
		name   string
		device *cove.Device
		kind   reconcile.ActionKind
		action func(*reconcile.Action)
	}{
		{"create-server", brokenServer(), reconcile.Create, func(a *reconcile.Action) { a.Related = []int64{70001} }},
		{"reopen-server", brokenServer(), reconcile.Reopen, func(a *reconcile.Action) { a.Since = ago(2 * day) }},
		{"update-server", brokenServer(), reconcile.Update, func(a *reconcile.Action) {
			a.Changes = []reconcile.Change{
				{Field: reconcile.FieldSeverity, Old: "low", New: "medium"},
				{Field: reconcile.FieldState, New: "D01:failed2"},
			}
		}},
		{"close-server", change(server(), func(d *cove.Device) {
			d.FilesAndFolders.ColorBar = bar("5555555555555555555555222225")
		}), reconcile.Close, func(a *reconcile.Action) { a.Recovery = reconcile.RecoveryClose }},
		{"recovered-server", server(), reconcile.Update, note},
		{"create-workstation", change(workstation(), func(d *cove.Device) {
			d.FilesAndFolders.Status, d.FilesAndFolders.LastSuccess = cove.StatusNotStarted, ago(11*day)
			d.FilesAndFolders.ColorBar = bar("5555555555550055577777777700")
		}), reconcile.Create, nil},
		{"create-documents", change(documents(), func(d *cove.Device) {
			d.FilesAndFolders.LastSuccess = ago(15 * day)
			d.FilesAndFolders.ColorBar = bar("")
		}), reconcile.Create, nil},
		{"create-tenant", change(tenant(), func(d *cove.Device) {
			d.M365Exchange, d.M365OneDrive = failing(13*time.Hour), failing(14*time.Hour)
			d.M365Exchange.Errors, d.M365Exchange.ColorBar = 62, bar("5555555555555555555555555522")
		}), reconcile.Create, nil},
		{"create-offline", change(server(), func(d *cove.Device) {
			d.Seen = ago(8 * day)
			d.FilesAndFolders.LastSuccess, d.SystemState.LastSuccess, d.Total.LastSuccess = ago(8*day), ago(8*day), ago(8*day)
		}), reconcile.Create, nil},
		{"create-never", change(server(), func(d *cove.Device) {
			d.Created = ago(9 * day)
			d.FilesAndFolders, d.SystemState, d.Total = cove.SourceStats{}, cove.SourceStats{Status: cove.StatusFailed}, cove.SourceStats{}
		}), reconcile.Create, nil},
		{"create-quota", change(server(), func(d *cove.Device) {
			d.FilesAndFolders.Status, d.FilesAndFolders.LastSuccess = cove.StatusOverQuota, ago(49*time.Hour)
			d.FilesAndFolders.ColorBar = bar("5555555555555555555555555522")
		}), reconcile.Create, nil},
		{"create-nothing-selected", change(server(), func(d *cove.Device) { d.Sources = 0 }), reconcile.Create, nil},
		{"suppressed-workstation", change(workstation(), func(d *cove.Device) { d.Seen = ago(40 * day) }), reconcile.Update, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := fleetOf(row.device)
			a := action(f, row.device, row.kind, row.action)
			text, err := f.Compose(t.Context(), a)
			if err != nil {
				t.Fatal(err)
			}
			v, _ := f.Verdict(row.device.ID)
			golden(t, row.name, strings.TrimPrefix(v.Summary+"\n", "\n")+text.Internal+"\n--- discussion\n"+text.Discussion+"\n")
			if again, err := f.Compose(t.Context(), a); err != nil || again != text {
				t.Errorf("a second composition differs: %v", err)
			}
			byHash := a
			byHash.Key = reconcile.Key{}
			if again, err := f.Compose(t.Context(), byHash); err != nil || again != text {
				t.Errorf("known by its hash only, the text differs: %v", err)
			}
		})
	}
}

// TestDiscussionIsSafe: nothing of the internal facts reaches the customer.
func TestDiscussionIsSafe(t *testing.T) {
	d := brokenServer()
	f := fleetOf(d)
	text, err := f.Compose(t.Context(), action(f, d, reconcile.Create, nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{d.InternalIPs, d.ExternalIPs, d.Name, d.Profile, "2345678", "backup.management"} {
		if strings.Contains(text.Discussion, secret) {
			t.Errorf("the discussion holds %q:\n%s", secret, text.Discussion)
		}
	}
}

// TestComposeGone: a ticket of a device that is no longer listed, and a problem
// of another fleet.
func TestComposeGone(t *testing.T) {
	f := fleetOf(server())
	key := reconcile.Key{Feed: Source, Subject: "99"}
	text, err := f.Compose(t.Context(), reconcile.Action{Kind: reconcile.Update, KeyID: key.ID(), Code: reconcile.CodeAbsent, Note: true})
	if err != nil || !strings.Contains(text.Internal, "removed, renamed or excluded") {
		t.Errorf("%q, %v", text.Internal, err)
	}
	text, err = f.Compose(t.Context(), reconcile.Action{Kind: reconcile.Create, Key: key, Issue: &reconcile.Issue{Detail: "plain words"}})
	if err != nil || !strings.Contains(text.Internal, "What is wrong: plain words") {
		t.Errorf("%q, %v", text.Internal, err)
	}
}

// TestComposeDuplicate: the second ticket of a device with a problem is closed
// with a pointer to the first.
func TestComposeDuplicate(t *testing.T) {
	d := brokenServer()
	f := fleetOf(d)
	text, err := f.Compose(t.Context(), action(f, d, reconcile.Close, func(a *reconcile.Action) {
		a.Code, a.Related, a.Recovery, a.Note = reconcile.CodeDuplicate, []int64{70001}, reconcile.RecoveryClose, true
	}))
	if err != nil || !strings.Contains(text.Internal, "A duplicate of #70001") {
		t.Errorf("%q, %v", text.Internal, err)
	}
}

// TestComposeOtherRun: a plan about a recovery is not carried out with a text
// about a problem, nor the reverse.
func TestComposeOtherRun(t *testing.T) {
	bad, fine := brokenServer(), workstation()
	f := Judge([]*cove.Device{bad, fine}, birchTree(), eastern(), now)
	if text, err := f.Compose(t.Context(), action(f, bad, reconcile.Close, nil)); err == nil {
		t.Errorf("closing a device in trouble: %q", text.Internal)
	}
	if text, err := f.Compose(t.Context(), action(f, fine, reconcile.Create, nil)); err == nil {
		t.Errorf("a ticket for a healthy device: %q", text.Internal)
	}
}

func TestCustomerName(t *testing.T) {
	for name, want := range map[string]string{
		"Birch Dental (it@birch.example)": "Birch Dental", "Birch (West)": "Birch (West)", "a@b.example": "a@b.example", "X\n#1 `y`": "X 1 'y'",
	} {
		if got := (&Customer{Name: name}).short(); got != want {
			t.Errorf("%q is called %q, want %q", name, got, want)
		}
	}
}

func TestComposeNothing(t *testing.T) {
	d := brokenServer()
	f := fleetOf(d)
	for _, kind := range []reconcile.ActionKind{reconcile.Adopt, reconcile.MarkOnly, reconcile.Keep, reconcile.Hold} {
		if text, err := f.Compose(t.Context(), action(f, d, kind, nil)); err != nil || text != (reconcile.Text{}) {
			t.Errorf("%s: %+v, %v", kind, text, err)
		}
	}
}

// TestRuleLine: the severity ages that are announced are those of the finding
// that reaches them first, without ages that were reached already.
func TestRuleLine(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*cove.Device)
		want   string
	}{
		{"a new failure beside an old one", func(d *cove.Device) {
			d.FilesAndFolders, d.SystemState.LastSuccess = failing(time.Hour), ago(20*day)
		}, "Files backup failed, or good backup older than 26 h. Severity high, critical from 3 Dec."},
		{"beside a grave one", func(d *cove.Device) {
			d.FilesAndFolders, d.SystemState.LastSuccess = failing(time.Hour), ago(40*day)
		}, "Files backup failed, or good backup older than 26 h. Severity critical."},
		{"a source added to an old device", func(d *cove.Device) { d.Sources |= cove.DataSourcesOf(cove.SourceMSSQL) }, "SQL never backed up. Severity low."},
		{"a source added to a new device", func(d *cove.Device) {
			d.Created = ago(5 * day)
			d.Sources |= cove.DataSourcesOf(cove.SourceMSSQL)
		}, "SQL never backed up. Severity low."},
		{"errors", func(d *cove.Device) { d.FilesAndFolders.Errors = 2 }, "Files backup with errors. Severity low."},
		{"two alike", func(d *cove.Device) { d.FilesAndFolders, d.SystemState = failing(time.Hour), failing(time.Hour) }, "Files and System State backup failed, or good backup older than 26 h. Severity low, medium from 30 Nov, high from 7 Dec, critical from 23 Dec."},
		{"with limits of their own", func(d *cove.Device) {
			d.Sources |= cove.DataSourcesOf(cove.SourceMSSQL)
			d.FilesAndFolders, d.MSSQL = failing(time.Hour), failing(time.Hour)
		}, "Files backup failed, or good backup older than 26 h. Severity low, medium from 30 Nov, high from 7 Dec, critical from 23 Dec."},
	} {
		d := server()
		row.change(d)
		f := fleetOf(d)
		f.rules.Sources = map[cove.DataSource]time.Duration{cove.SourceMSSQL: 2 * time.Hour}
		f = Judge([]*cove.Device{d}, birchTree(), f.rules, now)
		v, _ := f.Verdict(d.ID)
		if got := f.ruleLine(v, f.rules.clock(now)); got != "server, "+row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}

// TestBegan: a customer is told when the first problem began, not the newest.
func TestBegan(t *testing.T) {
	d := server()
	d.FilesAndFolders, d.SystemState.LastSuccess = failing(5*day), ago(20*day)
	f := fleetOf(d)
	text, err := f.Compose(t.Context(), action(f, d, reconcile.Create, nil))
	if want := "since Tue 3 Nov 07:00 (UTC-05:00):"; err != nil || !strings.Contains(text.Discussion, want) {
		t.Errorf("%q, %v, want %q", text.Discussion, err, want)
	}
}

// TestContactTexts: the texts for a device that lost contact before its first
// backup, and for one that had contact yesterday.
func TestContactTexts(t *testing.T) {
	lost, late := server(), failingServer()
	lost.ID, lost.Seen, lost.FilesAndFolders, lost.SystemState, lost.Total = 1, ago(8*day), cove.SourceStats{}, cove.SourceStats{}, cove.SourceStats{}
	late.Seen = ago(30 * time.Hour)
	f := Judge([]*cove.Device{lost, late}, birchTree(), eastern(), now)
	c := f.rules.clock(now)
	if got, want := headline(&f.Verdicts[0], c), "NO CONTACT SINCE Sun 15 Nov 07:00 (UTC-05:00). It was never backed up."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := contactLine(&f.Verdicts[1], c), "Device last in contact Sun 22 Nov 01:00. "; !strings.HasPrefix(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	lost.Seen, lost.Created = time.Time{}, time.Date(2025, time.December, 1, 12, 0, 0, 0, time.UTC)
	f = Judge([]*cove.Device{lost}, birchTree(), eastern(), now)
	if got, want := headline(&f.Verdicts[0], c), "NEVER IN CONTACT SINCE IT WAS CREATED, Mon 1 Dec 2025 07:00 (UTC-05:00)."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLength(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "less than a minute", time.Minute: "1 min", 61 * time.Minute: "1 h 1 min", 25*time.Hour + 30*time.Minute: "1 day 1 h", 48 * time.Hour: "2 days",
	} {
		if got := length(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

// TestTemplatesSeeTheirPages: a template may use every member of its page; the
// page of a storm has no verdict.
func TestTemplatesSeeTheirPages(t *testing.T) {
	r := DefaultRules()
	r.Templates = map[string]string{"update": "{{.Verdict.Class}}", "storm": "{{.Headline}}"}
	if err := r.Validate(); err != nil {
		t.Error(err)
	}
	r.Templates = map[string]string{"storm": "{{.Verdict.Class}}"}
	if err := r.Validate(); err == nil {
		t.Error("a storm has no verdict")
	}
}

// TestRecoveredOneSource: for a device with one source the restore point says
// everything.
func TestRecoveredOneSource(t *testing.T) {
	d := documents()
	f := fleetOf(d)
	text, err := f.Compose(t.Context(), action(f, d, reconcile.Close, nil))
	if want := "RECOVERED: every backup source has a good backup.\nRestore point: Mon 23 Nov 06:00 (UTC-05:00)."; err != nil || text.Internal != want {
		t.Errorf("%v\n got %q\nwant %q", err, text.Internal, want)
	}
}

// TestSessionLine: the text about a backup that is too old mentions the last
// session only if that session was the last.
func TestSessionLine(t *testing.T) {
	for _, row := range []struct {
		finding Finding
		want    string
	}{
		{Finding{Source: 1, Condition: Stale, Status: cove.StatusCompleted}, "Files: last session completed, and no session has run since."},
		{Finding{Source: 1, Condition: Stale, Status: cove.StatusCompleted, Running: true}, "Files: a session is running; the last one completed."},
		{Finding{Source: 1, Condition: Stale, Status: cove.StatusInterrupted}, "Files: last session was interrupted."},
		{Finding{Source: 1, Condition: Failed, Status: cove.StatusFailed, Errors: 1}, "Files: last session failed, 1 error."},
		{Finding{Source: 1, Condition: Stale, Status: cove.StatusCompleted, BadDays: 2}, "Files: last session completed."},
		{Finding{Source: 1, Condition: Never}, "Files: Cove shows no session yet."},
		{Finding{Condition: Untested, Status: cove.StatusFailed}, "The last recovery test failed."},
	} {
		if got := sessionLine(&row.finding); got != row.want {
			t.Errorf("%+v: %q, want %q", row.finding, got, row.want)
		}
	}
}

// TestSteps: each step is named once, whatever the order of its sources.
func TestSteps(t *testing.T) {
	v := Verdict{Class: ClassServer, Findings: []Finding{
		{Source: 1, Condition: Never}, {Source: 2, Condition: Never, Status: cove.StatusFailed}, {Source: 10, Condition: Never},
	}}
	if got := v.steps(); len(got) != 2 || got[0] == got[1] {
		t.Errorf("%q", got)
	}
	if got := stepLine([]string{"look", "wait"}); got != "First step: 1. look. 2. wait." {
		t.Error(got)
	}
}
