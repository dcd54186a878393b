package monitor

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

// now is a Monday morning at a service desk five hours west of Greenwich.
var now = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

var birch = Customer{ID: 400001, Name: "Birch Dental", State: cove.StateInProduction}

func ago(d time.Duration) time.Time { return now.Add(-d) }

// good returns a source that was backed up an hour ago.
func good() cove.SourceStats {
	return cove.SourceStats{
		Status: cove.StatusCompleted, LastSuccess: ago(time.Hour), LastSuccessStatus: cove.StatusCompleted,
		LastCompleted: ago(time.Hour), LastCompletedStatus: cove.StatusCompleted, LastSession: ago(time.Hour),
		ColorBar: bar("5555555555555555555555555555"),
	}
}

// with returns a changed good source.
func with(change func(*cove.SourceStats)) cove.SourceStats {
	s := good()
	change(&s)
	return s
}

func failing(lastGood time.Duration) cove.SourceStats {
	return with(func(s *cove.SourceStats) {
		s.Status, s.LastCompletedStatus, s.LastSuccess, s.Errors = cove.StatusFailed, cove.StatusFailed, ago(lastGood), 1
		s.ColorBar = bar("5555555555555555555555522222")
	})
}

func bar(digits string) cove.ColorBar {
	var b cove.ColorBar
	if err := b.UnmarshalText([]byte(digits)); err != nil {
		panic(err)
	}
	return b
}

// server is a healthy server with two sources; workstation, documents and
// tenant are the other classes.
func server() *cove.Device {
	return &cove.Device{
		ID: 2345678, PartnerID: 400001, Name: "srv-fs01_x7", ComputerName: "SRV-FS01", Customer: "Birch Dental",
		OS: "Windows Server 2019 Standard (17763), 64-bit", OSType: cove.OSServer, AccountType: cove.AccountBackupManager,
		Sources: cove.DataSourcesOf(cove.SourceFilesAndFolders, cove.SourceSystemState),
		Created: ago(400 * day), Seen: ago(20 * time.Minute), FilesAndFolders: good(), SystemState: good(), Total: good(),
	}
}

func workstation() *cove.Device {
	d := server()
	d.ID, d.ComputerName, d.OS, d.OSType = 3790001, "LAP-07", "Windows 11 Pro (26100), 64-bit", cove.OSWorkstation
	return d
}

func documents() *cove.Device {
	d := workstation()
	d.ID, d.ComputerName, d.ProfileID, d.Profile = 3785154, "EXT1012C", 5038, "Documents"
	d.Sources = cove.DataSourcesOf(cove.SourceFilesAndFolders)
	return d
}

func tenant() *cove.Device {
	return &cove.Device{
		ID: 5131534, PartnerID: 400001, Name: "birchdental.example", Customer: "Birch Dental", AccountType: cove.AccountM365,
		Sources: cove.DataSourcesOf(cove.SourceM365Exchange, cove.SourceM365OneDrive, cove.SourceM365SharePoint, cove.SourceM365Teams),
		Created: ago(400 * day), Seen: ago(20 * time.Minute), Total: good(),
		M365Exchange: good(), M365OneDrive: good(), M365SharePoint: good(), M365Teams: good(),
	}
}

func check(d *cove.Device) Verdict {
	r := DefaultRules()
	return Check(d, birch, &r, now)
}

func TestHealthy(t *testing.T) {
	for name, d := range map[string]*cove.Device{
		"server": server(), "workstation": workstation(), "documents": documents(), "tenant": tenant(),
	} {
		if v := check(d); v.Outcome != Healthy || v.State != "" || v.Summary != "" || v.Reason != "" {
			t.Errorf("%s: %v %q %q %q", name, v.Outcome, v.State, v.Summary, v.Reason)
		} else if want := ago(time.Hour); !v.Since.Equal(want) {
			t.Errorf("%s: healthy since %v, want the last good backup %v", name, v.Since, want)
		}
	}
}

// TestHealthySince: a close needs a good backup of every source.
func TestHealthySince(t *testing.T) {
	d := server()
	d.SystemState.LastSuccess = ago(20 * time.Hour)
	if v := check(d); v.Outcome != Healthy || !v.Since.Equal(ago(20*time.Hour)) {
		t.Errorf("healthy since %v, want the older of the two backups", v.Since)
	}
}

func TestClass(t *testing.T) {
	undefined := func(change func(*cove.Device)) *cove.Device {
		d := workstation()
		d.OSType, d.OS = cove.OSUndefined, ""
		change(d)
		return d
	}
	for name, row := range map[string]struct {
		device *cove.Device
		want   Class
	}{
		"server":                {server(), ClassServer},
		"workstation":           {workstation(), ClassWorkstation},
		"documents":             {documents(), ClassDocuments},
		"tenant":                {tenant(), ClassM365},
		"undefined OS type":     {undefined(func(*cove.Device) {}), 0},
		"workstation by its OS": {undefined(func(d *cove.Device) { d.OS = "Windows 11 Pro" }), ClassWorkstation},
		"server by its OS":      {undefined(func(d *cove.Device) { d.OS = "Windows Server 2022" }), ClassServer},
		"tenant by sources":     {undefined(func(d *cove.Device) { d.AccountType, d.Sources = 0, cove.DataSourcesOf(cove.SourceM365Teams) }), ClassM365},
		"a server's profile":    {func() *cove.Device { d := server(); d.ProfileID = 5038; return d }(), ClassServer},
		"a source of M365": {func() *cove.Device {
			d := workstation()
			d.Sources = cove.DataSourcesOf(cove.SourceM365Teams)
			return d
		}(), ClassWorkstation},
		"no profile is not an id": {undefined(func(d *cove.Device) { d.ProfileID = 0 }), 0},
	} {
		if got := check(row.device).Class; got != row.want {
			t.Errorf("%s: class %v, want %v", name, got, row.want)
		}
	}
}

// TestStatus judges every session status on a server with a recent backup, so
// that only the status decides.
func TestStatus(t *testing.T) {
	for status, want := range map[cove.SessionStatus]struct {
		outcome Outcome
		state   string
	}{
		cove.StatusNone:                 {Suppressed, ""},
		cove.StatusInProcess:            {Healthy, ""},
		cove.StatusFailed:               {Problem, "D01:failed"},
		cove.StatusAborted:              {Problem, "D01:failed"},
		cove.StatusUnknown:              {Suppressed, ""},
		cove.StatusCompleted:            {Healthy, ""},
		cove.StatusInterrupted:          {Suppressed, ""},
		cove.StatusNotStarted:           {Problem, "D01:missed"},
		cove.StatusCompletedWithErrors:  {Problem, "D01:errors"},
		cove.StatusInProgressWithFaults: {Healthy, ""},
		cove.StatusOverQuota:            {Problem, "D01:quota"},
		cove.StatusNoSelection:          {Problem, "D01:noselection"},
		cove.StatusRestarted:            {Healthy, ""},
		13:                              {Suppressed, ""},
		200:                             {Suppressed, ""},
	} {
		d := server()
		d.FilesAndFolders.Status = status
		if v := check(d); v.Outcome != want.outcome || v.State != want.state {
			t.Errorf("status %v: %v %q, want %v %q", status, v.Outcome, v.State, want.outcome, want.state)
		}
	}
}

// TestRunning: while a session runs, the last completed one is judged and the
// errors so far do not count.
func TestRunning(t *testing.T) {
	for _, row := range []struct {
		completed cove.SessionStatus
		outcome   Outcome
		state     string
	}{
		{cove.StatusCompleted, Healthy, ""},
		{cove.StatusFailed, Problem, "D01:failed"},
		{cove.StatusCompletedWithErrors, Problem, "D01:errors"},
		{cove.StatusNone, Suppressed, ""},
	} {
		d := server()
		d.FilesAndFolders.Status, d.FilesAndFolders.LastCompletedStatus, d.FilesAndFolders.Errors = cove.StatusInProcess, row.completed, 3
		if v := check(d); v.Outcome != row.outcome || v.State != row.state {
			t.Errorf("running after %v: %v %q, want %v %q", row.completed, v.Outcome, v.State, row.outcome, row.state)
		}
	}
}

// TestStale checks the age limit of every class and the severity ages, on both
// sides of each.
func TestStale(t *testing.T) {
	for _, row := range []struct {
		name   string
		device func() *cove.Device
		age    time.Duration
		state  string
	}{
		{"server at its limit", server, 26 * time.Hour, ""},
		{"server past it", server, 26*time.Hour + time.Minute, "D01:stale"},
		{"server before medium", server, 7*day - time.Minute, "D01:stale"},
		{"server medium", server, 7 * day, "D01:stale2"},
		{"server high", server, 14 * day, "D01:stale3"},
		{"server critical", server, 30 * day, "D01:stale4"},
		{"workstation at its limit", workstation, 239 * time.Hour, ""},
		{"workstation past it", workstation, 241 * time.Hour, "D01:stale2"},
		{"documents within", documents, 335 * time.Hour, ""},
		{"documents past it", documents, 337 * time.Hour, "D01:stale3"},
	} {
		d := row.device()
		d.FilesAndFolders.LastSuccess = ago(row.age)
		if v := check(d); v.State != row.state || (row.state == "") != (v.Outcome == Healthy) {
			t.Errorf("%s: %v %q, want %q", row.name, v.Outcome, v.State, row.state)
		}
	}
	d := tenant()
	d.M365SharePoint.LastSuccess = ago(13 * time.Hour)
	if v := check(d); v.State != "D05:stale" {
		t.Errorf("tenant: %q, want D05:stale", v.State)
	}
}

func TestSourceLimit(t *testing.T) {
	r := DefaultRules()
	r.Sources = map[cove.DataSource]time.Duration{cove.SourceMSSQL: 2 * time.Hour}
	d := server()
	d.Sources |= cove.DataSourcesOf(cove.SourceMSSQL)
	d.MSSQL = with(func(s *cove.SourceStats) { s.LastSuccess = ago(3 * time.Hour) })
	if v := Check(d, birch, &r, now); v.State != "D10:stale" {
		t.Errorf("%q, want D10:stale", v.State)
	}
	r.Sources[cove.SourceMSSQL], d.MSSQL.LastSuccess = 40*time.Hour, ago(30*time.Hour)
	if v := Check(d, birch, &r, now); v.Outcome != Healthy {
		t.Errorf("a looser limit than that of the class: %q", v.State)
	}
}

// TestNever judges devices without a good backup by their creation date.
func TestNever(t *testing.T) {
	never := func(created time.Duration, status cove.SessionStatus) *cove.Device {
		d := server()
		d.Created = ago(created)
		none := cove.SourceStats{Status: status}
		d.FilesAndFolders, d.SystemState, d.Total = none, none, none
		return d
	}
	for _, row := range []struct {
		name    string
		device  *cove.Device
		outcome Outcome
		state   string
	}{
		{"new", never(2*day, cove.StatusNone), Suppressed, ""},
		{"new but failing", never(2*day, cove.StatusFailed), Problem, "D01:failed D02:failed"},
		{"past the grace", never(4*day, cove.StatusNone), Problem, "D01:never D02:never"},
		{"failing past the grace", never(4*day, cove.StatusFailed), Problem, "D01:never D02:never"},
		{"first session running", never(10*day, cove.StatusInProcess), Suppressed, ""},
		{"running for ever", never(15*day, cove.StatusInProcess), Problem, "D01:never3 D02:never3"},
		{"a month old", never(31*day, cove.StatusNotStarted), Problem, "D01:never4 D02:never4"},
	} {
		if v := check(row.device); v.Outcome != row.outcome || v.State != row.state {
			t.Errorf("%s: %v %q %q, want %v %q", row.name, v.Outcome, v.State, v.Reason, row.outcome, row.state)
		}
	}
	added := server()
	added.Sources |= cove.DataSourcesOf(cove.SourceMSSQL)
	if v := check(added); v.State != "D10:never" || v.Severity != reconcile.SeverityLow {
		t.Errorf("a source added to an old device: %q %v, want D10:never at low", v.State, v.Severity)
	}
	undated := never(0, cove.StatusFailed)
	undated.Created = time.Time{}
	if v := check(undated); v.State != "D01:failed D02:failed" || !v.Since.IsZero() {
		t.Errorf("failing without a creation date: %v %q since %v", v.Outcome, v.State, v.Since)
	}
	if v := check(never(2*day, cove.StatusOverQuota)); v.State != "D01:quota D02:quota" {
		t.Errorf("new and over quota: %v %q", v.Outcome, v.State)
	}
	r := DefaultRules()
	r.Server.Failures = 2
	if v := Check(never(2*day, cove.StatusFailed), birch, &r, now); v.Outcome != Suppressed {
		t.Errorf("new, and failed less often than asked: %v %q", v.Outcome, v.State)
	}
	r.Server.Offline = 10 * day
	unseen := never(9*day, cove.StatusNone)
	unseen.Seen = time.Time{}
	if v := Check(unseen, birch, &r, now); v.Outcome != Suppressed {
		t.Errorf("never seen, within the limit of its class: %v %q", v.Outcome, v.State)
	}
	undated = never(0, cove.StatusNone)
	undated.Created = time.Time{}
	if v := check(undated); v.Outcome != Suppressed || v.Reason == "" {
		t.Errorf("never backed up without a creation date: %v %q, want suppressed", v.Outcome, v.Reason)
	}
}

// TestOffline: M1, M2. A dead server always has one problem, whose severity
// rises; a laptop in a drawer is listed.
func TestOffline(t *testing.T) {
	for _, row := range []struct {
		days     int
		state    string
		severity reconcile.Severity
	}{
		{2, "D01:stale D02:stale", reconcile.SeverityLow},
		{6, "offline", reconcile.SeverityLow},
		{8, "offline2", reconcile.SeverityMedium},
		{15, "offline3", reconcile.SeverityHigh},
		{31, "offline4", reconcile.SeverityCritical},
		{90, "offline4", reconcile.SeverityCritical},
	} {
		d := server()
		dead := time.Duration(row.days) * day
		d.Seen = ago(dead)
		d.FilesAndFolders.LastSuccess, d.SystemState.LastSuccess = ago(dead+time.Hour), ago(dead+time.Hour)
		if v := check(d); v.Outcome != Problem || v.State != row.state || v.Severity != row.severity {
			t.Errorf("server dead %d days: %v %q %v, want %q %v", row.days, v.Outcome, v.State, v.Severity, row.state, row.severity)
		}
		laptop := workstation()
		laptop.Seen = d.Seen
		laptop.FilesAndFolders.LastSuccess, laptop.SystemState.LastSuccess = ago(dead+time.Hour), ago(dead+time.Hour)
		want := Suppressed
		if row.days < 10 {
			want = Healthy
		}
		if v := check(laptop); v.Outcome != want {
			t.Errorf("laptop away %d days: %v %q, want %v", row.days, v.Outcome, v.State, want)
		}
	}
}

// TestParked: devices that are neither provably healthy nor provably bad.
func TestParked(t *testing.T) {
	change := func(f func(*cove.Device)) *cove.Device { d := server(); f(d); return d }
	for name, d := range map[string]*cove.Device{
		"unreadable columns": change(func(d *cove.Device) { d.Malformed = []cove.ColumnError{{Column: "D01F00", Value: "x"}} }),
		"expired":            change(func(d *cove.Device) { d.Expires = ago(day) }),
		"success to come":    change(func(d *cove.Device) { d.FilesAndFolders.LastSuccess = ago(-2 * time.Hour) }),
		"success undated":    change(func(d *cove.Device) { d.FilesAndFolders.LastSuccess = time.Time{} }),
		"unknown source":     change(func(d *cove.Device) { d.Sources |= cove.DataSourcesOf(21) }),
		"new, no source":     change(func(d *cove.Device) { d.Sources, d.Created = 0, ago(day) }),
		"new, no contact": change(func(d *cove.Device) {
			d.Seen, d.Created, d.FilesAndFolders, d.SystemState = time.Time{}, ago(day), cove.SourceStats{}, cove.SourceStats{}
		}),
	} {
		if v := check(d); v.Outcome != Suppressed || v.Reason == "" || len(v.Findings) != 0 || !v.Since.IsZero() {
			t.Errorf("%s: %v %q reason %q", name, v.Outcome, v.State, v.Reason)
		}
	}
	r := DefaultRules()
	leaving := birch
	leaving.State = cove.StateInTrial
	if v := Check(failingServer(), leaving, &r, now); v.Outcome != Suppressed {
		t.Errorf("a trial customer's device: %v, want suppressed", v.Outcome)
	}
	r.Server.Off = true
	if v := Check(failingServer(), birch, &r, now); v.Outcome != Suppressed {
		t.Errorf("a class that is off: %v, want suppressed", v.Outcome)
	}
}

func failingServer() *cove.Device {
	d := server()
	d.FilesAndFolders = failing(5 * day)
	return d
}

// TestNothingSelected: a device without any source is not backed up.
func TestNothingSelected(t *testing.T) {
	d := server()
	d.Sources = 0
	v := check(d)
	if v.Outcome != Problem || v.State != "noselection" || v.Kind != NoSelection {
		t.Errorf("%v %q %v", v.Outcome, v.State, v.Kind)
	}
}

// TestFailures: fewer bad days than the rule asks for prove nothing, as long as
// a recent backup exists.
func TestFailures(t *testing.T) {
	r := DefaultRules()
	r.Server.Failures = 2
	d := server()
	d.FilesAndFolders = failing(20 * time.Hour)
	d.FilesAndFolders.ColorBar = bar("52")
	if v := Check(d, birch, &r, now); v.Outcome != Suppressed {
		t.Errorf("one bad day: %v, want suppressed", v.Outcome)
	}
	for _, status := range []cove.SessionStatus{cove.StatusOverQuota, cove.StatusNoSelection} {
		if d.FilesAndFolders.Status = status; Check(d, birch, &r, now).Outcome != Suppressed {
			t.Errorf("one bad day, %v: not suppressed", status)
		}
	}
	d.FilesAndFolders.Status = cove.StatusFailed
	d.FilesAndFolders.ColorBar = bar("522")
	if v := Check(d, birch, &r, now); v.State != "D01:failed" {
		t.Errorf("two bad days: %q, want D01:failed", v.State)
	}
	d.FilesAndFolders.ColorBar, d.FilesAndFolders.LastSuccess = bar("52"), ago(27*time.Hour)
	if v := Check(d, birch, &r, now); v.State != "D01:failed" {
		t.Errorf("one bad day but old: %q, want D01:failed", v.State)
	}
}

func TestMinErrors(t *testing.T) {
	r := DefaultRules()
	r.Server.MinErrors = 10
	for errors, want := range map[int64]Outcome{0: Healthy, 9: Healthy, 10: Problem} {
		for _, status := range []cove.SessionStatus{cove.StatusCompleted, cove.StatusCompletedWithErrors} {
			d := server()
			d.FilesAndFolders.Status, d.FilesAndFolders.Errors = status, errors
			if v := Check(d, birch, &r, now); v.Outcome != want {
				t.Errorf("%d errors, %v: %v, want %v", errors, status, v.Outcome, want)
			}
		}
	}
}

// TestTwoFindings: severity and kind are the highest of the findings. Since is
// that of the newest, so that a new failure does not look like an old one.
func TestTwoFindings(t *testing.T) {
	d := server()
	d.FilesAndFolders = failing(5 * day)
	d.SystemState.LastSuccess = ago(20 * day)
	v := check(d)
	want := Verdict{
		Device: d, Customer: birch, Class: ClassServer, Outcome: Problem, Kind: Failed, Severity: reconcile.SeverityHigh,
		Since: ago(5 * day), State: "D01:failed D02:stale3", Summary: "COVE SVR SRV-FS01 #2345678 - Files failed, System State stale",
		Findings: []Finding{
			{
				Source: cove.SourceFilesAndFolders, Condition: Failed, Severity: reconcile.SeverityLow, Status: cove.StatusFailed,
				Errors: 1, Since: ago(5 * day), LastGood: ago(5 * day), Limit: 26 * time.Hour, BadDays: 5, Rises: ago(5 * day),
			},
			{
				Source: cove.SourceSystemState, Condition: Stale, Severity: reconcile.SeverityHigh, Status: cove.StatusCompleted,
				Since: ago(20 * day), LastGood: ago(20 * day), Limit: 26 * time.Hour, Rises: ago(20 * day),
			},
		},
	}
	if diff := cmp.Diff(want, v, cmpopts.IgnoreUnexported(Verdict{})); diff != "" {
		t.Errorf("verdict (-want +got):\n%s", diff)
	}
}

// TestSeeding: a device whose first backup travels on a disk gets more time
// than another new device to make contact and to be backed up.
func TestSeeding(t *testing.T) {
	for i := range 6 {
		days, want := 10, Suppressed
		if i >= 3 {
			days, want = 15, Problem
		}
		d := server()
		d.Created, d.Seen = ago(time.Duration(days)*day), ago(time.Duration(days)*day)
		d.Seeding = []cove.SeedingMode{cove.Seeding, cove.PreSeeding, cove.PostSeeding}[i%3]
		d.FilesAndFolders, d.SystemState, d.Total = cove.SourceStats{}, cove.SourceStats{}, cove.SourceStats{}
		if v := check(d); v.Outcome != want {
			t.Errorf("seeding for %d days: %v %q, want %v", days, v.Outcome, v.Reason, want)
		}
		d.Seeding = cove.SeedingNormal
		if v := check(d); v.Outcome != Problem {
			t.Errorf("not seeding, %d days old: %v %q, want a problem", days, v.Outcome, v.Reason)
		}
	}
}

// TestErrorsSince: sessions with errors count as successes, so the last success
// does not say when the errors began; the colour bar does.
func TestErrorsSince(t *testing.T) {
	d := server()
	d.FilesAndFolders = with(func(s *cove.SourceStats) {
		s.Status, s.LastCompletedStatus, s.LastSuccessStatus, s.Errors, s.ColorBar = 8, 8, 8, 3, bar("5555888")
	})
	if v := check(d); v.State != "D01:errors" || !v.Since.Equal(ago(2*day+time.Hour)) {
		t.Errorf("%q since %v, want two days before the last session", v.State, v.Since)
	}
}

// TestMinErrorsRunning: while another session runs, nobody knows how many
// errors the last completed one had, so nothing is proven.
func TestMinErrorsRunning(t *testing.T) {
	r := DefaultRules()
	r.Server.MinErrors = 10
	d := server()
	d.FilesAndFolders.Status, d.FilesAndFolders.LastCompletedStatus = cove.StatusInProcess, cove.StatusCompletedWithErrors
	if v := Check(d, birch, &r, now); v.Outcome != Suppressed {
		t.Errorf("%v %q, want suppressed", v.Outcome, v.State)
	}
}
