package faulttest

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/reconcile"
)

// newTenant returns a provider's service desk with three customers.
func newTenant(now func() time.Time) *connectwisetest.Server {
	srv := connectwisetest.NewServer(connectwisetest.Config{Now: now})
	srv.AddBoard(connectwisetest.Board{Name: "Service Desk"})
	srv.AddPriority(connectwisetest.Priority{Name: "Urgent"})
	srv.AddCompany(connectwisetest.Company{Identifier: "MSP", Name: "Example MSP"})
	for i, identifier := range []string{"ACME", "BIRCH", "CEDAR"} {
		srv.AddCompany(connectwisetest.Company{Identifier: identifier, Name: customerName(i)})
	}
	return srv
}

func newClient(t testing.TB, keys connectwisetest.Credentials, base string, transport http.RoundTripper, opts ...connectwise.Option) *connectwise.Client {
	t.Helper()
	c := connectwise.Credentials(keys)
	c.Site = "127.0.0.1"
	client, err := connectwise.NewClient(c, append([]connectwise.Option{
		connectwise.WithBaseURL(base), connectwise.WithHTTPClient(&http.Client{Transport: transport}),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func newConfig(state desk.State, policy reconcile.Policy) desk.Config {
	return desk.Config{Owner: "promi", Board: "Service Desk", OwnCompany: "MSP", State: state, Policy: policy}
}

var errKilled = errors.New("the process was killed")

// mortal is a memory on disk that a killed process can no longer write.
type mortal struct {
	*filestate.State
	dead *atomic.Bool
}

func (m mortal) Save(data []byte) error {
	if m.dead.Load() {
		return errKilled
	}
	return m.State.Save(data)
}

func (m mortal) SetAside() error {
	if m.dead.Load() {
		return errKilled
	}
	return m.State.SetAside()
}
