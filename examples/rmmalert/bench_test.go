package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/examples/programtest"
)

// quiet is the least that settings must say.
const quiet = `"notify": {"emergency": ["none"]}`

// bench is a tenant, a spool and a program on one clock.
type bench struct {
	programtest.Place
	srv   *connectwisetest.Server
	clock connectwisetest.Clock
	dir   string // of the spool
	set   string // file of settings
}

func newBench(t testing.TB, settings string) *bench {
	t.Helper()
	b := &bench{}
	b.clock.Set(time.Date(2026, 11, 29, 7, 0, 0, 0, time.UTC))
	b.srv = connectwisetest.Start(connectwisetest.Config{Now: b.clock.Now})
	t.Cleanup(b.srv.Close)
	b.srv.AddBoard(connectwisetest.Board{Name: "Service Desk", Teams: []string{"Night"}, Types: []string{"Alert"}, Statuses: []connectwisetest.Status{
		{Name: "New", Default: true}, {Name: "In Progress"}, {Name: "Closed", Closed: true}, {Name: "Cancelled", Closed: true},
	}})
	b.srv.EditMember("apimember", func(m *connectwisetest.Member) { m.DefaultBoard = connectwisetest.ByName("Service Desk") })
	b.srv.AddCompany(connectwisetest.Company{Identifier: "ACME", Name: "Acme Ltd"})
	b.srv.AddCompany(connectwisetest.Company{Identifier: "Birch", Name: "Birch Dental"})
	keys := b.srv.Credentials()
	b.Place = programtest.Place{TB: t, Folder: t.TempDir(), Environment: map[string]string{
		"CWM_SITE": b.srv.URL, "CWM_COMPANY": keys.Company, "CWM_PUBLIC_KEY": keys.PublicKey, "CWM_PRIVATE_KEY": keys.PrivateKey, "CWM_CLIENT_ID": keys.ClientID,
	}}
	b.dir, b.set = filepath.Join(b.Folder, "rmmalert.spool"), filepath.Join(b.Folder, "rmmalert.json")
	if settings == "" {
		settings = "{" + quiet + "}"
	}
	b.settings(settings)
	return b
}

func (b *bench) settings(text string) {
	b.Helper()
	if err := os.WriteFile(b.set, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

// program is a program on the bench's clock.
func (b *bench) program(stdin string, args ...string) (p *program.Program, stdout, stderr *bytes.Buffer) {
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	p = b.Program(args...)
	p.Now, p.Stdin, p.Stdout, p.Stderr = b.clock.Now, strings.NewReader(stdin), stdout, stderr
	return p, stdout, stderr
}

// call runs the program as a process of its own would.
func (b *bench) call(args ...string) (code program.Exit, stdout, stderr string) {
	p, out, errs := b.program("", args...)
	code = p.Run(b.Context(), run)
	return code, out.String(), errs.String()
}

// put puts an alert into the spool.
func (b *bench) put(args ...string) {
	b.Helper()
	if code, out, errs := b.call(args...); code != program.Fine || out != "" {
		b.Fatalf("put %q: exit %d, %s%s", args, code, out, errs)
	}
}

// lines puts JSON lines into the spool.
func (b *bench) lines(text string) (program.Exit, string) {
	p, _, errs := b.program(text)
	code := p.Run(b.Context(), run)
	return code, errs.String()
}

// drain drains once, without the waiting that the default pace demands.
func (b *bench) drain(args ...string) (code program.Exit, stdout, stderr string) {
	b.Helper()
	p, out, errs := b.program("", append([]string{"-drain", "-config", b.set}, args...)...)
	code = p.Run(b.Context(), unpaced)
	return code, out.String(), errs.String()
}

// drained drains and wants all to be well.
func (b *bench) drained(args ...string) string {
	b.Helper()
	code, out, errs := b.drain(args...)
	if code != program.Fine {
		b.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	return out
}

// noLimit is a pace without waiting.
func noLimit() connectwise.Option { return connectwise.WithLimiter(rate.NewLimiter(rate.Inf, 1)) }

// tickets are "summary|status" of all.
func (b *bench) tickets() (list []string) {
	for _, t := range b.srv.Tickets() {
		list = append(list, t.Summary+"|"+t.Status.Name)
	}
	slices.Sort(list)
	return list
}

// notes are all texts of all tickets.
func (b *bench) notes() string {
	var all strings.Builder
	for _, t := range b.srv.Tickets() {
		for _, n := range b.srv.Notes(t.ID) {
			all.WriteString(n.Text + "\n")
		}
	}
	return all.String()
}

// waiting are the files in a folder of the spool.
func (b *bench) waiting(folder string) (names []string) {
	b.Helper()
	entries, err := os.ReadDir(filepath.Join(b.dir, folder))
	if err != nil {
		b.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() && (folder != "" || strings.HasSuffix(e.Name(), ".json")) {
			names = append(names, e.Name())
		}
	}
	return names
}

func (b *bench) want(got []string, want ...string) {
	b.Helper()
	if !slices.Equal(got, want) {
		b.Errorf("got %q\nwant %q", got, want)
	}
}

// documents are the names of the files on all tickets.
func (b *bench) documents() (names []string) {
	b.Helper()
	for _, t := range b.srv.Tickets() {
		r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, fmt.Sprintf("%s/v4_6_release/apis/3.0/system/documents?recordType=Ticket&recordId=%d", b.srv.URL, t.ID), nil)
		if err != nil {
			b.Fatal(err)
		}
		keys := b.srv.Credentials()
		r.SetBasicAuth(keys.Company+"+"+keys.PublicKey, keys.PrivateKey)
		r.Header.Set("clientId", keys.ClientID)
		answer, err := b.srv.Client().Do(r)
		if err != nil {
			b.Fatal(err)
		}
		var list []struct{ FileName string }
		if err := json.NewDecoder(answer.Body).Decode(&list); err != nil {
			b.Fatal(err)
		}
		_ = answer.Body.Close()
		for _, d := range list {
			names = append(names, d.FileName)
		}
	}
	slices.Sort(names)
	return names
}

// tenant has what the settings on the page name.
func (b *bench) tenant() {
	b.srv.AddCompany(connectwisetest.Company{Identifier: "Northwind", Name: "Northwind MSP"})
}
