// Package desktest is what tests of the desk begin with: a tenant in memory, and
// a client of it.
package desktest

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// Tenant is a tenant with the board "Service Desk", and a client that works it
// without a pace and without second tries. Options come after these.
func Tenant(t testing.TB, config connectwisetest.Config, options ...connectwise.Option) (*connectwisetest.Server, *connectwise.Client) {
	t.Helper()
	srv := connectwisetest.NewServer(config)
	srv.AddBoard(connectwisetest.Board{Name: "Service Desk", Statuses: []connectwisetest.Status{
		{Name: "New", Default: true, NotifyContact: true},
		{Name: "In Progress"},
		{Name: "Waiting"},
		{Name: "Verify"},
		{Name: "Completed"},
		{Name: "Closed", Closed: true, NotifyContact: true},
	}})
	return srv, Client(t, srv, options...)
}

// Client is another client of the tenant.
func Client(t testing.TB, srv *connectwisetest.Server, options ...connectwise.Option) *connectwise.Client {
	t.Helper()
	keys := connectwise.Credentials(srv.Credentials())
	keys.Site = "127.0.0.1"
	client, err := connectwise.NewClient(keys, append([]connectwise.Option{
		connectwise.WithBaseURL("http://127.0.0.1"),
		connectwise.WithHTTPClient(&http.Client{Transport: srv.Transport()}),
		connectwise.WithLimiter(rate.NewLimiter(rate.Inf, 1)),
		connectwise.WithRetry(connectwise.Retry{Attempts: 1}),
	}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// RoundTrip is a way for requests.
type RoundTrip func(*http.Request) (*http.Response, error)

// RoundTrip goes it.
func (f RoundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Through sends a client's requests another way.
func Through(way RoundTrip) connectwise.Option {
	return connectwise.WithHTTPClient(&http.Client{Transport: way})
}

// Replying answers reads with the body that stands for the end of their path. All
// else goes to the tenant.
func Replying(srv *connectwisetest.Server, bodies map[string]string) connectwise.Option {
	return Through(func(r *http.Request) (*http.Response, error) {
		for path, body := range bodies {
			if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, path) {
				// The empty Link header says that the list ends there.
				header := http.Header{"Content-Type": {"application/json"}, "Link": {""}}
				return &http.Response{StatusCode: http.StatusOK, Request: r, Header: header, Body: io.NopCloser(strings.NewReader(body))}, nil
			}
		}
		return srv.Transport().RoundTrip(r)
	})
}
