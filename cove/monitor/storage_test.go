package monitor

import (
	"strconv"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/reconcile"
)

// TestStorage: M9. A storage that failed to synchronize is a problem of its own
// when the rules ask for it.
func TestStorage(t *testing.T) {
	on := DefaultRules()
	on.Server.Storage = true
	for _, row := range []struct {
		name          string
		cloud         cove.SyncStatus
		vault, status string
		want          string
	}{
		{"undefined", cove.SyncUndefined, "", "", "healthy "},
		{"synchronized", cove.SyncSynchronized, "1", "100", "healthy "},
		{"on the way", 37, "1", "99", "healthy "},
		{"cloud failed", cove.SyncFailed, "", "", "problem outofsync2"},
		{"cloud offline", cove.SyncOffline, "", "", "suppressed "},
		{"vault failed", cove.SyncSynchronized, "1", "-1", "problem outofsync2"},
		{"vault offline", cove.SyncSynchronized, "true", "-2", "suppressed "},
		{"no vault", cove.SyncSynchronized, "0", "-1", "healthy "},
		{"no word of a vault", cove.SyncSynchronized, "", "-1", "healthy "},
		{"offline and failed", cove.SyncOffline, "1", "-1", "problem outofsync2"},
		{"unreadable status", cove.SyncSynchronized, "1", "bad", "suppressed "},
		{"unreadable switch", cove.SyncSynchronized, "perhaps", "100", "suppressed "},
	} {
		d := server()
		d.StorageStatus, d.Rest = row.cloud, map[string]string{"VE": row.vault, "YV": row.status}
		if v := Check(d, birch, &on, now); v.Outcome.String()+" "+v.State != row.want {
			t.Errorf("%s: %v %q %q, want %q", row.name, v.Outcome, v.State, v.Reason, row.want)
		}
		if v := check(d); v.Outcome != Healthy {
			t.Errorf("%s, not asked for: %v %q", row.name, v.Outcome, v.State)
		}
	}
	d := failingServer()
	d.StorageStatus = cove.SyncFailed
	f := Judge([]*cove.Device{d}, nil, on, now)
	if got, want := f.ruleLine(&f.Verdicts[0], on.clock(now)), "server, Files backup failed, or good backup older than 26 h. Severity medium, high from 2 Dec, critical from 18 Dec."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := endsLine(&f.Verdicts[0], ""), "Ends by itself when all of this is good again."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	v := Check(d, birch, &on, now)
	if v.State != "D01:failed outofsync2" || v.Kind != Failed || !v.Since.Equal(ago(5*day)) || v.Summary != "COVE SVR SRV-FS01 #2345678 - Files failed, storage out of sync" {
		t.Errorf("beside a failure: %q %v since %v, %q", v.State, v.Kind, v.Since, v.Summary)
	}
	waiting := server()
	waiting.FilesAndFolders.Status, waiting.StorageStatus = cove.StatusNone, cove.SyncOffline
	if v := Check(waiting, birch, &on, now); v.Reason != "Files: no completed session to judge by" {
		t.Errorf("two reasons: %q, want the first", v.Reason)
	}
	d.StorageStatus = cove.SyncOffline
	if v := Check(d, birch, &on, now); v.State != "D01:failed" || v.Reason != "" {
		t.Errorf("offline beside a failure: %q %q", v.State, v.Reason)
	}
}

// TestStorageText checks the first lines of a ticket about a storage.
func TestStorageText(t *testing.T) {
	r := eastern()
	r.Server.Storage = true
	d := server()
	d.StorageStatus, d.Rest = cove.SyncFailed, map[string]string{"VE": "1", "YV": "-1"}
	f := Judge([]*cove.Device{d}, birchTree(), r, now)
	text, err := f.Compose(t.Context(), action(f, d, reconcile.Create, nil))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "create-storage", f.Verdicts[0].Summary+"\n"+text.Internal+"\n--- discussion\n"+text.Discussion+"\n")
	for _, row := range []struct {
		cloud cove.SyncStatus
		vault string
		want  string
	}{
		{cove.SyncFailed, "100", "the cloud storage failed to synchronize"},
		{cove.SyncSynchronized, "-1", "the LocalSpeedVault failed to synchronize"},
	} {
		d.StorageStatus, d.Rest = row.cloud, map[string]string{"VE": "1", "YV": row.vault}
		if got := storageText(d); got != row.want {
			t.Errorf("%q, want %q", got, row.want)
		}
	}
}

// TestRecoveredToo: the closing text says that a storage or a recovery test is
// good again.
func TestRecoveredToo(t *testing.T) {
	r := eastern()
	r.Server.Storage, r.Server.Recovery = true, 30*day
	d := server()
	d.StorageStatus, d.Rest = cove.SyncSynchronized, map[string]string{"I80": "1", "RV0": "5", "RVL": strconv.FormatInt(ago(day).Unix(), 10)}
	for _, row := range []struct {
		rules Rules
		want  string
	}{
		{r, "RECOVERED: every backup source has a good backup. No storage has failed to synchronize. The last good recovery test was Sun 22 Nov 07:00. Last good: Files Mon 23 Nov 06:00, System State Mon 23 Nov 06:00."},
		{eastern(), "RECOVERED: every backup source has a good backup. Last good: Files Mon 23 Nov 06:00, System State Mon 23 Nov 06:00."},
	} {
		f := Judge([]*cove.Device{d}, birchTree(), row.rules, now)
		text, err := f.Compose(t.Context(), action(f, d, reconcile.Close, nil))
		if first, _, _ := strings.Cut(text.Internal, "\n"); err != nil || first != row.want {
			t.Errorf("%v\n got %q\nwant %q", err, first, row.want)
		}
	}
}

// TestExtraColumns: the extra columns are read once, and only if the rules of a
// class need them.
func TestExtraColumns(t *testing.T) {
	srv, client := startCove(t, covetest.Config{})
	srv.EditDevice(2, func(d *covetest.Device) { d.Extra = map[string]string{"VE": "1", "YV": "-1"} })
	srv.EditDevice(3, func(d *covetest.Device) {
		d.Sources["D01"] = covetest.Source{Status: 5, LastSuccess: ago(1)}
		d.Extra = map[string]string{"I80": "1", "RV0": "2", "RVL": "1"}
	})
	r := DefaultRules()
	r.Server.Storage, r.Documents.Storage, r.Workstation.Recovery = true, true, 30*day
	r.Overrides = []Override{{Column: "YV", Value: "7", Exclude: true}}
	f, err := Collect(t.Context(), client, r, now)
	if err != nil {
		t.Fatal(err)
	}
	if got := states(f); got[2] != "problem outofsync2" || got[3] != "problem untested" {
		t.Errorf("%v", got)
	}
	quiet := DefaultRules()
	if got := quiet.columns(); len(got) != 0 {
		t.Errorf("asked for without a need: %q", got)
	}
	if got := r.columns(); len(got) != 6 {
		t.Errorf("%q", got)
	}
}
