package main

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// programs builds the real programs as they are shipped.
func programs(t *testing.T) (simulator, synctickets string) {
	t.Helper()
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", dir+string(filepath.Separator), ".", "../synctickets")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return filepath.Join(dir, "simulator"), filepath.Join(dir, "synctickets")
}

// startProgram runs the built simulator.
func startProgram(t *testing.T, program string, args ...string) stage {
	t.Helper()
	// It ends in an orderly way after the test, when its context is over.
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), program, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	text, err := bufio.NewReader(out).ReadBytes('\n')
	s := stage{T: t, home: t.TempDir()}
	if err != nil || json.Unmarshal(text, &s.line) != nil {
		t.Fatalf("first line %q: %v", text, err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the simulator ended with %v", err)
		}
	})
	return s
}

// environment is all that a program needs to know.
func (s stage) environment() []string {
	cove, psa := s.line.Cove, s.line.ConnectWise
	return append(os.Environ(),
		"COVE_URL="+cove.URL, "COVE_PARTNER="+cove.Partner, "COVE_USERNAME="+cove.Username, "COVE_PASSWORD="+cove.Password,
		"CWM_SITE="+psa.URL, "CWM_COMPANY="+psa.Company, "CWM_PUBLIC_KEY="+psa.PublicKey, "CWM_PRIVATE_KEY="+psa.PrivateKey,
		"CWM_CLIENT_ID="+psa.ClientID, "SSL_CERT_FILE="+s.line.CAFile, "XDG_CONFIG_HOME="+s.home)
}

// round is what synctickets prints about a run.
type round struct {
	Issues, Created, Closed, Failed     int
	CoveCalls, ConnectWiseCalls, Health any
}

func (s stage) sync(program string) (r round) {
	s.Helper()
	cmd := exec.CommandContext(s.Context(), program, "-json")
	cmd.Env = s.environment()
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	// 3 says that something new needs a person: customers without a company.
	if code := cmd.ProcessState.ExitCode(); err != nil && code != 3 {
		s.Fatalf("synctickets: %v\n%s%s", err, out, stderr.String())
	}
	if err := json.Unmarshal(out, &r); err != nil {
		s.Fatalf("%q: %v", out, err)
	}
	s.Logf("%s", out)
	return r
}

// tickets are those whose summary contains a text.
func (s stage) tickets(text string) (list []seen) {
	s.Helper()
	s.psa(http.MethodGet, "service/tickets?pageSize=1000&conditions="+url.QueryEscape(`summary contains "`+text+`"`), "", &list)
	return list
}

// The real program is run as it is shipped, with the environment alone. The
// simulator begins six hours ago, so that its time is ours after the advance.
func TestRehearsal(t *testing.T) {
	if testing.Short() {
		t.Skip("builds two programs")
	}
	t.Parallel()
	simulator, synctickets := programs(t)
	s := startProgram(t, simulator, "-control", "127.0.0.1:0", "-now", time.Now().Add(-6*time.Hour).UTC().Format(time.RFC3339), "-customers", "6", "-devices", "40")
	where := "&source=D01&error=Access+is+denied&customer=" + url.QueryEscape(customer(s))
	for _, name := range []string{"HEALS-01", "CLOSED-01", "RENAMED-01"} {
		s.post("/device?name=" + name + where)
	}

	first := s.sync(synctickets)
	if first.Created < 3 || first.Failed != 0 || first.Created != len(s.tickets("")) {
		t.Fatalf("first round: %+v, %d tickets", first, len(s.tickets("")))
	}
	// The reason is on the storage node, which speaks https.
	var notes []struct{ Text string }
	s.psa(http.MethodGet, "service/tickets/"+s.tickets("HEALS-01")[0].ID.String()+"/notes", "", &notes)
	if !strings.Contains(notes[0].Text, "Access is denied") {
		t.Errorf("the ticket does not say what is wrong: %q", notes[0].Text)
	}
	s.post("/technician?do=close&ticket=CLOSED-01")
	s.post("/technician?do=note&ticket=RENAMED-01&text=Looking+into+it&internal=true")
	s.post("/technician?do=rename&ticket=RENAMED-01&to=Share+of+accounting")
	s.post("/device?name=HEALS-01&status=completed")
	s.post("/advance?by=6h")

	second := s.sync(synctickets)
	if second.Failed != 0 || second.Closed < 1 {
		t.Errorf("second round: %+v", second)
	}
	for text, closed := range map[string]bool{"HEALS-01": true, "CLOSED-01": true, "Share of accounting": false} {
		if list := s.tickets(text); len(list) != 1 || list[0].ClosedFlag != closed {
			t.Errorf("tickets with %q: %+v, want one, closed %t", text, list, closed)
		}
	}
	if list := s.tickets("RENAMED-01"); len(list) != 0 {
		t.Errorf("a renamed ticket has a double: %+v", list)
	}
	third := s.sync(synctickets)
	if third.Created != 0 || third.Closed != 0 || third.Failed != 0 {
		t.Errorf("nothing happened, and a third round wrote: %+v", third)
	}
}
