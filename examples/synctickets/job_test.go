package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/internal/world"
)

// start makes a small world and the job on it.
func start(t *testing.T, s settings) (*world.World, *job, *bytes.Buffer) {
	t.Helper()
	w := world.New(world.Config{Seed: 2, Customers: 12, Devices: 150})
	if err := w.Listen(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	var out bytes.Buffer
	s.json = true
	j, err := demoJob(w, s, &screen{out: &out, json: true})
	if err != nil {
		t.Fatal(err)
	}
	return w, j, &out
}

// wrote counts the requests that can change something at the service desk.
func wrote(w *world.World) int {
	return w.ConnectWise.Count("POST", "") - w.ConnectWise.Count("POST", "/search") + w.ConnectWise.Count("PATCH", "") +
		w.ConnectWise.Count("PUT", "") + w.ConnectWise.Count("DELETE", "")
}

func TestDryRunWritesNothing(t *testing.T) {
	t.Parallel()
	w, j, out := start(t, settings{dryRun: true})
	if err := j.round(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	list := rounds(t, out.String())
	if n := wrote(w); n != 0 || len(w.ConnectWise.Tickets()) != 0 || list[0].Created == 0 {
		t.Errorf("%d writes, %d tickets, plan %+v: want a plan with creates and nothing written", n, len(w.ConnectWise.Tickets()), list[0])
	}
}

func TestUnchangedWorldCostsPagesOnly(t *testing.T) {
	t.Parallel()
	w, j, out := start(t, settings{})
	for n := 1; n <= 2; n++ {
		if err := j.round(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		if n == 1 {
			w.ConnectWise.ResetRequests()
			w.Cove.ResetRequests()
		}
	}
	list := rounds(t, out.String())
	if wrote(w) != 0 {
		t.Errorf("a run in which nothing changed sent %d writes", wrote(w))
	}
	if got := list[1]; got.CoveCalls > 6 || got.ConnectWiseCalls > 12 {
		t.Errorf("%d Cove and %d ConnectWise calls for one page of each", got.CoveCalls, got.ConnectWiseCalls)
	}
	if got := int64(w.Cove.Calls()); got != list[1].CoveCalls {
		t.Errorf("%d Cove calls reported, the server saw %d", list[1].CoveCalls, got)
	}
	if got := int64(w.ConnectWise.Calls()); got != list[1].ConnectWiseCalls {
		t.Errorf("%d ConnectWise calls reported, the server saw %d", list[1].ConnectWiseCalls, got)
	}
}

// Each fault is one clear error, nothing is written twice or lost, and the
// next run finishes the job.
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
			w, j, out := start(t, settings{})
			j.fast(t)
			inject(w)
			err := j.round(t.Context(), 1)
			if err == nil {
				t.Fatalf("the round is reported as a success:\n%s", out)
			}
			if text := err.Error(); strings.Contains(text, "\n\n") || len(text) > 600 {
				t.Errorf("not one clear line: %s", text)
			}
			w.Cove.ClearFaults()
			w.ConnectWise.ClearFaults()
			// The promise counts from Settle after the last write.
			w.Advance(2 * time.Minute)
			if err := j.round(t.Context(), 2); err != nil {
				t.Fatalf("the next run: %v", err)
			}
			list := rounds(t, out.String())
			last := list[len(list)-1]
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
	c, err := j.cove.With(cove.WithRetry(cove.Retry{Attempts: 1}))
	if err != nil {
		t.Fatal(err)
	}
	p, err := j.connectwise.With(connectwise.WithRetry(connectwise.Retry{Attempts: 1}))
	if err != nil {
		t.Fatal(err)
	}
	j.cove, j.connectwise = c, p
}

func TestBadConfigurationIsOneClearLine(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		settings settings
		change   func(*testing.T, *world.World, *job)
		want     string
	}{
		"unknown board":               {settings: settings{board: "Servce Desk"}, want: "Service Desk"},
		"closed status for new":       {settings: settings{newStatus: "Completed"}, want: "Completed"},
		"unknown status":              {settings: settings{closedStatus: "Closd"}, want: "Closd"},
		"open status for closed ones": {settings: settings{closedStatus: "In Progress"}, want: "In Progress"},
		"wrong password": {change: func(t *testing.T, w *world.World, j *job) {
			wrong := cove.Credentials(w.Cove.Credentials())
			wrong.Password = "hush"
			c, err := cove.NewClient(wrong, cove.WithBaseURL(w.Cove.URL))
			if err != nil {
				t.Fatal(err)
			}
			j.cove = c
		}, want: "password"},
		"wrong key": {change: func(t *testing.T, w *world.World, j *job) {
			keys := w.ConnectWise.Credentials()
			c, err := connectwise.NewClient(connectwise.Credentials{
				Site: w.ConnectWise.URL, Company: keys.Company, PublicKey: keys.PublicKey, PrivateKey: "hush", ClientID: keys.ClientID,
			})
			if err != nil {
				t.Fatal(err)
			}
			j.connectwise = c
		}, want: "PrivateKey"},
		"wrong company": {change: func(t *testing.T, w *world.World, j *job) {
			keys := w.ConnectWise.Credentials()
			c, err := connectwise.NewClient(connectwise.Credentials{
				Site: w.ConnectWise.URL, Company: "nobody", PublicKey: keys.PublicKey, PrivateKey: keys.PrivateKey, ClientID: keys.ClientID,
			})
			if err != nil {
				t.Fatal(err)
			}
			j.connectwise = c
		}, want: "nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, j, _ := start(t, test.settings)
			if test.change != nil {
				test.change(t, w, j)
			}
			err := j.round(t.Context(), 1)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("want an error that mentions %q, got %v", test.want, err)
			}
			if err != nil && strings.Contains(err.Error(), "hush") {
				t.Errorf("a secret is in the error: %v", err)
			}
			if wrote(w) != 0 {
				t.Errorf("%d writes", wrote(w))
			}
			if name == "wrong password" && w.Cove.Count("Login") != 1 {
				t.Errorf("%d logins with a wrong password", w.Cove.Count("Login"))
			}
		})
	}
}

func TestHangEndsWithTheContext(t *testing.T) {
	t.Parallel()
	w, j, _ := start(t, settings{})
	w.Cove.Inject(covetest.Fault{Kind: covetest.Hang, Method: "EnumerateAccountStatistics", Times: -1})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := j.round(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a server that hangs: %v", err)
	}
	if wrote(w) != 0 {
		t.Errorf("%d writes", wrote(w))
	}
}

// TestCallsPerProblem holds the budget of calls on a world small enough for
// every run of the tests.
func TestCallsPerProblem(t *testing.T) {
	t.Parallel()
	_, j, out := start(t, settings{})
	for n := 1; n <= 2; n++ {
		if err := j.round(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	list := rounds(t, out.String())
	first, unchanged := list[0], list[1]
	if unchanged.CoveCalls > 30 || unchanged.ConnectWiseCalls > 12 {
		t.Errorf("an unchanged world cost %d Cove and %d ConnectWise calls", unchanged.CoveCalls, unchanged.ConnectWiseCalls)
	}
	if got := first.CoveCalls - unchanged.CoveCalls; first.Created == 0 || got > 3*int64(first.Created)+2 {
		t.Errorf("%d new problems cost %d Cove calls more than none", first.Created, got)
	}
	// Beside one call a problem: discovery once, and the two looks of a run that
	// creates.
	if got := first.ConnectWiseCalls - unchanged.ConnectWiseCalls; got > int64(first.Created)+3 {
		t.Errorf("%d new problems cost %d ConnectWise calls more than none", first.Created, got)
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
	w, j, _ := start(t, settings{})
	if err := j.round(t.Context(), 1); err != nil {
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
