package main

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/examples/programtest"
	"github.com/covedesk/covedesk/internal/world"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	place, w := programtest.Somewhere(t)
	code, stdout, stderr := place.Run(run)
	if code != program.Fine || strings.Contains(stdout, "✗") || stderr != "" || programtest.Wrote(w) != 0 {
		t.Errorf("exit %d\n%s\n%s", code, stdout, stderr)
	}
	for _, want := range []string{"Cove log-in", "Cove partner", "Cove columns", "Cove clock", "ConnectWise server", "ConnectWise clock", "Service Tickets", "settings: board " + world.Board} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing from\n%s", want, stdout)
		}
	}
	for _, secret := range []string{"COVE_PASSWORD", "CWM_PRIVATE_KEY"} {
		if strings.Contains(stdout, place.Environment[secret]) {
			t.Errorf("%s is shown", secret)
		}
	}
}

func TestCheckFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(programtest.Place, *world.World) programtest.Place
		args   []string
		code   program.Exit
		want   []string
	}{
		"wrong password": {change: func(p programtest.Place, _ *world.World) programtest.Place { return p.With("COVE_PASSWORD", "hush") },
			code: program.Wrong, want: []string{"✗ Cove log-in", "✓ ConnectWise sign-in"}},
		"wrong key": {change: func(p programtest.Place, _ *world.World) programtest.Place { return p.With("CWM_PRIVATE_KEY", "hush") },
			code: program.Wrong, want: []string{"✗ ConnectWise", "✓ Cove log-in"}},
		"a right is missing": {change: func(p programtest.Place, w *world.World) programtest.Place {
			w.ConnectWise.EditMember("apimember", func(m *connectwisetest.Member) {
				m.Role = slices.DeleteFunc(connectwisetest.FullRole(), func(p connectwisetest.Permission) bool { return p.Function == "Close Service Tickets" })
			})
			return p
		}, code: program.Wrong, want: []string{"✗ ConnectWise permission Close Service Tickets"}},
		"unknown program": {args: []string{"-program", "nonsense"}, code: program.Wrong},
		"cove is away": {change: func(p programtest.Place, _ *world.World) programtest.Place {
			return p.With("COVE_URL", "http://127.0.0.1:1")
		}, code: program.Blind, want: []string{"✗ Cove log-in"}},
		"the service desk is away": {change: func(p programtest.Place, w *world.World) programtest.Place {
			w.ConnectWise.Inject(connectwisetest.Fault{Kind: connectwisetest.StatusBefore, Status: http.StatusServiceUnavailable, Times: -1})
			return p
		}, code: program.Blind, want: []string{"✓ Cove log-in", "✗ ConnectWise server"}},
		"no such partner": {args: []string{"-partner", "Nobody"}, code: program.Wrong, want: []string{"✗ Cove partner"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			place, w := programtest.Somewhere(t)
			if test.change != nil {
				place = test.change(place, w)
			}
			code, stdout, stderr := place.Run(run, test.args...)
			if code != test.code || strings.Contains(stdout+stderr, "hush") {
				t.Errorf("exit %d, want %d\n%s\n%s", code, test.code, stdout, stderr)
			}
			for _, want := range test.want {
				if !strings.Contains(stdout, want) {
					t.Errorf("%q is missing from\n%s", want, stdout)
				}
			}
		})
	}
}

func TestCheckNamesInTheSettings(t *testing.T) {
	t.Parallel()
	place, _ := programtest.Somewhere(t)
	path := filepath.Join(place.Folder, "s.json")
	if err := os.WriteFile(path, []byte(`{"desk": {"board": "Servce Desk"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, _ := place.Run(run, "-config", path)
	if code != program.Wrong || !strings.Contains(stdout, "✗ settings: ") || !strings.Contains(stdout, "Service Desk") {
		t.Errorf("exit %d\n%s", code, stdout)
	}
}

// Programs that have nothing to do with Cove are checked without its credentials, and
// with their own file and owner.
func TestCheckWithoutCove(t *testing.T) {
	t.Parallel()
	place, _ := programtest.Somewhere(t)
	for _, name := range program.Cove {
		delete(place.Environment, name)
	}
	path := filepath.Join(place.Folder, "rmm.json")
	if err := os.WriteFile(path, []byte(`{"alerts": {"customer": "ACME"}, "notify": {"emergency": ["none"]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := place.Run(run, "-program", "rmmalert", "-config", path)
	if code != program.Fine || strings.Contains(stdout, "Cove") || !strings.Contains(stdout, "owner rmm-") {
		t.Errorf("exit %d\n%s\n%s", code, stdout, stderr)
	}
	if code, _, stderr := place.Run(run, "-program", "configure"); code != program.Fine {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if code, _, stderr := place.Run(run, "-program", "rmmalert", "-partner", "ACME"); code != program.Wrong || !strings.Contains(stderr, "without Cove") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if code, _, stderr := place.Run(run, "-program", "report"); code != program.Wrong || !strings.Contains(stderr, "COVE_PARTNER") {
		t.Errorf("exit %d, %s", code, stderr)
	}
}

func TestStoreAndForget(t *testing.T) {
	keyring.MockInit() // of the whole process: not parallel
	place, _ := programtest.Somewhere(t)
	if code, stdout, stderr := place.Run(run, "-store"); code != program.Fine || !strings.Contains(stderr, "keyring") {
		t.Fatalf("exit %d\n%s\n%s", code, stdout, stderr)
	}
	place.Environment = nil
	if code, stdout, _ := place.Run(run); code != program.Fine || !strings.Contains(stdout, "credentials: the system's keyring") {
		t.Errorf("exit %d\n%s", code, stdout)
	}
	if code, _, stderr := place.Run(run, "-forget"); code != program.Fine || stderr != "" {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if code, _, stderr := place.Run(run); code != program.Wrong || !strings.Contains(stderr, "no credentials") {
		t.Errorf("exit %d, %s", code, stderr)
	}
}
