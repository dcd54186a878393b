package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/examples/programtest"
)

func settingsIn(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "synctickets.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Everything that is wrong is said at once, by its path or its line; nothing is
// done.
func TestWrongSettings(t *testing.T) {
	t.Parallel()
	place, w := programtest.Somewhere(t)
	for text, wants := range map[string][]string{
		`{"dsk": {}}`:              {"dsk", "desk"},
		"{\n\"desk\": {\n]":        {"line 3"},
		`{"rules": {"sever": {}}}`: {"rules", "sever"},
		`{"desk": {"newStatus": 3, "x": 1}, "rules": {"server": {"stale": "1x"}}}`: {"desk.x", "rules", "server.stale"},
		`{"notify": {"emergency": ["oncall"]}}`:                                    {"notify", "emergency[0]"},
		`{"desk": {"board": "Servce Desk"}}`:                                       {"Servce Desk", "Service Desk"},
		`{"desk": {"newStatus": "Completed"}}`:                                     {"Completed"},
		`{"desk": {"closedStatus": "In Progress"}}`:                                {"In Progress"},
	} {
		code, stdout, stderr := place.Run(run, "-config", settingsIn(t, text))
		if code != program.Wrong || strings.Contains(stdout, "created") || programtest.Wrote(w) != 0 {
			t.Errorf("%s: exit %d, %q, %d writes", text, code, stdout, programtest.Wrote(w))
		}
		for _, want := range wants {
			if !strings.Contains(stderr, want) {
				t.Errorf("%s: %q is not in %q", text, want, stderr)
			}
		}
	}
	if code, _, stderr := place.Run(run, "-config", "there/is/none"); code != program.Wrong || !strings.Contains(stderr, "there/is/none") {
		t.Errorf("exit %d, %q", code, stderr)
	}
}
