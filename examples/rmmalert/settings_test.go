package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// Everything that is wrong with the settings is said at once, by its path; nothing
// is done.
func TestWrongSettings(t *testing.T) {
	t.Parallel()
	for text, wants := range map[string][]string{
		`{"alrts": {}}`: {"alrts", "alerts"},
		`{"alerts": {"consolidat": "1m", "details": 3}, "desk": {"x": 1}}`:            {"alerts.consolidat", "consolidate", "alerts.details", "desk.x"},
		`{"alerts": {"details": "some", "batch": 0, "timeout": "0s"}, ` + quiet + `}`: {"details", "some", "batch", "timeout"},
		`{"alerts": {"unattached": "lose", "maxAge": "-1h"}, ` + quiet + `}`:          {"unattached", "maxAge"},
		`{"policy": {"updateEvery": "24h"}, ` + quiet + `}`:                           {"policy.updateEvery", "alerts.consolidate"},
		`{"desk": {"newStatus": "Closed"}, ` + quiet + `}`:                            {"Closed"},
		`{"desk": {"board": "Servce Desk"}, ` + quiet + `}`:                           {"Servce Desk", "Service Desk"},
		`{}`: {"notify.emergency"},
		`{"desk": {"fields": {"poNumber": "{{range 99999999999}}{{end}}"}}, ` + quiet + `}`:                                                          {"desk.fields.poNumber", "100000 turns"},
		`{"desk": {"title": "{{.Issue.Labels.Wo}}"}, ` + quiet + `}`:                                                                                 {"desk.title", `"Wo"`, "Who", "alerts.labels"},
		`{"desk": {"internal": "{{if .Issue.Labels.Who}}{{.Issue.Labels.Rack}}{{end}}"}, ` + quiet + `}`:                                             {"desk.internal", `"Rack"`},
		`{"desk": {"description": "{{if .Issue.Labels.Who}}x{{else}}{{.Issue.Labels.Rack}}{{end}}"}, ` + quiet + `}`:                                 {"desk.description", `"Rack"`},
		`{"desk": {"fields": {"poNumber": "{{.Issue.Labels.Rack}}"}, "routes": [{"fields": {"poNumber": "{{.Issue.Labels.Row}}"}}]}, ` + quiet + `}`: {"desk.fields.poNumber", `"Rack"`, "desk.routes[0].fields.poNumber", `"Row"`},
	} {
		b := newBench(t, text)
		b.put("-key", "a", "-customer", "ACME")
		code, out, errs := b.drain()
		if code != program.Wrong || out != "" || len(b.tickets()) != 0 || len(b.waiting("")) != 1 {
			t.Errorf("%s: exit %d, %q, %d wait", text, code, out, len(b.waiting("")))
		}
		for _, want := range wants {
			if !strings.Contains(errs, want) {
				t.Errorf("%s: %q is not in %q", text, want, errs)
			}
		}
	}
	b := newBench(t, `{"desk": {"title": "{{.Issue.Labels.Who}} {{.Issue.Labels.rack}}"}, "alerts": {"labels": ["rack"]}, `+quiet+`}`)
	b.put("-key", "a", "-customer", "ACME", "-field", "Who=jdoe")
	b.drained()
	b.want(b.tickets(), "jdoe|New")
}

// Rights that are missing are named, and so are keys that are refused.
func TestRights(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	b.put("-key", "a", "-customer", "ACME")
	full := connectwisetest.FullRole()
	b.srv.EditMember("apimember", func(m *connectwisetest.Member) {
		m.Role = slices.DeleteFunc(slices.Clone(full), func(p connectwisetest.Permission) bool { return strings.HasPrefix(p.Function, "Close Service Ticket") })
	})
	if code, _, errs := b.drain(); code != program.Wrong || !strings.Contains(errs, "Close Service Tickets") {
		t.Errorf("exit %d, %s", code, errs)
	}
	b.srv.EditMember("apimember", func(m *connectwisetest.Member) { m.Role = full })
	b.Place = b.With("CWM_PRIVATE_KEY", "another")
	if code, _, errs := b.drain(); code != program.Wrong || strings.Contains(errs, "another") {
		t.Errorf("exit %d, %s", code, errs)
	}
	if n := len(b.waiting("")); n != 1 {
		t.Errorf("%d alerts wait", n)
	}
}

// Thirteen labels have lines of their own, others follow.
func TestTextOfATicket(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	var line, want []string
	for i, l := range labels {
		line = append(line, fmt.Sprintf("%q: \"value %d\"", l.name, i))
		want = append(want, fmt.Sprintf("%s: value %d", l.words, i))
	}
	line = append(line, `"key": "a"`, `"customer": "ACME"`, `"text": "It\nis \u001bbad."`, `"rack": 7`, `"tags": ["x"]`)
	want = append([]string{"It\nis bad."}, append(want, "rack: 7", `tags: ["x"]`)...)
	if code, errs := b.lines("{" + strings.Join(line, ", ") + "}\n"); code != program.Fine {
		t.Fatal(errs)
	}
	b.drained()
	b.want(b.tickets(), "value 0|New")
	if !strings.Contains(b.notes(), strings.Join(want, "\n")) {
		t.Errorf("notes %s\nwant %s", b.notes(), strings.Join(want, "\n"))
	}
}

// More new problems than the flood limit share a ticket.
func TestFlood(t *testing.T) {
	t.Parallel()
	b := newBench(t, `{"policy": {"customerStorm": {"limit": 3, "window": "1h"}}, `+quiet+`}`)
	for i := range 8 {
		b.put("-key", fmt.Sprint(i), "-customer", "ACME")
	}
	b.drain()
	if n := len(b.tickets()); n != 1 {
		t.Errorf("%d tickets: %q", n, b.tickets())
	}
}

// A repetition after the end reopens within the time, later it makes a new ticket
// that names the earlier one.
func TestReopenAndCorrelate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		after time.Duration
		want  []string
	}{{time.Hour, []string{"a|New"}}, {25 * time.Hour, []string{"a|Closed", "a|New"}}} {
		b := newBench(t, `{"policy": {"reopenWithin": "24h"}, "desk": {"internal": "earlier: {{range .Related}}#{{.}}{{end}}"}, `+quiet+`}`)
		b.put("-key", "a", "-customer", "ACME")
		b.drained()
		b.clock.Advance(time.Minute)
		b.put("-key", "a", "-clear")
		b.drained()
		b.want(b.tickets(), "a|Closed")
		b.clock.Advance(tt.after)
		b.put("-key", "a", "-customer", "ACME")
		b.drained()
		b.want(b.tickets(), tt.want...)
		if first := fmt.Sprintf("earlier: #%d", b.srv.Tickets()[0].ID); len(tt.want) == 2 && !strings.Contains(b.notes(), first) {
			t.Errorf("%q is not in %s", first, b.notes())
		}
	}
}

// Each alert its own ticket; a ticket of its own after a time; a default customer.
func TestTicketsOfTheirOwn(t *testing.T) {
	t.Parallel()
	for settings, want := range map[string]int{`"eachItsOwn": true`: 3, `"newAfter": "24h"`: 2, `"maxDetails": 5`: 1} {
		b := newBench(t, `{"alerts": {"customer": "Birch Dental", `+settings+`}, `+quiet+`}`)
		for _, later := range []time.Duration{time.Hour, 24 * time.Hour, 0} {
			b.put("-key", "a")
			b.drained()
			b.clock.Advance(later)
		}
		if got := b.srv.Tickets(); len(got) != want || got[0].Company.Identifier != "Birch" {
			t.Errorf("%s: %q", settings, b.tickets())
		}
	}
}

// The first run takes alerts of the last 48 hours and counts what is older.
func TestFirstImport(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	at := func(before time.Duration) string { return b.clock.Now().Add(-before).Format(time.RFC3339) }
	b.put("-key", "new", "-customer", "ACME", "-time", at(47*time.Hour))
	b.put("-key", "old", "-customer", "ACME", "-time", at(49*time.Hour))
	code, out, _ := b.drain()
	if b.want(b.tickets(), "new|New"); code != program.Blind || !strings.Contains(out, "1 events of rmm were dropped") {
		t.Errorf("exit %d, %s", code, out)
	}
}

// The first detail stands in the note, a file holds the others.
func TestFirstDetailOnly(t *testing.T) {
	t.Parallel()
	b := newBench(t, `{"alerts": {"details": "first", "consolidate": "10m"}, `+quiet+`}`)
	for i := range 4 {
		b.put("-key", "a", "-customer", "ACME", "-text", fmt.Sprintf("report %d.", i))
		b.drained()
		b.clock.Advance(time.Minute)
	}
	b.clock.Advance(10 * time.Minute)
	b.drained()
	notes := b.notes()
	if !strings.Contains(notes, "report 1.") || strings.Contains(notes, "report 2.") || !strings.Contains(notes, "2 further alerts are in the attached file alerts.txt") {
		t.Errorf("notes %s", notes)
	}
	b.want(b.documents(), "alerts.txt")
}

// A file is attached once; one that is refused is kept, ignored, or a failure.
func TestAttachments(t *testing.T) {
	t.Parallel()
	for how, want := range map[string]program.Exit{"keep": program.Fine, "ignore": program.Fine, "fail": program.Failed} {
		b := newBench(t, `{"alerts": {"unattached": "`+how+`"}, `+quiet+`}`)
		file := filepath.Join(b.Folder, "disk.txt")
		if err := os.WriteFile(file, []byte("C: 2 %"), 0o600); err != nil {
			t.Fatal(err)
		}
		b.put("-key", "a", "-customer", "ACME", "-attach", file)
		if err := os.Remove(file); err != nil { // the tool may clean up
			t.Fatal(err)
		}
		b.drained()
		b.want(b.documents(), "disk.txt")
		b.want(b.waiting(filesFolder))
		b.want(b.waiting(sendingFolder))

		if err := os.WriteFile(file, []byte("D: 1 %"), 0o600); err != nil {
			t.Fatal(err)
		}
		b.put("-key", "b", "-customer", "ACME", "-attach", file)
		b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "system/documents", Kind: connectwisetest.StatusBefore, Status: 400, Body: "{}"})
		code, out, errs := b.drain()
		kept := b.waiting(keptFolder)
		if code != want || len(kept) != map[string]int{"keep": 1, "fail": 1}[how] || !strings.Contains(out, "disk.txt") {
			t.Errorf("%s: exit %d, kept %q\n%s%s", how, code, kept, out, errs)
		}
		if len(kept) == 1 && !strings.HasSuffix(kept[0], "-disk.txt") {
			t.Errorf("kept %q", kept)
		}
		b.want(b.tickets(), "a|New", "b|New")
	}
}

// A file that was under way when a drain was killed is kept and named, not sent again.
func TestFileUnderWay(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	b.drained()
	if err := os.WriteFile(filepath.Join(b.dir, sendingFolder, "1764399600000000000-0-0-disk-c.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, errs := b.drain()
	if b.want(b.waiting(keptFolder), "1764399600000000000-0-0-disk-c.txt"); !strings.Contains(errs, "the file disk-c.txt was being attached") {
		t.Errorf("%s", errs)
	}
}

// What waits is bounded by number and by age; what was dropped is counted.
func TestQueueLimits(t *testing.T) {
	t.Parallel()
	b := newBench(t, `{"alerts": {"maxQueued": 3, "maxWait": "1h"}, `+quiet+`}`)
	b.put("-key", "old", "-customer", "ACME")
	b.clock.Advance(2 * time.Hour)
	for i := range 5 {
		b.put("-key", fmt.Sprint(i), "-customer", "ACME")
	}
	code, out, _ := b.drain()
	if b.want(b.tickets(), "2|New", "3|New", "4|New"); code != program.Blind || !strings.Contains(out, "3 alerts were dropped") {
		t.Errorf("exit %d, %s", code, out)
	}
	if b.drained(); len(b.waiting("")) != 0 {
		t.Errorf("left %q", b.waiting(""))
	}
}

// What waits is taken in batches.
func TestBatches(t *testing.T) {
	t.Parallel()
	b := newBench(t, `{"alerts": {"batch": 2}, `+quiet+`}`)
	for i := range 5 {
		b.put("-key", fmt.Sprint(i), "-customer", "ACME")
	}
	out := b.drained("-json")
	if n := strings.Count(out, "\n"); n != 3 || len(b.tickets()) != 5 {
		t.Errorf("%d runs, tickets %q", n, b.tickets())
	}
}

// The emergency contact is told once when the drain breaks and once when it works
// again; a heartbeat is sent, now and then while nothing happens.
func TestEmergencyContact(t *testing.T) {
	t.Parallel()
	hook := newHook(t)
	b := newBench(t, `{"notify": {"emergency": ["`+hook.URL+`/told"], "heartbeat": "`+hook.URL+`/alive"}}`)
	d := b.drainer()
	b.pass(d)
	b.put("-key", "a", "-customer", "ACME")
	b.srv.Inject(connectwisetest.Fault{Kind: connectwisetest.StatusBefore, Status: 403, Times: -1})
	for range 3 {
		b.clock.Advance(time.Minute)
		if _, code, _ := d.pass(t.Context()); !code.Broken() {
			t.Errorf("exit %d", code)
		}
	}
	b.srv.ClearFaults()
	b.pass(d)
	for range 11 {
		b.clock.Advance(time.Minute)
		b.pass(d)
	}
	if got := hook.got(); slices.Compare(got, []string{"/alive", "/told", "/told", "/alive", "/alive", "/alive"}) != 0 {
		t.Errorf("told %q", got)
	}
}
