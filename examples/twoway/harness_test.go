package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// world is a service desk, and this program with its database, that can die.
type world struct {
	*testing.T
	srv   *connectwisetest.Server
	clock *connectwisetest.Clock
	path  string
	*app
	board, company, other, configuration, system int64
	deliver                                      func() int // how many times the next callback arrives
	wire                                         *wire
	handler                                      http.Handler
	mu                                           sync.Mutex
}

const hook = "https://twoway.example/cw/8f2c1d3e5a"

// RoundTrip brings a callback of the service desk to the program.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme == "http" { // to a program that listens
		return http.DefaultTransport.RoundTrip(r)
	}
	w.mu.Lock()
	times, handler := w.deliver(), w.handler
	w.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	answer := &http.Response{StatusCode: http.StatusInternalServerError, Body: http.NoBody, Request: r}
	for range times {
		again := r.Clone(context.WithoutCancel(r.Context()))
		again.Body = io.NopCloser(bytes.NewReader(body))
		recorder := &recorder{header: http.Header{}, status: http.StatusOK}
		handler.ServeHTTP(recorder, again)
		answer.StatusCode = recorder.status
	}
	return answer, nil
}

type recorder struct {
	header http.Header
	status int
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return len(b), nil }

// wire is the way to the service desk. At a chosen write the program dies.
type wire struct {
	to     http.RoundTripper
	writes int
	dieAt  int // before this write is sent; 0: never
	after  bool
	during func() // once, before the next write is sent
}

type death struct{}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet || strings.HasSuffix(r.URL.Path, "/search") {
		return w.to.RoundTrip(r)
	}
	if do := w.during; do != nil {
		w.during = nil
		do()
	}
	w.writes++
	if w.writes != w.dieAt {
		return w.to.RoundTrip(r)
	}
	if w.after {
		if resp, err := w.to.RoundTrip(r); err == nil {
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
	}
	panic(death{})
}

func newWorld(t *testing.T) *world {
	w := &world{T: t, clock: &connectwisetest.Clock{}, deliver: func() int { return 1 }, path: filepath.Join(t.TempDir(), "twoway.db")}
	w.clock.Set(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
	w.clock.Run(0)
	w.srv = connectwisetest.Start(connectwisetest.Config{
		Now: w.clock.Now, CallbackClient: &http.Client{Transport: w}, CallbackRetries: [2]time.Duration{time.Millisecond, time.Millisecond},
	})
	t.Cleanup(w.srv.Close)
	w.board = w.srv.AddBoard(connectwisetest.Board{Name: "Help Desk", Statuses: []connectwisetest.Status{
		{Name: "New", Default: true}, {Name: "Assigned"}, {Name: "In Progress"}, {Name: "Waiting"}, {Name: "Completed", Closed: true}, {Name: "Closed", Closed: true},
	}})
	w.srv.AddBoard(connectwisetest.Board{Name: "Projects"})
	w.company = w.srv.AddCompany(connectwisetest.Company{Identifier: "Birch", Name: "Birch Dental"})
	w.other = w.srv.AddCompany(connectwisetest.Company{Identifier: "Oak", Name: "Oak Group"})
	w.srv.AddContact(connectwisetest.Contact{FirstName: "Ann", Company: connectwisetest.ByID(w.company), Email: "ann@birch.example", Default: true})
	w.configuration = w.srv.AddConfiguration(connectwisetest.Configuration{Name: "SRV-1", Company: connectwisetest.ByID(w.company), MACAddress: "00:1B:21:3A:4F:01"})
	w.start()
	w.must(w.store.change(t.Context(), func(tx *tx) error {
		tx.Exec("INSERT INTO groups (name, email) VALUES ('Birch', 'it@birch.example')")
		tx.One("INSERT INTO systems (grp, name, mac) VALUES (1, 'srv1', '00-1b-21-3a-4f-01') RETURNING id", nil, &w.system)
		return nil
	}))
	w.must(w.mapAuto(t.Context()))
	w.must(w.subscribe(t.Context()))
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// start starts the program on its database.
func (w *world) start() {
	w.Helper()
	a := &app{
		Program:  &program.Program{Name: "twoway", Stdout: io.Discard, Stderr: io.Discard, Now: w.clock.Now},
		Settings: defaults(), wake: make(chan struct{}, 1),
	}
	a.Board, a.URL = "Help Desk", hook
	var err error
	if a.store, err = openStore(w.Context(), w.path, w.clock.Now); err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = a.store.db.Close() })
	w.wire = &wire{to: http.DefaultTransport}
	a.client = w.client(&http.Client{Transport: w.wire})
	tenant, err := readTenant(w.Context(), a.client, []string{a.Board})
	w.must(err)
	a.propose(tenant)
	w.must(a.ready(w.Context()))
	handler, err := a.receiver(connectwise.Credentials(w.srv.Credentials()), nil)
	w.must(err)
	w.mu.Lock()
	w.app, w.handler = a, handler
	w.mu.Unlock()
}

func (w *world) client(over *http.Client) *connectwise.Client {
	w.Helper()
	c, err := connectwise.NewClient(connectwise.Credentials(w.srv.Credentials()), connectwise.WithHTTPClient(over),
		connectwise.WithLimiter(rate.NewLimiter(rate.Inf, 1)), connectwise.WithRetry(connectwise.Retry{Attempts: 2, Base: time.Millisecond, MaxWait: time.Millisecond}))
	w.must(err)
	return c
}

// run does something with the program; it says whether the program died of it, and
// starts it again then.
func (w *world) run(do func() error) (died bool, err error) {
	w.Helper()
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(death); !ok {
				panic(r)
			}
			died, err = true, nil
			_ = w.store.db.Close()
			w.start()
		}
	}()
	return false, do()
}

// quiet lets time pass and polls, with nothing in the way.
func (w *world) quiet() {
	w.Helper()
	w.settle()
	w.clock.Advance(settleIn + time.Minute)
	w.must(w.poll(w.Context()))
	w.must(w.drain(w.Context()))
	w.settle()
	w.must(w.drain(w.Context()))
}

// settle waits for callbacks on their way.
func (w *world) settle() {
	w.Helper()
	w.must(w.srv.WaitCallbacks(w.Context()))
}

// open opens a case, with a ticket.
func (w *world) open(title string) int64 {
	w.Helper()
	c := &Case{Title: title, Group: 1, System: w.system, Status: "New", Priority: "Medium", By: "alice", Comments: []Comment{{Text: "text of " + title}}}
	w.must(w.store.change(w.Context(), func(tx *tx) error {
		if err := tx.add(c); err != nil {
			return err
		}
		return tx.edit(c.Number, "alice", func(c *Case) ([]Event, error) { e, err := c.request(); return []Event{e}, err })
	}))
	return c.Number
}

// change changes a case as somebody at this side.
func (w *world) change(number int64, change func(*Case)) {
	w.Helper()
	w.must(w.store.change(w.Context(), func(tx *tx) error {
		return tx.edit(number, "alice", func(c *Case) ([]Event, error) {
			change(c)
			return []Event{{Kind: eventModified}}, nil
		})
	}))
}

func (w *world) status(number int64, status string) {
	w.Helper()
	w.change(number, func(c *Case) { c.Status, c.StatusAt = status, w.clock.Now() })
}

func (w *world) comment(number int64, text string) {
	w.Helper()
	w.change(number, func(c *Case) {
		c.Comments = append(c.Comments, Comment{N: len(c.Comments), Author: "alice", Text: text, At: w.clock.Now()})
	})
}

func (w *world) attach(number int64, name, content string) {
	w.Helper()
	w.change(number, func(c *Case) {
		c.attach(name, []byte(content), "alice")
	})
}

// upload attaches a file to a ticket as somebody on the service desk.
func (w *world) upload(ticket int64, name, content string) {
	w.Helper()
	_, err := w.client(http.DefaultClient).System.Documents.Create(w.Context(), connectwise.Upload{
		RecordType: "Ticket", RecordID: ticket, FileName: name, File: strings.NewReader(content)})
	w.must(err)
}

func (w *world) caseOf(number int64) *Case {
	w.Helper()
	c, err := w.load(w.Context(), number)
	w.must(err)
	return c
}

func (w *world) ticketOf(number int64) connectwisetest.Ticket {
	w.Helper()
	t, ok := w.srv.Ticket(w.caseOf(number).Link.Ticket)
	if !ok {
		w.Fatalf("case %d has no ticket", number)
	}
	return t
}

func (w *world) events(kind string) (texts []string) {
	w.Helper()
	w.must(w.store.change(w.Context(), func(tx *tx) error {
		for _, e := range tx.events("kind = ?", kind) {
			texts = append(texts, e.Text)
		}
		return nil
	}))
	return texts
}

func (w *world) person() *connectwisetest.Person { return w.srv.AsPerson("tech1") }

// agree checks that case and ticket say the same, nothing was lost, nothing stands
// twice. ours and theirs are what was written at each side.
func (w *world) agree(number int64, ours, theirs []string) {
	w.Helper()
	c, t := w.caseOf(number), w.ticketOf(number)
	if status, ok := w.maps.StatusFrom(t.Board.ID, t.Status.ID); ok && status != c.Status {
		w.Errorf("case %d is %q, its ticket %q", number, c.Status, t.Status.Name)
	}
	if p := w.maps.PriorityFrom(t.Priority.ID); p != c.Priority {
		w.Errorf("case %d has priority %q, its ticket %q", number, c.Priority, t.Priority.Name)
	}
	here, there := map[string]int{}, map[string]int{}
	for _, m := range c.Comments {
		here[m.Text]++
	}
	for _, n := range w.srv.Notes(t.ID) {
		_, _, body, _ := readNote(n.Text)
		there[body]++
	}
	for _, text := range append(append([]string{}, ours...), theirs...) {
		if here[text] != 1 || there[text] != 1 {
			w.Errorf("case %d: %q stands %d times in the case, %d times on the ticket", number, text, here[text], there[text])
		}
	}
	if want := len(ours) + len(theirs); len(c.Comments) != want || len(w.srv.Notes(t.ID)) != want {
		w.Errorf("case %d: %d comments, %d notes, want %d: %v %v", number, len(c.Comments), len(w.srv.Notes(t.ID)), want, here, there)
	}
	if len(c.Intents) != 0 {
		w.Errorf("case %d: writes on their way: %+v", number, c.Intents)
	}
}

// files checks the attachments of both sides.
func (w *world) files(number int64, contents []string) {
	w.Helper()
	c := w.caseOf(number)
	want := map[string]bool{}
	for _, content := range contents {
		want[hashOf([]byte(content))] = true
	}
	for _, a := range c.Attachments {
		if !want[a.Hash] {
			w.Errorf("case %d: unknown attachment %s", number, a.Name)
		}
	}
	documents, err := w.client(http.DefaultClient).System.Documents.Of("Ticket", c.Link.Ticket).All(w.Context(), nil)
	w.must(err)
	if len(c.Attachments) != len(want) || len(documents) != len(want) {
		w.Errorf("case %d: %d attachments, %d documents, want %d", number, len(c.Attachments), len(documents), len(want))
	}
}
