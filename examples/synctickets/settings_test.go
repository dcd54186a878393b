package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/examples/internal/program"
)

func settingsIn(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "synctickets.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSettings(t *testing.T) {
	t.Parallel()
	var s settings
	if err := s.read(""); err != nil || s.desk.Adopt.Summary != "Cove%" || s.rules.Server.Stale != 26*time.Hour {
		t.Errorf("%+v %v", s, err)
	}
	err := s.read(settingsIn(t, `{
		"partner": "Northwind MSP", "zone": "America/New_York",
		"desk": {"board": "Help", "adopt": {"summary": "Backup%", "enteredBy": ["Old"]}},
		"mapping": [{"customer": "Trial Lab", "disabled": true}],
		"rules": {"server": {"stale": "20h"}},
		"notify": {"emergency": ["none"]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if s.partner != "Northwind MSP" || s.desk.Board != "Help" || s.desk.Adopt.Summary != "Backup%" || s.rules.Server.Stale != 20*time.Hour ||
		s.rules.Zone.String() != "America/New_York" || len(s.desk.Mappings["cove"].Rows) != 1 || len(s.notify.Emergency) != 1 {
		t.Errorf("%+v", s)
	}
}

// Everything that is wrong is said at once, by its path or its line; nothing is
// done.
func TestWrongSettings(t *testing.T) {
	t.Parallel()
	place, w := somewhere(t)
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
		code, stdout, stderr := place.run("-config", settingsIn(t, text))
		if code != program.Wrong || strings.Contains(stdout, "created") || wrote(w) != 0 {
			t.Errorf("%s: exit %d, %q, %d writes", text, code, stdout, wrote(w))
		}
		for _, want := range wants {
			if !strings.Contains(stderr, want) {
				t.Errorf("%s: %q is not in %q", text, want, stderr)
			}
		}
	}
	if code, _, stderr := place.run("-config", "there/is/none"); code != program.Wrong || !strings.Contains(stderr, "there/is/none") {
		t.Errorf("exit %d, %q", code, stderr)
	}
}
