// Package desktest helps tests of the desk: it has a tenant in memory and
// clients of it.
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

// Tenant returns a tenant with the board "Service Desk", and a client without
// rate limit and retries. The given options are applied last.
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

// Client returns another client of the tenant.
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

// RoundTrip is a function as an http.RoundTripper.
type RoundTrip func(*http.Request) (*http.Response, error)

// RoundTrip calls the function.
func (f RoundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Through sends a client's requests through the given function.
func Through(way RoundTrip) connectwise.Option {
	return connectwise.WithHTTPClient(&http.Client{Transport: way})
}

// Replying answers reads whose path ends with a key of the map with the body
// for that key. Other requests go to the tenant.
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
