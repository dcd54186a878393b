package monitor

import (
	"testing"
	"time"

	"github.com/covedesk/covedesk/cove"
)

// TestBoundaries checks every limit one second before it, at it and one second
// after it, so that no change moves a limit unnoticed and no device flaps at
// one. At a limit of age the device is judged as if a second younger; at a
// severity age or the end of a grace period as if a second older.
func TestBoundaries(t *testing.T) {
	never := func(d *cove.Device) {
		d.FilesAndFolders, d.SystemState, d.Total = cove.SourceStats{}, cove.SourceStats{}, cove.SourceStats{}
	}
	files := func(d *cove.Device, age time.Duration) { d.FilesAndFolders.LastSuccess = ago(age) }
	seen := func(d *cove.Device, age time.Duration) {
		d.Seen, d.FilesAndFolders.LastSuccess, d.SystemState.LastSuccess = ago(age), ago(age), ago(age)
	}
	for _, row := range []struct {
		name              string
		device            func() *cove.Device
		at                time.Duration
		change            func(*cove.Device, time.Duration)
		before, on, after string
	}{
		{"server stale", server, 26 * time.Hour, files, "healthy ", "healthy ", "problem D01:stale"},
		{"workstation stale", workstation, 240*time.Hour + 20*time.Minute, files, "suppressed ", "suppressed ", "problem D01:stale2"}, // 20 min without contact
		{"workstation good no more", workstation, 240 * time.Hour, files, "healthy ", "healthy ", "suppressed "},
		{"documents stale", documents, 336*time.Hour + 20*time.Minute, files, "suppressed ", "suppressed ", "problem D01:stale3"},
		{"tenant stale", tenant, 12 * time.Hour, func(d *cove.Device, age time.Duration) { d.M365Teams.LastSuccess = ago(age) }, "healthy ", "healthy ", "problem D23:stale"},
		{"medium", server, 7 * day, files, "problem D01:stale", "problem D01:stale2", "problem D01:stale2"},
		{"high", server, 14 * day, files, "problem D01:stale2", "problem D01:stale3", "problem D01:stale3"},
		{"critical", server, 30 * day, files, "problem D01:stale3", "problem D01:stale4", "problem D01:stale4"},
		{"server offline", server, 72 * time.Hour, seen, "problem D01:stale D02:stale", "problem D01:stale D02:stale", "problem offline"},
		{"offline medium", server, 7 * day, seen, "problem offline", "problem offline2", "problem offline2"},
		{"workstation offline", workstation, 30 * day, seen, "suppressed ", "suppressed ", "suppressed offline"},
		{"tenant offline", tenant, 72 * time.Hour, func(d *cove.Device, age time.Duration) { d.Seen = ago(age) }, "healthy ", "healthy ", "problem offline"},
		{"new without backup", server, 72 * time.Hour, func(d *cove.Device, age time.Duration) { never(d); d.Created = ago(age) }, "suppressed ", "suppressed ", "problem D01:never D02:never"},
		{"new without contact", server, 72 * time.Hour, func(d *cove.Device, age time.Duration) { never(d); d.Created, d.Seen = ago(age), time.Time{} }, "suppressed ", "suppressed ", "problem offline"},
		{"new without source", server, 72 * time.Hour, func(d *cove.Device, age time.Duration) { d.Sources, d.Created = 0, ago(age) }, "suppressed ", "suppressed ", "problem noselection"},
		{"first session", server, 14 * day, func(d *cove.Device, age time.Duration) {
			never(d)
			d.Created, d.FilesAndFolders.Status, d.SystemState.Status = ago(age), cove.StatusInProcess, cove.StatusInProcess
		}, "suppressed ", "suppressed ", "problem D01:never3 D02:never3"},
		{"expiry", server, 0, func(d *cove.Device, age time.Duration) { d.Expires = ago(age) }, "healthy ", "suppressed ", "suppressed "},
		{"a clock ahead", server, -time.Hour, files, "suppressed ", "healthy ", "healthy "},
	} {
		for i, want := range []string{row.before, row.on, row.after} {
			d := row.device()
			row.change(d, row.at+time.Duration(i-1)*time.Second)
			if v := check(d); v.Outcome.String()+" "+v.State != want {
				t.Errorf("%s, %+d s: %v %q %q, want %q", row.name, i-1, v.Outcome, v.State, v.Reason, want)
			}
		}
	}
}

// TestContact: a device without a last contact in the answer is judged as long
// as it is backed up. A class that does not check contact needs none.
func TestContact(t *testing.T) {
	d := server()
	d.Seen = time.Time{}
	if v := check(d); v.Outcome != Healthy {
		t.Errorf("backed up an hour ago: %v %q", v.Outcome, v.State)
	}
	d.Total = cove.SourceStats{LastCompleted: ago(5 * day), LastSuccess: ago(6 * day)}
	d.FilesAndFolders, d.SystemState = failing(6*day), failing(6*day)
	if v := check(d); v.State != "offline" || !v.Since.Equal(ago(5*day)) {
		t.Errorf("last session five days ago: %q since %v", v.State, v.Since)
	}
	r := DefaultRules()
	r.Server.Offline = 0
	if v := Check(d, birch, &r, now); v.State != "D01:failed D02:failed" {
		t.Errorf("nobody asks for contact: %q", v.State)
	}
	laptop := workstation()
	laptop.Seen, laptop.Total, laptop.FilesAndFolders.LastSuccess = time.Time{}, cove.SourceStats{}, ago(20*day)
	r.Workstation.Offline = 0
	if v := Check(laptop, birch, &r, now); v.State != "D01:stale3" {
		t.Errorf("no contact is known to measure the age by: %v %q", v.Outcome, v.State)
	}
}

// TestClockAhead: a device with a wrong clock proves no good backup, but a
// failed last session still counts.
func TestClockAhead(t *testing.T) {
	d := server()
	d.FilesAndFolders = failing(-2 * day)
	if v := check(d); v.State != "D01:failed" || !v.Since.IsZero() {
		t.Errorf("%v %q since %v", v.Outcome, v.State, v.Since)
	}
	d.FilesAndFolders.Status = cove.StatusCompleted
	d.FilesAndFolders.Errors = 0
	if v := check(d); v.Outcome != Suppressed {
		t.Errorf("%v %q, want suppressed", v.Outcome, v.State)
	}
}

// TestRunningForEver: the first session of a source that was added to an old
// device may take as long as that of a new device, and no longer.
func TestRunningForEver(t *testing.T) {
	for digits, want := range map[string]string{"": "suppressed ", "1": "suppressed ", "100000000000000": "suppressed ", "1000000000000000": "problem D10:never3"} {
		d := server()
		d.Sources |= cove.DataSourcesOf(cove.SourceMSSQL)
		d.MSSQL = cove.SourceStats{Status: cove.StatusInProcess, ColorBar: bar(digits)}
		if v := check(d); v.Outcome.String()+" "+v.State != want {
			t.Errorf("bar %q: %v %q, want %q", digits, v.Outcome, v.State, want)
		}
	}
}

// TestOnlyUnknownSource: a device whose only source is of an unknown kind is
// judged by the columns over all sources.
func TestOnlyUnknownSource(t *testing.T) {
	d := server()
	d.Sources = cove.DataSourcesOf(21)
	if v := check(d); v.Outcome != Healthy {
		t.Errorf("%v %q", v.Outcome, v.Reason)
	}
	d.Total = failing(3 * day)
	if v := check(d); v.State != "D21:failed" {
		t.Errorf("%v %q", v.Outcome, v.State)
	}
	d.Sources |= cove.DataSourcesOf(22)
	if v := check(d); v.Outcome != Suppressed {
		t.Errorf("two of them: %v %q", v.Outcome, v.State)
	}
}

// TestUnreadable: a device is judged although a column that no verdict needs
// cannot be read.
func TestUnreadable(t *testing.T) {
	for column, want := range map[string]Outcome{
		"US": Problem, "S3": Problem, "D01F05": Problem, "D09F12": Problem, "TZ": Problem, "PD": Problem, "YS": Problem,
		"TS": Suppressed, "I78": Suppressed, "D01F06": Suppressed, "S0": Problem, "D01F15": Problem, "CD": Problem, "OI": Suppressed, "XX": Suppressed,
	} {
		d := failingServer()
		d.Malformed = []cove.ColumnError{{Column: column}}
		if v := check(d); v.Outcome != want {
			t.Errorf("%s: %v %q", column, v.Outcome, v.Reason)
		}
	}
	r := DefaultRules()
	r.Server.Storage = true
	d := failingServer()
	d.Malformed = []cove.ColumnError{{Column: "YS"}}
	if v := Check(d, birch, &r, now); v.Outcome != Suppressed {
		t.Errorf("the storage is judged, and its column unreadable: %v", v.Outcome)
	}
}
