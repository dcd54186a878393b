package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/internal/world"
)

// place is where the program is run: an environment, and a folder of its own.
type place struct {
	*testing.T
	environment map[string]string
	folder      string
}

// nowhere has neither credentials nor servers.
func nowhere(t *testing.T) place { return place{t, nil, t.TempDir()} }

// somewhere has a small world, and credentials for it.
func somewhere(t *testing.T) (place, *world.World) {
	t.Helper()
	w := world.New(world.Config{Seed: 2, Customers: 5, Devices: 30, Start: time.Now().Add(-12 * time.Hour).Truncate(time.Second)})
	if err := w.Listen(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	w.Advance(12 * time.Hour)
	login, keys := w.Cove.Credentials(), w.ConnectWise.Credentials()
	return place{t, map[string]string{
		"COVE_URL": w.Cove.URL, "COVE_PARTNER": login.Partner, "COVE_USERNAME": login.Username, "COVE_PASSWORD": login.Password,
		"CWM_SITE": w.ConnectWise.URL, "CWM_COMPANY": keys.Company, "CWM_PUBLIC_KEY": keys.PublicKey, "CWM_PRIVATE_KEY": keys.PrivateKey, "CWM_CLIENT_ID": keys.ClientID,
	}, t.TempDir()}, w
}

// with changes the environment.
func (p place) with(name, value string) place {
	p.environment = maps.Clone(p.environment)
	p.environment[name] = value
	return p
}

// run runs the program as it is shipped.
func (p place) run(args ...string) (code program.Exit, stdout, stderr string) {
	var out, log bytes.Buffer
	code = p.runInto(p.Context(), &out, &log, args...)
	return code, out.String(), log.String()
}

func (p place) runInto(ctx context.Context, stdout, stderr io.Writer, args ...string) program.Exit {
	surroundings := &program.Program{
		Name: "synctickets", Args: args, Stdin: strings.NewReader(""), Stdout: stdout, Stderr: stderr, Folder: p.folder, Now: time.Now,
		Lookup: func(name string) (string, bool) { value, found := p.environment[name]; return value, found },
	}
	return surroundings.Run(ctx, run)
}

// figures are what -json prints, as other programs read it.
type figures struct {
	Demo                                                        bool
	Health                                                      string
	Issues, Created, Updated, Reopened, Closed, Adopted, Folded int
	Marked, Kept, Held, Suppressed, Failed, Unmatched, Doubled  int
	CoveCalls, ConnectWiseCalls                                 int64
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
	code, stdout, stderr := nowhere(t).run()
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
		code, stdout, stderr := nowhere(t).run(args...)
		if code != program.Wrong || stdout != "" && !strings.Contains(stdout, "DEMO") || stderr == "" {
			t.Errorf("%v: exit %d, %q, %q", args, code, stdout, stderr)
		}
	}
	place, _ := somewhere(t)
	if code, _, stderr := place.run("-rounds", "2"); code != program.Wrong || !strings.Contains(stderr, "-demo") {
		t.Errorf("a flag of the demonstration beside credentials: exit %d, %q", code, stderr)
	}
	if code, stdout, stderr := nowhere(t).run("-help"); code != program.Fine || !strings.Contains(stdout, "-adopt-only") || stderr != "" {
		t.Errorf("-help: exit %d, %q, %q", code, stdout, stderr)
	}
}

// The way from the first look to the first ticket.
func TestTheTrustChecklist(t *testing.T) {
	t.Parallel()
	place, w := somewhere(t)
	plan := filepath.Join(place.folder, "plan.json")

	_, stdout, stderr := place.run("-dry-run", "-plan-out", plan, "-csv", place.folder)
	if len(w.ConnectWise.Tickets()) != 0 || !strings.Contains(stdout, "would be: ") || !strings.Contains(stderr, "credentials from the environment; memory in "+place.folder) {
		t.Fatalf("%d tickets\n%s\n%s", len(w.ConnectWise.Tickets()), stdout, stderr)
	}
	lists, _ := filepath.Glob(filepath.Join(place.folder, "*.csv"))
	logs, _ := filepath.Glob(filepath.Join(place.folder, "*.log"))
	memories, _ := filepath.Glob(filepath.Join(place.folder, "*-desk.json"))
	if len(lists) != 2 || len(logs) != 0 || len(memories) != 0 {
		t.Errorf("lists %v, logs %v, memories %v", lists, logs, memories)
	}
	_, stdout, _ = place.run("-json", "-adopt-only")
	if got := one(t, stdout); got.Created != 0 || len(w.ConnectWise.Tickets()) != 0 {
		t.Errorf("-adopt-only: %+v", got)
	}
	_, stdout, _ = place.run("-json", "-max-create", "1")
	if got := one(t, stdout); got.Created != 1 || len(w.ConnectWise.Tickets()) != 1 {
		t.Errorf("-max-create 1: %+v", got)
	}
	// The plan of the dry run allows what it holds, as far as it is still due.
	_, stdout, _ = place.run("-json", "-approve", plan)
	first := one(t, stdout)
	if first.Created == 0 || first.Failed != 0 {
		t.Errorf("-approve: %+v", first)
	}
	_, stdout, _ = place.run("-json")
	if got := one(t, stdout); got.Created != 0 || got.Kept < first.Created {
		t.Errorf("unchanged: %+v", got)
	}
	for _, pattern := range []string{"*-desk.json", "*-desk.log", "*-desk.health.json"} {
		if files, _ := filepath.Glob(filepath.Join(place.folder, pattern)); len(files) != 1 {
			t.Errorf("%s: %v", pattern, files)
		}
	}
}

func TestNoClose(t *testing.T) {
	t.Parallel()
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
		t.Errorf("a file that is no plan: %v", err)
	}
}

// Levels above resellers are refused with the partners that can be meant.
func TestPartner(t *testing.T) {
	t.Parallel()
	place, w := somewhere(t)
	_, stdout, _ := place.run("-dry-run", "-json")
	all := one(t, stdout)
	var customer covetest.Partner
	for _, p := range w.Cove.Partners() {
		if p.Level == "EndCustomer" {
			customer = p
		}
	}
	for _, asked := range []string{customer.Name, strconv.FormatInt(customer.ID, 10)} {
		_, stdout, _ := place.run("-dry-run", "-json", "-partner", asked)
		if got := one(t, stdout); got.Issues >= all.Issues {
			t.Errorf("-partner %s: %d issues, everybody has %d", asked, got.Issues, all.Issues)
		}
	}
	for _, asked := range []string{"Nobody", "1"} {
		if code, _, stderr := place.run("-dry-run", "-partner", asked); code == program.Fine || !strings.Contains(stderr, asked) {
			t.Errorf("-partner %s: exit %d, %q", asked, code, stderr)
		}
	}
	w.Cove.EditPartner(customer.ParentID, func(p *covetest.Partner) { p.Level = "Distributor" })
	for _, args := range [][]string{nil, {"-partner", strconv.FormatInt(customer.ParentID, 10)}} {
		code, _, stderr := place.run(append(args, "-dry-run")...)
		if code != program.Wrong || !strings.Contains(stderr, "choose one below") || !strings.Contains(stderr, customer.Name) {
			t.Errorf("%v: exit %d, %q", args, code, stderr)
		}
	}
}
