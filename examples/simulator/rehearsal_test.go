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
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// programs builds the real programs as they are shipped, into one folder.
func programs(t *testing.T, names ...string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	args := []string{"build", "-o", folder + string(filepath.Separator), "."}
	for _, name := range names {
		args = append(args, "../"+name)
	}
	build := exec.CommandContext(t.Context(), "go", args...)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return folder
}

// startProgram runs the built simulator.
func startProgram(t *testing.T, folder string, args ...string) stage {
	t.Helper()
	// It ends in an orderly way after the test, when its context is over.
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), filepath.Join(folder, "simulator"), args...)
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

// command is a program with all that it needs to know in its environment.
func (s stage) command(folder, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(s.Context(), filepath.Join(folder, name), args...)
	cmd.Env = s.environment()
	return cmd
}

// run runs a program to its end. 3 says that something new needs a person:
// customers without a company.
func (s stage) run(folder, name string, args ...string) (stdout string) {
	s.Helper()
	cmd := s.command(folder, name, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	s.Logf("$ %s %s\n%s%s", name, strings.Join(args, " "), out, stderr.String())
	if code := cmd.ProcessState.ExitCode(); err != nil && code != 3 {
		s.Fatalf("%s: %v", name, err)
	}
	return string(out)
}

func (s stage) sync(folder string) (r round) {
	s.Helper()
	out := s.run(folder, "synctickets", "-json")
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		s.Fatalf("%q: %v", out, err)
	}
	return r
}

// does sends an order to the simulator: something happens in the world.
func (s stage) does(what string) {
	s.Helper()
	s.Logf("-- %s", what)
	s.post(what)
}

// tickets are those whose summary contains a text.
func (s stage) tickets(text string) (list []seen) {
	s.Helper()
	s.psa(http.MethodGet, "service/tickets?pageSize=1000&conditions="+url.QueryEscape(`summary contains "`+text+`"`), "", &list)
	return list
}

// The real programs are run as they are shipped, with the environment alone: four
// rounds, six hours apart, with a technician between them. The simulator begins
// eighteen hours ago, so that its time is ours in the last round.
func TestRehearsal(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	t.Parallel()
	folder := programs(t, "synctickets", "check", "explain", "report", "synccustomers", "configure")
	s := startProgram(t, folder, "-control", "127.0.0.1:0", "-now", time.Now().Add(-18*time.Hour).UTC().Format(time.RFC3339), "-customers", "6", "-devices", "40")
	where := "&source=D01&error=Access+is+denied&customer=" + url.QueryEscape(customer(s))
	for _, name := range []string{"HEALS-01", "CLOSED-01", "RENAMED-01", "DELETED-01"} {
		s.does("/device?name=" + name + where)
	}
	first := s.sync(folder)
	if first.Created < 4 || first.Failed != 0 || first.Created != len(s.tickets("")) {
		t.Fatalf("first round: %+v, %d tickets", first, len(s.tickets("")))
	}
	// The reason is on the storage node, which speaks https.
	var notes []struct{ Text string }
	s.psa(http.MethodGet, "service/tickets/"+s.tickets("HEALS-01")[0].ID.String()+"/notes", "", &notes)
	if !strings.Contains(notes[0].Text, "Access is denied") {
		t.Errorf("the ticket does not say what is wrong: %q", notes[0].Text)
	}
	s.does("/technician?do=close&ticket=CLOSED-01")
	s.does("/technician?do=note&ticket=RENAMED-01&text=Looking+into+it&internal=true")
	s.does("/technician?do=rename&ticket=RENAMED-01&to=Share+of+accounting")
	s.does("/device?name=HEALS-01&status=completed")
	s.does("/advance?by=6h")

	second := s.sync(folder)
	if second.Failed != 0 || second.Closed < 1 {
		t.Errorf("second round: %+v", second)
	}
	s.find("second", map[string][]bool{"HEALS-01": {true}, "CLOSED-01": {true}, "Share of accounting": {false}, "RENAMED-01": nil, "DELETED-01": {false}})
	s.does("/technician?do=delete&ticket=DELETED-01")
	s.does("/technician?do=reopen&ticket=HEALS-01")
	s.does("/technician?do=take&ticket=Share+of+accounting")
	s.does("/advance?by=6h")

	// What was deleted is made anew, once; what a person reopened stays open.
	third := s.sync(folder)
	if third.Failed != 0 || third.Created < 1 {
		t.Errorf("third round: %+v", third)
	}
	s.find("third", map[string][]bool{"HEALS-01": {false}, "CLOSED-01": {true}, "Share of accounting": {false}, "DELETED-01": {false}})
	s.does("/technician?do=close&ticket=DELETED-01")
	s.does("/device?name=RENAMED-01&status=completed")
	s.does("/advance?by=6h")

	// Somebody works on it: it got a note, and whoever that is closes it.
	fourth := s.sync(folder)
	if fourth.Failed != 0 {
		t.Errorf("fourth round: %+v", fourth)
	}
	s.find("fourth", map[string][]bool{"HEALS-01": {false}, "CLOSED-01": {true}, "Share of accounting": {false}, "RENAMED-01": nil, "DELETED-01": {true}})
	if again := s.sync(folder); again.Created+again.Closed+again.Failed != 0 {
		t.Errorf("nothing happened, and a run wrote: %+v", again)
	}
	s.run(folder, "check") // clocks too: the two services' time is ours by now
	for text, command := range map[string][]string{
		"decision: ":                {"explain", "-ticket", s.tickets("HEALS-01")[0].ID.String()},
		"<h2>The last 28 days</h2>": {"report", "-out", "-"},
		"devices with issues":       {"synccustomers"},
		"desk.board":                {"configure", "-config", filepath.Join(s.home, "none.json"), "-list"},
	} {
		cmd := s.command(folder, command[0], command[1:]...)
		if out, err := cmd.Output(); !strings.Contains(string(out), text) || err != nil && cmd.ProcessState.ExitCode() != 3 {
			t.Errorf("%v: %v\n%s", command, err, out)
		}
	}
}

// find looks which tickets there are: whether each that has a text in its summary
// is closed.
func (s stage) find(round string, want map[string][]bool) {
	s.Helper()
	for text, closed := range want {
		var got []bool
		for _, ticket := range s.tickets(text) {
			got = append(got, ticket.ClosedFlag)
		}
		if !slices.Equal(got, closed) {
			s.Errorf("%s round: tickets with %q are closed: %v, want %v", round, text, got, closed)
		}
	}
}

// D12: a signal ends a run cleanly, what it wrote is known to the next; a full disk
// for the output ends none.
func TestCaseD12RealProcess(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	t.Parallel()
	folder := programs(t, "synctickets")
	ways := []string{"SIGTERM", "SIGINT"}
	if runtime.GOOS == "linux" {
		ways = append(ways, "full disk") // /dev/full
	}
	for _, how := range ways {
		s := startProgram(t, folder, "-control", "127.0.0.1:0", "-speed", "0", "-customers", "6", "-devices", "60")
		for _, name := range []string{"A-01", "B-01", "C-01", "D-01"} {
			s.post("/device?name=" + name + "&source=D01&error=no+space&customer=" + url.QueryEscape(customer(s)))
		}
		cmd := s.command(folder, "synctickets")
		var stderr strings.Builder
		cmd.Stderr = &stderr
		if how == "full disk" {
			full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			cmd.Stdout = full
			err = cmd.Run()
			_ = full.Close()
			if code := cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(stderr.String(), "the output is incomplete") || len(s.tickets("")) == 0 {
				t.Errorf("exit %d, %v, %d tickets, %q", code, err, len(s.tickets("")), stderr.String())
			}
			continue
		}
		// The third create hangs at the latest: the signal comes in the middle.
		s.post("/fault?api=connectwise&verb=POST&path=service/tickets&nth=3&kind=hang")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for len(s.tickets("")) < 2 && t.Context().Err() == nil {
			time.Sleep(10 * time.Millisecond) // of two real processes: there is no clock to turn
		}
		signal := syscall.SIGTERM
		if how == "SIGINT" {
			signal = syscall.SIGINT
		}
		_ = cmd.Process.Signal(signal)
		err := cmd.Wait()
		if code := cmd.ProcessState.ExitCode(); code != 1 || stderr.Len() == 0 {
			t.Errorf("%s: exit %d, %v, %q", how, code, err, stderr.String())
		}
		s.post("/fault?api=connectwise&kind=none")
		s.post("/advance?by=11m")
		made := len(s.tickets(""))
		last := s.sync(folder)
		if last.Failed != 0 || last.Created == 0 || last.Created+made != len(s.tickets("")) {
			t.Errorf("%s: %d tickets before, then %+v, now %d", how, made, last, len(s.tickets("")))
		}
	}
}
