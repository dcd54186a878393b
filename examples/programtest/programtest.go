// Package programtest helps to test the programs: it simulates a small managed
// service provider, and runs a program on it. No program uses it.
package programtest

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/internal/world"
)

// Place is where a program runs: an environment and a folder.
type Place struct {
	testing.TB
	Environment map[string]string
	Folder      string
}

// Nowhere returns a place without credentials and servers.
func Nowhere(t testing.TB) Place { return Place{t, nil, t.TempDir()} }

// Somewhere returns a place with a small simulated world, whose past reaches
// until now, and credentials for it.
func Somewhere(t testing.TB) (Place, *world.World) {
	t.Helper()
	const before = 12 * time.Hour
	w := world.New(world.Config{Seed: 2, Customers: 5, Devices: 30, Start: time.Now().Add(-before).Truncate(time.Second)})
	if err := w.Listen(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	w.Advance(before)
	return In(t, w), w
}

// In returns a place with credentials for a world that listens.
func In(t testing.TB, w *world.World) Place {
	t.Helper()
	login, keys := w.Cove.Credentials(), w.ConnectWise.Credentials()
	return Place{t, map[string]string{
		"COVE_URL": w.Cove.URL, "COVE_PARTNER": login.Partner, "COVE_USERNAME": login.Username, "COVE_PASSWORD": login.Password,
		"CWM_SITE": w.ConnectWise.URL, "CWM_COMPANY": keys.Company, "CWM_PUBLIC_KEY": keys.PublicKey, "CWM_PRIVATE_KEY": keys.PrivateKey, "CWM_CLIENT_ID": keys.ClientID,
	}, t.TempDir()}
}

// With returns the place with another value of an environment variable.
func (p Place) With(name, value string) Place {
	p.Environment = maps.Clone(p.Environment)
	p.Environment[name] = value
	return p
}

// Program returns a program with the environment of this place.
func (p Place) Program(args ...string) *program.Program {
	return &program.Program{
		Name: "tried", Args: args, Stdin: strings.NewReader(""), Stdout: new(bytes.Buffer), Stderr: new(bytes.Buffer), Folder: p.Folder, Now: time.Now,
		Lookup: func(name string) (string, bool) { value, found := p.Environment[name]; return value, found },
	}
}

// Run runs a program with flags.
func (p Place) Run(run func(context.Context, *program.Program) error, args ...string) (code program.Exit, stdout, stderr string) {
	p.Helper()
	var out, log bytes.Buffer
	surroundings := p.Program(args...)
	surroundings.Stdout, surroundings.Stderr = &out, &log
	code = surroundings.Run(p.Context(), run)
	return code, out.String(), log.String()
}

// Wrote counts the requests that can change something on the service desk.
func Wrote(w *world.World) int {
	return w.ConnectWise.Count(http.MethodPost, "") - w.ConnectWise.Count(http.MethodPost, "/search") + w.ConnectWise.Count(http.MethodPatch, "") +
		w.ConnectWise.Count(http.MethodPut, "") + w.ConnectWise.Count(http.MethodDelete, "")
}
