package monitor

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// textOf returns the internal text of an action on a device.
func textOf(t *testing.T, d *cove.Device, kind reconcile.ActionKind, change func(*reconcile.Action)) string {
	t.Helper()
	f := fleetOf(d)
	text, err := f.Compose(t.Context(), action(f, d, kind, change))
	if err != nil {
		t.Fatal(err)
	}
	return text.Internal
}

// TestTableOfConditions: an empty cell in a row would leave a text empty.
func TestTableOfConditions(t *testing.T) {
	if len(conditions) != int(Offline)+1 {
		t.Fatalf("%d rows", len(conditions))
	}
	names, headlines := map[string]bool{}, map[string]bool{}
	for c := Good + 1; int(c) < len(conditions); c++ {
		row := c.row()
		for column, value := range map[string]string{
			"name": row.name, "words": row.words, "first": row.first, "headline": row.headline, "rule": row.rule, "step": row.step, "ending": row.ending,
		} {
			if value == "" {
				t.Errorf("condition %d has no %s", c, column)
			}
		}
		if row.severity == reconcile.SeverityNone || names[row.name] || headlines[row.headline] {
			t.Errorf("condition %s: no severity, or its name or headline is another's", row.name)
		}
		names[row.name], headlines[row.headline] = true, true
		v := Verdict{Device: server(), Class: ClassServer}
		for _, f := range []Finding{{Source: 1, Condition: c, LastGood: now, Since: now, Limit: day}, {Condition: c}} {
			for _, form := range []string{row.first, row.never, row.rule, row.ending} {
				if got := v.fill(form, []Finding{f}, func(time.Time) string { return "then" }); strings.ContainsAny(got, "{}[]") {
					t.Errorf("%s: %q", c, got)
				}
			}
		}
	}
}

// TestCaseT1: bad days in a row are counted by what was bad about them.
func TestCaseT1_BadDays(t *testing.T) {
	d := server()
	d.FilesAndFolders = failing(28 * day)
	d.FilesAndFolders.ColorBar = bar("8888888888888888888888888882")
	if got := textOf(t, d, reconcile.Create, nil); !strings.Contains(got, "Files: 28 bad days in a row: 1 failed, 27 with errors.") {
		t.Error(got)
	}
}

// TestCaseT2: no rise in severity is announced for a condition that does not
// rise.
func TestCaseT2_LaptopInADrawer(t *testing.T) {
	d := workstation()
	d.FilesAndFolders, d.Seen = failing(12*day), ago(10*day)
	d.FilesAndFolders.LastSuccess = ago(12 * day)
	if got := textOf(t, d, reconcile.Create, nil); !strings.Contains(got, "Severity low; it does not rise while there is no contact.") || strings.Contains(got, "from") {
		t.Error(got)
	}
}

// TestCaseT3: the severity of a source that was never good rises by its own
// age, not with the device's other sources.
func TestCaseT3_NeverGood(t *testing.T) {
	for _, row := range []struct {
		name, bar string
		status    cove.SessionStatus
		state     string
	}{
		{"failing as long as anybody remembers", "2222222222222222222222222222", cove.StatusFailed, "D02:never4"},
		{"failing for eight days", "22222222", cove.StatusFailed, "D02:never2"},
		{"failing, no bar", "", cove.StatusFailed, "D02:never4"},
		{"added today", "", cove.StatusNone, "D02:never"},
	} {
		d := server()
		d.SystemState = cove.SourceStats{Status: row.status, ColorBar: bar(row.bar)}
		if v := check(d); v.State != row.state {
			t.Errorf("%s: %q, want %q", row.name, v.State, row.state)
		}
	}
}

// A source that never had a session rises from the day it was first seen.
func TestCaseT3_FirstSeen(t *testing.T) {
	srv, client := startCove(t, covetest.Config{})
	srv.EditDevice(2, func(d *covetest.Device) { d.Sources["D10"] = covetest.Source{} })
	m := New(client, DefaultRules())
	var memory []byte
	for _, want := range []string{"problem D10:never", "problem D10:never2", "problem D10:never4"} {
		s, err := m.Look(t.Context(), reconcile.Request{At: now, Memory: memory})
		if err != nil {
			t.Fatal(err)
		}
		if got := states(m.Fleet())[2]; got != want {
			t.Errorf("%q, want %q, with %s", got, want, memory)
		}
		days := map[bool]time.Duration{true: 8, false: 31}[memory == nil]
		memory = fmt.Appendf(nil, `{"waiting":{"2/D10":%d}}`, ago(days*day).Unix())
		if !strings.Contains(string(s.Memory), `"waiting":{"2/D10":`) {
			t.Errorf("the memory is %s", s.Memory)
		}
	}
}

// TestCaseT4: a file that cannot be backed up while it is in use makes no
// ticket for a workstation. The closing note says what was ignored and why.
func TestCaseT4_OpenFiles(t *testing.T) {
	srv, client := startCove(t, covetest.Config{})
	locked := []covetest.SessionError{{Text: "The process cannot access the file", Filename: `C:\Users\jo\NTUSER.DAT`}}
	for id, os := range map[int64]int{2: 2, 3: 1} {
		srv.EditDevice(id, func(d *covetest.Device) {
			d.OSType = os
			d.Sources = map[string]covetest.Source{"D01": {Status: 8, Errors: 1, LastSuccess: ago(time.Hour), LastCompleted: ago(time.Hour)}}
		})
		srv.AddSession(id, covetest.Session{Source: "D01", Status: 8, Start: ago(2 * time.Hour), End: ago(time.Hour), Errors: locked})
	}
	m := New(client, DefaultRules())
	s, err := m.Look(t.Context(), reconcile.Request{At: now})
	if err != nil {
		t.Fatal(err)
	}
	if got := states(m.Fleet()); got[2] != "problem D01:errors" || got[3] != "healthy " {
		t.Errorf("a server's open file is not a harmless one, a laptop's is: %v", got)
	}
	v, _ := m.Fleet().Verdict(3)
	text, err := m.Fleet().Compose(t.Context(), action(m.Fleet(), v.Device, reconcile.Close, nil))
	if err != nil || !strings.Contains(text.Internal, `Passed over: its errors are such as the rules ignore: *\NTUSER.DAT* (a user's registry`) {
		t.Errorf("%v\n%s", err, text.Internal)
	}
	// The next look remembers it, until there is a new session.
	calls := func(memory []byte) int {
		srv.ResetRequests()
		if _, err := m.Look(t.Context(), reconcile.Request{At: now, Memory: memory}); err != nil {
			t.Fatal(err)
		}
		return srv.Count("QueryErrors")
	}
	if n := calls(s.Memory); n != 0 || states(m.Fleet())[3] != "healthy " {
		t.Errorf("%d calls for what is known, %v", n, states(m.Fleet()))
	}
	if n := calls([]byte("garbage")); n != 1 {
		t.Errorf("%d calls without a memory", n)
	}
	srv.EditDevice(3, func(d *covetest.Device) {
		d.Sources["D01"] = covetest.Source{Status: 8, Errors: 1, LastSuccess: ago(time.Minute), LastCompleted: ago(time.Minute)}
	})
	if n := calls(s.Memory); n != 1 {
		t.Errorf("%d calls for a new session", n)
	}
}

// TestCaseT5: errors of Microsoft 365 have causes of their own.
func TestCaseT5_CausesOfM365(t *testing.T) {
	r := DefaultRules()
	for text, want := range map[string]string{
		"Access denied": "consent needed", "AADSTS65001: no consent": "consent needed",
		"The user has no license for Exchange Online": "a missing licence", "Graph API request failed: 429 (Too Many Requests)": "throttling by Microsoft",
		"The mailbox is either inactive, soft-deleted, or hosted on-premise.": "a mailbox that is gone",
	} {
		if c, ok := r.cause(ClassM365, text); !ok || c.Cause != want || c.Step == "" {
			t.Errorf("%q: %+v, want %q", text, c, want)
		}
	}
	if c, _ := r.cause(ClassServer, "Access denied"); c.Cause != "permissions" {
		t.Errorf("%+v", c)
	}
	d := tenant()
	d.M365Exchange = failing(day)
	f := fleetOf(d)
	v, _ := f.Verdict(d.ID)
	lines, _ := f.errorLines(v, []cove.SessionError{{Source: cove.SourceM365Exchange, Text: "Access denied", Path: "/"}})
	if len(lines) != 1 || !strings.HasPrefix(lines[0], "Error: Access denied. Likely") {
		t.Errorf("%q", lines)
	}
	r.Causes = []Cause{{Text: "*denied*", Cause: "the moon"}}
	if c, _ := r.cause(ClassServer, "Access denied"); c.Cause != "the moon" {
		t.Error("the table is not replaced")
	}
}

// TestCaseT6: the text says so when a ticket is not closed yet.
func TestCaseT6_Verify(t *testing.T) {
	got := textOf(t, server(), reconcile.Close, func(a *reconcile.Action) { a.Recovery = reconcile.RecoveryVerify })
	if !strings.HasSuffix(got, "The ticket is not closed yet: it goes to the status in which people check. Please check, then close it.") {
		t.Error(got)
	}
}

// TestCaseT7: the text names only configured ways to silence.
func TestCaseT7_Silence(t *testing.T) {
	d := failingServer()
	if got := textOf(t, d, reconcile.Create, nil); strings.Contains(got, "silence") {
		t.Error(got)
	}
	r := eastern()
	r.Silence = `the status "No Action"`
	f := Judge([]*cove.Device{d}, birchTree(), r, now)
	if text, err := f.Compose(t.Context(), action(f, d, reconcile.Create, nil)); err != nil || !strings.Contains(text.Internal, `To silence: the status "No Action".`) {
		t.Error(err, text.Internal)
	}
}

// TestCaseT8: a problem that never went away is not called "back".
func TestCaseT8_NeverWentAway(t *testing.T) {
	for code, want := range map[string]string{
		reconcile.CodeLasting:  "THE PROBLEM NEVER WENT AWAY since ticket #70001 was closed on Mon 16 Nov 07:00. NO GOOD",
		reconcile.CodeRecurred: "THE PROBLEM IS BACK. Its ticket had been closed on Mon 16 Nov 07:00. NO GOOD",
		reconcile.CodeReturned: "THE PROBLEM IS BACK. Its end had been noted on Mon 16 Nov 07:00. NO GOOD",
		reconcile.CodeNew:      "NO GOOD",
	} {
		got := textOf(t, failingServer(), reconcile.Create, func(a *reconcile.Action) {
			a.Code, a.Related, a.Since = code, []int64{70001}, ago(7*day)
		})
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", code, got)
		}
	}
	if got := textOf(t, failingServer(), reconcile.Reopen, func(a *reconcile.Action) { a.Code = reconcile.CodeNotDone }); !strings.HasPrefix(got, "THE PROBLEM IS STILL THERE") {
		t.Error(got)
	}
}

// TestCaseT9: for a device that is gone the ticket says so, and what to do.
func TestCaseT9_Gone(t *testing.T) {
	a := reconcile.Action{Kind: reconcile.Update, Key: reconcile.Key{Feed: Source, Subject: "99"}, Code: reconcile.CodeAbsent, Note: true}
	text, err := fleetOf(server()).Compose(t.Context(), a)
	if err != nil || !strings.Contains(text.Internal, "not in what is monitored any more") || !strings.Contains(text.Internal, "Please check whether this was intended") {
		t.Error(err, text.Internal)
	}
}

// TestCaseT10: the older tool's tickets are recognised by every look.
func TestCaseT10_Adopt(t *testing.T) {
	key, verbatim, ok := fleetOf(server()).Snapshot().Adopt("COVE SVR OB-SRV #3785192 - FS Stale (1d 18h)")
	if key.Subject != "3785192" || !verbatim || !ok {
		t.Error(key, verbatim, ok)
	}
}

// TestCaseD25: a server whose row has no OS type is not judged as a
// workstation.
func TestCaseD25_NoOSType(t *testing.T) {
	d := server()
	d.OSType, d.OS = cove.OSUndefined, ""
	for _, age := range []time.Duration{time.Hour, 2 * day, 90 * day} {
		d.FilesAndFolders.LastSuccess = ago(age)
		if v := check(d); v.Outcome != Suppressed || !strings.Contains(v.Reason, "operating system is not known") {
			t.Errorf("%v: %v %q", age, v.Outcome, v.Reason)
		}
	}
	r := DefaultRules()
	r.Overrides = []Override{{Name: "SRV-*", Class: ClassServer}}
	if v := Check(d, birch, &r, now); v.State != "D01:stale4" {
		t.Errorf("an override classes it: %v %q", v.Outcome, v.Reason)
	}
}

// TestCaseS11: columns that this user may not read suppress the devices that
// need them, and no others; the run says what is missing.
func TestCaseS11_RefusedColumns(t *testing.T) {
	for _, row := range []struct {
		columns []string
		want    map[int64]string
		unread  string
	}{
		{[]string{"LN", "US", "MF", "D01F03"}, map[int64]string{1: "problem D01:failed", 2: "healthy ", 4: "problem D05:stale"}, ""},
		{[]string{"D10F00"}, map[int64]string{1: "problem D01:failed", 2: "suppressed ", 4: "problem D05:stale"}, "D10F00"},
		{[]string{"I78"}, map[int64]string{1: "suppressed ", 2: "suppressed ", 4: "suppressed "}, "I78"},
	} {
		_, client := startCove(t, covetest.Config{Switches: covetest.Switches{ForbiddenColumns: row.columns}})
		s, err := New(client, DefaultRules()).Look(t.Context(), reconcile.Request{At: now})
		if err != nil {
			t.Fatal(err)
		}
		f, _ := Collect(t.Context(), client, DefaultRules(), now)
		for id, want := range row.want {
			if got := states(f)[id]; got != want {
				t.Errorf("%v: device %d is %q, want %q", row.columns, id, got, want)
			}
		}
		if said := strings.Join(s.Unread, ""); (row.unread == "") != (said == "") || !strings.Contains(said, row.unread) {
			t.Errorf("%v: unread %q", row.columns, said)
		}
	}
}

// TestCaseO4: one source fails and another ends well an hour later: every look
// finds the same single problem.
func TestCaseO4_OneSourceFails(t *testing.T) {
	d := server()
	d.FilesAndFolders = failing(2 * time.Hour)
	before := check(d)
	d.SystemState.LastSuccess, d.Total.LastSuccess, d.Total.Status = now, now, cove.StatusCompleted
	if after := check(d); before.Outcome != Problem || after.State != before.State || after.Summary != before.Summary {
		t.Errorf("%q became %q", before.State, after.State)
	}
}

// TestCaseO13: servers without contact for a month are critical, under either
// preset.
func TestCaseO13_SilentServers(t *testing.T) {
	for _, name := range Presets() {
		r, _ := Preset(name)
		for _, days := range []time.Duration{31, 91} {
			d := server()
			d.Seen, d.FilesAndFolders.LastSuccess, d.SystemState.LastSuccess = ago(days*day), ago(days*day), ago(days*day)
			if v := Check(d, birch, &r, now); v.Outcome != Problem || v.Severity != reconcile.SeverityCritical {
				t.Errorf("%s, %d days: %v %v", name, days, v.Outcome, v.Severity)
			}
		}
	}
}

// TestCaseO16: the texts of 600 new problems, each with one or two errors, take
// at most one and a half calls each on average. The text of a storm takes none.
func TestCaseO16_Calls(t *testing.T) {
	srv, client := startCove(t, covetest.Config{})
	const customers, each = 100, 6
	for c := range int64(customers) {
		partner := srv.AddPartner(covetest.Partner{ID: 500000 + c, Name: fmt.Sprint("Customer ", c)})
		for i := range int64(each) {
			sources := map[string]covetest.Source{"D01": {Status: 2, Errors: 1, LastSuccess: ago(3 * day), LastCompleted: ago(time.Hour)}}
			if i%2 == 0 {
				sources["D02"] = covetest.Source{Status: 2, Errors: 1, LastSuccess: ago(3 * day), LastCompleted: ago(time.Hour)}
			}
			id := srv.AddDevice(covetest.Device{ID: 10000 + c*each + i, PartnerID: partner, ComputerName: fmt.Sprint("SRV-", c, "-", i), OSType: 2, Created: ago(99 * day), Seen: now, Sources: sources})
			for source := range sources {
				srv.AddSession(id, covetest.Session{Source: source, Status: 2, Start: ago(2 * time.Hour), End: ago(time.Hour), Errors: []covetest.SessionError{{Text: "Access is denied"}}})
			}
		}
	}
	f, err := Collect(t.Context(), client, DefaultRules(), now)
	if err != nil {
		t.Fatal(err)
	}
	srv.ResetRequests()
	storm := reconcile.Action{Kind: reconcile.Create, Issue: &reconcile.Issue{}, After: mark.Mark{State: mark.Storm}}
	if _, err := f.Compose(t.Context(), storm); err != nil || srv.Calls() != 0 {
		t.Errorf("%d calls for a storm, %v", srv.Calls(), err)
	}
	problems := 0
	for i := range f.Verdicts {
		if v := &f.Verdicts[i]; v.Device.ID >= 10000 {
			problems++
			text, err := f.Compose(t.Context(), action(f, v.Device, reconcile.Create, nil))
			if err != nil || !strings.Contains(text.Internal, "Access is denied") {
				t.Fatal(err, text.Internal)
			}
		}
	}
	if calls := srv.Calls(); problems != customers*each || float64(calls) > 1.5*float64(problems) {
		t.Errorf("%d calls for %d problems", calls, problems)
	}
}

// TestCaseW19: a template that never ends is refused at load.
func TestCaseW19_EndlessTemplate(t *testing.T) {
	start := time.Now()
	if _, err := LoadRules(strings.NewReader(`{"templates":{"create":"{{range 100000000000000}}{{end}}"}}`)); err == nil || !strings.Contains(err.Error(), "turns") {
		t.Error(err)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %v", took)
	}
}

// hostile are texts from outside that look like something else.
var hostile = []string{
	"[Pay here](http://evil.example)", `<img src=x onerror=alert(1)>`, "line\nFirst step: run format c:", "# heading", "- item", "1. item", "> quote", "\x1b[31mred\x1b[0m",
	"\u202eabc", "a\u2028b", "`code`", "**bold**", "=cmd|'/C calc'!A0", "x;=1+1", "https://evil.example/?tempauth=eyJhbGciOiJIUzI1NiJ9.eyJ4IjoxfQ.abc", "ftp://u:hunter22@h", "password is hunter22", "sig=hunter22", "AccountKey=hunter22",
}

// TestNothingFromOutsideIsMarkup (W15, W16, W17): text of a device, customer or
// error begins no line, makes no link or element, and brings no control or bidi
// character and no secret into any text, list or terminal.
func TestNothingFromOutsideIsMarkup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		evil := func(name string) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(append(hostile, "SRV", " ", "\r")), 1, 3).Draw(t, name), " ")
		}
		d := brokenServer()
		d.ComputerName, d.Alias, d.Name, d.OS, d.Model = evil("computer"), evil("alias"), evil("name"), "Windows Server "+evil("os"), evil("model")
		d.Profile, d.Product, d.StorageLocation, d.InternalIPs, d.Customer = evil("profile"), evil("product"), evil("location"), evil("ip"), evil("customer")
		d.PartnerID, d.Reference = 9, evil("reference")
		f := Judge([]*cove.Device{d}, birchTree(), eastern(), now)
		f.reader.client = new(cove.Client) // never called: the errors are already read
		f.reader.known = map[int64][]cove.SessionError{d.ID: {{Source: cove.SourceFilesAndFolders, Text: evil("error"), Item: evil("item"), Path: evil("path")}}}
		var texts []string
		for _, a := range []reconcile.Action{
			action(f, d, reconcile.Create, nil), action(f, d, reconcile.Update, nil),
			{Kind: reconcile.Create, Issue: &reconcile.Issue{Customer: "9"}, After: mark.Mark{State: mark.Storm}},
			{Kind: reconcile.Create, Issue: &reconcile.Issue{}, After: mark.Mark{State: mark.Storm}},
		} {
			note, err := f.Compose(t.Context(), a)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, note.Internal, note.Discussion)
		}
		s := f.Snapshot()
		texts = append(texts, s.Issues[0].Summary, s.Issues[0].Detail)
		for _, note := range texts {
			shown, blocks := markdown(note)
			plain := codeless(note)
			if len(blocks) > 0 || strings.Contains(plain, "](") || tag.MatchString(plain) || strings.Contains(plain, "://evil") {
				t.Fatalf("markup in\n%s\nshown as %s", note, shown)
			}
			for line := range strings.Lines(note) {
				if strings.HasPrefix(line, "First step: run") {
					t.Fatalf("a line of its own:\n%s", note)
				}
			}
			unsafe(t, note)
		}
		var list bytes.Buffer
		if err := f.WriteDevices(&list, CSV); err != nil {
			t.Fatal(err)
		}
		for _, line := range []string{explained(f, d.ID), list.String()} {
			unsafe(t, line)
		}
		if strings.Contains(list.String(), ",=") || strings.Contains(list.String(), `"=`) || strings.Contains(list.String(), ";=") {
			t.Fatalf("a formula in\n%s", list.String())
		}
	})
}

func explained(f *Fleet, id int64) string {
	e, _ := f.Explain(id)
	return e.String()
}

// unsafe fails on characters that must not reach a terminal, and on secrets.
func unsafe(t *rapid.T, s string) {
	for line := range strings.SplitSeq(s, "\n") {
		if at := strings.IndexFunc(line, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }); at >= 0 {
			t.Fatalf("%q in %q", line[at:at+1], line)
		}
	}
	if strings.Contains(s, "hunter22") || strings.Contains(s, "eyJhbGci") {
		t.Fatalf("a secret in\n%s", text.Line(s))
	}
}

// codeless returns a note without its code spans and without our own link.
func codeless(note string) string {
	var b strings.Builder
	for line := range strings.Lines(note) {
		for rest := line; rest != ""; {
			before, _, after := cutCode(rest)
			b.WriteString(before)
			rest = after
		}
	}
	return b.String()
}
