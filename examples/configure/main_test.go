package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/examples/programtest"
	"github.com/covedesk/covedesk/internal/world"
)

// webhook is an emergency contact that keeps what it was told.
func webhook(t *testing.T) (address string, told *[]string) {
	t.Helper()
	told = new([]string)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*told = append(*told, string(body))
	}))
	t.Cleanup(server.Close)
	return server.URL, told
}

func members(t *testing.T, path string) (m map[string]map[string]any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestConfigure(t *testing.T) {
	t.Parallel()
	place, w := programtest.Somewhere(t)
	config := filepath.Join(place.Folder, "s.json")
	hook, told := webhook(t)
	code, stdout, stderr := place.Run(run, "-config", config, "-set", "desk.board="+world.Board, "-set", "desk.newStatus=New", "-emergency", hook)
	if code != program.Fine || programtest.Wrote(w) != 0 {
		t.Fatalf("exit %d, %d writes\n%s\n%s", code, programtest.Wrote(w), stdout, stderr)
	}
	for _, want := range []string{"desk.board: " + world.Board + " ✓", "desk.newStatus: New ✓", "written: "} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing from\n%s", want, stdout)
		}
	}
	if len(*told) != 1 || !strings.Contains((*told)[0], "a test") {
		t.Errorf("the emergency contact was told %q", *told)
	}
	if m := members(t, config); m["desk"]["board"] != world.Board {
		t.Errorf("%v", m)
	}

	// A value taken away, a number, and back again.
	if code, _, stderr := place.Run(run, "-config", config, "-set", "desk.newStatus=", "-set", "policy.maxCreate=25"); code != program.Fine {
		t.Fatalf("exit %d, %s", code, stderr)
	}
	if m := members(t, config); m["desk"]["newStatus"] != nil || m["policy"]["maxCreate"] != 25.0 {
		t.Errorf("%v", m)
	}
	if code, stdout, _ := place.Run(run, "-config", config, "-undo"); code != program.Fine || !strings.Contains(stdout, "as it was in") {
		t.Errorf("-undo: exit %d, %s", code, stdout)
	}
	if m := members(t, config); m["desk"]["newStatus"] != "New" {
		t.Errorf("undone: %v", m)
	}

	// A template for another client.
	other := filepath.Join(place.Folder, "other.json")
	if code, _, stderr := place.Run(run, "-config", other, "-from", config); code != program.Fine {
		t.Errorf("-from: exit %d, %s", code, stderr)
	}
	if code, _, stderr := place.Run(run, "-config", other, "-from", config); code != program.Wrong || !strings.Contains(stderr, "there already") {
		t.Errorf("-from over a file: exit %d, %s", code, stderr)
	}
}

// The form, in a terminal: each question shows what the tenant has.
func TestForm(t *testing.T) {
	t.Parallel()
	place, w := programtest.Somewhere(t)
	config := filepath.Join(place.Folder, "s.json")
	var answers []programtest.Answer
	for _, setting := range []string{"board", "newStatus", "closedStatus", "verifyStatus", "priorities.server.default", "priorities.m365.default", "priorities.workstation.default"} {
		answers = append(answers, programtest.Answer{Shown: "desk." + setting + "  (★", Typed: programtest.Enter})
	}
	whole := append(slices.Clone(answers), programtest.Answer{Shown: "Who is told", Typed: "none" + programtest.Enter}, programtest.Answer{Shown: "Write these settings?", Typed: "y"})
	code, stdout, screen := place.Terminal(run, whole, "-config", config)
	if code != program.Fine || !strings.Contains(stdout, "written: ") || !strings.Contains(screen, "✓") || programtest.Wrote(w) != 0 {
		t.Fatalf("exit %d\n%s\n%s", code, stdout, screen)
	}
	if strings.Contains(screen[strings.Index(screen, "desk.newStatus"):strings.Index(screen, "desk.closedStatus")], " Completed ") {
		t.Error("a closed status is offered for new tickets")
	}
	first := members(t, config)
	if first["desk"]["board"] != world.Board || first["desk"]["newStatus"] == nil || first["desk"]["priorities"] == nil {
		t.Errorf("%v", first)
	}

	// Whoever does not agree, or gives up, leaves everything as it was. The
	// statuses are those of the board that was chosen, not of the file's. The
	// forms' library leaves a reader behind when it is interrupted: this comes last.
	before, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	another := append(slices.Clone(answers), programtest.Answer{Shown: "Who is told", Typed: programtest.Enter}, programtest.Answer{Shown: "Write these settings?", Typed: "n"})
	another[0].Typed = programtest.Down + programtest.Enter
	interrupted := append(slices.Clone(answers[:2]), programtest.Answer{Shown: "desk.closedStatus", Typed: programtest.Interrupt})
	for i, answers := range [][]programtest.Answer{another, interrupted} {
		code, _, screen := place.Terminal(run, answers, "-config", config)
		after, err := os.ReadFile(config)
		if code != program.Failed || !strings.Contains(screen, "given up; nothing was written") || err != nil || string(after) != string(before) {
			t.Errorf("%v: exit %d, %v\n%s", answers, code, err, screen)
		}
		if ofFirst := strings.Contains(screen, "Waiting Customer"); ofFirst != (i == 1) {
			t.Errorf("statuses of another board\n%s", screen)
		}
	}
}

// rmmalert's file has a section of its own, which is kept as it is.
func TestConfigureForRmmalert(t *testing.T) {
	t.Parallel()
	place, _ := programtest.Somewhere(t)
	config := filepath.Join(place.Folder, "rmm.json")
	if err := os.WriteFile(config, []byte(`{"alerts": {"customer": "Birch Dental"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := place.Run(run, "-config", config, "-program", "rmmalert", "-set", "desk.board="+world.Board, "-emergency", "none")
	if m := members(t, config); code != program.Fine || m["alerts"]["customer"] != "Birch Dental" || m["desk"]["board"] != world.Board {
		t.Errorf("exit %d, %v\n%s\n%s", code, m, stdout, stderr)
	}
	if code, _, stderr := place.Run(run, "-config", config, "-set", "desk.newStatus=New"); code != program.Wrong || !strings.Contains(stderr, "alerts") {
		t.Errorf("taken for a file of synctickets: exit %d, %s", code, stderr)
	}
}

// A board that has been deleted since is named, with those there are.
func TestBoardDeletedSince(t *testing.T) {
	t.Parallel()
	place, _ := programtest.Somewhere(t)
	config := filepath.Join(place.Folder, "s.json")
	before := []byte(`{"desk": {"board": "Old Desk"}, "notify": {"emergency": ["none"]}}`)
	if err := os.WriteFile(config, before, 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, _ := place.Run(run, "-config", config, "-set", "policy.maxCreate=3")
	after, err := os.ReadFile(config)
	if code != program.Wrong || !strings.Contains(stdout, "Old Desk") || !strings.Contains(stdout, world.Board) || err != nil || string(after) != string(before) {
		t.Errorf("exit %d, %v\n%s", code, err, stdout)
	}
}

func TestConfigureRefuses(t *testing.T) {
	t.Parallel()
	place, w := programtest.Somewhere(t)
	config := filepath.Join(place.Folder, "s.json")
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no file named":          {nil, "-config"},
		"closed for new tickets": {[]string{"-config", config, "-set", "desk.newStatus=Completed", "-emergency", "none"}, "settings are wrong"},
		"unknown board":          {[]string{"-config", config, "-set", "desk.board=Nonsense", "-emergency", "none"}, "settings are wrong"},
		"unknown member":         {[]string{"-config", config, "-set", "desk.bord=x", "-emergency", "none"}, "desk.bord"},
		"no value":               {[]string{"-config", config, "-set", "desk.board", "-emergency", "none"}, "path=value"},
		"nobody is told":         {[]string{"-config", config}, "-emergency"},
		"nobody answers":         {[]string{"-config", config, "-emergency", "http://127.0.0.1:1/hush"}, "test message"},
		"no address":             {[]string{"-config", config, "-emergency", "oncall"}, "emergency[0]"},
		"mail, not meant":        {[]string{"-config", config, "-set", "desk.mail=true", "-emergency", "none"}, "-yes"},
		"unknown program":        {[]string{"-config", config, "-program", "nonsense"}, "nonsense"},
		"no such template":       {[]string{"-config", config, "-from", "there/is/none"}, "there/is/none"},
		"nothing to undo":        {[]string{"-config", config, "-undo"}, "no earlier version"},
		"a list of nothing":      {[]string{"-config", config, "-csv", "x.csv"}, "-csv needs -list"},
		"no test":                {[]string{"-config", config, "-company", "Birch"}, "-company needs -test-ticket"},
		"whose ticket":           {[]string{"-config", config, "-test-ticket"}, "-company"},
		"no such company":        {[]string{"-config", config, "-test-ticket", "-company", "Nobody"}, "Nobody"},
	} {
		code, stdout, stderr := place.Run(run, test.args...)
		if code != program.Wrong || !strings.Contains(stderr, test.want) || strings.Contains(stdout+stderr, "hush") {
			t.Errorf("%s: exit %d, %q\n%s", name, code, stderr, stdout)
		}
		if _, err := os.Stat(config); err == nil || programtest.Wrote(w) != 0 {
			t.Fatalf("%s: something was written", name)
		}
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	place, _ := programtest.Somewhere(t)
	config, list := filepath.Join(place.Folder, "s.json"), filepath.Join(place.Folder, "list.csv")
	code, stdout, stderr := place.Run(run, "-config", config, "-list", "-csv", list)
	if code != program.Fine {
		t.Fatalf("exit %d, %s", code, stderr)
	}
	data, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"desk.board", "desk.priorities.server.default", "★", "✓", world.Board} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing from\n%s", want, stdout)
		}
	}
	if code, stdout, stderr := place.Run(run, "-config", config, "-list", "-set", "desk.board="+world.SecondBoard); code != program.Fine || !regexp.MustCompile("✓ +[0-9]+  "+world.SecondBoard).MatchString(stdout) {
		t.Errorf("with another board: exit %d, %s\n%s", code, stderr, stdout)
	}
	if !strings.HasPrefix(string(data), "Setting,ID,Name,Current,Recommended\n") || !strings.Contains(string(data), ","+world.Board+",true,") {
		t.Errorf("%s", data)
	}
}

func TestTestTicket(t *testing.T) {
	t.Parallel()
	place, w := programtest.Somewhere(t)
	company := w.ConnectWise.Companies()[0]
	code, stdout, stderr := place.Run(run, "-config", filepath.Join(place.Folder, "s.json"), "-test-ticket", "-company", company.Identifier, "-wait", "0s")
	tickets := w.ConnectWise.Tickets()
	if code != program.Fine || len(tickets) != 1 || !tickets[0].Closed || tickets[0].Company.ID != company.ID {
		t.Fatalf("exit %d, %+v\n%s\n%s", code, tickets, stdout, stderr)
	}
	for _, want := range []string{"✓ create", "✓ close", "✓ reopen", "is closed and stays"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing from\n%s", want, stdout)
		}
	}

	// The settings may name the company, and what fails is not said to be done.
	config := filepath.Join(place.Folder, "own.json")
	if err := os.WriteFile(config, []byte(`{"ownCompany": "`+company.Name+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	w.ConnectWise.Inject(connectwisetest.Fault{Method: http.MethodPatch, Kind: connectwisetest.StatusBefore, Status: http.StatusForbidden, Times: -1})
	code, stdout, _ = place.Run(run, "-config", config, "-test-ticket", "-wait", "0s")
	if code == program.Fine || !strings.Contains(stdout, "✗ close") || !strings.Contains(stdout, "stays: look whether it is closed") {
		t.Errorf("exit %d, no close\n%s", code, stdout)
	}
	w.ConnectWise.Inject(connectwisetest.Fault{Method: http.MethodPost, Path: "service/tickets", Kind: connectwisetest.StatusBefore, Status: http.StatusForbidden, Times: -1})
	code, stdout, _ = place.Run(run, "-config", config, "-test-ticket", "-wait", "0s")
	if code == program.Fine || stdout[:len("✗ create")] != "✗ create" || strings.Contains(stdout, "#") {
		t.Errorf("exit %d, no ticket\n%s", code, stdout)
	}
}
