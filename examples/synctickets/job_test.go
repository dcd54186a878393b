package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/examples/programtest"
	"github.com/covedesk/covedesk/internal/world"
)

// start makes a small world and the job on it.
func start(t *testing.T) (*world.World, *job, *bytes.Buffer) {
	t.Helper()
	w := world.New(world.Config{Seed: 2, Customers: 12, Devices: 150})
	if err := w.Listen(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	var out bytes.Buffer
	j, err := demoJob(w, &program.Program{Name: "synctickets", Stdout: &out, Stderr: new(bytes.Buffer)}, options{json: true}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return w, j, &out
}

// once does the job and gives its figures and its exit code.
func (j *job) once(t *testing.T, out *bytes.Buffer) (figures, program.Exit, error) {
	t.Helper()
	out.Reset()
	report, err := j.sync(t.Context())
	code := program.ExitOfRun(report, err)
	if out.Len() == 0 {
		return figures{}, code, err
	}
	return one(t, out.String()), code, err
}

func TestUnchangedWorldCostsPagesOnly(t *testing.T) {
	t.Parallel()
	w, j, out := start(t)
	first, _, err := j.once(t, out)
	if err != nil || first.Created == 0 {
		t.Fatal(first, err)
	}
	// What was just written may not show in lists yet, and is looked up.
	w.Advance(2 * time.Minute)
	w.ConnectWise.ResetRequests()
	w.Cove.ResetRequests()
	unchanged, code, err := j.once(t, out)
	if err != nil || code.Broken() || programtest.Wrote(w) != 0 {
		t.Errorf("exit %d, %v, %d writes", code, err, programtest.Wrote(w))
	}
	if unchanged.CoveCalls > 10 || unchanged.ConnectWiseCalls > 12 {
		t.Errorf("%d Cove and %d ConnectWise calls for one page of each", unchanged.CoveCalls, unchanged.ConnectWiseCalls)
	}
	if got := int64(w.Cove.Calls()); got != unchanged.CoveCalls {
		t.Errorf("%d Cove calls reported, the server saw %d", unchanged.CoveCalls, got)
	}
	if got := int64(w.ConnectWise.Calls()); got != unchanged.ConnectWiseCalls {
		t.Errorf("%d ConnectWise calls reported, the server saw %d", unchanged.ConnectWiseCalls, got)
	}
	// Beside one call a problem: discovery once, and the two looks of a run that
	// creates.
	if got := first.ConnectWiseCalls - unchanged.ConnectWiseCalls; got > int64(first.Created)+6 {
		t.Errorf("%d new problems cost %d ConnectWise calls more than none", first.Created, got)
	}
	if got := first.CoveCalls - unchanged.CoveCalls; got > 3*int64(first.Created)+2 {
		t.Errorf("%d new problems cost %d Cove calls more than none", first.Created, got)
	}
}

// Each fault is said and shows in the exit code, nothing is written twice or
// lost, and the next run finishes the job.
func TestFaultsAreSaidAndTheNextRunFinishes(t *testing.T) {
	t.Parallel()
	for name, inject := range map[string]func(*world.World){
		"cove answers HTML": func(w *world.World) {
			w.Cove.Inject(covetest.Fault{Kind: covetest.HTML, Method: "EnumerateAccountStatistics"})
		},
		"cove answers half a page": func(w *world.World) {
			w.Cove.Inject(covetest.Fault{Kind: covetest.Truncate, Method: "EnumerateAccountStatistics", Times: -1})
		},
		"cove is down": func(w *world.World) {
			w.Cove.Inject(covetest.Fault{Kind: covetest.StatusBefore, Status: 500, Method: "EnumerateAccountStatistics", Times: -1})
		},
		"connectwise answers HTML for the board": func(w *world.World) {
			w.ConnectWise.Inject(connectwisetest.Fault{Kind: connectwisetest.HTML, Path: "service/tickets", Method: "GET", Times: -1})
		},
		"connectwise answers garbage for the companies": func(w *world.World) {
			w.ConnectWise.Inject(connectwisetest.Fault{Kind: connectwisetest.Garbage, Path: "company/companies"})
		},
		"a create is answered 500 after it worked": func(w *world.World) {
			w.ConnectWise.Inject(connectwisetest.Fault{Kind: connectwisetest.StatusAfter, Status: 500, Path: "service/tickets", Method: "POST"})
		},
		"a create is refused": func(w *world.World) {
			w.ConnectWise.Inject(connectwisetest.Fault{Kind: connectwisetest.StatusBefore, Status: 400, Path: "service/tickets", Method: "POST"})
		},
		"the connection breaks after a create": func(w *world.World) {
			w.ConnectWise.Inject(connectwisetest.Fault{Kind: connectwisetest.ResetAfter, Path: "service/tickets", Method: "POST"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, j, out := start(t)
			j.fast(t)
			inject(w)
			_, code, err := j.once(t, out)
			if !code.Broken() || code == program.Wrong {
				t.Fatalf("exit %d, %v:\n%s", code, err, out)
			}
			if err != nil && (strings.Contains(err.Error(), "\n\n") || len(err.Error()) > 600) {
				t.Errorf("not one clear line: %v", err)
			}
			w.Cove.ClearFaults()
			w.ConnectWise.ClearFaults()
			// The promise counts from Settle after the last write; a create that was
			// given up may be carried out for ten minutes.
			w.Advance(11 * time.Minute)
			last, code, err := j.once(t, out)
			if code.Broken() {
				t.Fatalf("the next run: exit %d, %v\n%s", code, err, out)
			}
			open := map[string]int{}
			for _, ticket := range w.ConnectWise.Tickets() {
				if !ticket.Closed {
					open[ticket.ExternalXRef[:min(len(ticket.ExternalXRef), 48)]]++
				}
			}
			for marker, n := range open {
				if n != 1 {
					t.Errorf("%d open tickets for %s", n, marker)
				}
			}
			if want := last.Issues - last.Held; len(open) < want {
				t.Errorf("%d open tickets for %d issues of matched customers", len(open), want)
			}
		})
	}
}

// fast takes the waits out of retries: the test is about what is said, not
// about how long it takes.
func (j *job) fast(t *testing.T) {
	t.Helper()
	c, err := j.Cove.With(cove.WithRetry(cove.Retry{Attempts: 1}))
	if err != nil {
		t.Fatal(err)
	}
	p, err := j.ConnectWise.With(connectwise.WithRetry(connectwise.Retry{Attempts: 1}))
	if err != nil {
		t.Fatal(err)
	}
	j.Cove, j.ConnectWise = c, p
}

// D14: while a service lets us wait, the program says so, once; where it does
// not come back the run is blind.
func TestCaseD14Waits(t *testing.T) {
	t.Parallel()
	for name, times := range map[string]int{"comes back": 3, "stays away": -1} {
		w, j, out := start(t)
		var said bytes.Buffer
		j.Stderr = &said
		psa, err := j.ConnectWise.With(connectwise.WithRetry(connectwise.Retry{Attempts: 4, Base: time.Millisecond}))
		if err != nil {
			t.Fatal(err)
		}
		j.ConnectWise = psa
		w.ConnectWise.Inject(connectwisetest.Fault{Kind: connectwisetest.StatusBefore, Status: 503, Path: "service/tickets", Method: "GET", Times: times})
		_, code, _ := j.once(t, out)
		if n := strings.Count(said.String(), "asked again"); n != 1 || !strings.Contains(said.String(), "ConnectWise") {
			t.Errorf("%s: said %q", name, said.String())
		}
		if want := times < 0; (code == program.Blind) != want {
			t.Errorf("%s: exit %d", name, code)
		}
	}
}

func TestHangEndsWithTheContext(t *testing.T) {
	t.Parallel()
	w, j, _ := start(t)
	w.Cove.Inject(covetest.Fault{Kind: covetest.Hang, Method: "EnumerateAccountStatistics", Times: -1})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	report, err := j.sync(ctx)
	if code := program.ExitOfRun(report, err); !code.Broken() || programtest.Wrote(w) != 0 {
		t.Errorf("a server that hangs: exit %d, %v, %d writes", code, err, programtest.Wrote(w))
	}
}

// D12: what was written before the end came is known to the next run.
func TestCaseD12SIGTERM(t *testing.T) {
	t.Parallel()
	w, j, out := start(t)
	ctx, end := context.WithCancel(t.Context())
	writes := 0
	observed, err := j.ConnectWise.With(connectwise.WithObserver(func(c connectwise.Call) {
		if c.Method == http.MethodPost {
			if writes++; writes == 3 {
				end()
			}
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	whole := j.ConnectWise
	j.ConnectWise = observed
	report, err := j.sync(ctx)
	if code := program.ExitOfRun(report, err); code != program.Failed {
		t.Errorf("interrupted: exit %d, %v", code, err)
	}
	made := len(w.ConnectWise.Tickets())
	if made == 0 {
		t.Fatal("it was interrupted before the first ticket")
	}
	j.ConnectWise = whole
	w.Advance(11 * time.Minute)
	last, code, err := j.once(t, out)
	if code.Broken() || len(w.ConnectWise.Tickets()) != last.Issues-last.Held || last.Created != last.Issues-last.Held-made {
		t.Errorf("the next run: exit %d, %v, %+v, %d tickets after %d", code, err, last, len(w.ConnectWise.Tickets()), made)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// D12: where only an output fails, the tickets are made; where the log or the
// memory fails, none is.
func TestCaseD12FullDisk(t *testing.T) {
	t.Parallel()
	place, w := programtest.Somewhere(t)
	var stderr bytes.Buffer
	// A folder that is none is like a disk that is full: nothing can be written.
	p := place.Program("-csv", filepath.Join(place.Folder, "none"), "-plan-out", filepath.Join(place.Folder, "none", "plan"))
	p.Stdout, p.Stderr = fullDisk{}, &stderr
	code := p.Run(t.Context(), run)
	if made := len(w.ConnectWise.Tickets()); code != program.Failed || made == 0 || !strings.Contains(stderr.String(), "no space") || !strings.Contains(stderr.String(), "plan") {
		t.Errorf("exit %d, %d tickets, %q", code, made, &stderr)
	}

	place, w = programtest.Somewhere(t)
	blocked := filepath.Join(place.Folder, "blocked")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, said := place.Run(run, "-state", filepath.Join(blocked, "state.json"))
	if code != program.Wrong || len(w.ConnectWise.Tickets()) != 0 || strings.Count(said, "\n") > 2 {
		t.Errorf("exit %d, %d tickets, %q", code, len(w.ConnectWise.Tickets()), said)
	}
}

// fullLater is a memory on a disk that is full after some saves.
type fullLater struct {
	desk.State
	left int
}

func (f *fullLater) Save(data []byte) error {
	if f.left--; f.left < 0 {
		return syscall.ENOSPC
	}
	return f.State.Save(data)
}

// D12: where the memory cannot be saved before the first write, none is made; where
// it cannot be saved later, and where the log is full, the run says so, and the next
// one makes nothing twice.
func TestCaseD12FullDiskInTheMiddle(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		memory int // saves until it is full; -1: never
		log    io.Writer
		made   bool
	}{
		"no memory": {0, nil, false}, "memory in the middle": {1, nil, true}, "log": {-1, fullDisk{}, false},
	} {
		w, j, out := start(t)
		whole := j.Desk.State
		if test.memory >= 0 {
			j.Desk.State = &fullLater{whole, test.memory}
		}
		j.Desk.Log = test.log
		_, code, err := j.once(t, out)
		made := len(w.ConnectWise.Tickets())
		if code != program.Failed || (made > 0) != test.made {
			t.Errorf("%s: exit %d, %v, %d tickets\n%s", name, code, err, made, out)
		}
		j.Desk.State, j.Desk.Log = whole, nil
		w.Advance(11 * time.Minute)
		last, code, err := j.once(t, out)
		if code.Broken() || last.Created+made != last.Issues-last.Held || len(w.ConnectWise.Tickets()) != last.Created+made {
			t.Errorf("%s: the next run: exit %d, %v, %+v after %d tickets", name, code, err, last, made)
		}
	}
}

// A person at a terminal sees that something happens; a pipe holds none of it.
func TestProgress(t *testing.T) {
	t.Parallel()
	place, _ := programtest.Somewhere(t)
	const bar = "asking and writing"
	if code, _, screen := place.Terminal(run, nil, "-dry-run"); code.Broken() || !strings.Contains(screen, bar) {
		t.Errorf("exit %d, %q", code, screen)
	}
	if _, stdout, stderr := place.Run(run, "-dry-run"); strings.Contains(stdout+stderr, bar) {
		t.Errorf("%q", stderr)
	}
}

func TestWrongCredentials(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string]struct{ variable, want string }{
		"password": {"COVE_PASSWORD", "password"}, "key": {"CWM_PRIVATE_KEY", "PrivateKey"}, "company": {"CWM_COMPANY", "hush"},
		"site": {"CWM_SITE", "plain http"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			place, w := programtest.Somewhere(t)
			value := "hush"
			if name == "site" {
				value = "http://psa.example.com" // in the clear
			}
			code, stdout, stderr := place.With(wrong.variable, value).Run(run)
			if code != program.Wrong || !strings.Contains(stderr, wrong.want) || name != "company" && strings.Contains(stderr, "hush") || programtest.Wrote(w) != 0 {
				t.Errorf("exit %d, %q, %q, %d writes", code, stdout, stderr, programtest.Wrote(w))
			}
			if name == "password" && w.Cove.Count("Login") != 1 {
				t.Errorf("%d logins with a wrong password", w.Cove.Count("Login"))
			}
		})
	}
}

// The README shows a ticket as the demonstration writes it.
func TestReadmeShowsARealTicket(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, found := strings.Cut(string(readme), "```text\nCOVE ")
	shown, _, closed := strings.Cut(shown, "\n```\n")
	if !found || !closed {
		t.Fatal("README.md shows no ticket")
	}
	w, j, _ := start(t)
	if _, err := j.sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, ticket := range w.ConnectWise.Tickets() {
		text, _, _ := strings.Cut(w.ConnectWise.Notes(ticket.ID)[0].Text, "\n\n")
		if all = append(all, ticket.Summary+"\n"+text); all[len(all)-1] == "COVE "+shown {
			return
		}
	}
	t.Errorf("no ticket of the demonstration reads like the one in README.md:\n%s\n\nthe tickets:\n%s", shown, strings.Join(all, "\n\n"))
}
