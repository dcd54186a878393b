package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/examples/programtest"
)

// figures are what -json prints, as other programs read it.
type figures struct {
	Demo                                                       bool
	Health                                                     string
	Issues, Created, Updated, Reopened, Closed, Verified       int
	Adopted, Folded                                            int
	Marked, Kept, Held, Suppressed, Failed, Unmatched, Doubled int
	Unread, Disabled, NotApproved                              int
	CoveCalls, ConnectWiseCalls                                int64
}

// runs decodes what -json printed and nothing else.
func runs(t *testing.T, stdout string) (list []figures) {
	t.Helper()
	lines := json.NewDecoder(strings.NewReader(stdout))
	lines.DisallowUnknownFields()
	for {
		var line figures
		err := lines.Decode(&line)
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatalf("standard output is not one JSON object a run: %v\n%s", err, stdout)
		}
		list = append(list, line)
	}
}

// one is the only line.
func one(t *testing.T, stdout string) figures {
	t.Helper()
	list := runs(t, stdout)
	if len(list) != 1 {
		t.Fatalf("%d lines, want one:\n%s", len(list), stdout)
	}
	return list[0]
}

// N9, G1: nothing is shown because credentials were missing.
func TestN9NoCredentialsNoRun(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := programtest.Nowhere(t).Run(run)
	if code != program.Wrong || stdout != "" || !strings.Contains(stderr, "COVE_PASSWORD") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
}

func TestWrongFlags(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"extra"}, {"-nonsense"}, {"-max-create", "-1"}, {"-rounds", "2"}, {"-seed", "4", "-frozen"},
		{"-demo", "-rounds", "0"}, {"-demo", "-customers", "0"}, {"-demo", "-customers", "9", "-devices", "3"},
		{"-demo", "-state", "x"}, {"-demo", "-config", "x"}, {"-demo", "-partner", "x"},
		{"-demo", "-approve", "there/is/none"},
	} {
		code, stdout, stderr := programtest.Nowhere(t).Run(run, args...)
		if code != program.Wrong || stdout != "" && !strings.Contains(stdout, "DEMO") || stderr == "" {
			t.Errorf("%v: exit %d, %q, %q", args, code, stdout, stderr)
		}
	}
	place, _ := programtest.Somewhere(t)
	if code, _, stderr := place.Run(run, "-rounds", "2"); code != program.Wrong || !strings.Contains(stderr, "-demo") {
		t.Errorf("a flag of the demonstration beside credentials: exit %d, %q", code, stderr)
	}
	if code, stdout, stderr := programtest.Nowhere(t).Run(run, "-help"); code != program.Fine || !strings.Contains(stdout, "-adopt-only") || stderr != "" {
		t.Errorf("-help: exit %d, %q, %q", code, stdout, stderr)
	}
}

// The way from the first look to the first ticket.
func TestTheTrustChecklist(t *testing.T) {
	t.Parallel()
	place, w := programtest.Somewhere(t)
	plan := filepath.Join(place.Folder, "plan.json")

	_, stdout, stderr := place.Run(run, "-dry-run", "-plan-out", plan, "-csv", place.Folder)
	if len(w.ConnectWise.Tickets()) != 0 || !strings.Contains(stdout, "would be: ") || !strings.Contains(stderr, "credentials from the environment; memory in "+place.Folder) {
		t.Fatalf("%d tickets\n%s\n%s", len(w.ConnectWise.Tickets()), stdout, stderr)
	}
	lists, _ := filepath.Glob(filepath.Join(place.Folder, "*.csv"))
	logs, _ := filepath.Glob(filepath.Join(place.Folder, "*.log"))
	memories, _ := filepath.Glob(filepath.Join(place.Folder, "*-desk.json"))
	if len(lists) != 2 || len(logs) != 0 || len(memories) != 0 {
		t.Errorf("lists %v, logs %v, memories %v", lists, logs, memories)
	}
	today := time.Now().UTC().Format(time.DateOnly)
	for _, list := range lists {
		if !strings.HasPrefix(filepath.Base(list), today) {
			t.Errorf("%s has no date", list)
		}
		if !strings.Contains(list, "CoveMonitoring") {
			continue
		}
		data, err := os.ReadFile(list)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := monitor.ReadDevices(bytes.NewReader(data))
		if want := len(w.Cove.DeviceIDs()); err != nil || len(rows) != want || !strings.Contains(string(data), ",success,") {
			t.Errorf("%d devices in the list, %v, there are %d", len(rows), err, want)
		}
	}
	_, stdout, _ = place.Run(run, "-json", "-adopt-only")
	if got := one(t, stdout); got.Created != 0 || len(w.ConnectWise.Tickets()) != 0 {
		t.Errorf("-adopt-only: %+v", got)
	}
	_, stdout, _ = place.Run(run, "-json", "-max-create", "1")
	if got := one(t, stdout); got.Created != 1 || len(w.ConnectWise.Tickets()) != 1 {
		t.Errorf("-max-create 1: %+v", got)
	}
	// The plan of the dry run allows what it holds, as far as it is still due.
	_, stdout, _ = place.Run(run, "-json", "-approve", plan)
	first := one(t, stdout)
	if first.Created == 0 || first.Failed != 0 {
		t.Errorf("-approve: %+v", first)
	}
	_, stdout, _ = place.Run(run, "-json")
	if got := one(t, stdout); got.Created != 0 || got.Kept < first.Created {
		t.Errorf("unchanged: %+v", got)
	}
	for _, pattern := range []string{"*-desk.json", "*-desk.log", "*-desk.health.json"} {
		if files, _ := filepath.Glob(filepath.Join(place.Folder, pattern)); len(files) != 1 {
			t.Errorf("%s: %v", pattern, files)
		}
	}
}

// The texts that the settings give to new tickets are theirs.
func TestWordsOfTheSettings(t *testing.T) {
	t.Parallel()
	place, w := programtest.Somewhere(t)
	code, _, stderr := place.Run(run, "-config", settingsIn(t, `{"desk": {"title": "Backup of {{.Issue.CustomerName}}: {{.Issue.Summary}}"}}`))
	tickets := w.ConnectWise.Tickets()
	if code.Broken() || len(tickets) == 0 || !strings.HasPrefix(tickets[0].Summary, "Backup of ") {
		t.Errorf("exit %d, %s, %+v", code, stderr, tickets)
	}
}

// What a person says on the command line reaches the desk.
func TestDeskOptions(t *testing.T) {
	t.Parallel()
	var given options
	var flags flag.FlagSet
	given.add(&flags)
	if err := flags.Parse([]string{"-dry-run", "-sure", "cove", "-acknowledge", "a1", "-acknowledge", "b2", "-max-create", "5"}); err != nil {
		t.Fatal(err)
	}
	got, err := given.deskOptions()
	if want := (desk.Options{DryRun: true, Sure: []string{"cove"}, Acknowledge: []string{"a1", "b2"}, MaxCreate: 5}); err != nil || !cmp.Equal(got, want) {
		t.Errorf("%s %v", cmp.Diff(want, got), err)
	}

	o := options{noClose: true}
	d, err := o.deskOptions()
	if err != nil || len(d.Only) == 0 {
		t.Fatal(d.Only, err)
	}
	for _, kind := range d.Only {
		if kind == "close" {
			t.Error("-no-close closes")
		}
	}
	approval := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(approval, []byte(`{"format":"x"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (options{approve: approval}).deskOptions(); program.ExitOf(err) != program.Wrong {
		t.Errorf("a file that is not a plan: %v", err)
	}
}

// Levels above resellers are refused with the partners that can be meant.
func TestPartner(t *testing.T) {
	t.Parallel()
	place, w := programtest.Somewhere(t)
	_, stdout, _ := place.Run(run, "-dry-run", "-json")
	all := one(t, stdout)
	var customer covetest.Partner
	for _, p := range w.Cove.Partners() {
		if p.Level == "EndCustomer" {
			customer = p
		}
	}
	for _, asked := range []string{customer.Name, strconv.FormatInt(customer.ID, 10)} {
		_, stdout, _ := place.Run(run, "-dry-run", "-json", "-partner", asked)
		if got := one(t, stdout); got.Issues >= all.Issues {
			t.Errorf("-partner %s: %d issues, everybody has %d", asked, got.Issues, all.Issues)
		}
	}
	for _, asked := range []string{"Nobody", "1"} {
		if code, _, stderr := place.Run(run, "-dry-run", "-partner", asked); code == program.Fine || !strings.Contains(stderr, asked) {
			t.Errorf("-partner %s: exit %d, %q", asked, code, stderr)
		}
	}
	w.Cove.EditPartner(customer.ParentID, func(p *covetest.Partner) { p.Level = "Distributor" })
	for _, args := range [][]string{nil, {"-partner", strconv.FormatInt(customer.ParentID, 10)}} {
		code, _, stderr := place.Run(run, append(args, "-dry-run")...)
		if code != program.Wrong || !strings.Contains(stderr, "choose one below") || !strings.Contains(stderr, customer.Name) {
			t.Errorf("%v: exit %d, %q", args, code, stderr)
		}
	}
}
