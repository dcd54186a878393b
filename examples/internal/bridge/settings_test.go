package bridge

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	s, err := Read("")
	if err != nil || s.Desk.Adopt.Summary != "Cove%" || s.Rules.Server.Stale != 26*time.Hour {
		t.Errorf("%+v %v", s, err)
	}
	path := filepath.Join(t.TempDir(), "synctickets.json")
	err = os.WriteFile(path, []byte(`{
		"partner": "Northwind MSP", "zone": "America/New_York",
		"desk": {"board": "Help", "adopt": {"summary": "Backup%", "enteredBy": ["Old"]}},
		"mapping": [{"customer": "Trial Lab", "disabled": true}],
		"rules": {"server": {"stale": "20h"}},
		"notify": {"emergency": ["none"]}}`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if s, err = Read(path); err != nil {
		t.Fatal(err)
	}
	if s.Partner != "Northwind MSP" || s.Desk.Board != "Help" || s.Desk.Adopt.Summary != "Backup%" || s.Rules.Server.Stale != 20*time.Hour ||
		s.Rules.Zone.String() != "America/New_York" || len(s.Desk.Mappings["cove"].Rows) != 1 || len(s.Notify.Emergency) != 1 {
		t.Errorf("%+v", s)
	}
}

// Every member that the page on migration names is one.
func TestMigrationNamesMembers(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/migration.md")
	if err != nil {
		t.Fatal(err)
	}
	paths := regexp.MustCompile("`((?:rules|policy|desk)\\.[A-Za-z0-9.]+)`").FindAllStringSubmatch(string(page), -1)
	if len(paths) < 15 {
		t.Fatalf("%d paths", len(paths))
	}
	for _, path := range paths {
		text := "null"
		parts := strings.Split(path[1], ".")
		for _, name := range slices.Backward(parts) {
			text = "{\"" + name + "\":" + text + "}"
		}
		file := filepath.Join(t.TempDir(), "s.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(file); err != nil && strings.Contains(err.Error(), "is not known") {
			t.Errorf("%s: %v", path[1], err)
		}
	}
}
