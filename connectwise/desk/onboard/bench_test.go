package onboard

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/internal/desktest"
)

// bench is a tenant, a desk on it and a clock for both.
type bench struct {
	t       testing.TB
	srv     *connectwisetest.Server
	site    string
	client  *connectwise.Client
	desk    *desk.Desk
	config  desk.Config
	company int64
	now     time.Time
}

func newBench(t testing.TB) *bench { return newBenchOf(t, connectwisetest.Config{}) }

func newBenchOf(t testing.TB, config connectwisetest.Config) *bench {
	t.Helper()
	b := &bench{t: t, site: "http://127.0.0.1", now: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)}
	config.Now = func() time.Time { return b.now }
	b.srv, _ = desktest.Tenant(t, config)
	b.company = b.srv.AddCompany(connectwisetest.Company{Identifier: "ACME", Name: "Acme Ltd"})
	b.config = desk.Config{Owner: "test", Board: "Service Desk", Now: func() time.Time { return b.now }}
	return b.connect()
}

// connect makes a client that takes the tenant for one at b.site.
func (b *bench) connect() *bench {
	b.t.Helper()
	b.client = desktest.Client(b.t, b.srv, connectwise.WithBaseURL(b.site))
	return b
}

// open makes the desk; a second call is a new process.
func (b *bench) open() *bench {
	b.t.Helper()
	d, err := desk.New(b.t.Context(), b.client, b.config)
	must(b.t, err)
	b.desk = d
	b.srv.ResetRequests()
	return b
}

func (b *bench) later(d time.Duration) { b.now = b.now.Add(d) }

// writes are the requests since the last reset that are not reads.
func (b *bench) writes() (list []string) {
	for _, r := range b.srv.Requests() {
		if _, path, _ := strings.Cut(r.Path, "apis/3.0/"); r.Method != http.MethodGet {
			list = append(list, r.Method+" "+path)
		}
	}
	return list
}

// lockState is a State that counts how often its lock is held.
type lockState struct {
	held   int
	refuse error
}

func (s *lockState) Lock(context.Context, bool) (func(), bool, error) {
	if s.refuse != nil {
		return nil, false, s.refuse
	}
	s.held++
	return func() { s.held-- }, true, nil
}

func (s *lockState) Load() ([]byte, error) { return nil, nil }

func (s *lockState) Save([]byte) error { return nil }

// brokenWriter is a full disk.
type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
