package monitor

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/reconcile"
)

// TestDefects shows, one row a defect, that the mistakes of the PowerShell tool
// SyncTickets v10.4 do not happen here. docs/properties.md lists its 45 defects
// by number. Those about matching companies and writing tickets (B19, B25, B33
// to B40, B45) are tested where that page says; the calls of B7 and B8 no longer
// exist.
func TestDefects(t *testing.T) {
	change := func(d *cove.Device, f func(*cove.Device)) *cove.Device { f(d); return d }
	want := func(t *testing.T, d *cove.Device, outcome Outcome, state string) Verdict {
		t.Helper()
		v := check(d)
		if v.Outcome != outcome || v.State != state {
			t.Errorf("%v %q %q, want %v %q", v.Outcome, v.State, v.Reason, outcome, state)
		}
		return v
	}
	text := func(t *testing.T, d *cove.Device, kind reconcile.ActionKind) string {
		t.Helper()
		f := fleetOf(d)
		text, err := f.Compose(t.Context(), action(f, d, kind, nil))
		if err != nil {
			t.Fatal(err)
		}
		return text.Internal
	}
	holds := func(t *testing.T, text string, parts ...string) {
		t.Helper()
		for _, part := range parts {
			if !strings.Contains(text, part) {
				t.Errorf("%q is missing in:\n%s", part, text)
			}
		}
	}
	sources := func(t *testing.T, list string) cove.DataSourceSet {
		t.Helper()
		var set cove.DataSourceSet
		if err := set.UnmarshalText([]byte(list)); err != nil {
			t.Fatal(err)
		}
		return set
	}

	for _, row := range []struct {
		id, what string
		test     func(*testing.T)
	}{
		{"B1", "statuses 3, 4 and 9 to 12 were misnamed", func(t *testing.T) {
			want(t, change(server(), func(d *cove.Device) { d.FilesAndFolders.Status = 3 }), Problem, "D01:failed")
			want(t, change(server(), func(d *cove.Device) { d.FilesAndFolders.Status = 4 }), Suppressed, "")
			want(t, change(server(), func(d *cove.Device) { d.FilesAndFolders.Status = 9 }), Healthy, "")
			want(t, change(server(), func(d *cove.Device) { d.FilesAndFolders.Status = 10 }), Problem, "D01:quota")
			want(t, change(server(), func(d *cove.Device) { d.FilesAndFolders.Status = 11 }), Problem, "D01:noselection")
			want(t, change(server(), func(d *cove.Device) { d.FilesAndFolders.Status = 12 }), Healthy, "")
		}},
		{"B2", "SharePoint was looked for as D5 and never found", func(t *testing.T) {
			for _, list := range []string{"D19D05", "D19,D5", "D5D19"} {
				want(t, change(tenant(), func(d *cove.Device) {
					d.Sources, d.M365SharePoint = sources(t, list), failing(time.Hour)
				}), Problem, "D05:failed")
			}
		}},
		{"B3", "SQL was looked for as D03 with the columns of D10", func(t *testing.T) {
			want(t, change(server(), func(d *cove.Device) {
				d.Sources, d.MSSQL = sources(t, "D01D10"), failing(time.Hour)
			}), Problem, "D10:failed")
			want(t, change(server(), func(d *cove.Device) {
				d.Sources, d.MSSQLLegacy, d.MSSQL = sources(t, "D01D10"), failing(time.Hour), good()
			}), Healthy, "")
		}},
		{"B4", "D01D02 was read as no source at all", func(t *testing.T) {
			want(t, change(server(), func(d *cove.Device) {
				d.Sources, d.FilesAndFolders, d.SystemState = sources(t, "D01D02"), failing(time.Hour), failing(time.Hour)
			}), Problem, "D01:failed D02:failed")
		}},
		{"B5", "D10 was also read as D1, Files", func(t *testing.T) {
			d := change(server(), func(d *cove.Device) {
				d.Sources, d.MSSQL, d.FilesAndFolders, d.SystemState = sources(t, "D10"), failing(time.Hour), failing(time.Hour), failing(time.Hour)
			})
			want(t, d, Problem, "D10:failed")
			if body := text(t, d, reconcile.Create); strings.Contains(body, "Files") || strings.Contains(body, "System State") {
				t.Errorf("sources that the device does not have:\n%s", body)
			}
		}},
		{"B6", "a source that was removed kept its device stale for ever", func(t *testing.T) {
			want(t, change(server(), func(d *cove.Device) { d.Exchange.LastSuccess = ago(300 * day) }), Healthy, "")
		}},
		{"B7", "a running session of M365 was not understood", func(t *testing.T) {
			running := change(tenant(), func(d *cove.Device) {
				d.M365Teams.Status, d.M365Teams.LastCompletedStatus = cove.StatusInProcess, cove.StatusFailed
			})
			want(t, running, Problem, "D23:failed")
			running.M365Teams.LastCompletedStatus = cove.StatusCompleted
			want(t, running, Healthy, "")
		}},
		{"B8", "a running session was looked up under the wrong plug-in", func(t *testing.T) {
			srv, client := startCove(t, covetest.Config{})
			before := srv.Calls()
			if _, err := Collect(t.Context(), client, DefaultRules(), now); err != nil {
				t.Fatal(err)
			}
			quiet := srv.Calls() - before
			srv.EditDevice(2, func(d *covetest.Device) {
				d.Sources["D01"] = covetest.Source{Status: 1, LastCompletedStatus: 5, LastSuccess: ago(time.Hour)}
			})
			before = srv.Calls()
			f, err := Collect(t.Context(), client, DefaultRules(), now)
			if err != nil {
				t.Fatal(err)
			}
			if v, _ := f.Verdict(2); v.Outcome != Healthy {
				t.Errorf("%v %q", v.Outcome, v.State)
			}
			if running := srv.Calls() - before; running > quiet {
				t.Errorf("%d calls with a running session, %d without", running, quiet)
			}
		}},
		{"B9", "the list of stale sources of a system was always empty", func(t *testing.T) {
			v := want(t, change(server(), func(d *cove.Device) { d.SystemState.LastSuccess = ago(2 * day) }), Problem, "D02:stale")
			holds(t, v.Summary, "System State stale")
		}},
		{"B10", "columns were read that had not been asked for", func(t *testing.T) {
			srv, client := startCove(t, covetest.Config{})
			srv.EditDevice(4, func(d *covetest.Device) {
				d.Sources["D05"] = covetest.Source{Status: 5, LastSuccess: ago(time.Hour)}
				d.Sources["D19"] = covetest.Source{Status: 1, LastCompletedStatus: 2, LastSuccess: ago(time.Hour), LastSuccessStatus: 8}
			})
			f, err := Collect(t.Context(), client, DefaultRules(), now)
			if err != nil {
				t.Fatal(err)
			}
			v, _ := f.Verdict(4)
			if v.State != "D19:failed" || !v.Findings[0].Running || v.Device.M365Exchange.LastSuccessStatus != 8 {
				t.Errorf("%q %+v", v.State, v.Device.M365Exchange)
			}
		}},
		{"B11", "errors of Exchange, shares, VMware, Hyper-V and MySQL were not added up", func(t *testing.T) {
			for s, stats := range map[string]func(*cove.Device) *cove.SourceStats{
				"D04": func(d *cove.Device) *cove.SourceStats { return &d.Exchange },
				"D06": func(d *cove.Device) *cove.SourceStats { return &d.NetworkShares },
				"D08": func(d *cove.Device) *cove.SourceStats { return &d.VMware },
				"D14": func(d *cove.Device) *cove.SourceStats { return &d.HyperV },
				"D15": func(d *cove.Device) *cove.SourceStats { return &d.MySQL },
			} {
				d := server()
				d.Sources = sources(t, s)
				*stats(d) = with(func(s *cove.SourceStats) { s.Errors = 4 })
				want(t, d, Problem, s+":errors")
			}
		}},
		{"B13", "the status of an erroneous session was always Failed", func(t *testing.T) {
			d := change(server(), func(d *cove.Device) { d.FilesAndFolders.Status = cove.StatusAborted })
			holds(t, text(t, d, reconcile.Create), "Files: last session was aborted")
			d.FilesAndFolders.Status = cove.StatusOverQuota
			holds(t, text(t, d, reconcile.Create), "Files: last session was stopped by the quota")
		}},
		{"B14", "the age of the oldest problem stayed blank", func(t *testing.T) {
			holds(t, text(t, failingServer(), reconcile.Update), "5 days without a good Files backup.")
		}},
		{"B15", "documents devices took the hours of workstations for their sources", func(t *testing.T) {
			want(t, change(documents(), func(d *cove.Device) { d.FilesAndFolders.LastSuccess = ago(11 * day) }), Healthy, "")
			want(t, change(documents(), func(d *cove.Device) { d.FilesAndFolders.LastSuccess = ago(15 * day) }), Problem, "D01:stale3")
		}},
		{"B16", "a stale tenant did not name its sources", func(t *testing.T) {
			v := want(t, change(tenant(), func(d *cove.Device) { d.M365OneDrive.LastSuccess = ago(day) }), Problem, "D20:stale")
			holds(t, v.Summary, "OneDrive stale")
		}},
		{"B17", "sizes were read from properties that do not exist", func(t *testing.T) {
			holds(t, text(t, brokenServer(), reconcile.Create), "selected 450.0 GiB", "61.0 GiB used")
		}},
		{"B18", "UTC was compared with local time", func(t *testing.T) {
			r := DefaultRules()
			for _, offset := range []int{-11, -5, 0, 9, 14} {
				zone := time.FixedZone("", offset*3600)
				d := change(server(), func(d *cove.Device) { d.FilesAndFolders.LastSuccess = ago(26*time.Hour + time.Minute).In(zone) })
				if v := Check(d, birch, &r, now.In(zone)); v.State != "D01:stale" {
					t.Errorf("offset %d: %q", offset, v.State)
				}
			}
		}},
		{"B20", "tickets of M365 had no name", func(t *testing.T) {
			v := want(t, change(tenant(), func(d *cove.Device) { d.M365Teams.Status = 2 }), Problem, "D23:failed")
			holds(t, v.Summary, "COVE 365 birchdental.example #5131534 - ")
		}},
		{"B21", "an error in the answer was taken for no devices, all good", func(t *testing.T) {
			_, client := startCove(t, covetest.Config{Switches: covetest.Switches{ForbiddenColumns: []string{"TS"}}})
			f, err := Collect(t.Context(), client, DefaultRules(), now)
			if err != nil || len(f.observation().Healthy) > 0 || !strings.Contains(f.Snapshot().Unread[0], "may not read the columns TS") {
				t.Errorf("%v, %v", err, states(f))
			}
		}},
		{"B22", "the visa ended amid a run", func(t *testing.T) {
			clock := now
			srv, client := startCove(t, covetest.Config{Now: func() time.Time { return clock }})
			for range 3 {
				f, err := Collect(t.Context(), client, DefaultRules(), now)
				if err != nil || len(f.Verdicts) != 5 {
					t.Fatalf("at %v: %v", clock, err)
				}
				clock = clock.Add(20 * time.Minute)
			}
			if n := srv.Count("Login"); n < 2 {
				t.Errorf("%d logins in an hour", n)
			}
		}},
		{"B23", "devices beyond the first page were ignored", func(t *testing.T) {
			srv, client := startCove(t, covetest.Config{})
			for range 5001 {
				srv.AddDevice(covetest.Device{PartnerID: 400001})
			}
			f, err := Collect(t.Context(), client, DefaultRules(), now)
			if err != nil || len(f.Verdicts) != 5006 || f.Partial {
				t.Errorf("%d devices, %v", len(f.Verdicts), err)
			}
		}},
		{"B26", "a long name pushed the id out of the summary", func(t *testing.T) {
			v := want(t, change(failingServer(), func(d *cove.Device) { d.ComputerName = strings.Repeat("Wörkstätion ", 20) }), Problem, "D01:failed")
			holds(t, v.Summary, " #2345678 - Files failed")
		}},
		{"B27", "tickets were opened and closed by different tests", func(t *testing.T) {
			// T0 = 5 and a fresh TL closed a ticket; a source with errors opened one.
			f := fleetOf(change(server(), func(d *cove.Device) { d.FilesAndFolders.Errors = 2 }))
			o := f.observation()
			key := reconcile.Key{Feed: Source, Subject: "2345678"}
			if !slices.ContainsFunc(o.Issues, func(i reconcile.Issue) bool { return i.Key == key }) ||
				slices.ContainsFunc(o.Healthy, func(h reconcile.Healthy) bool { return h.Key == key }) {
				t.Error("the device is not a problem, or healthy as well")
			}
		}},
		{"B28", "a note was written in every run", func(t *testing.T) {
			d := failingServer()
			today := check(d)
			d.FilesAndFolders.Errors += 100
			r := DefaultRules()
			if tomorrow := Check(d, birch, &r, now.Add(day)); tomorrow.State != today.State || tomorrow.Summary != today.Summary || tomorrow.Severity != today.Severity {
				t.Errorf("a day later %q %q, before %q %q", tomorrow.State, tomorrow.Summary, today.State, today.Summary)
			}
		}},
		{"B29", "silent and deleted devices kept their tickets without a word", func(t *testing.T) {
			v := want(t, change(workstation(), func(d *cove.Device) { d.Seen = ago(40 * day) }), Suppressed, "offline")
			holds(t, v.Reason, "no contact")
			want(t, change(server(), func(d *cove.Device) { d.Seen = ago(40 * day) }), Problem, "offline4")
			f := fleetOf(server())
			gone, err := f.Compose(t.Context(), reconcile.Action{Kind: reconcile.Update, KeyID: "nobody", Code: reconcile.CodeAbsent, Note: true})
			if err != nil {
				t.Fatal(err)
			}
			holds(t, gone.Internal, "removed, renamed or excluded")
		}},
		{"B30", "the newest of all sources hid a dead one", func(t *testing.T) {
			d := change(server(), func(d *cove.Device) { d.SystemState.LastSuccess = ago(9 * day) })
			if d.Total.Status != cove.StatusCompleted || now.Sub(d.Total.LastSuccess) > day {
				t.Fatal("the columns over all sources are to look well")
			}
			want(t, d, Problem, "D02:stale2")
		}},
		{"B31", "systems with an undefined OS type were never stale", func(t *testing.T) {
			want(t, change(workstation(), func(d *cove.Device) {
				d.OSType, d.FilesAndFolders.LastSuccess = cove.OSUndefined, ago(11*day)
			}), Problem, "D01:stale2")
			v := want(t, change(workstation(), func(d *cove.Device) { d.OSType, d.OS = cove.OSUndefined, "" }), Suppressed, "")
			holds(t, v.Reason, "operating system is not known")
		}},
		{"B32", "not started, over quota and nothing selected raised no alert", func(t *testing.T) {
			for status, state := range map[cove.SessionStatus]string{
				cove.StatusNotStarted: "D01:missed", cove.StatusOverQuota: "D01:quota", cove.StatusNoSelection: "D01:noselection",
			} {
				want(t, change(server(), func(d *cove.Device) { d.FilesAndFolders.Status = status }), Problem, state)
			}
		}},
		{"B41", "every text was written, and kept, for every device", func(t *testing.T) {
			r := DefaultRules()
			d := server()
			if n := testing.AllocsPerRun(10, func() { Check(d, birch, &r, now) }); n != 0 {
				t.Errorf("%v allocations for a healthy device", n)
			}
		}},
		{"B42", "custom columns and a console view of one tenant were built in", func(t *testing.T) {
			srv, client := startCove(t, covetest.Config{})
			if _, err := Collect(t.Context(), client, DefaultRules(), now); err != nil {
				t.Fatal(err)
			}
			for _, r := range srv.Requests() {
				if strings.Contains(string(r.Params), `"AA`) {
					t.Errorf("%s asks for custom columns", r.Method)
				}
			}
			d := failingServer()
			r := eastern()
			r.SystemsLink = "https://console.example/{id}"
			f := Judge([]*cove.Device{d}, birchTree(), r, now)
			text, err := f.Compose(t.Context(), action(f, d, reconcile.Create, nil))
			if err != nil {
				t.Fatal(err)
			}
			holds(t, text.Internal, "https://console.example/2345678")
		}},
		{"B43", "an old failure counted although successes followed", func(t *testing.T) {
			want(t, change(server(), func(d *cove.Device) { d.FilesAndFolders.ColorBar = bar("5552225") }), Healthy, "")
		}},
	} {
		t.Run(row.id, row.test)
	}
}
