package setup

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/internal/desktest"
)

// bench is a tenant with a board, and a desk on it.
type bench struct {
	t       testing.TB
	srv     *connectwisetest.Server
	client  *connectwise.Client
	desk    *desk.Desk
	config  desk.Config
	company int64
	now     time.Time
	replies map[string]string // bodies that stand in for the server's, by the end of the path
}

func newBench(t testing.TB, change func(*connectwisetest.Config, *desk.Config)) *bench {
	t.Helper()
	b := &bench{t: t, now: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC), replies: map[string]string{}}
	server := connectwisetest.Config{Now: func() time.Time { return b.now }}
	b.config = desk.Config{Owner: "test", Board: "Service Desk", Now: func() time.Time { return b.now }}
	if change != nil {
		change(&server, &b.config)
	}
	b.srv, _ = desktest.Tenant(t, server)
	b.client = desktest.Client(t, b.srv, desktest.Replying(b.srv, b.replies))
	if b.config.MarkerField != "" {
		b.srv.AddCustomField(connectwisetest.CustomField{Entity: "Ticket", Caption: b.config.MarkerField})
	}
	b.company = b.srv.AddCompany(connectwisetest.Company{Identifier: "ACME", Name: "Acme Ltd"})
	return b
}

// open makes the desk.
func (b *bench) open() *bench {
	b.t.Helper()
	d, err := desk.New(b.t.Context(), b.client, b.config)
	must(b.t, err)
	b.desk = d
	b.srv.ResetRequests()
	return b
}

// writes are the requests since the last reset that are not reads.
func (b *bench) writes() (list []string) {
	for _, r := range b.srv.Requests() {
		if _, path, _ := strings.Cut(r.Path, "apis/3.0/"); r.Method != http.MethodGet {
			list = append(list, r.Method+" "+path)
		}
	}
	return list
}

func (b *bench) ticket(id int64) connectwisetest.Ticket {
	b.t.Helper()
	t, ok := b.srv.Ticket(id)
	if !ok {
		b.t.Fatalf("ticket %d does not exist", id)
	}
	return t
}

// role changes what the API member may do.
func (b *bench) role(change func(*connectwisetest.Permission)) {
	b.srv.EditMember("apimember", func(m *connectwisetest.Member) {
		m.Role = slices.Clone(connectwisetest.FullRole())
		for i := range m.Role {
			change(&m.Role[i])
		}
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
