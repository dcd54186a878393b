package monitor

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/reconcile"
)

const consent = `{"description":"Graph API request failed: 401 (Unauthorized); Request: POST https://login.example/oauth2/token?client_secret=hush; ReplyBodyError: { ErrorCode: \"invalid_grant\", ErrorMessage: \"AADSTS65001: The user or administrator has not consented to use the application\" }","entity":"jo@birch.example","path":"/Inbox"}`

// startSessions starts the Cove of startCove with sessions that explain the
// problems of its devices 1, 3 and 4.
func startSessions(t *testing.T) (*covetest.Server, *Fleet) {
	t.Helper()
	srv, client := startCove(t, covetest.Config{})
	denied := []covetest.SessionError{
		{Text: "Access is denied", Filename: `D:\Shares\Accounting\q3.xlsx`, Count: 15},
		{Text: "The file is locked; auth_token=1b5e0c0a-4f1d-4c55-9d7e-1c2b3a4d5e6f", Filename: `D:\_tmp_\*old*.pst`},
	}
	srv.AddSession(1, covetest.Session{Source: "D01", Status: 2, Start: ago(40 * time.Hour), End: ago(39 * time.Hour), Errors: []covetest.SessionError{{Text: "an older error"}}})
	srv.AddSession(1, covetest.Session{Source: "D02", Status: 5, Start: ago(2 * time.Hour), End: ago(time.Hour)})
	srv.AddSession(1, covetest.Session{Source: "D01", Status: 2, Start: ago(3 * time.Hour), End: ago(2 * time.Hour), Errors: denied})
	srv.AddSession(1, covetest.Session{Source: "D01", Status: 1, Start: ago(time.Minute)})
	srv.AddSession(3, covetest.Session{Source: "D01", Status: 2, Start: ago(3 * time.Hour), End: ago(2 * time.Hour), Errors: []covetest.SessionError{{Text: "VSS error of the laptop"}}})
	srv.EditDevice(4, func(d *covetest.Device) {
		for _, s := range []string{"D19", "D20", "D05", "D23"} {
			d.Sources[s] = covetest.Source{Status: 2, Errors: 1, LastSuccess: ago(13 * time.Hour), ColorBar: "5552"}
		}
	})
	for _, s := range []string{"D19", "D20", "D05", "D23"} {
		srv.AddSession(4, covetest.Session{Source: s, Status: 2, Start: ago(time.Hour), End: ago(time.Hour), Errors: []covetest.SessionError{{Description: consent, Filename: "jo@birch.example"}}})
	}
	f, err := Collect(t.Context(), client, eastern(), now)
	if err != nil {
		t.Fatal(err)
	}
	srv.ResetRequests()
	return srv, f
}

// composeOf writes the text of an action on a device of a fleet.
func composeOf(t *testing.T, f *Fleet, id int64, kind reconcile.ActionKind) reconcile.Text {
	t.Helper()
	v, ok := f.Verdict(id)
	if !ok {
		t.Fatalf("no device %d", id)
	}
	text, err := f.Compose(t.Context(), action(f, v.Device, kind, nil))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestDetails(t *testing.T) {
	srv, f := startSessions(t)
	text := composeOf(t, f, 1, reconcile.Create)
	golden(t, "details-server", text.Internal+"\n--- discussion\n"+text.Discussion+"\n")
	if n := srv.Calls(); n > 3 {
		t.Errorf("%d calls for one device", n)
	}
	srv.ResetRequests()
	if again := composeOf(t, f, 1, reconcile.Create); again != text || srv.Calls() != 0 {
		t.Errorf("the second time it takes %d calls", srv.Calls())
	}
	srv.ResetRequests()
	text = composeOf(t, f, 4, reconcile.Create)
	golden(t, "details-tenant", text.Internal+"\n--- discussion\n"+text.Discussion+"\n")
	if n := srv.Calls(); n > 3 {
		t.Errorf("%d calls for a tenant", n)
	}
	// B44: Microsoft 365 has no group details, and no storage node.
	if srv.Count("EnumerateSessionErrorsGroupDetails") != 0 || srv.Count("QueryErrors") > 1 {
		t.Error("a tenant's errors were looked for at a storage node")
	}
}

// TestDetailsOfSeveralSources: one call for all sessions, one for all errors.
func TestDetailsOfSeveralSources(t *testing.T) {
	srv, client := startCove(t, covetest.Config{})
	srv.EditDevice(2, func(d *covetest.Device) {
		for _, s := range []string{"D01", "D10"} {
			end := map[string]time.Duration{"D01": 25 * time.Hour, "D10": time.Hour}[s]
			d.Sources[s] = covetest.Source{Status: 8, Errors: 2, LastSuccess: ago(end), LastCompleted: ago(end), LastSession: ago(end + time.Hour)}
		}
	})
	srv.AddSession(2, covetest.Session{Source: "D01", Status: 8, Start: ago(50 * time.Hour), Errors: []covetest.SessionError{{Text: "old"}}})
	srv.AddSession(2, covetest.Session{Source: "D01", Status: 8, Start: ago(26 * time.Hour), Errors: []covetest.SessionError{{Text: "Disk is full"}}})
	srv.AddSession(2, covetest.Session{Source: "D10", Status: 8, Start: ago(10 * time.Hour), Errors: []covetest.SessionError{{Text: "older"}}})
	srv.AddSession(2, covetest.Session{Source: "D10", Status: 8, Start: ago(2 * time.Hour), Errors: []covetest.SessionError{{Text: "Login failed for user"}, {Text: "Login failed for user", Filename: "master"}}})
	f, err := Collect(t.Context(), client, DefaultRules(), now)
	if err != nil {
		t.Fatal(err)
	}
	srv.ResetRequests()
	text := composeOf(t, f, 2, reconcile.Create).Internal
	for _, want := range []string{"Files error: Disk is full. Likely: a full disk.", "SQL error: Login failed for user: master (and 1 more). Likely: a password that was changed."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
	if strings.Contains(text, "old") || srv.Calls() > 2 {
		t.Errorf("%d calls for:\n%s", srv.Calls(), text)
	}
}

// TestDetailsFail: whatever fails, the text is complete but for the errors, and
// says so; the verdict stays as it was. B24: an error in an answer with status
// 200 is an error.
func TestDetailsFail(t *testing.T) {
	for _, method := range []string{"GetAccountInfoById", "QueryErrors"} {
		for _, kind := range []covetest.FaultKind{covetest.ResetBefore, covetest.HTML, covetest.Garbage, covetest.Truncate, covetest.StatusBefore} {
			srv, f := startSessions(t)
			srv.Inject(covetest.Fault{Method: method, Kind: kind, Times: -1})
			text := composeOf(t, f, 1, reconcile.Create).Internal
			for _, want := range []string{"NO GOOD FILES BACKUP SINCE", "The session errors could not be read", "Files: last session failed, 3 errors."} {
				if !strings.Contains(text, want) {
					t.Errorf("%s, fault %d: %q is missing in:\n%s", method, kind, want, text)
				}
			}
		}
	}
	srv, f := startSessions(t)
	srv.RemoveDevice(1) // GetAccountInfoById answers 200 with an error now
	if text := composeOf(t, f, 1, reconcile.Create).Internal; !strings.Contains(text, "could not be read") {
		t.Errorf("B24:\n%s", text)
	}
}

// TestNoDetails: neither the recovery of a problem that was never written
// about, nor a backup that is only old, takes a call.
func TestNoDetails(t *testing.T) {
	srv, f := startSessions(t)
	composeOf(t, f, 2, reconcile.Close)
	stale := failingServer()
	stale.FilesAndFolders.Status, stale.FilesAndFolders.Errors = cove.StatusCompleted, 0
	old := Judge([]*cove.Device{stale}, birchTree(), eastern(), now)
	old.reader.client = f.reader.client
	composeOf(t, old, stale.ID, reconcile.Create)
	if n := srv.Calls(); n != 0 {
		t.Errorf("%d calls", n)
	}
}

// TestNoLeak: B12. The text of a device holds nothing of another device and no
// token, in whatever order and however concurrently the texts are written.
func TestNoLeak(t *testing.T) {
	srv, f := startSessions(t)
	words := map[int64][]string{1: {"Accounting", "q3.xlsx"}, 3: {"laptop"}, 4: {"AADSTS65001", "jo@birch.example"}}
	for range 3 {
		texts := make(chan [2]string)
		for id := range words {
			go func() {
				v, _ := f.Verdict(id)
				text, err := f.Compose(t.Context(), action(f, v.Device, reconcile.Create, nil))
				texts <- [2]string{fmt.Sprint(id), fmt.Sprint(text, err)}
			}()
		}
		for range words {
			got := <-texts
			for id, list := range words {
				for _, word := range list {
					if has := strings.Contains(got[1], word); has != (got[0] == fmt.Sprint(id)) {
						t.Errorf("the text of device %s: %q is there: %v", got[0], word, has)
					}
				}
			}
			for id := range words {
				if d, _ := srv.Device(id); strings.Contains(got[1], d.Token) || strings.Contains(got[1], "hush") || strings.Contains(got[1], "1b5e0c0a") {
					t.Errorf("a secret in the text of device %s", got[0])
				}
			}
		}
	}
}

// TestIgnore: errors that the rules ignore make no problem, unless there are
// other errors or the errors cannot be read.
func TestIgnore(t *testing.T) {
	locked := covetest.SessionError{Text: "The process cannot access the file", Filename: `C:\Users\jo\mail.pst`}
	for _, row := range []struct {
		name   string
		status int
		errors []covetest.SessionError
		fault  covetest.FaultKind
		ignore []Ignore
		want   string
	}{
		{"ignored", 8, []covetest.SessionError{locked, locked}, 0, []Ignore{{Text: "*.pst"}}, "healthy "},
		{"ignored for its source", 5, []covetest.SessionError{locked}, 0, []Ignore{{Source: cove.SourceFilesAndFolders, Text: "*cannot access the file*"}}, "healthy "},
		{"another source's", 8, []covetest.SessionError{locked}, 0, []Ignore{{Source: cove.SourceMSSQL, Text: "*.pst"}}, "problem D01:errors"},
		{"others too", 8, []covetest.SessionError{locked, {Text: "Disk is full"}}, 0, []Ignore{{Text: "*.pst"}}, "problem D01:errors"},
		{"no errors to be found", 8, nil, 0, []Ignore{{Text: "*.pst"}}, "problem D01:errors"},
		{"unreadable", 8, []covetest.SessionError{locked}, covetest.StatusBefore, []Ignore{{Text: "*.pst"}}, "problem D01:errors"},
		{"a failure is not forgiven", 2, []covetest.SessionError{locked}, 0, []Ignore{{Text: "*.pst"}}, "problem D01:failed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			srv, client := startCove(t, covetest.Config{})
			srv.EditDevice(2, func(d *covetest.Device) {
				d.Sources["D01"] = covetest.Source{Status: row.status, Errors: 2, LastSuccess: ago(time.Hour), ColorBar: "5558"}
			})
			srv.AddSession(2, covetest.Session{Source: "D01", Status: row.status, Start: ago(2 * time.Hour), End: ago(time.Hour), Errors: row.errors})
			if row.fault != 0 {
				srv.Inject(covetest.Fault{Method: "QueryErrors", Kind: row.fault, Times: -1})
			}
			r := DefaultRules()
			r.Ignore = row.ignore
			f, err := Collect(t.Context(), client, r, now)
			if err != nil {
				t.Fatal(err)
			}
			if got := states(f)[2]; got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
			if faults := len(f.Faults) - 1; (faults != 0) != (row.fault != 0) {
				t.Errorf("faults %v", f.Faults)
			}
		})
	}
}

// TestIgnoreOnlyErrors: one source has ignored errors; another source that
// failed with the same error is still a failure.
func TestIgnoreOnlyErrors(t *testing.T) {
	srv, client := startCove(t, covetest.Config{})
	locked := []covetest.SessionError{{Text: "locked", Filename: `C:\mail.pst`}}
	srv.EditDevice(2, func(d *covetest.Device) {
		d.Sources["D01"] = covetest.Source{Status: 8, Errors: 1, LastSuccess: ago(time.Hour)}
		d.Sources["D10"] = covetest.Source{Status: 2, Errors: 1, LastSuccess: ago(3 * time.Hour)}
	})
	srv.AddSession(2, covetest.Session{Source: "D01", Status: 8, Start: ago(2 * time.Hour), Errors: locked})
	srv.AddSession(2, covetest.Session{Source: "D10", Status: 2, Start: ago(2 * time.Hour), Errors: locked})
	r := DefaultRules()
	r.Ignore = []Ignore{{Text: "*.pst"}}
	f, err := Collect(t.Context(), client, r, now)
	if err != nil {
		t.Fatal(err)
	}
	if got := states(f)[2]; got != "problem D10:failed" {
		t.Errorf("%q, want the failure alone", got)
	}
}

// TestDetailsOfQuietSource: many sessions of one source do not hide the failed
// session of another.
func TestDetailsOfQuietSource(t *testing.T) {
	srv, f := startSessions(t)
	for i := range detailsLimit + 50 {
		srv.AddSession(3, covetest.Session{Source: "D10", Status: 5, Start: ago(time.Duration(i) * time.Minute / 2), End: now})
	}
	if text := composeOf(t, f, 3, reconcile.Create).Internal; !strings.Contains(text, "VSS error of the laptop") {
		t.Errorf("the error is missing in:\n%s", text)
	}
}

// TestOneCauseIsForAll: M6. Missing consent is the one cause only if every
// service of the tenant fails.
func TestOneCauseIsForAll(t *testing.T) {
	srv, before := startSessions(t)
	srv.EditDevice(4, func(d *covetest.Device) { d.Sources["D23"] = covetest.Source{Status: 5, LastSuccess: ago(time.Hour)} })
	f, err := Collect(t.Context(), before.reader.client, DefaultRules(), now)
	if err != nil {
		t.Fatal(err)
	}
	text := composeOf(t, f, 4, reconcile.Create).Internal
	if strings.Contains(text, "CONSENT NEEDED") || !strings.Contains(text, "Likely: consent needed") {
		t.Errorf("three of four services fail:\n%s", text)
	}
}
