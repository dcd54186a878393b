package bridge

import (
	"os"
	"path/filepath"
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
