package cove_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
)

// start returns a server and a client of its first user, without a rate limit.
func start(t *testing.T, cfg covetest.Config, opts ...cove.Option) (*covetest.Server, *cove.Client) {
	t.Helper()
	srv := covetest.Start(cfg)
	t.Cleanup(srv.Close)
	return srv, connect(t, srv, opts...)
}

// connect returns a client of a server's first user.
func connect(t *testing.T, srv *covetest.Server, opts ...cove.Option) *cove.Client {
	t.Helper()
	return connectAs(t, srv, cove.Credentials(srv.Credentials()), opts...)
}

func connectAs(t *testing.T, srv *covetest.Server, who cove.Credentials, opts ...cove.Option) *cove.Client {
	t.Helper()
	opts = append([]cove.Option{
		cove.WithBaseURL(srv.URL), cove.WithHTTPClient(srv.Client()),
		cove.WithLimiter(rate.NewLimiter(rate.Inf, 1)), cove.WithRetry(cove.Retry{Base: time.Millisecond}),
	}, opts...)
	c, err := cove.NewClient(who, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// collect returns what a sequence yields and its error.
func collect[T any](t *testing.T, c *cove.Client, q cove.DeviceQuery) ([]T, error) {
	t.Helper()
	var all []T
	for d, err := range cove.Devices[T](t.Context(), c, q) {
		if err != nil {
			return all, err
		}
		all = append(all, d)
	}
	return all, nil
}

// listen serves on a loopback address.
func listen(t *testing.T, handle http.HandlerFunc) (address string, stop func()) {
	t.Helper()
	srv := httptest.NewServer(handle)
	return srv.URL, srv.Close
}
